"""The model beside the rules on the sample catalogue: each alone, and both together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extraction.infer.predictor import Predictor
from extraction.merging import MIN_CONFIDENCE, overlap
from extraction.model.examples import (
    PredictedRelation,
    PredictedSpan,
    Prediction,
    Relation,
    Span,
    SpanExample,
)
from extraction.train.scores import Key, Score, count
from kms.evidence.models import Evidence

Place = tuple[int, int]
Kinds = dict[str, dict[str, Score]]
ROLES = ("compatible_with", "complements", "substitutes", "variant_of")
MODEL_TYPES = frozenset({"aspect", "opinion", "negation", "product"})
_TYPES = {"in_category": "class", "made_by": "brand", "suited_for": "use", "for_audience": "audience",
          "mentions": "product"}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """What somebody or something read in one text, in a form that all can be compared in.

    Attributes:
        spans: Type and place.
        opinions: Polarity, place of the aspect (``None``: the product), place of the judging words.
        negated: Type and place of values that the text denies.
        links: Role of another product and its place; ``value_of`` with the value's place.
    """

    spans: frozenset[tuple[str, Place]] = frozenset()
    opinions: frozenset[tuple[str, Place | None, Place]] = frozenset()
    negated: frozenset[tuple[str, Place]] = frozenset()
    links: frozenset[tuple[str, Place]] = frozenset()


def read_structure(
    spans: Sequence[Span] | Sequence[PredictedSpan],
    relations: Iterable[Relation] | Iterable[PredictedRelation],
) -> Reading:
    """Gold or a prediction."""
    places: list[Place] = [(span.start, span.end) for span in spans]
    kinds = [span.type for span in spans]
    opinions, negated, links = set(), set(), set()
    for link in relations:
        tail = places[link.tail]
        if link.type.startswith("opinion_"):
            head = None if link.head is None else places[link.head]
            opinions.add((link.type.removeprefix("opinion_"), head, tail))
        elif link.type == "negates":
            negated.add((kinds[link.tail], tail))
        else:
            links.add((link.type, tail))
    found = {(kind, place) for kind, place in zip(kinds, places, strict=True)}
    return Reading(frozenset(found), frozenset(opinions), frozenset(negated), frozenset(links))


def keep_sure(
    prediction: Prediction,
) -> tuple[tuple[PredictedSpan, ...], tuple[PredictedRelation, ...]]:
    """A prediction without the doubtful spans of types that the rules read as well, and their relations."""
    kept = [
        index
        for index, span in enumerate(prediction.spans)
        if span.type in MODEL_TYPES or span.confidence >= MIN_CONFIDENCE
    ]
    place = {old: new for new, old in enumerate(kept)}
    relations = tuple(
        PredictedRelation(
            None if link.head is None else place[link.head], place[link.tail], link.type, link.confidence
        )
        for link in prediction.relations
        if link.tail in place and (link.head is None or link.head in place)
    )
    return tuple(prediction.spans[index] for index in kept), relations


def read_evidence(items: Iterable[Evidence]) -> Reading:
    """What rules found; they have no spans for negation words."""
    spans: set[tuple[str, Place]] = set()
    opinions: set[tuple[str, Place | None, Place]] = set()
    negated: set[tuple[str, Place]] = set()
    links: set[tuple[str, Place]] = set()
    for item in items:
        place = (item.start, item.end)
        if item.relation == "has_aspect":
            judging = item.opinion or place
            is_overall = judging == place
            if not is_overall:
                spans.add(("aspect", place))
            spans.add(("opinion", judging))
            opinions.add((item.polarity or "neutral", None if is_overall else place, judging))
            continue
        kind = item.attribute if item.relation == "has_value" else _TYPES.get(item.relation, "product")
        spans.add((kind, place))
        if item.negated:
            negated.add((kind, place))
        if item.relation in ROLES:
            links.add((item.relation, place))
    return Reading(frozenset(spans), frozenset(opinions), frozenset(negated), frozenset(links))


def join(model: Reading, rules: Reading) -> Reading:
    """Both readings together, by the policy of ``extraction.merging``.

    What the ontology names is the rules' affair: their spans stand, and the model adds where they found
    nothing. Opinions, aspects, negation words and other products are the model's; an opinion of the rules
    joins where none of the model's judging words overlap it.
    """
    fixed = {(kind, place) for kind, place in rules.spans if kind not in MODEL_TYPES}
    own = {(kind, place) for kind, place in model.spans if kind in MODEL_TYPES}
    added = {
        (kind, place)
        for kind, place in model.spans
        if kind not in MODEL_TYPES and not any(overlap(place, other) for _, other in fixed)
    }
    opinions = {
        opinion
        for opinion in rules.opinions
        if not any(overlap(opinion[2], judging) for _, _, judging in model.opinions)
    }
    ends = {("opinion", judging) for _, _, judging in opinions}
    ends |= {("aspect", aspect) for _, aspect, _ in opinions if aspect is not None}
    ends = {(kind, place) for kind, place in ends if not any(overlap(place, other) for _, other in own)}
    return Reading(
        frozenset(fixed | own | added | ends),
        model.opinions | opinions,
        rules.negated | (model.negated & added),
        model.links,
    )


def score_readings(gold: Sequence[Reading], found: Sequence[Reading]) -> Kinds:
    """Scores by kind and type; opinions need aspect, judging words and polarity right."""

    def items(readings: Sequence[Reading], kind: str) -> list[tuple[str, Key]]:
        result: list[tuple[str, Key]] = []
        for number, reading in enumerate(readings):
            for name, *rest in getattr(reading, kind):
                result.append((name, (number, *rest)))
        return result

    return {
        kind: count(items(gold, kind), items(found, kind))
        for kind in ("spans", "opinions", "negated", "links")
    }


def read_with_rules(
    examples: Sequence[SpanExample], classes: Sequence[str], brands: Sequence[str]
) -> list[Reading]:
    """The rules' reading of sample texts; class and brand are what the shop states."""
    from extraction.documents import ProductContext, analyse
    from extraction.rules.extractor import RuleExtractor
    from extraction.train.data_sample import document_of
    from kms.ontology import load_ontology

    rules = RuleExtractor(load_ontology())
    return [
        read_evidence(rules.read(analyse(document_of(example), ProductContext(class_id, brand))))
        for example, class_id, brand in zip(examples, classes, brands, strict=True)
    ]


def compare(
    predictor: Predictor, split: str, languages: Sequence[str] = ("en",)
) -> dict[str, dict[str, Kinds]]:
    """Scores on one split of the sample catalogue.

    Args:
        predictor: Reads the texts of ``languages``; others have the rules alone.
        split: ``validation`` or ``test``.
        languages: That the model reads.

    Returns:
        Scores by language and by reader: ``model``, ``rules``, ``both``.
    """
    from extraction.train.data_sample import make_examples
    from kms.sample.load import load_sample

    products = [product for product in load_sample().products if product.split == split]
    result: dict[str, dict[str, Kinds]] = {}
    by_id = {product.id: product for product in products}
    every = make_examples(products)
    for language in sorted({example.language for example in every}):
        examples = [example for example in every if example.language == language]
        owners = [by_id[example.id.partition(":")[0]] for example in examples]
        gold = [read_structure(example.spans, example.relations) for example in examples]
        rules = read_with_rules(examples, [p.class_id for p in owners], [p.brand for p in owners])
        readings = {"rules": rules}
        if language in languages:
            found: list[Prediction] = predictor.predict(examples)
            model = [read_structure(prediction.spans, prediction.relations) for prediction in found]
            readings["model"] = model
            sure = [read_structure(*keep_sure(prediction)) for prediction in found]
            readings["both"] = [join(a, b) for a, b in zip(sure, rules, strict=True)]
        result[language] = {name: score_readings(gold, part) for name, part in readings.items()}
    return result


def comparison_table(scores: dict[str, dict[str, Kinds]], part: str) -> list[str]:
    """Markdown: F1 of rules, model and both by kind and type, for each language."""
    lines: list[str] = []
    for language, readers in scores.items():
        names = [name for name in ("rules", "model", "both") if name in readers]
        lines += [f"## {part}, {language}: rules and model", ""]
        lines += ["F1 in percent; precision / recall in brackets for all types together.", ""]
        lines += ["| kind | type | gold | " + " | ".join(names) + " |", "|---|---|---|" + "---|" * len(names)]
        for kind in ("spans", "opinions", "negated", "links"):
            total = readers[names[0]][kind][""].gold
            if total:
                cells = [_whole(readers[name][kind][""]) for name in names]
                lines.append(f"| {kind} | **all** | {total} | " + " | ".join(cells) + " |")
        for kind in ("spans", "opinions", "negated", "links"):
            types = {t: s.gold for n in names for t, s in readers[n][kind].items() if t and s.gold}
            for name, total in sorted(types.items(), key=lambda item: (-item[1], item[0])):
                cells = [f"{100 * readers[n][kind].get(name, Score()).f1:.1f}" for n in names]
                lines.append(f"| {kind} | {name} | {total} | " + " | ".join(cells) + " |")
        lines.append("")
    return lines


def _whole(score: Score) -> str:
    return f"**{100 * score.f1:.1f}** ({100 * score.precision:.1f} / {100 * score.recall:.1f})"
