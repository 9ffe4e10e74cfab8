"""The browser of the pictures and of the page tests: a real Chromium that calls nobody by itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser

MISSING = "no Chromium found; on Debian: apt-get install chromium fonts-noto-cjk (make system does it)"
_NAMES = ("chromium", "google-chrome", "chromium-browser")
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium() -> str | None:
    """The browser's path: ``KMS_CHROMIUM``, else the first one installed, else ``None``."""
    named = os.environ.get("KMS_CHROMIUM")
    return named or next((path for name in _NAMES if (path := shutil.which(name))), None)


@contextmanager
def open_chromium(path: str) -> Iterator[Browser]:
    """A running browser without a window.

    Raises:
        ImportError: The package ``playwright`` is missing.
    """
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()
