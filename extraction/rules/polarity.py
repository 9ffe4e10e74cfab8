"""Polarity shifters: words around a judging word that reverse or cancel its polarity.

Negation ("not good", "I don't think it is good"), double negation, wishes and conditions that are not met ("if only it
were good", "could be better"), and things that only seemed so ("used to be good"). What is judged of another product, or
under a condition that is open ("if you want good sound"), is no opinion on this one.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from extraction.rules.contexts import is_foreign
from extraction.rules.denial import is_close
from kms.evidence.models import Polarity
from kms.text.negation import find_cue
from kms.types import Language

OPPOSITE: dict[Polarity, Polarity] = {"positive": "negative", "negative": "positive", "neutral": "neutral"}
_WIDTH = 90
_NOTHING = re.compile(
    r"\b(?:nothing|nobody|noone|no one)\s+(?!but\b|beats\b|like\b|short\b)(?:(?:about|in|on|"
    r"with)\s+(?:\w+\s+){1,4})?(?:\w+\s+){0,2}$|(?:没有?什么|没啥|挑不出什么?)$",
    re.IGNORECASE,
)
_BEATS = re.compile(r"beats?\b|compares\b|comes close", re.IGNORECASE)
"""With "nothing" these praise: "nothing beats it"."""
_MORE = re.compile(r"(?:better|happier|easier|simpler|nicer|finer|more \w+|\w{3,}ier)\b", re.IGNORECASE)
_COULD_BE = re.compile(
    r"\b(?:could|can)(?:\s*n['’]?t|\s+not|not|\s+hardly|\s+scarcely)\s+(?:be|get|have been)\s+$",
    re.IGNORECASE,
)
_WORSE = re.compile(r"(?:worse|worst|less \w+)\b", re.IGNORECASE)
_BEST = re.compile(
    r"\b(?:could|can|would)(?:\s*n['’]?t|\s+not|not|\s+hardly|\s+scarcely)\s+(?:\w+\s+){0,4}$|\b(?:never|nothing|no)\s+(?:\w+\s+){0,4}$",
    re.IGNORECASE,
)
"""With a comparative these praise: "couldn't be better", "never had a better one"."""
_UNREAL = re.compile(
    r"\b(?:could|would)(?:['’]ve|\s+have)?\s+(?:be|been|do with|use)\s+(?:an?\s+)?(?:\w+\s+)?$"
    r"|\bshould(?:['’]ve|\s+have)\s+been\s+(?:an?\s+)?(?:\w+\s+)?$"
    r"|\b(?:needs?|ought)\s+(?:to be\s+)?(?:an?\s+)?(?:\w+\s+)?$"
    r"|\b(?:used|supposed|meant|claim(?:s|ed)?|said|expected|advertised)\s+(?:to\s+be|as)\s+(?:\w+\s+){0,2}$"
    r"|\bless\s+(?:than\s+)?$|\b(?:far|anything) (?:from|but)\s+(?:\w+\s+)?$"
    r"|(?:希望|但愿|应该|本以为|以为|说是|号称|远没有?|不如)[^，。！？；,]{0,10}$",
    re.IGNORECASE,
)
_EXPECTED = re.compile(
    r"\b(?:thought|hoped|hoping|expected|figured|assumed|believed)\b[^.;!?]{0,30}"
    r"\b(?:would|might|could|was going to)\b[^.;!?,]{0,20}$",
    re.IGNORECASE,
)
"""What was expected before the product came says nothing of it: "I thought this would be good"."""
_OF_OTHER_BEHIND = re.compile(
    r"\s+(?:the|my|our|his|her)\s+(?:old|older|previous|former|other|last|original)\b", re.IGNORECASE
)
_ON_THEIRS = re.compile(
    r"\s+(?:on|with|of|for|in)\s+(?:(?:theirs|hers)\b|his(?=\s*(?:[.,;!?]|$)))",
    re.IGNORECASE,
)
_SO_ZH = re.compile(r"过[^，。；！？]{0,8}(?:这么|那么|如此|这样)$")
_RIGHT_BEFORE = re.compile(r"(?:\b(?:not|never)|n['’]t)\s+(?:be\s+)?$", re.IGNORECASE)
_COMPARED_ZH = re.compile(r"比[^，。！？；,]{1,14}$")
"""What follows the other product in a comparison judges this one: 比别家贵."""
_NOT_AS = re.compile(r"(?:\b(?:not|never)|n['’]t)\b(?:\s+\w+){0,3}\s+as\s+$", re.IGNORECASE)
"""A comparison that falls short: "doesn't seem quite as solid as …"."""
_WISH = re.compile(
    r"\b(?:if only|(?:i|we)(?:['’]d)? wish|wished)\b|要是|但愿"
    r"|(?-i:\b(?:Had|Were))\s+(?:the|its?|this|these|they|my|our)\b",
    re.IGNORECASE,
)
_IF = re.compile(r"\b(?:if|unless|whether)\b|如果|假如|若是|要是", re.IGNORECASE)
_NOT_MET = re.compile(r"\b(?:were|was|had|would|could)\b|['’]d\b", re.IGNORECASE)
_WOULD = re.compile(r"\b(?:would|could|might)\b|['’]d\b|就(?:更)?(?:好|完美)了", re.IGNORECASE)
_THEN = re.compile(r"[,，]|\bthen\b|就", re.IGNORECASE)
_THEN_GOOD = re.compile(r"就(?:更|太)?$")


class Shift(NamedTuple):
    """How the surroundings change a judging word.

    Attributes:
        polarity: Of the judgement; ``None``: it says nothing of the product.
        cue: The words that turned it, where they belong to the opinion.
        is_turned: Whether it differs from the word's own.
    """

    polarity: Polarity | None
    cue: tuple[int, int] | None = None
    is_turned: bool = False


def shift(
    body: str, sentence: tuple[int, int], start: int, end: int, polarity: Polarity, language: Language
) -> Shift:
    """The polarity of the judging words at ``start`` within their sentence."""
    begin = max(sentence[0], start - _WIDTH)
    if is_foreign(body, sentence, start) and not (
        language == "zh" and _COMPARED_ZH.search(body, begin, start)
    ):
        return Shift(None)
    condition = _condition(body, sentence, begin, start, polarity, language)
    if condition is not None:
        return condition
    word = body[start:end]
    cue = find_cue(body, sentence, start, language)
    nothing = _NOTHING.search(body, begin, start)
    if nothing is not None and _BEATS.match(word):
        return Shift(polarity)
    if _WORSE.match(word) and _COULD_BE.search(body, begin, start):
        return Shift("negative")
    if _MORE.match(word) and _BEST.search(body, begin, start):
        return Shift("positive")
    if cue is None and language == "en" and _RIGHT_BEFORE.search(body, begin, start):
        return Shift(OPPOSITE[polarity], None, True)  # "won't regret it", which denies nothing that follows
    if cue is None and language == "en" and _NOT_AS.search(body, begin, start):
        return Shift(OPPOSITE[polarity], None, True)
    if polarity == "positive" and (_EXPECTED.search(body, begin, start) or _OF_OTHER_BEHIND.match(body, end)):
        return Shift(None)
    if _ON_THEIRS.match(body, end):
        return Shift(None)
    if cue is None and nothing is not None:
        return Shift(OPPOSITE[polarity], nothing.span(), True)
    if cue is not None:
        if body[slice(*cue)].casefold() == "without" and _WOULD.search(
            body, end, min(sentence[1], end + _WIDTH)
        ):
            return Shift(None)  # "without good sound I would have sent them back"
        if language == "zh" and _SO_ZH.search(body, cue[1], start):
            return Shift(polarity)  # 从没用过这么好的
        if find_cue(body, sentence, cue[0], language) is not None:
            return Shift(polarity)
        if language == "en" and not is_close(body, cue, start):
            return Shift(None)
        return Shift(OPPOSITE[polarity], cue, True)
    if polarity == "positive" and _UNREAL.search(body, begin, start):
        return Shift("negative", None, True)
    return Shift(polarity)


def follows_nothing(body: str, sentence: tuple[int, int], start: int) -> bool:
    """Whether "nothing" or its like stands before judging words."""
    return _NOTHING.search(body, max(sentence[0], start - _WIDTH), start) is not None


def _condition(
    body: str, sentence: tuple[int, int], begin: int, start: int, polarity: Polarity, language: Language
) -> Shift | None:
    wish = _WISH.search(body, begin, start)
    condition = wish or _IF.search(body, begin, start)
    if condition is None:
        return None
    if _THEN_GOOD.search(body, begin, start):
        return Shift(None)  # 就好了: the wish itself judges nothing
    if _THEN.search(body, condition.end(), start):
        return None  # what would be then is judged where it stands
    if wish is None and language == "en" and not _NOT_MET.search(body, condition.end(), start):
        return Shift(None)
    stop = min(sentence[1], start + _WIDTH)
    if wish is None and not _WOULD.search(body, start, stop):
        return Shift(None)
    return Shift("negative", None, True) if polarity == "positive" else Shift(None)
