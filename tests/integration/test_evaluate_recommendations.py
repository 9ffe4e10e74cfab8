"""Evaluation of what is served: a held-out version of a real installation, asked as the server asks it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.beauty import RELATIONS_FILE
from api.cli.main import app
from api.held_out import held_out_index
from api.measure import Split, measure_recommendations, measure_search
from api.wiring import INDEX, Platform
from kms.errors import InputError
from kms.indexing.build import read_ontology
from kms.settings import Settings
from ranking.behaviour.choice import BehaviourChoice
from ranking.serving.files import read_choice
from tests.platform_fixture import platform, platform_state

__all__ = ["platform", "platform_state"]


def test_an_installation_with_its_own_ontology_is_measured_by_command(
    platform: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    live = platform.artifacts.current(INDEX)
    own = tmp_path / "ontology"
    shutil.copytree(platform.settings.ontology_dir, own)
    shutil.copy(RELATIONS_FILE, own / "core" / "copurchase.yaml")
    monkeypatch.setenv("KMS_ONTOLOGY_DIR", str(own))
    monkeypatch.setenv("KMS_STATE_DIR", str(tmp_path / "elsewhere"))
    state = str(platform.settings.state_dir)
    words = [
        "evaluate",
        "recommendations",
        "--data",
        state,
        "--split",
        "shopper",
        "--shoppers",
        "40",
        "--json",
    ]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    report = json.loads(done.stdout)["test"]
    means = {system["name"]: system["means"] for system in report["systems"]}
    assert means["served"]["ndcg"] > 0
    assert "newest 20% of each shopper" in report["about"]["split"]
    assert platform.artifacts.current(INDEX) == live
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["mug\tX1\t3"], "none of the 1 judged products is in the catalogue"),
        (["mug\t{known}\t3"], "1 queries are too few"),
    ],
)
def test_judgments_that_measure_nothing_are_refused(
    platform: Platform, tmp_path: Path, rows: list[str], message: str
) -> None:
    known = next(iter(platform.catalog.product_ids()))
    file = tmp_path / "judgments.tsv"
    lines = ["query\tproduct\tgrade", *(row.format(known=known) for row in rows)]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    with pytest.raises(InputError, match=message):
        measure_search(platform, file)


def test_the_served_version_is_measured_beside_the_models(platform: Platform) -> None:
    split: Split = "time"
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
