"""The ontology's own words in running text: longest match, negation aware, within what the class can have."""

from __future__ import annotations

from collections.abc import Iterator

from extraction.documents import Text
from extraction.rules.mention import Mention
from kms.text.negation import find_cue
from kms.ontology.labels import LabelKind, Match, Reading
from kms.ontology.model import Ontology

_KINDS: frozenset[LabelKind] = frozenset({"value", "use", "audience", "class", "attribute"})
_RELATIONS = {"use": "suited_for", "audience": "for_audience"}
CONFIDENCE = {"value": 0.8, "use": 0.65, "audience": 0.65, "class": 0.85, "boolean": 0.75}
"""Share of such matches that were right on the sample catalogue's train split, rounded."""


def find_values(text: Text, ontology: Ontology, class_id: str | None) -> Iterator[Mention]:
    """Mentions of values, uses, audiences, boolean attributes and, in titles, of classes."""
    allowed = {a.id for a in ontology.attributes_of(class_id or "product")}
    document = text.document
    matches = ontology.labels.find(document.text, _KINDS)
    classes: list[tuple[Match, Reading]] = []
    for match in matches:
        reading = _choose(match, allowed, ontology)
        if reading is None:
            continue
        if reading.kind == "class":
            classes.append((match, reading))
            continue
        cue = find_cue(document.text, text.sentence_at(match.start), match.start, document.language)
        if reading.kind == "attribute":
            yield Mention(
                match.start, match.end, "has_value", attribute=reading.id, value="true",
                negated=cue is not None, cue=cue, confidence=CONFIDENCE["boolean"],
            )  # fmt: skip
        elif reading.kind == "value":
            yield Mention(
                match.start, match.end, "has_value", attribute=reading.attribute or "", value=reading.id,
                negated=cue is not None, cue=cue, confidence=CONFIDENCE["value"],
            )  # fmt: skip
        else:
            yield Mention(
                match.start, match.end, _RELATIONS[reading.kind], value=reading.id,
                negated=cue is not None, cue=cue, confidence=CONFIDENCE[reading.kind],
            )  # fmt: skip
    yield from _title_class(text, classes, ontology)


def _choose(match: Match, allowed: set[str], ontology: Ontology) -> Reading | None:
    best: Reading | None = None
    order = {"value": 0, "attribute": 1, "class": 2, "use": 3, "audience": 4}
    for reading in sorted(match.readings, key=lambda r: (order[r.kind], not r.preferred, r.id, r.attribute or "")):
        if reading.kind == "value" and reading.attribute not in allowed:
            continue
        if reading.kind == "attribute":
            if reading.id not in allowed or ontology.attributes[reading.id].type != "boolean":
                continue
        best = best or reading
    return best


def _title_class(
    text: Text, classes: list[tuple[Match, Reading]], ontology: Ontology
) -> Iterator[Mention]:
    """In a title the product's kind: the deepest class named; the later one where two are as deep.

    A kind that stands behind "for" or "with" is what the product goes with, not what it is.
    """
    if text.document.field != "title" or not classes:
        return
    own = [
        (match, reading)
        for match, reading in classes
        if not text.document.text[: match.start].casefold().rstrip().endswith((" for", " with", "适用于", "适用"))
    ]
    if own:
        match, reading = max(own, key=lambda pair: (ontology.hierarchy.depth(pair[1].id), pair[0].start))
        yield Mention(match.start, match.end, "in_category", value=reading.id, confidence=CONFIDENCE["class"])
