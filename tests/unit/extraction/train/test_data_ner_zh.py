"""Chinese titles in CoNLL files: characters become words, runs of tags become spans."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from extraction.train.data_ner_zh import read_ner_zh
from kms.errors import ConfigurationError

TITLE = "山 B-HPPX\n木 I-HPPX\n  O\n水 B-HCCX\n壶 I-HCCX\n杯 B-HCCX\n盖 I-HCCX\nT B-XH\n2 I-XH\n"


def write(folder: Path, train: str, other: str = TITLE) -> Path:
    for name, text in (("train", train), ("dev", other), ("test", other)):
        (folder / f"{name}.conll.gz").write_bytes(gzip.compress(text.encode()))
    return folder


def test_titles_have_their_entities(tmp_path: Path) -> None:
    data = read_ner_zh(write(tmp_path, f"{TITLE}\n新 O\n款 O\n\n\n"))
    assert (len(data.train), len(data.validation), len(data.tests["test"])) == (2, 1, 1)
    first, second = data.train
    assert first.text == "山木 水壶杯盖T2"
    assert [(first.text[s.start : s.end], s.type) for s in first.spans] == [
        ("山木", "HPPX"), ("水壶", "HCCX"), ("杯盖", "HCCX"), ("T2", "XH"),
    ]  # fmt: skip
    assert first.words is not None
    assert [first.text[start:end] for start, end in first.words] == list("山木水壶杯盖T2")
    assert (second.text, second.spans, second.language) == ("新款", (), "zh")
    assert {span.type for span in first.spans} <= {label.name for label in data.schema.labels}


def test_sample_of_the_titles_is_seeded(tmp_path: Path) -> None:
    titles = "\n".join(f"{sign} O\n" for sign in "甲乙丙丁戊己庚辛")
    folder = write(tmp_path, titles)
    one, same, other = ([e.text for e in read_ner_zh(folder, 4, seed).train] for seed in (1, 1, 2))
    assert one == same != other
    assert len(one) == 4


@pytest.mark.parametrize("line", ["山", "山 B_HPPX", "山 X-HPPX"])
def test_unreadable_line_is_named(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigurationError, match=r"train\.conll\.gz:2: expected a character and its tag"):
        read_ner_zh(write(tmp_path, f"新 O\n{line}\n"))
