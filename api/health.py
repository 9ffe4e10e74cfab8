"""Health check of the graph store in a thread of its own, so that no request waits for a server that is away."""

from __future__ import annotations

import threading

from kms.errors import KmsError
from kms.graph.port import GraphStore

INTERVAL_S = 2.0


class GraphHealth:
    """Checks the graph store every few seconds; safe to share between threads."""

    def __init__(self, graph: GraphStore, *, interval_s: float = INTERVAL_S) -> None:
        """Prepare; nothing is asked before ``check`` or ``start``."""
        self._graph = graph
        self._interval_s = interval_s
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self.error: str | None = None

    def check(self) -> bool:
        """Ask now; returns whether it answered."""
        try:
            self._graph.nodes(["category:product"])
        except KmsError as error:
            self.error = str(error)
        except Exception as error:
            self.error = f"{type(error).__name__}: {error}"
        else:
            self.error = None
        return self.error is None

    def start(self) -> None:
        """Ask now, and from then on in a thread of its own."""
        self.check()
        if self._thread is None:
            self._stop.clear()
            self._thread = threading.Thread(target=self._watch, name="graph-health", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Stop asking."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _watch(self) -> None:
        while not self._stop.wait(self._interval_s):
            self.check()
