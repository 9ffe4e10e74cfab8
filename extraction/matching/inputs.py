"""Inputs of the pair classifier: two records as one sequence of subtokens, with marks of what they share.

A small encoder compares rare words such as model numbers badly, so each word is marked: whether it stands in the
other record as well, and whether it has digits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from extraction.matching.settings import MatcherConfig
from kms.encoder.base import resolve_encoder
from kms.errors import ConfigurationError
from kms.identity.features import Vector
from kms.identity.records import Record, fold_word, words_of

MARKS = 5
"""0 of nothing, 1 a word of one record alone, 2 of both; 3 and 4 the same of words with digits."""


@dataclass(frozen=True)
class Pair:
    """Two records with their features; ``match`` is 1 where they are the same product, -1 where nobody knows."""

    left: Record
    right: Record
    features: Vector
    match: int = -1


@dataclass(frozen=True)
class Side:
    """One record of a pair: subtokens and the mark of each."""

    ids: list[int]
    marks: list[int]


@dataclass(frozen=True)
class PairBatch:
    """Tensors of several pairs: (n, length), (n, features) and (n, most words); see ``PairInputs.word_rows``."""

    ids: torch.Tensor
    types: torch.Tensor
    mask: torch.Tensor
    marks: torch.Tensor
    features: torch.Tensor
    words: torch.Tensor
    match: torch.Tensor


class PairInputs:
    """Turns pairs into tensors."""

    def __init__(self, config: MatcherConfig) -> None:
        path = resolve_encoder(config.base_encoder) / "tokenizer.json"
        if not path.is_file():
            raise ConfigurationError(f"encoder {config.base_encoder} holds no tokenizer.json")
        self.config = config
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        vocabulary = self._tokenizer.get_vocab()
        self._start, self._end = vocabulary["[CLS]"], vocabulary["[SEP]"]
        self._pad = vocabulary["[PAD]"]
        self._mean = np.array(config.mean, dtype=np.float32)
        self._deviation = np.array(config.deviation, dtype=np.float32)
        self._words = {word: number for number, word in enumerate(config.words, 1)}

    def batch(
        self,
        pairs: Sequence[Pair],
        *,
        rng: np.random.Generator | None = None,
        drop: float = 0.0,
        swap: bool = False,
    ) -> PairBatch:
        """Tensors of pairs; with ``rng``, words are dropped and sides swapped as in training."""
        sequences = [self._sequence(pair, rng, drop, swap) for pair in pairs]
        length = max((len(ids) for ids, _, _ in sequences), default=0)
        ids = np.full((len(pairs), length), self._pad, dtype=np.int64)
        types, mask, marks = (np.zeros((len(pairs), length), dtype=np.int64) for _ in range(3))
        for row, (its_ids, its_types, its_marks) in enumerate(sequences):
            n = len(its_ids)
            ids[row, :n], types[row, :n], marks[row, :n], mask[row, :n] = its_ids, its_types, its_marks, 1
        return PairBatch(
            torch.from_numpy(ids),
            torch.from_numpy(types),
            torch.from_numpy(mask),
            torch.from_numpy(marks),
            torch.from_numpy(self.scale(np.stack([pair.features for pair in pairs]))),
            self.word_rows(pairs),
            torch.tensor([float(pair.match) for pair in pairs]),
        )

    def scale(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Features as the network reads them: mean 0 and deviation 1 over the training pairs."""
        scaled = (features - self._mean) / self._deviation if len(self._mean) else features
        return np.clip(scaled, -5.0, 5.0).astype(np.float32)

    def word_rows(self, pairs: Sequence[Pair]) -> torch.Tensor:
        """The known words of each pair as rows of a table of weights, (n, most); 0 is padding.

        A word of one title alone has the row of its number, a word of both its number and the count of words more.
        """
        known = self._words
        rows = [
            [known[word] for word in sorted(alone_words(pair)) if word in known]
            + [len(known) + known[word] for word in sorted(shared_words(pair)) if word in known]
            for pair in pairs
        ]
        table = np.zeros((len(pairs), max((len(row) for row in rows), default=0)), dtype=np.int64)
        for at, row in enumerate(rows):
            table[at, : len(row)] = row
        return torch.from_numpy(table)

    def _sequence(
        self, pair: Pair, rng: np.random.Generator | None, drop: float, swap: bool
    ) -> tuple[list[int], list[int], list[int]]:
        left, right = pair.left, pair.right
        if rng is not None and swap and rng.random() < 0.5:
            left, right = right, left
        first, second = self.side(left, right, rng, drop), self.side(right, left, rng, drop)
        ids = [self._start, *first.ids, self._end, *second.ids, self._end]
        types = [0] * (len(first.ids) + 2) + [1] * (len(second.ids) + 1)
        marks = [0, *first.marks, 0, *second.marks, 0]
        return ids, types, marks

    def side(
        self, record: Record, other: Record, rng: np.random.Generator | None = None, drop: float = 0.0
    ) -> Side:
        """One record: brand where the title lacks it, title, beginning of the text."""
        brand = [] if record.brand_set <= record.title_set else words_of(record.brand)
        title = [*brand, *words_of(record.title)]
        text = words_of(record.text[:600])[: self.config.most_side]
        theirs = other.title_set | other.joined | other.codes | other.text_set | other.brand_set
        side = Side([], [])
        for words, most in ((title, self.config.most_title), (text, self.config.most_side)):
            kept = words if rng is None or drop <= 0 else [w for w in words if rng.random() >= drop]
            encoded = self._tokenizer.encode(kept, is_pretokenized=True, add_special_tokens=False)
            marks = [_mark(word, theirs) for word in kept]
            room = max(0, most - len(side.ids))
            side.ids.extend(encoded.ids[:room])
            side.marks.extend(marks[at] for at in encoded.word_ids[:room] if at is not None)
        return side


def alone_words(pair: Pair) -> frozenset[str]:
    """Words that one title of a pair has and the other has not."""
    return pair.left.title_set ^ pair.right.title_set


def shared_words(pair: Pair) -> frozenset[str]:
    """Words that both titles of a pair have."""
    return pair.left.title_set & pair.right.title_set


def choose_words(pairs: Sequence[Pair], least: int) -> tuple[str, ...]:
    """The words that the titles of at least ``least`` pairs have, sorted."""
    counts = Counter(word for pair in pairs for word in pair.left.title_set | pair.right.title_set)
    return tuple(sorted(word for word, count in counts.items() if count >= least))


def _mark(word: str, theirs: frozenset[str]) -> int:
    folded = fold_word(word)
    return 1 + (folded in theirs) + 2 * any(letter.isdigit() for letter in folded)
