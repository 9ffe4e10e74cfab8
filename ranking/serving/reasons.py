"""Reasons of recommended products: which parts of a score came from what, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np

from kms.ontology.structure import ATTRIBUTE_FIELD, HAS_VALUE
from ranking.models import Hit, PathStep, Reason
from ranking.paths.index import INVERSE
from ranking.paths.metapaths import MetaPathScorer, PathInstance
from ranking.serving import wording
from ranking.serving.changed.paths import ChangedScorer
from ranking.serving.index import ServingIndex
from ranking.serving.popularity import popularity_reason

NAMED_SEEDS = 2
LEAST_SHARE = 0.02
PATHS_PER_HIT = 6

BehaviourReasons = Callable[[int, Sequence[int], float], list[Reason]]
"""Reasons of a target for its seeds, given the share of the behaviour part."""


class Explainer:
    """Gives reasons to hits that were scored from seeds (positions of products)."""

    def __init__(self, index: ServingIndex) -> None:
        self._index = index

    def explain(
        self,
        hits: Sequence[Hit],
        seeds: Sequence[int],
        weights: Sequence[float],
        scorer: MetaPathScorer | ChangedScorer,
        behaviour: BehaviourReasons,
    ) -> list[Hit]:
        """The same hits with their reasons, the largest share first.

        Args:
            hits: As they were scored.
            seeds: Positions of the products that the scores start from.
            weights: One for each seed.
            scorer: The meta-paths that scored.
            behaviour: Words the behaviour part.
        """
        targets = [self._index.positions[hit.product_id] for hit in hits]
        paths = scorer.explain_many(list(seeds), targets, list(weights), n=PATHS_PER_HIT)
        return [
            self._explain_hit(
                hit, target, seeds, weights, self._path_reasons(hit, scorer, of_target), behaviour
            )
            for hit, target, of_target in zip(hits, targets, paths, strict=True)
        ]

    def because_of_history(self, target: int, seeds: Sequence[int], share: float) -> list[Reason]:
        """The products of the history that the behaviour model scored by."""
        named = self._strongest_seeds(target, seeds)
        en, zh = wording.because_of([self._title(i) for i in named])
        return [self._behaviour_reason(share, en, zh, named)] if named else []

    def chosen_along(self, target: int, seeds: Sequence[int], share: float) -> list[Reason]:
        """Shoppers of the product at hand chose the target as well."""
        named = self._strongest_seeds(target, seeds)
        if not named:
            return []
        en, zh = wording.chosen_along(self._title(named[0]))
        return [self._behaviour_reason(share, en, zh, named)]

    def bought_along(self, target: int, seeds: Sequence[int], share: float) -> list[Reason]:
        """Number of shoppers who bought the product at hand and the target."""
        seed = seeds[0]
        buyers = int(self._index.bought_along.buyers[seed, target])
        en, zh = wording.bought_along(self._title(seed), buyers)
        return [self._behaviour_reason(share, en, zh, [seed])]

    def _behaviour_reason(self, share: float, en: str, zh: str, named: Sequence[int]) -> Reason:
        ids = tuple(self._index.ids[i] for i in named)
        return Reason(source="behaviour", share=share, text_en=en, text_zh=zh, because_of=ids)

    def _strongest_seeds(self, target: int, seeds: Sequence[int]) -> list[int]:
        model = self._index.behaviour
        if model is None:
            return []
        # A product that came after the version has no behaviour.
        parts = (
            model.explain([seed for seed in seeds if seed < model.n_items], target)
            if target < model.n_items
            else []
        )
        return [part.item for part in parts if part.share > 0][:NAMED_SEEDS]

    def _title(self, position: int) -> str:
        return self._index.documents[position].title

    def _explain_hit(
        self,
        hit: Hit,
        target: int,
        seeds: Sequence[int],
        weights: Sequence[float],
        of_paths: Sequence[Reason],
        behaviour: BehaviourReasons,
    ) -> Hit:
        shares = {name: part / (hit.score or 1.0) for name, part in hit.sources.items()}
        reasons: list[Reason] = []
        if "behaviour" in shares:
            reasons += behaviour(target, seeds, shares["behaviour"])
        reasons += of_paths
        if "vector" in shares:
            reasons.append(self._likeness_reason(target, seeds, weights, shares["vector"]))
        if "popularity" in shares:
            is_popular = bool(self._index.popular[target])
            reasons.append(popularity_reason(is_popular=is_popular, share=shares["popularity"]))
        return hit.model_copy(update={"reasons": tuple(sorted(reasons, key=lambda r: -r.share))})

    def _likeness_reason(
        self, target: int, seeds: Sequence[int], weights: Sequence[float], share: float
    ) -> Reason:
        likeness = self._index.embeddings[list(seeds)] @ self._index.embeddings[target]
        seed = seeds[int(np.argmax(likeness * np.asarray(weights)))]
        en, zh = wording.alike(self._title(seed))
        because = (self._index.ids[seed],)
        return Reason(source="vector", share=share, text_en=en, text_zh=zh, because_of=because)

    def _path_reasons(
        self, hit: Hit, scorer: MetaPathScorer | ChangedScorer, paths: Sequence[PathInstance]
    ) -> list[Reason]:
        whole = hit.sources.get("graph", 0.0) / (hit.score or 1.0)
        return _merged(
            self._path_reason(path, scorer.steps_of(path.path), whole * path.share)
            for path in paths
            if whole * path.share >= LEAST_SHARE
        )

    def _path_reason(self, instance: PathInstance, steps: Sequence[str], share: float) -> Reason:
        index = self._index
        nodes = [index.graph.node_ids[i] for i in instance.nodes]
        path: list[PathStep] = []
        for step, start, end in zip(steps, nodes, nodes[1:], strict=False):
            relation = step.removeprefix(INVERSE)
            head, tail = (end, start) if step.startswith(INVERSE) else (start, end)
            path.append(
                PathStep(
                    source=head, source_label=index.label(head)[0], relation=relation,
                    attribute=self._attribute(relation, head, tail),
                    target=tail, target_label=index.label(tail)[0],
                    confidence=self._confidence(relation, head, tail),
                )
            )  # fmt: skip
        through = index.label(nodes[1]) if len(nodes) > 2 else ("", "")
        path_type = index.ontology.path(instance.path)
        assert path_type is not None, instance.path
        attribute = index.ontology.attributes.get(path[0].attribute)
        named = (attribute.label.en, attribute.label.zh) if attribute else ("", "")
        en, zh = wording.shared_path(path_type, through, named, index.label(nodes[0])[0])
        return Reason(
            source="graph", share=min(share, 1.0), text_en=en, text_zh=zh, path=tuple(path),
            because_of=(nodes[0].partition(":")[2],),
        )  # fmt: skip

    def _attribute(self, relation: str, product: str, value: str) -> str:
        """The attribute that an edge to a value speaks of; of several that share the value, one that the product has."""
        if relation != HAS_VALUE:
            return ""
        key = value.partition(":")[2]
        able = self._index.ontology.attributes_of_value(key)
        at = self._index.positions.get(product.partition(":")[2])
        facets = self._index.documents[at].facets if at is not None else {}
        own = [name for name in able if key.partition("/")[2] in facets.get(ATTRIBUTE_FIELD + name, ())]
        return (own or [*able, ""])[0]

    def _confidence(self, relation: str, head: str, tail: str) -> float:
        graph = self._index.graph
        ends, weights = graph.row(relation, graph.positions[head])
        return float(weights[ends == graph.positions[tail]].sum())


def _merged(reasons: Iterable[Reason]) -> list[Reason]:
    """One reason for each wording: the shares and paths of edges that say the same are joined."""
    by_wording: dict[str, Reason] = {}
    for reason in reasons:
        other = by_wording.get(reason.text_en)
        share = min(1.0, reason.share + (other.share if other else 0.0))
        path = (*other.path, *reason.path) if other else reason.path
        by_wording[reason.text_en] = reason.model_copy(update={"share": share, "path": path})
    return list(by_wording.values())
