"""A merge keeps all that people changed, whatever they changed."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from kms.catalog.models import Product
from kms.induction.induce import induce
from kms.induction.merge import keep_base, merge_ontology
from kms.induction.write import write_ontology
from kms.ontology.load import default_folder, load_ontology
from tests.unit.kms.induction.shops import garden_products

KNOWN = load_ontology()
DAY = datetime.date(2026, 1, 2)
Data = dict[str, Any]


def shop_products() -> Iterator[Product]:
    """The garden shop with a column whose words are of no vocabulary of ours."""
    for number, product in enumerate(garden_products()):
        finish = ("hopsack", "herringbone", "basket")[number % 3]
        yield product.model_copy(update={"attributes": {**product.attributes, "Weave": finish}})


def grown_products() -> Iterator[Product]:
    """The shop after a new batch: another category, another column, and another word of a vocabulary."""
    yield from shop_products()
    for number in range(8):
        yield Product(
            id=f"n{number}",
            title=f"Fernhill Compost bin {number}",
            category="Compost bins",
            category_paths=(("Garden", "Soil", "Compost bins"),),
            attributes={
                "Volume": f"{100 + number} l",
                "Handle material": "Bamboo, hazel",
                "Lid included": "yes",
            },
        )


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What was induced of the shop before the batch, and after it."""
    place = tmp_path_factory.mktemp("merge")
    for name, products in (("old", shop_products), ("new", grown_products)):
        write_ontology(induce(products, KNOWN), KNOWN, default_folder(), place / name, day=DAY)
    keep_base(place / "old")
    return place / "old", place / "new"


def read(folder: Path, name: str) -> Data:
    data: Data = yaml.safe_load((folder / "families" / f"{name}.yaml").read_text("utf-8"))[name]
    return data


def edit(folder: Path, name: str, change: Any) -> None:
    path = folder / "families" / f"{name}.yaml"
    data = yaml.safe_load(path.read_text("utf-8"))
    change(data[name])
    path.write_text(yaml.safe_dump(data, allow_unicode=True, sort_keys=False), "utf-8")


def test_an_untouched_folder_becomes_what_is_induced(folders: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = folders
    report = merge_ontology(old, new, tmp_path / "merged")
    merged, wanted = load_ontology(tmp_path / "merged"), load_ontology(new)
    assert ("classes", "compost_bins") in report.added
    assert not report.kept
    assert not report.left_out
    assert merged.classes == wanted.classes
    assert merged.attributes == wanted.attributes
    assert {v.id for v in wanted.vocabularies.values()} == {v.id for v in merged.vocabularies.values()}


def test_the_same_again_changes_nothing(folders: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = folders
    merge_ontology(old, new, tmp_path / "first")
    report = merge_ontology(tmp_path / "first", new, tmp_path / "second")
    assert not (report.added or report.updated or report.removed or report.kept)
    for path in (tmp_path / "first").rglob("*.yaml"):
        assert path.read_bytes() == (tmp_path / "second" / path.relative_to(tmp_path / "first")).read_bytes()


def test_comments_of_people_stay(folders: tuple[Path, Path], tmp_path: Path) -> None:
    old, new = folders
    own = tmp_path / "own"
    shutil.copytree(old, own)
    path = own / "families" / "classes.yaml"
    path.write_text(
        path.read_text("utf-8").replace("classes:\n", "classes:\n  # Ask Vera about rakes.\n"), "utf-8"
    )
    merge_ontology(own, new, tmp_path / "merged")
    assert "# Ask Vera about rakes." in (tmp_path / "merged" / "families" / "classes.yaml").read_text("utf-8")


def test_an_addition_that_does_not_fit_is_left_out_and_said(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    old, new = folders
    own = tmp_path / "own"
    shutil.copytree(old, own)
    edit(own, "classes", lambda classes: classes["rakes"].update(label={"en": "Compost bins"}))
    report = merge_ontology(own, new, tmp_path / "merged")
    assert ("classes", "compost_bins") in report.left_out
    assert load_ontology(tmp_path / "merged").classes["rakes"].label.en == "Compost bins"


LEAVES = ("secateurs", "rakes", "hedge_trimmers", "grinders", "hoses")
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("remove class"), st.sampled_from(LEAVES)),
        st.tuples(st.just("rename class"), st.sampled_from(LEAVES)),
        st.tuples(st.just("other name"), st.sampled_from(LEAVES)),
        st.tuples(st.just("own class"), st.sampled_from(("sundial", "beehive"))),
        st.tuples(st.just("remove attributes"), st.sampled_from(LEAVES)),
        st.tuples(st.just("rename attribute"), st.integers(0, 20)),
        st.tuples(st.just("remove value"), st.integers(0, 20)),
    ),
    min_size=4,
    max_size=10,
)


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(edits=EDITS)
def test_random_edits_survive(
    folders: tuple[Path, Path], tmp_path: Path, edits: list[tuple[str, Any]]
) -> None:
    old, new = folders
    shutil.rmtree(tmp_path, ignore_errors=True)
    own, merged = tmp_path / "own", tmp_path / "merged"
    shutil.copytree(old, own)
    for kind, what in edits:
        if "class" in kind or kind in ("other name", "remove attributes"):
            edit(own, "classes", lambda classes, kind=kind, what=what: change_class(classes, kind, what))
        elif kind == "rename attribute":
            edit(own, "attributes", lambda each, what=what: rename(each, what))
        else:
            edit(own, "vocabularies", lambda each, what=what: remove_value(each, what))
    before = {name: read(own, name) for name in ("classes", "attributes", "vocabularies")}
    base = {name: read(old, name) for name in before}
    merge_ontology(own, new, merged)
    load_ontology(merged)
    for name, own_entries in before.items():
        after = read(merged, name)
        assert not (base[name].keys() - own_entries.keys()) & after.keys(), "a removed entry came back"
        for identifier, data in own_entries.items():
            for key, value in data.items():
                if key == "values":
                    gone = base[name][identifier][key].keys() - value.keys()
                    assert not gone & after[identifier][key].keys(), "a removed value came back"
                elif value != base[name].get(identifier, {}).get(key):
                    kept = after[identifier][key]
                    assert kept == value or (isinstance(value, list) and kept[: len(value)] == value)


def change_class(classes: Data, kind: str, what: str) -> None:
    if kind == "own class":
        classes[what] = {"parent": "garden", "label": {"en": what}}
    elif what not in classes:
        return
    elif kind == "remove class":
        del classes[what]
    elif kind == "rename class":
        classes[what]["label"] = {"en": f"{what} of ours"}
    elif kind == "other name":
        classes[what]["alt"] = {"en": [f"good {what}"]}
    else:
        classes[what]["attributes"] = classes[what].get("attributes", [])[:1]


def rename(attributes: Data, number: int) -> None:
    identifier = next(islice(attributes, number % len(attributes), None))
    attributes[identifier]["label"] = {"en": f"our {identifier.replace('_', ' ')}"}


def remove_value(vocabularies: Data, number: int) -> None:
    for vocabulary in vocabularies.values():
        if len(vocabulary["values"]) > 1:
            del vocabulary["values"][
                next(islice(vocabulary["values"], number % len(vocabulary["values"]), None))
            ]
            return
