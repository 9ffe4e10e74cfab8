#!/usr/bin/env python3
"""Take the picture of docs/analyst.md: Neo4j Browser with our style and queries, in a real Chromium.

The server must run and hold a graph (``make neo4j``). The script does what an analyst does: it connects,
drops the style file and the queries into the Browser, and runs one of them.
"""

from __future__ import annotations

import argparse
import base64
import io
import os
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kms.graph.neo4j_local import Address, LocalNeo4j  # noqa: E402
from scripts.chromium import MISSING, find_chromium, open_chromium  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Page

NEO4J = ROOT / "ontology" / "neo4j"
FOLDER = "queries"
# The Browser takes files that are dropped anywhere on its page.
DROP = """([name, content]) => {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const transfer = new DataTransfer();
    transfer.items.add(new File([bytes], name));
    const target = document.querySelector('[data-testid=main]');
    for (const type of ['dragenter', 'dragover', 'drop']) {
        target.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: transfer}));
    }
}"""
QUIET = """() => {
    const settings = JSON.parse(localStorage.getItem('neo4j.settings') || '{}');
    Object.assign(settings, {initCmd: '', playImplicitInitCommands: false, theme: 'light'});
    localStorage.setItem('neo4j.settings', JSON.stringify({...settings, showSampleScripts: false}));
}"""


def main() -> int:
    """Take the picture; returns the exit status."""
    state = Path(os.environ.get("KMS_STATE_DIR", ".state"))
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=state / "neo4j", help="the server's folder")
    parser.add_argument("--query", default="02-product-surroundings", help="a file of ontology/neo4j/queries")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images" / "neo4j-browser.png")
    given = parser.parse_args()
    chromium = find_chromium()
    if not chromium:
        print(MISSING, file=sys.stderr)
        return 1
    server = LocalNeo4j(given.home)
    if not server.is_running:
        print("Neo4j does not run; start it with: make neo4j", file=sys.stderr)
        return 1
    query = (NEO4J / "queries" / f"{given.query}.cypher").read_text(encoding="utf-8")
    given.output.parent.mkdir(parents=True, exist_ok=True)
    take_picture(server.address, query, given.output, chromium)
    print(given.output)
    return 0


def take_picture(address: Address, query: str, output: Path, chromium: str) -> None:
    """Connect, load style and queries, run one query, write the picture."""
    with open_chromium(chromium) as browser:
        page = browser.new_page(viewport={"width": 1440, "height": 900}, device_scale_factor=1)
        page.set_default_timeout(90_000)
        page.goto(address.browser, wait_until="domcontentloaded")
        page.fill("input[type=password]", address.password)
        page.click("[data-testid=connect]")
        page.wait_for_selector("[data-testid=editor-Run]")
        page.wait_for_selector("text=You are connected as user")
        drop(page, "style.grass", (NEO4J / "style.grass").read_bytes())
        page.wait_for_selector("text=border-width")
        drop(page, "queries.zip", pack_queries())
        # All this is saved a moment after it changes; our settings must be the last.
        page.wait_for_timeout(2_000)
        page.evaluate(QUIET)
        page.goto(f"{address.browser}&cmd=edit&arg={quote(query)}", wait_until="domcontentloaded")
        page.wait_for_selector("[data-testid=navigationDBMS]")
        page.wait_for_timeout(4_000)
        page.click("[data-testid=editor-Run]")
        page.wait_for_selector("[data-testid=frame] svg .node", state="attached")
        page.click("[data-testid=navigationFavorites]")
        page.get_by_text(FOLDER, exact=True).first.click()
        # The layout comes to rest.
        page.wait_for_timeout(6_000)
        page.screenshot(path=output)


def drop(page: Page, name: str, content: bytes) -> None:
    """Drop a file on the page."""
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])


def pack_queries() -> bytes:
    """The saved queries as the zip file that the Browser takes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path in sorted((NEO4J / "queries").glob("*.cypher")):
            archive.writestr(f"{FOLDER}/{path.name}", path.read_text(encoding="utf-8"))
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main())
