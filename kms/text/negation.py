"""Words that deny what follows them, after NegEx (Chapman et al. 2001): a cue and a short scope."""

from __future__ import annotations

import re

_CUES_EN = re.compile(
    r"\b(?:not|no|never|without|lacks?|lacking|isn['’]?t|aren['’]?t|wasn['’]?t|doesn['’]?t|don['’]?t|didn['’]?t|"
    r"won['’]?t|can['’]?t|cannot|free (?:of|from)|nor|neither|hardly|instead of|rather than|"
    r"(?:keep|keeps|keeping) (?:it |them )?(?:out of|away from)|n['’]t|non)\b"
    r"(?! only\b| just\b|[ -]show\b|[ -]liquids?\b| doubt\b| problem\b| matter\b)"
    r"|n[’']t\b(?! only\b)",
    re.IGNORECASE,
)
# A verb that is denied reaches further than a bare "不", which stands right before the word.
_CUES_ZH = re.compile(
    r"(?:并不|不是|不能|不会|不含|不支持|不可以|不可|不带|不适合|不适用于|不建议|不推荐|没有|无法|请勿|切勿|不要|未)"
    r"(?!仅|但|错|锈|少|只)"
    r"|(?<![可能会])(?:不|没|无|非)(?!仅|但|错|锈|少|只|沾|脱|同|断|过|论|需|用)"
)
_BREAKS = re.compile(
    r"[.;:!?。；！？，,()（）–—「」]|\s-\s|\b(?:but|however|although|though|yet|except|just|while)\b|但|不过|只是|的",
    re.IGNORECASE,
)
_AFTER_EN = re.compile(
    r"(?:[- ]free\b"
    r"|(?:[ -]\w+)?\s(?:is|are|was|were)\s(?:not|no longer|never|sold separately)\b(?! only\b)"
    r"|(?:[ -]\w+)?\s(?:isn|aren|wasn|doesn|won)['’]t\b"
    r"|\?\s(?:No|None|Nope|Not|Never)\b)"
)
_AFTER_ZH = re.compile(r"(?:不太推荐|不推荐|不建议|不适合|不可以|除外|慎[入用穿]|劝退|请绕道)")
_SCOPE_EN = 30
_SCOPE_ZH = 8
_ADJACENT = 1


def find_cue(
    text: str, sentence: tuple[int, int], start: int, language: str, end: int | None = None
) -> tuple[int, int] | None:
    """The cue that denies the mention at ``start``, as a character span, or ``None``.

    The scope is up to five short words (30 characters; 8 in Chinese, one behind a bare "不") before the
    mention, ending at punctuation and at words that turn the sentence around.

    Args:
        text: Holds everything.
        sentence: Character span that the cue must stand in.
        start: Of the mention.
        language: ``zh``, or anything else for English.
        end: Of the mention; when given, words right behind it count as well ("HDMI is not available").
    """
    before = _find_before(text, sentence, start, language)
    if before is not None or end is None:
        return before
    if language == "zh":
        behind = _AFTER_ZH.match(text, end, min(sentence[1], end + _SCOPE_ZH))
    else:
        # "Bluetooth? No." asks and answers, in two sentences.
        behind = _AFTER_EN.match(text, end)
    return behind.span() if behind else None


def _find_before(text: str, sentence: tuple[int, int], start: int, language: str) -> tuple[int, int] | None:
    width = _SCOPE_ZH if language == "zh" else _SCOPE_EN
    begin = max(sentence[0], start - width)
    if begin > sentence[0] and language != "zh":
        blank = text.find(" ", begin, start)
        begin = blank + 1 if blank >= 0 else begin
    window = text[begin:start]
    cues = list((_CUES_ZH if language == "zh" else _CUES_EN).finditer(window))
    if not cues:
        return None
    last = cues[-1]
    if _BREAKS.search(window, last.end()):
        return None
    if language == "zh" and len(last.group()) == 1 and len(window) - last.end() > _ADJACENT:
        return None
    return begin + last.start(), begin + last.end()
