"""Threads of numerical libraries in a server: one for each product of matrices.

Requests run side by side already. A product of a query's vector with all products takes a millisecond on one thread; on two
it takes several milliseconds of processor time, most of it spent waiting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kms.settings import Settings


def limit_numerical_threads(settings: Settings) -> None:
    """Let BLAS use ``KMS_THREADS`` threads in this process, one where that is not set."""
    import numpy  # noqa: F401  # only libraries that are loaded can be limited
    from threadpoolctl import threadpool_limits

    threadpool_limits(settings.threads or 1)
