"""Scripts as a scheduler starts them: with the system's Python, few variables and another folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scripts.environment import ROOT, use_project_python

SYSTEM = "/usr/bin:/bin"


@pytest.mark.skipif(not Path("/usr/bin/python3").exists(), reason="the system has no Python of its own")
@pytest.mark.skipif(not (ROOT / ".venv" / "bin" / "python").exists(), reason="make install makes .venv")
@pytest.mark.parametrize("script", ["extract_batch.py", "show_edges.py", "neo4j_local.py"])
def test_a_script_runs_with_the_variables_of_cron(script: str, tmp_path: Path) -> None:
    command = [str(ROOT / "scripts" / script), "--help"]
    done = subprocess.run(
        command,
        env={"PATH": SYSTEM, "HOME": str(tmp_path)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "usage" in done.stdout


def test_the_right_python_goes_on() -> None:
    use_project_python()


def test_without_packages_and_environment_it_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VENV", str(tmp_path))
    with pytest.raises(SystemExit, match="make install"):
        use_project_python("a_package_that_nobody_has")
    assert sys.executable
