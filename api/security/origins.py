"""Hosts and origins: checks of the ``Host`` and ``Origin`` headers."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.types import Scope

from api.security.policy import is_loopback

_DEFAULT_PORTS = {"http": "80", "https": "443", "ws": "80", "wss": "443"}


def header_values(scope: Scope, name: bytes) -> list[str]:
    """All values of a header; names are lower case."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def host_name(host: str) -> str:
    """The name of a ``Host`` header without its port."""
    if host.startswith("["):
        return host[1:].partition("]")[0].casefold()
    return host.rpartition(":")[0].casefold() if ":" in host else host.casefold()


def is_host_allowed(scope: Scope, host: str, allowed: Sequence[str], *, is_open: bool) -> bool:
    """Whether the server answers to the name of a ``Host`` header.

    With open doors these are the address that the request arrived at and the loopback names, so that a site that
    points its own name to 127.0.0.1 (DNS rebinding) gets no answer.
    """
    name = host_name(host)
    if name in {each.casefold() for each in allowed}:
        return True
    if not is_open:
        return not allowed or is_loopback(name)
    server = scope.get("server") or ("",)
    return is_loopback(name) or name == str(server[0]).casefold()


def is_same_origin(scope: Scope, origin: str, host: str, allowed: Sequence[str] = ()) -> bool:
    """Whether a page of this server sent the request, or one of the origins that are allowed."""
    if origin in allowed:
        return True
    parts = urlsplit(origin)
    if parts.scheme not in {"http", "https"} or not parts.netloc:
        return False
    default = _DEFAULT_PORTS[parts.scheme]
    return _with_port(parts.netloc, default) == _with_port(host, default)


def _with_port(netloc: str, default: str) -> tuple[str, str]:
    name = host_name(netloc)
    port = netloc.rpartition("]")[2].rpartition(":")[2] if ":" in netloc.rpartition("]")[2] else ""
    return name, port or default
