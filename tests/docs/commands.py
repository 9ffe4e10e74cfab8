"""Commands of the documentation: where they stand, and how each is run."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))

_BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<content>.*?)^```$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page; ``line`` is that of its first content."""

    page: Path
    line: int
    language: str
    content: str


@dataclass(frozen=True)
class Command:
    """A command as a reader would type it; ``exports`` are the block's ``export`` lines before it."""

    page: str
    line: int
    text: str
    exports: tuple[str, ...] = ()

    @property
    def words(self) -> list[str]:
        """Split as a shell does."""
        return shlex.split(self.text)

    @property
    def key(self) -> str:
        """What it is, on one line, with its exported variables in front."""
        return " ".join([*self.exports, *self.text.split()])


def blocks(page: Path) -> Iterator[Block]:
    """The fenced blocks of a page."""
    text = page.read_text(encoding="utf-8")
    for match in _BLOCK.finditer(text):
        line = text.count("\n", 0, match.start("content")) + 1
        yield Block(page, line, match["language"], match["content"])


def commands() -> list[Command]:
    """Every command of every page, each text once."""
    found: dict[str, Command] = {}
    for page in PAGES:
        for block in blocks(page):
            if block.language == "bash":
                for command in _commands(block):
                    found.setdefault(command.key, command)
    return list(found.values())


def _commands(block: Block) -> Iterator[Command]:
    pending = ""
    exports: tuple[str, ...] = ()
    for number, line in enumerate(block.content.splitlines(), start=block.line):
        if not pending and (not line.strip() or line.lstrip().startswith("#")):
            continue
        pending += line + "\n"
        if line.endswith("\\") or not _is_whole(pending):
            continue
        text = pending.replace("\\\n", " ").strip()
        pending = ""
        if text.startswith("export "):
            exports += tuple(shlex.split(text)[1:])
        else:
            yield Command(block.page.relative_to(ROOT).as_posix(), number, text, exports)
    assert not pending, f"{block.page}:{block.line}: a quote is not closed: {pending!r}"


def _is_whole(text: str) -> bool:
    try:
        shlex.split(text)
    except ValueError:
        return False
    return True
