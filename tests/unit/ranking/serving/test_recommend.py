from __future__ import annotations

import pytest

from kms.errors import NotFoundError
from kms.filters import Condition, Filter
from ranking.models import Hit
from ranking.serving.service import RankingService
from ranking.serving.signals import HistoryItem


def ids(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.product_id for hit in hits]


def test_what_others_took_along_comes_first_and_says_because_of_what(service: RankingService) -> None:
    answer = service.recommend([HistoryItem("H1", 4.0)])
    assert answer.kind == "personal"
    assert answer.hits[0].product_id == "S1"
    reason = next(r for r in answer.hits[0].reasons if r.source == "behaviour")
    assert reason.because_of == ("H1",)
    assert "Veldra Hush" in reason.text_en
    assert "Veldra Hush" in reason.text_zh


def test_history_is_not_recommended_again(service: RankingService) -> None:
    assert "H1" not in ids(service.recommend([HistoryItem("H1")], limit=50).hits)


def test_graph_reasons_show_the_path_that_scored(service: RankingService) -> None:
    answer = service.recommend([HistoryItem("H1")], limit=50)
    norvik = next(h for h in answer.hits if h.product_id == "H2")
    shared = [r for r in norvik.reasons if r.source == "graph" and r.path]
    walked = {(s.source, s.relation, s.target) for r in shared for s in r.path}
    assert ("product:H2", "has_value", "value:materials/faux_leather") in walked


def test_shares_add_up_to_at_most_one(service: RankingService) -> None:
    for hit in service.recommend([HistoryItem("H1"), HistoryItem("K1")], limit=50).hits:
        assert sum(r.share for r in hit.reasons) <= 1 + 1e-6
        assert hit.score == pytest.approx(sum(hit.sources.values()), rel=1e-5)


@pytest.mark.parametrize("history", [[], [HistoryItem("gone")]])
def test_cold_shoppers_get_what_is_in_demand(service: RankingService, history: list[HistoryItem]) -> None:
    answer = service.recommend(history, limit=3)
    assert answer.kind == "cold"
    assert set(ids(answer.hits)) <= {"H1", "S1", "K1", "K2"}
    assert answer.hits[0].product_id in {"H1", "S1"}


def test_filters_hold(service: RankingService) -> None:
    cheap = Filter(conditions=(Condition(field="price", lte=30.0),))
    assert set(ids(service.recommend([HistoryItem("H1")], filter=cheap, limit=50).hits)) == {"S1", "K2"}


def test_a_product_that_nobody_touched_can_be_recommended(service: RankingService) -> None:
    assert "H3" in ids(service.recommend([HistoryItem("H2")], limit=50).hits)


def test_similar_is_of_the_same_kind_first(service: RankingService) -> None:
    assert ids(service.similar("K1").hits)[0] == "K2"
    assert "K1" not in ids(service.similar("K1").hits)


def test_complements_prefer_what_is_stated(service: RankingService) -> None:
    answer = service.complements("H2")
    assert ids(answer.hits)[0] == "S1"
    assert answer.hits[0].reasons[0].text_en == "Goes with Norvik Drift headphones"
    assert answer.hits[0].reasons[0].path[0].relation == "complements"


def test_read_complements_of_the_same_kind_are_left_out(service: RankingService) -> None:
    assert "H3" not in ids(service.complements("H2").hits)


def test_what_is_bought_along_of_the_same_kind_is_no_complement(service: RankingService) -> None:
    assert "K2" not in ids(service.complements("K1").hits)


def test_a_disliked_product_is_not_shown_and_pushes_down_its_like(service: RankingService) -> None:
    disliked = service.recommend([HistoryItem("K1", -3.0)], limit=10)
    assert disliked.kind == "personal"
    assert "K1" not in ids(disliked.hits)
    cold = service.recommend([], limit=10)
    ratio = {h.product_id: h.score for h in disliked.hits}["K2"] / {h.product_id: h.score for h in cold.hits}[
        "K2"
    ]
    assert ratio < 0.5


def test_a_dislike_beside_likes(service: RankingService) -> None:
    plain = {h.product_id: h.score for h in service.recommend([HistoryItem("J1")], limit=50).hits}
    history = [HistoryItem("J1"), HistoryItem("H2", -3.0)]
    answer = service.recommend(history, limit=50)
    with_dislike = {h.product_id: h.score for h in answer.hits}
    assert "H2" not in with_dislike
    assert with_dislike["H3"] < plain["H3"]
    for hit in answer.hits:
        assert hit.score == pytest.approx(sum(hit.sources.values()), rel=1e-5)


def test_popular_is_said_only_of_what_is(service: RankingService) -> None:
    reasons = {h.product_id: h.reasons[0].text_en for h in service.trending(limit=10).hits}
    assert "Popular" in reasons["H1"]
    assert not any("Popular" in text for key, text in reasons.items() if key in {"H3", "J1"})


def test_trending_in_a_category(service: RankingService) -> None:
    assert set(ids(service.trending(category="kitchen").hits)) == {"K1", "K2"}
    assert set(ids(service.trending(category="audio").hits)) == {"H1", "S1"}


@pytest.mark.parametrize("call", ["similar", "complements"])
def test_unknown_product(service: RankingService, call: str) -> None:
    with pytest.raises(NotFoundError, match="nobody"):
        getattr(service, call)("nobody")


def test_unknown_category(service: RankingService) -> None:
    with pytest.raises(NotFoundError, match="spaceships"):
        service.trending(category="spaceships")


def test_suggestions(service: RankingService) -> None:
    found = service.suggest("head")
    assert ("headphones", "class") in {(s.text, s.kind) for s in found}
    assert any(s.kind == "product" for s in service.suggest("veldra h"))
    assert any(s.kind == "brand" and s.text == "Veldra" for s in service.suggest("vel"))
    assert service.suggest("") == []
    assert service.suggest("zzzz") == []
    assert len(service.suggest("a", limit=2)) <= 2
