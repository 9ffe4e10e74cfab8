"""Kinds among the values of a vocabulary: merino wool is a wool where wool is a value as well.

The last word of an English noun phrase, and the end of a Chinese one, says what a thing is.
"""

from __future__ import annotations

from collections.abc import Mapping

from kms.ontology.labels import normalise
from kms.text.chinese import contains_chinese
from kms.text.nouns import is_noun, is_quality
from kms.text.plurals import singular_of

_SHORTEST_ZH = 2
"""Characters from which on the end of a Chinese word is what it is a kind of: 珍珠棉 is foam and no cotton."""
_JOINING = frozenset("and or with without of for in on to from by plus no non not".split())  # noqa: SIM905
_SEEMING = frozenset(
    "faux fake imitation mock simulated artificial synthetic vegan vegetarian replica pseudo".split()  # noqa: SIM905
)
"""What stands behind one of these the thing is not."""
_SEEMING_ZH = ("仿", "人造", "人工", "假", "合成", "非", "无", "类", "素")


def find_head(value: str, names: Mapping[str, str]) -> str | None:
    """The id of the value that a longer one is a kind of, the nearest, or ``None``.

    Args:
        value: As written.
        names: Ids by the normalised names of the values.
    """
    words = normalise(value).split()
    is_chinese = contains_chinese(value)
    if not is_chinese and _JOINING.intersection(words):
        return None
    for start in range(1, len(words)):
        head, before = words[start:], words[:start]
        found = names.get(" ".join(head))
        if found is not None:
            return found if _is_kind(before, head, is_chinese=is_chinese) else None
    return None


def _is_kind(before: list[str], head: list[str], *, is_chinese: bool) -> bool:
    if is_chinese:
        return len(head) >= _SHORTEST_ZH and not "".join(before).startswith(_SEEMING_ZH)
    # "Super chunky" is no chunky, "extra large" no large.
    return is_noun(singular_of(head[-1])) and not is_quality(head[-1]) and _SEEMING.isdisjoint(before)


def holds_name(value: str, names: set[str]) -> bool:
    """Whether a shorter name stands inside a value, at the words' borders: "chunky" in "super chunky"."""
    folded = f" {normalise(value)} "
    return any(f" {name} " in folded and len(name) + 2 < len(folded) for name in names)
