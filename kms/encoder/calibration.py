"""Calibration of an encoder: measures each language's mean vector and usual cosines, on forty things in two languages.

Some encoders put all texts of a language into one narrow cone, so that every cosine is high and a text of another language
is never near. Subtracting the mean of a language's vectors, for queries and passages apart, takes away what tells the
language and leaves what tells the meaning (Libovický, Rosa and Fraser 2020, "On the Language Neutrality of Pre-trained
Multilingual Representations", section 3). Encoders whose unrelated texts have low cosines already are left as they are.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from pathlib import Path
from typing import Literal

import numpy as np
import yaml
from numpy.typing import NDArray

from kms.encoder.scale import STANDARD, Landmarks, LikenessScale
from kms.text.language import detect_language
from kms.types import Language

Matrix = NDArray[np.float32]
Role = Literal["query", "passage"]
Encode = Callable[[Sequence[str], Role], Matrix]

TEXTS = Path(__file__).with_name("calibration.yaml")
NARROW = 0.3
"""Median cosine of unrelated texts from which an encoder's vectors are centred."""
_RARE = 0.99
"""Quantile of unrelated pairs that is the second landmark."""


@dataclass(frozen=True)
class Calibration:
    """What is measured of one encoder.

    Attributes:
        centres: Mean vector by role and language, which is subtracted; none for an encoder that needs no centring.
        landmarks: Of its cosines, after centring; see ``LikenessScale``.
    """

    centres: Mapping[tuple[Role, Language], Matrix] = field(default_factory=dict)
    landmarks: Landmarks = STANDARD

    @property
    def scale(self) -> LikenessScale:
        """From cosines to likenesses."""
        return LikenessScale(self.landmarks)

    @property
    def signature(self) -> str:
        """Short hash of what changes vectors; empty where nothing does."""
        if not self.centres:
            return ""
        digest = blake2b(TEXTS.read_bytes(), digest_size=4)
        return digest.hexdigest()

    def centre(self, vectors: Matrix, texts: Sequence[str], role: Role) -> Matrix:
        """Unit vectors of texts without the mean of their language, (n, d)."""
        if not self.centres or not texts:
            return vectors
        known = [language for each, language in self.centres if each == role]
        languages = [detect_language(text) for text in texts]
        means = [self.centres[role, each if each in known else known[0]] for each in languages]
        return _unit(vectors - np.stack(means))


@cache
def calibration_texts() -> Mapping[Language, tuple[tuple[str, str], ...]]:
    """Name and text of each thing, by language."""
    rows = yaml.safe_load(TEXTS.read_text("utf-8"))
    languages: tuple[Language, ...] = ("en", "zh")
    return {each: tuple((row[each]["name"], row[each]["text"]) for row in rows) for each in languages}


def calibrate(encode: Encode, can_read: Callable[[str], bool]) -> Calibration:
    """Measure an encoder.

    Args:
        encode: Unit vectors of texts in a role, before centring.
        can_read: Whether its vocabulary covers a text; languages of whose texts it covers less than half take no part.
    """
    queries: dict[Language, Matrix] = {}
    passages: dict[Language, Matrix] = {}
    for language, pairs in calibration_texts().items():
        if 2 * sum(can_read(text) for _, text in pairs) < len(pairs):
            continue
        queries[language] = encode([name for name, _ in pairs], "query")
        passages[language] = encode([text for _, text in pairs], "passage")
    if not queries:
        return Calibration()
    centres: dict[tuple[Role, Language], Matrix] = {}
    if np.median([_measure(queries[each], passages[each])[0] for each in queries]) > NARROW:
        for language in queries:
            for role, vectors in (("query", queries), ("passage", passages)):
                mean = vectors[language].mean(axis=0)
                centres[role, language] = np.asarray(mean, dtype=np.float32)  # type: ignore[index]
                vectors[language] = _unit(vectors[language] - mean)
    measured = np.array([_measure(queries[each], passages[each]) for each in queries]).mean(axis=0)
    low, rare, same = (round(float(each), 3) for each in measured)
    return Calibration(centres, (low, rare, same))


def read_calibration(path: Path) -> Calibration | None:
    """A stored calibration; ``None`` where there is none or it cannot be read."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = json.loads(path.read_text("utf-8"))
        low, rare, same = (float(each) for each in content["landmarks"])
        centres: dict[tuple[Role, Language], Matrix] = {
            (role, language): np.array(vector, dtype=np.float32)
            for role, by_language in content["centres"].items()
            for language, vector in by_language.items()
        }
        return Calibration(centres, (low, rare, same))
    return None


def write_calibration(path: Path, calibration: Calibration) -> None:
    """Store a calibration, whole or not at all; a cache that cannot be written costs the measuring each time."""
    centres: dict[str, dict[str, list[float]]] = {}
    for (role, language), vector in calibration.centres.items():
        centres.setdefault(role, {})[language] = [float(value) for value in vector]
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps({"landmarks": calibration.landmarks, "centres": centres}), "utf-8")
        os.replace(temporary, path)


def _measure(queries: Matrix, passages: Matrix) -> Landmarks:
    """Landmarks of names and texts of the same things, in the same order."""
    cosines = queries @ passages.T
    unrelated = cosines[~np.eye(len(cosines), dtype=bool)]
    return (
        float(np.median(unrelated)),
        float(np.quantile(unrelated, _RARE)),
        float(np.median(np.diag(cosines))),
    )


def _unit(vectors: Matrix) -> Matrix:
    norms = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return np.asarray(vectors / norms, dtype=np.float32)
