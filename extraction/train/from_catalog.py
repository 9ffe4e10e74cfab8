"""Train the attribute model on a shop's own catalogue, and compare it with the one before."""

from __future__ import annotations

import os
import shutil
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from extraction.attributes import ATTRIBUTE_SETTINGS, AttributeSettings
from extraction.train.calibrate_cells import calibrate, fit_confidence
from extraction.train.cells import (
    CellReading,
    CellScore,
    Comparison,
    calibration_error,
    choose_threshold,
    compare,
    read_cells_back,
    score_cells,
)
from extraction.train.data_catalog import CatalogData
from extraction.train.run import train_model
from extraction.train.settings import TrainSettings
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console

    from extraction.infer.predictor import Predictor

_EPOCH_TEXTS = 600
"""Texts of the validation part that choose the epoch and the temperature."""
_MEASURED_TEXTS = 3_000
"""Texts of each part that choose the thresholds and measure."""
_LEAST_TRAIN = 200
_SURE = 0.05
"""Probability below which a worse result on the same cells is no accident."""


@dataclass(frozen=True)
class CatalogReport:
    """A trained attribute model beside the one before.

    Attributes:
        folder: Where the model in use lies.
        is_adopted: Whether that is the new one.
        validation: Score at the threshold that was chosen on it.
        test: Score of the test part at that threshold, over all hidden cells that a text can tell.
        standing: The same over the cells whose values stand in a text.
        calibration: Expected calibration error on the test part.
        comparison: With the model before, on the test part; ``None`` where there was none.
        by_attribute: Test score of the attributes with most cells.
        examples: Texts that were trained on.
        minutes: Training time.
    """

    folder: Path
    is_adopted: bool
    validation: CellScore
    test: CellScore
    standing: CellScore
    calibration: float
    comparison: Comparison | None
    by_attribute: dict[str, CellScore]
    examples: int
    minutes: float


def train_from_catalog(
    data: CatalogData,
    settings: TrainSettings,
    folder: Path,
    *,
    precision: float = 0.9,
    engine: Literal["onnx", "torch"] = "onnx",
    console: Console | None = None,
) -> CatalogReport:
    """Train, choose thresholds for a precision, measure once, and take the new model where it is not worse.

    Args:
        data: As ``split_catalog`` gives it.
        settings: The recipe; ``extraction/settings/catalog.yaml``.
        folder: Of the installation's attribute model; the one before is kept beside it as ``<name>-before``.
        precision: Wanted share of right readings among those that are used.
        engine: What measures.
        console: For progress; ``None`` is silent.

    Raises:
        ConfigurationError: Too few cells of the tables stand in texts.
    """
    if len(data.train) < _LEAST_TRAIN or not data.validation or not data.test:
        raise ConfigurationError(
            f"only {len(data.train)} texts hold a value of their product's table; {_LEAST_TRAIN} are needed to learn from "
            "(values in titles and descriptions that the tables have as well)"
        )
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    fresh = folder.with_name(f"{folder.name}-new")
    report = train_model(
        data.train,
        data.validation[:: max(1, len(data.validation) // _EPOCH_TEXTS)],
        settings,
        fresh,
        schema=data.schema,
        texts=data.texts,
        command="kms train extractor --from-catalog",
        console=console,
    )
    predictor = _open(fresh, engine, data)
    raw = _read(predictor, data.validation, data)
    confidence = fit_confidence(raw, precision)
    validation = calibrate(raw, confidence)
    threshold = choose_threshold(validation, precision)
    confidence = confidence.model_copy(update={"threshold": threshold, "stated": data.stated})
    confidence.write(fresh / ATTRIBUTE_SETTINGS)
    test = calibrate(_read(predictor, data.test, data), confidence)
    comparison = None
    if (folder / ATTRIBUTE_SETTINGS).is_file():
        before = AttributeSettings.read(folder / ATTRIBUTE_SETTINGS)
        old = calibrate(_read(_open(folder, engine, data), data.test, data), before)
        comparison = compare(test, old, (threshold, before.threshold))
    is_worse = comparison is not None and comparison.only_new < comparison.only_old and comparison.p < _SURE
    if not is_worse:
        _replace(folder, fresh)
    return CatalogReport(
        folder=folder,
        is_adopted=not is_worse,
        validation=score_cells(validation, threshold),
        test=score_cells(test, threshold),
        standing=score_cells(test, threshold, only_standing=True),
        calibration=calibration_error(test),
        comparison=comparison,
        by_attribute=_by_attribute(test, threshold),
        examples=report.examples,
        minutes=report.minutes,
    )


def _open(folder: Path, engine: Literal["onnx", "torch"], data: CatalogData) -> Predictor:
    from extraction.infer.predictor import load_predictor

    return load_predictor(folder, engine, state=folder / "cache", labels=data.schema.labels)


def _read(predictor: Predictor, part: Sequence, data: CatalogData) -> list[CellReading]:  # type: ignore[type-arg]
    chosen = part[:: max(1, len(part) // _MEASURED_TEXTS)]
    return read_cells_back(predictor, chosen, data.hidden, data.unasked)


def _by_attribute(readings: Sequence[CellReading], threshold: float) -> dict[str, CellScore]:
    groups = _group(readings)
    largest = sorted(groups, key=lambda a: (-sum(r.stands for r in groups[a]), a))[:20]
    return {a: score_cells(groups[a], threshold) for a in largest}


def _group(readings: Sequence[CellReading]) -> dict[str, list[CellReading]]:
    groups: dict[str, list[CellReading]] = defaultdict(list)
    for reading in readings:
        groups[reading.key[1]].append(reading)
    return groups


def _replace(folder: Path, fresh: Path) -> None:
    before = folder.with_name(f"{folder.name}-before")
    shutil.rmtree(before, ignore_errors=True)
    if folder.exists():
        folder.rename(before)
    folder.parent.mkdir(parents=True, exist_ok=True)
    fresh.rename(folder)
