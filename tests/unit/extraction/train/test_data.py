from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from extraction.model.examples import Relation
from extraction.train.data import datasets_folder
from extraction.train.data_aste import read_aste
from extraction.train.data_oamine import read_oamine
from extraction.train.data_pave import read_pave
from extraction.train.data_sample import document_of, extend_values, read_sample
from extraction.train.held_names import hold_out_names
from extraction.train.settings import SETTINGS_FOLDER, read_settings
from kms.errors import ConfigurationError
from kms.ontology import load_ontology


def write(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    with gzip.open(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)


def test_oamine_marks_every_occurrence_and_holds_a_part_back(tmp_path: Path) -> None:
    row = {"input": "Acme tea, green tea", "category": "Tea",
           "target_scores": {"Brand": {"Acme": 1}, "Type": {"tea": 1}}}  # fmt: skip
    write(tmp_path / "train.jsonl.gz", [row] * 10)
    write(tmp_path / "test.jsonl.gz", [row] * 2)
    data = read_oamine(tmp_path, validation_share=0.2, seed=1)
    assert (len(data.train), len(data.validation), len(data.tests["test"])) == (8, 2, 2)
    example = data.train[0]
    assert [(example.text[s.start : s.end], s.type) for s in example.spans] == [
        ("Acme", "Tea|Brand"), ("tea", "Tea|Type"), ("tea", "Tea|Type"),
    ]  # fmt: skip
    assert data.schema.groups == {"Tea": ("Tea|Brand", "Tea|Type")}
    assert data.schema.labels[0].text == "tea brand"
    again = read_oamine(tmp_path, validation_share=0.2, seed=1)
    assert [e.id for e in again.validation] == [e.id for e in data.validation]


def test_pave_marks_values_in_the_part_that_holds_them(tmp_path: Path) -> None:
    row = {
        "input_title": "Acme tape 5 x 10, 50 rolls", "input_description": "Acme tape for 5 walls", "category": "Office",
        "target_scores": {
            "Brand": {"Acme": {"pid": [0, 1], "score": 1}}, "Width": {"5": {"pid": [0], "score": 1}},
            "Height": {"n/a": 1}, "Unit": {"roll": {"pid": [0], "score": 1}},
        },
    }  # fmt: skip
    write(tmp_path / "wdc_with_all_attributes.train_large.jsonl.gz", [row] * 10)
    write(tmp_path / "wdc_with_all_attributes.test.jsonl.gz", [row | {"input_description": None}])
    data = read_pave(tmp_path, validation_share=0.2, seed=1)
    assert (len(data.train), len(data.validation), len(data.tests["test"])) == (8, 2, 1)
    example = data.train[0]
    assert [(example.text[s.start : s.end], s.start, s.type) for s in example.spans] == [
        ("Acme", 0, "Office|Brand"), ("5", 10, "Office|Width"), ("roll", 21, "Office|Unit"), ("Acme", 27, "Office|Brand"),
    ]  # fmt: skip
    assert data.schema.groups["Office"] == ("Office|Brand", "Office|Height", "Office|Unit", "Office|Width")
    assert len(data.tests["test"][0].spans) == 3


def test_unseen_names_are_never_asked_in_training(tmp_path: Path) -> None:
    rows = [
        {"input": f"Acme {kind} tea", "category": kind, "target_scores": {"Brand": {"Acme": 1}, "Type": {"tea": 1}}}
        for kind in ("black", "green", "white", "iced") for _ in range(5)
    ]  # fmt: skip
    write(tmp_path / "train.jsonl.gz", rows)
    write(tmp_path / "test.jsonl.gz", rows[::5])
    data = hold_out_names(read_oamine(tmp_path, validation_share=0.2, seed=1), 0.25, seed=3)
    seen = {name for e in (*data.train, *data.validation) for name in e.asked or ()}
    unseen = {name for e in data.tests["test, unseen names"] for name in e.asked or ()}
    assert (len(seen), len(unseen)) == (6, 2)
    assert not seen & unseen
    for part in (data.train, data.validation, *data.tests.values()):
        assert all(span.type in (e.asked or ()) for e in part for span in e.spans)
    assert {span.type for e in data.tests["test, unseen names"] for span in e.spans} == unseen
    assert {name for e in data.tests["test, other names"] for name in e.asked or ()} == seen


def test_aste_keeps_the_tokens_and_shares_spans_between_triplets(tmp_path: Path) -> None:
    row = {
        "tokens": ["The", "food", "is", "good", "and", "cheap"],
        "triplets": [
            {"aspect": [1], "opinion": [3], "polarity": "POS"},
            {"aspect": [1], "opinion": [5], "polarity": "NEU"},
        ],
    }
    for part in ("train", "dev", "test"):
        write(tmp_path / f"one.{part}.jsonl.gz", [row])
    data = read_aste(tmp_path, ("one",))
    (example,) = data.tests["one"]
    assert [example.text[a:b] for a, b in example.words or ()] == row["tokens"]
    assert [example.text[s.start : s.end] for s in example.spans] == ["food", "good", "cheap"]
    assert example.relations == (Relation(0, 1, "opinion_positive"), Relation(0, 2, "opinion_neutral"))


def test_sample_texts_fit_the_schema() -> None:
    data = read_sample()
    names = {label.name for label in data.schema.labels}
    by_relation = {relation.name: relation for relation in data.schema.relations}
    assert {"brand", "opinion", "negation", "material"} <= names
    for example in data.train:
        assert example.language == "en"
        assert example.sentences
        assert all(span.type in names for span in example.spans)
        for relation in example.relations:
            head = "" if relation.head is None else example.spans[relation.head].type
            tail = example.spans[relation.tail].type
            if head != "product" or relation.type == "value_of":
                assert head in by_relation[relation.type].heads
            assert tail in by_relation[relation.type].tails
    products = [
        {e.id.partition(":")[0] for e in part} for part in (data.train, data.validation, data.tests["test"])
    ]
    assert not products[0] & products[1]
    assert not products[0] & products[2]
    assert document_of(data.train[0]).product_id in products[0]


def test_sample_in_both_languages_is_measured_apart() -> None:
    data = read_sample(languages=("en", "zh"))
    assert {example.language for example in data.train} == {"en", "zh"}
    assert set(data.tests) == {"test", "test, en", "test, zh"}
    assert {example.language for example in data.tests["test, zh"]} == {"zh"}
    assert len(data.tests["test"]) == len(data.tests["test, en"]) + len(data.tests["test, zh"])


def test_swapped_values_come_from_the_ontology_too() -> None:
    values = extend_values({"material": ["granny's wool"], "weight": ["3 kg"]}, load_ontology())
    assert "granny's wool" in values["material"]
    assert len(values["material"]) > 20
    assert values["weight"] == ["3 kg"]
    chinese = extend_values({"material": ["木头"]}, load_ontology(), "zh")["material"]
    assert "不锈钢" in chinese


@pytest.mark.parametrize("path", sorted(SETTINGS_FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_settings_files_can_be_read(path: Path) -> None:
    assert read_settings(path) == read_settings(path.stem)
    assert read_settings(path.stem, tuning="lora", seed=None).tuning == "lora"


def test_wrong_settings_are_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there are: aste"):
        read_settings("nothing")
    path = tmp_path / "wrong.yaml"
    for text, message in (("a: [", "not YAML"), ("- 1", "by name"), ("name: x\nepochs: 0", "epochs")):
        path.write_text(text)
        with pytest.raises(ConfigurationError, match=message):
            read_settings(path)


def test_missing_data_sets_say_what_to_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KMS_DATASETS", str(tmp_path / "no"))
    with pytest.raises(ConfigurationError, match="KMS_DATASETS"):
        datasets_folder()
