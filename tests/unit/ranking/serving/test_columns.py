"""Columns against the plain meaning of a filter, on drawn products."""

from __future__ import annotations

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
        and (condition.gte is None or number >= condition.gte)
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


def test_near() -> None:
    columns = ProductColumns(
        [IndexedProduct(id=str(n), title="", numbers={"attr.weight": n}) for n in (90.0, 100.0, 111.0)]
        + [IndexedProduct(id="none", title="")]
    )
    assert columns.near("attr.weight", 100.0, 10.0).tolist() == [0, 1]
    assert columns.near("attr.length", 1.0, 0.1).tolist() == []
