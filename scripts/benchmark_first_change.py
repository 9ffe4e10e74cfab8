#!/usr/bin/env python3
"""Processor time from the start of the process that reads changes until it has read its first product.

    python scripts/benchmark_first_change.py --state .state

The installation is copied; the product waits already when the process gets ready, as at a server's start.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

LAMP = {
    "title": "Zibbo amber desk lamp",
    "description": "A black lamp of steel that weighs 3 kg. Good for reading in bed. It is not waterproof.",
    "brand": "Zibbo",
    "price": "39 EUR",
    "attributes": {"Weight": "3 kg", "Material": "steel"},
    "stock": 4,
}


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--state", type=Path, default=Path(".state"), help="folder of the installation")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        state = Path(folder) / "state"
        shutil.copytree(options.state, state)
        measure(state)


def measure(state: Path) -> None:
    """Write a product, get ready, read it, and print the seconds of each."""
    began = time.process_time()
    from api.change_reader import ChangeReader
    from api.threads import limit_numerical_threads
    from api.wiring import Platform
    from kms.catalog.json_models import read_product
    from kms.indexing.live_writes import LiveWriter
    from kms.settings import read_settings

    settings = read_settings(state_dir=state)
    limit_numerical_threads(settings)
    platform = Platform(settings, owns_vectors=False)
    writer = LiveWriter(platform.database, platform.document_maker(lambda: platform.ontology))
    writer.put_products([read_product(LAMP, product_id="BENCH-1")], actor="benchmark")
    started = time.process_time()
    reader = ChangeReader(platform)
    reader.prepare()
    prepared = time.process_time()
    report = reader.apply()
    done = time.process_time()
    platform.close()
    print(
        f"{report.products} products read; processor seconds: start {started - began:.2f}, preparation "
        f"{prepared - started:.2f}, reading {done - prepared:.2f}, in all {done - began:.2f}"
    )


if __name__ == "__main__":
    main()
