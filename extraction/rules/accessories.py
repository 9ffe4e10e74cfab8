"""Accessories: what is delivered with products or is a part of them, by the lists of ``accessories.yaml``."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

import yaml

from kms.ontology.labels import singular
from kms.types import Language


def names_thing_in_box(name: str) -> bool:
    """Whether a name is by itself that of a thing that is delivered with products: "manual", "Charger", 说明书."""
    word = name.strip().casefold()
    return word in accessories("zh", with_parts=False) or singular(word) in accessories(
        "en", with_parts=False
    )


@lru_cache(maxsize=1)
def word_lists() -> dict[str, dict[str, frozenset[str]]]:
    """The lists by language and kind; each is read once."""
    source = resources.files("extraction.rules").joinpath("accessories.yaml").read_text("utf-8")
    lists: dict[str, dict[str, str]] = yaml.safe_load(source)
    return {
        language: {kind: frozenset(words.split()) for kind, words in kinds.items()}
        for language, kinds in lists.items()
    }


@lru_cache(maxsize=4)
def accessories(language: Language, *, with_parts: bool = True) -> frozenset[str]:
    """Names of things that come with products, and of their parts."""
    lists = word_lists()[language]
    return lists["separate"] | lists["part"] if with_parts else lists["separate"]


def parts() -> frozenset[str]:
    """English names of parts."""
    return word_lists()["en"]["part"]


def own_words() -> frozenset[str]:
    """Subjects that are the product in any class."""
    return word_lists()["en"]["own"]


def phrase_ends() -> frozenset[str]:
    """English words that end a noun phrase."""
    return word_lists()["en"]["end"]
