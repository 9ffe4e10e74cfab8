from __future__ import annotations

import pytest

from kms.progress import ProgressFactory, rich_progress, silent_progress


@pytest.mark.parametrize("factory", [rich_progress, silent_progress])
@pytest.mark.parametrize("total", [None, 2])
def test_nothing_is_printed_without_a_terminal(
    factory: ProgressFactory, total: int | None, capsys: pytest.CaptureFixture[str]
) -> None:
    with factory("reading", total) as advance:
        advance(1)
        advance(1)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip() == ""
