"""An ingest that is killed for real, at several moments, and run again."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from kms.catalog.ingest import ingest_products
from kms.catalog.store import CatalogStore
from kms.db.session import open_database
from kms.evidence.store import EvidenceStore

PROGRAM = """
import sys
from kms.catalog import ingest, ingest_run
from kms.db.session import open_database
ingest_run.CHUNK = 20
database = open_database(sys.argv[1])
print("ready", flush=True)
ingest.ingest_products(database, sys.argv[2])
"""


def state(url: str) -> tuple[object, ...]:
    database = open_database(url)
    catalog, evidence = CatalogStore(database), EvidenceStore(database)
    result = (
        list(catalog.iter_products()),
        [document.id for document in evidence.pending_documents("k")],
        [tuple(change) for change in evidence.changed_products("graph")],
    )
    database.close()
    return result


@pytest.mark.slow
def test_killed_ingest_ends_in_the_same_state(tmp_path: Path) -> None:
    rows = [{"id": f"p{n}", "title": f"Lamp {n}", "description": "Oak. " * 50} for n in range(2_000)]
    path = tmp_path / "lamps.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows))
    whole = f"sqlite:///{tmp_path / 'whole.db'}"
    with closing(open_database(whole)) as database:
        ingest_products(database, path)

    url = f"sqlite:///{tmp_path / 'killed.db'}"
    pauses = random.Random(3)
    for _ in range(3):
        process = subprocess.Popen([sys.executable, "-c", PROGRAM, url, str(path)], stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(pauses.uniform(0.02, 0.3))
        process.kill()
        process.wait()
        process.stdout.close()
    with closing(open_database(url)) as database:
        report = ingest_products(database, path)
    assert report.new + report.unchanged == 2_000
    assert state(url) == state(whole)
