from __future__ import annotations

from random import Random

import pytest

from kms.facts.outliers import Size, find_implausible
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()


def weights(
    class_id: str, count: int, seed: int = 1, usual: float = 1.0
) -> tuple[list[Size], dict[str, str]]:
    random = Random(seed)
    sizes = [
        Size(f"product:{class_id}-{n}", "weight", f"value:weight/{n}", usual * random.uniform(0.6, 1.6))
        for n in range(count)
    ]
    return sizes, {size.product: class_id for size in sizes}


@pytest.mark.parametrize("factor", [1_000.0, 0.001, 28.35, 0.05])
def test_a_number_with_a_wrong_unit_stands_out(factor: float) -> None:
    sizes, classes = weights("kettle", 30)
    wrong = sizes[3]._replace(value=factor)
    found = find_implausible([*sizes[:3], wrong, *sizes[4:]], classes, ONTOLOGY)
    assert set(found) == {(wrong.product, "weight", wrong.target)}
    doubt = found[(wrong.product, "weight", wrong.target)]
    assert (doubt.class_id, doubt.products) == ("kettle", 30)
    assert doubt.usual == pytest.approx(1.0, rel=0.2)


def test_sizes_that_spread_are_no_doubt() -> None:
    random = Random(2)
    sizes, classes = weights("kettle", 200)
    spread = [size._replace(value=random.lognormvariate(0, 0.5)) for size in sizes]
    assert find_implausible(spread, classes, ONTOLOGY) == {}


def test_a_kind_of_one_size_does_not_doubt_the_next_size() -> None:
    sizes, classes = weights("kettle", 40)
    same = [size._replace(value=1.0) for size in sizes[:-1]]
    assert find_implausible([*same, sizes[-1]._replace(value=2.0)], classes, ONTOLOGY) == {}


def test_a_kind_with_few_products_and_products_without_a_class_are_not_judged() -> None:
    sizes, classes = weights("kettle", 19)
    wrong = [*sizes[1:], sizes[0]._replace(value=1_000.0)]
    assert find_implausible(wrong, classes, ONTOLOGY) == {}
    sizes, classes = weights("kettle", 40)
    assert find_implausible([*sizes[1:], sizes[0]._replace(value=1_000.0)], {}, ONTOLOGY) == {}
    assert len(find_implausible([*sizes[1:], sizes[0]._replace(value=1_000.0)], classes, ONTOLOGY)) == 1


def test_counts_are_no_sizes() -> None:
    counted = next(
        a.id for a in ONTOLOGY.attributes.values() if a.type == "quantity" and a.dimension == "count"
    )
    sizes, classes = weights("kettle", 30)
    counts = [size._replace(attribute=counted, value=1.0) for size in sizes]
    assert find_implausible([*counts[1:], counts[0]._replace(value=64.0)], classes, ONTOLOGY) == {}


def test_kinds_are_judged_apart() -> None:
    kettles, of_kettles = weights("kettle", 30)
    tents, of_tents = weights("tent", 30, usual=50.0)
    assert find_implausible([*kettles, *tents], of_kettles | of_tents, ONTOLOGY) == {}
