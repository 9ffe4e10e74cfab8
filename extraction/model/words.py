"""Words and windows: offsets of words and sentences, and the cutting of long texts."""

from __future__ import annotations

import re
from collections.abc import Sequence

Offsets = tuple[int, int]

_WORD = re.compile(
    r"[\u3400-\u9fff]"  # one Chinese character is one word
    r"|[^\W\d_\u3400-\u9fff]+"  # letters
    r"|\d+(?:[.,]\d+)*"  # numbers, apart from a unit written without a blank: 30h, 1.5kg
    r"|[^\w\s]|_"
)
_SENTENCE = re.compile(r"[^.!?。！？\n]*(?:[.!?](?!\s|$)[^.!?。！？\n]*)*(?:[.!?。！？]+[\"')\]”’]*|\n+|$)")


def find_words(text: str) -> tuple[Offsets, ...]:
    """Offsets of letter runs, numbers, single Chinese characters and single marks."""
    return tuple(match.span() for match in _WORD.finditer(text))


def split_sentences(text: str) -> tuple[Offsets, ...]:
    """Offsets of sentences by end marks and line breaks; for callers that have no sentence splitter."""
    return tuple(match.span() for match in _SENTENCE.finditer(text) if match.group().strip())


def cut_windows(
    words: Sequence[Offsets], sentences: Sequence[Offsets], max_words: int
) -> list[tuple[int, int]]:
    """Cut a text's words into ranges of whole sentences.

    Args:
        words: Offsets of all words, ascending.
        sentences: Offsets of sentences, ascending; words outside of all sentences join the one before.
        max_words: Longest window; a single longer sentence is cut hard.

    Returns:
        Ranges ``(first, behind last)`` of word indexes that cover every word once.
    """
    if len(words) <= max_words:
        return [(0, len(words))] if words else []
    starts = {start for start, _ in sentences}
    ordered = sorted(starts)
    breaks: list[int] = []
    position = 0
    for index, (start, _) in enumerate(words):
        while position < len(ordered) and ordered[position] <= start:
            position += 1
            if not breaks or breaks[-1] != index:
                breaks.append(index)
    breaks = [b for b in breaks if b > 0] + [len(words)]
    windows: list[tuple[int, int]] = []
    begin = last = 0
    for end in breaks:
        if end - begin > max_words and last > begin:
            windows.append((begin, last))
            begin = last
        while end - begin > max_words:
            windows.append((begin, begin + max_words))
            begin += max_words
        last = end
    if begin < len(words):
        windows.append((begin, len(words)))
    return windows
