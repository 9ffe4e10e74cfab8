"""State of the search page, kept in its address: every filter, sort and page is a link."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args
from urllib.parse import quote, urlencode

from kms.filters import Condition, Filter
from kms.ontology.structure import SHOP_CATEGORY_FIELD
from ranking.models import SearchRequest, Sort

PAGE_SIZE = 10
_MOST_PAGES = 10_000_000
"""Guards against numbers that no catalogue has; paging goes on to the last match."""
_MOST_FILTERS = 20
_FIELD = re.compile(r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$")


@dataclass(frozen=True)
class SearchState:
    """A query with filters (``(field, value)`` pairs), price limits, sort and page (from 1).

    ``category`` is the shop's category whose page it is.
    """

    query: str = ""
    filters: tuple[tuple[str, str], ...] = ()
    price_from: float | None = None
    price_to: float | None = None
    sort: Sort = "relevance"
    page: int = 1
    category: str = ""

    @property
    def base(self) -> str:
        """The address without what narrows the results."""
        return category_url(self.category) if self.category else "/"

    @property
    def is_start(self) -> bool:
        """Whether nothing was asked for yet."""
        return not self.query and not self.has_filters and not self.category

    @property
    def has_filters(self) -> bool:
        """Whether anything narrows the results besides the query."""
        return bool(self.filters) or self.price_from is not None or self.price_to is not None

    def url(self, **changes: Any) -> str:
        """The address of this state with ``changes``; a change of anything but the page starts at page 1."""
        state = replace(self, **changes) if "page" in changes else replace(self, page=1, **changes)
        pairs: list[tuple[str, str]] = []
        if state.query:
            pairs.append(("q", state.query))
        pairs += [("f", f"{field}:{value}") for field, value in state.filters]
        if state.price_from is not None:
            pairs.append(("min", f"{state.price_from:g}"))
        if state.price_to is not None:
            pairs.append(("max", f"{state.price_to:g}"))
        if state.sort != "relevance":
            pairs.append(("sort", state.sort))
        if state.page > 1:
            pairs.append(("page", str(state.page)))
        return f"{self.base}?{urlencode(pairs)}" if pairs else self.base

    def without_filters(self) -> str:
        """The address with query and sort alone, in the same category."""
        return SearchState(query=self.query, sort=self.sort, category=self.category).url()

    def without_words(self, words: str) -> str | None:
        """The address without some words of the query; ``None`` where it is not written with them, or has no others."""
        before, found, behind = self.query.partition(words)
        rest = " ".join(f"{before} {behind}".split())
        return self.url(query=rest) if found and rest else None

    def toggled(self, field: str, value: str) -> str:
        """The address with a filter put on, or taken off where it is on."""
        pair = (field, value)
        on = pair in self.filters
        return self.url(filters=tuple(f for f in self.filters if f != pair) if on else (*self.filters, pair))

    def request(self, facets: Sequence[str]) -> SearchRequest:
        """The search request for the ranking; values of one field are alternatives, fields must all hold."""
        by_field: dict[str, list[str]] = {}
        for field, value in self.filters:
            by_field.setdefault(field, []).append(value)
        conditions = [Condition(field=field, any_of=tuple(values)) for field, values in by_field.items()]
        if self.category:
            conditions.append(Condition(field=SHOP_CATEGORY_FIELD, any_of=(self.category,)))
        if self.price_from is not None or self.price_to is not None:
            conditions.append(Condition(field="price", gte=self.price_from, lte=self.price_to))
        return SearchRequest(
            query=self.query,
            filter=Filter(conditions=tuple(conditions)),
            facets=tuple(facets),
            sort=self.sort,
            limit=PAGE_SIZE,
            offset=(self.page - 1) * PAGE_SIZE,
            explain=True,
        )


def category_url(category_id: str) -> str:
    """The address of a category's page."""
    return f"/c/{quote(category_id)}"


def read_state(values: Mapping[str, Sequence[str]], *, category: str = "") -> SearchState:
    """The state that an address names; what cannot be read is left out rather than refused.

    Args:
        values: All values by name, as ``parse_qs`` gives them.
        category: The shop's category whose page it is.
    """

    def last(name: str) -> str:
        return (values.get(name) or [""])[-1]

    filters: dict[tuple[str, str], None] = {}
    for text in list(values.get("f") or [])[:_MOST_FILTERS]:
        field, separator, value = text.partition(":")
        if separator and value and len(field) <= 80 and len(value) <= 200 and _FIELD.match(field):
            filters[(field, value)] = None
    sort = last("sort")
    page = last("page")
    return SearchState(
        query=" ".join(last("q").split())[:500],
        filters=tuple(filters),
        price_from=_read_price(last("min")),
        price_to=_read_price(last("max")),
        sort=sort if sort in get_args(Sort) else "relevance",  # type: ignore[arg-type]
        page=min(max(int(page), 1), _MOST_PAGES) if re.fullmatch(r"[0-9]{1,9}", page) else 1,
        category=category,
    )


def _read_price(text: str) -> float | None:
    try:
        price = float(text)
    except ValueError:
        return None
    return price if 0 <= price <= 1e9 else None
