"""Held-out versions: index versions made without the events that an evaluation asks for."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from api.index_versions import write_version
from api.wiring import INDEX, Platform
from kms.artifacts import ArtifactStore
from kms.indexing.build import read_ontology
from kms.journal.events import Interaction
from ranking.serving.index import ServingIndex


@contextmanager
def held_out_index(
    platform: Platform,
    interactions: Sequence[Interaction],
    *,
    now: datetime,
    without_relations: Collection[str] = (),
) -> Iterator[ServingIndex]:
    """A version of the installation's rows and graph with other events, made by the code that makes every version.

    It lies in a temporary folder and is gone afterwards; texts are not encoded again. Its ontology is that of the live
    version, whichever ontology the settings name.

    Args:
        platform: The installation; its live version gives the embeddings.
        interactions: The only events that the version knows.
        now: Moment of the build, from which ages count.
        without_relations: Relations of the graph that the version does not know.
    """
    with TemporaryDirectory(prefix="held-out-", dir=platform.settings.state_dir) as folder:
        artifacts = ArtifactStore(Path(folder))
        live = platform.artifacts.current(INDEX)
        if live is not None:
            before = artifacts.begin(INDEX)
            before.path.rmdir()
            os.symlink(live.path.resolve(), before.path, target_is_directory=True)
            (Path(folder) / INDEX / "CURRENT").write_text(before.path.name + "\n", "utf-8")
        report = write_version(
            platform,
            interactions,
            artifacts=artifacts,
            now=now,
            ontology=None if live is None else read_ontology(live.path),
            without_relations=without_relations,
        )
        version = artifacts.current(INDEX)
        assert version is not None and version.number == report.version
        index = platform.open_index(version)
        try:
            yield index
        finally:
            index.close()
