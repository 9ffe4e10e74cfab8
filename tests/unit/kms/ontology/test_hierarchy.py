from __future__ import annotations

import pytest

from kms.errors import NotFoundError
from kms.ontology.hierarchy import Hierarchy
from kms.ontology.model import Labels, OntologyClass


def tree(**parents: str | None) -> Hierarchy:
    label = Labels(en="x", zh="某")
    return Hierarchy(
        {key: OntologyClass(id=key, parent=parent, label=label) for key, parent in parents.items()}
    )


@pytest.fixture
def hierarchy() -> Hierarchy:
    """Product over audio (headphones: over-ear, in-ear; speaker) and kitchen."""
    return tree(
        over_ear="headphones", in_ear="headphones", headphones="audio", speaker="audio",
        audio="product", kitchen="product", product=None,
    )  # fmt: skip


def test_ancestors_go_from_near_to_far(hierarchy: Hierarchy) -> None:
    assert hierarchy.ancestors("over_ear") == ("headphones", "audio", "product")
    assert hierarchy.ancestors("product") == ()


def test_descendants_and_children(hierarchy: Hierarchy) -> None:
    assert hierarchy.descendants("audio") == {"headphones", "speaker", "over_ear", "in_ear"}
    assert hierarchy.descendants("kitchen") == frozenset()
    assert set(hierarchy.children("headphones")) == {"over_ear", "in_ear"}


def test_family_is_the_class_below_the_root(hierarchy: Hierarchy) -> None:
    assert set(hierarchy.families()) == {"audio", "kitchen"}
    assert hierarchy.family("in_ear") == "audio"
    assert hierarchy.family("audio") == "audio"
    assert hierarchy.family("product") is None


@pytest.mark.parametrize(
    ("first", "second", "ancestor", "distance"),
    [
        ("over_ear", "over_ear", "over_ear", 0),
        ("over_ear", "in_ear", "headphones", 2),
        ("over_ear", "headphones", "headphones", 1),
        ("audio", "in_ear", "audio", 2),
        ("in_ear", "speaker", "audio", 3),
        ("in_ear", "kitchen", "product", 4),
    ],
)
def test_common_ancestor_and_distance(
    hierarchy: Hierarchy, first: str, second: str, ancestor: str, distance: int
) -> None:
    assert hierarchy.common_ancestor(first, second) == ancestor
    assert hierarchy.common_ancestor(second, first) == ancestor
    assert hierarchy.distance(first, second) == distance
    assert hierarchy.distance(second, first) == distance


def test_is_a(hierarchy: Hierarchy) -> None:
    assert hierarchy.is_a("over_ear", "audio")
    assert hierarchy.is_a("audio", "audio")
    assert not hierarchy.is_a("audio", "over_ear")


@pytest.mark.parametrize("method", ["ancestors", "descendants", "children", "family", "depth"])
def test_unknown_classes_are_refused(hierarchy: Hierarchy, method: str) -> None:
    with pytest.raises(NotFoundError, match="no class 'teapot'"):
        getattr(hierarchy, method)("teapot")
    with pytest.raises(NotFoundError):
        hierarchy.distance("audio", "teapot")
