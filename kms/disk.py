"""Free disk space: seen before a build begins, because a memory-mapped file that cannot grow kills the process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

from kms.errors import StoreError

FreeSpace = Callable[[Path], int]
"""Free bytes of the file system that a folder is on."""

_MEGABYTE = 1_000_000


class DiskFullError(StoreError):
    """The disk has less room than what is about to be written."""


def free_space(folder: Path) -> int:
    """Free bytes of the file system that a folder is on, or would be on once it is made."""
    place = folder.resolve()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def check_free_space(folder: Path, needed: int, what: str, *, free: FreeSpace = free_space) -> None:
    """Refuse to begin what would not fit.

    Args:
        folder: Where it is to be written.
        needed: Bytes that it takes at most, estimated.
        what: What is to be written, for the message.
        free: Asked for the free bytes.

    Raises:
        DiskFullError: Less than ``needed`` is free; nothing was written.
    """
    there = free(folder)
    if there < needed:
        raise DiskFullError(
            f"{what} needs about {_megabytes(needed)} on the disk of {folder}, and {_megabytes(there)} are free; "
            "nothing was written and the live version goes on: make room, or set KMS_STATE_DIR to another disk"
        )


def size_of(folder: Path) -> int:
    """Bytes that the files below a folder take on the disk."""
    blocks = (path.stat().st_blocks for path in folder.rglob("*") if path.is_file())
    return 512 * sum(blocks)


def _megabytes(size: int) -> str:
    return f"{max(1, round(size / _MEGABYTE)):,} MB" if size else "0 MB"
