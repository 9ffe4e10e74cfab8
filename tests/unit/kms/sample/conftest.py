from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from textwrap import dedent, indent

import pytest

from kms.ontology import Ontology, load_ontology

Write = Callable[..., Path]


@pytest.fixture(scope="session")
def ontology() -> Ontology:
    """The ontology of this repository."""
    return load_ontology()


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write one product into ``audio.yaml``, with any field replaced; more calls add more products."""

    def write_product(
        id: str = "AUD-001",
        split: str = "train",
        title: str = "Hush [headphones](class=headphones)",
        description: str = "Quiet, {id} itself.",
        review: str = "[Good](+0)",
        more: str = "",
    ) -> Path:
        text = f"""\
        - id: {id}
          class: over_ear_headphones
          brand: Veldra
          split: {split}
          lang: en
          price: 129.00 EUR
          title: "{title}"
          description: "{description.replace("{id}", id)}"
          reviews:
            - {{rating: 4, date: 2026-03-02, lang: en, title: "", text: "{review}"}}
        """
        path = tmp_path / "audio.yaml"
        before = path.read_text(encoding="utf-8") if path.exists() else ""
        path.write_text(before + dedent(text) + indent(dedent(more), "  "), encoding="utf-8")
        return tmp_path

    return write_product
