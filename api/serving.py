"""One version of the indexes as requests use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from api.edge_evidence import EdgeEvidence
from kms.artifacts import Version

if TYPE_CHECKING:
    from api.wiring import Platform
    from ranking.serving.index import ServingIndex
    from ranking.serving.service import RankingService


_WARMING = ("wireles headphonez with 2 ports", "kettle 1.5 l under 2 kg", "防水藍牙耳機", "耳击")
"""Queries with words that nobody knows, numbers and units, in both languages."""


class Served:
    """Ranking and the evidence of its edges; closed when its last request has ended."""

    def __init__(self, index: ServingIndex, ranking: RankingService, edges: EdgeEvidence) -> None:
        """Hold what was opened together."""
        self.index = index
        self.ranking = ranking
        self.edges = edges

    @property
    def is_incomplete(self) -> bool:
        """Whether the vector store could not be opened; it may come back."""
        return self.index.lacks_vectors

    def close(self) -> None:
        """Close all files."""
        self.index.close()
        self.edges.close()


def open_served(platform: Platform, version: Version, *, warm: bool = True) -> Served:
    """Open a version.

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
    return Served(index, ranking, EdgeEvidence(version.path))
