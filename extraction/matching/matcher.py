"""A trained pair classifier in use: scores pairs of records."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from extraction.matching import artifact
from extraction.matching.inputs import Pair, PairInputs
from extraction.matching.train import predict
from kms.identity.records import Record


class Matcher:
    """Scores pairs; those that the features alone call different are not read."""

    def __init__(self, folder: Path, *, threads: int = 1) -> None:
        """Load the classifier of a folder.

        Raises:
            ConfigurationError: The folder holds none.
        """
        torch.set_num_threads(threads)
        self._network, self._config = artifact.load(folder)
        self._inputs = PairInputs(self._config)
        self.key = hashlib.blake2b((folder / artifact.WEIGHTS).read_bytes(), digest_size=8).hexdigest()

    @property
    def threshold(self) -> float:
        """Score from which a pair counts as the same product."""
        return self._config.threshold

    def __call__(
        self, pairs: Sequence[tuple[Record, Record]], features: NDArray[np.float32]
    ) -> NDArray[np.float64]:
        """The probability of each pair, (n,)."""
        read = [Pair(left, right, row) for (left, right), row in zip(pairs, features, strict=True)]
        return np.asarray(predict(self._network, self._inputs, read), dtype=np.float64)
