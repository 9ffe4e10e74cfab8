"""Identity of an encoder: a hash of its files, which says whether two vectors can be compared."""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import suppress
from pathlib import Path


def weights_hash(folder: Path) -> str:
    """A short hash of an encoder's files, for cache names and index versions."""
    digest = hashlib.blake2b(digest_size=8)
    for path in _files(folder):
        digest.update(path.name.encode())
        with path.open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()


def remember_hash(folder: Path, cache: Path) -> str:
    """The hash of an encoder's files; it is computed again only when one of them has another size or time.

    Args:
        folder: Of the encoder.
        cache: Folder where the hash is kept, with the sizes and times that it is of.
    """
    stamp = [[path.name, path.stat().st_size, path.stat().st_mtime_ns] for path in _files(folder)]
    place = hashlib.blake2b(os.fsencode(folder.resolve()), digest_size=8).hexdigest()
    kept = cache / f"encoder-hash-{place}.json"
    with suppress(OSError, ValueError, KeyError, TypeError):
        known = json.loads(kept.read_text("utf-8"))
        if known["files"] == stamp:
            return str(known["hash"])
    computed = weights_hash(folder)
    with suppress(OSError):  # a cache that cannot be written costs a fifth of a second each time
        cache.mkdir(parents=True, exist_ok=True)
        temporary = kept.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps({"files": stamp, "hash": computed}), "utf-8")
        os.replace(temporary, kept)
    return computed


def _files(folder: Path) -> list[Path]:
    """The files that decide what the encoder computes, by name."""
    return [
        path
        for path in sorted(folder.iterdir())
        if path.suffix in {".safetensors", ".bin", ".txt"} or path.name == "config.json"
    ]
