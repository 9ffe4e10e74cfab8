"""An installation that commands of the documentation run in."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.docs.commands import ROOT


@dataclass(frozen=True)
class Installation:
    """A working copy with its own state: ``.state``, and the files that the pages name."""

    folder: Path

    @property
    def environment(self) -> dict[str, str]:
        """For commands in it; settings of the machine do not leak in."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("KMS_")}
        return {**kept, "KMS_STATE_DIR": ".state", "HF_HUB_OFFLINE": "1", "PYTHONPATH": str(ROOT)}

    def run(
        self, *words: str, variables: Mapping[str, str] | None = None, timeout_s: float = 240
    ) -> subprocess.CompletedProcess[str]:
        """Run one program in the folder, with more variables in its environment."""
        return subprocess.run(
            words,
            cwd=self.folder,
            env={**self.environment, **(variables or {})},
            capture_output=True,
            text=True,
            timeout=timeout_s,
        )

    def copy(self, folder: Path) -> Installation:
        """Another with the same content; exported models, which nothing writes to, are shared."""
        shutil.copytree(self.folder, folder, symlinks=True, ignore=lambda _, names: {"cache"} & set(names))
        cache = self.folder / ".state" / "cache"
        if cache.is_dir():
            (folder / ".state" / "cache").symlink_to(cache.resolve(), target_is_directory=True)
        return Installation(folder)
