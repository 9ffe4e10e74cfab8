"""Chinese script: traditional characters folded to simplified ones, and the words of Taiwan beside those of the mainland."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f]+")
_CHARACTER = re.compile(r"[\u3400-\u9fff]")
_REMEMBERED_LENGTH = 600
LONGEST_RUN = 200
"""Chinese characters without a break that are segmented at once; clauses that people write are shorter."""
_FULL_RUN = re.compile(rf"[\u3400-\u9fff\uf900-\ufaff]{{{LONGEST_RUN}}}(?=[\u3400-\u9fff\uf900-\ufaff])")


def contains_chinese(text: str) -> bool:
    """Whether any character is a Chinese one."""
    return not text.isascii() and _CHARACTER.search(text) is not None


def fold_traditional(text: str) -> str:
    """The text with traditional Chinese characters as simplified ones (藍牙耳機 becomes 蓝牙耳机).

    OpenCC chooses by words, so that 乾淨 gives 干净 and 乾隆 stays. The result has as many characters as the text
    and each stands for the one in its place, so that offsets found in the result are offsets in the text.
    """
    if text.isascii() or not _traditional().search(text):
        return text
    return _fold_remembered(text) if len(text) <= _REMEMBERED_LENGTH else _fold(text)


def regional_forms(text: str) -> tuple[str, ...]:
    """A text in the other words that Taiwan and the mainland have for its things: 鼠标 gives 滑鼠, 滑鼠 gives 鼠标.

    Both in simplified characters; empty where the regions use the same words, and for texts without Chinese.
    """
    return () if text.isascii() else _regional_forms(text)


def taiwan_words(lines: Sequence[str]) -> list[str]:
    """Each line in the words of Taiwan, in simplified characters; a line that has no others is given back as it is."""
    written: str = _to_taiwan().convert("\n".join(lines))
    return [fold_traditional(line) for line in written.split("\n")]


def split_long_runs(text: str) -> Iterator[tuple[int, str]]:
    """A text in pieces, each with its offset, so that no piece has a longer run of Chinese characters than ``LONGEST_RUN``.

    The time that jieba's model of unknown words takes grows with the square of the run that it is given.
    """
    start = 0
    for match in _FULL_RUN.finditer(text):
        yield start, text[start : match.end()]
        start = match.end()
    yield start, text[start:]


def _fold(text: str) -> str:
    return _HAN.sub(lambda match: _fold_run(match.group()), text)


_fold_remembered = lru_cache(maxsize=10_000)(_fold)


def _fold_run(run: str) -> str:
    folded: str = _converter().convert(run)
    if len(folded) == len(run):
        return folded
    return "".join(_fold_character(character) for character in run)


def _fold_character(character: str) -> str:
    folded: str = _converter().convert(character)
    return folded if len(folded) == 1 else character


@lru_cache(maxsize=10_000)
def _regional_forms(text: str) -> tuple[str, ...]:
    folded = fold_traditional(text)
    forms = (taiwan_words([folded])[0], _to_mainland().convert(_to_traditional().convert(folded)))
    return tuple(form for form in dict.fromkeys(forms) if form != folded)


@lru_cache(maxsize=1)
def _to_taiwan() -> Any:
    import opencc

    return opencc.OpenCC("s2twp")


@lru_cache(maxsize=1)
def _to_traditional() -> Any:
    import opencc

    return opencc.OpenCC("s2tw")


@lru_cache(maxsize=1)
def _to_mainland() -> Any:
    import opencc

    return opencc.OpenCC("tw2sp")


@lru_cache(maxsize=1)
def _converter() -> Any:
    import opencc

    # The converter of Hong Kong does what the plain one does, and knows more variants: 衞 as 衛.
    return opencc.OpenCC("hk2s")


@lru_cache(maxsize=1)
def _traditional() -> re.Pattern[str]:
    """Any character that OpenCC may change: simplified texts, which have none, are not converted at all."""
    blocks = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0xF900, 0xFB00))
    every = [chr(code) for block in blocks for code in block]
    converted = _converter().convert("\n".join(every)).split("\n")
    changed = [one for one, other in zip(every, converted, strict=True) if one != other]
    return re.compile(f"[{''.join(changed)}瞭著藉]")
