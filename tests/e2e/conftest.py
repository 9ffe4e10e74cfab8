"""A server of its own process on a small installation, and a real Chromium to look at it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from api.jobs import build_graph, build_index, extract
from api.wiring import Platform
from kms.catalog.models import Product, Review
from kms.catalog.offers import Picture, SalePrice, Variant
from scripts.chromium import MISSING, find_chromium, open_chromium
from tests.platform_fixture import REPOSITORY, copy_state, platform_state, settings_for
from tests.shops import euros

__all__ = ["platform_state"]

HOSTILE_ID = "EVIL-1"
HOSTILE = "<script>window.hacked=1</script><img src=x onerror=window.hacked=1> {{7*7}} `${7*7}` </title>"


@pytest.fixture(scope="module")
def chromium() -> Iterator[object]:
    """A running Chromium; without one the test is skipped, except where CI promises one.

    It is closed with its module: as long as it runs, so does an event loop of this thread, and other tests want their own.
    """
    path = find_chromium()
    is_promised = os.environ.get("CI") == "true"
    if path is None:
        (pytest.fail if is_promised else pytest.skip)(f"page tests need a browser: {MISSING}")
    if not is_promised:
        pytest.importorskip("playwright", reason="page tests need: pip install playwright")
    with open_chromium(path) as browser:
        yield browser


BED = Product(
    id="PET-BED",
    title="Burrow bed for terriers",
    price=euros("59.00"),
    sale=SalePrice(price=euros("49.00")),
    link="https://pets.example.test/p/burrow",
    availability="in_stock",
    gtin="4006381333931",
    pictures=tuple(Picture(url=f"https://img.example.test/bed-{n}.svg", alt=f"View {n}") for n in (1, 2, 3)),
    variants=(
        Variant(
            id="BED/S", sku="BED/S", options={"Size": "Small", "Cover": HOSTILE[:60]}, price=euros("59.00"),
            sale=SalePrice(price=euros("49.00")), availability="in_stock",
        ),
        Variant(
            id="BED/L", sku="BED/L", options={"Size": "Large", "Cover": "Moss"}, price=euros("79.00"),
            availability="out_of_stock",
        ),
    ),
)  # fmt: skip


_LONG = "Kanalreinigungsgerätezubehöraufbewahrungskoffer"
CRATE = Product(
    id="PET-CRATE",
    title=f"{_LONG} for dogs with a very long name that nobody would shorten, in the colour of the last winter",
    description=f"A crate of steel. {_LONG}{_LONG}",
    brand="Österreichisch-Ungarische Hundekörbchenmanufaktur",
    sale=SalePrice(price=euros("1189.00")),
    price=euros("1259.00"),
    attributes={"Colour": ", ".join(("black", "white", "red", "green", "blue", "grey", "pink"))},
    pictures=(Picture(url="https://slow.example.test/crate.svg"),),
    variants=tuple(
        Variant(
            id=f"CRATE-{number}", sku=f"CRATE-{number:02}-WITH-A-LONG-NUMBER", price=euros("1259.00"),
            options={"Inner size of the crate": f"{number} × {number} cm", "Finish": _LONG},
            sale=SalePrice(price=euros("1189.00")), availability="out_of_stock",
        )
        for number in range(40, 56)
    ),
)  # fmt: skip
"""A product that strains a page: long words, many variants and colours, a picture that never comes, sold out."""


@pytest.fixture(scope="session")
def page_state(platform_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small installation with a product whose texts attack the page."""
    state = copy_state(platform_state, tmp_path_factory.mktemp("pages") / "state")
    platform = Platform(settings_for(state))
    try:
        hostile = Product(
            id=HOSTILE_ID,
            title=f"Wireless headphones {HOSTILE}",
            description=f"Over-ear headphones, black. {HOSTILE}\nWaterproof. It weighs 310 g.",
            brand="<b>Bold</b>",
            category="over_ear_headphones",
            attributes={"Colour<i>": "black", "Weight": "250 g", HOSTILE[:40]: "30 h"},
        )
        review = Review(
            id="EVIL-1-R1",
            product_id=HOSTILE_ID,
            rating=2,
            title=HOSTILE,
            text=f"The sound is great. {HOSTILE}",
        )
        platform.catalog.put_products([hostile, BED, CRATE])
        platform.catalog.put_reviews([review])
        extract(platform)
        build_graph(platform)
        build_index(platform)
    finally:
        platform.close()
    return state


@pytest.fixture(scope="session")
def address(page_state: Path) -> Iterator[str]:
    """Where ``kms serve`` listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {
        **os.environ,
        "KMS_STATE_DIR": str(page_state),
        "HF_HUB_OFFLINE": "1",
        "KMS_DATABASE_URL": "",
    }
    log = page_state.parent / "serve.log"
    with log.open("wb") as stream:
        server = subprocess.Popen(
            [sys.executable, "-m", "api.cli.main", "serve", "--port", str(port)],
            cwd=REPOSITORY,
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, server, log)
            yield url
        finally:
            server.terminate()
            server.wait(timeout=30)
    text = log.read_text("utf-8", errors="replace")
    assert "Traceback" not in text, text[-4_000:]


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        if server.poll() is not None:
            break
        try:
            if httpx.get(f"{url}/?q=a", timeout=10).status_code == 200:
                return
        except httpx.HTTPError:
            pass
        time.sleep(0.2)
    pytest.fail(f"the server did not come up:\n{log.read_text('utf-8', errors='replace')[-4_000:]}")


@pytest.fixture
def open_page(chromium: object, address: str) -> Iterator[Callable[..., object]]:
    """Opens a page of the site in a window of its own; errors in its console fail the test."""
    contexts: list[object] = []
    problems: list[str] = []

    def open_one(
        path: str, *, width: int = 1440, height: int = 900, expect: int = 200, locale: str = "en-US"
    ) -> object:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale=locale)  # type: ignore[attr-defined]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("pageerror", lambda error: problems.append(str(error)))
        response = page.goto(address + path)
        assert response.status == expect
        page.wait_for_selector(".foot")
        return page

    yield open_one
    for context in contexts:
        context.close()  # type: ignore[attr-defined]
    assert problems == []
