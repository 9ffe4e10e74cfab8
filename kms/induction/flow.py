"""YAML in one line, as the files of an induced ontology write it."""

from __future__ import annotations

from typing import Any

import yaml

_Dumper: type[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WIDTH = 1_000_000


def to_flow(value: object) -> str:
    """YAML in one line."""
    text: str = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, allow_unicode=True, width=_WIDTH, sort_keys=False
    )
    return text.removesuffix("\n...\n").rstrip("\n")
