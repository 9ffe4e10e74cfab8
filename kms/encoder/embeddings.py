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
from kms.encoder.calibration import Calibration, Role, calibrate, read_calibration, write_calibration
from kms.encoder.graphs import export_graph, export_small_graph, open_graph
from kms.encoder.identity import remember_hash
from kms.encoder.profile import ProfileSettings, read_profile
from kms.encoder.scale import LikenessScale
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

Matrix = NDArray[np.float32]

UNKNOWN_TOKENS, PADDING_TOKENS = ("[UNK]", "<unk>"), ("[PAD]", "<pad>")
"""As BERT's tokenizers write them, and those made by SentencePiece."""
_WORD_START = "\u2581"
"""What SentencePiece writes before a token that begins a word."""
MOST_UNKNOWN = 0.2
"""Share of unknown characters among these and the known tokens above which a text counts as not read."""


class TextEncoder:
    """Encodes texts as unit vectors, from the last layer of a transformer, as sentence-transformers does it.

    Reimers and Gurevych 2019, "Sentence-BERT", section 3 (pooling). What is particular to an encoder is its profile
    (prefixes, pooling, length) and its calibration (centres of its vectors, scale of its cosines). The exported graphs are
    cached by the weights' hash, so that the second start takes no export: one with the full weights for texts of the
    catalogue, one with weights of 8 bits for single queries.
    """

    def __init__(
        self,
        name: str = DEFAULT_ENCODER,
        *,
        cache: Path,
        threads: int = 0,
        settings: ProfileSettings | None = None,
    ) -> None:
        """Prepare; the model is loaded with the first text, and exported where it never was.

        Args:
            name: Package, folder or hub name; see ``resolve_encoder``.
            cache: Folder for the exported graph.
            threads: Of ONNX Runtime; 0 lets it choose.
            settings: Parts of the profile that are set; the others are as the encoder's files say.

        Raises:
            ConfigurationError: The encoder cannot be found, or its vectors are made in a way that is not supported.
        """
        self.folder = resolve_encoder(name)
        self.name = name
        self.profile = read_profile(self.folder, name, settings)
        self.dimensions = read_dimensions(self.folder)
        self._cache = cache
        self._threads = threads
        self._loading = threading.Lock()
        self._calibrating = threading.Lock()
        self._cached_query = lru_cache(maxsize=4_096)(self._encode_query)

    @cached_property
    def version(self) -> str:
        """Identity of the vectors: files, profile and centres; vectors of another version mean something else."""
        parts = (self._weights, self.profile.signature, self._calibration.signature)
        return "-".join(part for part in parts if part)

    @property
    def scale(self) -> LikenessScale:
        """From the cosines of its vectors to likenesses that mean the same for every encoder."""
        return self._calibration.scale

    @cached_property
    def _weights(self) -> str:
        return remember_hash(self.folder, self._cache)

    @cached_property
    def _calibration(self) -> Calibration:
        with self._calibrating:
            name = "-".join(filter(None, ("calibration", self._weights, self.profile.signature)))
            path = self._cache / f"encoder-{name}.json"
            known = read_calibration(path)
            if known is None:
                known = calibrate(lambda texts, role: self._encode_all(texts, role), self.can_read)
                write_calibration(path, known)
            return known

    @cached_property
    def _tokenizer(self) -> Tokenizer:
        with self._loading:
            return load_tokenizer(self.folder, self.profile.max_tokens)

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(self._tokenizer.get_vocab())

    @cached_property
    def _unknown(self) -> frozenset[int]:
        numbers = (self._tokenizer.token_to_id(token) for token in UNKNOWN_TOKENS)
        return frozenset(number for number in numbers if number is not None)

    @cached_property
    def _session(self) -> Any:
        with self._loading:
            return open_graph(self._graph(), self._threads)

    @cached_property
    def _query_session(self) -> Any:
        # A query is a few tokens: several threads on it cost more processor time than they save, and requests
        # already run side by side. Its time goes into reading the weights, so they are kept in 8 bits.
        with self._loading:
            path = self._cache / f"encoder-{self._weights}-int8.onnx"
            if not path.exists():
                export_small_graph(self._graph(), path, self.folder)
            return open_graph(path, 1)

    def _graph(self) -> Path:
        path = self._cache / f"encoder-{self._weights}.onnx"
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
        """Unit vectors of texts of the catalogue, one row a text, in the order given.

        Args:
            texts: Any length; empty texts get the vector of the empty sentence.
            batch_size: Texts a batch; batches hold texts of like length.
            advance: Called with the number of texts done after each batch (a progress bar's advance).
        """
        vectors = self._encode_all(texts, "passage", batch_size=batch_size, advance=advance)
        return self._calibration.centre(vectors, texts, "passage")

    def encode_query(self, text: str) -> NDArray[np.float32]:
        """The unit vector of a query, or of a name that is compared with others; recent ones are remembered."""
        return np.frombuffer(self._cached_query(text), dtype=np.float32)

    def can_read(self, text: str) -> bool:
        """Whether the vocabulary covers most of a text; vectors of unknown tokens are noise."""
        encoded = self._tokenizer.encode(text)
        lengths = [
            end - start
            for token, (start, end) in zip(encoded.ids, encoded.offsets, strict=True)
            if token in self._unknown
        ]
        # SentencePiece writes one unknown token for a whole run of unknown characters.
        unknown = sum(lengths)
        return unknown <= MOST_UNKNOWN * (len(encoded.ids) - len(lengths) + unknown)

    def is_word(self, word: str) -> bool:
        """Whether the vocabulary holds the word whole, which it does for those that many texts use."""
        folded = word.casefold()
        return folded in self._vocabulary or f"{_WORD_START}{folded}" in self._vocabulary

    def _encode_all(
        self,
        texts: Sequence[str],
        role: Role,
        *,
        batch_size: int = 32,
        advance: Callable[[int], object] | None = None,
    ) -> Matrix:
        """Unit vectors before centring, by the full weights."""
        result = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        for start in range(0, len(order), batch_size):
            rows = order[start : start + batch_size]
            result[rows] = self._forward([texts[i] for i in rows], role, self._session)
            if advance:
                advance(len(rows))
        return result

    def _encode_query(self, text: str) -> bytes:
        vectors = self._forward([text], "query", self._query_session)
        centred: bytes = self._calibration.centre(vectors, [text], "query")[0].tobytes()
        return centred

    def _forward(self, texts: Sequence[str], role: Role, session: Any) -> Matrix:
        prefix = self.profile.query_prefix if role == "query" else self.profile.passage_prefix
        tokens = self._tokenizer.encode_batch_fast([prefix + text for text in texts])
        inputs = {
            "input_ids": np.array([each.ids for each in tokens], dtype=np.int64),
            "attention_mask": np.array([each.attention_mask for each in tokens], dtype=np.int64),
        }
        (hidden,) = session.run(None, inputs)
        pooled = self._pool(np.asarray(hidden), inputs["attention_mask"][..., None].astype(np.float32))
        norms = np.maximum(np.linalg.norm(pooled, axis=1, keepdims=True), 1e-12)
        return np.asarray(pooled / norms, dtype=np.float32)

    def _pool(self, hidden: Matrix, mask: Matrix) -> Matrix:
        """One vector a text (n, d) from those of its tokens (n, l, d) and their mask (n, l, 1)."""
        if self.profile.pooling == "cls":
            return hidden[:, 0]
        return np.asarray((hidden * mask).sum(axis=1) / np.maximum(mask.sum(axis=1), 1e-9))


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
    known = [token for token in PADDING_TOKENS if tokenizer.token_to_id(token) is not None]
    token = known[0] if known else PADDING_TOKENS[0]
    tokenizer.enable_padding(pad_id=tokenizer.token_to_id(token) or 0, pad_token=token)
    return tokenizer


def read_dimensions(folder: Path) -> int:
    """Length of the encoder's vectors, from its ``config.json``."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return int(config["hidden_size"])
