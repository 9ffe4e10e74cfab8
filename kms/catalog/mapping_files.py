"""Files of mappings: those that come with the platform, by their names, and a shop's own, by their paths."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from kms.catalog.mapping import Mapping
from kms.catalog.rows import shorten
from kms.errors import ConfigurationError

_READY = files("kms.catalog") / "mappings"


def load_mapping(name: str | Path) -> Mapping:
    """A ready mapping by its name, or one's own by the path of its YAML file.

    Raises:
        ConfigurationError: There is no such mapping, or it has mistakes; all of them are named.
    """
    if isinstance(name, str) and name in ready_mappings():
        return _load_ready(name)
    path = Path(name)
    if not path.is_file():
        raise ConfigurationError(
            f"mapping {str(name)!r}: neither a file nor one of {', '.join(ready_mappings())}"
        )
    try:
        return _parse(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"mapping {path}: cannot be read ({error})") from None


@lru_cache(maxsize=1)
def ready_mappings() -> tuple[str, ...]:
    """Names of the mappings that come with the platform."""
    return tuple(sorted(item.name[:-5] for item in _READY.iterdir() if item.name.endswith(".yaml")))


@lru_cache(maxsize=32)
def _load_ready(name: str) -> Mapping:
    return _parse((_READY / f"{name}.yaml").read_text(encoding="utf-8"), name)


def _parse(text: str, name: str) -> Mapping:
    try:
        return Mapping.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ConfigurationError(f"mapping {name}: no YAML: {error}") from None
    except ValidationError as error:
        problems = error.errors(include_url=False)
        text = "\n".join(f"  {_say(item)}" for item in problems)
        raise ConfigurationError(f"mapping {name} has mistakes:\n{text}") from None


def _say(problem: Any) -> str:
    place = ".".join(str(part) for part in problem["loc"])
    message = problem["msg"].removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        message = "is not known here"
    elif problem["type"] != "value_error":
        message += f", not {shorten(problem['input'])}"
    return f"{place}: {message}" if place else message
