"""Measures extraction on the sample catalogue: rules alone, model alone, both.

python scripts/measure_extraction.py [--model FOLDER] [--split validation ...] [--types]
"""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from rich.console import Console
from rich.table import Table as RichTable

from extraction.comparison import compare_readers, read_with_each
from extraction.quality import GoldDocument, Quality, compare, make_linker, read_gold
from extraction.reading import ModelReader
from extraction.sentences import SentenceParser
from extraction.train.scores import Score
from kms.evidence.models import Evidence
from kms.facts.linking import Linker
from kms.ontology import load_ontology
from kms.ontology.model import LANGUAGES
from kms.sample.load import load_sample
from kms.sample.models import SPLITS
from kms.text.normalise import clean_text


def main() -> None:
    """Read the command line, measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--model", type=Path, help="folder of a trained model; default: rules only")
    parser.add_argument("--state", type=Path, default=Path(".state/cache"), help="for the exported graph")
    parser.add_argument("--split", nargs="+", choices=SPLITS, default=["train", "validation"])
    parser.add_argument("--parser", help="spaCy pipeline for English sentences; default: none")
    parser.add_argument("--types", action="store_true", help="a line for each type")
    parser.add_argument("--errors", metavar="TYPE", help="print what is wrong or missing of one type")
    parser.add_argument("--confidence", action="store_true", help="precision by rule and stated confidence")
    parser.add_argument("--output", type=Path, help="JSON, such as docs/results/extraction_quality.json")
    args = parser.parse_args()
    console = Console(width=130)

    ontology = load_ontology()
    catalog = load_sample(clean=clean_text)
    gold = [item for item in read_gold(catalog, ontology) if item.split in args.split]
    linker = make_linker(catalog, ontology)
    model = ModelReader(args.model, ontology, state=args.state) if args.model else None
    readings = read_with_each(gold, ontology, model, SentenceParser(args.parser) if args.parser else None)
    result: dict[str, Any] = {}
    for split in args.split:
        part = [item for item in gold if item.split == split]
        for language in LANGUAGES:
            qualities = compare_readers(part, readings, linker, language)
            texts = sum(item.document.language == language for item in part)
            _print(console, f"{split}, {language}, {texts} texts", qualities, args.types)
            for name, quality in qualities.items():
                result.setdefault(split, {}).setdefault(language, {})[name] = _figures(quality)
    if args.errors:
        _print_errors(console, gold, readings, args.errors, linker)
    if args.confidence:
        _print_confidence(console, gold, readings)
    if args.output:
        command = "python scripts/measure_extraction.py " + " ".join(sys.argv[1:])
        about = {"command": command, "seed": None, "note": "reading draws nothing at random",
                 "ontology": ontology.version, "python": platform.python_version()}  # fmt: skip
        args.output.parent.mkdir(parents=True, exist_ok=True)
        written = json.dumps({"about": about, "scores": result}, indent=1)
        args.output.write_text(written + "\n", encoding="utf-8")


def _figures(quality: Quality) -> dict[str, Any]:
    measures = {"spans": quality.spans, "relations": quality.relations, "facts": quality.facts}
    return {
        name: {kind or "micro": _figure(score) for kind, score in table.items()}
        for name, table in measures.items()
    } | {"opinions": _figure(quality.opinions())}


def _figure(score: Score) -> dict[str, float | int]:
    return {
        "precision": round(100 * score.precision, 1),
        "recall": round(100 * score.recall, 1),
        "f1": round(100 * score.f1, 1),
        "right": score.right,
        "predicted": score.predicted,
        "gold": score.gold,
    }


def _print(console: Console, title: str, qualities: dict[str, Quality], with_types: bool) -> None:
    table = RichTable("measure", "type", title=title)
    for name in qualities:
        table.add_column(f"{name}: P / R / F1 (right, found, gold)", justify="right")
    for measure in ("spans", "relations", "facts"):
        kinds = sorted({kind for q in qualities.values() for kind in getattr(q, measure)} - {""})
        if not with_types:
            kinds = [k for k in kinds if k in {"aspect", "opinion", "negates"}]
        for kind in ["", *kinds]:
            cells = [_cell(getattr(q, measure).get(kind, Score())) for q in qualities.values()]
            table.add_row(measure, kind or "micro", *cells)
    table.add_row("relations", "opinions", *[_cell(q.opinions()) for q in qualities.values()])
    console.print(table)


def _cell(score: Score) -> str:
    rates = " ".join(f"{100 * x:5.1f}" for x in (score.precision, score.recall, score.f1))
    return f"{rates} ({score.right}, {score.predicted}, {score.gold})"


def _print_errors(
    console: Console, gold: list[GoldDocument], readings: dict[str, list[Evidence]], kind: str, linker: Linker
) -> None:
    """Lines ``+`` for what was read wrongly and ``-`` for what was missed, with the sentence around it."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for item in readings[list(readings)[-1]]:
        found[item.document_id].append(item)
    for one in gold:
        for sign, mine, other in (
            ("+", found[one.document.id], one.evidence),
            ("-", one.evidence, found[one.document.id]),
        ):
            for item in mine:
                quality = compare([one], [item], linker)
                if kind in quality.spans and not any(_same(item, each) for each in other):
                    text = one.document.text
                    before, after = text[max(0, item.start - 50) : item.start], text[item.end : item.end + 40]
                    around = f"{before}[{item.surface}]{after}"
                    kind_of = item.attribute or item.relation
                    line = f"{sign} {one.document.id} {kind_of}={item.value} {item.polarity or ''} "
                    if item.opinion:
                        line += repr(text[item.opinion[0] : item.opinion[1]])
                    console.print(line + " | " + around.replace("\n", " "), markup=False)


def _same(one: Evidence, other: Evidence) -> bool:
    keys = ("start", "end", "relation", "attribute", "negated", "polarity", "opinion")
    return all(getattr(one, key) == getattr(other, key) for key in keys)


def _print_confidence(
    console: Console, gold: list[GoldDocument], readings: dict[str, list[Evidence]]
) -> None:
    truth = {g.document.id: g for g in gold}
    for name in readings:
        if name == "both":
            continue
        counts: dict[tuple[str, str, float], list[int]] = defaultdict(lambda: [0, 0])
        for item in readings[name]:
            others = truth[item.document_id].evidence
            right = any(_same(item, each) for each in others)
            cell = counts[(item.language, item.relation, item.confidence if name == "rules" else 0.0)]
            cell[0] += int(right)
            cell[1] += 1
        for key, (hits, total) in sorted(counts.items()):
            console.print(f"{name} {key}: {hits}/{total} = {hits / total:.2f}")


if __name__ == "__main__":
    main()
