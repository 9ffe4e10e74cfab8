"""Surfaces: materials that the product is used on, sold in or partly made of, which are not its own."""

from __future__ import annotations

import re

from extraction.rules.accessories import word_lists
from kms.ontology.labels import singular

_USED_ON = re.compile(
    r"\b(?:works? (?:well |great )?on|(?:for )?use[ds]? (?:on|with)|cuts|cut through|cutting|adheres? (?:well )?to|"
    r"sticks? (?:well )?to|"
    r"bonds?|finds?|detects?|locates?|writes? on|cleans?|cleaning|permanent on|safe (?:on|for)|suitable for|"
    r"variety of (?:materials|surfaces))\b[^.;!?\n]*$"
    r"|(?<!opted )(?<!known )(?<!famous )(?<!swapped )(?<!chosen )(?<!went )\bfor\s+"
    r"(?:(?!(?:the|an?|your|its|being|of|in|from|with|made)\b)[\w-]+,?\s+){0,4}$",
    re.IGNORECASE,
)
"""Before materials that the product is used on."""
_NEXT_NOUN = re.compile(r"(?:\s*(?:&|,|/|\band\b)\s*[A-Za-z]+)*[ -](?P<noun>[A-Za-z]+)")
_SOLD_IN = re.compile(
    r"(?:^|[.;:,!?]\s*|\b(?:comes?|packed|packaged|delivered|sold|supplied|wrapped|filled|bottled)\s+)(?:in|into)\s+an?\s+"
    r"(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_NOUN_BEFORE = re.compile(
    r"(?:^|\s)(?!(?:is|are|was|at|only|just|about|around|and|or|a|an|the|of|to|from|nearly|under|with|than|measures?|some|by|over"
    r"|approx\w*)\b)(?P<noun>[A-Za-z]{3,})[\s,]+$",
    re.IGNORECASE,
)
"""A noun right before a measure."""


def is_used_on(before: str) -> bool:
    """Whether the words before a material or a colour make it one of what the product is used on: "cuts green wood"."""
    return _USED_ON.search(before) is not None


def is_treated(title: str, start: int, end: int) -> bool:
    """Whether a title's material, ``title[start:end]``, is what the product is used on: "leather cleaner", "wood screws"."""
    lists = word_lists()["en"]
    head = _NEXT_NOUN.match(title, end)
    if head is None:
        return False
    noun = singular(head["noun"])
    return noun in lists["treats"] or (
        noun in lists["tools"] and title[start:end].casefold() in lists["worked"]
    )


def is_wrap(before: str, head: str, own: frozenset[str]) -> bool:
    """Whether a look is that of what the product is sold in: "in a plastic case".

    Args:
        before: Text up to it, within its sentence.
        head: The noun that it belongs to.
        own: Nouns of the product.
    """
    return head in word_lists()["en"]["wraps"] - own and _SOLD_IN.search(before) is not None


def noun_before(before: str) -> str:
    """The noun, in the singular, right before a measure: "board" of "boards 27 mm"; empty where there is none."""
    noun = _NOUN_BEFORE.search(before)
    return singular(noun["noun"]) if noun else ""
