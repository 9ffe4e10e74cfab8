"""A whole installation on the sample catalogue, made as a newcomer would, and its server."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from kms.graph.neo4j_local import find_free_port
from tests.docs.commands import PAGES, ROOT, blocks
from tests.docs.installation import Installation
from tests.shops import SHOPS

CATALOG = """sku,name,text,bullets,maker,price,spec_weight,spec_colour
SHOP-1,Veldra travel kettle,Boils half a litre in three minutes.,Steel inside,Veldra,29.90,0.6 kg,white
SHOP-2,Veldra desk lamp,Warm light for long evenings.,Dimmable,Veldra,39.00,1.2 kg,black
"""


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Installation, str]:
    """The installation that ``make demo CHECK=1`` leaves, and what it printed."""
    folder = tmp_path_factory.mktemp("docs") / "demo"
    folder.mkdir()
    for name in ("ontology", "extraction", "scripts", "kms", "docs"):
        (folder / name).symlink_to(ROOT / name, target_is_directory=True)
    (folder / "products.csv").write_text(CATALOG, encoding="utf-8")
    shutil.copy(SHOPS / "shopify-pets.csv", folder / "products_export.csv")
    shutil.copytree(SHOPS / "paws-and-fins", folder / "my-exports")
    mapping = [b for page in PAGES for b in blocks(page) if b.content.startswith("# shop.yaml")]
    assert len(mapping) == 1, "the README shows one mapping that begins with '# shop.yaml'"
    (folder / "shop.yaml").write_text(mapping[0].content, encoding="utf-8")
    made = Installation(folder)
    done = made.run(sys.executable, "-m", "api.cli.main", "demo", "--check", "--quiet", timeout_s=900)
    assert done.returncode == 0, done.stdout + done.stderr
    return made, done.stdout


@pytest.fixture
def installation(demo: tuple[Installation, str], tmp_path: Path) -> Installation:
    """A copy of the demo's installation that a command may change, with room for a shop beside it."""
    copied = demo[0].copy(tmp_path / "shop")
    cache = copied.folder / ".state" / "cache"
    if cache.is_symlink():  # of exported models, which nothing writes to
        (copied.folder / "my-shop").mkdir()
        (copied.folder / "my-shop" / "cache").symlink_to(cache.resolve(), target_is_directory=True)
    return copied


@pytest.fixture(scope="session")
def server(demo: tuple[Installation, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of ``kms serve`` on a copy of the demo's installation."""
    place = demo[0].copy(tmp_path_factory.mktemp("docs-server") / "shop")
    address = f"127.0.0.1:{find_free_port()}"
    command = [
        sys.executable,
        "-m",
        "api.cli.main",
        "serve",
        "--workers",
        "0",
        "--port",
        address.partition(":")[2],
    ]
    log = place.folder / "server.log"
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, cwd=place.folder, env=place.environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _wait(address, process, log)
            yield address
        finally:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until and process.poll() is None:
        try:
            if httpx.get(f"http://{address}/readyz", timeout=5).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the server did not become ready: {log.read_text(encoding='utf-8')[-2_000:]}")
