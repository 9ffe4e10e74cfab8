from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from extraction.model.words import cut_windows, find_words, split_sentences


def surfaces(text: str, offsets: tuple[tuple[int, int], ...]) -> list[str]:
    return [text[start:end] for start, end in offsets]


def test_words_part_numbers_from_units_and_chinese_into_characters() -> None:
    text = "USB-C, 30h/1.5kg 防水!"
    assert " ".join(surfaces(text, find_words(text))) == "USB - C , 30 h / 1.5 kg 防 水 !"


@given(st.text(max_size=60))
def test_words_are_in_order_and_cover_all_that_is_not_blank(text: str) -> None:
    words = find_words(text)
    assert all(start < end for start, end in words)
    assert all(a[1] <= b[0] for a, b in pairwise(words))
    covered = {i for start, end in words for i in range(start, end)}
    assert all(i in covered for i, c in enumerate(text) if c.isalnum())


def test_sentences_end_at_marks_and_lines_but_not_inside_numbers() -> None:
    text = "It weighs 1.5 kg. Really?\nYes! 很好。完"
    assert [s.strip() for s in surfaces(text, split_sentences(text))] == [
        "It weighs 1.5 kg.", "Really?", "Yes!", "很好。", "完",
    ]  # fmt: skip


@given(st.lists(st.integers(1, 30), min_size=1, max_size=20), st.integers(4, 25))
def test_windows_cover_every_word_once_and_keep_short_sentences_whole(lengths: list[int], limit: int) -> None:
    words, sentences, position = [], [], 0
    for length in lengths:
        begin = position
        for _ in range(length):
            words.append((position, position + 1))
            position += 2
        sentences.append((begin, position - 1))
    windows = cut_windows(words, sentences, limit)
    assert windows[0][0] == 0
    assert windows[-1][1] == len(words)
    assert all(a[1] == b[0] for a, b in pairwise(windows))
    assert all(0 < end - begin <= limit for begin, end in windows)
    if max(lengths) <= limit:
        starts = {start for start, _ in sentences}
        assert all(words[begin][0] in starts for begin, _ in windows)


def test_no_words_no_windows() -> None:
    assert cut_windows([], [], 10) == []
