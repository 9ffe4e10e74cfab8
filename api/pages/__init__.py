"""The web pages, served by the same process as the API: search, product, recommendations, graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI

    from api.services import Services


def mount(app: FastAPI, services: Services) -> None:
    """Put the pages under ``/`` of an application, behind every route that it has by then.

    Args:
        app: The application; routes that are added later are hidden by the pages.
        services: What answers; shared with the API.
    """
    from api.pages.site import mount_site

    mount_site(app, services)
