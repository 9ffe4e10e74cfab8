"""Free space is checked before it is used up."""

from __future__ import annotations

from pathlib import Path

import pytest

from kms.disk import DiskFullError, check_free_space, free_space, size_of
from kms.errors import StoreError


def test_enough_room_passes(tmp_path: Path) -> None:
    check_free_space(tmp_path, 10, "a file", free=lambda _: 10)


def test_too_little_room_is_told_with_what_is_needed_and_what_is_there(tmp_path: Path) -> None:
    with pytest.raises(
        DiskFullError, match=r"an index needs about 120 MB on the disk of .*, and 7 MB are free"
    ) as caught:
        check_free_space(tmp_path, 120_000_000, "an index", free=lambda _: 7_000_000)
    assert isinstance(caught.value, StoreError)
    assert "KMS_STATE_DIR" in str(caught.value)


def test_a_folder_that_is_not_made_yet_is_on_the_disk_of_the_one_above(tmp_path: Path) -> None:
    assert free_space(tmp_path / "a" / "b") > 0


def test_sizes_are_of_what_lies_on_the_disk(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "data").write_bytes(b"x" * 100_000)
    with (tmp_path / "sparse").open("wb") as stream:
        stream.truncate(50_000_000)
    assert 100_000 <= size_of(tmp_path) < 1_000_000
