"""Rules alone, the model alone, and both as the pipeline joins them, on the annotated texts of the sample catalogue."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from extraction.documents import analyse
from extraction.pipeline import Pipeline
from extraction.quality import GoldDocument, Quality, Table, compare
from extraction.train.scores import Score
from kms.evidence.models import Evidence
from kms.facts.linking import Linker
from kms.ontology.model import Ontology

if TYPE_CHECKING:
    from extraction.reading import ModelReader
    from extraction.sentences import SentenceParser

Reader = str
"""``rules``, ``model`` or ``both``."""
_MEASURES = ("spans", "relations", "facts")
_NOTE = (
    "F1 in percent; precision / recall in brackets for all types together. Counted is what becomes evidence: not what a",
    "text says of other products, nor classes outside titles and brands in reviews, which the model's own scores count.",
)


def read_with_each(
    gold: Sequence[GoldDocument],
    ontology: Ontology,
    model: ModelReader | None,
    parser: SentenceParser | None = None,
) -> dict[Reader, list[Evidence]]:
    """What each reader takes from the texts; without a model only the rules read, with the parser where one is given."""
    pairs = [(item.document, item.context) for item in gold]
    readings = {"rules": Pipeline(ontology, parser=parser).extract(pairs)}
    if model is not None:
        texts = [analyse(document, context) for document, context in pairs]
        readings["model"] = [item for items in model.extract(texts) for item in items]
        readings["both"] = Pipeline(ontology, model, parser).extract(pairs)
    return readings


def compare_readers(
    gold: Sequence[GoldDocument], readings: Mapping[Reader, Sequence[Evidence]], linker: Linker, language: str
) -> dict[Reader, Quality]:
    """Each reader's evidence against the annotation of the texts in one language.

    Where the model reads nothing of a language, the rules stand alone.
    """
    part = [item for item in gold if item.document.language == language]
    is_read = any(item.language == language for item in readings.get("model", ()))
    names = list(readings) if is_read else ["rules"]
    return {name: compare(part, readings[name], linker) for name in names}


def comparison_table(title: str, qualities: Mapping[Reader, Quality]) -> list[str]:
    """Markdown: F1 of each reader, for everything together and by type, most frequent types first."""
    names = list(qualities)
    lines = [f"## {title}", "", *_NOTE, ""]
    lines += ["| kind | type | gold | " + " | ".join(names) + " |", "|---|---|---:|" + "---:|" * len(names)]
    rows: list[tuple[str, str, dict[Reader, Score]]] = []
    for measure in _MEASURES:
        tables: dict[Reader, Table] = {name: getattr(q, measure) for name, q in qualities.items()}
        lines.append(
            _line(measure, "**all**", {n: t.get("", Score()) for n, t in tables.items()}, is_whole=True)
        )
        if measure == "relations":
            opinions = {name: quality.opinions() for name, quality in qualities.items()}
            lines.append(_line(measure, "**opinions**", opinions, is_whole=True))
        types = {kind for table in tables.values() for kind in table if kind}
        rows += [(measure, kind, {n: t.get(kind, Score()) for n, t in tables.items()}) for kind in types]
    with_gold = [row for row in rows if next(iter(row[2].values())).gold]
    with_gold.sort(key=lambda row: (_MEASURES.index(row[0]), -next(iter(row[2].values())).gold, row[1]))
    lines += [_line(measure, kind, scores) for measure, kind, scores in with_gold]
    return [*lines, ""]


def _line(measure: str, kind: str, scores: Mapping[Reader, Score], *, is_whole: bool = False) -> str:
    gold = next(iter(scores.values())).gold
    cells = [_whole(score) if is_whole else f"{100 * score.f1:.1f}" for score in scores.values()]
    return f"| {measure} | {kind} | {gold} | " + " | ".join(cells) + " |"


def _whole(score: Score) -> str:
    return f"**{100 * score.f1:.1f}** ({100 * score.precision:.1f} / {100 * score.recall:.1f})"
