"""Every command of README and docs is run; a command that nothing here knows fails.

A copy of what ``make demo CHECK=1`` leaves is the machine that commands run on; ``kms serve`` on it answers
curl. What is run by other tests, or takes longer than a test may, is in ``ELSEWHERE`` and ``LONG`` with its
reason.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import uuid
from functools import lru_cache

import pytest

from tests.docs.commands import ROOT, Command, commands
from tests.docs.installation import Installation

ELSEWHERE: dict[str, str] = {
    r"make test": "tests/docs/test_commands.py",
    r"make neo4j": "tests/integration/test_neo4j_local.py",
    r"(\.venv/bin/)?python scripts/neo4j_local\.py (start|status|url|wait|stop)": (
        "tests/integration/test_neo4j_local.py"
    ),
    r"(KMS_SPARK_MASTER=\S+ )?kms extract (products=products\.csv )?--engine spark": (
        "tests/unit/extraction/batch/test_spark.py"
    ),
    r"(KMS_\w+=\S+ )+docker compose .*": "tests/unit/test_docker_compose.py",
}
"""Commands that another test covers: a pattern of the whole command, and that test's file."""

LONG: dict[str, str] = {
    r"(python scripts/bench(mark)?_\w+\.py|kms train (extractor|matcher))( .*)?": "trains or measures for minutes to hours",
    r"KMS_EXTRACTOR_DIR=\S+ kms extract": "needs the model that the training before it makes",
    r"KMS_PARSER= kms extract": "reads all texts again",
    r"KMS_ONTOLOGY_DIR=my-ontology kms extract": "needs the folder that the one before it writes",
    r"kms evaluate (search|recommendations).*": "measured in tests/quality; minutes",
    r"python scripts/measure_extraction\.py .*": "reads a whole split; minutes",
    r"make bench": "minutes",
}
"""Commands that take longer than a test may: their ``--help`` is run, and it must know every option."""

REFUSED = {r"/v1/products/nobody": 404, r"filter=height:tall": 400}
"""Curl lines that show an error, with its status."""

COMMANDS = commands()


def _matches(patterns: dict[str, str], command: Command) -> str | None:
    return next((value for key, value in patterns.items() if re.fullmatch(key, command.key)), None)


def _is_curl(command: Command) -> bool:
    return command.words[0] == "curl"


def _is_server(command: Command) -> bool:
    return any(
        name.startswith(("KMS_GRAPH=", "KMS_VECTORS=", "KMS_DATABASE_URL=")) for name in command.exports
    )


def _program(command: Command) -> list[str] | None:
    """What to run here for a command that a reader types; ``None`` where nothing is known."""
    variables = [word for word in command.words if re.fullmatch(r"[A-Z_]+=.*", word)]
    words = command.words[len(variables) :]
    if words[0] in ("kms", ".venv/bin/kms"):
        words = [sys.executable, "-m", "api.cli.main", *words[1:]]
    elif words[0] in ("python", ".venv/bin/python"):
        words = [sys.executable, *words[1:]]
    elif words[0].startswith("scripts/"):
        words = [sys.executable, *words] if words[0].endswith(".py") else ["bash", *words]
    else:
        return None
    return words


HERE = [
    c for c in COMMANDS
    if not (_matches(ELSEWHERE, c) or _matches(LONG, c) or _is_curl(c) or _is_server(c))
    and c.text not in ("make demo", "kms serve")
]  # fmt: skip


def _id(command: Command) -> str:
    return f"{command.page}:{command.line}"


def test_pages_have_commands() -> None:
    pages = {command.page for command in COMMANDS}
    assert {"README.md", "docs/analyst.md", "docs/shop-developer.md", "docs/data-engineer.md"} <= pages


def test_every_command_is_known() -> None:
    unknown = [f"{_id(c)}: {c.text}" for c in HERE if _program(c) is None]
    assert not unknown, "say in tests/docs/test_commands.py how these are run:\n" + "\n".join(unknown)


@pytest.mark.parametrize("pattern", [*ELSEWHERE, *LONG])
def test_no_exception_is_stale(pattern: str) -> None:
    assert any(re.fullmatch(pattern, command.key) for command in COMMANDS)
    if pattern in ELSEWHERE:
        assert (ROOT / ELSEWHERE[pattern]).is_file()


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_make_demo(demo: tuple[Installation, str]) -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "kms demo $(if $(CHECK),--check,)" in makefile
    assert "all of it is right" in demo[1]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("command", HERE, ids=_id)
def test_command(command: Command, installation: Installation) -> None:
    words = _program(command)
    assert words is not None
    if "roll-back" in words:  # there is a version before the live one, once two were made
        made = installation.run(sys.executable, "-m", "api.cli.main", "index", "build", "--quiet")
        assert made.returncode == 0, made.stderr
    set_here = [*command.exports, *(w for w in command.words if re.fullmatch(r"[A-Z_]+=.*", w))]
    done = installation.run(*words, variables=dict(each.split("=", 1) for each in set_here))
    assert done.returncode == 0, f"{command.text}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr
    if "--json" in words:
        json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("command", [c for c in COMMANDS if _is_curl(c)], ids=_id)
def test_curl(command: Command, server: str) -> None:
    if shutil.which("curl") is None:
        pytest.skip("these tests need curl: apt-get install curl")
    line = command.text.replace("127.0.0.1:8000", server)
    assert server in line, f"asks another server: {command.text}"
    words = [*shlex.split(line), "--write-out", "\n%{http_code}"]
    done = subprocess.run(words, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    body, _, status = done.stdout.rpartition("\n")
    expected = next((code for part, code in REFUSED.items() if part in line), 200)
    assert int(status) == expected, f"{command.text}\n{body[:2_000]}"
    if line.endswith("/metrics"):
        assert "kms_http_requests_total" in body
        return
    answer = json.loads(body)
    if expected != 200:
        assert answer["code"] in {"not_found", "invalid_filter"}
    for name in ("hits", "suggestions", "nodes"):  # an example that finds nothing teaches nothing
        assert answer.get(name, True), f"{command.text}\nfinds no {name}"


@pytest.mark.slow
@pytest.mark.timeout(300)
@pytest.mark.parametrize("command", [c for c in COMMANDS if _matches(LONG, c)], ids=_id)
def test_long_command(command: Command) -> None:
    words = [word for word in command.words if not re.fullmatch(r"[A-Z_]+=.*", word)]
    if words[0] == "make":
        words = ["python", "scripts/bench.py"]
        assert "scripts/bench.py" in (ROOT / "Makefile").read_text(encoding="utf-8")
    program = _program(Command(command.page, command.line, shlex.join(words)))
    assert program is not None
    options = [word for word in words if word.startswith("--")]
    start = program[: next((i for i, w in enumerate(program) if w.startswith("--")), len(program))]
    shown = _help_of(tuple(start))
    for option in options:
        assert option in shown, f"{command.text}: there is no {option}"


@lru_cache
def _help_of(program: tuple[str, ...]) -> str:
    done = Installation(ROOT).run(*program, "--help", variables={"COLUMNS": "200"})
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("command", [c for c in COMMANDS if _is_server(c)], ids=_id)
def test_command_with_a_server(
    command: Command, installation: Installation, request: pytest.FixtureRequest
) -> None:
    words = _program(command)
    assert words is not None
    variables = dict(export.split("=", 1) for export in command.exports)
    if "KMS_DATABASE_URL" in variables:
        variables["KMS_DATABASE_URL"] = _make_database(request.getfixturevalue("postgres_url"))
    if variables.get("KMS_GRAPH") == "neo4j":
        address = request.getfixturevalue("neo4j_server")
        request.getfixturevalue("neo4j_store")  # emptied
        variables |= {"KMS_NEO4J_URI": address.bolt, "KMS_NEO4J_PASSWORD": address.password}
        if "compare" in words:
            made = installation.run(
                sys.executable, "-m", "api.cli.main", "graph", "rebuild", "-q", variables=variables
            )
            assert made.returncode == 0, made.stderr
    if variables.get("KMS_VECTORS") == "server":
        url = os.environ.get("KMS_TEST_QDRANT_URL")
        if not url:
            pytest.skip("a Qdrant server cannot be installed here; KMS_TEST_QDRANT_URL names one")
        variables["KMS_QDRANT_URL"] = url
    done = installation.run(*words, variables=variables)
    assert done.returncode == 0, f"{command.text}\n{done.stdout}\n{done.stderr}"


def _make_database(server_url: str) -> str:
    """An empty database on the session's PostgreSQL."""
    import psycopg
    from sqlalchemy import make_url

    name = f"kms_docs_{uuid.uuid4().hex}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)
