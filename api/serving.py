"""One version of the indexes as requests use it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from api.edge_evidence import EdgeEvidence
from kms.artifacts import Version

if TYPE_CHECKING:
    from api.wiring import Platform
    from kms.indexing.change_log import ChangeLog
    from kms.indexing.changes import ProductChange
    from ranking.serving.index import ServingIndex
    from ranking.serving.service import RankingService


_WARMING = ("wireles headphonez with 2 ports", "kettle 1.5 l under 2 kg", "防水藍牙耳機", "耳击")
"""Queries with words that nobody knows, numbers and units, in both languages."""


class _Files:
    """What the states of one version share; closed when the last of them is."""

    def __init__(self) -> None:
        self._users = 1
        self._lock = threading.Lock()

    def share(self) -> _Files:
        with self._lock:
            self._users += 1
        return self

    def let_go(self) -> bool:
        """Whether nobody else holds them."""
        with self._lock:
            self._users -= 1
            return self._users == 0


class Served:
    """Ranking and the evidence of its edges; closed when its last request has ended.

    ``sequence`` is the number of the last change of single products that it shows.
    """

    def __init__(
        self,
        index: ServingIndex,
        ranking: RankingService,
        edges: EdgeEvidence,
        *,
        sequence: int = 0,
        files: _Files | None = None,
    ) -> None:
        """Hold what was opened together; ``files``: of the version, where another state of it holds them, too."""
        self.index = index
        self.ranking = ranking
        self.edges = edges
        self.sequence = sequence
        self._files = files or _Files()

    @property
    def is_incomplete(self) -> bool:
        """Whether the vector store could not be opened; it may come back."""
        return self.index.lacks_vectors

    def with_changes(self, changes: Sequence[ProductChange]) -> Served:
        """The next state: this one, which goes on serving, with changes that come after it."""
        from ranking.serving.service import RankingService

        index = self.index.with_changes(changes)
        return Served(
            index,
            RankingService(index),
            self.edges.with_facts(
                {each.product_id: each.facts for each in changes if each.facts is not None}
            ),
            sequence=changes[-1].sequence,
            files=self._files.share(),
        )

    def close(self) -> None:
        """Close all files, unless another state of the version uses them."""
        if self._files.let_go():
            self.index.close()
            self.edges.close()


def open_served(platform: Platform, version: Version, *, warm: bool = True) -> Served:
    """Open a version, without the changes that came after it.

    Args:
        platform: The installation.
        version: Of the indexes.
        warm: Load what is loaded on demand (dictionaries of both languages, the encoder), so that a server's first
            request is as fast as the others. A command asks once and needs a part of it.

    Raises:
        StoreError: It cannot be opened.
    """
    from ranking.models import SearchRequest
    from ranking.serving.service import RankingService

    index = platform.open_index(version)
    try:
        ranking = RankingService(index)
        if warm:
            index.prepare_scans()
        for query in (index.documents[0].title, *_WARMING) if warm and index.documents else ():
            ranking.search(SearchRequest(query=query, explain=True))
    except BaseException:
        index.close()
        raise
    edges = EdgeEvidence(version.path)
    return Served(index, ranking, edges, sequence=changes_through(version))


def catch_up(served: Served, log: ChangeLog) -> Served:
    """The newest state of a version; ``served`` itself where nothing changed.

    Raises:
        StoreError: The log does not answer.
    """
    head = log.head()
    # What was dropped is in a newer version, which is about to be taken over.
    if head.sequence <= served.sequence or served.sequence < head.trimmed:
        return served
    changes = []
    sequence = served.sequence
    while part := log.since(sequence):
        changes += part
        sequence = part[-1].sequence
    return served.with_changes(changes) if changes else served


def changes_through(version: Version) -> int:
    """The number of the last change that a version was made with."""
    from kms.indexing.build import read_manifest

    return int(read_manifest(version).get("changes_through", 0))
