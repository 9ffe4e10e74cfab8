"""Heads of titles: the nouns that a title is about, as induction looks for kinds of products among them.

A title is a list of phrases, and the last noun of a phrase is what it is about. A plural ends its phrase ("address labels
premium"). What follows "for", "with" or the like is another thing. Chinese titles are about the last word of each run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from kms.lexical.heads import head_words
from kms.quantities.units import UNIT_OF_SURFACE
from kms.text.chinese import contains_chinese, fold_traditional
from kms.text.nouns import is_countable, is_quality, is_verb_form, plurals_of
from kms.text.plurals import is_plural, singular_of

_SORTS = (
    "type kind sort style size series model version edition collection range line design quality colour color feature "
    "piece pair item product count lot bundle pack package packaging assortment variety choice option selection "
    "use value performance replacement compatible original pro plus"
)
SORTS = frozenset(_SORTS.split())
"""Nouns that say which one, of what sort or how many, and not what: no kinds of products in any shop."""
_PHRASES = re.compile(r"\s[-–—|/]+\s|[,;:()\[\]|–—]|\.\s|\.$")
_WORD = re.compile(r"[^\W_]+(?:[-'’./][^\W_]+)*")
_PART = re.compile(r"[-'’./]")
_REST = re.compile(
    r"(?<![\w-])(?:for|with|without|by|of|per|from|at|on|in|fits|incl|including|includes|(?-i:plus)|compatible)(?![\w-])"
    r"|w/|\s[+&]\s",
    re.IGNORECASE,
)
_PRICE = re.compile(r"[$€£¥]\s?\d+(?:[.,]\d+)*")
_AND = "&amp;"
"""As some feeds write characters ("Pens &ndash; 12 Pack"); this one joins parts of names: "Movie &amp; Meal Gift Card"."""
_OF_NUMBER = re.compile(r"of\s+(?:\d|a\s+dozen|dozen)", re.IGNORECASE)
_OFTEN = -0.6
"""Difference of the Zipf frequencies of plural and singular of a noun that is an adverb or adjective by chance: supply."""
_LEAST_PLURAL = -2.0
_KNOWN_WORD = 2.0
"""Least Zipf frequency of a word that the English word list tells anything of."""
_COMMON, _COMMON_PLURAL = 4.0, 3.0
_LONG_WORD = 4
_MOST_COUNTED = 100
_NUMBERED = re.compile(r"\d+(?:st|nd|rd|th|pk|pack|pcs?|ct)", re.IGNORECASE)
"""A number in one word with what makes it an ordinal or a count: "10th gen", "50pk spindle"."""
_SIZED = re.compile(r"(?<=[A-Za-z]{3})-(?=\d+(?:[.,]\d+)?\s*(?:mm|cm|m|in|ft|g|kg|ml|l)(?![^\W_]))")
"""Between a noun and a size: "Bond Paper-914 mm"."""
_CODE = re.compile(r"[A-Za-z]{0,3}\d+[A-Za-z]{0,2}")


@dataclass(frozen=True)
class Head:
    """A noun that a title is about.

    Attributes:
        noun: In the singular.
        before: The word before it, without case; empty where there is none or it is no word.
        is_counted: Whether a number stands before it: "24 ports".
        is_numbered: Whether a number without unit or a code stands behind it, as behind series and ratings: "Category 5e".
        is_plural: Whether it is written in the plural.
        behind: The word behind it, without case.
        ahead: The word before ``before``, without case; empty where there is none or it is no word.
        is_measured: Whether it begins its phrase but for a number: "15ft cord", which behind another phrase is a part.
        is_lower: Whether it is written in lower case, as no name is.
        is_inner: Whether adjectives and a further noun follow, which then is rather what the title is about.
    """

    noun: str
    before: str
    is_counted: bool = False
    is_numbered: bool = False
    is_plural: bool = False
    is_inner: bool = False
    behind: str = ""
    ahead: str = ""
    is_lower: bool = False
    is_measured: bool = False


def heads_of(title: str, nouns: frozenset[str] = frozenset()) -> list[Head]:
    """The nouns of a title behind which no further noun stands, up to what it goes with.

    Args:
        title: The text.
        nouns: Words that are nouns whatever the dictionary says: the last words of classes' names.
    """
    if contains_chinese(title):
        nouns_of = (_chinese_noun(word, title) for word in head_words(title))
        return [Head(noun, _before_chinese(noun, title)) for noun in nouns_of if noun]
    heads: list[Head] = []
    title = _SIZED.sub(" - ", unescape(title.replace(_AND, ", ")))
    for phrase in _PHRASES.split(_PRICE.sub(" ", title)):
        rest = _REST.search(phrase)
        own = _heads_of_phrase(_WORD.findall(phrase[: rest.start()] if rest else phrase), nouns)
        if rest and not own and not heads:
            # "HDMI to VGA adapter": nothing that the rest could go with stands before it.
            own = _heads_of_phrase(_WORD.findall(phrase), nouns)
        if rest and own and _OF_NUMBER.match(phrase, rest.start()):
            own = own[:-1]  # a box of 100 is how it is packed
        if heads:
            own = [head for head in own if not (head.is_measured and not head.is_plural)]
        heads += own
        if rest and heads:
            break
    is_mixed = any(head.is_lower for head in heads) and any(
        word[0].isupper() for word in _WORD.findall(title)
    )
    return sorted(heads, key=lambda head: (head.is_inner, is_mixed and not (head.is_lower or head.is_plural)))


def _chinese_noun(word: str, title: str) -> str:
    """A Chinese head; one of a single character with the two before it (茶叶罐), without which it says nothing."""
    if len(word) > 1 or not contains_chinese(word):
        return word if contains_chinese(word) else ""
    whole = re.search(rf"[\u3400-\u9fff]{{2}}{word}(?![\u3400-\u9fff])", fold_traditional(title))
    return whole.group() if whole else ""


def _before_chinese(noun: str, title: str) -> str:
    """The Chinese character right before a noun, which is a part of what names the thing: 龙井绿茶."""
    before = re.search(rf"([\u3400-\u9fff]){noun}", fold_traditional(title))
    return before.group(1) if before else ""


def _heads_of_phrase(words: list[str], nouns: frozenset[str]) -> list[Head]:
    """The heads of a phrase; within words that no number, code or plural parts, the last noun is the head."""
    heads: list[Head] = []
    for place, word in enumerate(words):
        noun = _PART.split(word)[-1]
        if not _is_noun(noun, nouns) or word[0].isdigit():
            continue
        behind = _last_noun(words[place + 1], nouns) if place + 1 < len(words) else ""
        ends = is_plural(noun.casefold()) and is_countable(noun)
        is_code = behind.isupper() and len(behind) > 1
        if is_code and is_quality(noun.casefold()):
            continue  # "Pro-Audio XLR"
        if (
            not ends
            and not is_code
            and not _is_compound_quality(words, place + 1)
            and _is_noun(behind, nouns)
        ):
            continue
        before = words[place - 1] if place else ""
        heads.append(
            Head(
                singular_of(noun.casefold()),
                _as_word(before),
                _is_counted(words[max(0, place - 2) : place], noun),
                _is_number_of(words[place + 1 : place + 3]),
                is_plural(noun.casefold()),
                not ends and _is_led_on(words[place + 1 :], nouns),
                behind.casefold(),
                _as_word(words[place - 2] if place > 1 else ""),
                noun.islower(),
                0 < place <= 2 and all(each[0].isdigit() for each in words[:1]),
            )
        )
    return heads


def _last_noun(word: str, nouns: frozenset[str]) -> str:
    """The last part of a word that is a noun, of "labels/colour" the first; without any, its last part."""
    parts = _PART.split(word)
    return next((part for part in reversed(parts) if _is_noun(part, nouns)), parts[-1])


def _is_compound_quality(words: list[str], place: int) -> bool:
    """Whether a word is an adjective made of several: "dual-band", "high-gloss", "4-port"."""
    parts = words[place].split("-") if place < len(words) else []
    return len(parts) > 1 and (parts[0].isdigit() or is_quality(parts[0].casefold()))


def _as_word(word: str) -> str:
    return word.casefold() if word.replace("-", "").isalpha() else ""


def _is_led_on(behind: list[str], nouns: frozenset[str]) -> bool:
    """Whether adjectives and then a further noun follow: a "camera remote control" is a control."""
    for place, word in enumerate(behind):
        part = _PART.split(word)[-1]
        if not word.replace("-", "").isalpha() or word.isupper():
            return False
        if _is_noun(part, nouns):
            return place > 0
    return False


def _is_number_of(behind: list[str]) -> bool:
    """Whether the words behind a noun begin with a code, or with a number that is no measure and counts nothing."""
    if not behind or not _CODE.fullmatch(behind[0]):
        return False
    is_amount = behind[0].isdigit() and len(behind) > 1
    counted = behind[1].casefold() if is_amount else ""
    return not (counted in UNIT_OF_SURFACE or (is_plural(counted) and is_countable(counted)))


def _is_counted(before: list[str], noun: str) -> bool:
    """Whether a number before a noun counts it: "24 ports", "7 AC outlet", "10th gen"; of a singular only a small one."""
    if before and before[-1][0].isdigit():
        is_number = _NUMBERED.fullmatch(before[-1]) is not None
        return is_number or is_plural(noun.casefold()) or _is_small(before[-1])
    return len(before) == 2 and _is_small(before[0]) and before[1].casefold() not in UNIT_OF_SURFACE


def _is_small(number: str) -> bool:
    return number.isdigit() and int(number) <= _MOST_COUNTED


def _is_noun(word: str, nouns: frozenset[str]) -> bool:
    singular = singular_of(word.casefold())
    return singular not in SORTS and (is_noun(word) or singular in nouns)


@lru_cache(maxsize=50_000)
def is_english(word: str) -> bool:
    """Whether a lower-case word is a known English word, and no name of a series."""
    from wordfreq import zipf_frequency

    return zipf_frequency(word, "en") >= _KNOWN_WORD


@lru_cache(maxsize=50_000)
def is_common(word: str) -> bool:
    """Whether a short word is common in English in the singular and the plural: "tv", "pc"."""
    from wordfreq import zipf_frequency

    return zipf_frequency(word, "en") >= _COMMON and zipf_frequency(f"{word}s", "en") >= _COMMON_PLURAL


@lru_cache(maxsize=50_000)
def is_noun(word: str) -> bool:
    """Whether an English word is mostly a noun: one that is counted, or the name of a stuff; no adjective and no verb.

    A longer word that is no English word ("fuser") may be one in its trade; whether it is the name of a series, the brands
    tell that use it.
    """
    if is_countable(word):
        return True
    folded = word.casefold()
    if not folded.isascii() or not folded.isalpha() or len(folded) < 2:
        return False
    from wordfreq import zipf_frequency

    own = zipf_frequency(folded, "en")
    if own < _KNOWN_WORD:
        return len(folded) >= _LONG_WORD and word[1:].islower() and not is_verb_form(folded)
    many = max((zipf_frequency(each, "en") for each in plurals_of(folded) or (f"{folded}s",)), default=0.0)
    if is_quality(folded):
        return bool(plurals_of(folded)) and many - own >= _OFTEN
    if plurals_of(folded):
        return True
    return not is_verb_form(folded) and many - own >= _LEAST_PLURAL
