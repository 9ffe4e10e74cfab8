"""Heads of titles: the words that say what a product is, apart from those that say which one and what it goes with.

A title is a list of noun phrases. In both languages the last noun of a phrase is what it is about: a "mouse pad" is a pad,
and 电池盒 is a box. English titles put qualities behind it ("mouse pad black"), so that a word is a head where no noun that
can be counted stands right behind it. What follows "for", "with" or a plus is another thing. Words that can be counted are
heads: qualities and materials are not what a product is. Where a phrase has none ("Kitchen Matcha 100 g"), its last noun is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from kms.text.chinese import fold_traditional
from kms.text.chinese_words import longest_words
from kms.text.nouns import is_compound, is_countable, is_quality

_PHRASES = re.compile(r"\s[-–—|/]\s|[,;:()\[\]|–—，、。；：（）【】]|\.\s")
_COMPANION = re.compile(
    r"(?<![\w-])(?:for|with|without|in|by|of|from|to|at|on|fits|incl|including|includes|plus|compatible)(?![\w-])"
    r"|(?<![\w-])w/|\s[+&]\s|适用于?|用于|兼容",
    re.IGNORECASE,
)
_WORD = re.compile(r"[\u3400-\u9fff]+|[^\W_\u3400-\u9fff]+(?:[-'’./][^\W_\u3400-\u9fff]+)*")
_PART = re.compile(r"[-'’./]")
_SHORTEST = 3
NOUN_ENDING = "子"
"""Ends many Chinese nouns and means nothing by itself."""


def head_words(title: str) -> Iterator[str]:
    """Words that may be what a title is about; of a Chinese run its last word."""
    for phrase in _PHRASES.split(fold_traditional(title)):
        companion = _COMPANION.search(phrase)
        yield from _heads_of_phrase(phrase[: companion.start()] if companion else phrase)
        if companion:
            return


def chinese_endings(word: str) -> tuple[str, ...]:
    """What Chinese names of a kind of thing end with: the word, and the word without 子, which compounds leave off.

    杯子 is 杯 in 保温杯, as 被子 is 被 in 羽绒被.
    """
    short = word.removesuffix(NOUN_ENDING)
    return (word, short) if short not in ("", word) else (word,)


def ends_chinese_run(title: str, word: str) -> bool:
    """Whether a run of Chinese characters of a title ends with a word: 平底锅 28厘米 is a 锅, 锅铲 is none."""
    return any(
        not "\u3400" <= title[at.end() : at.end() + 1] <= "\u9fff"
        for at in re.finditer(re.escape(word), title)
    )


def _heads_of_phrase(phrase: str) -> Iterator[str]:
    words: list[str] = _WORD.findall(phrase)
    is_headed = False
    for word, behind in zip_longest(words, words[1:], fillvalue=""):
        if "\u3400" <= word[0] <= "\u9fff":
            yield list(longest_words(word))[-1]
            is_headed = True
        elif _is_thing(word) and not _is_thing(behind):
            yield word
            is_headed = True
    named = [word for word in words if word.isalpha() and len(word) >= _SHORTEST]
    if not is_headed and len(named) > 1 and not is_quality(named[-1].casefold()):
        yield named[-1]


def _is_thing(word: str) -> bool:
    last = _PART.split(word)[-1]
    return is_countable(last) or is_compound(last)
