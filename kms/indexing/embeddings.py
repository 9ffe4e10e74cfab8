"""Vectors of product texts by the hash of their text: each is encoded once, also where a build is interrupted.

A version keeps its vectors in ``embeddings.npz``. What a build encodes goes, a part at a time, into a folder
beside the versions, where the next build finds it should this one die; a published version empties it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from kms.encoder.embeddings import Matrix, TextEncoder
from kms.progress import ProgressFactory, silent_progress

Vectors = Mapping[str, NDArray[np.float32]]

_FILE = "embeddings.npz"
_PART = 1_024
"""Texts a part: some ten seconds of work on two cores."""


def text_hash(encoder_version: str, text: str) -> str:
    """Key of a stored vector."""
    return hashlib.blake2b(f"{encoder_version}\x1f{text}".encode(), digest_size=16).hexdigest()


def pack_vector(vector: NDArray[np.float32], encoder_version: str) -> bytes:
    """The vector of a changed product as the log of changes keeps it, marked with its encoder."""
    return _mark(encoder_version) + np.asarray(vector, dtype="<f4").tobytes()


def unpack_vector(packed: bytes, encoder_version: str, dimensions: int) -> NDArray[np.float32] | None:
    """A vector of the log of changes (d,); ``None`` where another encoder made it.

    One without a mark is of a program that wrote none; it counts where its length is right.
    """
    mark, length = _mark(encoder_version), 4 * dimensions
    if len(packed) == length:
        numbers = packed
    elif len(packed) == len(mark) + length and packed.startswith(mark):
        numbers = packed[len(mark) :]
    else:
        return None
    return np.frombuffer(numbers, dtype="<f4").astype(np.float32)


def _mark(encoder_version: str) -> bytes:
    return hashlib.blake2b(encoder_version.encode(), digest_size=8).digest()


def read_embeddings(folder: Path) -> Vectors:
    """The vectors of a version by the hash of their text; none where the folder holds none."""
    path = folder / _FILE
    return _read(path) if path.exists() else {}


def write_embeddings(folder: Path, keys: Sequence[str], vectors: Matrix) -> None:
    """Keep the vectors of a version."""
    with (folder / _FILE).open("wb") as stream:
        _write(stream, keys, vectors)


class UnfinishedEmbeddings:
    """The parts that builds have encoded since the last one that was published."""

    def __init__(self, folder: Path) -> None:
        """Use ``folder``; it is made with the first part."""
        self._folder = folder

    def load(self) -> Vectors:
        """Read all parts; one that cannot be read is ignored, and its texts are encoded again."""
        vectors: dict[str, NDArray[np.float32]] = {}
        for path in sorted(self._folder.glob("*.npz")):
            try:
                vectors.update(_read(path))
            except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile):
                continue
        return vectors

    def add(self, keys: Sequence[str], vectors: Matrix) -> None:
        """Write one part, whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True)
        temporary = self._folder / f"{os.getpid()}.tmp"
        with temporary.open("wb") as stream:
            _write(stream, keys, vectors)
        os.replace(temporary, self._folder / f"{keys[0]}.npz")

    def clear(self) -> None:
        """Forget them: a published version has them all."""
        shutil.rmtree(self._folder, ignore_errors=True)


def embed_texts(
    texts: Sequence[str],
    encoder: TextEncoder,
    known: Vectors,
    unfinished: UnfinishedEmbeddings,
    *,
    progress: ProgressFactory = silent_progress,
) -> tuple[list[str], Matrix, int]:
    """Hashes and vectors (N, D) of texts, in their order, and how many texts had to be encoded now.

    Args:
        texts: The same one may stand there several times.
        encoder: Encodes what is not known.
        known: Vectors of before.
        unfinished: Where parts are kept on the way.
        progress: Makes the bar.
    """
    keys = [text_hash(encoder.version, text) for text in texts]
    vector_of = {**known, **unfinished.load()}
    missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in vector_of}
    # Batches hold texts of like length, and so do parts.
    order = sorted(missing, key=lambda key: len(missing[key]))
    with progress("vectors", len(order)) as advance:
        for start in range(0, len(order), _PART):
            part = order[start : start + _PART]
            vectors = encoder.encode([missing[key] for key in part], advance=advance)
            unfinished.add(part, vectors)
            vector_of.update(zip(part, vectors, strict=True))
    result = np.zeros((len(texts), encoder.dimensions), dtype=np.float32)
    for row, key in enumerate(keys):
        result[row] = vector_of[key]
    return keys, result, len(order)


def _read(path: Path) -> Vectors:
    with path.open("rb") as stream, np.load(stream) as stored:
        return dict(zip(stored["keys"].tolist(), stored["vectors"], strict=True))


def _write(stream: BinaryIO, keys: Sequence[str], vectors: Matrix) -> None:
    np.savez(stream, keys=np.array(keys, dtype="U32"), vectors=vectors)
