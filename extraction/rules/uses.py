"""Uses, audiences and seasons in running text: whether the words around a mention make it the product's.

"Great for hiking" says what the product is for. "Re-wax each autumn" is the time of an action on it, "the shop near my
office" a place; a review tells much of both. Care hints are left out. In reviews a mention counts fully only in a phrase of
purpose, time or possession ("for running", "at work", "when I travel"), or as the first words of its sentence.
"""

from __future__ import annotations

import re

from extraction.documents import Text
from kms.ontology.labels import singular

UNSUPPORTED = 0.45
"""Factor on the confidence of a mention in a review that no such phrase supports: two reviews of its kind are not enough.

On the sample's training and validation reviews 86 % of 92 supported mentions were right and 62 % of 24 others."""

_REVIEW_FIELDS = frozenset({"review_title", "review_text"})
_WIDTH = 60
_SUPPORTED = re.compile(
    r"(?:^|[^\w])(?:for|as|at|during|while|when(?:ever)?|on|in|to|my|our|his|her|their|great|good|perfect|nice|excellent|ideal|"
    r"wonderful|best|lovely|fantastic|amazing|super|beautiful|cute|brilliant|use[ds]?|using|takes?|took|wears?|wore|"
    r"wearing|"
    r"(?:hours?|days?|weeks?|months?|seasons?|years?|lots?|plenty) of)\s+(?:[\w'’&/-]+,?\s+){0,3}$"
    r"|^\W*$",
    re.IGNORECASE,
)
_TIME_OF_ACTION = re.compile(
    r"\b(?:each|every|once (?:an?|per)|since|until|till|before|after|last|next|following|by)\s+"
    r"(?:the\s+|early\s+|late\s+)?$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+")
_AGENT = re.compile(r"[A-Za-z]+(?:er|or|ist)", re.IGNORECASE)
_ENDS_PHRASE = re.compile(r"$|,|\s*[(|]|\s[-–]\s|\s(?:for|with|in|of|made|from)\b", re.IGNORECASE)
"""Behind the last word of what a title calls its product."""
_OF_MAKER = re.compile(
    r"\bour\s+(?:(?!for\b)[\w'’-]+\s+){0,2}$"
    r"|\b(?!(?:used|loved|valued|trusted|preferred|chosen|worn|recommended|enjoyed|appreciated|adored|prized)\b)"
    r"[a-z]+(?:ed|en|wn|made|built|run)\s+(?:in \w+\s+)?by\s+"
    r"(?:an?\s+|the\s+|our\s+)?(?:(?!for\b)[\w'’-]+\s+){0,3}$",
    re.IGNORECASE,
)
"""Before a person who makes or sells the product: "our professional jewelers", "founded by a family"."""
_PERSONS = re.compile(
    r"\s+(?P<noun>(?!women\b)[a-z]{2,}(?:ers|ors|ists|smiths|men|makers|team|staff|tasters|service|advice|quality|results?))\b",
    re.IGNORECASE,
)
_CARES = re.compile(
    r"(?:^|[.;:!,(\n•*]\s*|\b(?:and|then|please|to|should be|must be|be|you)\s+)"
    r"(?:re-?proof|(?:re-?)?(?:wash|clean|rins|wip|wax|oil|polish|iron|descal|lubricat|greas|impregnat|sharpen|dr[yi]|air|stor))"
    r"(?:e|ed|ing)?(?:\s+(?:it|them|the\s+\w+))?\b(?!\s+(?:your|my))[^.;!?\n]{0,50}$",
    re.IGNORECASE,
)
_TIME_OF_ACTION_ZH = re.compile(r"(?:每年?(?:个|到|逢)?|去年|今年|明年|上个|下个)的?$")
_CARES_ZH = re.compile(r"(?:清洗|擦拭|清洁|保养|打蜡|上油|晾干|晾晒|存放)[^，。；！\n]{0,8}$")


def is_of_action(text: Text, start: int, *, is_season: bool) -> bool:
    """Whether the mention at ``start`` is the time or place of an action on the product, such as its care."""
    body, sentence = text.document.text, text.sentence_at(start)
    before = body[max(sentence[0], start - _WIDTH) : start]
    is_chinese = text.document.language == "zh"
    if (_CARES_ZH if is_chinese else _CARES).search(before):
        return True
    return is_season and (_TIME_OF_ACTION_ZH if is_chinese else _TIME_OF_ACTION).search(before) is not None


def is_name_of_thing(text: Text, start: int, end: int, own: frozenset[str]) -> bool:
    """Whether a word for a person is what a title calls the product: "Laser Ball Runner" is a toy, not for runners.

    So it is in a description of such a product ("braided jute runner").

    Args:
        text: The title or the description.
        start: Of the word.
        end: Of the word.
        own: Nouns of the product's class; a title with one of them names the thing by it ("Balance Bike Toddler").
    """
    body, title = text.document.text, text.context.title
    if _AGENT.fullmatch(body, start, end) is None:
        return False
    if text.document.field == "title":
        return _ends_name(body, start, end, own)
    found = re.finditer(rf"\b{body[start:end]}\b", title, re.IGNORECASE)
    return any(_ends_name(title, *match.span(), own) for match in found)


def _ends_name(title: str, start: int, end: int, own: frozenset[str]) -> bool:
    """Whether a word is the last one of what a title calls its product."""
    is_named = any(singular(word) in own for word in _WORD.findall(title[:start].casefold()))
    return (
        start > 0
        and not is_named
        and _ENDS_PHRASE.match(title, end) is not None
        and re.search(r"\bfor\b|[,|(–-]\s*$", title[:start]) is None
    )


def is_supported(text: Text, start: int) -> bool:
    """Whether the words before a mention in a review make it one of the product's use; outside reviews always."""
    if text.document.field not in _REVIEW_FIELDS or text.document.language != "en":
        return True
    sentence = text.sentence_at(start)
    return _SUPPORTED.search(text.document.text[max(sentence[0], start - _WIDTH) : start]) is not None


def is_of_maker(body: str, begin: int, start: int) -> bool:
    """Whether the words before a word for people, from ``begin`` on, make them those who make or sell the product."""
    return _OF_MAKER.search(body, begin, start) is not None


def names_other_person(body: str, start: int, end: int, own: frozenset[str]) -> bool:
    """Whether a word for people only describes others behind it: "professional jewelers", "family service"."""
    noun = _PERSONS.match(body, end)
    return noun is not None and singular(noun["noun"].casefold()) not in own
