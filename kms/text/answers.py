"""Answers: reads a cell that says yes or no, in words or as a mark."""

from __future__ import annotations

import re

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
