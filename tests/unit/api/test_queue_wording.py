"""Questions in words: what is against the ontology is named with its values and class, numbers agree with their nouns."""

from __future__ import annotations

from api.queue_wording import ask, name_of_field, tell_effects
from kms.ontology.load import load_ontology
from kms.ontology.structure import HAS_VALUE
from kms.queue.models import Action, Content, Item, Kind
from kms.queue.store import Sums

ONTOLOGY = load_ontology()


def forbidden(cause: str, class_id: str = "kettle") -> Item:
    content = Content(relation=HAS_VALUE, attribute="spf", cause=cause)
    return Item(id="a", kind=Kind.VIOLATION, field="spf", class_id=class_id, content=content)


def test_a_question_against_the_ontology_names_values_and_class() -> None:
    values = tuple((f"{n}", f"{n}") for n in (30, 50))
    name = name_of_field("spf", ONTOLOGY)
    english, chinese = ask(forbidden("not_of_class"), name, values, ONTOLOGY)
    kettle = ONTOLOGY.classes["kettle"].label
    assert "“30”, “50”: " in english and f"{kettle.en} has no such attribute" in english
    assert "“30”, “50”" not in ask(forbidden("not_of_class"), name, (), ONTOLOGY)[0]
    assert kettle.zh in chinese
    many = tuple((f"{n}", f"{n}") for n in range(1, 9))
    assert "“3” and others" in ask(forbidden("wrong_unit"), name, many, ONTOLOGY)[0]
    assert "its class is not known" in ask(forbidden("class_unknown", ""), name, values, ONTOLOGY)[0]


def test_a_word_is_asked_about_without_an_article() -> None:
    for kind in ("use", "audience"):
        item = Item(id="a", kind=Kind.WORD, field=kind, word="knitting", content=Content(cause=kind))
        asked = ask(item, name_of_field(kind, ONTOLOGY), (), ONTOLOGY)[0]
        assert "“knitting”" in asked and name_of_field(kind, ONTOLOGY)[0] in asked
        assert " an " not in asked and " a " not in asked


def test_numbers_agree_with_their_nouns() -> None:
    item = Item(id="a", kind=Kind.WORD, field="use", word="knitting", products=1)
    assert "1 mention, 1 product" in tell_effects(item, Sums(1, 0, 1))[Action.ACCEPT][0]
    many = tell_effects(item.model_copy(update={"products": 2}), Sums(2, 0, 3))[Action.ACCEPT][0]
    assert "3 mentions, 2 products" in many
