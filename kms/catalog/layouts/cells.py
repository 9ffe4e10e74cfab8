"""Cells of a row by column name, with a record of which column became which field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, TypeVar

from kms.catalog.rows import RawRow, RowProblem
from kms.catalog.values import is_empty, says_nothing

ValueT = TypeVar("ValueT")


@lru_cache(maxsize=50_000)
def fold_column(name: str) -> str:
    """A column's name without case, prefix and underscores: ``g:Image_Link`` is ``image link``."""
    return " ".join(name.replace("_", " ").replace("\ufeff", "").split()).casefold().removeprefix("g:")


class Cells:
    """One row.

    Attributes:
        line: Where it stands.
        problems: Values that could not be read and were left out.
        used: Column to field.
        variant: Id of the variant that the row is; empty where it is none.
    """

    def __init__(self, row: RawRow) -> None:
        self.line = row.line
        self.row = row
        self.problems: list[RowProblem] = []
        self.used: dict[str, str] = {}
        self.variant = ""
        self._columns: dict[str, list[str]] = {}
        for name in (*row.values, *row.repeated):
            self._columns.setdefault(fold_column(str(name)), []).append(name)

    def all(self, field: str, *columns: str) -> list[Any]:
        """Every value of these columns that is not empty; lists are taken apart."""
        values: list[Any] = []
        for wanted in columns:
            for name in self._columns.get(fold_column(wanted), ()):
                held = self.row.repeated.get(name) or (self.row.values.get(name),)
                for each in held:
                    values += [
                        item for item in (each if isinstance(each, list) else [each]) if not is_empty(item)
                    ]
                if any(not is_empty(each) for each in held):
                    self.used.setdefault(name, field)
        return values

    def find(self, field: str, *columns: str) -> Any:
        """The first value of these columns that is not empty, or ``None``."""
        for wanted in columns:
            if values := self.all(field, wanted):
                return values[0]
        return None

    def read(
        self, field: str, columns: str | Iterable[str], reader: Callable[..., ValueT], **how: Any
    ) -> ValueT | None:
        """A value that ``reader`` makes; ``None`` where there is none, or it cannot be read, which is noted."""
        value = self.find(field, *((columns,) if isinstance(columns, str) else columns))
        return None if value is None or says_nothing(value) else self.attempt(field, reader, value, **how)

    def attempt(self, field: str, reader: Callable[..., ValueT], value: Any, **how: Any) -> ValueT | None:
        """What ``reader`` makes of a value; ``None`` where it cannot be read, which is noted."""
        try:
            return reader(field, value, **how)
        except RowProblem as problem:
            if all(problem.message != other.message for other in self.problems):
                self.problems.append(problem)
            return None

    def name_variant(self, variant_id: str) -> str:
        """Note of which variant the row speaks; gives its id back."""
        self.variant = variant_id
        return variant_id

    def mark(self, field: str, *columns: str) -> None:
        """Note that columns became a field, or why they did not."""
        for name in columns:
            self.used.setdefault(name, field)

    def unused(self) -> list[str]:
        """Columns with content that nothing was made of."""
        names = [*self.row.values, *self.row.repeated]
        return [name for name in names if name not in self.used and not is_empty(self.row.values.get(name))]
