#!/usr/bin/env python3
"""The script that a scheduler runs for new products: ``kms extract`` by another name.

scripts/extract_batch.py products.csv --mapping shop.yaml

It takes the inputs in, reads what is new, brings graph and indexes up to date, and prints a report
(``--json`` for machines). Exit status 0: done, with bad rows set aside and counted in the report; 2:
refused, with the reason on standard error. Killed at any moment and run again, it goes on. In a crontab
set ``KMS_STATE_DIR`` or change to the repository's folder first; where the calling Python lacks the
platform's packages, the repository's own environment takes over.
"""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main() -> None:
    """Run the command with this script's arguments."""
    own = ROOT / ".venv" / "bin" / "python"
    if importlib.util.find_spec("typer") is None and own.exists() and Path(sys.executable) != own:
        os.execv(own, [str(own), __file__, *sys.argv[1:]])
    from api.cli.main import app

    app(["extract", *sys.argv[1:]], prog_name=Path(sys.argv[0]).name)


if __name__ == "__main__":
    main()
