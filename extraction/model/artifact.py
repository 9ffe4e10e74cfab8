"""A trained model as a folder: adapter, heads, config, card."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from pydantic import ValidationError

from extraction.model.config import Label, ModelConfig
from extraction.model.features import SubtokenReader
from kms.encoder.base import resolve_encoder
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from extraction.model.network import SpanNetwork

ADAPTER, HEADS, CONFIG, CARD = "adapter.safetensors", "heads.safetensors", "config.json", "MODEL_CARD.md"


@dataclass(frozen=True)
class LoadedModel:
    """A model that is ready for the torch engine."""

    network: SpanNetwork
    config: ModelConfig
    reader: SubtokenReader


def save(network: SpanNetwork, config: ModelConfig, folder: Path, *, half: bool = True) -> None:
    """Write what training changed: the adapter (or the whole encoder) and the heads.

    Args:
        network: The trained network.
        config: Of the network, with its calibration.
        folder: Made if needed; a model there is replaced.
        half: Store 16-bit floats. Call ``round_weights`` before measuring, so that the scores are those of
            the stored weights.
    """
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    state = {name: weight.contiguous() for name, weight in network.trainable_state().items()}
    if half:
        state = {name: weight.to(torch.float16) for name, weight in state.items()}
    encoder = {name: weight for name, weight in state.items() if name.startswith("encoder.")}
    heads = {name: weight for name, weight in state.items() if not name.startswith("encoder.")}
    save_file(encoder, str(folder / ADAPTER))
    save_file(heads, str(folder / HEADS))
    for name in (ADAPTER, HEADS):
        (folder / name).chmod(0o644)  # safetensors writes them for the owner alone
    text = json.dumps(config.model_dump(mode="json"), indent=1, ensure_ascii=False)
    (folder / CONFIG).write_text(text + "\n", encoding="utf-8")


def round_weights(network: SpanNetwork) -> None:
    """Round trained weights to 16 bits in place, as ``save`` stores them."""
    import torch

    with torch.no_grad():
        for weight in network.trainable_state().values():
            weight.copy_(weight.to(torch.float16).to(weight.dtype))


def read_config(folder: Path, *, labels: Sequence[Label] | None = None) -> ModelConfig:
    """The config of a saved model.

    Args:
        folder: Of the model.
        labels: Of a model with open labels, those to read in place of the ones it was trained with.

    Raises:
        ConfigurationError: There is none, or it cannot be read.
    """
    try:
        config = ModelConfig.model_validate_json((folder / CONFIG).read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigurationError(
            f"{folder} holds no extraction model ({CONFIG} is missing); train one with `kms train extractor`"
        ) from error
    except ValidationError as error:
        raise ConfigurationError(f"{folder / CONFIG} is not a model of this version: {error}") from error
    if labels is None:
        return config
    if config.label_mode != "open":
        raise ConfigurationError(f"{folder} reads the labels that it was trained with and no others")
    return config.model_copy(update={"labels": tuple(labels), "groups": {}})


def label_vectors(config: ModelConfig, state: Path) -> npt.NDArray[np.float32]:
    """Vectors of a config's open labels (T, H), kept under ``state`` by a hash of encoder and texts."""
    texts = json.dumps([config.base_encoder, *(label.text for label in config.labels)])
    path = state / f"labels-{hashlib.blake2b(texts.encode(), digest_size=10).hexdigest()}.npy"
    if path.is_file():
        kept: npt.NDArray[np.float32] = np.load(path)
        return kept
    from extraction.model.network import load_encoder, read_labels

    encoder = load_encoder(config.base_encoder)
    vectors: npt.NDArray[np.float32] = read_labels(encoder, config).numpy()
    state.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=state, suffix=".npy", delete=False) as stream:
        np.save(stream, vectors)
    os.replace(stream.name, path)
    return vectors


def load_reader(config: ModelConfig) -> SubtokenReader:
    """Subtokens of the config's base encoder."""
    return SubtokenReader(resolve_encoder(config.base_encoder))


def load(folder: Path, *, attention: str | None = None, labels: Sequence[Label] | None = None) -> LoadedModel:
    """Read a saved model on its base encoder.

    Args:
        folder: Of the model.
        labels: See ``read_config``.
        attention: Attention implementation of transformers; ``eager`` for exports.

    Raises:
        ConfigurationError: The folder is incomplete, or does not fit its config.
    """
    from safetensors.torch import load_file

    from extraction.model.network import build_network

    config = read_config(folder, labels=labels)
    network = build_network(config, attention=attention)
    state = {}
    for name in (ADAPTER, HEADS):
        try:
            state.update(load_file(str(folder / name)))
        except OSError as error:
            raise ConfigurationError(
                f"{folder / name} cannot be read: {error}; train the model again"
            ) from error
    expected = network.trainable_state()
    wrong = [n for n in expected if n not in state or state[n].shape != expected[n].shape]
    wrong += [n for n in state if n not in expected]
    if wrong:
        raise ConfigurationError(
            f"{folder} does not fit its config: {', '.join(sorted(wrong)[:3])}; train it again"
        )
    network.load_state_dict({name: weight.float() for name, weight in state.items()}, strict=False)
    network.eval()
    return LoadedModel(network, config, load_reader(config))


def start_encoder(network: SpanNetwork, config: ModelConfig, folder: Path) -> None:
    """Give a network's encoder the weights of another trained model; its heads stay as they are.

    Args:
        network: Changed in place.
        config: Of the network.
        folder: Of a model on the same base encoder, with an adapter of the same shape, or trained whole as this one.

    Raises:
        ConfigurationError: The folder holds no model, or one of another encoder or shape.
    """
    from safetensors.torch import load_file

    other = read_config(folder)
    if (other.base_encoder, other.lora) != (config.base_encoder, config.lora):
        raise ConfigurationError(
            f"{folder} was trained on {other.base_encoder} with {other.lora}, this model is on {config.base_encoder} with "
            f"{config.lora}; both must be the same to start from it"
        )
    weights = {name: weight.float() for name, weight in load_file(str(folder / ADAPTER)).items()}
    wanted = {name for name in network.trainable_state() if name.startswith("encoder.")}
    if set(weights) != wanted:
        raise ConfigurationError(f"{folder} does not hold the encoder weights that this model trains")
    network.load_state_dict(weights, strict=False)


def hash_model(folder: Path) -> str:
    """Hash of a saved model's weights and config; names its derived files and its version in evidence."""
    digest = hashlib.blake2b(digest_size=10)
    for name in (CONFIG, ADAPTER, HEADS):
        try:
            digest.update((folder / name).read_bytes())
        except OSError as error:
            raise ConfigurationError(f"{folder} holds no complete extraction model: {error}") from error
    return digest.hexdigest()
