"""The given cases of value hierarchies, on the small installation; they skip where the folder is absent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.services import Services
from api.wiring import Platform
from kms.filters import Condition, Filter
from kms.ontology import attribute_claim
from ranking.models import SearchRequest
from tests.platform_fixture import platform, platform_state
from tests.quality.shared_cases import needs_cases, read_cases

__all__ = ["platform", "platform_state"]
pytestmark = [pytest.mark.quality]


def hierarchy_cases() -> list[dict[str, Any]]:
    return [case for case in read_cases("queries.jsonl") if case["kind"] == "hierarchy"]


@pytest.fixture(scope="module")
def services(platform: Platform) -> Iterator[Services]:
    opened = Services(platform)
    opened.start()
    yield opened
    opened.stop()


@needs_cases
@pytest.mark.parametrize("case", hierarchy_cases(), ids=lambda case: str(case["input"]))
def test_hierarchy(case: dict[str, Any], services: Services) -> None:
    with services.live.use() as served:
        index = served.index
        searched = served.ranking
        if case["where"] == "filter":
            field, _, value = case["input"].partition(":")
            filter = Filter(conditions=(Condition(field=field, any_of=(value,)),))
            answer = searched.search(SearchRequest(filter=filter, limit=1))
            assert answer.total == len(index.ids)
            return
        answer = searched.search(SearchRequest(query=case["input"], limit=20))
        assert answer.hits
        facets = [index.documents[index.positions[hit.product_id]].facets for hit in answer.hits]
        for entity in answer.understanding.entities:
            if entity.kind == "class":
                continue
            has = [entity.value in each.get(entity.field, ()) for each in facets]
            claim = attribute_claim(entity.field.removeprefix("attr."), entity.value)
            assert index.ontology.implications.implying(claim), "a case of values that follow from others"
            if entity.negated:
                assert not any(has)
            elif any(entity.value in d.facets.get(entity.field, ()) for d in index.documents):
                assert has[0]
