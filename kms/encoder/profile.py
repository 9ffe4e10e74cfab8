"""Profile of an encoder: what is put before its texts, how its tokens become one vector, and how long a text may be."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from kms.errors import ConfigurationError
from kms.types import Frozen

MAX_TOKENS = 128

Pooling = Literal["mean", "cls"]

KNOWN_PREFIXES: Mapping[str, tuple[str, str]] = {
    r"(^|[-_/])e5([-_]|$)": ("query: ", "passage: "),
}
"""Prefixes for queries and passages by a part of the model's name, for models whose files do not state them."""


class EncoderProfile(Frozen):
    """How one encoder is asked for vectors."""

    query_prefix: str = ""
    """Stands before every query, as in the encoder's training."""
    passage_prefix: str = ""
    """Stands before every text of the catalogue."""
    pooling: Pooling = "mean"
    """``mean``: the mean of the tokens' vectors; ``cls``: the vector of the first token."""
    max_tokens: int = Field(default=MAX_TOKENS, ge=8)
    """Longer texts are cut."""

    @property
    def signature(self) -> str:
        """Short hash of the profile; empty for the plain one, whose vectors depend on the encoder's files alone."""
        if self == EncoderProfile():
            return ""
        return hashlib.blake2b(self.model_dump_json().encode(), digest_size=4).hexdigest()


class ProfileSettings(Frozen):
    """What the settings say of the encoder; ``None``: as its files say."""

    query_prefix: str | None = None
    passage_prefix: str | None = None
    pooling: Pooling | None = None
    max_tokens: int | None = None


def read_profile(folder: Path, name: str, settings: ProfileSettings | None = None) -> EncoderProfile:
    """The profile of an encoder: settings first, then its own files, then what is known of its family.

    The files are those of sentence-transformers: prompts named ``query`` and ``passage`` or ``document`` in
    ``config_sentence_transformers.json``, pooling in ``1_Pooling/config.json``.

    Args:
        folder: Of the encoder.
        name: As the settings name it.
        settings: What is set; by default nothing.

    Raises:
        ConfigurationError: Its vectors are made in a way that is not supported.
    """
    stated = _known(name, folder) | _of_files(folder)
    if settings is not None:
        stated |= settings.model_dump(exclude_none=True)
    most = _positions(folder)
    if most is not None:
        stated["max_tokens"] = min(stated.get("max_tokens", MAX_TOKENS), most)
    return EncoderProfile(**stated)


def _known(name: str, folder: Path) -> dict[str, Any]:
    for written in (name, folder.name):
        for pattern, (query, passage) in KNOWN_PREFIXES.items():
            if re.search(pattern, written.casefold()):
                return {"query_prefix": query, "passage_prefix": passage}
    return {}


def _of_files(folder: Path) -> dict[str, Any]:
    prompts = _read(folder / "config_sentence_transformers.json").get("prompts") or {}
    stated = {
        field: prompts[key]
        for field, keys in (("query_prefix", ("query",)), ("passage_prefix", ("document", "passage")))
        for key in keys
        if prompts.get(key)
    }
    pooling = _read(folder / "1_Pooling" / "config.json")
    modes = sorted(key.removeprefix("pooling_mode_") for key, value in pooling.items() if value is True)
    modes = [mode for mode in modes if mode != "include_prompt"]
    if modes and modes not in (["mean_tokens"], ["cls_token"]):
        raise ConfigurationError(
            f"encoder {folder} pools its tokens by {', '.join(modes)}; supported are mean_tokens and cls_token. "
            "Set KMS_ENCODER_POOLING to mean or cls if it was trained for one of them"
        )
    if modes:
        stated["pooling"] = "cls" if modes == ["cls_token"] else "mean"
    return stated


def _positions(folder: Path) -> int | None:
    """Most tokens that the encoder has positions for; two of a RoBERTa's stand for padding."""
    config = _read(folder / "config.json")
    most = config.get("max_position_embeddings")
    if not isinstance(most, int) or most < 8:
        return None
    return most - 2 if "roberta" in str(config.get("model_type", "")) else most


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        content = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ConfigurationError(f"{path} is no JSON: {error}") from None
    return content if isinstance(content, dict) else {}
