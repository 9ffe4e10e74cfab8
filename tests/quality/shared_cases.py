"""The given cases in ``../shared/cases``, which are not part of the repository."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases"
needs_cases = pytest.mark.skipif(not CASES.is_dir(), reason=f"there is no folder of shared cases at {CASES}")


def read_cases(name: str) -> list[dict[str, Any]]:
    """All cases of a file; none where the folder is absent, so that modules can be collected."""
    path = CASES / name
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.is_file() else []
