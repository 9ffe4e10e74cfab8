"""Text analysis of index and queries: splits a text into words and folds them to the terms that the index holds.

Traditional Chinese is folded to simplified and split by jieba; other runs are letters and digits. English words lose
plural and ending. Other writings of the same words are terms of the index as well, and do not lengthen the text: words
joined by a hyphen as one, so that ``wifi`` finds "Wi-Fi" and ``t80`` "T-80", quantities in one form, the words inside a
long Chinese one, American and British spellings. ``stem_ways`` gives the ways in which the index may hold what a query
writes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from kms.quantities.mentions import find_quantities
from kms.quantities.units import SHORT_FORMS
from kms.text.chinese import fold_traditional, regional_forms
from kms.text.chinese_words import call_when_learned, inner_words, longest_words, shortest_words
from kms.text.plurals import is_plural, singular_of
from kms.text.spellings import other_spelling

if TYPE_CHECKING:
    import tantivy

_HAN = "\u3400-\u9fff\uf900-\ufaff"
_OTHER = rf"[^\W_{_HAN}]+"
_SHORT = 60
"""Characters of a text whose terms are remembered: brands, categories, labels and heads of titles come again and again."""
_RUNS = re.compile(rf"[{_HAN}]+|{_OTHER}(?:[.'’]{_OTHER})*")
_CJK = re.compile(rf"[{_HAN}]")
# It begins where a run of letters does and gives none of it back: else a long run costs the square of its length.
_COMPOUND = re.compile(rf"(?<![^\W_{_HAN}]){_OTHER}+(?:[-_/\u2010\u2011]{_OTHER}+){{1,3}}")
_WORDS_OF_QUERY = re.compile(rf"[{_HAN}]+|{_OTHER}(?:[-_/\u2010\u2011.'’]{_OTHER})*")
_COMPOUND_LENGTH = (3, 24)
_FREE = re.compile(r"(?<![\w-])[^\W\d_]{2,20} free(?![\w-])(?!\s+(?:of|from)\b)", re.IGNORECASE)
_NAME_AND_NUMBER = re.compile(r"([A-Za-z]{3,})(\d{1,4})")
"""A name and its number as one word; fewer letters are a code or a unit."""
_SEPARATORS = re.compile(r"[\W_]+")
_STEMMED = "english"


STOP_WORDS = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "a an and are as at be by for from i in is it its me my not of on or so some that the their this to want was with "
        "without you your 的 了 和 是 我 要 给 适合 用 一个 个 不 不要 没有 有 可以 想 很"
    ).split()
)
"""Words of queries that say nothing about a product; searched only where nothing else is left."""


def segment(text: str) -> list[str]:
    """Split a text of either language into words, case kept.

    Chinese runs go through jieba's search mode, which also gives the shorter words inside a long one.
    ``wi-fi`` gives two words; ``1.7`` and ``don't`` stay one. A quantity also gives one word for its number and unit,
    the same however it is written: ``32 GB`` and ``32-gigabyte`` give ``32gb``, ``1.7升`` and ``1.7 litres`` ``1.7l``.
    """
    return _segment(text, _all_words)


def _segment(text: str, cut: Callable[[str], Iterable[str]]) -> list[str]:
    words: list[str] = []
    for run in _RUNS.findall(fold_traditional(text)):
        if _CJK.match(run):
            words.extend(cut(run))
        else:
            words.append(run)
    known = {word.casefold() for word in words}
    words.extend(word for word in _quantity_words(text) if word not in known)
    return words


def _all_words(run: str) -> Iterator[str]:
    for word in longest_words(run):
        yield from inner_words(word)
        yield word


def compounds(text: str) -> list[str]:
    """Words joined by a hyphen, a slash or an underscore as one word: ``Wi-Fi`` gives ``WiFi``, ``T-80`` ``T80``.

    Numbers alone ("10-12") make none. "Bpa free" is joined without a hyphen as well, for what a thing is free of.
    """
    joined = (_SEPARATORS.sub("", match) for match in (*_COMPOUND.findall(text), *_FREE.findall(text)))
    shortest, longest = _COMPOUND_LENGTH
    return [word for word in joined if shortest <= len(word) <= longest and not word.isdigit()]


def fold_code(text: str) -> str:
    """An identifier without letter case and separators: ``AUD-001``, ``aud 001`` and ``AUD001`` are the same."""
    return _SEPARATORS.sub("", text.casefold())


def _quantity_words(text: str) -> list[str]:
    if not any(character.isdigit() for character in text):
        return []
    parts = (
        f"{end.low:g}{SHORT_FORMS[end.unit]}"
        for mention in find_quantities(text)
        for end in mention.ends or (mention,)
        if end.unit in SHORT_FORMS and end.unit != "count"
    )
    return list(dict.fromkeys(parts))


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


class TextTerms(NamedTuple):
    """The terms that the index holds for a product's text.

    Attributes:
        words: Of the words as written; their number is the length of the text.
        forms: Of other writings of the same words. Counted as words they would make a text with hyphens and
            quantities seem longer, and so less about each of its words.
    """

    words: list[str]
    forms: list[str]

    @property
    def all(self) -> list[str]:
        """Both together."""
        return [*self.words, *self.forms]


def index_words(text: str) -> TextTerms:
    """The words of a text and their other forms, in the singular and not yet stemmed."""
    written: list[str] = []
    forms: list[str] = []
    for run in _RUNS.findall(fold_traditional(text)):
        if _CJK.match(run):
            for word in longest_words(run):
                written.append(word)
                forms.extend(inner_words(word))
        else:
            written.append(_without_plural(run))
    known = {word.casefold() for word in written}
    forms.extend(word for word in _quantity_words(text) if word not in known)
    forms.extend(_without_plural(word) for word in compounds(text))
    spelled = (other_spelling(word) for word in written)
    forms.extend(word for word in spelled if word is not None and word not in known)
    return TextTerms(written, forms)


def index_terms(text: str) -> TextTerms:
    """The terms that the index holds for a product's text; those of short texts, as brands, are remembered."""
    if len(text) <= _SHORT:
        words, forms = _terms_of_short(text)
        return TextTerms(list(words), list(forms))
    return _analyze(text)


@lru_cache(maxsize=1 << 15)
def _terms_of_short(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    words, forms = _analyze(text)
    return tuple(words), tuple(forms)


def _analyze(text: str) -> TextTerms:
    written, forms = index_words(text)
    doers = [word.casefold() for word in (*written, *forms) if _is_doer(word)]
    analyze = stemming_analyzer().analyze
    return TextTerms(analyze(" ".join(written)), [*analyze(" ".join(forms)), *doers])


@lru_cache(maxsize=1 << 14)
def _is_doer(word: str) -> bool:
    """Whether the stem of an English word lacks its "er": "infuser", "container", "steriliser"."""
    folded = word.casefold()
    if not folded.endswith("er") or not folded.isascii() or not folded.isalpha():
        return False
    stem = stemming_analyzer().analyze(folded)
    return bool(stem) and not stem[0].endswith("er")


def stems(text: str) -> list[str]:
    """The terms of a query's words; those of recent texts are remembered."""
    return list(_stems_of_text(text))


def query_terms(text: str) -> list[str]:
    """The terms of a query that are scored: those of its words but stop words, or of all where it has no others."""
    written = words(text)
    telling = [word for word in written if word not in STOP_WORDS] or written
    return [stem for word in telling for stem in stems(word)]


def bare_stems(terms: Iterable[str]) -> dict[str, list[str]]:
    """Of terms that kept the ending of what does something, what is left without it: "comput" of "computer"."""
    return {term: stemming_analyzer().analyze(term) for term in terms if _is_doer(term)}


@lru_cache(maxsize=4_096)
def _stems_of_text(text: str) -> tuple[str, ...]:
    return tuple(_stems_of(segment(text)))


call_when_learned(_stems_of_text.cache_clear)


def stem_ways(text: str) -> list[tuple[str, ...]]:
    """The ways in which the index may hold what a query writes; a product that has all terms of one way has it.

    ``e-reader`` is "e" and "reader", or "ereader"; ``drift8`` may be "drift 8"; 头戴式耳机 is one word, or 头戴式 and 耳机;
    Taiwan's 印表机 is 打印机 on the mainland.
    """
    ways = [tuple(_stems_of(_segment(text, cut))) for cut in (longest_words, shortest_words)]
    joined = _SEPARATORS.sub("", text) if _COMPOUND.fullmatch(text.strip()) else ""
    if joined and joined.isascii():
        ways.append(tuple(_stems_of([joined])))
    if numbered := _NAME_AND_NUMBER.fullmatch(text.strip()):
        ways.append(tuple(_stems_of(numbered.groups())))
    ways += (tuple(_stems_of(_segment(form, longest_words))) for form in regional_forms(text))
    return list(dict.fromkeys(way for way in ways if way))


def _stems_of(words: Iterable[str]) -> list[str]:
    """Stems of words; nouns of what does something keep their ending, or who asks for an infuser has all infusions."""
    singulars = [_without_plural(word) for word in words]
    if not any(map(_is_doer, singulars)):
        return stemming_analyzer().analyze(" ".join(singulars))
    return [
        stem
        for word in singulars
        for stem in ([word.casefold()] if _is_doer(word) else stemming_analyzer().analyze(word))
    ]


def _without_plural(word: str) -> str:
    if not word.isascii() or not word.isalpha():
        return word
    folded = word.casefold()
    return singular_of(folded) if is_plural(folded) else word


def query_words(text: str) -> list[str]:
    """The lower-cased words of a query, each of which ``stem_ways`` takes.

    Words joined by a hyphen stay together, and a long Chinese word is not given again in its parts.
    """
    words: list[str] = []
    for piece in _WORDS_OF_QUERY.findall(fold_traditional(text)):
        if _COMPOUND.fullmatch(piece) and compounds(piece):
            words.append(piece.casefold())
        elif _CJK.match(piece):
            words.extend(longest_words(piece))
        else:
            words.extend(word.casefold() for word in _RUNS.findall(piece))
    return words


def words(text: str) -> list[str]:
    """Lower-cased words without stemming."""
    return plain_analyzer().analyze(" ".join(segment(text)))
