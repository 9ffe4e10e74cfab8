#!/usr/bin/env python3
"""Measure denial, ownership and polarity on sentences of other people's texts that a person has judged.

Three steps; sentences and judgements stay outside the repository:

    scripts/measure_denial.py read ../shared/datasets --seed 1 --to /tmp/after.jsonl
    scripts/measure_denial.py draw /tmp/before.jsonl /tmp/after.jsonl --seed 1 --count 300 --to /tmp/draw.jsonl
    scripts/measure_denial.py score /tmp/before.jsonl /tmp/after.jsonl --judgements /tmp/judged.jsonl

``read`` writes each mention twice: as it is read with the mechanisms off (``plain``) and on (``full``). A mechanism
*fires* where the two differ. ``draw`` takes one mention a sentence: most of them where it fires in any of the files, the
others where it fires in none although the sentence has a word that could deny or compare. What each file says is not shown,
so the reading is blind. A person adds ``label``: for a value ``own``, ``denied`` or ``none`` (of another thing, or unsaid);
for an opinion ``positive``, ``negative``, ``neutral`` or ``none``; ``wrong`` where the words mean something else. ``score``
compares.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from extraction.batch.run import context_of
from extraction.documents import ProductContext, Text, analyse
from extraction.pipeline import Pipeline
from extraction.rules.extractor import RuleExtractor
from extraction.rules.polarity import Shift
from extraction.sentences import SentenceParser
from kms.evidence.models import Document, Evidence
from kms.ontology import load_ontology
from kms.ontology.structure import HAS_ASPECT, IN_CATEGORY, MADE_BY
from scripts.draw_facts import read_products

Row = dict[str, Any]
_Item = TypeVar("_Item")
_Key = tuple[object, ...]
_CLASSES = {"electronics": "computing", "fashion": "clothing", "home": "kitchen"}
_READ = 2_000
"""Texts read of each file."""
_FIRED_VALUES, _FIRED_OPINIONS = 0.45, 0.25
_DENIALS = ("vocabulary.find_denial", "quantities.find_denial", "opinions.find_cue")
_SURE = 0.6
"""Confidence below which a denial in a review is none that filters and ranking use."""
_COULD_DENY = re.compile(
    r"\b(?:no|not|never|without|lacks?|free|than|old|older|other|others|previous|last|if|wish|unlike|instead|except|"
    r"hardly|nothing|none|nor|neither|too|my|missing|separately)\b|n['’]t\b",
    re.IGNORECASE,
)
_TOKENISED = (
    (re.compile(r" (n't|'(?:s|m|re|ve|ll|d))\b", re.IGNORECASE), r"\1"),
    (re.compile(r" ([.,!?;:)\]])"), r"\1"),
    (re.compile(r"([(\[]) "), r"\1"),
    (re.compile(r"\b(ca|wo|do|does|did|is|are|was|were) ?n't"), r"\1n't"),
)


def main() -> None:
    """Read the command line, do one step."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    steps = parser.add_subparsers(dest="step", required=True)
    read = steps.add_parser("read", help="read the texts with the mechanisms off and on")
    read.add_argument("data", type=Path, help="folder of the data sets")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--parser", help="spaCy pipeline for English sentences; default: none")
    read.add_argument("--texts", type=int, default=_READ, help="texts of each file")
    draw = steps.add_parser("draw", help="draw sentences to be judged")
    draw.add_argument("readings", type=Path, nargs="+")
    draw.add_argument("--seed", type=int, default=1)
    draw.add_argument("--count", type=int, default=300)
    for step in (read, draw):
        step.add_argument("--to", type=Path, required=True, help="JSON lines, outside the repository")
    score = steps.add_parser("score", help="compare readings with judgements")
    score.add_argument("readings", type=Path, nargs="+")
    score.add_argument("--judgements", type=Path, required=True)
    score.add_argument("--errors", action="store_true", help="print what is wrong")
    arguments = parser.parse_args()
    if arguments.step == "read":
        texts = texts_of(arguments.data, arguments.seed, arguments.texts)
        trees = SentenceParser(arguments.parser) if arguments.parser else None
        _write(arguments.to, read_texts(texts, trees))
    elif arguments.step == "draw":
        _write(
            arguments.to,
            draw_rows([_load(path) for path in arguments.readings], arguments.seed, arguments.count),
        )
    else:
        judged = {_key(row): row for row in _load(arguments.judgements) if row.get("label")}
        readings = {path.stem: {_key(row): row for row in _load(path)} for path in arguments.readings}
        common = set(judged).intersection(*readings.values())
        for name, rows in readings.items():
            print_score(name, judged, rows, common, show_errors=arguments.errors)


# texts


def texts_of(data: Path, seed: int, count: int) -> Iterator[tuple[Document, ProductContext]]:
    """Texts of each data set, drawn with the seed."""
    for domain, class_id in _CLASSES.items():
        with gzip.open(
            data / "opinions-dmaste" / f"unlabelled.{domain}.txt.gz", "rt", encoding="utf-8"
        ) as stream:
            reviews = [line.partition("####")[2].strip() for line in stream]
        for text in _sample(reviews, seed, count):
            yield _document(_join_tokens(text), "review_text"), ProductContext(class_id)
    with gzip.open(data / "catalog-giftcards" / "reviews.jsonl.gz", "rt", encoding="utf-8") as stream:
        cards = [json.loads(line)["text"] or "" for line in stream]
    for text in _sample(cards, seed, count):
        yield _document(text, "review_text"), ProductContext("product")
    ontology = load_ontology()
    for name in ("office", "giftcards"):
        products = list(read_products(data / f"catalog-{name}" / "products.jsonl.gz"))
        for product in _sample(products, seed, count):
            context = context_of(product, ontology)
            yield _document(product.description or "", "description"), context


def _sample(items: list[_Item], seed: int, count: int) -> list[_Item]:
    return random.Random(seed).sample(items, min(count, len(items)))


def _document(text: str, field: str) -> Document:
    return Document.model_validate(
        {"id": _hash(text), "product_id": "P", "field": field, "text": text or "-", "language": "en"}
    )


def _join_tokens(text: str) -> str:
    """A text whose words were separated by blanks, as people write it."""
    for pattern, written in _TOKENISED:
        text = pattern.sub(written, text)
    return text


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


# reading


def read_texts(
    texts: Iterable[tuple[Document, ProductContext]], parser: SentenceParser | None = None
) -> Iterator[Row]:
    """A row a mention, with what is read of it with the mechanisms off and on."""
    ontology = load_ontology()
    extractor, pipeline = RuleExtractor(ontology), Pipeline(ontology, parser=parser)
    for document, context in texts:
        text = analyse(document, context)
        full = {_place(item): item for item in pipeline.read([text])[0]}
        with ExitStack() as stack:
            for name, value in _mechanisms_off().items():
                stack.enter_context(patch(name, value))
            plain = extractor.extract(text)
        for item in plain:
            if item.relation not in {IN_CATEGORY, MADE_BY}:
                yield _row(text, item, full.get(_place(item)))


def _mechanisms_off() -> dict[str, Any]:
    rules = "extraction.rules"
    return (
        {f"{rules}.{module}": lambda *_, **__: None for module in _DENIALS}
        | {
            f"{rules}.{module}.is_foreign": lambda *_: False
            for module in ("vocabulary", "quantities", "opinions")
        }
        | {f"{rules}.{module}.is_unstated": lambda *_: False for module in ("vocabulary", "quantities")}
        | {
            f"{rules}.vocabulary.resembles": lambda *_: False,
            f"{rules}.quantities.is_difference": lambda *_: False,
            f"{rules}.opinions.shift": lambda *given: Shift(given[4]),
            f"{rules}.ownership.Ownership.is_of_other": lambda *_: False,
        }
    )


def _place(item: Evidence) -> tuple[object, ...]:
    if item.relation != HAS_ASPECT:
        return item.relation, item.attribute, item.value, item.start, item.end
    end = item.opinion[1] if item.opinion else item.end
    return item.relation, item.value, end, 0 if item.value == "overall" else item.start


def _row(text: Text, plain: Evidence, full: Evidence | None) -> Row:
    body = text.document.text
    begin, stop = text.sentence_at(plain.start)
    sentence = body[begin:stop]
    claim = f"{plain.relation} {plain.attribute} {plain.value}".replace("  ", " ")
    opinion = plain.opinion if plain.relation == HAS_ASPECT else None
    return {
        "hash": _hash(sentence),
        "start": plain.start - begin,
        "end": plain.end - begin,
        "claim": claim,
        "opinion": [opinion[0] - begin, opinion[1] - begin] if opinion else None,
        "sentence": sentence,
        "before": body[max(0, begin - 120) : begin],
        "field": text.document.field,
        "plain": _says(plain),
        "full": _says(full),
        "sure": round(full.confidence, 2) if full else 0.0,
    }


def _says(item: Evidence | None) -> str:
    if item is None:
        return "none"
    return item.polarity or ("denied" if item.negated else "own")


# drawing


def _key(row: Row) -> _Key:
    if row["opinion"] is None:
        return row["hash"], row["start"], row["end"], row["claim"]
    return row["hash"], row["claim"], row["opinion"][1]


def _fires(row: Row) -> bool:
    return bool(row["plain"] != row["full"])


def draw_rows(readings: list[list[Row]], seed: int, count: int) -> Iterator[Row]:
    """Mentions to be judged, one a sentence, without what was read of them."""
    fired = {_key(row) for rows in readings for row in rows if _fires(row)}
    kinds: dict[str, dict[str, list[Row]]] = defaultdict(lambda: defaultdict(list))
    seen: set[_Key] = set()
    for rows in readings:
        for row in rows:
            key = _key(row)
            if key in seen:
                continue
            seen.add(key)
            if key in fired:
                kinds["values" if row["opinion"] is None else "opinions"][row["hash"]].append(row)
            elif _COULD_DENY.search(row["sentence"]):
                kinds["quiet"][row["hash"]].append(row)
    chance = random.Random(seed)
    shares = {
        "values": _FIRED_VALUES,
        "opinions": _FIRED_OPINIONS,
        "quiet": 1 - _FIRED_VALUES - _FIRED_OPINIONS,
    }
    drawn: list[Row] = []
    taken: set[str] = set()
    for kind, share in shares.items():
        hashes = [each for each in sorted(kinds[kind]) if each not in taken]
        for each in chance.sample(hashes, min(len(hashes), round(count * share))):
            taken.add(each)
            row = chance.choice(kinds[kind][each])
            drawn.append(
                {k: v for k, v in row.items() if k not in {"plain", "full", "sure"}}
                | {"kind": kind, "label": ""}
            )
    chance.shuffle(drawn)
    yield from drawn


# scoring


def print_score(
    name: str, judged: dict[_Key, Row], read: dict[_Key, Row], common: set[_Key], *, show_errors: bool
) -> None:
    """Precision of what fires, by kind; recall of what should, over the mentions that all readings have."""
    counts: Counter[str] = Counter()
    for key, judgement in judged.items():
        row = read.get(key)
        if row is None:
            continue
        label = judgement["label"]
        full = "none" if row["full"] == "denied" and row["sure"] < _SURE else row["full"]
        kind = "opinion" if row["opinion"] else "value"
        is_right = label == full or (full == "none" and label in {"wrong", "none", "denied"})
        if _fires(row):
            deed = "left out" if full == "none" else "denied" if kind == "value" else "turned"
            counts[f"{kind} {deed}"] += 1
            counts[f"{kind} {deed} right"] += is_right
        if key in common and label != "wrong" and label != row["plain"]:
            counts[f"{kind} should fire"] += 1
            counts[f"{kind} should fire, does not say it"] += full != row["plain"]
            counts[f"{kind} should fire, right"] += is_right
        if show_errors and not is_right and label != "wrong":
            print(f"  {row['plain']}->{full}, right {label}: {_shown(row)}")
    print(name)
    for deed in ("value denied", "value left out", "opinion turned", "opinion left out"):
        print(f"  precision, {deed}: {_share(counts[f'{deed} right'], counts[deed])}")
    for kind in ("value", "opinion"):
        total = counts[f"{kind} should fire"]
        print(f"  recall, {kind}: {_share(counts[f'{kind} should fire, right'], total)}, ", end="")
        print(f"not asserted: {_share(counts[f'{kind} should fire, does not say it'], total)}")


def _share(part: int, whole: int) -> str:
    return f"{part} of {whole}" + (f" = {100 * part / whole:.1f} %" if whole else "")


def _shown(row: Row) -> str:
    text, start, end = row["sentence"], row["start"], row["end"]
    marked = f"{text[max(0, start - 120) : start]}[[{text[start:end]}]]{text[end : end + 60]}"
    opinion = row["opinion"]
    return f"{row['claim']}{' ' + text[opinion[0] : opinion[1]] if opinion else ''} | {marked}".replace(
        "\n", " "
    )


def _load(path: Path) -> list[Row]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _write(path: Path, rows: Iterable[Row]) -> None:
    with path.open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
