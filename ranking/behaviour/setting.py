"""Setting of the behaviour model; it imports no numerical library, so that commands can compare settings quickly."""

from __future__ import annotations

from kms.types import Frozen


class Budget(Frozen):
    """Budget of a fit: memory and time."""

    memory_gb: float = 6.0
    minutes: float = 10.0


class BehaviourSetting(Frozen):
    """Setting of the behaviour model: a model's name or "auto", and the budget of a fit."""

    model: str = "auto"
    budget: Budget = Budget()
