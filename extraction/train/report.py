"""Result of a training run."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from extraction.train.scores import Scores
from extraction.train.settings import TrainSettings


@dataclass(frozen=True)
class TrainReport:
    """A trained model's folder, its settings and its scores.

    Attributes:
        folder: The saved model.
        settings: As used.
        best_epoch: The one that was kept, from 1.
        minutes: Training and validation, of all runs when it was resumed.
        history: Epoch, loss, score and minutes of each epoch.
        validation: Scores by kind (``spans``, ``values``, ``answers``, ``relations``), then type; ``""`` is the sum.
        tests: The same for each test set.
        examples: How many examples were trained on.
        bytes: Size of the stored weights.
    """

    folder: Path
    settings: TrainSettings
    best_epoch: int
    minutes: float
    history: list[dict[str, float]]
    validation: Scores
    tests: dict[str, Scores] = field(default_factory=dict)
    examples: int = 0
    bytes: int = 0
