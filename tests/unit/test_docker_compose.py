"""The compose file cannot be run in these tests; what can go stale in it can be checked."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kms.graph.neo4j_local import NEO4J_VERSION
from kms.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCKERFILE = ROOT / "scripts" / "docker" / "Dockerfile"


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return loaded


def test_services(compose: dict[str, Any]) -> None:
    assert compose["services"].keys() == {"neo4j", "qdrant", "postgres", "api"}
    named = {mount.split(":")[0] for service in compose["services"].values() for mount in service["volumes"]}
    assert named == compose["volumes"].keys()


def test_ports_are_bound_to_the_loopback_address(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        for port in service["ports"]:
            assert port.startswith("127.0.0.1:")


def test_images_are_pinned(compose: dict[str, Any]) -> None:
    images = {name: service["image"] for name, service in compose["services"].items()}
    assert all(re.search(r":[v\d]|:local$", image) for image in images.values())
    assert images["neo4j"] == f"neo4j:{NEO4J_VERSION}-community", (
        "local and container Neo4j are the same release"
    )


def test_no_password_has_a_default(compose: dict[str, Any]) -> None:
    text = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
    for variable in ("KMS_NEO4J_PASSWORD", "KMS_POSTGRES_PASSWORD", "KMS_QDRANT_API_KEY"):
        assert f"${{{variable}:?" in text
        assert f"${{{variable}:-" not in text


def test_the_api_is_given_settings_that_exist(compose: dict[str, Any]) -> None:
    environment = compose["services"]["api"]["environment"]
    values: dict[str, Any] = {
        name.removeprefix("KMS_").lower(): re.sub(
            r"\$\{\w+(?::-([^}]*)|[^}]*)\}", lambda m: "secret123" if m[1] is None else m[1], value
        )
        for name, value in environment.items()
    }
    assert values.keys() <= Settings.model_fields.keys()
    settings = Settings(**values)
    assert (settings.graph, settings.vectors, settings.doors) == ("neo4j", "server", "closed")


def test_the_api_waits_for_its_engines(compose: dict[str, Any]) -> None:
    waits = compose["services"]["api"]["depends_on"]
    assert waits.keys() == {"neo4j", "qdrant", "postgres"}
    assert {wait["condition"] for wait in waits.values()} == {"service_healthy"}
    assert all("healthcheck" in compose["services"][name] for name in waits)


def test_the_image_copies_what_exists(compose: dict[str, Any]) -> None:
    build = compose["services"]["api"]["build"]
    assert (ROOT / build["context"] / build["dockerfile"]).resolve() == DOCKERFILE
    copied = re.findall(r"^COPY (.+) \S+$", DOCKERFILE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    ignored = (DOCKERFILE.parent / "Dockerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for source in " ".join(copied).split():
        assert (ROOT / source).exists(), f"{source} does not exist"
        assert f"!{source}" in ignored, f"{source} is kept from the build"
