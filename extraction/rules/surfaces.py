"""Surfaces: tells materials that a product is used on or sold in from those that it is made of."""

from __future__ import annotations

import re

from extraction.rules.accessories import word_lists
from kms.ontology.labels import singular

_USED_ON = re.compile(
    r"\b(?:(?:works? (?:well |great )?on|(?:for )?use[ds]? (?:on|with)|cuts|cut through|cutting|"
    r"adheres? (?:\w+ly |well )?to|sticks? (?:well )?to|bonds?|writes? on|cleans?|cleaning|permanent on|safe (?:on|for)|"
    r"suitable for|variety of (?:materials|surfaces))\b[^.;!?\n]*"
    r"|\b(?:writes?|glides?|rolls?|grips?|slides?|draws?|us(?:e|ed|ing)|lay|place[ds]?)\b[^.;,!?\n]{0,40}\bon\s+"
    r"(?:(?!an?\b|the\b)[\w-]+\s+){0,2}"
    r"|(?:finds?|detects?|locates?)\s+(?:(?!(?:its|his|her|their|an?|the)\b)[\w-]+,?\s+){0,3})$",
    re.IGNORECASE,
)
"""Before materials that the product is used on."""
_USED_ON_ZH = re.compile(r"(?:[擦洗切锯磨粘刷钻]|擦拭|清[洗洁]|不伤|不刮|不损)$")
"""Right before what a product works on or does no harm to: 擦玻璃, 不伤漆面."""
_PACKED_ZH = re.compile(r"[瓶袋罐坛桶](?:子|装|包装)?(?:[，。；、！]|$)")
"""Behind a material that is all that a clause says of a container: 玻璃瓶。"""
_CLAUSE_START_ZH = re.compile(r"(?:^|[，。；、！\s])$")
_FOR = re.compile(
    r"(?<!opted )(?<!known )(?<!famous )(?<!swapped )(?<!chosen )(?<!went )(?<!valued )(?<!loved )(?<!prized )(?<!noted )"
    r"\bfor\s+(?P<between>(?:[\w-]+,?\s+){0,5})$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\w-]+")
_PHRASE_BEHIND = re.compile(
    r"(?:\s*(?:&|,|/|\band\b)\s*[A-Za-z]+)*(?P<words>(?:[ -](?!for\b|with\b|in\b|of\b|set\b)[A-Za-z]+)+)"
)
_SOLD_IN = re.compile(
    r"(?:^|[.;:,!?]\s*|\b(?:comes?|packed|packaged|delivered|sold|supplied|wrapped|filled|bottled)\s+)(?:in|into)\s+an?\s+"
    r"(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
_HOLDS = re.compile(r"\b(?:holds?|fits)\b[^,;|)]{0,24}$", re.IGNORECASE)
_NOUN_BEFORE = re.compile(
    r"(?:^|\s)(?!(?:is|are|was|at|only|just|about|around|and|or|a|an|the|of|to|from|nearly|under|with|than|measures?|some|by|over"
    r"|approx\w*|[a-z]+ly)\b)(?P<noun>[A-Za-z]{3,})\s+$",
    re.IGNORECASE,
)
"""A noun right before a measure."""


def is_worked_on(
    before: str, head: str, own: frozenset[str], stuffs: frozenset[str], *, is_material: bool
) -> bool:
    """Whether a material, or the colour of one, is that of what the product is used on.

    Args:
        before: Text up to it, within its sentence.
        head: The noun that it belongs to; empty where it is a noun itself.
        own: Nouns of the product.
        stuffs: Names of materials and colours.
        is_material: Whether it is a material; a colour counts only before one ("for green wood").
    """
    if is_material and is_used_on(before):
        return True
    return head not in own and is_meant_for(before, stuffs) and (is_material or head in stuffs)


def is_of_surface_zh(body: str, start: int, end: int, title: str) -> bool:
    """Whether a Chinese look is that of what the product works on (擦玻璃) or is sold in (玻璃瓶。).

    Args:
        body: The text.
        start: Of the look.
        end: Of the look.
        title: Of the product, which may be such a container.
    """
    if _USED_ON_ZH.search(body, max(0, start - 2), start):
        return True
    is_alone = _CLAUSE_START_ZH.search(body, max(0, start - 1), start)
    return is_alone is not None and _PACKED_ZH.match(body, end) is not None and body[end] not in title


def is_used_on(before: str) -> bool:
    """Whether the words before a material make it one of what the product is used on: "cuts hard wood"."""
    return _USED_ON.search(before) is not None


def is_meant_for(before: str, looks: frozenset[str]) -> bool:
    """Whether a material or a colour is what the product is for: "for wood", "for green wood", "for glass and stone".

    Args:
        before: Text up to it, within its sentence.
        looks: Words of materials and colours; with another word behind "for" the product is for something else, and the
            look its own ("for women, red leather").
    """
    found = _FOR.search(before)
    if found is None:
        return False
    between = _WORD.findall(found["between"].casefold())
    return not between or between[0] in looks or between[0] in word_lists()["en"]["worked"]


def is_treated(title: str, start: int, end: int) -> bool:
    """Whether a title's material, ``title[start:end]``, is what the product is used on: "leather cleaner", "wood screws".

    The noun that says so is the last one of the phrase: a "ceramic disc brake" is no disc.
    """
    lists = word_lists()["en"]
    phrase = _PHRASE_BEHIND.match(title, end)
    if phrase is None:
        return False
    words = _WORD.findall(phrase["words"].casefold())
    noun = singular(words[-1])
    return (
        words[0] == "care"
        or noun in lists["treats"]
        or (noun in lists["tools"] and title[start:end].casefold() in lists["worked"])
    )


def is_held(title: str, start: int, stuffs: frozenset[str]) -> bool:
    """Whether a title's material is that of what the product holds or is for: "brewer for glass decanters"."""
    before = title[:start]
    return _HOLDS.search(before) is not None or is_meant_for(before, stuffs)


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
