"""Features: windows of subtokens, candidate spans and padded batches, made from examples."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from extraction.model.config import ModelConfig
from extraction.model.examples import SpanExample
from extraction.model.words import cut_windows, find_words, split_sentences
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

Ints = npt.NDArray[np.int64]
_SPECIAL = ("cls", "sep", "mask", "pad", "unk")
MAX_CONTEXT_TOKENS = 32
MAX_TEXT_TOKENS = 470
_WORD_START = "\u2581"
"""What SentencePiece writes where a word begins."""


class SubtokenReader:
    """Splits words into subtokens, each different word once.

    WordPiece works word by word. SentencePiece puts a mark before each word, which stands as a subtoken of its own where
    the vocabulary does not hold the word whole: before every Chinese character. It is left out there.
    """

    def __init__(self, folder: Path) -> None:
        """Load the tokenizer of a base encoder's folder.

        The library of fast tokenizers alone reads it: transformers takes three seconds to import.

        Raises:
            ConfigurationError: The folder holds no fast tokenizer, or does not say its special tokens.
        """
        from tokenizers import Tokenizer

        path = folder / "tokenizer.json"
        try:
            names = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigurationError(
                f"encoder {folder}: its tokenizer_config.json cannot be read: {error}"
            ) from error
        if not path.is_file():
            raise ConfigurationError(
                f"encoder {folder} holds no tokenizer.json; save its fast tokenizer into that folder"
            )
        self._tokenizer = Tokenizer.from_file(str(path))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._cache: dict[str, tuple[int, ...]] = {}
        special = {kind: self._id_of(names, kind) for kind in _SPECIAL}
        missing = [f"{kind}_token" for kind, number in special.items() if number is None]
        if missing:
            raise ConfigurationError(
                f"encoder {folder}: its tokenizer_config.json does not name {', '.join(missing)} of its vocabulary"
            )
        self.cls_id, self.sep_id, self.mask_id, self.pad_id, unknown = (
            int(special[kind] or 0) for kind in _SPECIAL
        )
        self._unknown = (unknown,)
        self._mark = self._tokenizer.token_to_id(_WORD_START)

    def _id_of(self, names: dict[str, Any], kind: str) -> int | None:
        token = names.get(f"{kind}_token")
        content = token.get("content") if isinstance(token, dict) else token
        return self._tokenizer.token_to_id(content) if content else None

    def token_of(self, number: int) -> str:
        """A subtoken by its id."""
        return str(self._tokenizer.id_to_token(number))

    def ids_of(self, word: str) -> tuple[int, ...]:
        """Ids of one word; at least one, the unknown id where the vocabulary has nothing."""
        ids = self._cache.get(word)
        if ids is None:
            encoded = self._tokenizer.encode(word, add_special_tokens=False).ids
            if len(encoded) > 1 and encoded[0] == self._mark:
                encoded = encoded[1:]
            ids = self._cache[word] = tuple(encoded) or self._unknown
        return ids


@dataclass
class Window:
    """A stretch of one example that goes through the encoder at once.

    ``word_first`` and ``word_last`` are positions in ``input_ids``; ``gold`` and ``links`` use word indexes
    of this window, both inclusive, and label and relation numbers of the model's config.
    """

    example: int
    input_ids: list[int]
    text_start: int
    words: Ints
    word_first: Ints
    word_last: Ints
    labels: Ints
    span_of: dict[int, tuple[int, int]] = field(default_factory=dict)
    gold: list[tuple[int, int, int]] = field(default_factory=list)
    links: list[tuple[tuple[int, int] | None, tuple[int, int], int]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.input_ids)


@lru_cache(maxsize=4096)
def list_spans(words: int, max_width: int) -> tuple[Ints, Ints]:
    """First and last word of every span of at most ``max_width`` words, by width and then by place."""
    firsts = [np.arange(words - width + 1) for width in range(1, min(words, max_width) + 1)]
    lasts = [first + width for width, first in enumerate(firsts)]
    empty = np.zeros(0, dtype=np.int64)
    first = np.concatenate(firsts).astype(np.int64) if firsts else empty
    last = np.concatenate(lasts).astype(np.int64) if lasts else empty
    return first, last


def span_number(first: int, last: int, words: int) -> int:
    """Position of a span in ``list_spans``."""
    width = last - first
    return width * words - width * (width - 1) // 2 + first


def read_windows(
    examples: Sequence[SpanExample], config: ModelConfig, reader: SubtokenReader, *, with_gold: bool = False
) -> list[Window]:
    """Cut examples into windows of subtokens.

    Gold spans that no window holds whole (cut, too long, not on word borders) and relations between two
    windows are left out: nothing can be learned from them.
    """
    windows: list[Window] = []
    numbers = config.label_index
    everything = np.arange(len(config.labels), dtype=np.int64)
    groups = {
        context: np.array([numbers[name] for name in names], dtype=np.int64)
        for context, names in config.groups.items()
    }
    for index, example in enumerate(examples):
        words = example.words if example.words is not None else find_words(example.text)
        sentences = example.sentences
        if len(words) > config.window_words and not sentences:
            sentences = split_sentences(example.text)
        context = [i for start, end in find_words(example.context)
                   for i in reader.ids_of(example.context[start:end])][:MAX_CONTEXT_TOKENS]  # fmt: skip
        prefix = [reader.cls_id, *context, reader.sep_id] if context else [reader.cls_id]
        for begin, behind in cut_windows(words, sentences, config.window_words):
            ids = list(prefix)
            first, last = [], []
            longest = max(1, min(12, MAX_TEXT_TOKENS // (behind - begin)))
            for start, end in words[begin:behind]:
                first.append(len(ids))
                ids.extend(reader.ids_of(example.text[start:end])[:longest])
                last.append(len(ids) - 1)
            ids.append(reader.sep_id)
            window = Window(
                example=index,
                input_ids=ids,
                text_start=len(prefix),
                words=np.array(words[begin:behind], dtype=np.int64),
                word_first=np.array(first, dtype=np.int64),
                word_last=np.array(last, dtype=np.int64),
                labels=_asked(example, numbers)
                if example.asked is not None
                else groups.get(example.context, everything),
            )
            if with_gold:
                _add_gold(window, example, config, numbers)
            windows.append(window)
    return windows


def _asked(example: SpanExample, numbers: dict[str, int]) -> Ints:
    """Numbers of the labels that an example names itself, in order; unknown ones are left out."""
    return np.array(
        sorted({numbers[name] for name in example.asked or () if name in numbers}), dtype=np.int64
    )


def _add_gold(window: Window, example: SpanExample, config: ModelConfig, numbers: dict[str, int]) -> None:
    begins = {int(start): i for i, (start, _) in enumerate(window.words)}
    ends = {int(end): i for i, (_, end) in enumerate(window.words)}
    for index, span in enumerate(example.spans):
        first, last = begins.get(span.start), ends.get(span.end)
        if first is None or last is None or not 0 <= last - first < config.max_span_words:
            continue
        if span.type not in numbers:
            continue
        window.span_of[index] = (first, last)
        window.gold.append((first, last, numbers[span.type]))
    relation_numbers = config.relation_index
    for relation in example.relations:
        tail = window.span_of.get(relation.tail)
        head = window.span_of.get(relation.head) if relation.head is not None else None
        if tail is None or (relation.head is not None and head is None):
            continue
        if relation.type in relation_numbers:
            window.links.append((head, tail, relation_numbers[relation.type]))


@dataclass
class Batch:
    """Windows padded to one shape: ``B`` windows, ``L`` subtokens, ``S`` candidate spans.

    ``span_first`` and ``span_last`` are subtoken positions, ``word_first`` and ``word_last`` word indexes,
    ``span_width`` words less one; padding spans have ``span_mask`` false. ``columns`` are the labels that the scores
    have columns for, in order; ``None``: all labels.
    """

    windows: list[Window]
    input_ids: Ints
    attention_mask: Ints
    span_first: Ints
    span_last: Ints
    span_width: Ints
    word_first: Ints
    word_last: Ints
    span_mask: npt.NDArray[np.bool_]
    columns: Ints | None = None

    def columns_of(self, window: Window) -> Ints:
        """The columns of the scores that belong to the labels which a window asks for."""
        return find_columns(window.labels, self.columns)


def find_columns(labels: Ints, columns: Ints | None) -> Ints:
    """The columns of some labels where scores have columns for ``columns`` only."""
    return labels if columns is None else np.searchsorted(columns, labels)


def make_batch(windows: list[Window], max_width: int, pad_id: int = 0, *, only_asked: bool = False) -> Batch:
    """Pad windows into one batch.

    Args:
        windows: At least one.
        max_width: Longest span in words.
        pad_id: Subtoken of the padding.
        only_asked: Whether scores get columns for the labels alone that some window asks for: of open labels there may
            be thousands.
    """
    spans = [list_spans(len(w.words), max_width) for w in windows]
    size, length = len(windows), max(len(w) for w in windows)
    count = max(1, *(len(first) for first, _ in spans))
    ids = np.full((size, length), pad_id, dtype=np.int64)
    attention = np.zeros((size, length), dtype=np.int64)
    first, last, width, word_first, word_last = (np.zeros((size, count), dtype=np.int64) for _ in range(5))
    mask = np.zeros((size, count), dtype=bool)
    for row, (window, (begin, end)) in enumerate(zip(windows, spans, strict=True)):
        ids[row, : len(window)] = window.input_ids
        attention[row, : len(window)] = 1
        n = len(begin)
        word_first[row, :n], word_last[row, :n] = begin, end
        first[row, :n] = window.word_first[begin]
        last[row, :n] = window.word_last[end]
        width[row, :n] = end - begin
        mask[row, :n] = True
    columns = np.unique(np.concatenate([w.labels for w in windows])) if only_asked else None
    return Batch(windows, ids, attention, first, last, width, word_first, word_last, mask, columns)
