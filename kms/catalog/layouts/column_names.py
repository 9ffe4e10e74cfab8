"""Names of columns as people write them: one form for all writings, and what a name composed of usual words means.

``Item No.``, ``item_number``, ``ItemNo`` and ``Item #`` are one name; so a code, a date on which a product came, and what a
customer wrote are known by the words of their names, and need no list of all names.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kms.catalog.layouts.cells import fold_column

_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_NUMBER = frozenset({"no", "nr", "nbr", "num", "#", "№", "nummer", "numbers"})
_OWN = r"(?:our |own |shop |store |internal )"
_CODE = r"(?:number|no|nr|nummer|code|ref(?:erence)?|sku|key)"
_GOODS = (
    r"(?:item|article|art|artikel|product|prod|produkt|goods|merchandise|style|catalog(?:ue)?|cat|sku|stock ?keeping"
    r"|ref(?:erence)?)"
)
_MAKERS_CODE = re.compile(
    rf"(?:manufacturer|mfr|mfg|maker|oem)(?:'?s)? (?:part |item |article |product |model |style )?(?:{_CODE}|id)"
    rf"|(?:part|model) ?{_CODE}"
)
_SHOPS_CODE = re.compile(rf"{_OWN}?{_GOODS} ?{_CODE}|code|ref(?:erence)?|{_OWN}{_CODE}")
_SHOPS_ID = re.compile(rf"{_OWN}?(?:item|article|product|prod) ?id")
_CHINESE_GOODS = r"(?:商品|产品|货品|物品|物料|单品|宝贝|sku)"
_CHINESE_OWN = r"(?:本店|店内|内部|商家)?"
_CHINESE_CODE = re.compile(
    rf"{_CHINESE_OWN}{_CHINESE_GOODS} ?(?:编码|代码|货号|号码|号|sku)|{_CHINESE_OWN}(?:编码|代码|货号)"
)
_CHINESE_ID = re.compile(rf"{_CHINESE_GOODS}?(?:编号|id)")
_PLACE = r"(?:the )?(?:shop|store|range|catalogue|catalog)"
_CAME = re.compile(
    rf"(?:date )?(?:added|listed|introduced|published|new|online|live|available|(?:first )?on sale|in {_PLACE})"
    rf"(?: to {_PLACE})? (?:on|since|from|at|date)"
    r"|date (?:added|listed|introduced|published|of listing)|(?:listing|introduction|arrival) date"
    r"|(?:上新|上架|上线|新增|添加|发布)(?:时间|日期|日)"
)
_WROTE = re.compile(
    r"(?:what|how) .*(?:wrote|written|writes|said|says|say|thinks?|thought|felt|liked)"
    r"|(?:in )?(?:their|own) (?:own )?words"
)
_WHO = re.compile(
    r"\b(?:customer|buyer|user|client|shopper|reviewer|member|consumer|guest)(?:'s|s'|s)?\b"
    r"|\b(?:their|the|your|written|given|posted|number of|no of)\b|顾客|买家|用户|客户|会员|消费者"
)
_WHEN = re.compile(
    r"(?:date )?(?:written|posted|submitted|reviewed|published|left|sent|received) (?:on|at)"
    r"|date (?:written|posted|left|sent)"
)
_OF_FIVE = re.compile(r"[(\[（].*?[)\]）]|/ ?5\b|\bout of (?:5|five)\b|\b1 ?(?:-|to|–) ?5\b")


@lru_cache(maxsize=20_000)
def fold_name(column: str) -> str:
    """A column's name as names are compared: no case, underscores, hyphens or dots behind words; ``no`` is ``number``."""
    spaced = _CAMEL.sub(" ", column).replace("-", " ").replace("#", " #").replace("№", " №")
    words = [word.rstrip(".") for word in fold_column(spaced).split()]
    words = [part for word in words for part in (word.split(".") if word.startswith("art.") else [word])]
    if len(words) > 1 and words[-1] in _NUMBER:
        words[-1] = "number"
    return " ".join(filter(None, words))


def code_named(folded: str) -> str | None:
    """The field of a code by its name's words: ``id``, ``sku`` or ``mpn``; ``None``: it is no code's name."""
    if _MAKERS_CODE.fullmatch(folded):
        return "mpn"
    if _SHOPS_ID.fullmatch(folded) or _CHINESE_ID.fullmatch(folded):
        return "id"
    return "sku" if _SHOPS_CODE.fullmatch(folded) or _CHINESE_CODE.fullmatch(folded) else None


def says_when_it_came(folded: str) -> bool:
    """Whether a name says since when a product is in the shop: ``Added on``, ``New since``, 上新日期."""
    return _CAME.fullmatch(folded) is not None


def bare_of_people(folded: str) -> str:
    """A column of reviews without who wrote and out of how many stars: ``customer comment`` is ``comment``.

    What somebody wrote or said is ``text``, the day on which it was written ``date``.
    """
    if _WROTE.fullmatch(folded):
        return "text"
    if _WHEN.fullmatch(folded):
        return "date"
    return " ".join(_OF_FIVE.sub(" ", _WHO.sub(" ", folded)).split())
