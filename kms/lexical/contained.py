"""What a text says that its product contains: "contains wheat", "made with honey", 含小麦和牛奶.

A description names many things that the product has not: what it fits, what it is used with, what it replaces. Only words
behind a verb of containing count here, up to the end of their clause, and none of those that the text denies.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kms.text.nouns import has_plural, is_verb_form

_CONTAINS_EN = re.compile(
    r"\b(?:contain(?:s|ing)?|(?:made|consists?|consisting|composed|woven|cast|built|formed)\s+(?:from|of|with|out\s+of)"
    r"|com(?:es?|ing)\s+with|includ(?:es|ing)"
    r"|(?P<before>[A-Za-z]+\s+|(?:^|[.;:,!?(\n])\s*)with)\s+(?=\S)",
    re.IGNORECASE,
)
_CONTAINS_ZH = re.compile(
    r"(?<![不未没无非零免])(?<!不会|没有|从不|并不|不再|绝不|均不|未曾|不另)(?<!不额外|没额外|未额外)"
    r"(?:内含|富含|含有|包含|添加了?|加入了?|(?<![包])含(?!量|义|税|蓄|糊|笑|苞|羞))(?:有|少量|微量|天然)?(?P<list>[\u3400-\u9fff、]{1,16})"
)
_END = re.compile(
    r"[.!?](?=\s|$)|[;:()\[\]\n|]|\s[-–—]\s"
    r"|\b(?:but|for|to|on|when|while|which|that|without|so|because|is|are|was|were|has|have|can|will)\b",
    re.IGNORECASE,
)
_REACH = 80
_FILLED = re.compile(
    r"(?:made|filled|lined|enriched|coated|topped|flavou?red|scented|infused|mixed|blended|sweetened|seasoned|padded"
    r"|reinforced|stuffed|packed|fortified|decorated|trimmed)\s+$",
    re.IGNORECASE,
)
"""Before "with" these say what is in or on a thing; "used with" and "works with" do not."""


def find_contained(text: str) -> str:
    """The words that a text says its product contains, joined by blanks.

    Args:
        text: Without what it denies, as ``split_denied`` leaves it.
    """
    return " ".join((*_english(text), *(match["list"] for match in _CONTAINS_ZH.finditer(text))))


def _english(text: str) -> Iterator[str]:
    for match in _CONTAINS_EN.finditer(text):
        before = match["before"]
        if before is not None and not _has_with(before):
            continue
        stop = min(len(text), match.end() + _REACH)
        end = _END.search(text, match.end(), stop)
        yield text[match.end() : end.start() if end else stop]


def _has_with(before: str) -> bool:
    """Whether "with" behind these words says what is in a thing: it begins a clause, or a thing stands before it."""
    word = before.strip(" \n\t.;:,!?(")
    if not word:
        return True
    folded = word.casefold()
    return _FILLED.fullmatch(before) is not None or (has_plural(folded) and not is_verb_form(folded))
