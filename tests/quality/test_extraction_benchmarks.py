"""Readers of the public data sets, on the real files; ``scripts/benchmark_extraction.py`` trains on them."""

from __future__ import annotations

from pathlib import Path

import pytest

from extraction.train.data import datasets_folder
from extraction.train.data_aste import read_aste
from extraction.train.data_oamine import read_oamine
from extraction.train.data_pave import read_pave
from kms.errors import ConfigurationError

pytestmark = pytest.mark.quality


@pytest.fixture(scope="module")
def datasets() -> Path:
    try:
        return datasets_folder()
    except ConfigurationError as error:
        pytest.skip(str(error))


def test_oamine_is_read_whole(datasets: Path) -> None:
    data = read_oamine(datasets / "attributes-oa-mine")
    assert len(data.train) + len(data.validation) == 1452
    assert len(data.tests["test"]) == 491
    assert len(data.schema.labels) == 115
    assert len(data.schema.groups) == 10
    # The data set's own files share three titles; without them the test figure differs by a twentieth of a point.
    seen = {e.text for e in (*data.train, *data.validation)}
    assert sum(e.text in seen for e in data.tests["test"]) == 3


def test_pave_is_read_whole(datasets: Path) -> None:
    data = read_pave(datasets / "attributes-wdc-pave")
    assert len(data.train) + len(data.validation) == 1066
    assert len(data.tests["test"]) == 354
    assert {name: len(group) for name, group in data.schema.groups.items()} == {
        "Computers And Accessories": 15, "Grocery And Gourmet Food": 8, "Home And Garden": 20, "Jewelry": 9,
        "Office Products": 18,
    }  # fmt: skip
    answers = {(e.id, span.type) for e in data.tests["test"] for span in e.spans}
    assert len(answers) == 2306, "three of the 2,309 answers stand in no text"


def test_aste_is_read_whole(datasets: Path) -> None:
    data = read_aste(datasets / "opinions-aste-v2")
    assert (len(data.train), len(data.validation)) == (906 + 1266, 219 + 310)
    assert {name: len(part) for name, part in data.tests.items()} == {"14lap": 328, "14res": 492}
    assert sum(len(e.relations) for e in data.tests["14lap"]) == 543
    assert sum(len(e.relations) for e in data.tests["14res"]) == 994
