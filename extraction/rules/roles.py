"""Roles of numbers: what a number near an attribute's name, or with a fitting unit, must not be taken for.

"Weight capacity 300 lb" names another attribute than the weight; "for dogs up to 25 kg" is a bound on something else. What
the other attribute is does not matter here: a name that runs on into a content word is another name.
"""

from __future__ import annotations

import re

from kms.ontology.labels import singular

_FILLERS = re.compile(
    "of|is|are|was|be|at|in|only|just|about|approx|approximately|around|roughly|up|to|from|a|an|the|it|its|has|have|with|per"
    "|each|and|or|under|over|less|more|than|nearly|almost|total|net|gross|item|max|maximum|min|minimum|some|mere|body"
    "|including|incl|without",
    re.IGNORECASE,
)
"""Words that may stand between an attribute's name and its number."""
_RUNS_ON = re.compile(r"[A-Za-z]*[\s-]+(?P<word>[A-Za-z][A-Za-z'’]*)")
_BOUND = re.compile(
    r"(?:\bstores?|\borgani[sz]es?|\baccommodates?"
    r"|\bup to|\bat most|\bmax(?:imum)?\.?|\bno more than|\bnot exceed(?:ing)?|\bsupports?|\bholds?|\bcarr(?:y|ies)"
    r"|\bbears?|\bload(?:s|ed)?|\bcapacity|\blimit|\brated (?:for|to)|\bfor (?:\w+ ){0,3}(?:over|under|up to)"
    r"|\btested (?:to|with|up to)|承重|最大|不超过|可承受|负重|载重|承载)"
    r"[^.;,。；，]{0,16}$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(?:^|[.;,。；，\n(])\s*(?!ours\b|mine\b|this\b|now\b|it\b)"
    r"(?P<name>[A-Za-z][A-Za-z \-/]{2,40}?|[\u4e00-\u9fff]{2,8})\s*[:：=]\s*$",
    re.IGNORECASE,
)


_MEASURE_NOUN = re.compile(
    r"\w*[ -](?P<noun>drop|offset|lift|clearance|stack|spacing|pitch|travel|thickness|width|depth|height|"
    r"length|circumference)\b(?! (?:of|from|to) the\b)",
    re.IGNORECASE,
)
"""Nouns of measure that make a compound of the word before them: a "heel drop" is no heel height."""
_OF_USER = re.compile(
    r"(?:\b(?:suitable|recommended|intended|ideal|made|designed|meant|best) for (?:\w+ ){1,3}"
    r"|\bfor (?:\w+ ){1,3}(?:from|between|weighing|measuring) "
    r"|(?:适合|适用于?|供)(?:体重|身高)?[在为约]?)"
    r"(?:(?:from|between|weighing|measuring|of|about|around|over|under|up to|with a \w+ of)\s+){0,2}"
    r"(?:\d[\d.,]*\s*(?:[a-z]{1,3}\s*)?(?:-|–|to|and|至|到)\s*)?$",
    re.IGNORECASE,
)


_OF_CONTENTS = re.compile(
    r"\b(?:holds?|stores?|organi[sz]es?|accommodates?|accepts?|fits?|punched for|sized for|made for|designed for|"
    r"for use with)\b"
    r"[^.;:\n]{0,30}$",
    re.IGNORECASE,
)
_OF_BOX = re.compile(
    r"\b(?:ships?|shipped|packed|packaged|delivered|arrives?|comes|boxed)\s+(?:in|as)\b[^.;\n]{0,30}$"
    r"|\b(?:box|carton|parcel|packaging)\s+(?:of|is|measures|measuring)\s+$",
    re.IGNORECASE,
)
_AT_MOST = re.compile(r"\W{0,2}max(?:imum|\.)?\b", re.IGNORECASE)
_OF_SIZE = re.compile(
    r"dimension|size|measure|overall|assembled|specification|spec\b|detail|feature|format|total|approx|product|item|尺寸|规格|大小",
    re.IGNORECASE,
)
"""Words of a name before a colon that leave the sides behind it the product's."""

_SIDES_OF = re.compile(
    r"\b(?:(?:one|two|three|four|five|six|eight|ten|twelve|\d+|an?|each|every|into)\s+(?:[a-z-]+\s+)?"
    r"(?P<noun>(?!(?:size|pack|set|model|piece)s?\b)[a-z]{3,})\s*(?:\(|,?\s+(?:that\s+)?measur(?:es?|ing)\s+)(?:approx\w*\.?\s+|about\s+)?$)"
    r"|\b(?P<owner>[a-z]{3,})\s+(?:dimensions?|measurements?|size)\s*(?::|\b(?:is|are)\b|of|approx\w*\.?)\s*$",
    re.IGNORECASE,
)
"""A counted noun right before sides, whose they are: "two pillowcases (50 x 75 cm)", "drawer measurements are"."""

_SIDES_ZH = re.compile(
    r"[\u3400-\u9fff]{2}\s?\d[\d.]*\s?(?:cm|厘米|mm|毫米|m|米)?\s?[×xX*]\s?\d[^。；！？\n]*[\u3400-\u9fff]{2}\s?约?$"
)
"""A noun with sides, before another noun whose sides come next: 被套200×230厘米，枕套48×74厘米."""


def are_sides_of_other(before: str, after: str, own: frozenset[str]) -> bool:
    """Whether sides, "3 x 5 inch", are those of what the product holds, of a part that is named before them, or a limit.

    Args:
        before: Text up to the first side, within its sentence.
        after: Text behind them.
        own: Nouns of the product, in the singular.
    """
    if _OF_CONTENTS.search(before) or _OF_BOX.search(before) or _AT_MOST.match(after):
        return True
    if _SIDES_ZH.search(before):
        return True
    noun = _SIDES_OF.search(before)
    if noun is not None:
        name = noun["noun"] or noun["owner"]
        return singular(name) not in own and not _OF_SIZE.search(name)
    named = _NAMED.search(before)
    if named is None or _OF_SIZE.search(named["name"]):
        return False
    return not own.intersection(singular(word) for word in named["name"].split())


_ELAPSED = re.compile(
    r"[\u3400-\u9fff]了(?:快|将近|大概|差不多|整整|有)?$"
    r"|\b(?:after|for (?:the )?(?:past|last)) (?:about |only |just )?$",
    re.IGNORECASE,
)
_ELAPSED_UNITS = frozenset({"day", "week", "month", "year"})


def is_elapsed(before: str, unit: str) -> bool:
    """Whether days or more are how long somebody did something: 听了一个月, "after two weeks"."""
    return unit in _ELAPSED_UNITS and _ELAPSED.search(before) is not None


_OF_CLOTH = re.compile(
    r"[\s-]*(?:(?:heavy|organic|natural|waxed|washed|cotton|selvedge|stretch|brushed|raw|thick|sturdy|100%)\s+){0,2}"
    r"(?:canvas|denim|duck|twill|cotton|fleece|flannel|jersey|drill|cloth|fabric|corduroy|ripstop|linen)\b",
    re.IGNORECASE,
)


def is_of_cloth(unit: str, after: str) -> bool:
    """Whether ounces are those of a square yard of cloth: "12 oz canvas"."""
    return unit == "ounce" and _OF_CLOTH.match(after) is not None


_GROWN = re.compile(
    r"\b(?:gr[eo]wn?|ris(?:en|es)|rose|increased?|raised?|extended|improved|boosted|up|doubled|went|gone|jump(?:s|ed)|upgraded|"
    r"drop(?:s|ped)|fallen|fell|reduced|cut|down|shr[ua]nk|lowered|expanded|switched|changed|moved)\b[^.;!?\n]{0,30}\bfrom\s+"
    r"(?:the\s+|a\s+)?(?:previous\s+|original\s+|old\s+)?$",
    re.IGNORECASE,
)
_GROWN_ZH = re.compile(
    r"[^，。；,;\n]{0,6}?(?:提升|增加|增长|升级|延长|扩大|提高|缩短|降低|减少|下降|减轻|升|增|减|降|变)(?:到|至|为|成)了?"
)


_DIFFERENCE = re.compile(
    r"\s+(?:more|less|fewer|(?!water|power|leather|polyester|charger|diameter|timer|under|over|after|per\b|cover|either)[a-z]{2,}er)\b"
    r"[^.;,!?\n]{0,30}\bthan\b"
    r"|\s+(?:lighter|heavier|longer|shorter|taller|wider|narrower|thicker|thinner|larger|smaller|bigger|deeper|faster|slower|"
    r"brighter|quieter|louder|cheaper)\b"
    r"|\s+of\s+(?:most|other|ordinary|conventional|typical|normal|regular|traditional|"
    r"(?:the|our|its) (?:old|older|previous|other|original))\b"
    r"|[^，。；！？\n\d]{0,6}的(?:[一二两三四五六七八九十几数\d.]+倍|一半|[三四五十]分之)",
    re.IGNORECASE,
)


def is_difference(after: str) -> bool:
    """Whether the words behind a number make it the difference to another thing: "300 W more powerful than"."""
    return _DIFFERENCE.match(after) is not None


def is_growth(before: str) -> bool:
    """Whether "from A to B" behind these words tells a change, so that only B holds: "has grown from 8 h to 12 h"."""
    return _GROWN.search(before) is not None


def is_outgrown(before: str, after: str) -> bool:
    """Whether a Chinese number was the one before a change: 从8小时提升到12小时."""
    return (
        before.endswith(("从", "由", "从原来的", "由原来的", "从原先的", "从之前的"))
        and _GROWN_ZH.match(after) is not None
    )


_SAID_OF_NAME = re.compile(
    r"(?:\s+(?:is|are|was|measures?|stands?|has|of|just|only|about|around|approx\w*|nearly|a|an|full|total|"
    r"comes? in at))*\s*"
)


def is_said_of(before: str, name_end: int) -> bool:
    """Whether nothing but a verb stands between an attribute's name and its number: "the blade is 20 cm long"."""
    return _SAID_OF_NAME.fullmatch(before, name_end) is not None


def is_of_user(before: str) -> bool:
    """Whether the text up to a measure makes it one of whom the product is for: "suitable for dogs from 5 to 20 kg"."""
    return _OF_USER.search(before) is not None


def names_other_measure(before: str, name_end: int, own_words: frozenset[str]) -> bool:
    """Whether a noun of measure that is none of the attribute's own words follows its name: "heel" of "heel drop"."""
    follows = _MEASURE_NOUN.match(before, name_end)
    return follows is not None and follows["noun"].casefold() not in own_words


def runs_on(before: str, name_end: int) -> bool:
    """Whether an attribute's name in the text before a number is the beginning of a longer name.

    Args:
        before: Text up to the number.
        name_end: Where the name ends in it.
    """
    follows = _RUNS_ON.match(before, name_end)
    return follows is not None and _FILLERS.fullmatch(follows["word"]) is None


def is_bound(before: str) -> bool:
    """Whether the text up to a number makes it a bound on what the product carries or is made for."""
    return _BOUND.search(before) is not None


_RATING = re.compile(
    r"[\s.,)-]*(?:(?:weight|load|max(?:imum|\.)?|static|dynamic|user|total|lifting|carrying)\s+)?"
    r"(?:capacity|load|limit|rating|payload|rated)\b|\.?\s?/\s?\d*\s?-?\s?h|\.?\s(?:per|a)\s(?:hour|day|24)"
    r"|\.?\s?(?:per|/)\s?(?:\d+\s?)?(?:m|met(?:re|er)|yards?|yd|ft|foot|km|l|lit(?:re|er)|sq\w*|day|sheet|page|serving|scoop|"
    r"portion|cup|dose|bar|slice|tablet|capsule)\b|\s?/\s?[米片平块条张粒码]",
    re.IGNORECASE,
)


def is_rating(body: str, end: int) -> bool:
    """Whether the words behind a mass make it what the product carries or makes, or that of a measure of it.

    "300 lb capacity", "500 kg/24 h", "62 g per metre"; but "80 g per pair".
    """
    return _RATING.match(body, end) is not None


_TO_DEPTH = re.compile(
    r"\b(?:resistan\w*|\w*proof|dive|diving|submers\w*|swim\w*|depths?)\b[^.;,\n]{0,20}$|(?:防水(?:深度|至|达)|潜水|水深|水下|海拔)[^，。；\n]{0,6}$",
    re.IGNORECASE,
)
_ADDED = re.compile(r"\d\s?\+\s?$|\bplus\s+(?:another\s+|an?\s+)?$", re.IGNORECASE)


def is_depth(before: str) -> bool:
    """Whether the words before a length make it a depth or a height above the sea: "water resistant to 100 m", 海拔900米."""
    return _TO_DEPTH.search(before) is not None


def is_added(before: str) -> bool:
    """Whether a length is only added to the one before it: "16+4厘米", "45 cm plus 5 cm"."""
    return _ADDED.search(before) is not None


def is_named_otherwise(before: str) -> bool:
    """Whether a name and a colon stand before a number; the caller has found no attribute called so."""
    return _NAMED.search(before) is not None
