"""Each threat of docs/security.md names tests that exist."""

from __future__ import annotations

import ast
import re

import pytest

from tests.docs.commands import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE[PAGE.index("## Threats") : PAGE.index("## What is not")].splitlines()
    if line.startswith("| ") and not line.startswith("| threat")
]


def test_there_are_threats() -> None:
    assert len(ROWS) >= 20


@pytest.mark.parametrize("row", ROWS, ids=lambda row: str(row[0])[:40])
def test_each_threat_has_an_answer_and_tests_that_exist(row: list[str]) -> None:
    threat, answer, tests = row
    assert threat
    assert answer
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", tests)
    assert named, f"no test shows what answers {threat!r}"
    for path, name in named:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        assert name in functions, f"{path} has no {name}"


def test_roles_and_scopes_are_all_there() -> None:
    from kms.access.models import ROLES, SCOPES

    assert [name for name in (*SCOPES, *ROLES) if f"| `{name}` |" not in PAGE] == []


def test_limits_are_those_of_the_settings() -> None:
    from kms.settings import Settings

    named = set(re.findall(r"`KMS_(\w+)`", PAGE))
    assert {name.lower() for name in named} <= Settings.model_fields.keys()
    for setting in (
        "rate_per_key",
        "rate_per_address",
        "rate_refused",
        "rate_sign_in",
        "rate_events_per_key",
    ):
        number = int(str(Settings.model_fields[setting].default).partition("/")[0])
        assert f"{number:,} a minute" in PAGE
