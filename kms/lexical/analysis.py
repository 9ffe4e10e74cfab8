"""Words of a text: jieba for Chinese runs, letters and digits for the rest."""

from __future__ import annotations

import logging
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kms.facts.quantities import find_quantities
from kms.facts.units import SHORT_FORMS

if TYPE_CHECKING:
    import tantivy

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_OTHER = rf"[^\W_{_HAN}]+"
_RUNS = re.compile(rf"[{_HAN}]+|{_OTHER}(?:[.'’]{_OTHER})*")
_CJK = re.compile(rf"[{_HAN}]")
_STEMMED = "english"


def contains_chinese(text: str) -> bool:
    """Whether any character is a CJK ideograph."""
    return _CJK.search(text) is not None


STOP_WORDS = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "a an and are as at be by for from i in is it its me my not of on or so some that the their this to want was with "
        "without you your 的 了 和 是 我 要 给 适合 用 一个 个 不 不要 没有 有 可以 想 很"
    ).split()
)
"""Words of queries that say nothing about a product; searched only where nothing else is left."""


@lru_cache(maxsize=1)
def _jieba() -> Any:
    with warnings.catch_warnings():
        # Its source has escape sequences and imports that newer Pythons warn of.
        warnings.simplefilter("ignore")
        import jieba
    jieba.setLogLevel(logging.WARNING)
    jieba.initialize()
    return jieba


def segment(text: str) -> list[str]:
    """Split a text of either language into words, case kept.

    Chinese runs go through jieba's search mode, which also gives the shorter words inside a long one.
    ``wi-fi`` gives two words; ``1.7`` and ``don't`` stay one. A quantity also gives one word for its number and unit,
    the same however it is written: ``32 GB`` and ``32-gigabyte`` give ``32gb``, ``1.7升`` and ``1.7 litres`` ``1.7l``.
    """
    words: list[str] = []
    for run in _RUNS.findall(text):
        if _CJK.match(run):
            words.extend(_jieba().cut_for_search(run))
        else:
            words.append(run)
    known = {word.casefold() for word in words}
    words.extend(word for word in _quantity_words(text) if word not in known)
    return words


def _quantity_words(text: str) -> list[str]:
    if not any(character.isdigit() for character in text):
        return []
    found = (
        f"{mention.magnitude:g}{SHORT_FORMS[mention.unit]}"
        for mention in find_quantities(text)
        if mention.unit in SHORT_FORMS and mention.unit != "count"
    )
    return list(dict.fromkeys(found))


@lru_cache(maxsize=1)
def stemming_analyzer() -> tantivy.TextAnalyzer:
    """Lower case, accents folded, English stems; Chinese words pass unchanged."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.whitespace())
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .filter(Filter.stemmer(_STEMMED))
        .build()
    )


@lru_cache(maxsize=1)
def plain_analyzer() -> tantivy.TextAnalyzer:
    """Lower case and accents folded, no stems: for prefixes and typos."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.whitespace())
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .build()
    )


def stems(text: str) -> list[str]:
    """The terms that the index holds for a text."""
    return stemming_analyzer().analyze(" ".join(segment(text)))


def words(text: str) -> list[str]:
    """Lower-cased words without stemming."""
    return plain_analyzer().analyze(" ".join(segment(text)))
