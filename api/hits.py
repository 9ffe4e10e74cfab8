"""Ranked products as they are answered: joined with rows, variants, and the sentences of their reasons."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from api.cards import make_cards
from api.edge_evidence import Inference
from api.facts import name_of
from api.inferences import word_sources
from api.offers import show_variant
from api.schemas import EvidenceOut, HitOut, Named, ReasonOut, StepOut
from api.sentences import pick, resolve_evidence
from api.serving import Served
from kms.catalog.variants import find_variant
from kms.errors import StoreError
from kms.ontology.structure import ATTRIBUTE_FIELD
from ranking.models import Hit, PathStep, Reason, SearchAnswer, SearchRequest

if TYPE_CHECKING:
    from api.wiring import Platform

SENTENCES_A_STEP = 2
Observe = Callable[[str, float], None]


class HitPresenter:
    """Joins hits with the stores; what a store cannot give is left out and named."""

    def __init__(self, platform: Platform, observe: Observe) -> None:
        """Prepare.

        Args:
            platform: Its catalogue and evidence are read.
            observe: Told each part and its seconds.
        """
        self._platform = platform
        self._observe = observe

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a part of an answer."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self._observe(name, time.perf_counter() - began)

    def show(
        self, served: Served, lists: Sequence[Sequence[Hit]]
    ) -> tuple[list[tuple[HitOut, ...]], list[str]]:
        """Lists of hits as they are answered, positions from 1; rows and sentences are read once for all lists."""
        degraded: list[str] = []
        every = [hit for hits in lists for hit in hits]
        with self.stage("rows"):
            cards, is_whole = make_cards(
                self._platform.catalog, served.index, list(dict.fromkeys(hit.product_id for hit in every))
            )
        if not is_whole:
            degraded.append("catalog")
        reasons = [reason for hit in every for reason in hit.reasons]
        sentences: dict[tuple[str, str, str], tuple[EvidenceOut, ...]] = {}
        if reasons:
            try:
                with self.stage("evidence"):
                    sentences = self._sentences(served, reasons)
            except StoreError:
                degraded.append("evidence")
        shown = [
            tuple(
                HitOut.model_construct(
                    position=number,
                    product=cards[hit.product_id],
                    score=round(hit.score, 6),
                    sources=hit.sources,
                    reasons=tuple(_show_reason(served, reason, sentences) for reason in hit.reasons),
                )
                for number, hit in enumerate(hits, start=1)
                if hit.product_id in cards  # deleted since the version was made
            )
            for hits in lists
        ]
        return shown, degraded

    def name_variants(
        self,
        served: Served,
        request: SearchRequest,
        answer: SearchAnswer,
        lists: Sequence[tuple[HitOut, ...]],
    ) -> list[tuple[HitOut, ...]]:
        """The hits with the variants that query and filter ask for; rows are read only of products that have some."""
        words = [request.query, *_asked_labels(served, request, answer)]
        excluded = [entity for entity in answer.understanding.entities if entity.negated]
        unwanted = [name for e in excluded for name in (e.surface, e.label_en, e.label_zh)]
        documents, positions = served.index.documents, served.index.positions
        ids = [hit.product.id for hits in lists for hit in hits]
        several = [i for i in ids if len(documents[positions[i]].codes) > 1] if any(words) else []
        if not several:
            return list(lists)
        try:
            rows = self._platform.catalog.products(list(dict.fromkeys(several)))
        except StoreError:
            return list(lists)
        variants = {
            row.id: show_variant(variant)
            for row in rows
            if (variant := find_variant(row, words, unwanted)) is not None
        }
        return [
            tuple(
                hit.model_copy(
                    update={"product": hit.product.model_copy(update={"variant": variants[hit.product.id]})}
                )
                if hit.product.id in variants
                else hit
                for hit in hits
            )
            for hits in lists
        ]

    def _sentences(
        self, served: Served, reasons: Sequence[Reason]
    ) -> dict[tuple[str, str, str], tuple[EvidenceOut, ...]]:
        steps = {(s.source, s.relation, s.target): s.evidence for r in reasons for s in r.path}
        ids = served.edges.find(key for key, given in steps.items() if not given)
        ids.update({key: given for key, given in steps.items() if given})
        resolved = resolve_evidence(self._platform.evidence, (i for each in ids.values() for i in each))
        return {key: pick(resolved, each, SENTENCES_A_STEP) for key, each in ids.items()}


def _asked_labels(served: Served, request: SearchRequest, answer: SearchAnswer) -> list[str]:
    """The names, in both languages, of what was understood and of the values that are filtered by."""
    understood = [each for each in answer.understanding.entities if not each.negated]
    labels = [label for each in understood for label in (each.label_en, each.label_zh)]
    ontology = served.index.ontology
    for condition in request.filter.conditions:
        attribute = ontology.attributes.get(condition.field.removeprefix(ATTRIBUTE_FIELD))
        owner = (attribute.vocabulary or attribute.id) if attribute else None
        labels += [
            label
            for value in condition.any_of
            for label in (served.index.label(f"value:{owner}/{value}") if owner else (value,))
        ]
    return labels


def _show_step(
    served: Served, step: PathStep, inference: Inference | None, evidence: tuple[EvidenceOut, ...]
) -> StepOut:
    ontology = served.index.ontology
    name_en, name_zh = name_of(step.relation, step.attribute, ontology)
    rule, sources = inference or ("", ())
    from_en, from_zh = word_sources(sources, ontology, served.index.label)
    return StepOut(
        source=step.source,
        source_label=step.source_label,
        relation=step.relation,
        attribute=step.attribute,
        name_en=name_en,
        name_zh=name_zh,
        target=step.target,
        target_label=step.target_label,
        confidence=step.confidence,
        inferred_by=rule,
        inferred_from=sources,
        from_en=from_en,
        from_zh=from_zh,
        evidence=evidence,
    )


def _show_reason(
    served: Served, reason: Reason, sentences: dict[tuple[str, str, str], tuple[EvidenceOut, ...]]
) -> ReasonOut:
    keys = [(step.source, step.relation, step.target) for step in reason.path]
    inferences = served.edges.inferences(keys)
    path = tuple(
        _show_step(served, step, inferences.get(key), sentences.get(key, ()))
        for step, key in zip(reason.path, keys, strict=True)
    )
    return ReasonOut(
        source=reason.source,
        share=round(reason.share, 4),
        text_en=reason.text_en + "".join(f", from {step.from_en}" for step in path if step.from_en),
        text_zh=reason.text_zh + "".join(f"（由{step.from_zh}得出）" for step in path if step.from_zh),
        terms=reason.terms,
        path=path,
        because_of=tuple(Named(id=i, title=served.index.label(f"product:{i}")[0]) for i in reason.because_of),
    )
