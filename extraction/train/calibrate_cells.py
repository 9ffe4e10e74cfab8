"""Calibration of an attribute model on hidden cells: Platt scaling, with a shift of its own for each frequent attribute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from extraction.attributes import AttributeSettings
from extraction.train.cells import CellReading

_OFTEN = 10
"""Readings of an attribute from which it gets a shift."""
_PRIOR = 0.5
_Floats = npt.NDArray[np.float64]


def fit_confidence(readings: Sequence[CellReading], precision: float) -> AttributeSettings:
    """Scale and shifts that make confidences the share of right readings (Platt 1999); the threshold is left at 0.

    An attribute's shift is drawn to zero by a normal prior of unit variance, so that few readings move it little.

    Args:
        readings: Of hidden cells that training did not see.
        precision: Kept in the settings.
    """
    read = [reading for reading in readings if reading.surface]
    if len({reading.is_right for reading in read}) < 2:
        return AttributeSettings(threshold=0.0, precision=precision)
    neutral = AttributeSettings(threshold=0.0, precision=precision)
    logits = np.array([neutral.log_odds("", reading.confidence) for reading in read])
    right = np.array([reading.is_right for reading in read], dtype=np.float64)
    # The prior holds where right and wrong readings are wholly apart, which any larger scale would fit better.
    scale, shift = minimize(
        lambda w: _loss(w[0] * logits + w[1], right) + _PRIOR * ((w[0] - 1.0) ** 2 + w[1] ** 2), [1.0, 0.0]
    ).x
    common = scale * logits + shift
    places: dict[str, list[int]] = defaultdict(list)
    for place, reading in enumerate(read):
        places[reading.key[1]].append(place)
    shifts = {
        attribute: round(_fit_shift(common[own], right[own]), 4)
        for attribute, own in sorted(places.items())
        if len(own) >= _OFTEN
    }
    return AttributeSettings(
        threshold=0.0,
        precision=precision,
        scale=round(max(float(scale), 1e-3), 4),
        shift=round(float(shift), 4),
        shifts=shifts,
    )


def calibrate(readings: Iterable[CellReading], settings: AttributeSettings) -> list[CellReading]:
    """The readings with calibrated confidences."""
    return [
        replace(r, confidence=settings.calibrated(r.key[1], r.confidence)) if r.surface else r
        for r in readings
    ]


def _fit_shift(logits: _Floats, right: _Floats) -> float:
    return float(minimize(lambda w: _loss(logits + w[0], right) + _PRIOR * w[0] ** 2, [0.0]).x[0])


def _loss(logits: _Floats, right: _Floats) -> float:
    return float((np.logaddexp(0.0, logits) - right * logits).sum())
