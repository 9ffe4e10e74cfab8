"""Versions as collections of a Qdrant server, on the local mode of its client."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import pytest
from qdrant_client import QdrantClient

from api import collections
from api.collections import make_collection, open_collection
from kms.errors import StoreError
from kms.filters import Condition, Filter
from kms.settings import Settings, read_settings
from kms.vectors.port import VectorPoint, VectorSchema

pytestmark = pytest.mark.filterwarnings("ignore:Local mode performs exact")
SCHEMA = VectorSchema(2, keywords=("brand", "attr.colour"), numbers=("price", "price.eur"))


class Server(QdrantClient):
    """Goes on when a client of it is closed."""

    def close(self, *_: object, **__: object) -> None:
        pass


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    server = Server(":memory:")
    monkeypatch.setattr(collections, "_connect", lambda _: server)
    return read_settings(vectors="server", qdrant_url="http://127.0.0.1:6333", state_dir=tmp_path)


def version(root: Path, number: int) -> Path:
    folder = root / "artifacts" / "index" / f"v{number:08}" / "vectors"
    folder.parent.mkdir(parents=True)
    return folder


def make(settings: Settings, folder: Path) -> None:
    with warnings.catch_warnings():  # local mode says that it has no payload indexes
        warnings.simplefilter("ignore", UserWarning)
        store = make_collection(settings, folder, SCHEMA)
    point = VectorPoint("A", np.array([1, 0], np.float32), {"attr.colour": ["red"]}, {"price.eur": 3.0})
    store.upsert([point])
    store.close()


def test_a_version_is_opened_with_the_fields_that_it_was_made_with(
    settings: Settings, tmp_path: Path
) -> None:
    folder = version(tmp_path, 1)
    make(settings, folder)
    store = open_collection(settings, folder)
    assert store.schema == SCHEMA
    red = Filter(
        conditions=(Condition(field="attr.colour", any_of=("red",)), Condition(field="price.eur", lte=3))
    )
    assert [hit.id for hit in store.search(np.array([1, 0], np.float32), filter=red)] == ["A"]
    store.close()


def test_collections_of_versions_that_are_gone_are_deleted(settings: Settings, tmp_path: Path) -> None:
    first, second = version(tmp_path, 1), version(tmp_path, 2)
    make(settings, first)
    make(settings, second)
    (first / "collection.json").unlink()
    first.rmdir()
    first.parent.rmdir()
    make(settings, version(tmp_path, 3))
    client = collections._connect(settings)
    assert sorted(c.name[-9:] for c in client.get_collections().collections) == ["v00000002", "v00000003"]


def test_a_version_made_in_process_is_refused(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="run kms index build"):
        open_collection(settings, version(tmp_path, 1))


def test_a_collection_that_is_gone_is_not_made_again(settings: Settings, tmp_path: Path) -> None:
    folder = version(tmp_path, 1)
    make(settings, folder)
    client = collections._connect(settings)
    for collection in client.get_collections().collections:
        client.delete_collection(collection.name)
    with pytest.raises(StoreError, match="build the index first"):
        open_collection(settings, folder)
