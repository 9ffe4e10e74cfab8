"""Stuffs: leaves out colours and materials that texts of goods sold by mass or volume name, unless they name the attribute.

A soap has a scent of lavender, a jar of glass and goat milk in it, and none of these is what the product looks like or is
made of. Titles are about the product itself: of "White Wall Paint 2.5 l" and "Beeswax Candle" the look is read, and of
"Lavender Soap" and "Balm with zinc" it is not. Classes of such goods are marked when they are induced
(``kms.induction.contents``). Where the class itself has the attribute, because the shop's tables state it, its texts are
read as those of any other class.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

import yaml

from extraction.documents import Text
from extraction.rules.explicit import ExplicitNames
from kms.evidence.models import Evidence
from kms.ontology.labels import singular
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import HAS_VALUE

_SHOP, _TABLE, _TITLE = "shop", "table", "title"
_OF_LOOKS = frozenset({"colour", "material", "pattern", "finish"})
_OTHER_THING = re.compile(r"\b(?:with|without|for|from|against)\b|含|搭配|配有|添加", re.IGNORECASE)
"""Before parts of a title that are about an ingredient, a thing the product is used on or what comes with it."""
_IN = re.compile(r"\bin\s+(?:an?\s+)?(?:\w+\s+)?$", re.IGNORECASE)
_PACKAGING = re.compile(
    r"\s*(?:jars?|tins?|bottles?|box(?:es)?|cans?|tubs?|tubes?|bags?|pouch(?:es)?|sachets?|cartons?|pots?)\b|\s*[瓶罐盒袋桶管]",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\d\s?(?:ml|cl|l|g|kg|oz|fl\.? ?oz|tablets|capsules)\b", re.IGNORECASE)
_TITLE_END = re.compile(r"\s*(?:[,|(:–]|\s-\s|\b(?:with|for|by|from|in|of)\b|\b(?:SPF\s?)?\d)", re.IGNORECASE)
_TITLE_WORD = re.compile(r"[a-z]+")
_PART_ZH = re.compile(r"[\s,，|/（）()\d]+")
_HAN = re.compile(r"[\u3400-\u9fff]")


class StuffReader:
    """Leaves out looks of ingredients, packaging and what a stuff is used on."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology
        self._explicit = ExplicitNames(ontology)
        self._looks = frozenset(a.id for a in ontology.attributes_of(ROOT_CLASS) if a.type == "enum")
        self._things = read_things()
        self._unstated = lru_cache(maxsize=1_000)(self._read_unstated)
        self._looks_of_ingredients = lru_cache(maxsize=1_000)(self._read_looks_of_ingredients)

    def keep(self, text: Text, evidence: Iterable[Evidence]) -> list[Evidence]:
        """Evidence of a text without such values."""
        items = list(evidence)
        class_id = text.context.class_id
        if class_id is None or text.document.field == _SHOP:
            return items
        unstated = self._unstated(class_id)
        if not unstated and text.document.field != _TABLE and is_preparation(text.context.title):
            unstated = self._looks_of_ingredients(class_id)
        if not unstated:
            return items
        if text.document.field == _TITLE:
            if is_preparation(text.context.title):
                unstated, items = unstated - {"material"}, [i for i in items if i.attribute != "material"]
            return [i for i in items if i.attribute not in unstated or self._is_of_title(text, i)]
        return [item for item in items if item.attribute not in unstated or self._is_named(text, item)]

    def _is_of_title(self, text: Text, item: Evidence) -> bool:
        """Whether a title says the look of the product itself, and not of an ingredient or its packaging."""
        if self._is_named(text, item):
            return True
        title = text.document.text
        surface = title[item.start : item.end].casefold()
        if item.attribute not in _OF_LOOKS or surface in self._things:
            return False
        if _OTHER_THING.search(title, 0, item.start) or _PACKAGING.match(title, item.end):
            return False
        if item.attribute == "material" and _IN.search(title, 0, item.start):
            return False
        # 红 in 红茶 is a part of the word, 红色 is a colour.
        is_part = len(surface) == 1 and _HAN.match(surface) and _HAN.match(title, item.end)
        return not is_part

    def _is_named(self, text: Text, item: Evidence) -> bool:
        """Whether the attribute's name leads to the value: "colour: amber"."""
        if item.relation != HAS_VALUE:
            return True
        body = text.document.text
        if text.document.field == _TABLE:
            # Of "tags: black tea" no colour is stated.
            line = body[body.rfind("\n", 0, item.start) + 1 : item.start]
            return self._explicit.stands_near(
                line, (0, len(line)), line.find(":"), line.find(":"), item.attribute
            )
        return self._explicit.leads_to(body, item.sentence, item.start, item.attribute)

    def _read_looks_of_ingredients(self, class_id: str) -> frozenset[str]:
        line = (class_id, *self._ontology.hierarchy.ancestors(class_id))
        stated = {a for each in line if each != ROOT_CLASS for a in self._ontology.classes[each].attributes}
        return (self._looks & _OF_LOOKS) - stated

    def _read_unstated(self, class_id: str) -> frozenset[str]:
        """Attributes that the class has from the root alone, where it is one of stuffs."""
        own = self._ontology.classes.get(class_id)
        if own is None or own.sold_by != "measure":
            return frozenset()
        line = (class_id, *self._ontology.hierarchy.ancestors(class_id))
        stated = {a for each in line if each != ROOT_CLASS for a in self._ontology.classes[each].attributes}
        return self._looks - stated


@lru_cache(maxsize=10_000)
def is_preparation(title: str) -> bool:
    """Whether a title names what is used up, though nothing marks its class as one of stuffs: "Rose Hand Cream 75 ml".

    The noun at the end of what the title calls its product says so; of words that name other things as well ("mask", "oil")
    only beside an amount.
    """
    lists = _preparations()
    if _HAN.search(title):
        return any(part.endswith(tuple(lists["zh"])) for part in _PART_ZH.split(title))
    end = _TITLE_END.search(title)
    words = _TITLE_WORD.findall((title[: end.start()] if end else title).casefold())
    noun = singular(words[-1]) if words else ""
    return noun in lists["en"] or (noun in lists["en_beside_amounts"] and _AMOUNT.search(title) is not None)


@lru_cache(maxsize=1)
def _preparations() -> dict[str, frozenset[str]]:
    source = resources.files("extraction.rules").joinpath("preparations.yaml").read_text("utf-8")
    return {kind: frozenset(words.split()) for kind, words in yaml.safe_load(source).items()}


@lru_cache(maxsize=1)
def read_things() -> frozenset[str]:
    """Words for plants, foods and minerals that give their names to colours."""
    source = resources.files("extraction.rules").joinpath("ambiguous.yaml").read_text("utf-8")
    words = yaml.safe_load(source)
    return frozenset(f"{words['things']} {words['stuffs']}".split())
