"""What can be said about the local Neo4j without starting one; tests/integration starts it."""

from __future__ import annotations

import os
import socket
import stat
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from kms.errors import ConfigurationError, StoreUnavailable
from kms.graph import neo4j_local
from kms.graph.neo4j_local import LocalNeo4j, find_free_port, is_free

ROOT = Path(__file__).resolve().parents[4]


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LocalNeo4j:
    monkeypatch.delenv("KMS_NEO4J_PASSWORD", raising=False)
    return LocalNeo4j(tmp_path / "home", cache=tmp_path / "cache")


def test_password_is_made_once_and_only_its_owner_reads_it(server: LocalNeo4j) -> None:
    first = server.address.password
    assert len(first) >= 16
    assert server.address.password == first
    assert stat.S_IMODE((server.home / "password").stat().st_mode) == 0o600


def test_password_of_the_environment_wins(server: LocalNeo4j, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMS_NEO4J_PASSWORD", "chosen by a person")
    assert server.address.password == "chosen by a person"
    assert not (server.home / "password").exists()


def test_missing_programs_say_what_to_install(server: LocalNeo4j, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigurationError, match="openjdk-17"):
        server.start()
    with pytest.raises(ConfigurationError, match="apt-get install maven"):
        server.install()


def test_cache_folder_by_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMS_CACHE_DIR", str(tmp_path / "elsewhere"))
    assert LocalNeo4j(tmp_path).library.parent == tmp_path / "elsewhere"


def test_nothing_runs(server: LocalNeo4j) -> None:
    assert not server.is_running
    assert server.stop() is False
    with pytest.raises(StoreUnavailable, match="not running"):
        server.wait(timeout_s=5)


def test_a_process_id_of_somebody_else_is_not_ours(server: LocalNeo4j) -> None:
    server.home.mkdir(parents=True)
    (server.home / "server.json").write_text(f'{{"pid": {os.getpid()}, "bolt": 1, "http": 2}}')
    assert not server.is_running
    assert server.stop() is False


def test_a_damaged_state_file_is_no_obstacle(server: LocalNeo4j) -> None:
    server.home.mkdir(parents=True)
    (server.home / "server.json").write_text("{")
    assert not server.is_running
    assert server.address.bolt_port == neo4j_local.BOLT_PORT


def test_wanted_port_that_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert not is_free(port)
        with pytest.raises(ConfigurationError, match=str(port)):
            LocalNeo4j(tmp_path, bolt_port=port)._choose_ports()


def test_a_default_port_that_is_taken_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        monkeypatch.setattr(neo4j_local, "BOLT_PORT", taken := other.getsockname()[1])
        monkeypatch.setattr(neo4j_local, "HTTP_PORT", free := find_free_port())
        bolt, http = LocalNeo4j(tmp_path)._choose_ports()
    assert bolt != taken
    assert http == free


def test_pom_is_xml_with_pinned_versions() -> None:
    pom = ET.fromstring(neo4j_local._POM.format(neo4j="5.0.0", browser="4.0.0"))
    space = {"m": "http://maven.apache.org/POM/4.0.0"}
    versions = {
        found.findtext("m:artifactId", namespaces=space): found.findtext("m:version", namespaces=space)
        for found in pom.iterfind(".//m:dependency", space)
    }
    assert versions == {"neo4j-server": "5.0.0", "neo4j": "5.0.0", "neo4j-browser": "4.0.0"}


def run_script(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "neo4j_local.py"), *arguments, "--home", str(home)],
        capture_output=True,
        text=True,
        check=False,
    )


def test_script_says_what_is(tmp_path: Path) -> None:
    status = run_script("status", home=tmp_path)
    assert (status.returncode, status.stdout) == (3, "not running\n")
    stop = run_script("stop", home=tmp_path)
    assert (stop.returncode, stop.stdout) == (0, "was not running\n")
    wait = run_script("wait", "--timeout", "3", home=tmp_path)
    assert wait.returncode == 1
    assert "not running" in wait.stderr
    url = run_script("url", home=tmp_path)
    assert "bolt      bolt://127.0.0.1:7687" in url.stdout
