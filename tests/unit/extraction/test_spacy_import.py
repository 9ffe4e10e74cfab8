from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
from extraction.documents import pipeline
assert [s.text for s in pipeline("en")("Warm. Dry.").sents] == ["Warm.", "Dry."]
assert "torch" not in sys.modules
import torch
assert torch.zeros(1).shape == (1,)
"""


def test_texts_are_split_without_torch_which_can_be_imported_afterwards() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
