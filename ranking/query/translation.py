"""Translation: reads words of a query that no product has as the name by which the shop calls the same thing.

Only the end of a phrase says what is asked for: a mouse pad is no mouse, 鼠标垫 no 鼠标 and a tea bag no handbag.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import takewhile

from kms.lexical.analysis import STOP_WORDS
from kms.lexical.heads import chinese_endings
from kms.ontology.labels import singular
from kms.text.chinese import contains_chinese
from ranking.models import Correction
from ranking.query.function_words import FUNCTION_WORDS, REQUESTS

_LATIN = re.compile(r"[A-Za-z]+(?:['’-][A-Za-z]+)*")
_CHINESE = re.compile("[\u3400-\u9fff]+")
_MOST_WORDS = 3
_MOST_CHARACTERS = 6
_SHORTEST_CHINESE = 2
_MOST_LOOKED_UP = 16
"""Names of one query that are looked up among the products: it bounds the cost of a long one."""
_TURNS = frozenset(("no", "not", "nor", "but", "below", "above", "between", "within", "up", "less", "more"))
"""Words beside the function words after which another phrase begins: "kettle below 50"."""

CountProducts = Callable[[str], int]
KnowsWords = Callable[[str], bool]
Span = tuple[int, int]


def translate(
    text: str,
    glossary: Mapping[str, tuple[str, ...]],
    count: CountProducts,
    knows: KnowsWords,
    mentions: CountProducts = lambda name: 0,
) -> tuple[str, list[Correction]]:
    """The text with unknown names replaced by those of the shop, and what was replaced.

    Args:
        text: A query.
        glossary: As ``kms.indexing.glossary`` makes it, of several names the label first.
        count: How many products are called so.
        knows: Whether words that stand before a name, as in "stainless steel kettle", mean something to the shop.
        mentions: How many products have a name anywhere in their texts. One that texts have is a word of the shop, though
            no title has it: it gives way only to another name in its language that is at least as usual.
    """
    read: list[tuple[int, int, str]] = []
    whole: list[tuple[int, int, Sequence[str]]] = []
    looked_up = 0
    for (start, end), before in _endings(text):
        others = glossary.get(singular(text[start:end]))
        if not others or any(start < stop and first < end for first, stop, _ in read):
            continue
        if any(stop == end and not _is_kind_of(names, others) for _, stop, names in whole):
            continue
        whole.append((start, end, (*others, text[start:end])))
        looked_up += 1
        if looked_up > _MOST_LOOKED_UP:
            break
        if count(text[start:end]) or not _are_known(before, lambda words: bool(count(words)) or knows(words)):
            continue
        written = text[start:end]
        own = mentions(written)
        if own:
            others = tuple(each for each in others if contains_chinese(each) == contains_chinese(written))
        usual = (each for each in others if count(each) >= max(1, own))
        name = next((each for each in usual if not _loses(written, each, knows)), None)
        if name is not None:
            read.append((start, end, name))
    corrections = [Correction(written=text[start:end], read_as=name) for start, end, name in sorted(read)]
    for start, end, name in sorted(read, reverse=True):
        text = f"{text[:start]}{name}{text[end:]}"
    return text, corrections


def _loses(written: str, name: str, knows: KnowsWords) -> bool:
    """Whether a Chinese name of the same kind lacks words before the kind that the shop knows: 露营椅 for 折叠椅."""
    if not (contains_chinese(written) and contains_chinese(name)):
        return False
    ending = sum(
        1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(written[::-1], name[::-1], strict=False))
    )
    before = written[: len(written) - ending]
    return bool(ending) and len(before) >= _SHORTEST_CHINESE and before not in name and knows(before)


def _is_kind_of(names: Sequence[str], wider: Sequence[str]) -> bool:
    """Whether a longer name means a kind of what its end alone means: 折叠椅 is a 椅子, 茶包 (tea bag) no 手提包."""
    ends = tuple(chinese_endings(name)[-1] for name in wider if contains_chinese(name))
    return any(name.endswith(ends) for name in names if contains_chinese(name))


def _endings(text: str) -> Iterator[tuple[Span, list[str]]]:
    """Places at the ends of phrases of words and of runs of Chinese characters, longest first, and the words before."""
    for words in _phrases(text):
        for first in range(max(0, len(words) - _MOST_WORDS), len(words)):
            before = words[max(0, first - _MOST_WORDS) : first]
            yield (words[first][0], words[-1][1]), [text[start:end] for start, end in before]
    for run in _CHINESE.finditer(text):
        start, end = run.span()
        for first in range(max(start, end - _MOST_CHARACTERS), end - _SHORTEST_CHINESE + 1):
            yield (first, end), []


def _phrases(text: str) -> Iterator[Sequence[Span]]:
    """Runs of words with nothing else between them; function words end a run and are of none."""
    run: list[Span] = []
    for match in _LATIN.finditer(text):
        is_telling = _is_telling(match[0])
        if run and (not is_telling or text[run[-1][1] : match.start()].strip()):
            yield run
            run = []
        if is_telling:
            run.append(match.span())
    if run:
        yield run


def _are_known(words: Sequence[str], knows: KnowsWords) -> bool:
    """Whether each word means something, by itself or together with the next one."""
    parts = (size for size in (1, 2) if size <= len(words))
    return not words or any(
        knows(" ".join(words[:size])) and _are_known(words[size:], knows) for size in parts
    )


def _is_telling(word: str) -> bool:
    folded = word.casefold()
    is_function = folded in STOP_WORDS or folded in _TURNS or FUNCTION_WORDS.fullmatch(word)
    return not is_function and folded not in REQUESTS
