from __future__ import annotations

from kms.indexing.cells import words_of_cells
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()


def test_words_of_cells_are_kept_as_far_as_their_column_affirms_them() -> None:
    table = {
        "Make-up": "80% acrylic, 20% wool",
        "Nuts": "no",
        "Free from": "gluten, soy",
        "不含": "酒精",
        "Weight": "50",
        "Filling": "kapok (no down)",
        "Note": "Goes with everything that you have at home already, for years",
    }
    words = " ".join(words_of_cells(table, ONTOLOGY)).split()
    assert {"acrylic", "wool", "kapok"} <= set(words)
    assert not {"gluten", "soy", "酒精", "50", "down)", "down", "Goes"} & set(words)
