"""The prefix structure of suggestions: tokens in order, each with its completions, which are numbered by weight."""

from __future__ import annotations

import copy
import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from string import ascii_lowercase
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ranking.models import Suggestion
from ranking.suggest.tokens import completion_tokens, sort_key, split_chinese, typed_tokens

_FOLDER = "suggestions"
_COMPLETIONS = "completions.jsonl"
_TOKENS = "tokens.json"
_ARRAYS = "postings.npz"
_AFTER_ALL = "\U0010ffff"
_LEAST_FUZZY = 4
"""Fewer letters than these begin too many words with one of them wrong."""

Mask = NDArray[np.bool_]


class Completion(NamedTuple):
    """What can be suggested, and how much speaks for it."""

    suggestion: Suggestion
    weight: float


class SuggestionIndex:
    """Completions by the beginnings of their words; read-only and shared by threads.

    A completion is found where each typed token begins one of its tokens. Its number is its place by weight, so that
    the best are the first that are found. Where nothing is found, one typing error a token is allowed for, also in the
    first letter.
    """

    def __init__(
        self,
        suggestions: Sequence[tuple[str, str, str, str | None]],
        tokens: list[str],
        keys: list[str],
        arrays: dict[str, NDArray[np.int32]],
    ) -> None:
        """Take what ``load`` reads."""
        self._suggestions = suggestions
        self._tokens = tokens
        self._keys = keys
        self._starts, self._postings, self._order = arrays["starts"], arrays["postings"], arrays["order"]
        self._is_shown: Mask | None = None

    def without(self, numbers: Iterable[int]) -> SuggestionIndex:
        """The same without some completions."""
        other = copy.copy(self)
        other._is_shown = np.ones(len(self), dtype=np.bool_)
        other._is_shown[list(numbers)] = False
        return other

    @cached_property
    def numbers_of_products(self) -> dict[str, int]:
        """Number of the completion of each product, by the product's id."""
        return {each[2]: number for number, each in enumerate(self._suggestions) if each[1] == "product"}

    def __len__(self) -> int:
        """How many completions there are."""
        return len(self._suggestions)

    def suggest(self, typed: str, *, limit: int = 8) -> list[Suggestion]:
        """The best completions, those that begin with what was typed first.

        Args:
            typed: The text so far; its last word may be unfinished.
            limit: At most so many.
        """
        tokens = typed_tokens(typed)
        if not tokens:
            return []
        found: dict[str, Suggestion] = {}
        for number in self._ordered(typed, tokens, limit):
            suggestion = self._suggestion(number)
            found.setdefault(suggestion.text.casefold(), suggestion)
            if len(found) == limit:
                break
        return list(found.values())

    def _ordered(self, typed: str, tokens: Sequence[str], limit: int) -> Iterator[int]:
        yield from self._beginning_with(sort_key(typed), 2 * limit)
        exact = self._numbers(tokens, 4 * limit)
        yield from exact
        if len(exact):
            return
        words = [word for token in tokens for word in split_chinese(token)]
        for attempt in (words, ["".join(tokens)]):
            numbers = self._numbers(attempt, 4 * limit) if attempt != list(tokens) else ()
            yield from numbers
            if len(numbers):
                return
        yield from self._numbers(words, 4 * limit, with_errors=True)

    def _beginning_with(self, key: str, most: int) -> list[int]:
        low, high = bisect_left(self._keys, key), bisect_left(self._keys, key + _AFTER_ALL)
        numbers = self._order[low:high]
        return _smallest(numbers if self._is_shown is None else numbers[self._is_shown[numbers]], most)

    def _numbers(self, tokens: Sequence[str], most: int, *, with_errors: bool = False) -> list[int]:
        """Completions that have all tokens, the best first."""
        every: Mask | None = None
        for token in tokens:
            spans = [self._span(token)]
            if with_errors and spans[0][0] == spans[0][1]:
                spans = [span for variant in _variants(token) if (span := self._span(variant))[0] < span[1]]
            mask = np.zeros(len(self), dtype=np.bool_)
            for low, high in spans:
                mask[self._postings[self._starts[low] : self._starts[high]]] = True
            every = mask if every is None else every & mask
            if not every.any():
                return []
        if every is not None and self._is_shown is not None:
            every = every & self._is_shown
        return [] if every is None else [int(number) for number in np.flatnonzero(every)[:most]]

    def _span(self, beginning: str) -> tuple[int, int]:
        return bisect_left(self._tokens, beginning), bisect_left(self._tokens, beginning + _AFTER_ALL)

    def _suggestion(self, number: int) -> Suggestion:
        text, kind, identifier, image_url = self._suggestions[number]
        return Suggestion(text=text, kind=kind, id=identifier, image_url=image_url)

    @classmethod
    def load(cls, folder: Path) -> SuggestionIndex:
        """Open what ``write_suggestions`` wrote into a version's folder."""
        folder = folder / _FOLDER
        with (folder / _COMPLETIONS).open(encoding="utf-8") as lines:
            suggestions = [tuple(json.loads(line)) for line in lines]
        stored = json.loads((folder / _TOKENS).read_text("utf-8"))
        with np.load(folder / _ARRAYS) as arrays:
            return cls(suggestions, stored["tokens"], stored["keys"], dict(arrays))


class _Arranged(NamedTuple):
    """What ``SuggestionIndex`` is made of."""

    suggestions: list[tuple[str, str, str, str | None]]
    tokens: list[str]
    keys: list[str]
    arrays: dict[str, NDArray[np.int32]]


def _arrange(completions: Iterable[Completion]) -> _Arranged:
    """Number completions by weight and put their tokens in order."""
    ordered = sorted(completions, key=lambda c: (-c.weight, c.suggestion.text, c.suggestion.id))
    by_token: dict[str, list[int]] = {}
    for number, (suggestion, _) in enumerate(ordered):
        code = suggestion.id if suggestion.kind == "product" else ""
        for token in completion_tokens(suggestion.text, code):
            by_token.setdefault(token, []).append(number)
    tokens = sorted(by_token)
    keys = sorted((sort_key(suggestion.text), number) for number, (suggestion, _) in enumerate(ordered))
    lengths = [len(by_token[token]) for token in tokens]
    return _Arranged(
        [(each.text, each.kind, each.id, each.image_url) for each, _ in ordered],
        tokens,
        [key for key, _ in keys],
        {
            "starts": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32),
            "postings": np.array([number for token in tokens for number in by_token[token]], dtype=np.int32),
            "order": np.array([number for _, number in keys], dtype=np.int32),
        },
    )


def build_suggestions(completions: Iterable[Completion]) -> SuggestionIndex:
    """The prefix structure in memory."""
    return SuggestionIndex(*_arrange(completions))


def write_suggestions(folder: Path, completions: Iterable[Completion]) -> None:
    """Build the prefix structure and write it into a version's folder."""
    arranged = _arrange(completions)
    folder = folder / _FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _COMPLETIONS).open("w", encoding="utf-8") as stream:
        stream.writelines(json.dumps(each, ensure_ascii=False) + "\n" for each in arranged.suggestions)
    content = {"tokens": arranged.tokens, "keys": arranged.keys}
    (folder / _TOKENS).write_text(json.dumps(content, ensure_ascii=False), "utf-8")
    np.savez(folder / _ARRAYS, **arranged.arrays)  # type: ignore[arg-type]


def _smallest(numbers: NDArray[np.int32], most: int) -> list[int]:
    if len(numbers) > most:
        numbers = np.partition(numbers, most)[:most]
    return [int(number) for number in np.sort(numbers)]


def _variants(token: str) -> Iterator[str]:
    """What may have been meant by a token with one typing error; none of short tokens and of those with digits."""
    if len(token) < _LEAST_FUZZY or not (token.isascii() and token.isalpha()):
        return
    for at in range(len(token)):
        head, tail = token[:at], token[at:]
        yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in ascii_lowercase:
            yield head + letter + tail[1:]
            yield head + letter + tail
