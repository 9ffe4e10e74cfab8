"""The Python of this repository: scripts that are started by another one, as cron does, go on under it."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def use_project_python(needed: str = "pydantic") -> None:
    """Start the running script again under the virtual environment where this Python lacks the packages.

    Args:
        needed: A package that tells whether they are there.

    Raises:
        SystemExit: There is no virtual environment either.
    """
    if find_spec(needed) is not None:
        return
    python = Path(os.environ.get("VENV", ROOT / ".venv")) / "bin" / "python"
    if not python.exists():
        raise SystemExit(
            f"{sys.executable} lacks the packages of KMS, and there is no {python}: run make install"
        )
    os.execv(python, [str(python), *sys.argv])
