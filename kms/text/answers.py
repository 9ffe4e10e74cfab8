"""Answers: reads a cell that says yes or no, in words or as a mark, that there is none of something, or nothing at all."""

from __future__ import annotations

import re
import unicodedata

from kms.text.chinese import fold_traditional

_YES = (
    "yes", "y", "true", "1", "available", "supported", "included", "present", "yep",
    "是", "有", "支持", "支援", "可以", "可",
    "具备", "带", "能", "✓", "✔", "✅", "☑", "√",
)  # fmt: skip
_NO = (
    "no", "n", "false", "0", "none", "nope", "nil", "absent", "without", "not available", "not supported", "not included",
    "not present", "unavailable", "unsupported",
    "否", "无", "没有", "没", "不", "不支持", "不支援", "不可以", "不可", "不能", "不带", "不含",
    "不具备", "未配备", "不是", "✗", "✘", "✖", "✕", "×", "❌", "❎", "☒", "x",
)  # fmt: skip
_PLACEHOLDERS = frozenset(
    {"n/a", "n / a", "na", "n.a", "null", "nan", "unknown", "undefined", "not applicable", "tbd", "does not apply",
     "not specified", "not set", "none given", "#n/a", "#value!", "#ref!", "#name?", "#div/0!", "#null!", "#num!",
     "暂无", "未知", "不详", "不适用", "空"}
)  # fmt: skip
"""What shops and spreadsheets write into a cell that they have nothing for, case-folded."""
_BARE_NO = frozenset({"no", "否"})
_NONE = _BARE_NO | {"none", "nil", "无", "没有"}
_REST = r"\ufe0f?\s*(?:$|[,;(（，；]|[.。](?=\s|$))"
_ANSWER = re.compile(
    rf"\s*(?:(?P<no>{'|'.join(map(re.escape, sorted(_NO, key=len, reverse=True)))})|"
    rf"(?P<yes>{'|'.join(map(re.escape, sorted(_YES, key=len, reverse=True)))})){_REST}",
    re.IGNORECASE,
)


def read_answer(text: str) -> bool | None:
    """Whether a cell says yes or no at its beginning: ``Yes``, ``No (sold separately)``, ``否``, ``✗``; ``None``: neither.

    Args:
        text: The cell, in simplified Chinese where it is Chinese.
    """
    match = _ANSWER.match(text)
    return None if match is None else match["yes"] is not None


def is_placeholder(text: str) -> bool:
    """Whether a cell says nothing of its column: ``N/A``, ``-``, the error of a spreadsheet, blanks."""
    word = _bare(text)
    return _is_blank(word) or fold_traditional(word) in _PLACEHOLDERS


def says_none(text: str) -> bool:
    """Whether a cell says that there is none of what its column is called: ``None``, ``no``, 无."""
    return fold_traditional(_bare(text)) in _NONE


def is_bare_no(text: str) -> bool:
    """Whether a cell is a plain no, which answers a question and need not mean that there is none."""
    return fold_traditional(_bare(text)) in _BARE_NO


def _bare(text: str) -> str:
    return text.strip().casefold().strip(" .()[]")


def _is_blank(word: str) -> bool:
    return all(unicodedata.category(sign).startswith(("P", "Z")) for sign in word)
