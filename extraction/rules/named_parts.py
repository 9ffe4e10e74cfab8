"""Names before numbers: whether a measure is named after a part, a filling or another state of the product.

"Seat height 44 cm", "neck 35-45 cm", "fill weight 1.4 kg", 柄长10厘米 and 充绒量110克 are measures, and none is one of the
product as a whole. What a measure is called stands right before it, from the last pause on; what is left of this name
without words of measuring must be empty or name the product.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache
from importlib import resources

import yaml

from kms.ontology.labels import singular
from kms.types import Language

_NAME_ZH = re.compile(
    r"(?<![\u3400-\u9fff])(?:(?<=\d)(?:[厘毫分]?米|公分|[毫公千]?克|公?斤|千克|[毫]?升|英?寸|元|年|天|小时|分钟|度))?(?P<name>[\u3400-\u9fff]*)$"
)
"""A Chinese name up to a number; what follows a number before it is that one's unit."""
_MEASURING_ZH = re.compile(
    r"(?:大约|约为|约重|[约近仅只才有达至为是在可均各共计即超]|左右|最[大高长宽小重]|[长宽高厚深径重]度?|重量|尺寸|净含量|含量|规格|[净自总全整通空裸毛]|"
    r"单|一[只个对双件支套条]|每[\u3400-\u9fff]|[成展]品|展开后?|铺开|打开后?|撑开后?|整[体套机]|全套|[件]套|套装|本身|机身|主机|产品|商品|"
    r"[身体围码号款型版幅]|[衣裙裤鞋形]|被套|[一二两三四五六]?[只个对双件支套条]|[大中小特加]号?|[上下前后左右内外]|直|口|圈|长边|短边)$"
)
"""Words of measuring and words for the whole, at the end of a Chinese name."""
_EACH_ZH = re.compile(r"(?:每一?(?P<kind>[\u3400-\u9fff])|各)(?:约重|净重|重|约|仅|为)*$")
_OF_MEASURE_ZH = frozenset("米平方升")
_OPENS_ZH = re.compile(r"^(?:[但且而又并]|这款|此款|本款|它|的)+")
_PACKED_ZH = re.compile(
    r"(?:折叠|折合|收纳|收起|收缩|折后|叠后|包装|外箱|装箱|快递|运输)[^，。；！？\n]{0,6}$"
)
_PROOF_ZH = ("防水", "防水等级", "防水性能")
_GROSS_ZH = re.compile(
    r"(?:毛重|(?<![净重])[连含带][\u3400-\u9fff]{1,5}重?|(?:包装|装箱|运输)(?:后)?重量?)[约为仅]{0,2}$"
)

_WORD_ZH = 2
"""Characters of a usual Chinese noun."""

_CLAUSE = re.compile(
    r"(?:^|[.;!?\n•·|]\s*|,\s+|\(\s?|:\s+)(?P<name>[A-Za-z][A-Za-z'’ /-]{1,40}?)\s*[:=]?\s*$"
)
_FOLDS = re.compile(
    r"\b(?:folds?|collapses?|rolls?|stows?|packs?|compresses)\s+(?:\w+\s+)?(?:in)?to\b[^.;,:\n]{0,16}$"
    r"|\b(?:folded|packed|collapsed|rolled|stowed)(?:\s+(?:size|dimensions|measurements))?\s*:?\s*$",
    re.IGNORECASE,
)
"""Before the sides of a product that is folded or packed."""
_LONGEST = 3
"""Words of a name; longer texts before a number are sentences."""
_GROSS = re.compile(
    r"\b(?:gross|shipping|shipped|packed|boxed|packaged|packaging)\b[^.;,\n]{0,24}$", re.IGNORECASE
)
_GROSS_BEHIND = re.compile(
    r"\s*\(?(?:gross|including (?:the )?pack\w*|incl\.? pack\w*|with (?:the )?(?:packaging|box|carton))\b"
    r"|\s?[（(]?(?:含包装|毛重|连包装)",
    re.IGNORECASE,
)
_OF_SIZE = re.compile(
    r"(?:\b[Ss]izes\s+(?:from\s+|by\s+\w+:?\s+)?|\b(?:X{0,3}[SML]|[Oo]ne [Ss]ize)\s*\(\s*"
    r"|\b(?:in|size)\s+X{0,3}[SML]\s*[(:]?\s*)$"
    r"|(?:尺码|[SML]码)[^，。；\n]{0,4}$"
)
_PARTED = re.compile(r"\d+/\d+\s?(?:[cm]?m|k?g|[厘毫分]?米|公分|[千毫]?克|公?斤)", re.IGNORECASE)


def is_named_after_part(
    before: str, own: Container[str], title: str, language: Language, *, is_side: bool
) -> bool:
    """Whether a measure has the name of something else than the product as a whole.

    Args:
        before: Text up to the measure, within its sentence.
        own: English nouns of the product, in the singular.
        title: Of the product; a Chinese name that ends like it or like a part of it is the product.
        language: Of the text.
        is_side: Whether it is one of several sides, whose name says which state they are of.
    """
    if not title:
        return False
    if language == "zh":
        if _PACKED_ZH.search(before) or (before.endswith(_PROOF_ZH) and not title.startswith(before)):
            return True
        return _names_part_zh(before, title)
    named = _CLAUSE.search(before)
    if named is None:
        return is_side and _FOLDS.search(before) is not None
    words = named["name"].casefold().replace("/", " ").split()
    lists = _word_lists()
    if words[0] in lists["subjects"]:
        return False
    if lists["states"].intersection(words[-2:]):
        return True
    if lists["links"].intersection(words):
        return is_side and _FOLDS.search(before) is not None
    while words and (words[-1] in lists["measuring"] or singular(words[-1]) in lists["measuring"]):
        words.pop()
    if is_side:
        return _FOLDS.search(before) is not None
    return 0 < len(words) <= _LONGEST and not any(singular(word) in own for word in words)


def is_gross(before: str, after: str, language: Language) -> bool:
    """Whether a mass is that of the product with its packaging or what comes with it: "gross weight 2 kg", 毛重5公斤."""
    if _GROSS_BEHIND.match(after):
        return True
    return (_GROSS_ZH if language == "zh" else _GROSS).search(before) is not None


def is_of_size(before: str) -> bool:
    """Whether a length tells what a size fits: "290 g in M (55-59 cm)"."""
    return _OF_SIZE.search(before) is not None


def are_alternatives(surface: str) -> bool:
    """Whether a metric measure gives two in one, which is no fraction: 10/12厘米."""
    return _PARTED.fullmatch(surface) is not None


def _names_part_zh(before: str, title: str) -> bool:
    each = _EACH_ZH.search(before)
    if each is not None and (not each["kind"] or each["kind"] in _OF_MEASURE_ZH):
        return True  # 每米约400克, 各10克
    if each is not None:
        # 每块20克 of twelve in a box.
        return re.search(rf"[\d一二三四五六七八九十]\s?{each['kind']}", title) is not None
    found = _NAME_ZH.search(before)
    name = _OPENS_ZH.sub("", found["name"]) if found else ""
    while name and (ending := _MEASURING_ZH.search(name)):
        name = name[: ending.start()]
    if len(name) < _WORD_ZH:
        return bool(name) and name not in title
    return name[-_WORD_ZH:] not in title and name[-1] not in {part[-1] for part in title.split()}


@lru_cache(maxsize=1)
def _word_lists() -> dict[str, frozenset[str]]:
    source = resources.files("extraction.rules").joinpath("named_parts.yaml").read_text("utf-8")
    lists: dict[str, str] = yaml.safe_load(source)
    return {kind: frozenset(words.split()) for kind, words in lists.items()}
