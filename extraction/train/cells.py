"""Hidden table cells read back from texts: precision and recall over thresholds, and a paired comparison of two models."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

from extraction.infer.predictor import Predictor
from extraction.model.calibration import expected_calibration_error
from extraction.model.examples import SpanExample
from extraction.train.alignment import Cell, find_cell, is_same_value

Key = tuple[str, str]
"""Product id and attribute."""
_LEAST_THRESHOLD = 0.05


@dataclass(frozen=True)
class CellReading:
    """What a model read for one hidden cell.

    Attributes:
        key: Product id and attribute.
        surface: The value as the text has it; empty: none was read.
        confidence: Calibrated probability; 0 where none was read.
        is_right: Whether it is the cell's value.
        stands: Whether the cell's value stands in some text of the product.
    """

    key: Key
    surface: str
    confidence: float
    is_right: bool
    stands: bool


@dataclass(frozen=True)
class CellScore:
    """Precision and recall of the readings that reach a threshold."""

    threshold: float
    right: int
    read: int
    standing: int

    @property
    def precision(self) -> float:
        """Share of the readings that are the cell's value."""
        return self.right / self.read if self.read else 0.0

    @property
    def recall(self) -> float:
        """Share of the cells whose values stand in the texts that were read rightly."""
        return self.right / self.standing if self.standing else 0.0


def read_cells_back(
    predictor: Predictor,
    examples: Sequence[SpanExample],
    hidden: Mapping[Key, Cell],
    unasked: Collection[Key] = (),
) -> list[CellReading]:
    """The surest reading of each hidden cell over the texts of its product, in the order of the cells.

    Args:
        predictor: The model.
        examples: Texts that ask for the hidden cells of their product.
        hidden: The cells.
        unasked: Cells that the model is not asked for where it serves: nothing is read of them.
    """
    best: dict[Key, tuple[float, str]] = {}
    asked: dict[Key, list[str]] = {}
    for example, prediction in zip(examples, predictor.predict(examples), strict=True):
        product_id = example.id.rpartition(":")[0]
        for attribute in example.asked or ():
            asked.setdefault((product_id, attribute), []).append(example.text)
        for span in prediction.spans:
            key = (product_id, span.type)
            if key in hidden and key not in unasked and span.confidence > best.get(key, (0.0, ""))[0]:
                best[key] = (span.confidence, example.text[span.start : span.end])
    readings = []
    for key, texts in sorted(asked.items()):
        confidence, surface = best.get(key, (0.0, ""))
        is_right = bool(surface) and is_same_value(surface, hidden[key])
        stands = is_right or any(find_cell(text, hidden[key]) for text in texts)
        readings.append(CellReading(key, surface, confidence, is_right, stands))
    return readings


def score_cells(
    readings: Iterable[CellReading], threshold: float, *, only_standing: bool = False
) -> CellScore:
    """Count readings of at least a threshold.

    Args:
        readings: Of the hidden cells.
        threshold: Least confidence.
        only_standing: Leave out cells whose values stand in no text, of which every reading counts as wrong otherwise.
    """
    counted = [r for r in readings if r.stands or not only_standing]
    read = [r for r in counted if r.surface and r.confidence >= threshold]
    return CellScore(threshold, sum(r.is_right for r in read), len(read), sum(r.stands for r in counted))


def choose_threshold(
    readings: Sequence[CellReading], precision: float, *, only_standing: bool = False
) -> float:
    """The threshold of most recall among those of at least a precision; the most precise one where none has it."""
    # Rounded down: a threshold above the reading that it was chosen for would leave that out.
    levels = sorted(
        {floor(r.confidence * 1e4) / 1e4 for r in readings if r.surface and r.confidence >= _LEAST_THRESHOLD}
    )
    scores = [score_cells(readings, level, only_standing=only_standing) for level in levels]
    enough = [score for score in scores if score.precision >= precision]
    if enough:
        return max(enough, key=lambda score: (score.recall, score.threshold)).threshold
    return max(
        scores, key=lambda score: (score.precision, score.recall), default=CellScore(0.5, 0, 0, 0)
    ).threshold


def calibration_error(readings: Iterable[CellReading]) -> float:
    """Expected calibration error of all readings, 10 bins."""
    import numpy as np

    read = [r for r in readings if r.surface]
    return expected_calibration_error(
        np.array([r.confidence for r in read]), np.array([r.is_right for r in read], dtype=bool)
    )


@dataclass(frozen=True)
class Comparison:
    """Two models on the same cells: cells that only one of them reads rightly, and the two-sided sign test (McNemar)."""

    only_new: int
    only_old: int
    p: float


def compare(
    new: Sequence[CellReading], old: Sequence[CellReading], thresholds: tuple[float, float]
) -> Comparison:
    """Compare two models' readings at their thresholds; a cell that is left empty rightly counts as read rightly."""

    def is_well(reading: CellReading, threshold: float) -> bool:
        if reading.surface and reading.confidence >= threshold:
            return reading.is_right
        return not reading.stands

    before = {reading.key: is_well(reading, thresholds[1]) for reading in old}
    only_new = only_old = 0
    for reading in new:
        well = is_well(reading, thresholds[0])
        only_new += well and not before.get(reading.key, False)
        only_old += before.get(reading.key, False) and not well
    return Comparison(only_new, only_old, sign_test(only_new, only_old))


def sign_test(wins: int, losses: int) -> float:
    """Two-sided exact sign test of wins against losses, ties left out."""
    from scipy.stats import binomtest

    return float(binomtest(wins, wins + losses).pvalue) if wins + losses else 1.0
