"""Artifact store: versions of derived data, written beside the live one and made current by one atomic step.

::

    <root>/<name>/v00000007/…     one folder a version
    <root>/<name>/unfinished/…    what a build that died had done, where its makers keep it
    <root>/<name>/CURRENT         the name of the live version, replaced atomically

A writer calls ``begin``, fills the folder and calls ``publish``. A reader calls ``current`` whenever it likes;
when the answer changes it opens the new folder and lets the old one go. A version that was rolled back is marked as
bad: no later roll-back goes to it, and the next publication deletes it.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from kms.errors import StoreError

_VERSION = re.compile(r"^v\d{8}$")
_PUBLISHED = ".published"
_BAD = ".bad"
_ABANDONED_S = 86_400


@dataclass(frozen=True)
class Version:
    """A published version."""

    name: str
    number: int
    path: Path


class ArtifactStore:
    """Versioned folders under one root."""

    def __init__(self, root: Path, *, keep: int = 2) -> None:
        """Use ``root``; after a publication all but the newest ``keep`` good versions are deleted."""
        self._root = root
        self._keep = keep

    def begin(self, name: str) -> Version:
        """Make the folder of a new version; it is not live until published."""
        folder = self._root / name
        folder.mkdir(parents=True, exist_ok=True)
        number = max((int(p.name[1:]) for p in folder.iterdir() if _VERSION.match(p.name)), default=0)
        while True:
            number += 1
            path = folder / f"v{number:08d}"
            try:
                path.mkdir()
            except FileExistsError:
                continue
            return Version(name, number, path)

    def publish(self, version: Version) -> None:
        """Make a version the live one.

        Raises:
            StoreError: The version's folder is empty or gone.
        """
        if not version.path.is_dir() or not any(version.path.iterdir()):
            raise StoreError(f"{version.name} version {version.number} has no content; it was not published")
        (version.path / _PUBLISHED).touch()
        self._point(version.name, version.path.name)
        self._forget_old(version)

    def workspace(self, name: str) -> Path:
        """A folder beside the versions for work of theirs that should outlive a process that dies."""
        return self._root / name / "unfinished"

    def current(self, name: str) -> Version | None:
        """The live version, or ``None`` before the first publication."""
        pointer = self._root / name / "CURRENT"
        try:
            target = pointer.read_text("utf-8").strip()
        except FileNotFoundError:
            return None
        path = self._root / name / target
        if not _VERSION.match(target) or not path.is_dir():
            raise StoreError(f"{pointer} names {target!r}, which is not there; rebuild {name}")
        return Version(name, int(target[1:]), path)

    def newest(self, name: str) -> Version | None:
        """The version that was published last, whether it is live, rolled back or replaced."""
        published = [p for p in self._folders(name) if (p / _PUBLISHED).exists()]
        return _version(name, published[-1]) if published else None

    def published(self, name: str) -> list[Version]:
        """The versions that can be live: all that were published and are kept, oldest first."""
        return [_version(name, p) for p in self._folders(name) if (p / _PUBLISHED).exists()]

    def is_bad(self, version: Version) -> bool:
        """Whether the version was rolled back."""
        return (version.path / _BAD).exists()

    def roll_back(self, name: str) -> Version:
        """Make the last good version before the live one live again, and mark the live one as bad.

        Raises:
            StoreError: There is none.
        """
        live = self.current(name)
        # A build that was killed leaves a folder that was never published: nothing to go back to.
        older = [
            p
            for p in self._folders(name)
            if live
            and int(p.name[1:]) < live.number
            and (p / _PUBLISHED).exists()
            and not (p / _BAD).exists()
        ]
        if live is None or not older:
            raise StoreError(f"{name} has no older good version to go back to")
        # Marked first: killed between the two steps, the bad version is live, but known as bad.
        (live.path / _BAD).touch()
        self._point(name, older[-1].name)
        return _version(name, older[-1])

    def activate(self, name: str, number: int) -> Version:
        """Make a published version live, also one that was rolled back, and take the mark from it.

        Raises:
            StoreError: There is no such version.
        """
        path = self._root / name / f"v{number:08d}"
        if not (path / _PUBLISHED).exists():
            there = [str(int(p.name[1:])) for p in self._folders(name) if (p / _PUBLISHED).exists()]
            raise StoreError(f"{name} has no version {number}; there are: {', '.join(there) or 'none'}")
        (path / _BAD).unlink(missing_ok=True)
        self._point(name, path.name)
        return _version(name, path)

    def _folders(self, name: str) -> list[Path]:
        folder = self._root / name
        return sorted(p for p in folder.iterdir() if _VERSION.match(p.name)) if folder.is_dir() else []

    def _point(self, name: str, target: str) -> None:
        pointer = self._root / name / "CURRENT"
        temporary = pointer.with_name(f".CURRENT.{os.getpid()}")
        with temporary.open("w", encoding="utf-8") as stream:
            stream.write(target + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        os.replace(temporary, pointer)

    def _forget_old(self, live: Version) -> None:
        older = [p for p in self._folders(live.name) if int(p.name[1:]) < live.number]
        published = [p for p in older if (p / _PUBLISHED).exists()]
        good = [p for p in published if not (p / _BAD).exists()]
        expired = good[: max(0, len(good) - (self._keep - 1))] + [p for p in published if p not in good]
        # A folder without the mark may be another process's build under way; after a day it is a dead one's.
        now = time.time()
        expired += [p for p in older if p not in published and now - p.stat().st_mtime > _ABANDONED_S]
        for path in expired:
            shutil.rmtree(path, ignore_errors=True)


def _version(name: str, path: Path) -> Version:
    return Version(name, int(path.name[1:]), path)
