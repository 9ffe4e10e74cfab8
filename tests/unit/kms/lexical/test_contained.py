"""Words for what a text says that its product contains."""

from __future__ import annotations

import pytest

from kms.lexical.contained import find_contained
from kms.lexical.denied import split_denied
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Contains soy; may contain traces of sesame.", {"soy", "sesame"}),
        ("Oat bar, with almonds. Sugar-free.", {"almonds"}),
        ("Made with beeswax and jojoba for dry lips.", {"beeswax", "jojoba"}),
        ("Cushion filled with feathers.", {"feathers"}),
        ("Comes with a leather strap.", {"leather"}),
        ("配料含花生和芝麻。", {"花生", "芝麻"}),
        ("添加薄荷醇,清凉。", {"薄荷醇"}),
    ],
)
def test_verbs_of_containing_tell_what_is_in_a_thing(text: str, words: set[str]) -> None:
    found = find_contained(split_denied(text, ONTOLOGY).affirmed)
    assert all(word in found for word in words)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("Contains no soy.", "soy"),
        ("Does not contain almonds.", "almonds"),
        ("Can be used with butter.", "butter"),
        ("Works with batteries of any brand.", "batteries"),
        ("Contains oats. Lactose-free, ideal for milk drinkers.", "milk"),
        ("不含花生。", "花生"),
        ("无添加蔗糖", "蔗糖"),
        ("不额外添加蔗糖", "蔗糖"),
    ],
)
def test_what_is_denied_or_used_beside_it_is_not_in_a_thing(text: str, word: str) -> None:
    assert word not in find_contained(split_denied(text, ONTOLOGY).affirmed)
