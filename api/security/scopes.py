"""Scopes of routes: the one place where they are declared.

``check_routes`` compares the table with the application when it is made, so a route without a line here stops the
server from starting.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.routing import Mount, compile_path

from kms.access.models import Scope
from kms.errors import ConfigurationError

Who = Literal["anybody", "key", "session", "key or session"]


@dataclass(frozen=True)
class Rule:
    """Requirements of a request.

    Attributes:
        who: What a caller shows: nothing, an API key, a sign-in session, or either of both.
        scope: What the key or the role must include; ``None``: any key or role will do.
        shopper: Where the shopper stands that the request is about. ``path``: a shopper token of that shopper, or a
            secret key with the scope ``shopper``. ``body``: a secret key, or tokens of the events' shopper.
    """

    who: Who = "key"
    scope: Scope | None = None
    shopper: Literal["path", "body"] | None = None


API_RULES: Mapping[tuple[str, str], Rule] = {
    ("GET", "/v1/search"): Rule(scope="search"),
    ("POST", "/v1/search"): Rule(scope="search"),
    ("GET", "/v1/suggest"): Rule(scope="search"),
    ("POST", "/v1/events"): Rule(scope="events", shopper="body"),
    ("GET", "/v1/shoppers/{shopper_id}/recommendations"): Rule(scope="recommend", shopper="path"),
    ("GET", "/v1/products/{product_id}/similar"): Rule(scope="recommend"),
    ("GET", "/v1/products/{product_id}/complements"): Rule(scope="recommend"),
    ("GET", "/v1/trending"): Rule(scope="recommend"),
    ("GET", "/v1/products/{product_id}"): Rule(scope="catalogue"),
    ("GET", "/v1/categories"): Rule(scope="search"),
    ("GET", "/v1/categories/{category_id:path}"): Rule(scope="search"),
    ("PUT", "/v1/products/{product_id}"): Rule(scope="write"),
    ("PATCH", "/v1/products/{product_id}"): Rule(scope="write"),
    ("DELETE", "/v1/products/{product_id}"): Rule(scope="write"),
    ("POST", "/v1/products/bulk"): Rule(scope="write"),
    ("PATCH", "/v1/offers"): Rule(scope="write"),
    ("PUT", "/v1/reviews/{review_id}"): Rule(scope="write"),
    ("DELETE", "/v1/reviews/{review_id}"): Rule(scope="write"),
    ("POST", "/v1/reviews/bulk"): Rule(scope="write"),
    ("GET", "/v1/facts"): Rule(scope="curate"),
    ("GET", "/v1/facts/why"): Rule(scope="curate"),
    ("GET", "/v1/rules"): Rule(scope="curate"),
    ("POST", "/v1/rules/preview"): Rule(scope="curate"),
    ("POST", "/v1/facts/decisions"): Rule(scope="curate"),
    ("GET", "/v1/facts/decisions"): Rule(scope="curate"),
    ("POST", "/v1/facts/bulk"): Rule(scope="curate"),
    ("POST", "/v1/facts/undo"): Rule(scope="curate"),
    ("GET", "/v1/queue"): Rule(scope="curate"),
    ("POST", "/v1/queue/next"): Rule(scope="curate"),
    ("GET", "/v1/queue/actions"): Rule(scope="curate"),
    ("POST", "/v1/queue/actions"): Rule(scope="curate"),
    ("GET", "/v1/queue/items/{item_id}"): Rule(scope="curate"),
    ("POST", "/v1/queue/bulk"): Rule(scope="curate"),
    ("POST", "/v1/queue/undo"): Rule(scope="curate"),
    ("GET", "/v1/graph/nodes"): Rule(scope="catalogue"),
    ("GET", "/v1/graph/nodes/{node_id:path}/neighbourhood"): Rule(scope="catalogue"),
    ("GET", "/v1/graph/path"): Rule(scope="catalogue"),
    ("GET", "/metrics"): Rule(scope="metrics"),
    ("GET", "/healthz"): Rule(who="anybody"),
    ("GET", "/readyz"): Rule(who="anybody"),
}
"""Routes of the API by method and address."""

PAGE_RULES: Mapping[str, Rule] = {
    "/openapi.json": Rule(who="key or session", scope="catalogue"),
    "/docs": Rule(who="key or session", scope="catalogue"),
    "/docs/static/{name}": Rule(who="anybody"),
    "/sign-in": Rule(who="anybody"),
    "/sign-out": Rule(who="session"),
    "/favicon.ico": Rule(who="anybody"),
    "/static/pages/{path:path}": Rule(who="anybody"),
    "/static/sample/{path:path}": Rule(who="anybody"),
    "/": Rule(who="session", scope="search"),
    "/categories": Rule(who="session", scope="search"),
    "/c/{category_id:path}": Rule(who="session", scope="search"),
    "/product/{product_id}": Rule(who="session", scope="catalogue"),
    "/recommendations": Rule(who="session", scope="shopper"),
    "/graph": Rule(who="session", scope="catalogue"),
    "/desk": Rule(who="session", scope="curate"),
}
"""Pages and documents by address, whatever the method."""

UNKNOWN_API = Rule(who="key")
UNKNOWN_PAGE = Rule(who="session")
"""All other addresses: nobody learns without a key or a session that there is nothing. NiceGUI's own files and its
websocket are among these."""
_REST = "/{path:path}"


class Rules:
    """Finds the rule of a request, with the routing table's own matching."""

    def __init__(self) -> None:
        self._api = [(method, _pattern(path), rule) for (method, path), rule in API_RULES.items()]
        self._pages = [(_pattern(path), rule) for path, rule in PAGE_RULES.items()]

    def find(self, method: str, path: str) -> tuple[Rule, dict[str, str]]:
        """The rule, and the parameters that stand in the address.

        A known address with another method has the rule of the address, so that it is refused as such.
        """
        other: tuple[Rule, dict[str, str]] | None = None
        for known, pattern, rule in self._api:
            match = pattern.match(path)
            if match is None:
                continue
            if known == method:
                return rule, match.groupdict()
            other = other or (rule, match.groupdict())
        if other is not None:
            return other
        for pattern, rule in self._pages:
            if match := pattern.match(path):
                return rule, match.groupdict()
        return (UNKNOWN_API if is_api(path) else UNKNOWN_PAGE), {}


def is_api(path: str) -> bool:
    """Whether an address is answered for programs and not for people."""
    return path == "/v1" or path.startswith(("/v1/", "/metrics", "/healthz", "/readyz"))


def check_routes(routes: Sequence[Any]) -> None:
    """Refuse an application with a route that has no rule, or a rule without its route.

    Raises:
        ConfigurationError: Names the routes.
    """
    there = set(api_routes(routes))
    missing = [f"{method} {path}" for method, path in sorted(there - API_RULES.keys())]
    missing += sorted(set(page_routes(routes)) - PAGE_RULES.keys())
    if missing:
        raise ConfigurationError(
            f"no scope is declared for {', '.join(missing)}: add it to api/security/scopes.py"
        )
    if stale := [f"{method} {path}" for method, path in sorted(API_RULES.keys() - there)]:
        raise ConfigurationError(
            f"api/security/scopes.py declares {', '.join(stale)}, which the application does not have"
        )


def api_routes(routes: Sequence[Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Method and address of every route that answers with the API's models, those of included routers too."""
    from fastapi.routing import APIRoute

    for route in routes:
        if isinstance(route, APIRoute):
            for method in sorted(route.methods or ()):
                yield method, prefix + route.path
        elif (included := getattr(route, "original_router", None)) is not None:
            context = getattr(route, "include_context", None)
            yield from api_routes(included.routes, prefix + str(getattr(context, "prefix", "")))


def page_routes(routes: Sequence[Any]) -> Iterator[str]:
    """Addresses of the pages that are mounted at the root, without NiceGUI's own files and the page for no address."""
    for mount in routes:
        if isinstance(mount, Mount) and mount.path == "":
            for route in mount.routes:
                path = str(getattr(route, "path", ""))
                if path != _REST and not path.startswith("/_nicegui"):
                    yield path


def _pattern(path: str) -> re.Pattern[str]:
    return compile_path(path)[0]
