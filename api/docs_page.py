"""The page of the API's documentation: Swagger UI from an installed package, so that it works with no internet."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from fastapi import FastAPI
from fastapi.openapi.docs import get_swagger_ui_html
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

DOCS = "/docs"
ASSETS = "/docs/static/{name}"
_PACKAGE = "fastapi_offline"
_FILES = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon.png": "image/png",
}
_KEPT_S = 86_400


def add_docs_page(app: FastAPI) -> None:
    """Serve the page at ``/docs`` and its files below it; the application must be made with ``docs_url=None``."""
    page = get_swagger_ui_html(
        openapi_url=app.openapi_url or "/openapi.json",
        title=f"{app.title}: API",
        swagger_js_url=ASSETS.format(name="swagger-ui-bundle.js"),
        swagger_css_url=ASSETS.format(name="swagger-ui.css"),
        swagger_favicon_url=ASSETS.format(name="favicon.png"),
        # Without this the page shows its specification to a validator on the internet.
        swagger_ui_parameters={"validatorUrl": None},
    )

    async def docs(_request: Request) -> Response:
        return HTMLResponse(page.body)

    async def asset(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _FILES:
            raise HTTPException(404)
        headers = {"Cache-Control": f"public, max-age={_KEPT_S}"}
        return FileResponse(_folder() / name, media_type=_FILES[name], headers=headers)

    app.router.add_route(DOCS, docs, methods=["GET"], include_in_schema=False)
    app.router.add_route(ASSETS, asset, methods=["GET"], include_in_schema=False)


def _folder() -> Path:
    """Folder of Swagger UI's files in the installed package."""
    package = find_spec(_PACKAGE)
    if package is None or package.submodule_search_locations is None:
        raise ModuleNotFoundError(f"{_PACKAGE} is not installed; run make install")
    return Path(package.submodule_search_locations[0]) / "static"
