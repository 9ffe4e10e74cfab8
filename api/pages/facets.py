"""Facets of the search page: which fields are offered, and the trees of categories and classes."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from api.facts import Label
from api.pages.i18n import TEXTS
from api.pages.state import SearchState
from api.schemas import SearchOut
from api.services import Services
from kms.ontology.structure import CATEGORY_FIELD, LANGUAGE_FIELD, SHOP_CATEGORY_FIELD
from ranking.models import FacetCount

_MOST_ATTRIBUTE_FACETS = 5


@dataclass(frozen=True)
class Facet:
    """A field to filter by, with its name and the values that the results have.

    ``depths`` says how far to indent the values of a tree; other fields have none.
    """

    field: str
    name: Label
    counts: tuple[FacetCount, ...]
    depths: Mapping[str, int] = dataclasses.field(default_factory=dict)


class FacetChooser:
    """Chooses the facets of an answer and orders their values."""

    def __init__(self, services: Services) -> None:
        """Choose under the live version's ontology and categories."""
        self._services = services

    def choose(self, answer: SearchOut, attributes: Sequence[str], state: SearchState) -> tuple[Facet, ...]:
        """The four standing facets, then those attributes that tell the results apart best."""
        chosen = {field for field, _ in state.filters}
        least = max(2, answer.total // 5)
        worth = {name: sum(c.count for c in answer.facets.get(name, ())) for name in attributes}
        telling = [
            name
            for name in attributes
            if name in chosen or (len(answer.facets.get(name, ())) > 1 and worth[name] >= least)
        ]
        telling.sort(key=lambda name: (name not in chosen, -worth[name], name))
        facets = list(self._category_facets(answer, state))
        for name in (*self.fields, *telling[:_MOST_ATTRIBUTE_FACETS]):
            counts = answer.facets.get(name, ())
            if name in (CATEGORY_FIELD, SHOP_CATEGORY_FIELD):
                continue
            if not counts or (len(counts) == 1 and counts[0].count == answer.total and name not in chosen):
                continue
            facets.append(Facet(name, self._field_name(name), counts))
        return tuple(facets)

    def _category_facets(self, answer: SearchOut, state: SearchState) -> Iterator[Facet]:
        """The shop's categories where it has its own, and its classes as far as they say something else."""
        classes = answer.facets.get(CATEGORY_FIELD, ())
        own = answer.facets.get(SHOP_CATEGORY_FIELD, ())
        if not own or not self._services.has_own_categories:
            if classes:
                yield self._category_facet(classes, state)
            return
        yield self._tree_facet(own, state)
        if any(count.value not in self._services.classes_with_paths for count in classes):
            yield dataclasses.replace(self._category_facet(classes, state), name=TEXTS["facet_kind"])

    def _tree_facet(self, counts: Sequence[FacetCount], state: SearchState) -> Facet:
        """The shop's tree below the page's category; open where a value is chosen, and at the first one."""
        top = state.category
        by_parent: dict[str, list[FacetCount]] = {}
        for count in counts:
            by_parent.setdefault(count.value.rpartition("/")[0], []).append(count)
        while (
            not state.category and len(roots := by_parent.get(top, [])) == 1 and by_parent.get(roots[0].value)
        ):
            top = roots[0].value  # a category that all are in says nothing
        chosen = [value for field, value in state.filters if field == SHOP_CATEGORY_FIELD]
        ordered: list[FacetCount] = []

        def add(parent: str) -> None:
            for place, count in enumerate(by_parent.get(parent, ())):
                ordered.append(count)
                is_chosen = any(f"{value}/".startswith(f"{count.value}/") for value in chosen)
                if is_chosen or (not chosen and place == 0 and parent == top):
                    add(count.value)

        add(top)
        least = top.count("/") + 1 if top else 0
        depths = {count.value: count.value.count("/") - least for count in ordered}
        return Facet(SHOP_CATEGORY_FIELD, self._field_name(CATEGORY_FIELD), tuple(ordered), depths)

    def _category_facet(self, counts: Sequence[FacetCount], state: SearchState) -> Facet:
        """Families, most products first; the first one, and those that are chosen, with the classes below."""
        hierarchy = self._services.ontology.hierarchy
        by_id = {c.value: c for c in counts}
        chosen = [value for field, value in state.filters if field == "category" and value in by_id]
        families = [c for c in counts if hierarchy.depth(c.value) == 1]
        opened = {hierarchy.family(value) for value in chosen} or {c.value for c in families[:1]}
        ordered: list[FacetCount] = []
        for family in families:
            ordered.append(family)
            if family.value in opened:
                ordered += self._below(family.value, by_id)
        depths = {c.value: hierarchy.depth(c.value) - 1 for c in ordered}
        return Facet("category", self._field_name("category"), tuple(ordered), depths)

    def _below(self, class_id: str, by_id: Mapping[str, FacetCount]) -> list[FacetCount]:
        children = [by_id[c] for c in self._services.ontology.hierarchy.children(class_id) if c in by_id]
        counts: list[FacetCount] = []
        for child in sorted(children, key=lambda c: -c.count):
            counts += [child, *self._below(child.value, by_id)]
        return counts

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields of relations that are always offered as facets."""
        return tuple(name for name in self._services.ontology.value_fields if name != LANGUAGE_FIELD)

    def _field_name(self, field: str) -> Label:
        known = TEXTS.get(f"facet_{field}")
        if known is not None:
            return known
        ontology = self._services.ontology
        relation = ontology.relation_of_field(field)
        attribute = ontology.attributes.get(field.removeprefix("attr."))
        label = attribute.label if attribute else relation.label if relation else None
        return (label.en, label.zh) if label else (field, field)
