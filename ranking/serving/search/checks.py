"""Checks of a request's fields against what a version of the indexes can filter and count by."""

from __future__ import annotations

from kms.errors import FilterError
from ranking.models import SearchRequest
from ranking.serving.index import ServingIndex


def check_fields(index: ServingIndex, request: SearchRequest) -> None:
    """Refuse filters and facets of fields that have no index.

    Raises:
        FilterError: The message names the field and the fields that there are.
    """
    fields = [(c.field, bool(c.any_of or c.none_of)) for c in request.filter.conditions]
    fields += [(name, True) for name in request.facets]
    attributes, value_fields = index.ontology.attributes, index.ontology.value_fields
    for name, by_value in fields:
        attribute = attributes.get(name.removeprefix("attr.")) if name.startswith("attr.") else None
        has_numbers = name in index.columns.number_fields or (attribute and attribute.type == "quantity")
        has_values = name in value_fields or (attribute and attribute.type != "quantity")
        if not (has_values if by_value else has_numbers):
            kind = "values" if by_value else "a range"
            numbers = sorted(n for n in index.columns.number_fields if not n.startswith("attr."))
            raise FilterError(
                f"field {name!r} cannot be filtered by {kind}; value fields are {', '.join(value_fields)} and "
                f"attr.<attribute id>, number fields are {', '.join(numbers)} and attr.<quantity id>"
            )
