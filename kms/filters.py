"""Filter language: the same conditions for vectors, text index, ranking and HTTP."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from kms.types import Frozen

VALUE_FIELDS = ("brand", "category", "language")
"""Fields with values that every index has; the ontology adds those of its relations, and ``attr.<attribute id>``."""
NUMBER_FIELDS = ("price", "rating", "popularity", "added")
"""Fields with numbers that every shop has."""


class Condition(Frozen):
    """One field's condition; exactly one of ``any_of``, ``none_of``, or a range.

    Fields are ``price``, ``price.<currency code>``, ``rating``, ``popularity``, ``added`` (seconds since 1970),
    ``language``, the facets of the ontology's relations (``brand``, ``category``, ``use``, ``audience``), and
    ``attr.<attribute id>`` (value ids, or a range of SI magnitudes for quantities). Products carry all that their values
    imply, so a class matches its subclasses as well. Values are the same in capitals, and may be names in either language.

    Attributes:
        dimension: What the bounds of a range measure ("mass"), where they were written with a unit.
    """

    field: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z0-9_]+)?$", max_length=80)]
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    gte: float | None = None
    lte: float | None = None
    dimension: Annotated[str, Field(max_length=40)] | None = None

    @model_validator(mode="after")
    def _one_kind(self) -> Condition:
        kinds = (bool(self.any_of), bool(self.none_of), self.gte is not None or self.lte is not None)
        if sum(kinds) != 1:
            raise ValueError(f"condition on {self.field!r} needs exactly one of any_of, none_of, or gte/lte")
        return self


class Filter(Frozen):
    """All conditions must hold. An empty filter lets everything through."""

    conditions: Annotated[tuple[Condition, ...], Field(max_length=50)] = ()
