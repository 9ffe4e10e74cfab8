"""What the pages point to exists, and nothing in the repository points to the machine it was made on."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.docs.commands import PAGES, ROOT

MORE_PAGES = (ROOT / "ontology" / "README.md", ROOT / "kms" / "sample" / "README.md", ROOT / "CHANGELOG.md")
HOSTS = {
    "base.google.com", "schemas.openxmlformats.org",  # in the names of namespaces of product feeds and of Excel
    "127.0.0.1", "localhost", "host", "neo4j", "qdrant", "postgres", "example.com",
    "github.com", "www.rfc-editor.org", "schema.org", "www.w3.org", "maven.apache.org", "spark.apache.org",
}  # fmt: skip
"""Hosts that a file may name. A registry or mirror is the machine's own affair and never among them."""

_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_CODE = re.compile(r"`(?P<path>(?:kms|extraction|ranking|api|ontology|scripts|tests|docs)/[\w./-]*\w\.\w+)`")
_FENCED = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
_URL = re.compile(rb"https?://([A-Za-z0-9.-]+)")
# In two parts, so that this file does not hold what it forbids.
_PERSONAL = re.compile(rb"(?<![\w.}])/(?:" + b"|".join([b"work", b"root", b"home", b"Users"]) + rb")/[\w.]")


def _is_allowed(host: str) -> bool:
    name = host.rstrip(".-")
    return name in HOSTS or name.endswith((".example", ".test", ".invalid"))  # RFC 2606: nobody's


def _repository_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=False)
    if listed.returncode != 0:
        pytest.skip("this is no git working copy")
    return [ROOT / name for name in listed.stdout.decode().split("\0") if name and (ROOT / name).is_file()]


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*PAGES, *MORE_PAGES], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    text = _FENCED.sub("", page.read_text(encoding="utf-8"))
    for match in _LINK.finditer(re.sub(r"`[^`\n]*`", "", text)):
        target, _, anchor = match["target"].partition("#")
        if urlsplit(target).scheme:
            continue
        file = (page.parent / target).resolve() if target else page
        assert file.exists(), f"{page.name} points to {target}, which is not there"
        if anchor:
            assert anchor in _anchors(file), f"{page.name} points to {target}#{anchor}; no such heading"


@pytest.mark.parametrize("page", [*PAGES, *MORE_PAGES], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_named_files_exist(page: Path) -> None:
    for match in _CODE.finditer(page.read_text(encoding="utf-8")):
        assert (ROOT / match["path"]).exists(), f"{page.name} names {match['path']}, which is not there"


def test_no_path_of_a_machine() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {match.group().decode()}"
        for path in _repository_files()
        if (match := _PERSONAL.search(path.read_bytes()))
        and path.suffix not in {".png", ".gz", ".safetensors"}
    ]
    assert not found, "\n".join(found)


def test_no_host_of_a_registry() -> None:
    ours = {
        host.encode()
        for name in (
            "PIP_INDEX_URL",
            "PIP_EXTRA_INDEX_URL",
            "UV_INDEX_URL",
            "UV_DEFAULT_INDEX",
            "UV_EXTRA_INDEX_URL",
        )
        for word in os.environ.get(name, "").split()
        if (host := urlsplit(word).hostname)
    }
    found: list[str] = []
    for path in _repository_files():
        if path.suffix in {".png", ".gz", ".safetensors"}:
            continue
        content = path.read_bytes()
        hosts = {host for host in _URL.findall(content) if not _is_allowed(host.decode())}
        hosts |= {host for host in ours if host in content}
        found += [f"{path.relative_to(ROOT)}: {host.decode()}" for host in sorted(hosts)]
    assert not found, "\n".join(found)
