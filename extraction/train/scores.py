"""Precision, recall and F1 of spans, values and relations."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from extraction.model.examples import (
    PredictedRelation,
    PredictedSpan,
    Prediction,
    Relation,
    Span,
    SpanExample,
)

Key = tuple[Hashable, ...]


@dataclass(frozen=True)
class Score:
    """Counts of one type or of all."""

    right: int = 0
    predicted: int = 0
    gold: int = 0

    @property
    def precision(self) -> float:
        """Share of predictions that are right."""
        return self.right / self.predicted if self.predicted else 0.0

    @property
    def recall(self) -> float:
        """Share of gold that was found."""
        return self.right / self.gold if self.gold else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        total = self.predicted + self.gold
        return 2 * self.right / total if total else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.right + other.right, self.predicted + other.predicted, self.gold + other.gold)


Scores = dict[str, dict[str, Score]]
"""By kind (``spans``, ``values``, ``answers``, ``relations``), then type; ``""`` is the sum."""


def count(gold: Iterable[tuple[str, Key]], predicted: Iterable[tuple[str, Key]]) -> dict[str, Score]:
    """Compare sets of (type, key) and count by type; ``""`` holds the sum."""
    expected, given = set(gold), set(predicted)
    scores: dict[str, Score] = defaultdict(Score)
    for item in expected | given:
        score = Score(int(item in expected and item in given), int(item in given), int(item in expected))
        scores[item[0]] += score
    total = sum(scores.values(), Score())
    return {**dict(sorted(scores.items())), "": total}


def score_spans(examples: Sequence[SpanExample], predictions: Sequence[Prediction]) -> dict[str, Score]:
    """Exact offsets and type."""
    gold = [(s.type, (n, s.start, s.end)) for n, e in enumerate(examples) for s in e.spans]
    predicted_keys = [(s.type, (n, s.start, s.end)) for n, p in enumerate(predictions) for s in p.spans]
    return count(gold, predicted_keys)


def score_values(examples: Sequence[SpanExample], predictions: Sequence[Prediction]) -> dict[str, Score]:
    """Surfaces of each type in each text, however often they occur."""
    gold = [(s.type, (n, e.text[s.start : s.end])) for n, e in enumerate(examples) for s in e.spans]
    predicted_keys = [
        (s.type, (n, examples[n].text[s.start : s.end])) for n, p in enumerate(predictions) for s in p.spans
    ]
    return count(gold, predicted_keys)


def score_answers(examples: Sequence[SpanExample], predictions: Sequence[Prediction]) -> dict[str, Score]:
    """The surest surface of each type in each text; right is any that the text has of the type."""
    gold: dict[tuple[int, str], set[str]] = defaultdict(set)
    for n, example in enumerate(examples):
        for span in example.spans:
            gold[n, span.type].add(example.text[span.start : span.end])
    best: dict[tuple[int, str], tuple[float, str]] = {}
    for n, prediction in enumerate(predictions):
        for found in prediction.spans:
            answer = (found.confidence, examples[n].text[found.start : found.end])
            best[n, found.type] = max(best.get((n, found.type), (0.0, "")), answer)
    scores: dict[str, Score] = defaultdict(Score)
    for key in gold.keys() | best.keys():
        right = key in best and best[key][1] in gold.get(key, ())
        scores[key[1]] += Score(int(right), int(key in best), int(key in gold))
    return {**dict(sorted(scores.items())), "": sum(scores.values(), Score())}


def score_relations(examples: Sequence[SpanExample], predictions: Sequence[Prediction]) -> dict[str, Score]:
    """Both ends exact, with their types, and the relation's type."""
    gold = [item for n, e in enumerate(examples) for item in _links(n, e.spans, e.relations)]
    predicted_keys = [item for n, p in enumerate(predictions) for item in _links(n, p.spans, p.relations)]
    return count(gold, predicted_keys)


def _links(
    number: int,
    spans: Sequence[Span] | Sequence[PredictedSpan],
    relations: Sequence[Relation] | Sequence[PredictedRelation],
) -> Iterable[tuple[str, Key]]:
    for relation in relations:
        tail = spans[relation.tail]
        head: Key = ()
        if relation.head is not None:
            other = spans[relation.head]
            head = (other.start, other.end, other.type)
        yield relation.type, (number, head, tail.start, tail.end, tail.type)


def sum_scores(scores: dict[str, Score], prefix: str) -> Score:
    """Sum over the types whose name begins with ``prefix``."""
    return sum((s for name, s in scores.items() if name and name.startswith(prefix)), Score())


def choose_score(metric: str, examples: Sequence[SpanExample], predictions: Sequence[Prediction]) -> float:
    """The number that the best epoch is chosen by, from 0 to 1."""
    if metric == "values":
        return score_values(examples, predictions)[""].f1
    if metric == "answers":
        return score_answers(examples, predictions)[""].f1
    if metric == "spans":
        return score_spans(examples, predictions)[""].f1
    relations = score_relations(examples, predictions)[""].f1
    if metric == "relations":
        return relations
    return (score_spans(examples, predictions)[""].f1 + relations) / 2


def measure(examples: Sequence[SpanExample], predictions: Sequence[Prediction]) -> Scores:
    """All scores of predictions."""
    return {
        "spans": score_spans(examples, predictions),
        "values": score_values(examples, predictions),
        "answers": score_answers(examples, predictions),
        "relations": score_relations(examples, predictions),
    }
