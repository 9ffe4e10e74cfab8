"""Encodings of texts that are no UTF-8: which of the usual ones a text is most likely in.

Bytes of one encoding read by another give what nobody writes: words of two scripts, signs between letters, rare Chinese
characters. What reads with the least of that comes first. Short texts of which every encoding makes letters are Western.
"""

from __future__ import annotations

import re
import unicodedata

from kms.text.chinese import fold_traditional

USUAL = ("cp1252", "gb18030", "big5", "shift_jis", "cp1250", "cp1251")
"""In the order that decides between texts that read as well in several."""
_WORDS = re.compile(r"[^\s\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
_SIGNS = frozenset("€£¥°©®™·•…–—‘’‚“”„«»×²³½¼¾§±µ，。、；：！？（）【】《》「」～￥")
_LAST_COMMON = 0xD7
"""First byte of the last common Chinese characters in GB 2312, which holds them in a level of their own."""
_LONG = 4
_MOST_ACCENTED = 0.6
_MOST_STRANGE = 0.5
_AMID_LATIN = re.compile("[A-Za-z][\u3400-\u9fff]+[a-z]")
_SIGN_AT_LETTER = re.compile(r"[±×÷][^\W\d_]|[^\W\d_][±÷]")


def likely_encodings(raw: bytes) -> list[str]:
    """The encodings that a text may be in, the likeliest first; empty where none is likely."""
    strange: dict[str, float] = {}
    for encoding in USUAL:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        strange[encoding] = _strangeness(text)
    fitting = [encoding for encoding in strange if strange[encoding] <= _MOST_STRANGE]
    if not fitting:
        return _other_encodings(raw)
    return sorted(fitting, key=lambda encoding: (strange[encoding], USUAL.index(encoding)))


def _other_encodings(raw: bytes) -> list[str]:
    """What charset-normalizer takes a text for, which knows many more encodings and needs longer texts."""
    from charset_normalizer import from_bytes

    best = from_bytes(raw, enable_fallback=False).best()
    return [best.encoding] if best is not None else []


def _strangeness(text: str) -> float:
    """Share of the words with signs beyond ASCII that nobody would write so."""
    words = [word for word in _WORDS.findall(text) if not word.isascii()]
    return sum(map(_is_strange, words)) / len(words) if words else 0.0


def _is_strange(word: str) -> bool:
    if _AMID_LATIN.search(word) or _SIGN_AT_LETTER.search(word):
        return True
    scripts = set()
    for character in fold_traditional(word):
        if character.isascii():
            scripts |= {"LATIN"} if character.isalpha() else set()
        elif character.isalpha():
            script = unicodedata.name(character, "").partition(" ")[0]
            if script == "HALFWIDTH" or (script == "CJK" and _is_rare(character)):
                return True
            scripts.add(script)
        elif character not in _SIGNS:
            return True
    if {"LATIN", "CYRILLIC"} <= scripts or {"LATIN", "GREEK"} <= scripts:
        return True
    letters = [character for character in word if character.isalpha()]
    accented = sum(not character.isascii() for character in letters)
    is_crowded = len(letters) >= _LONG and accented > _MOST_ACCENTED * len(letters)
    return scripts == {"LATIN"} and (is_crowded or (accented == len(letters) > 1))


def _is_rare(character: str) -> bool:
    try:
        return character.encode("gb2312")[0] > _LAST_COMMON
    except UnicodeEncodeError:
        return True
