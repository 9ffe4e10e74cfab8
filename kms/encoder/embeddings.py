"""Sentence vectors from the base encoder, on ONNX Runtime."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from kms.encoder.base import DEFAULT_ENCODER, resolve_encoder
from kms.encoder.graphs import export_graph, export_small_graph, open_graph
from kms.encoder.identity import remember_hash
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Matrix = NDArray[np.float32]

MAX_TOKENS = 128
UNKNOWN_TOKEN, PADDING_TOKEN = "[UNK]", "[PAD]"
MOST_UNKNOWN = 0.2
"""Share of unknown tokens above which a text counts as not read."""


class TextEncoder:
    """Encodes texts as unit vectors: the mean of the last layer over the tokens, as sentence-transformers does it.

    Reimers and Gurevych 2019, "Sentence-BERT", section 3 (mean pooling). The exported graphs are cached by the
    weights' hash, so that the second start takes no export: one with the full weights for texts of the catalogue,
    one with weights of 8 bits for single queries.
    """

    def __init__(
        self,
        name: str = DEFAULT_ENCODER,
        *,
        cache: Path,
        threads: int = 0,
        max_tokens: int = MAX_TOKENS,
    ) -> None:
        """Prepare; the model is loaded with the first text, and exported where it never was.

        Args:
            name: Package, folder or hub name; see ``resolve_encoder``.
            cache: Folder for the exported graph.
            threads: Of ONNX Runtime; 0 lets it choose.
            max_tokens: Longer texts are cut.

        Raises:
            ConfigurationError: The encoder cannot be found.
        """
        self.folder = resolve_encoder(name)
        self.name = name
        self.max_tokens = max_tokens
        self.dimensions = read_dimensions(self.folder)
        self._cache = cache
        self._threads = threads
        self._loading = threading.Lock()
        self._cached_query = lru_cache(maxsize=4_096)(self._encode_query)

    @cached_property
    def version(self) -> str:
        """Hash of the encoder's files; vectors of another version mean something else."""
        return remember_hash(self.folder, self._cache)

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        with self._loading:
            return load_tokenizer(self.folder, self.max_tokens)

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(self._tokenizer.get_vocab())

    @cached_property
    def _session(self) -> Any:
        with self._loading:
            return open_graph(self._graph(), self._threads)

    @cached_property
    def _query_session(self) -> Any:
        # A query is a few tokens: several threads on it cost more processor time than they save, and requests
        # already run side by side. Its time goes into reading the weights, so they are kept in 8 bits.
        with self._loading:
            path = self._cache / f"encoder-{self.version}-int8.onnx"
            if not path.exists():
                export_small_graph(self._graph(), path, self.folder)
            return open_graph(path, 1)

    def _graph(self) -> Path:
        path = self._cache / f"encoder-{self.version}.onnx"
        if not path.exists():
            export_graph(self.folder, path)
        return path

    def encode(
        self,
        texts: Sequence[str],
        *,
        batch_size: int = 32,
        advance: Callable[[int], object] | None = None,
    ) -> Matrix:
        """Unit vectors, one row a text, in the order given.

        Args:
            texts: Any length; empty texts get the vector of the empty sentence.
            batch_size: Texts a batch; batches hold texts of like length.
            advance: Called with the number of texts done after each batch (a progress bar's advance).
        """
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            result[rows] = self._forward([texts[i] for i in rows], self._session)
            if advance:
                advance(len(rows))
        return result

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of one text; recent ones are remembered."""
        return np.frombuffer(self._cached_query(text), dtype=np.float32)

    def can_read(self, text: str) -> bool:
        """Whether the vocabulary covers most of a text; vectors of unknown tokens are noise."""
        tokens = self._tokenizer.encode(text).tokens
        unknown = tokens.count(UNKNOWN_TOKEN)
        return unknown <= MOST_UNKNOWN * len(tokens)

    def is_word(self, word: str) -> bool:
        """Whether the vocabulary holds the word whole, which it does for those that English texts use often."""
        return word.casefold() in self._vocabulary

    def _encode_query(self, text: str) -> bytes:
        vector: bytes = self._forward([text], self._query_session)[0].tobytes()
        return vector

    def _forward(self, texts: list[str], session: Any) -> Matrix:
        tokens = self._tokenizer.encode_batch_fast(texts)
        inputs = {
            "input_ids": np.array([each.ids for each in tokens], dtype=np.int64),
            "attention_mask": np.array([each.attention_mask for each in tokens], dtype=np.int64),
        }
        (hidden,) = session.run(None, inputs)
        mask = inputs["attention_mask"][..., None].astype(np.float32)
        summed = (np.asarray(hidden) * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1e-9)
        norms = np.maximum(np.linalg.norm(summed, axis=1, keepdims=True), 1e-12)
        return np.asarray(summed / norms, dtype=np.float32)


def load_tokenizer(folder: Path, max_tokens: int) -> Tokenizer:
    """The encoder's own tokenizer, cutting and padding; without transformers, which takes seconds to import.

    Raises:
        ConfigurationError: The folder holds no ``tokenizer.json``.
    """
    from tokenizers import Tokenizer

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise ConfigurationError(
            f"encoder {folder} holds no tokenizer.json; save its fast tokenizer into that folder"
        )
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(PADDING_TOKEN) or 0, pad_token=PADDING_TOKEN)
    return tokenizer


def read_dimensions(folder: Path) -> int:
    """Length of the encoder's vectors, from its ``config.json``."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return int(config["hidden_size"])
