"""Shares of a composition: what stands beside the percentages of a cell, "wool" and "nylon" of "75% wool, 25% nylon"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from kms.text.chinese import contains_chinese

_SHARE = re.compile(
    r"(?P<number>(?<![\d.,])\d{1,3}(?:[.,]\d{1,2})?)\s*(?:[%％﹪]|(?:pct|percent|per\s+cent)\b\.?)"
    r"|百分之(?P<written>[一二三四五六七八九十百零〇]{1,5}|\d{1,3}(?:\.\d{1,2})?)",
    re.IGNORECASE,
)
_EDGE = " \t\n,;:/+&|·•()[]{}、，；：（）【】-–—."
_JOINTS = "and|with|of|plus|und|mit|et|avec|con"
_JOINT = re.compile(rf"^(?:{_JOINTS})\s+|\s+(?:{_JOINTS})$|^[和与及]|[和与及]$", re.IGNORECASE)
_PART_OF_PRODUCT = re.compile(r"[:：]\s*$")
_NEXT_PART = re.compile(r"[,;/|，；、\n]\s*[^,;/|，；、\n:：]{1,30}[:：]\s*$")
_DIGITS = {written: number for number, written in enumerate("零一二三四五六七八九")} | {"〇": 0}
_LIST_PART = re.compile(r"[^\s,;/+&、，；|](?:[^,;/+&、，；|]*[^\s,;/+&、，；|])?")
_SLACK = 2.0
"""Shares are rounded, so a whole is a hundred by so many percent."""


class Share(NamedTuple):
    """A part of a composition.

    Attributes:
        name: What there is of it, without the share.
        percent: How much.
    """

    name: str
    percent: float


def find_shares(cell: str) -> tuple[Share, ...]:
    """The parts of a cell that states shares, before or behind what they are of; empty where one has no name.

    What a part of the product is called ("Lining:" of "Lining: 100% polyester") is no name of a share.
    """
    found = list(_SHARE.finditer(cell))
    if not found:
        return ()
    before, behind = cell[: found[0].start()], cell[found[-1].end() :].lstrip(" )]）】")
    is_named_behind = behind[:1].isalnum()
    leads = not before.strip(_EDGE) or _PART_OF_PRODUCT.search(before) is not None or is_named_behind
    shares = []
    for number, each in enumerate(found):
        if leads:
            stop = found[number + 1].start() if number + 1 < len(found) else len(cell)
            named = _NEXT_PART.sub("", cell[each.end() : stop])
        else:
            named = cell[found[number - 1].end() if number else 0 : each.start()]
        name = _bare(named)
        if not name:
            return ()
        shares.append(Share(name, _percent(each)))
    return tuple(shares)


def split_cell(cell: str) -> tuple[str, ...]:
    """The parts of a list in a cell; of a composition the names, without the shares."""
    names = tuple(share.name for share in find_shares(cell))
    return names or tuple(part.group() for part in _LIST_PART.finditer(cell))


def is_whole(shares: Iterable[Share]) -> bool:
    """Whether shares make up a whole, or several where a product has parts: shell and lining."""
    total = sum(share.percent for share in shares)
    wholes = round(total / 100)
    return wholes >= 1 and abs(total - 100 * wholes) <= _SLACK


def _bare(named: str) -> str:
    """A name without marks and joints around it."""
    before = None
    while named != before:
        before = named
        named = _JOINT.sub("", named.strip(_EDGE)).strip(_EDGE)
    return " ".join(named.split())


def _percent(share: re.Match[str]) -> float:
    if share["number"]:
        return float(share["number"].replace(",", "."))
    written = share["written"]
    if not contains_chinese(written):
        return float(written)
    if "百" in written:
        return 100.0
    tens, ten, ones = written.rpartition("十")
    if not ten:
        return float("".join(str(_DIGITS[each]) for each in written) or 0)
    return 10.0 * (_DIGITS.get(tens, 1) if tens else 1) + _DIGITS.get(ones, 0)
