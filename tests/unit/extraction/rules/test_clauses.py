"""What dependency trees say of a mention, on trees that are written out, so that no parser is needed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import spacy
import yaml
from spacy.tokens import Doc
from spacy.vocab import Vocab

from extraction.rules.clauses import judge

OWN = frozenset({"mat", "kettle", "pan", "bag"})
KINDS = OWN | {"jug", "boot", "sneaker", "tent", "shoe", "lamp"}
CASES: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("trees.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"])
def test_the_tree_says_whose_a_mention_is(case: dict[str, Any]) -> None:
    doc, start, end = read_tree(case)
    standing = judge(doc, start, end, OWN, KINDS, is_review=case["is_review"], is_look=True)
    assert (standing.says if standing else None) == case["says"]


def test_wishes_and_reports_count_in_reviews_only() -> None:
    case = next(c for c in CASES if "seller" in c["text"])
    doc, start, end = read_tree(case)
    assert judge(doc, start, end, OWN, KINDS, is_review=False) is None


def test_a_span_outside_the_sentence_says_nothing() -> None:
    doc, *_ = read_tree(CASES[0])
    assert judge(doc, len(doc.text) + 3, len(doc.text) + 5, OWN, KINDS, is_review=False) is None


def read_tree(case: dict[str, Any]) -> tuple[Doc, int, int]:
    """The document of a case, and the characters of its mention."""
    marked = case["text"]
    start = marked.index("[")
    end = marked.index("]") - 1
    text = marked.replace("[", "").replace("]", "")
    rows = [word.split("|") for word in case["tree"].split()]
    place, spaces = 0, []
    for word, *_ in rows:
        place = text.index(word, place) + len(word)
        spaces.append(text[place : place + 1] == " ")
    words, lemmas, pos, tags, deps, heads = ([row[i] for row in rows] for i in range(6))
    doc = Doc(
        _vocabulary(),
        words,
        spaces,
        tags=tags,
        pos=pos,
        lemmas=lemmas,
        deps=deps,
        heads=[int(h) for h in heads],
    )
    return doc, start, end


@lru_cache(maxsize=1)
def _vocabulary() -> Vocab:
    vocabulary: Vocab = spacy.blank("en").vocab
    return vocabulary
