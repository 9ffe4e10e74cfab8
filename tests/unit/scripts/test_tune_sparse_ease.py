from __future__ import annotations

import json
from pathlib import Path

import pytest

from scripts import tune_sparse_ease


def test_settings_are_compared_on_validation(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    settings = [{}, {"unsolved": 0.0, "neighbours": 1}]
    words = ["--data", "400", "--seed", "1", "--shoppers", "100", "--settings", json.dumps(settings)]
    monkeypatch.setattr("sys.argv", ["tune_sparse_ease.py", *words, "--datasets", str(tmp_path)])
    tune_sparse_ease.main()
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 1 + len(settings)
    first, second = (float(line.split("|")[2]) for line in lines[-2:])
    assert lines[-2].split("|")[4].split()[0] == "+0.00"
    assert float(lines[-1].split("|")[4].split()[0]) == pytest.approx(second - first, abs=0.011)
