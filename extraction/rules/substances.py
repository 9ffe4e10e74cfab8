"""Substances: words for materials and colours that name a compound, a scent, a stuff that is used on them, or a quality.

Zinc oxide is no zinc, a base note of leather no leather, 玻璃水 no glass and 透明度 no colour.
"""

from __future__ import annotations

import re

from kms.types import Language

_SALT = re.compile(
    r"[ -](?:\w*(?:ox|hydrox|perox|chlor|fluor|brom|iod|sul(?:ph|f)|nitr)ides?|(?:bi)?carbonates?|"
    r"\w*(?:sul(?:ph|f)|phosph|stear|citr|glucon|nitr|silic|lact|acet|glycin|ascorb|pyrithion|chlorohydr)ates?|"
    r"pyrithione|chlorohydrate|salts?|ions?|supplements?)\b",
    re.IGNORECASE,
)
"""Behind a metal of which only a compound is meant: "zinc oxide", "magnesium carbonate"."""
_CHARCOAL = re.compile(
    r"[ -](?:charcoal|extract|essence|vinegar|oil|water|milk|scent(?:ed)?|fragranced?|flavou?r(?:ed)?|notes?|"
    r"accord|pepper|salt|protein)\b",
    re.IGNORECASE,
)
"""Behind a material of which something was made that is none: "bamboo charcoal", "oat milk", "leather notes"."""
_SALT_ZH = re.compile(r"(?:离子|元素|盐|片剂)")
_ACID_ZH = re.compile(r"[酸化]$")
_SCENT = re.compile(
    r"\b(?:notes?|accords?|scents?|scented|aromas?|fragrances?|perfumed|fragranced|smells?|smelling|hints?|tastes?|"
    r"flavou?r(?:ed|s)?|infused|reminiscent)\s+(?:\w+\s+)?(?:of|with|like|are|is|:)\b[^.;!?\n]*$",
    re.IGNORECASE,
)
"""Before what a sentence says that the product smells or tastes of."""
_SCENT_ZH = re.compile(r"(?:[前中后尾基头香]调|香型|香味|气味|口味|味道)[^。；！？\n，,]*$")
_SMELLS_ZH = re.compile(
    r"(?:的?[清幽木淡]?[质味]?香(?![槟炉薰熏筒插盒皂台架座囊包水])|香?味|调(?![料味节])|气息|精油|提取|萃取|精华|浸膏|炭)"
)
"""Behind a material whose scent or extract is meant: 松木香, 檀木调."""
_TREATS_ZH = re.compile(
    r"(?:专用)?(?:清[洁洗](?:剂|液|膏|布|喷雾)?|护理[\u3400-\u9fff]?|保养[\u3400-\u9fff]?|修复[\u3400-\u9fff]?|去污[\u3400-\u9fff]?|"
    r"洗涤剂?|洗衣液|防护剂|粘合剂|[水胶漆蜡剂油膏液擦])(?![\u3400-\u9fff])"
)
"""Behind a material that a stuff is used on or made for: 玻璃水, 真皮护理膏."""
_WORKED_ZH = re.compile(
    r"(?:[、和与或及][\u3400-\u9fff]{1,5})*(?:都|均|皆|也)(?:能|可以?)?[烫洗擦切粘写磨熨贴钻锯打]"
)
"""Behind what the product works on: 真丝、羊毛都能烫."""
_LIKE_ZH = re.compile(r"(?:仿|模仿|类似?|似|像)$")
_QUALITY_ZH = re.compile(r"[度率性感]")
_UNHARMED_ZH = re.compile(
    r"(?:不[伤刮损磨]|保护|防止?刮花|擦[洗拭净]?|清[洗洁]|切割?|打磨|钻)[^，。；！？,;\n的]*[、和及与或]$"
)
"""Before a further thing that the product works on or does no harm to: 不伤漆面、橡胶条."""
_TURNS = re.compile(
    r"\b(?:turns?|turning|becomes?|goes(?: on)?|(?:will|may) go|"
    r"(?:fad|weather|darken|rust|tarnish|bleach|age|oxidi[sz]|patinat)\w*"
    r"\s+(?:\w+\s+)?(?:in)?to)\s+(?:[\w-]+\s+){0,4}$",
    re.IGNORECASE,
)
"""Before a colour that the product takes on with time: "left outside it turns silver grey"."""
_TURNS_ZH = re.compile(r"(?:变|变成|变为|氧化成|氧化变|褪成|发)$")
_LIGHT = re.compile(r"[ -](?:light|lights|rays?|screens?|glare)\b(?![ -]?(?:weight|er\b))", re.IGNORECASE)
_ACTS_ON = re.compile(
    r"\b(?:protects?|protecting|burns?|burning|crush(?:es)?|grinds?|scratch(?:es)?|harms?|hugs|"
    r"fits? over|slips? over|"
    r"(?:scrub|wipe|clean|rub|buff|dust)(?:s|bed|ing)?\s+(?:\w+\s+){0,3}with|"
    r"(?:up to|as many as|holds?|handles?|staples?|punch\w*|shreds?|displays?|fastens?|secures?|cuts?)\s+"
    r"(?:\w+\s+){0,4}sheets of|filters?|filtering|blocks?|blocking|reduces?|against|unlike|than|wash(?:es)?|"
    r"programme for)\s+"
    r"(?:(?!with\b|by\b|in\b|thanks\b|using\b|and\b|from\b)[\w-]+\s+){0,3}$",
    re.IGNORECASE,
)
"""Before what the product acts on: "protects wooden tables", "burn dry wood", "filters blue light"."""
_GIVEN_ZH = re.compile(
    r"(?:(?<![吸依粘沾黏比])附(?![着近件加属和])|(?<![配发输推运派投])送(?![礼风到货])|赠(?!品|礼)|随[箱机]|另[送赠]|配(?:有|备|送)?[一二三四五六七八九十两\d]+[件个支把只套条双枚张])[^，。；！？\n]*$"
)
"""Before things that come with the product: 附木质表盒."""


def is_of_substance(
    text: str, begin: int, start: int, end: int, language: Language, *, is_material: bool
) -> bool:
    """Whether a material or a colour is that of a compound, a scent or a stuff, or of what the product acts on.

    Args:
        text: The text.
        begin: Of the sentence.
        start: Of the look.
        end: Of the look.
        language: Of the text.
        is_material: Whether the look is a material.
    """
    before = text[max(begin, start - 120) : start]
    if language == "zh":
        return bool(
            _SALT_ZH.match(text, end)
            or _ACID_ZH.search(before)
            or _SCENT_ZH.search(before)
            or _SMELLS_ZH.match(text, end)
            or _TREATS_ZH.match(text, end)
            or _QUALITY_ZH.match(text, end)
            or _WORKED_ZH.match(text, end)
            or _LIKE_ZH.search(before)
            or _UNHARMED_ZH.search(before)
        )
    return bool(
        _SALT.match(text, end)
        or (is_material and _CHARCOAL.match(text, end))
        or _SCENT.search(before)
        or _ACTS_ON.search(before)
    )


def is_taken_on(text: str, begin: int, start: int, language: Language) -> bool:
    """Whether a colour is one that the product takes on with time: "rusts to a warm orange"."""
    pattern = _TURNS_ZH if language == "zh" else _TURNS
    return pattern.search(text, max(begin, start - 60), start) is not None


def is_of_light(text: str, end: int, own: frozenset[str]) -> bool:
    """Whether a colour is that of light of which no lamp speaks: "filters blue light"."""
    return _LIGHT.match(text, end) is not None and not own & {
        "light",
        "lamp",
        "lantern",
        "torch",
        "led",
        "bulb",
    }


def is_of_gift_zh(text: str, begin: int, start: int) -> bool:
    """Whether a Chinese look is that of a thing that comes with the product: 附铝合金镜盒."""
    return _GIVEN_ZH.search(text, max(begin, start - 30), start) is not None
