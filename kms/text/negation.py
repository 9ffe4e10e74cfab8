"""Negation: finds the words that deny a mention, and how far they reach.

After NegEx (Chapman et al. 2001): a cue and a scope. The scope is not a number of characters but a piece of the clause:
it ends at punctuation, at words that turn the sentence around, and it goes on through a list ("free from parabens,
fragrance and alcohol"). Cues stand before what they deny, behind it ("HDMI is not supported", "Bluetooth: no") or are marks
of a list ("❌ NFC"). ``kms.text.negation_en`` and ``kms.text.negation_zh`` hold the words of each language.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from kms.text import negation_en, negation_zh
from kms.text.negation_scope import REACH, Span

_MARK = re.compile(r"(?P<yes>[✅✔✓☑√])|(?P<no>[❌✗✘✖✕❎☒🚫⛔]|(?<!\d)(?<!\d )×(?! ?\d))\ufe0f?")
_MARK_REACH = 400
"""Characters before a mention in which the marks of its line are looked for."""
_WORD = re.compile(r"\w")
_LISTED = re.compile(r"[^,;.|/，；。、]{0,24}")


def find_cue(
    text: str,
    sentence: Span,
    start: int,
    language: str,
    end: int | None = None,
    *,
    names: Sequence[Span] = (),
) -> Span | None:
    """The cue that denies the mention at ``start``, as a character span, or ``None``.

    Looks at no more than ``REACH`` characters on each side, and reads the cues of a text once for all its mentions, so
    that a text costs what its length is.

    Args:
        text: Holds everything.
        sentence: Character span that a cue before the mention must stand in.
        start: Of the mention.
        language: ``zh``, or anything else for English.
        end: Of the mention; when given, words right behind it count as well ("HDMI is not available").
        names: Spans of words that have a meaning of their own, such as "no sleeves" or 无酒精, by their start: a cue in
            one of them denies nothing else.
    """
    find_before, find_behind = (
        (negation_zh.find_before, negation_zh.find_behind)
        if language == "zh"
        else (negation_en.find_before, negation_en.find_behind)
    )
    before = find_before(text, max(sentence[0], start - REACH), start, sentence[1])
    found = next((cue for cue in before if not _is_inside(cue, names)), None)
    if found is not None or end is None:
        return found
    behind = find_behind(text, sentence, start, end)
    if behind is not None and not _is_inside(behind, names):
        return behind
    return _find_mark(text, start, end)


def find_poor_fit(text: str, sentence: Span, start: int, language: str, end: int) -> Span | None:
    """The words that say that the product does badly in a use or for a user, as a character span, or ``None``.

    "Awkward for the elderly" denies no elderly person, and who asks for something for the elderly does not want it.

    Args:
        text: Holds everything.
        sentence: Character span that the words must stand in.
        start: Of the use or user.
        language: ``zh``, or anything else for English.
        end: Of the use or user.
    """
    find = negation_zh.find_poor_fit if language == "zh" else negation_en.find_poor_fit
    return find(text, sentence, start, end)


def has_cue(text: str, language: str) -> bool:
    """Whether anything in a text may deny something; cheap, for texts of which most deny nothing."""
    if language == "zh" and negation_zh.has_cue(text):
        return True
    return negation_en.has_cue(text) or _MARK.search(text) is not None


def _is_inside(cue: Span, names: Sequence[Span]) -> bool:
    """Whether a name of several words, one of which the cue is, holds it."""
    place = bisect_left(names, (cue[0] + 1,))
    return any(first <= cue[0] and cue[1] <= last for first, last in names[max(0, place - 4) : place])


def _find_mark(text: str, start: int, end: int) -> Span | None:
    """The cross that a list sets before or behind its items: "✅ Bluetooth ❌ NFC", "Bluetooth ✓ NFC ✗"."""
    line = max(text.rfind("\n", max(0, start - _MARK_REACH), start) + 1, start - _MARK_REACH, 0)
    before = list(_MARK.finditer(text, line, start))
    if before and not _WORD.search(
        text, text.rfind(":", line, before[0].start()) + 1 or line, before[0].start()
    ):
        last = before[-1]
        # A comma does not end what a mark stands before, another mark does.
        return last.span() if last["no"] and start - last.end() <= REACH else None
    listed = _LISTED.match(text, end)
    behind = _MARK.search(text, end, listed.end() + 1 if listed else end)
    return behind.span() if behind and behind["no"] else None
