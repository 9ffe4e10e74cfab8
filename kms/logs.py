"""Logging through structlog: lines for people on a console, JSON for machines, always to standard error."""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    from structlog.typing import Processor


def configure_logs(
    *, format: Literal["console", "json"] = "console", level: str = "INFO", stream: TextIO | None = None
) -> None:
    """Set up structlog and the standard library's logging, so that both come out in one form.

    Args:
        format: ``console``, or ``json``: one object a line (``event``, ``level``, ``timestamp``, ``logger``).
        level: Least level that is shown.
        stream: Where to write; default standard error.
    """
    import structlog

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    output = stream or sys.stderr
    if format == "json":
        last: list[Processor] = [
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        # Rich's traceback, the default, prints local variables: rows, texts and passwords of connections.
        last = [
            _escape_controls,
            structlog.dev.ConsoleRenderer(
                colors=output.isatty(), exception_formatter=structlog.dev.plain_traceback
            ),
        ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(output)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("httpx", "httpcore", "neo4j.notifications", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, root.level))


def _escape_controls(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Control characters as escapes: an address that somebody sends must not steer the terminal that shows the log."""
    for name, value in event.items():
        if isinstance(value, str) and not value.isprintable():
            event[name] = "".join(c if c.isprintable() or c in "\n\t" else ascii(c)[1:-1] for c in value)
    return event


def get_logger(name: str) -> Any:
    """A structured logger: ``get_logger(__name__).info("ingested", read=10)``."""
    import structlog

    return structlog.stdlib.get_logger(name)
