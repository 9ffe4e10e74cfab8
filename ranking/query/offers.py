"""Words of the offer: "on sale", "in stock", "refurbished", 打折, 有货: how a product is sold, and not what it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from kms.filters import Condition
from kms.indexing.documents import OUT_OF_STOCK
from kms.ontology.structure import AVAILABILITY_FIELD, CONDITION_FIELD, SALE_FIELD
from kms.text.chinese import fold_traditional

OfferMeaning = Literal["reduced", "in_stock", "sold_out", "new", "refurbished", "used", "for_sale"]
"""What words say of an offer; ``for_sale`` says nothing, as everything in a shop is for sale."""

_NOUN_FOLLOWS = r"(?=\s*(?:$|[,.;!?]|(?:for|with|without|in|on|and|or|under|below|from|that|which|of|up)\b))"
"""Behind a word that is an offer's only where no noun follows that it would describe: "reduced", but not "reduced fat"."""
_GOODS = r"(?:\s+(?:items?|products?|goods|stock|ones?|articles?|prices?))?"
_EN: tuple[tuple[OfferMeaning, str], ...] = (
    ("for_sale", rf"for sale{_NOUN_FOLLOWS}"),
    (
        "reduced",
        r"(?:on|in the|in) sale|on (?:special )?offer|on promotion|on (?:a )?discount|"
        r"(?:with|at) (?:an? )?discount(?:ed price)?|"
        rf"special offers?|discounted{_GOODS}|marked[- ]down{_GOODS}|"
        rf"reduced(?: in price|[- ]to[- ]clear|[- ]prices?){_GOODS}|"
        rf"price reduced|price drops?|clearance{_GOODS}|(?:sale|promotional|promo) (?:items?|products?|goods|prices?)|"
        rf"(?:sales?|reduced|discounts?|promos?|promotions?|deals?|bargains?|offers?){_NOUN_FOLLOWS}|"
        r"(?P<kind>sale|reduced|discount|bargain)(?=\s+[A-Za-z])",
    ),
    (
        "in_stock",
        r"(?:not |never |n['’]t )(?:sold[- ]out|out[- ]of[- ]stock)|(?:still |currently |now )?(?:in[- ]stock|instock)|"
        r"(?:still |currently |immediately )available|available (?:right )?(?:now|immediately|today)|"
        r"available(?=\s*(?:$|[,.;!?]|and\b))|"
        r"ready (?:to ship|for (?:shipping|dispatch))",
    ),
    ("sold_out", r"sold[- ]out|out[- ]of[- ]stock"),
    ("new", r"brand[- ]new|(?P<kind>new)(?=\s+[A-Za-z])"),
    ("refurbished", r"(?:certified )?(?:refurbished|reconditioned|refurb|renewed)"),
    (
        "used",
        r"second[- ]?hand|pre[- ]?owned|pre[- ]?loved|used(?=\s+(?!for|to|in|by|with|as|on|at)[A-Za-z])",
    ),
)
_OF_GOODS = "(?:了?的)?(?:商品|产品|款式?|品|区)?"
_ZH: tuple[tuple[OfferMeaning, str], ...] = (
    ("in_stock", f"(?:不|没有?|别)(?:缺货|断货|售罄){_OF_GOODS}"),
    (
        "reduced",
        f"(?:正在|在|有没有|有|做)?(?:打折|折扣|特价|促销|降价|减价|清仓|甩卖|特惠|大促|优惠(?![券卡装套])){_OF_GOODS}|(?:有|做|搞)活动{_OF_GOODS}",
    ),
    (
        "in_stock",
        f"(?:马上|立刻|立即|当天|现在)(?:能|可以?)?发货{_OF_GOODS}|(?:现在|还)?(?:有没有)?(?:有现货|现货|有货|有库存|库存充足){_OF_GOODS}",
    ),
    ("sold_out", f"(?:缺货|无货|没货|断货|售罄){_OF_GOODS}"),
    ("new", "全新的?"),
    ("refurbished", "(?:官方?)?翻新(?:机(?!械))?的?"),
    ("used", "二手的?|[九8９八]成新的?"),
)
_LEAD = re.compile(
    r"(?:\b(?:that|which|who)(?:['’]s|\s+(?:is|are))?\s+|\b(?:is|are|only|all|currently|now|something|anything)\s+)+$",
    re.IGNORECASE,
)
_DENIAL = re.compile(
    r"(?:\b(?:not|no|without|never|isn['’]?t|aren['’]?t)\s+(?:any\s+|a\s+)?|(?:不要?|(?<!有)没有?|无|非|别))$",
    re.IGNORECASE,
)
_REACH = 40


@dataclass(frozen=True)
class OfferWords:
    """Words that may be of the offer, and where they stand in the query.

    Attributes:
        start: Where they begin, with the words that only lead to them ("that are").
        end: Where they end.
        core: What they are without those.
        meaning: What they say.
        is_denied: Whether the query says that it is not so ("not on sale").
        needs_kind: Whether they are of the offer only where a kind of product follows: "sale kettles", "new kettle".
    """

    start: int
    end: int
    core: tuple[int, int]
    meaning: OfferMeaning
    is_denied: bool = False
    needs_kind: bool = False

    @property
    def condition(self) -> Condition | None:
        """What they ask of a product; ``None``: nothing. What the shop says nothing of can be bought."""
        match self.meaning:
            case "for_sale":
                return None
            case "reduced":
                return Condition(field=SALE_FIELD, any_of=("false" if self.is_denied else "true",))
            case "in_stock" | "sold_out":
                is_wanted = (self.meaning == "sold_out") is not self.is_denied
                state = (OUT_OF_STOCK,)
                return (
                    Condition(field=AVAILABILITY_FIELD, any_of=state)
                    if is_wanted
                    else Condition(field=AVAILABILITY_FIELD, none_of=state)
                )
        of = (self.meaning,)
        return (
            Condition(field=CONDITION_FIELD, none_of=of)
            if self.is_denied
            else Condition(field=CONDITION_FIELD, any_of=of)
        )


def _compiled(
    meanings: tuple[tuple[OfferMeaning, str], ...], written: str
) -> list[tuple[OfferMeaning, re.Pattern[str]]]:
    return [(meaning, re.compile(written.format(words), re.IGNORECASE)) for meaning, words in meanings]


_PATTERNS = (*_compiled(_EN, r"(?<![\w-])(?:{})(?![\w-])"), *_compiled(_ZH, "{}"))


def find_offer_words(text: str) -> list[OfferWords]:
    """All words of a query that may be of the offer, left to right, without overlaps."""
    found: list[OfferWords] = []
    for each in _found(fold_traditional(text)):
        if all(each.end <= other.core[0] or other.core[1] <= each.core[0] for other in found):
            found.append(each)
    return sorted(found, key=lambda each: each.core)


def _found(text: str) -> Iterator[OfferWords]:
    for meaning, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            denial = _DENIAL.search(text, max(0, start - _REACH), start)
            start = denial.start() if denial else start
            lead = _LEAD.search(text, max(0, start - _REACH), start)
            start = lead.start() if lead else start
            needs_kind = match.groupdict().get("kind") is not None
            yield OfferWords(start, end, match.span(), meaning, denial is not None, needs_kind)
