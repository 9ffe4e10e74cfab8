"""Words that deny what follows them, after NegEx (Chapman et al. 2001): a cue and a short scope."""

from __future__ import annotations

import re

_CUES_EN = re.compile(
    r"\b(?:not|no|never|without|lacks?|lacking|isn'?t|aren'?t|wasn'?t|doesn'?t|don'?t|didn'?t|won'?t|can'?t|cannot|"
    r"free of|nor|neither|hardly|instead of|rather than|n't|non)\b(?! only\b)|n[’']t\b(?! only\b)",
    re.IGNORECASE,
)
_CUES_ZH = re.compile(r"(?:并不|不是|不能|不会|不含|不支持|不可|不带|不适合|没有|没|不|无法|未|非)(?!仅|但|错|锈|少|只)")
_BREAKS = re.compile(
    r"[.;:!?。；！？，,()（）]|\b(?:but|however|although|though|yet|except|just|while)\b|但|不过|只是|的", re.IGNORECASE
)
_SCOPE_EN = 30
_SCOPE_ZH = 8


def find_cue(text: str, sentence: tuple[int, int], start: int, language: str) -> tuple[int, int] | None:
    """The cue that denies the mention at ``start``, as a character span, or ``None``.

    The scope is up to five short words (30 characters; 8 in Chinese) before the mention, ending at
    punctuation and at words that turn the sentence around.
    """
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
    return begin + last.start(), begin + last.end()
