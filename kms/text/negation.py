"""Words that deny what follows them, after NegEx (Chapman et al. 2001): a cue and a short scope."""

from __future__ import annotations

import re
from collections.abc import Sequence

_CUES_EN = re.compile(
    r"\b(?:not|no|never|without|lacks?|lacking|isn['’]?t|aren['’]?t|wasn['’]?t|doesn['’]?t|don['’]?t|didn['’]?t|"
    r"won['’]?t|can['’]?t|cannot|free (?:of|from)|nor|neither|hardly|instead of|rather than|"
    r"(?:keep|keeps|keeping) (?:it |them )?(?:out of|away from)|n['’]t|non)\b"
    r"(?! only\b| just\b|[ -]show\b|[ -]liquids?\b| doubt\b| problem\b| matter\b)"
    r"|n[’']t\b(?! only\b)",
    re.IGNORECASE,
)
_LACKS_EN = re.compile(r"without|lack|free|instead|rather", re.IGNORECASE)
"""Cues that deny a thing: "without a cable for running" is for running all the same."""
_THEN_EN = re.compile(r"\w\s+(?:for|with)\b", re.IGNORECASE)
# A verb that is denied reaches further than a bare "不", which stands right before the word.
_CUES_ZH = re.compile(
    r"(?:并不|不是|不能|不会|不含|不支持|不可以|不可|不带|不适合|不适用于|不建议|不推荐|没有|无法|请勿|切勿|不要|未(?!来))"
    r"(?!仅|但|错|锈|少|只)"
    r"|(?<![可能会])(?:不|没|无|非)(?!仅|但|错|锈|少|只|沾|脱|同|断|过|论|需|用)"
)
_BREAKS = re.compile(
    r"[.;:!?。；！？，,()（）–—「」]|\s-\s|\b(?:but|however|although|though|yet|except|just|while)\b|但|不过|只是|的",
    re.IGNORECASE,
)
_BREAKS_ZH = re.compile(r"[\u3400-\u9fff]\s+(?=[\u3400-\u9fff]|$)")
"""A blank between Chinese words separates phrases; one beside "NFC" does not."""
_AFTER_EN = re.compile(
    r"(?:[- ]free\b"
    r"|(?:[ -]\w+)?\s(?:is|are|was|were)\s(?:not|no longer|never|sold separately)\b(?! only\b)"
    r"|(?:[ -]\w+)?\s(?:isn|aren|wasn|doesn|won)['’]t\b"
    r"|\?\s(?:No|None|Nope|Not|Never)\b)"
)
_AFTER_ZH = re.compile(r"(?:不太推荐|不推荐|不建议|不适合|不可以|除外|慎[入用穿]|劝退|请绕道)")
_SCOPE_EN = 30
_SCOPE_ZH = 8
_BETWEEN_ZH = frozenset("太很够怎大能会可带含加具是再法配附装")
"""What may stand between a bare "不" and what it denies; in 无线耳机, 不粘锅 and 非常防水 nothing is denied."""


def has_cue(text: str, language: str) -> bool:
    """Whether any word of a text may deny something; cheap, for texts of which most deny nothing."""
    if language == "zh":
        return bool(_CUES_ZH.search(text) or _AFTER_ZH.search(text) or _CUES_EN.search(text))
    return bool(_CUES_EN.search(text) or _AFTER_EN.search(text))


def find_cue(
    text: str,
    sentence: tuple[int, int],
    start: int,
    language: str,
    end: int | None = None,
    *,
    names: Sequence[tuple[int, int]] = (),
) -> tuple[int, int] | None:
    """The cue that denies the mention at ``start``, as a character span, or ``None``.

    The scope is up to five short words (30 characters; 8 in Chinese) before the mention, ending at punctuation and
    at words that turn the sentence around. "Non" and a bare "不" deny only what they stand right before.

    Args:
        text: Holds everything.
        sentence: Character span that the cue must stand in.
        start: Of the mention.
        language: ``zh``, or anything else for English.
        end: Of the mention; when given, words right behind it count as well ("HDMI is not available").
        names: Spans of words that have a meaning of their own, such as "no sleeves" or 无酒精: a cue in one of them
            denies nothing else.
    """
    before = _find_before(text, sentence, start, language, names)
    if before is not None or end is None:
        return before
    if language == "zh":
        behind = _AFTER_ZH.match(text, end, min(sentence[1], end + _SCOPE_ZH))
    else:
        # "Bluetooth? No." asks and answers, in two sentences.
        behind = _AFTER_EN.match(text, end)
    return behind.span() if behind else None


def _find_before(
    text: str, sentence: tuple[int, int], start: int, language: str, names: Sequence[tuple[int, int]]
) -> tuple[int, int] | None:
    width = _SCOPE_ZH if language == "zh" else _SCOPE_EN
    begin = max(sentence[0], start - width)
    if begin > sentence[0] and language != "zh":
        blank = text.find(" ", begin, start)
        begin = blank + 1 if blank >= 0 else begin
    cues = [
        cue
        for cue in (_CUES_ZH if language == "zh" else _CUES_EN).finditer(text[begin:start])
        if not any(first <= begin + cue.start() and begin + cue.end() <= last for first, last in names)
    ]
    if not cues:
        return None
    cue = cues[-1]
    between = text[begin + cue.end() : start]
    if _BREAKS.search(between):
        return None
    reaches = _reaches_zh if language == "zh" else _reaches_en
    return (begin + cue.start(), begin + cue.end()) if reaches(cue.group(), between) else None


def _reaches_en(cue: str, between: str) -> bool:
    if cue.casefold() == "non":
        return between in ("", " ", "-")
    return not (_LACKS_EN.match(cue) and _THEN_EN.search(between))


def _reaches_zh(cue: str, between: str) -> bool:
    if len(cue) == 1:
        return not between or between in _BETWEEN_ZH
    return not _BREAKS_ZH.search(between)
