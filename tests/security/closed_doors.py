"""An installation with closed doors, its keys, and clients that come to them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from api.security.tokens import ShopperTokens
from api.wiring import Platform
from kms.access.keys import KeyStore
from kms.access.models import KeyKind
from kms.access.users import UserStore
from kms.settings import Settings
from tests.platform_fixture import copy_state, settings_for

SITE = "https://shop.example"
SECRETS = {"2026": "a secret of the shop's server, 32 bytes or more"}
PASSWORD = "correct horse battery"
SHOPPER = "s0028"
CLICK = {
    "action_name": "click",
    "client_id": SHOPPER,
    "event_attributes": {"object": {"object_id": "AUD-006"}},
}


@dataclass
class House:
    """An installation whose doors are closed."""

    platform: Platform
    keys: KeyStore
    users: UserStore
    tokens: ShopperTokens

    def key(self, *scopes: str, **options: Any) -> str:
        return self.keys.create("test", scopes, actor="test", **options)[1]

    def headers(self, *scopes: str, shopper: str | None = None, **options: Any) -> dict[str, str]:
        """Headers of a new secret key."""
        given = {"Authorization": f"Bearer {self.key(*scopes, **options)}"}
        return given if shopper is None else {**given, "X-KMS-Shopper": self.tokens.sign(shopper)}

    def browser(self, *scopes: str, shopper: str | None = None, origin: str = SITE) -> dict[str, str]:
        """Headers of a browser with a new publishable key."""
        kind: KeyKind = "publishable"
        given = self.headers(*scopes, shopper=shopper, kind=kind, origins=[SITE])
        return {**given, "Origin": origin}

    @contextmanager
    def open(self, *, with_page: bool = False, **changes: object) -> Iterator[TestClient]:
        """The application behind its doors; ``changes`` are of settings."""
        self.platform.settings = self.platform.settings.model_copy(update=changes)
        app = create_app(self.platform, with_page=with_page)
        with TestClient(app, raise_server_exceptions=False) as client:
            yield client


def closed_settings(state: Path, **changes: object) -> Settings:
    return settings_for(state, doors="closed", shopper_secrets=SECRETS, **changes)


@pytest.fixture(scope="module")
def installation(platform_state: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    state = copy_state(platform_state, tmp_path_factory.mktemp("closed") / "state")
    platform = Platform(closed_settings(state))
    KeyStore(platform.database).create("first", ["admin"], actor="test")
    yield platform
    platform.close()


@pytest.fixture
def house(installation: Platform) -> House:
    database = installation.database
    installation.settings = closed_settings(installation.settings.state_dir)
    return House(installation, KeyStore(database), UserStore(database), ShopperTokens(SECRETS))


@pytest.fixture
def client(house: House) -> Iterator[TestClient]:
    with house.open() as client:
        yield client
