"""The check of ``kms demo --check``: a server in a process of its own, asked like a shop would."""

from __future__ import annotations

import pytest

from api.cli import check
from api.jobs import BatchReport
from tests.integration.cli_fixture import Command, environment, kms
from tests.platform_fixture import platform_state

__all__ = ["environment", "kms", "platform_state"]


def test_a_server_on_a_sound_installation_answers_rightly(
    kms: Command, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "ASKED_AGAIN", 2)
    assert check.check_server(BatchReport(products=38))
    shown = capfd.readouterr()
    assert shown.out.count("  right  ") == 9
    assert "WRONG" not in shown.out
    assert "Traceback" not in shown.out + shown.err


def test_a_server_without_an_index_is_not_right(
    environment: object, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(check, "START_S", 0.5)
    assert not check.check_server(BatchReport(products=38))
    assert "did not become ready" in capfd.readouterr().out


@pytest.mark.parametrize(
    ("look", "answer", "says"),
    [
        (check._search, {"hits": []}, "nothing was found"),
        (
            check._search,
            {"hits": [{"product": {"title": "x"}, "reasons": []}], "degraded": ["graph"]},
            "without",
        ),
        (
            check._recommendation,
            {"hits": [{"product": {"title": "x"}}], "degraded": [], "kind": "cold"},
            "cold",
        ),
        (check._product, {"facts": []}, "no fact has evidence"),
        (check._graph, {"edges": []}, "no edges"),
        (check._not_found, {"code": "internal"}, "internal"),
    ],
)
def test_a_wrong_answer_is_seen(look: object, answer: dict[str, object], says: str) -> None:
    with pytest.raises(check._WrongAnswer, match=says):
        look(answer)  # type: ignore[operator]
