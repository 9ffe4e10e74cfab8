"""Profile of an encoder: what settings, its files and its family's name say, in this order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kms.encoder.profile import MAX_TOKENS, EncoderProfile, ProfileSettings, read_profile
from kms.errors import ConfigurationError


def make_folder(parent: Path, name: str = "model", **files: object) -> Path:
    folder = parent / name
    (folder / "1_Pooling").mkdir(parents=True)
    names = {
        "config": "config.json",
        "prompts": "config_sentence_transformers.json",
        "pooling": "1_Pooling/config.json",
    }
    for key, content in files.items():
        (folder / names[key]).write_text(json.dumps(content), "utf-8")
    return folder


def test_plain_encoder_has_the_plain_profile(tmp_path: Path) -> None:
    profile = read_profile(make_folder(tmp_path), "some-model")
    assert profile == EncoderProfile()
    assert profile.signature == ""


@pytest.mark.parametrize("name", ["intfloat/multilingual-e5-small", "e5_base", "/models/E5-large"])
def test_family_is_known_by_its_name(tmp_path: Path, name: str) -> None:
    profile = read_profile(make_folder(tmp_path), name)
    assert (profile.query_prefix, profile.passage_prefix) == ("query: ", "passage: ")
    assert profile.signature


@pytest.mark.parametrize("name", ["the5-model", "we5", "code5-base"])
def test_names_that_only_contain_a_family_are_not_it(tmp_path: Path, name: str) -> None:
    assert read_profile(make_folder(tmp_path), name) == EncoderProfile()


def test_files_come_before_the_name_and_settings_before_both(tmp_path: Path) -> None:
    prompts = {"prompts": {"query": "ask: ", "document": "text: "}}
    folder = make_folder(tmp_path, "e5-own", prompts=prompts, pooling={"pooling_mode_cls_token": True})
    profile = read_profile(folder, "e5-own")
    assert (profile.query_prefix, profile.passage_prefix, profile.pooling) == ("ask: ", "text: ", "cls")
    told = read_profile(folder, "e5-own", ProfileSettings(query_prefix="", pooling="mean", max_tokens=64))
    assert told == EncoderProfile(passage_prefix="text: ", max_tokens=64)
    assert told.signature != profile.signature


@pytest.mark.parametrize(
    ("config", "most"),
    [
        ({}, MAX_TOKENS),
        ({"max_position_embeddings": 64}, 64),
        ({"max_position_embeddings": 514, "model_type": "xlm-roberta"}, MAX_TOKENS),
        ({"max_position_embeddings": 66, "model_type": "xlm-roberta"}, 64),
    ],
)
def test_length_is_bounded_by_the_positions(tmp_path: Path, config: dict[str, object], most: int) -> None:
    assert read_profile(make_folder(tmp_path, config=config), "model").max_tokens == most


def test_other_pooling_is_refused_unless_it_is_set(tmp_path: Path) -> None:
    folder = make_folder(
        tmp_path, pooling={"pooling_mode_max_tokens": True, "pooling_mode_mean_tokens": False}
    )
    with pytest.raises(ConfigurationError, match=r"max_tokens.*KMS_ENCODER_POOLING"):
        read_profile(folder, "model")


def test_damaged_file_is_named(tmp_path: Path) -> None:
    folder = make_folder(tmp_path)
    (folder / "config_sentence_transformers.json").write_text("{", "utf-8")
    with pytest.raises(ConfigurationError, match=r"config_sentence_transformers\.json is no JSON"):
        read_profile(folder, "model")
