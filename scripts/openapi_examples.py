#!/usr/bin/env python3
"""Write the answers of OpenAPI's examples anew: asks each request of api/routes/examples.json of a copy of an installation.

    python scripts/openapi_examples.py --state .state

The installation is what ``make demo CHECK=1`` leaves; it is copied, because one of the requests stores events.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def main() -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--state", type=Path, default=Path(".state"), help="folder of the installation")
    state = parser.parse_args().state
    if not (state / "artifacts").is_dir():
        parser.error(f"{state} is no installation with an index; make demo CHECK=1 makes one")

    from fastapi.testclient import TestClient

    from api.app import create_app
    from api.routes.examples import read_examples, shorten, write_examples
    from api.wiring import Platform
    from kms.settings import read_settings

    examples = read_examples()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(state, Path(folder) / "full")
        for name, has_index in (("full", True), ("empty", False)):
            platform = Platform(read_settings(state_dir=Path(folder) / name, database_url="", doors="open"))
            with TestClient(create_app(platform, with_page=False)) as client:
                for example in [each for each in examples.values() if each.needs_index == has_index]:
                    response = client.request(example.method, example.path, json=example.body)
                    if response.status_code != example.status:
                        sys.exit(
                            f"{example.name}: {response.status_code} and not {example.status}: {response.text}"
                        )
                    changed = example.model_copy(update={"answer": shorten(response.json())})
                    examples[example.name] = changed
            platform.close()
    write_examples(examples)
    print(f"{len(examples)} examples written")


if __name__ == "__main__":
    main()
