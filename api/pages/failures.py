"""Failures of pages: a plain sentence for the shopper, the detail into the log."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from api.pages.i18n import Words
from kms.errors import FilterError, InputError, NotFoundError, StoreError
from kms.logs import get_logger

if TYPE_CHECKING:
    from nicegui.element import Element

T = TypeVar("T")
Handler = Callable[..., Awaitable[None]]
_log = get_logger(__name__)


class PageFailed(Exception):
    """A page or part that cannot be shown, with the message to show instead and the HTTP status of a page."""

    def __init__(self, status: int, title: str, text: str) -> None:
        super().__init__(title)
        self.status = status
        self.title = title
        self.text = text


async def ask(words: Words, function: Callable[..., T], *arguments: Any, **named: Any) -> T:
    """Call a function of the source in a thread.

    Raises:
        NotFoundError: As the function raises it.
        PageFailed: Anything else that went wrong, in plain words; the log has the detail.
    """
    try:
        return await asyncio.to_thread(function, *arguments, **named)
    except NotFoundError:
        raise
    except FilterError as error:
        raise PageFailed(400, words("empty_title"), words("bad_filter")) from error
    except InputError as error:
        _log.info("page refused", asked=_name(function), problem=str(error))
        raise PageFailed(400, words("empty_title"), words("bad_input")) from error
    except StoreError as error:
        _log.warning("page without a store", asked=_name(function), problem=str(error))
        raise PageFailed(503, words("away_title"), words("away_text")) from error
    except Exception as error:
        _log.exception("page failed", asked=_name(function))
        raise PageFailed(500, words("failed_title"), words("failed_text")) from error


def _name(function: Callable[..., object]) -> str:
    return getattr(function, "__name__", str(function))


def tells(place: Element, handler: Handler) -> Handler:
    """Wrap a click handler: a failure is shown to the person who clicked.

    Args:
        place: An element that stays on the page.
        handler: What may fail.
    """

    @wraps(handler)
    async def told(*arguments: Any, **named: Any) -> None:
        from nicegui import ui

        try:
            await handler(*arguments, **named)
        except PageFailed as failed:
            with place:
                ui.notify(f"{failed.title}. {failed.text}", position="bottom", classes="toast")

    return told
