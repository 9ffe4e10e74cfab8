"""Tokens of completions and of what is typed: words and codes, ends of Chinese runs, and their pinyin."""

from __future__ import annotations

import re

from kms.lexical.analysis import compounds, fold_code
from kms.text.chinese import fold_traditional
from kms.text.chinese_words import is_chinese_word, longest_words
from kms.text.normalise import fold_key
from ranking.query.pinyin import syllables

_HAN = "\u3400-\u9fff"
_TOKEN = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+(?:['’][^\W_{_HAN}]+)*")
_IS_HAN = re.compile(f"[{_HAN}]")
_LONGEST_RUN = 40
_LONGEST_TOKEN = 32
_MOST_TOKENS = 16


def typed_tokens(text: str) -> list[str]:
    """The tokens of what was typed so far, the last one perhaps unfinished; at most so many that cost is bounded."""
    return [token[:_LONGEST_TOKEN] for token in _TOKEN.findall(_fold(text))][:_MOST_TOKENS]


def split_chinese(token: str) -> list[str]:
    """The words of a Chinese token; other tokens as they are."""
    return list(longest_words(token)) if _IS_HAN.match(token) else [token]


def completion_tokens(text: str, code: str = "") -> set[str]:
    """The tokens by whose beginnings a completion is found.

    Words, words joined by a hyphen as one, and of Chinese runs what follows from each word on, in characters, in pinyin
    and in initials: 蓝牙耳机 is found by 耳, by "lanya", by "erji" and by "lyej".

    Args:
        text: Label or title.
        code: Identifier of a product, found with and without its separators.
    """
    tokens = {fold_code(compound) for compound in compounds(text)}
    for token in _TOKEN.findall(_fold(text)):
        tokens.update(_tokens_of_run(token[:_LONGEST_RUN]) if _IS_HAN.match(token) else [token])
    if code:
        tokens.update((fold_code(code), *_TOKEN.findall(_fold(code))))
    return {token[:_LONGEST_TOKEN] for token in tokens if token}


def sort_key(text: str) -> str:
    """A completion or what was typed as one string: what starts with what."""
    return " ".join(_TOKEN.findall(_fold(text)))


def _fold(text: str) -> str:
    return fold_traditional(fold_key(text))


def _tokens_of_run(run: str) -> list[str]:
    sounds = syllables(run)
    starts: list[int] = []
    place = 0
    for word in longest_words(run):
        starts.append(place)
        starts += [place + cut for cut in range(1, len(word) - 1) if is_chinese_word(word[cut:])]
        place += len(word)
    found = []
    for start in starts:
        found += [run[start:], "".join(sounds[start:]), "".join(sound[0] for sound in sounds[start:])]
    return found
