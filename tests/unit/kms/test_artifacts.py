from __future__ import annotations

from pathlib import Path

import pytest

from kms.artifacts import ArtifactStore, Version
from kms.errors import StoreError


def publish(store: ArtifactStore, content: str) -> Version:
    version = store.begin("text")
    (version.path / "data").write_text(content)
    store.publish(version)
    return version


def read(store: ArtifactStore) -> str | None:
    version = store.current("text")
    return (version.path / "data").read_text() if version else None


def test_nothing_is_live_before_the_first_publication(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    assert store.current("text") is None
    store.begin("text")
    assert store.current("text") is None


def test_publication_swaps_and_keeps_the_version_before(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    for content in ("one", "two", "three"):
        publish(store, content)
        assert read(store) == content
    folders = sorted(p.name for p in (tmp_path / "text").iterdir() if p.is_dir())
    assert folders == ["v00000002", "v00000003"]


def test_an_unfinished_version_is_never_live_and_its_number_is_not_reused(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    publish(store, "one")
    abandoned = store.begin("text")
    assert publish(store, "two").number == abandoned.number + 1
    assert read(store) == "two"


def test_empty_version_is_refused(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    with pytest.raises(StoreError, match="no content"):
        store.publish(store.begin("text"))


def test_roll_back(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    publish(store, "one")
    with pytest.raises(StoreError, match="no older"):
        store.roll_back("text")
    publish(store, "two")
    store.roll_back("text")
    assert read(store) == "one"


def test_roll_back_passes_over_what_was_never_published(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    publish(store, "one")
    abandoned = store.begin("text")
    (abandoned.path / "data").write_text("half")
    publish(store, "two")
    store.roll_back("text")
    assert read(store) == "one"


def test_pointer_to_a_lost_folder_says_what_to_do(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    publish(store, "one")
    (tmp_path / "text" / "CURRENT").write_text("v00000099\n")
    with pytest.raises(StoreError, match="rebuild text"):
        store.current("text")


def test_a_bad_version_is_not_gone_back_to(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    publish(store, "one")
    bad = publish(store, "two")
    assert store.roll_back("text").number == 1
    assert store.is_bad(bad)
    publish(store, "three")
    assert store.roll_back("text").number == 1
    assert read(store) == "one"
    with pytest.raises(StoreError, match="no older good"):
        store.roll_back("text")


def test_bad_versions_do_not_push_out_good_ones(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path, keep=2)
    publish(store, "good")
    for number in range(4):
        publish(store, f"bad {number}")
        assert store.roll_back("text").number == 1
    publish(store, "better")
    folders = sorted(int(p.name[1:]) for p in (tmp_path / "text").iterdir() if p.is_dir())
    assert folders == [1, 6]


def test_a_version_can_be_activated_also_when_it_was_rolled_back(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    publish(store, "one")
    bad = publish(store, "two")
    store.roll_back("text")
    assert store.activate("text", 2) == bad
    assert (read(store), store.is_bad(bad)) == ("two", False)
    with pytest.raises(StoreError, match="no version 7; there are: 1, 2"):
        store.activate("text", 7)


def test_the_newest_version_is_known_while_an_older_one_is_live(tmp_path: Path) -> None:
    store = ArtifactStore(tmp_path)
    assert store.newest("text") is None
    publish(store, "one")
    newest = publish(store, "two")
    store.begin("text")
    store.roll_back("text")
    assert store.newest("text") == newest
