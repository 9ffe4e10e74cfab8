"""Choice of the behaviour model: estimates what each model would need for the data at hand, and takes one that fits.

The setting ``KMS_BEHAVIOUR`` names a model or leaves the choice ("auto"): collective EASE for at most
``DENSE_PRODUCTS`` products while its estimated memory and time fit the budget (``KMS_BEHAVIOUR_MEMORY_GB``,
``KMS_BEHAVIOUR_MINUTES``), else its sparse form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from kms.types import Frozen
from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.collective_ease import CollectiveEase, CollectiveEaseConfig
from ranking.behaviour.errors import BehaviourError
from ranking.behaviour.item_knn import ItemKnn, ItemKnnConfig
from ranking.behaviour.p3alpha import RP3beta, RP3betaConfig
from ranking.behaviour.rows import EntityRows
from ranking.behaviour.setting import Budget
from ranking.behaviour.sparse_ease import SparseEase, SparseEaseConfig

ModelName = Literal["auto", "collective_ease", "sparse_ease", "rp3beta", "item_knn"]
GIB = 1024**3
REGULARISATION = 50.0
DAMPING = 0.75
NEIGHBOURS = 200
DENSE_PRODUCTS = 15_000
"""Above this the closed form's time grows with the cube of the products, and its sparse form is at least as good."""
DENSE_FLOPS = 40e9
"""Floating point operations a second of the dense factorisation: 12,101 products took 39 s on two busy cores."""
SECONDS_PER_PRODUCT = 5e-4
"""Of one small regression of the sparse form: 100,000 products took 38 to 46 s of processor time, the search included."""
SECONDS_PER_PAIR = 2e-8
"""Of one product of two entries of a row, when the sparse form looks for neighbours."""


class BehaviourChoice(Frozen):
    """The behaviour model of a version.

    Attributes:
        name: Of the model.
        settings: All of the model's, as its ``Config`` takes them.
        reason: Why this model, in words, with the estimates.
        memory_gb: Estimated peak memory of the fit.
        minutes: Estimated time of the fit.
    """

    name: str
    settings: dict[str, Any]
    reason: str
    memory_gb: float
    minutes: float


def dense_seconds(n_items: int) -> float:
    """Estimated time of collective EASE: a Cholesky factorisation and an inverse of n_items² (n³ operations)."""
    return float(n_items) ** 3 / DENSE_FLOPS


def sparse_seconds(
    n_items: int, n_users: int, n_interactions: int, entities: Sequence[EntityRows], longest: int
) -> float:
    """Estimated time of sparse EASE: the neighbours' search over all rows, and one regression a product."""
    pairs = n_interactions * min(longest, 2.0 * n_interactions / max(1, n_users))
    for rows in entities:
        lengths = rows.matrix.indptr[1:] - rows.matrix.indptr[:-1]
        kept = lengths[lengths <= longest].astype(float)
        pairs += float((kept**2).sum())
    return n_items * SECONDS_PER_PRODUCT + pairs * SECONDS_PER_PAIR


def choose_model(
    n_users: int,
    n_items: int,
    n_interactions: int,
    entities: Sequence[EntityRows],
    *,
    model: str = "auto",
    budget: Budget | None = None,
    relation_weights: Mapping[str, float] | None = None,
    default_weight: float = 1.0,
) -> BehaviourChoice:
    """The model that is fitted on data of a size, with its settings and the reason.

    Args:
        n_users: Shoppers.
        n_items: Products.
        n_interactions: Pairs of shopper and product.
        entities: Rows of the graph.
        model: A model's name, or "auto".
        budget: For "auto".
        relation_weights: Weight of the rows of each relation.
        default_weight: Weight of the rows of other relations.

    Raises:
        BehaviourError: No such model, or the named one would not fit the budget's memory.
    """
    allowed = budget or Budget()
    size = (n_users, n_items, n_interactions)
    limit = int(allowed.memory_gb * GIB)
    rows = {
        "regularisation": REGULARISATION,
        "damping": DAMPING,
        "relation_weights": dict(relation_weights or {}),
        "default_weight": default_weight,
        "max_memory_bytes": limit,
    }
    dense = rows | {"neighbours": min(NEIGHBOURS, max(1, n_items))}
    longest = SparseEaseConfig().longest_row
    candidates: dict[str, tuple[dict[str, Any], float]] = {
        "collective_ease": (dense, dense_seconds(n_items)),
        "sparse_ease": (rows, sparse_seconds(n_items, n_users, n_interactions, entities, longest)),
        "rp3beta": ({"max_memory_bytes": limit}, sparse_seconds(0, n_users, n_interactions, (), longest)),
        "item_knn": ({"max_memory_bytes": limit}, sparse_seconds(0, n_users, n_interactions, (), longest)),
    }

    def estimate(name: str) -> tuple[float, float]:
        settings, seconds = candidates[name]
        needed = _build(name, settings, entities).estimated_memory_bytes(*size)
        return needed / GIB, seconds / 60

    def chosen(name: str, reason: str) -> BehaviourChoice:
        memory, minutes = estimate(name)
        config = _build(name, candidates[name][0], entities).config
        return BehaviourChoice(
            name=name, settings=config.model_dump(mode="json"), reason=reason, memory_gb=round(memory, 3),
            minutes=round(minutes, 3),
        )  # fmt: skip

    if model != "auto":
        if model not in candidates:
            raise BehaviourError(
                f"no behaviour model {model!r}; KMS_BEHAVIOUR is auto, {', '.join(candidates)}"
            )
        memory, minutes = estimate(model)
        if memory > allowed.memory_gb:
            raise BehaviourError(
                f"KMS_BEHAVIOUR={model} needs about {memory:.1f} GB for {n_items:,} products, allowed are "
                f"{allowed.memory_gb:g}; raise KMS_BEHAVIOUR_MEMORY_GB or set KMS_BEHAVIOUR=auto"
            )
        return chosen(model, "KMS_BEHAVIOUR names it")
    memory, minutes = estimate("collective_ease")
    figures = (
        f"collective EASE on {n_items:,} products is estimated at {memory:.1f} GB and {minutes:.1f} minutes, "
        f"the budget is {allowed.memory_gb:g} GB and {allowed.minutes:g} minutes"
    )
    if memory > allowed.memory_gb or minutes > allowed.minutes:
        return chosen("sparse_ease", f"{figures}, so its sparse form is fitted")
    if n_items > DENSE_PRODUCTS:
        return chosen(
            "sparse_ease",
            f"{figures}; above {DENSE_PRODUCTS:,} products its sparse form is at least as good in less time",
        )
    return chosen("collective_ease", figures)


def make_model(choice: BehaviourChoice, entities: Sequence[EntityRows]) -> BehaviourModel:
    """The chosen model, not yet fitted."""
    return _build(choice.name, choice.settings, entities)


def _build(name: str, settings: Mapping[str, Any], entities: Sequence[EntityRows]) -> BehaviourModel:
    match name:
        case "collective_ease":
            return CollectiveEase(CollectiveEaseConfig(**settings), entities)
        case "sparse_ease":
            return SparseEase(SparseEaseConfig(**settings), entities)
        case "rp3beta":
            return RP3beta(RP3betaConfig(**settings))
        case "item_knn":
            return ItemKnn(ItemKnnConfig(**settings))
        case _:
            raise BehaviourError(f"no behaviour model {name!r}")
