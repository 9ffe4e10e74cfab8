#!/usr/bin/env python3
"""Take the pictures of the pages for docs/images, in a real Chromium, from a server on the sample catalogue.

The state is that of ``KMS_STATE_DIR`` where it holds an index, else a temporary one that is built first.
"""

from __future__ import annotations

import argparse
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from scripts.chromium import MISSING, find_chromium, open_chromium  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SIZES = {"wide": (1440, 900), "phone": (390, 844)}
MOST_BYTES = 1_500_000
WAIT_S = 120.0


@dataclass(frozen=True)
class Picture:
    """A page in a state worth showing: its address, and what to click before the picture is taken.

    ``phone_clicks`` is for the phone, where the same clicks would scroll elsewhere; ``None`` means the same.
    """

    name: str
    path: str
    clicks: tuple[str, ...] = ()
    settle_ms: int = 500
    phone_clicks: tuple[str, ...] | None = None


PICTURES = (
    Picture("start", "/?lang=en"),
    Picture(
        "search", "/?q=wireless+headphones+with+long+battery+under+150&lang=en", (".why-summary >> nth=0",)
    ),
    Picture("search-zh", "/?q=防水+外套&lang=zh", (".why-summary >> nth=0",)),
    Picture("product", "/product/AUD-001?lang=en", (".fact:has-text('Noise cancelling')",), 900),
    Picture("recommendations", "/recommendations?lang=en", (".why-summary >> nth=0",)),
    Picture("graph", "/graph?node=product:AUD-001&lang=en", (".connection:has-text('comfort')",), 2_500, ()),
)


def main() -> int:
    """Take the pictures; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "images")
    parser.add_argument("--only", default="", help="name of one picture")
    given = parser.parse_args()
    chromium = find_chromium()
    if not chromium:
        print(MISSING, file=sys.stderr)
        return 1
    given.output.mkdir(parents=True, exist_ok=True)
    with sample_state() as state, serving(state) as address:
        taken = take_pictures(chromium, address, given.output, given.only)
    total = sum(path.stat().st_size for path in taken)
    for path in taken:
        print(f"{path.stat().st_size / 1_000:8.0f} kB  {path.name}")
    print(f"{total / 1_000:8.0f} kB  together")
    return 0 if total <= MOST_BYTES else 1


@contextmanager
def sample_state() -> Iterator[Path]:
    """A state folder with the sample catalogue, read and indexed."""
    from api.wiring import INDEX, Platform
    from kms.settings import read_settings

    settings = read_settings()
    platform = Platform(settings)
    if platform.artifacts.current(INDEX) is not None:
        platform.close()
        yield settings.state_dir
        return
    platform.close()
    with tempfile.TemporaryDirectory(prefix="kms-screenshots-") as name:
        from api.jobs import run_batch

        folder = Path(name)
        made = Platform(read_settings(state_dir=folder, database_url=""))
        run_batch(made, ["sample"])
        made.close()
        yield folder


@contextmanager
def serving(state: Path) -> Iterator[str]:
    """Address of ``kms serve`` on a state folder."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "api.cli.main", "--state-dir", str(state), "serve", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, server)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server is ready.

    Raises:
        RuntimeError: The server ended, did not answer in time, or says that it cannot serve this state.
    """
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end and server.poll() is None:
        try:
            with urlopen(f"{address}/readyz", timeout=10):
                return
        except HTTPError as error:  # it opens its indexes before it answers, so waiting would not help
            raise RuntimeError(f"{address} is not ready: {error.read().decode()}") from error
        except OSError:
            time.sleep(0.3)
    raise RuntimeError(f"{address} does not answer")


def take_pictures(chromium: str, address: str, output: Path, only: str) -> list[Path]:
    """All pictures in both sizes; returns their paths."""
    taken = []
    with open_chromium(chromium) as browser:
        for picture in PICTURES:
            if only and only != picture.name:
                continue
            taken += [take_picture(browser, address, picture, size, output) for size in SIZES]
    return taken


def take_picture(browser: Browser, address: str, picture: Picture, size: str, output: Path) -> Path:
    """One picture in one size."""
    width, height = SIZES[size]
    page = browser.new_page(viewport={"width": width, "height": height}, reduced_motion="reduce")
    page.goto(address + picture.path)
    page.wait_for_selector(".foot")
    is_phone_own = size == "phone" and picture.phone_clicks is not None
    for selector in (picture.phone_clicks or ()) if is_phone_own else picture.clicks:
        page.locator(selector).first.click()
    page.wait_for_timeout(picture.settle_ms)
    path = output / f"page-{picture.name}-{size}.png"
    page.screenshot(path=path, animations="disabled")
    page.close()
    return path


if __name__ == "__main__":
    sys.exit(main())
