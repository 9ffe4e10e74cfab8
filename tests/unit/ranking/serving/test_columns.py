"""Columns against the plain meaning of a filter, on drawn products."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kms.filters import Condition, Filter
from kms.lexical.models import IndexedProduct
from ranking.serving.columns import ProductColumns

VALUES = st.lists(st.sampled_from("abc"), max_size=3).map(tuple)
PRODUCTS = st.lists(
    st.builds(
        IndexedProduct,
        id=st.just("x"),
        title=st.just("x"),
        facets=st.dictionaries(st.sampled_from(["brand", "use"]), VALUES, max_size=2),
        numbers=st.dictionaries(
            st.sampled_from(["price", "rating"]), st.integers(0, 9).map(float), max_size=2
        ),
    ),
    max_size=8,
)
CONDITIONS = st.one_of(
    st.builds(
        lambda field, values, without: Condition(
            field=field, any_of=() if without else values, none_of=values if without else ()
        ),
        st.sampled_from(["brand", "use", "audience"]),
        st.lists(st.sampled_from("abcd"), min_size=1, max_size=2).map(tuple),
        st.booleans(),
    ),
    st.builds(
        lambda field, low, high: Condition(field=field, gte=low, lte=high),
        st.sampled_from(["price", "rating", "popularity"]),
        st.integers(0, 9).map(float),
        st.none() | st.integers(0, 9).map(float),
    ),
)


def holds(product: IndexedProduct, condition: Condition) -> bool:
    held = set(product.facets.get(condition.field, ()))
    if condition.any_of:
        return bool(held & set(condition.any_of))
    if condition.none_of:
        return not held & set(condition.none_of)
    number = product.numbers.get(condition.field)
    return (
        number is not None
        and (condition.gte is None or product.highs.get(condition.field, number) >= condition.gte)
        and (condition.lte is None or number <= condition.lte)
    )


@given(PRODUCTS, st.lists(CONDITIONS, max_size=3))
def test_passing(products: list[IndexedProduct], conditions: list[Condition]) -> None:
    mask = ProductColumns(products).passing(Filter(conditions=tuple(conditions)))
    assert mask.tolist() == [all(holds(p, c) for c in conditions) for p in products]


@given(PRODUCTS, st.data())
def test_counts(products: list[IndexedProduct], data: st.DataObject) -> None:
    chosen = data.draw(st.sets(st.integers(0, max(len(products) - 1, 0)), max_size=len(products)))
    positions = sorted(i for i in chosen if i < len(products))
    counts = ProductColumns(products).counts("brand", positions)  # type: ignore[arg-type]
    for value in "abc":
        assert counts.get(value, 0) == sum(value in products[i].facets.get("brand", ()) for i in positions)


def test_distance() -> None:
    columns = ProductColumns(
        [IndexedProduct(id=str(n), title="", numbers={"attr.weight": n}) for n in (90.0, 100.0, 111.0)]
        + [IndexedProduct(id="none", title="")]
    )
    assert columns.distance("attr.weight", 100.0)[:3].tolist() == [10.0, 0.0, 11.0]
    assert np.isnan(columns.distance("attr.weight", 100.0)[3])
    assert np.isnan(columns.distance("attr.length", 1.0)).all()


def test_a_range_is_found_by_any_value_in_it() -> None:
    field = "attr.voltage"
    columns = ProductColumns(
        [
            IndexedProduct(id="wide", title="", numbers={field: 100.0}, highs={field: 240.0}),
            IndexedProduct(id="one", title="", numbers={field: 230.0}),
        ]
    )

    def passing(gte: float | None = None, lte: float | None = None) -> list[bool]:
        return [*map(bool, columns.passing(Filter(conditions=(Condition(field=field, gte=gte, lte=lte),))))]

    assert passing(gte=110.0, lte=120.0) == [True, False]
    assert passing(gte=235.0) == [True, False]
    assert passing(lte=99.0) == [False, False]
    assert passing(gte=90.0, lte=250.0) == [True, True]
    assert columns.distance(field, 220.0).tolist() == [0.0, 10.0]
    assert columns.distance(field, 245.0).tolist() == [5.0, 15.0]
