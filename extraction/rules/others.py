"""Others' looks and countries: what a text says of the packaging, of what the product is used on or of what it shows.

Each test looks at the words right beside a mention, so that it holds for rules and a trained model alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from extraction.rules.accessories import own_words, word_lists
from kms.ontology.labels import singular

Known = Callable[[str], bool]

_AMOUNT = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)?\s?(?:ml|cl|g|grams?)\b(?!\s?(?:/|per\b))", re.IGNORECASE)
"""In a title: an amount that small packages are filled with."""
_FILLED = re.compile(r"(?:^|[.;]\s+)\d+(?:[.,]\d+)?\s?(?:ml|cl)\s*(?:[.;]|$)", re.IGNORECASE)
"""A volume that is all that a sentence says."""
_HOLDS = re.compile(r"\s+(?:of\s+)?\d+(?:[.,]\d+)?\s?(?:ml|cl|g)\b", re.IGNORECASE)
_STEEL = re.compile(r"(?:stainless\s+)?steel\b", re.IGNORECASE)
_PAPER = re.compile(r"(?:card(?:board)?|paper(?:board)?|kraft)\b", re.IGNORECASE)
_PAPER_PACKS = frozenset({"tube", "box", "carton", "sleeve"})
_ALWAYS_PACKS = frozenset({"packaging", "package", "wrapper", "sachet", "carton", "wrapping"})
_FRAGMENT = re.compile(
    r"(?:^|[.;:!?\n]\s*)(?:in|into)?\s*(?:an?\s+)?(?:[\w-]+\s+){0,2}$|\bin\s+an?\s+(?:[\w-]+\s+){0,2}$",
    re.IGNORECASE,
)
"""Before a look that opens a sentence without a subject, or behind "in a"."""
_HEAD = re.compile(
    r"[ -](?:[a-z]+[ -])?(?P<noun>[a-z]+)(?=\s*(?:[.,;:!?)]|$)|\s+(?:with|without|of|in|and|for|that|by|\d))",
    re.IGNORECASE,
)
_IN_PACK = re.compile(
    r"(?:^|[.;:!?,\n]\s*)in\s+an?\s+(?:[\w-]+\s+){0,2}(?P<noun>[a-z]+)\s+with\s+"
    r"(?:an?\s+)?(?:[\w-]+\s+){0,3}(?:of\s+)?$",
    re.IGNORECASE,
)
"""Before a look of what belongs to the packaging: "in a jar with a cork"."""
_PACKED_ZH = re.compile(r"[瓶罐盒袋桶坛管](?:装(?![饰置有满入着进的])|包装)")
_COMMA_ZH = re.compile(r"[，。；！？、,;\n]")
_MEANT_ZH = re.compile(r"(?:适用于|适用|专用于|可用于|用于)[^，。；！？,;\n]*$")
_CLAUSE_ZH = re.compile(r"[^，。；！？,;\n]*")

_LISTED = r"(?:[\w-]+(?:,\s*|\s+(?:and|or|&)\s+)(?:and\s+|or\s+)?)*"
_FITS = re.compile(rf"\b(?:fits|suits)\s+(?P<of>[a-z]+s\s+of\s+)?(?P<list>{_LISTED})$", re.IGNORECASE)
"""Before a look of what the product fits: "fits brass connectors", "suits tables of oak"."""
_FOR_THINGS = re.compile(rf"\bfor\s+(?:all\s+)?(?P<noun>[a-z]+s)\s+of\s+(?P<list>{_LISTED})$", re.IGNORECASE)
_PEOPLE = re.compile(r"\w+(?:ers|ors|ists|ans)|kids|adults|girls|boys|friends|students|years", re.IGNORECASE)
_FOR = re.compile(
    rf"(?:^|[.;!?\n]\s*|\b(?:made|designed|suitable|suited|meant|ideal|perfect)\s+)for\s+(?P<list>{_LISTED})$",
    re.IGNORECASE,
)
_FOR_KIND = re.compile(
    r"(?:^|[.;!?\n]\s*)for\s+[a-z]+\s+(?P<list>(?:[\w-]+\s+(?:and|or)\s+)?)$", re.IGNORECASE
)
_KIND_ENDS = re.compile(
    r"\s*(?:[.,;!?]|$|(?:and|or)\s+[\w-]+\s*(?:[.,;!?]|$)|(?:but\s+)?not\b)", re.IGNORECASE
)
_CUTS = re.compile(r"\b(?:cuts|saws|splits|drills|sands|polishes)\s+$", re.IGNORECASE)
_WORDS = re.compile(r"[\w-]+")
_LIST_GOES_ON = r"(?:\s*,\s*(?:and\s+|or\s+)?[\w-]+|\s+(?:and|or|&)\s+[\w-]+)*?"
_NO_LINK = r"(?!(?:and|or|with|in|of|for|from|on|at|to|by|the|an?|that|which|as)\b)"
_THINGS = re.compile(
    rf"{_LIST_GOES_ON}\s+(?:{_NO_LINK}[a-z]+\s+)?{_NO_LINK}(?P<noun>[a-z]+)\b(?!\s+(?:[a-z]+ed|is|are)\b)",
    re.IGNORECASE,
)
_OF_BODY = re.compile(
    rf"(?:{_LIST_GOES_ON}|\s+(?:and|or)\s+[\w-]+)\s+(?:tones?\s+in\s+[\w,\s-]*?)?(?P<noun>hair|eyes|skin|teeth)\b",
    re.IGNORECASE,
)

_SHOWS = re.compile(
    r"\b(?:shows?|depicts?|illustrates?|portrays?|maps|map of|flags? of|landmarks? of|outlines? of|views? of)\b"
    r"(?:(?!\b(?:made|manufactured|produced|woven|from)\b)[^.;:!?\n])*$"
    r"|(?:标[出注示]|描绘|展示|展现|印有|绘有)[^，。；：！？,;\n]*$",
    re.IGNORECASE,
)
"""Before countries that the product shows."""
_WITH_ADULT = re.compile(
    r"\b(?:with|by|under|supervision of|help of|supervised by|assisted by|aided by)\s+(?:an?|the|your|their)\s+$",
    re.IGNORECASE,
)
_FORBIDDEN_ZH = re.compile(r"(?:请|严)?(?:不可|不宜|不能|不得|不要|勿|禁用|禁止|慎用|忌|不建议|不适[合用宜])")
_BYSTANDER_ZH = re.compile(
    r"(?:们|和[\u3400-\u9fff]{1,3})?(?:[可也都]以?)?(?:陪|看护|监护|照看|协助|辅助|帮忙|代[为替]|不小心|不慎|碰|撞|摔|打翻|误|踢|咬|吵醒|请?咨询|建议[选先用]|请选|请用|园)"
)
"""Behind people who only look after users, are in the way or must ask first: 父母陪玩, 孩子碰倒, 孕妇请咨询医生."""
_UNFIT_ZH = re.compile(
    r"(?:不适[合用]于?|不宜|不建议|不推荐|禁止|严禁|请?勿[让给]?|避免|忌)(?![^，。；！？]*[的之]?(?:外|时))[^，。；！？,\n]{1,10}$"
)
_NEUTRAL_ZH = re.compile(r"中性[洗笔皂清硅胶墨]")
"""A neutral cleaner or a pen, for nobody in particular."""
_BEWARE_ZH = re.compile(
    r"(?:请?注意|小心|慎"
    r"|(?:请|可以?|建议|推荐|可?另)?(?:看|选|换|用|买|参考|移步)[^，。；！？,\n]{0,3}(?:我们|本店|另|别)"
    r"|(?:里|时|用)?(?:还|仍|得|另|请)?[需要须得](?:要)?(?:再|另外?|额外|搭|配)[加配搭盖穿垫套]?"
    r"|(?:里|时)?(?:可?千?万?别|不要|勿|不能|不可|没法|不够|不太?[够适合宜行顶])|(?:里|时)?(?:就算了|另选|顶不住|扛不住|偏薄|偏冷|会?冷|太[薄热冷厚闷]))"
)
"""Behind a time or people that a text warns of, sends to another product, or finds the product too little for."""
_AREA = re.compile(r"\s?(?:/|per)\s?(?:m²|m2|m\^2|sqm|sq\.?\s?m|square)|\s?sm\b", re.IGNORECASE)
_ADULTS = frozenset({"adult", "adults", "grown-up", "grownup", "parent", "parents"})
_LIKENESS = re.compile(
    r"\b(?:with|has|have|having|offers?|gives?|mimics?|adds?)\s+the\s+(?:[a-z]+\s+)?"
    r"(?:[a-z]+ness|feel|look|warmth|strength|touch|appearance|sheen|shine|lustre|comfort|charm|drape|handle|grain)\s+of\s+"
    r"(?:real\s+|genuine\s+|pure\s+)?$",
    re.IGNORECASE,
)
"""Before a material whose quality another one has: "acrylic with the softness of cashmere"."""
_LIKENESS_ZH = re.compile(
    r"(?:触感|手感|质感|光泽|外观|纹理|柔软|质地)(?:犹如|宛如|如同|好似|类似|接近|媲美|堪比|如|似|像)$"
)


def is_packaging(text: str, start: int, end: int, title: str, own: frozenset[str], *, is_thing: bool) -> bool:
    """Whether a look is that of what the product is filled in: "Glass jar with a screw lid." of a jam.

    A jar, a bottle or a bag may as well be a part of the product, so that it counts only where the text or the title
    states an amount that small packages hold and no other material.

    Args:
        text: The text.
        start: Of the look.
        end: Of the look.
        title: Of the product.
        own: Nouns of the product.
        is_thing: Whether the text states another material too, as that of a thing does.
    """
    before = text[max(0, start - 80) : start]
    packs = word_lists()["en"]["wraps"] | _ALWAYS_PACKS | {"tub", "pot"}
    within = _IN_PACK.search(before)
    if within and singular(within["noun"].casefold()) in packs - own:
        return True
    if text[end:].startswith(" ") and (found := _HEAD.match(text, end)):
        nouns = [singular(word) for word in _WORDS.findall(found.group().casefold())]
        noun = next((n for n in nouns if n in packs), "")
        if not noun or own.intersection(packs) or _FRAGMENT.search(before) is None:
            return False
        if noun in _ALWAYS_PACKS or (noun in _PAPER_PACKS and _PAPER.match(text, start)):
            return True
        if is_thing or _STEEL.match(text, start):
            return False
        return bool(_AMOUNT.search(title) or _FILLED.search(text) or _HOLDS.match(text, found.end()))
    if re.search(
        r"\bpackaging (?:is )?(?:made )?(?:of|from|in)\s+(?:[\w-]+\s+){0,2}$", before, re.IGNORECASE
    ):
        return "packaging" not in own
    return False


def is_packaging_zh(text: str, end: int) -> bool:
    """Whether a Chinese look is that of a package: 玻璃瓶装."""
    return _PACKED_ZH.match(text, end) is not None


def is_of_object(
    text: str, begin: int, start: int, end: int, own: frozenset[str], is_look: Known, *, is_material: bool
) -> bool:
    """Whether a look is that of what the product is used on or fits: "for red and white roses", "fits brass pipes".

    Args:
        text: The text.
        begin: Of the sentence.
        start: Of the look.
        end: Of the look.
        own: Nouns of the product.
        is_look: Tells names of colours and materials from other words.
        is_material: Whether the look is a material.
    """
    before = text[max(begin, start - 100) : start]
    body = _OF_BODY.match(text, end)
    meant = _FOR.search(before)
    if body and not is_material and (meant or body["noun"].casefold() not in own):
        return True
    things = _THINGS.match(text, end)
    noun = singular(things["noun"].casefold()) if things else ""
    is_other = bool(noun) and noun not in own and noun not in own_words()
    fits = _FITS.search(before)
    if fits and _all_looks(fits["list"], is_look):
        return is_other or bool(fits["of"]) or is_material
    made = _FOR_THINGS.search(before)
    if made and is_material and _all_looks(made["list"], is_look):
        return _PEOPLE.fullmatch(made["noun"]) is None and singular(made["noun"].casefold()) not in own
    if (
        meant
        and not is_material
        and _all_looks(meant["list"], is_look)
        and things
        and _are_looks(things, is_look)
    ):
        # What follows "for" is no name of the product: "rose fertiliser for red roses".
        return things["noun"].endswith("s") and noun not in own_words()
    kind = _FOR_KIND.search(before)
    if kind and is_material and _all_looks(kind["list"], is_look):
        return _KIND_ENDS.match(text, end) is not None
    following = _WORDS.match(text, end + 1)
    return bool(
        not is_material and _CUTS.search(before) and following and is_look(following.group().casefold())
    )


def is_of_object_zh(text: str, start: int, end: int, own: tuple[str, ...]) -> bool:
    """Whether a Chinese material is that of what the product is for: 适用于铜锅, but not 适用于户外的不锈钢水壶."""
    if _MEANT_ZH.search(text, max(0, start - 30), start) is None:
        return False
    rest = _CLAUSE_ZH.match(text, end)
    words = rest.group() if rest else ""
    return not any(len(name) > 1 and name[-2:] in words for name in own)


def is_likeness(text: str, start: int) -> bool:
    """Whether a product of another material has only a quality of this one: "with the softness of cashmere"."""
    return _LIKENESS.search(text, max(0, start - 80), start) is not None


def is_likeness_zh(text: str, start: int) -> bool:
    """The same of a Chinese text: 触感如羊绒."""
    return _LIKENESS_ZH.search(text, max(0, start - 8), start) is not None


def is_shown(text: str, begin: int, start: int) -> bool:
    """Whether a country is one that the product shows: "depicts Japan and China"."""
    return _SHOWS.search(text, begin, start) is not None


def is_helper(text: str, begin: int, start: int, end: int) -> bool:
    """Whether adults only look after those who use the product: "with an adult"."""
    return text[start:end].casefold() in _ADULTS and _WITH_ADULT.search(text, begin, start) is not None


def is_forbidden_zh(text: str, end: int) -> bool:
    """Whether a Chinese text forbids the product to the people named: 婴儿不可食用."""
    return _FORBIDDEN_ZH.match(text, end) is not None


def is_bystander_zh(text: str, end: int) -> bool:
    """Whether a Chinese text says of people only that they look after users or do something by accident: 父母陪玩."""
    return _BYSTANDER_ZH.match(text, end) is not None


def is_unfit_zh(text: str, start: int, end: int) -> bool:
    """Whether a Chinese text says of people or times that they are none for the product: 不适合更小的宝宝, 夏天注意通风."""
    if _NEUTRAL_ZH.match(text, start):
        return True
    return (
        _UNFIT_ZH.search(text, max(0, start - 16), start) is not None
        or _BEWARE_ZH.match(text, end) is not None
    )


def is_per_area(text: str, end: int) -> bool:
    """Whether a mass is that of an area: "90 g/m²"."""
    return _AREA.match(text, end) is not None


def _all_looks(words: str, is_look: Known) -> bool:
    return all(is_look(w) for w in _WORDS.findall(words.casefold()) if w not in {"and", "or"})


def _are_looks(match: re.Match[str], is_look: Known) -> bool:
    """Whether the list between a look and the noun behind it is one of looks."""
    listed = match.string[match.start() : match.start("noun")]
    if "," not in listed and not re.search(r"\b(?:and|or|&)\b", listed):
        return True
    words = [w for w in _WORDS.findall(listed.casefold()) if w not in {"and", "or", "tone", "tones", "in"}]
    return all(is_look(w) for w in words) or is_look(words[0])
