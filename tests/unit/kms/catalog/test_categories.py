"""The shop's own category tree: ids, merging over feeds, places of products."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog.categories import CategoryTree, above, make_slug, read_tree
from kms.catalog.models import Product
from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology

ONTOLOGY = load_ontology()


def product(key: str, *paths: str, category: str | None = None) -> Product:
    split = tuple(tuple(path.split(" > ")) for path in paths)
    return Product(id=key, title=key, category_paths=split, category=category)


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Dog Food", "dog-food"),
        ("Food & Treats", "food-and-treats"),
        ("宠物 零食", "宠物-零食"),
        ("Küche/Bad", "küche-bad"),
        ("18+", "18-plus"),
        ("ＦＵＬＬ width", "full-width"),
    ],
)
def test_a_slug_is_readable(name: str, slug: str) -> None:
    assert make_slug(name) == slug


@given(st.text(min_size=1, max_size=100))
def test_a_slug_has_no_slash_and_is_never_empty(name: str) -> None:
    slug = make_slug(name)
    assert slug and "/" not in slug and len(slug) <= 60
    assert make_slug(slug) == slug


def test_paths_of_all_products_make_one_tree_whatever_their_writing() -> None:
    rows = [
        product("a", "Pets > Dogs > Dog food"),
        product("b", "PETS > Dogs > Dog Food"),
        product("c", "Pets > Cats", "New in"),
        product("d", category="Pets > Dogs"),
    ]
    tree = read_tree(rows, ONTOLOGY)
    assert sorted(tree.of_paths) == ["new-in", "pets", "pets/cats", "pets/dogs", "pets/dogs/dog-food"]
    assert tree.of_paths["pets"].label_en == "Pets"
    assert [tree.places_of(row) for row in rows] == [
        ("pets/dogs/dog-food",),
        ("pets/dogs/dog-food",),
        ("pets/cats", "new-in"),
        ("pets/dogs",),
    ]
    assert list(above("pets/dogs/dog-food")) == ["pets", "pets/dogs", "pets/dogs/dog-food"]


def test_a_path_and_the_one_above_it_are_one_place() -> None:
    row = product("a", "Tools", "Tools > Saws")
    assert read_tree([row], ONTOLOGY).places_of(row) == ("tools/saws",)


def test_a_short_path_means_the_long_one_that_products_state_beside_it() -> None:
    both = product("a", "Animals > Dogs > Dog beds", "Dog beds")
    short = product("b", "Dog beds")
    tree = read_tree([both, short], ONTOLOGY)
    assert "dog-beds" not in tree.of_paths
    assert tree.places_of(short) == tree.places_of(both) == ("animals/dogs/dog-beds",)


def test_a_short_path_that_could_mean_two_stays() -> None:
    rows = [
        product("a", "Dogs > Beds", "Beds"),
        product("b", "Cats > Beds", "Beds"),
        product("c", "Beds"),
    ]
    tree = read_tree(rows, ONTOLOGY)
    assert tree.places_of(rows[2]) == ("beds",)


def test_a_short_path_with_categories_below_it_stays() -> None:
    rows = [product("a", "Home > Beds", "Beds"), product("b", "Beds > Sofa beds"), product("c", "Beds")]
    assert read_tree(rows, ONTOLOGY).places_of(rows[2]) == ("beds",)


def test_a_shop_without_paths_has_the_tree_of_its_classes() -> None:
    stated = product("a", category="over_ear_headphones")
    unstated = product("b")
    tree = read_tree([stated, unstated], ONTOLOGY)
    assert not tree.has_paths
    (place,) = tree.places_of(stated)
    assert place == "audio/headphones/over-ear-headphones"
    category = tree.category(place)
    assert category is not None and category.class_id == "over_ear_headphones"
    assert category.label_zh == ONTOLOGY.classes["over_ear_headphones"].label.zh
    assert tree.places_of(unstated) == ()
    assert tree.places_of(unstated, ["headphones"]) == ("audio/headphones",)


def test_in_a_shop_with_paths_a_guessed_class_is_no_place() -> None:
    rows = [product("a", "Tools > Grinders"), product("b")]
    tree = read_tree(rows, ONTOLOGY)
    assert tree.has_paths
    assert tree.places_of(rows[1], ["headphones"]) == ()


def test_a_class_that_lists_a_path_is_the_category() -> None:
    classes = dict(ONTOLOGY.classes)
    classes["headphones"] = classes["headphones"].model_copy(update={"paths": ("Sound > On the ears",)})
    own = Ontology.model_validate({**ONTOLOGY.model_dump(), "classes": classes})
    rows = [product("a", "Sound > On the ears"), product("b")]
    tree = read_tree(rows, own)
    category = tree.of_paths["sound/on-the-ears"]
    assert category.class_id == "headphones"
    assert (category.label_en, category.label_zh) == ("On the ears", own.classes["headphones"].label.zh)
    assert tree.places_of(rows[1], ["headphones"]) == ("sound/on-the-ears",)


def test_a_name_that_a_class_has_gets_the_other_language() -> None:
    tree = read_tree([product("a", "Shop > Headphones"), product("b", "商店 > 耳机")], ONTOLOGY)
    label = ONTOLOGY.classes["headphones"].label
    assert tree.of_paths["shop/headphones"].label_zh == label.zh
    assert tree.of_paths["商店/耳机"].label_en == label.en


def test_an_empty_catalogue_has_no_categories() -> None:
    assert read_tree([], ONTOLOGY).of_paths == {}
    assert CategoryTree(ONTOLOGY).places_of(product("a", "X > Y")) == ("x/y",)


def test_types_that_refine_the_paths_stand_below_them() -> None:
    feeding = "Animals > Bowls and feeders"
    rows = [
        product("a", feeding, "Bowls"),
        product("b", feeding, "Bowls"),
        product("c", feeding, "Fountains"),
        product("d", "Animals > Hutches and cages", "Hutches"),
        product("e", "Animals > Dogs > Dog food", "Dog food"),
    ]
    tree = read_tree(rows, ONTOLOGY)
    assert [tree.places_of(row) for row in rows] == [
        ("animals/bowls-and-feeders/bowls",),
        ("animals/bowls-and-feeders/bowls",),
        ("animals/bowls-and-feeders/fountains",),
        ("animals/hutches-and-cages",),
        ("animals/dogs/dog-food",),
    ]
    assert {each for each in tree.of_paths if "/" not in each} == {"animals"}


def test_names_that_stand_beside_many_paths_are_places_of_their_own() -> None:
    rows = [product(str(n), f"Shop > Shelf {n % 5}", "Sale" if n % 2 else "New in") for n in range(20)]
    assert {each for each in read_tree(rows, ONTOLOGY).of_paths if "/" not in each} == {
        "shop",
        "sale",
        "new-in",
    }
