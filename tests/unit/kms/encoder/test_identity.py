from __future__ import annotations

import os
from pathlib import Path

import pytest

from kms.encoder import identity


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "encoder"
    made.mkdir()
    (made / "config.json").write_text("{}", "utf-8")
    (made / "model.safetensors").write_bytes(b"weights")
    (made / "README.md").write_text("no part of it", "utf-8")
    return made


def test_hash_is_of_the_files_that_count(folder: Path) -> None:
    before = identity.weights_hash(folder)
    (folder / "README.md").write_text("other words", "utf-8")
    assert identity.weights_hash(folder) == before
    (folder / "model.safetensors").write_bytes(b"other weights")
    assert identity.weights_hash(folder) != before


def test_remembered_hash_is_not_computed_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    first = identity.remember_hash(folder, cache)
    assert first == identity.weights_hash(folder)
    monkeypatch.setattr(identity, "weights_hash", lambda _: "computed")
    assert identity.remember_hash(folder, cache) == first


@pytest.mark.parametrize("change", ["size", "time", "file"])
def test_changed_files_are_hashed_again(folder: Path, tmp_path: Path, change: str) -> None:
    cache = tmp_path / "cache"
    first = identity.remember_hash(folder, cache)
    weights = folder / "model.safetensors"
    if change == "size":
        weights.write_bytes(b"more weights")
    elif change == "time":
        weights.write_bytes(b"WEIGHTS")
        os.utime(weights, ns=(1, 1))
    else:
        (folder / "vocab.txt").write_text("word", "utf-8")
    again = identity.remember_hash(folder, cache)
    assert again != first
    assert again == identity.weights_hash(folder)


@pytest.mark.parametrize("kept", ["", "[]", '{"files": []}', "\x00"])
def test_broken_cache_is_written_again(folder: Path, tmp_path: Path, kept: str) -> None:
    cache = tmp_path / "cache"
    first = identity.remember_hash(folder, cache)
    (file,) = cache.glob("encoder-hash-*.json")
    file.write_text(kept, "utf-8")
    assert identity.remember_hash(folder, cache) == first
    assert "files" in file.read_text("utf-8")


def test_cache_that_cannot_be_written_is_no_error(folder: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("", "utf-8")
    assert identity.remember_hash(folder, blocked / "cache") == identity.weights_hash(folder)
