"""Companions: things that the product is used with, or that are sold beside it."""

from __future__ import annotations

import re

_OPTIONAL = re.compile(
    r"\boptional(?:ly)?\b(?!\s+(?:for|to)\b)[^.,;:!?\n]*$|(?:可选配|选配|可另购|另售|另有)[^，。；：:\n]*$",
    re.IGNORECASE,
)
"""Before what is sold apart from the product."""
_ALONGSIDE = re.compile(
    r"(?:\b(?:together|along|combin\w+|pair\w*|team\w*|match\w*|go(?:es)?|work(?:s|ing)?|use[ds]?|using|wear|worn|layer\w*|"
    r"shown|pictured|styled)"
    r"(?:\s+[\w']+){0,2}\s+with|\balongside|\bcomplements?|\bmatch(?:es)?)\s+(?:all |any of )?"
    r"(?:our|your|my|the matching|another)\s+[^.,;:!?\n]*$"
    r"|\bour matching\s+(?:[\w-]+\s+){0,2}$"
    r"|(?:加购|加配)[^，。；\n]*$|(?:搭配|配合)(?:我们|本店|同系列|您|你|自己)[^，。；\n]*$",
    re.IGNORECASE,
)
"""Before another thing that the product is used with: "use it with our SPF 50 stick"."""
_OF_READER = re.compile(r"\b(?:my|your)\b|[您你]|自己", re.IGNORECASE)
_SOLD_APART = re.compile(
    r"[^.;!?\n]{0,40}\b(?:(?:sold|available|bought|purchased|ordered) separately|available as an? (?:accessory|option)\b)"
    r"|[^。；！？\n]{0,8}(?:另外|单独|额外)(?:购买|选购|订购)|\s?[)）\]]?\s?(?:[需可须要请]*(?:另购|另售|另配|另买|自备|选购)"
    r"|(?:is |are )?(?:not included|sold separately))",
    re.IGNORECASE,
)
_TOGETHER_ZH = re.compile(r"(?:与|和|跟|同)[^，。；！？\n]{0,12}$")
_TOGETHER_BEHIND_ZH = re.compile(
    r"[^，。；！？\n]{0,10}(?:一起|一同|配套|搭配|同时)(?:使用|用|穿|戴|购买|更)"
)


def is_of_companion(body: str, before: str, end: int, *, is_thing: bool) -> bool:
    """Whether a mention is that of a thing sold apart, or that the product is used with.

    What the product works with is its own feature, unless a measure or a look says it of a thing: "my induction hob".
    """
    alongside = _ALONGSIDE.search(before)
    if _OPTIONAL.search(before) or (alongside and (is_thing or not _OF_READER.search(alongside.group()))):
        return True
    return _TOGETHER_ZH.search(before) is not None and _TOGETHER_BEHIND_ZH.match(body, end) is not None


def is_sold_apart(body: str, end: int, stop: int) -> bool:
    """Whether the words behind a mention make it a thing that is sold by itself: "(350 g) sold separately"."""
    return _SOLD_APART.match(body, end, stop) is not None
