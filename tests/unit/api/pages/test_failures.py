"""Failures of pages: what a shopper reads has no detail of the machine."""

from __future__ import annotations

import asyncio

import pytest

from api.pages.failures import PageFailed, ask
from api.pages.i18n import Words
from kms.errors import InputError, StoreError, StoreUnavailable
from kms.types import Language


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("error", "status"), [(InputError, 400), (StoreError, 503), (StoreUnavailable, 503)])
def test_a_page_says_a_plain_sentence(error: type[Exception], status: int, language: Language) -> None:
    def fail() -> None:
        raise error("neo4j://graph:7687 refused the connection")

    with pytest.raises(PageFailed) as failed:
        asyncio.run(ask(Words(language), fail))
    assert failed.value.status == status
    assert "neo4j" not in failed.value.title + failed.value.text
    assert "{" not in failed.value.text
