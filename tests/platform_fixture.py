"""A small real installation: part of the sample catalogue, extracted by rules alone, with graph and indexes.

Import the fixtures where they are needed: ``from tests.platform_fixture import platform, platform_state``. The
installation is built once a run of the tests, whatever the number of processes; every module that asks for
``platform`` gets a copy that it may change.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from api.jobs import build_graph, build_index, extract
from api.wiring import Platform
from kms.catalog.models import Product, Review
from kms.journal.models import Event
from kms.settings import Settings, read_settings

REPOSITORY = Path(__file__).resolve().parent.parent
FAMILIES = (("AUD", 24), ("COM", 8), ("KIT", 6))
"""Products taken from each family, the first ones of its file; some of them are Chinese."""


def small_sample() -> tuple[list[Product], list[Review], list[Event]]:
    """Rows of some products, with their reviews and events."""
    from kms.sample.source import sample_events, sample_products, sample_reviews

    every = list(sample_products())
    chosen: list[Product] = []
    for prefix, count in FAMILIES:
        family = [p for p in every if p.id.startswith(prefix)]
        chosen += family[: count - 2] + [p for p in family[count - 2 :] if p.language == "zh"][:2]
    ids = {product.id for product in chosen}
    reviews = [review for review in sample_reviews() if review.product_id in ids]
    events = [event for event in sample_events() if event.product_id in ids]
    return chosen, reviews, events[:3_000]


def settings_for(state_dir: Path, **changes: object) -> Settings:
    """Settings of an installation in a folder, without a trained extractor."""
    return read_settings(
        state_dir=state_dir, extractor_dir=state_dir / "no-model", database_url="", **changes
    )


def build_state(state_dir: Path) -> None:
    """Make the installation in an empty folder."""
    share_encoder(state_dir)
    platform = Platform(settings_for(state_dir))
    try:
        products, reviews, events = small_sample()
        platform.catalog.put_products(products)
        platform.catalog.put_reviews(reviews)
        platform.journal.record_events(events)
        extract(platform)
        build_graph(platform)
        build_index(platform)
    finally:
        platform.close()


def share_encoder(state_dir: Path) -> None:
    """Take over an encoder that was exported on this machine before, which saves half a minute."""
    for exported in (REPOSITORY / ".state" / "cache").glob("encoder-*"):
        (state_dir / "cache").mkdir(parents=True, exist_ok=True)
        _link(str(exported), str(state_dir / "cache" / exported.name))


def copy_state(source: Path, target: Path) -> Path:
    """A copy that may be changed; the exported encoder is shared, it never changes."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("cache"))
    shutil.copytree(source / "cache", target / "cache", copy_function=_link)
    return target


def _link(source: str, target: str) -> object:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


@pytest.fixture(scope="session")
def platform_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """State folder of the installation; not to be changed.

    With ``KMS_TEST_PLATFORM`` it is kept in that folder and taken from there the next time (delete it after a change
    of extraction, graph or indexes).
    """
    kept = os.environ.get("KMS_TEST_PLATFORM")
    state = Path(kept) if kept else shared_folder(tmp_path_factory) / "platform"
    with FileLock(f"{state}.lock"):
        if not (state / "artifacts" / "index" / "CURRENT").exists():
            shutil.rmtree(state, ignore_errors=True)
            state.mkdir(parents=True)
            build_state(state)
    return state


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of this run of the tests share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if os.environ.get("PYTEST_XDIST_WORKER") else own


@pytest.fixture(scope="module")
def platform(platform_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """An installation of this module's own."""
    state = copy_state(platform_state, tmp_path_factory.mktemp("own") / "state")
    opened = Platform(settings_for(state))
    yield opened
    opened.close()
    shutil.rmtree(state)  # some hundred megabytes a module
