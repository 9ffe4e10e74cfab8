"""Files of a trained pair classifier: its settings, the weights that training changed, a card."""

from __future__ import annotations

from pathlib import Path

from safetensors.torch import load_file, save_file

from extraction.matching.network import PairNetwork, build_network
from extraction.matching.settings import MatcherConfig
from kms.errors import ConfigurationError
from kms.identity.features import FEATURES

CONFIG, WEIGHTS, CARD = "config.json", "weights.safetensors", "MODEL_CARD.md"


def save(network: PairNetwork, config: MatcherConfig, folder: Path) -> None:
    """Write a network into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({n: w.contiguous() for n, w in network.trainable_state().items()}, folder / WEIGHTS)
    (folder / CONFIG).write_text(config.model_dump_json(indent=1), "utf-8")


def load(folder: Path) -> tuple[PairNetwork, MatcherConfig]:
    """Read a network from a folder.

    Raises:
        ConfigurationError: The folder holds none, or one of a program with other features.
    """
    try:
        config = MatcherConfig.model_validate_json((folder / CONFIG).read_text("utf-8"))
        weights = load_file(folder / WEIGHTS)
    except (OSError, ValueError) as error:
        raise ConfigurationError(
            f"{folder} holds no pair classifier ({error}); kms train matcher makes one"
        ) from None
    if config.features != FEATURES:
        raise ConfigurationError(
            f"the classifier in {folder} reads other features than this program; train it again"
        )
    network = build_network(config, use_text=any(name.startswith("encoder.") for name in weights))
    network.load_state_dict(weights, strict=False)
    network.eval()
    return network, config
