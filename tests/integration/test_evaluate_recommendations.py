"""Evaluation of what is served: a held-out version of a real installation, asked as the server asks it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import get_args

import pytest

from api.beauty import RELATIONS_FILE
from api.held_out import held_out_index
from api.measure import Split, measure_recommendations
from api.wiring import INDEX, Platform
from kms.indexing.build import read_ontology
from kms.settings import Settings
from ranking.behaviour.choice import BehaviourChoice
from ranking.serving.files import read_choice
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]


@pytest.mark.parametrize("split", get_args(Split))
def test_the_served_version_is_measured_beside_the_models(platform: Platform, split: Split) -> None:
    live = platform.artifacts.current(INDEX)
    report = measure_recommendations(platform, split=split, most_shoppers=40)["test"]
    names = [system.name for system in report.systems]
    assert {"popularity", "item_knn", "rp3beta", "graph paths", "served"} <= set(names)
    assert 2 <= len(report.cases) <= 40
    assert report.system("served").means["ndcg"] > 0
    assert "is test" in report.about["split"]
    assert platform.artifacts.current(INDEX) == live
    assert not list(platform.settings.state_dir.glob("held-out-*"))


def test_a_version_says_which_behaviour_model_it_has_and_why(platform: Platform) -> None:
    live = platform.artifacts.current(INDEX)
    assert live is not None
    choice = read_choice(live.path)
    assert isinstance(choice, BehaviourChoice)
    assert choice.name == "collective_ease"
    assert "GB" in choice.reason


def test_the_model_is_a_setting() -> None:
    assert Settings(behaviour="sparse_ease", behaviour_memory_gb=1.5).behaviour == "sparse_ease"


def test_a_held_out_version_has_the_ontology_of_the_live_one(platform: Platform, tmp_path: Path) -> None:
    live = platform.artifacts.current(INDEX)
    assert live is not None
    changed = tmp_path / "ontology"
    shutil.copytree(platform.settings.ontology_dir, changed)
    shutil.copy(RELATIONS_FILE, changed / "core" / "copurchase.yaml")
    other = Platform(platform.settings.model_copy(update={"ontology_dir": changed}))
    try:
        assert "also_bought" in other.ontology.relations
        events = list(other.journal.interactions())[:50]
        with held_out_index(other, events, now=events[-1].timestamp) as index:
            assert index.ontology.version == read_ontology(live.path).version
            assert "also_bought" not in index.ontology.relations
    finally:
        other.close()
