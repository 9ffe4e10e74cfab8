r"""Mappings: YAML files that assign the columns of a shop's file to the catalogue's fields.

.. code-block:: yaml

    kind: product                 # product | review | event
    encoding: gb18030             # of a text file that is not UTF-8
    rows: channel.items           # the list inside a JSON object, or the element of XML, that holds the rows
    fields:
      id: asin                    # short for {column: asin}; dots go into nested tables; {column: sku, code: true} makes
                                  # an id of a code such as A/B-12
      description: {columns: [description, feature], join: "\n"}  # without join: first not empty
      category: {column: categories, pick: last}                    # of a list: first | last | all (joined)
      price: {column: price, currency_column: currency, currency: USD, divisor: 100}
      created_at: {column: time, unit: seconds}                     # or format: "%d/%m/%Y" of a time in writing
      language: {constant: en}
    attributes:                   # products: the shop's table
      column: specs               # one column that holds a table, and/or
      columns: {Weight: weight}   # named columns, and/or
      prefixes: [attr_t_]         # all columns that begin so: attr_t_screen_size is "screen size"
      units: {weight: g}          # unit written behind a number, by column without its prefix
      skip: [ean]
    related: {complements: also_buy}

``on_error: drop`` leaves a field empty where its value cannot be read; otherwise the row is set aside.
"""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as AbcMapping
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from rapidfuzz import fuzz, process

from kms.catalog.fields import (
    read_availability,
    read_code,
    read_condition,
    read_gtin,
    read_names,
    read_paths,
    read_picture,
    read_stock,
    read_url,
    split_list,
)
from kms.catalog.identifiers import to_identifier
from kms.catalog.models import Product, Review
from kms.catalog.prices import read_currency, read_price
from kms.catalog.rows import RejectReason, RowProblem, shorten
from kms.catalog.values import (
    EpochUnit,
    is_empty,
    read_list,
    read_moment,
    read_name,
    read_number,
    read_rating,
    read_text,
    says_nothing,
)
from kms.currency import currency_codes
from kms.journal.actions import ACTIONS
from kms.journal.models import Event
from kms.quantities.numbers import read_number as written_number
from kms.text.language import detect_language
from kms.types import Frozen, Language, ProductRole

Kind = Literal["product", "review", "event"]
Model = Product | Review | Event

_MODELS: dict[Kind, type[Product] | type[Review] | type[Event]] = {
    "product": Product,
    "review": Review,
    "event": Event,
}
_MULTILINE = ("description", "text")
_NAMES = ("brand", "category")
_NUMBERS = ("rating", "value", "position")
_MOMENTS = ("created_at", "timestamp", "published_at", "unpublished_at")
_MEASURES = ("price", *_NUMBERS, *_MOMENTS, "image_url")
"""Fields in which a cell such as N/A means that there is none; a book's title may be "Unknown"."""


def _items(value: Any) -> list[str]:
    """The items of a list, which may have commas themselves, or of a cell with commas between them."""
    return (
        [str(item) for item in value if not is_empty(item)]
        if isinstance(value, list)
        else split_list(str(value))
    )


_COMPOSED = {"attributes", "related", "variants", "sale", "shipping", "numbers", "texts", "translations"}
_CELL_READERS: dict[str, Callable[[str, Any], Any]] = {
    "sku": read_code,
    "mpn": read_code,
    "gtin": read_gtin,
    "stock": read_stock,
    "availability": read_availability,
    "condition": read_condition,
    "link": read_url,
    "tags": lambda field, value: read_names(field, _items(value)),
    "pictures": lambda field, value: [read_picture(field, each) for each in _items(value)],
    "category_paths": lambda field, value: read_paths(field, _items(value)),
}
"""Fields without which a row is still of use: a value that cannot be read is left out."""
_LISTS = ("tags", "pictures", "category_paths")
_NEAR = 75.0
"""Likeness of two names, of 100, from which one may be a slip of the other."""


def _likeness(one: str, other: str, **_: Any) -> float:
    """Likeness of two columns' names by their letters; one that has all words of the other is like it."""
    words, others = re.findall(r"[^\W_]+", one), re.findall(r"[^\W_]+", other)
    return 90.0 if words and set(words) <= set(others) else fuzz.ratio(one, other)


class FieldRule(Frozen):
    """Where a field's value comes from and how it is read.

    Attributes:
        column: Name of a column; dots go into nested tables and lists (``variants.price`` of each, ``images.0.src``).
        columns: Several: the first that is not empty, or with ``join`` all of them.
        pick: Of a list.
        hash: The value is a hash of the columns, for ids where there are none.
        code: The value is a shop's code, such as a SKU: signs that ids cannot have are replaced (``A/B-12``).
        currency: Of prices that name none; ``currency_column`` names the column that says it row by row.
        unit: Of times that are numbers; without it, numbers too large for seconds are milliseconds.
        format: Of times in writing, as ``strptime`` takes it, such as ``%d/%m/%Y``.
    """

    column: str | None = None
    columns: tuple[str, ...] = ()
    constant: str | int | float | None = None
    join: str | None = None
    pick: Literal["first", "last", "all"] = "all"
    hash: bool = False
    code: bool = False
    currency: str | None = None
    currency_column: str | None = None
    divisor: Annotated[int, Field(ge=1)] = 1
    unit: EpochUnit | None = None
    format: str | None = None
    on_error: Literal["reject", "drop"] = "reject"

    @model_validator(mode="after")
    def _check_source(self) -> FieldRule:
        given = sum((self.column is not None, bool(self.columns), self.constant is not None))
        if given != 1:
            raise ValueError("give exactly one of column, columns and constant")
        if self.currency is not None and self.currency not in currency_codes():
            raise ValueError(f"{self.currency!r} is no currency code of ISO 4217, such as EUR")
        return self

    def names(self) -> tuple[str, ...]:
        """Columns that the value is read from."""
        return self.columns or ((self.column,) if self.column is not None else ())

    def find(self, row: AbcMapping[str, Any]) -> Any:
        """The raw value in a row, or ``None``."""
        if self.constant is not None:
            return self.constant
        names = self.columns or (self.column or "",)
        values = [value for name in names if not is_empty(value := _look_up(row, name))]
        if self.hash:
            state = "\x1f".join(str(_look_up(row, name)) for name in names)
            return hashlib.blake2b(state.encode("utf-8", "replace"), digest_size=10).hexdigest()
        if not values:
            return None
        if self.columns and self.join is not None:
            return [item for value in values for item in (value if isinstance(value, list) else [value])]
        value = values[0]
        if isinstance(value, list) and self.pick != "all":
            kept = [item for item in value if not is_empty(item)]
            return kept[0 if self.pick == "first" else -1] if kept else None
        return value


def _expand_rule(value: Any) -> Any:
    return {"column": value} if isinstance(value, str) else value


Rule = Annotated[FieldRule, BeforeValidator(_expand_rule)]


class MissingColumn(NamedTuple):
    """Columns that a field is read from and that a file does not have.

    Attributes:
        nearest: The file's column whose name is most like it.
        is_required: Without the field no row can be taken.
    """

    field: str
    columns: tuple[str, ...]
    nearest: str | None
    is_required: bool

    def __str__(self) -> str:
        hint = f" (did you mean {self.nearest}?)" if self.nearest else ""
        return f"{' or '.join(self.columns)}, which the mapping reads {self.field} from{hint}"


class AttributeRule(Frozen):
    """Which columns make the shop's attribute table."""

    column: str | None = None
    columns: dict[str, str] = Field(default_factory=dict)
    prefixes: tuple[str, ...] = ()
    units: dict[str, str] = Field(default_factory=dict)
    skip: tuple[str, ...] = ()


class Mapping(Frozen):
    """How rows of one kind of file become models.

    Attributes:
        encoding: Of a text file that is not UTF-8.
        rows: The list inside a JSON object (with dots), or the element of XML, that holds the rows.
    """

    kind: Kind
    encoding: str | None = None
    rows: str | None = None
    fields: dict[str, Rule]
    attributes: AttributeRule | None = None
    related: dict[ProductRole, Rule] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check_fields(self) -> Mapping:
        known = mappable_fields(self.kind)
        if unknown := sorted(set(self.fields) - known):
            raise ValueError(
                f"a {self.kind} has no field {', '.join(unknown)}; known are {', '.join(sorted(known))}"
            )
        needed = {n for n, field in _MODELS[self.kind].model_fields.items() if field.is_required()}
        if missing := sorted(needed - set(self.fields)):
            raise ValueError(f"a {self.kind} needs {', '.join(missing)}")
        if self.kind != "product" and (self.attributes or self.related):
            raise ValueError(f"a {self.kind} has neither attributes nor related")
        if self.encoding is not None:
            try:
                codecs.lookup(self.encoding)
            except LookupError:
                raise ValueError(
                    f"the encoding {self.encoding!r} is not known; try gb18030, big5, cp1252"
                ) from None
        return self

    def fields_of(self, column: str) -> list[str]:
        """Fields that are read from a column."""
        fields = [
            name for name, rule in (*self.fields.items(), *self.related.items())
            if column in (*rule.names(), rule.currency_column)
        ]  # fmt: skip
        rule = self.attributes
        if rule is not None and column not in rule.skip:
            is_named = column == rule.column or column in rule.columns.values()
            if is_named or (rule.prefixes and column.startswith(rule.prefixes)):
                fields.append("attributes")
        return fields

    def missing_columns(self, rows: Sequence[AbcMapping[str, Any]]) -> list[MissingColumn]:
        """Columns that the mapping names and none of the rows has; where a rule names several, all must be missing."""
        named = [(name, rule.names()) for name, rule in (*self.fields.items(), *self.related.items())]
        if self.attributes is not None:
            named += [("attributes", (column,)) for column in self.attributes.columns.values()]
            named += [("attributes", (self.attributes.column,))] if self.attributes.column else []
        there = list(dict.fromkeys(column for row in rows for column in row))
        missing = []
        for field, wanted in named:
            if not wanted or any(_has_column(row, column) for row in rows for column in wanted):
                continue
            nearest = process.extractOne(
                wanted[0], there, scorer=_likeness, processor=str.casefold, score_cutoff=_NEAR
            )
            is_required = (
                field in _MODELS[self.kind].model_fields
                and _MODELS[self.kind].model_fields[field].is_required()
            )
            missing.append(MissingColumn(field, wanted, nearest[0] if nearest else None, is_required))
        return missing

    def apply(
        self,
        row: AbcMapping[str, Any],
        *,
        shop_currency: str | None = None,
        left_out: list[RowProblem] | None = None,
    ) -> Model:
        """The model of a row.

        Args:
            row: Column to value.
            shop_currency: The shop's own: settles what ``$`` and ``kr`` mean where the mapping does not.
            left_out: Takes what is wrong with values that the row can do without, such as a GTIN.

        Raises:
            RowProblem: A value is missing or cannot be used.
        """
        values = self.read_values(row, shop_currency=shop_currency, left_out=left_out)
        if self.kind != "event":
            values["language"] = read_language(values)
        try:
            return _MODELS[self.kind].model_validate(values)
        except ValidationError as error:
            raise to_problem(error, values) from None

    def read_values(
        self,
        row: AbcMapping[str, Any],
        *,
        shop_currency: str | None = None,
        left_out: list[RowProblem] | None = None,
    ) -> dict[str, Any]:
        """The values of those fields that a row has something for; else as ``apply``."""
        values: dict[str, Any] = {}
        for field, rule in self.fields.items():
            raw = rule.find(row)
            if is_empty(raw):
                continue
            try:
                value = _read_field(field, rule, raw, row, shop_currency)
            except RowProblem as problem:
                if field not in _CELL_READERS and rule.on_error == "reject":
                    raise
                if left_out is not None:
                    left_out.append(problem)
                continue
            if value is not None and value != "":
                values[field] = value
        if self.attributes is not None:
            values["attributes"] = _read_attributes(self.attributes, row)
        if self.related:
            values["related"] = _read_related(self.related, row)
        return values


def mappable_fields(kind: Kind) -> set[str]:
    """Fields that a mapping may name; what is made of several rows or columns at once is for layouts."""
    return set(_MODELS[kind].model_fields) - _COMPOSED


def _has_column(row: AbcMapping[str, Any], name: str) -> bool:
    return name in row or name.partition(".")[0] in row


def _look_up(row: AbcMapping[str, Any], name: str) -> Any:
    if name in row:
        return row[name]
    value: Any = row
    for part in name.split("."):
        value = _step(value, part)
    return value


def _step(value: Any, part: str) -> Any:
    """One step into a nested value: a key of a table, a place in a list, or a key of each of its tables."""
    if isinstance(value, dict):
        return value.get(part)
    if not isinstance(value, list):
        return None
    if part.isdecimal():
        return value[int(part)] if int(part) < len(value) else None
    return [found for item in value if not is_empty(found := _step(item, part))] or None


def _read_field(
    field: str, rule: FieldRule, raw: Any, row: AbcMapping[str, Any], shop_currency: str | None
) -> Any:
    if field in _MEASURES and says_nothing(raw):
        return None
    if field == "price":
        currency = rule.currency
        if rule.currency_column and not is_empty(written := _look_up(row, rule.currency_column)):
            currency = read_currency(field, written, shop_currency=shop_currency)
        # What names no currency is in the shop's own.
        given = currency or shop_currency
        return read_price(field, raw, currency=given, divisor=rule.divisor, shop_currency=shop_currency)
    if field == "rating":
        return read_rating(field, raw, divisor=rule.divisor)
    if field in _NUMBERS:
        return read_number(field, raw, divisor=rule.divisor)
    if field in _MOMENTS:
        return read_moment(field, raw, unit=rule.unit, format=rule.format)
    if field in _CELL_READERS:
        if field in _LISTS and rule.columns and rule.join is not None:
            raw = [item for cell in raw for item in _items(cell)]
        return None if says_nothing(raw) else _CELL_READERS[field](field, raw)
    if field in _NAMES:
        return read_name(field, raw)
    text = read_text(field, raw, join=rule.join or " ", is_single_line=field not in _MULTILINE)
    if rule.code:
        return to_identifier(text)
    return ACTIONS.get(text.casefold(), text) if field == "type" else text


def _read_attributes(rule: AttributeRule, row: AbcMapping[str, Any]) -> dict[str, str]:
    cells: list[tuple[str, str, Any]] = []
    table = _look_up(row, rule.column) if rule.column else None
    if isinstance(table, dict):
        cells += [(str(name), str(name), value) for name, value in table.items()]
    elif not is_empty(table):
        raise RowProblem("attributes", "invalid", f"attributes {shorten(table)} are no table")
    cells += [(label, column, _look_up(row, column)) for label, column in rule.columns.items()]
    for column, value in row.items() if rule.prefixes else ():
        if column.startswith(rule.prefixes):
            bare = column[next(len(prefix) for prefix in rule.prefixes if column.startswith(prefix)) :]
            cells.append((_humanise(bare), bare, value))
    attributes: dict[str, str] = {}
    for label, column, value in cells:
        if is_empty(value) or column in rule.skip:
            continue
        name = _clean_name(label)
        text = read_text(name, value, join=", ", is_single_line=True)
        if not name or not text or name in attributes:
            continue
        if len(name) > 200 or len(text) > 10_000:
            raise RowProblem("attributes", "too_long", f"attribute {shorten(name)} is too long")
        unit = rule.units.get(column)
        is_number = isinstance(value, int | float | str) and written_number(text) is not None
        attributes[name] = f"{text} {unit}" if unit and is_number and not isinstance(value, bool) else text
    return attributes


@lru_cache(maxsize=20_000)
def _humanise(column: str) -> str:
    return " ".join(column.replace("__", " ").replace("_", " ").split())


@lru_cache(maxsize=20_000)
def _clean_name(name: str) -> str:
    return read_text("attributes", name, is_single_line=True).rstrip(":： ")


def _read_related(rules: AbcMapping[ProductRole, FieldRule], row: AbcMapping[str, Any]) -> dict[str, Any]:
    related: dict[str, Any] = {}
    for role, rule in rules.items():
        raw = rule.find(row)
        if not is_empty(raw) and (others := read_list(role, raw)):
            related[role] = others
    return related


def read_language(values: AbcMapping[str, Any]) -> Language:
    """The language that a row states, else that of its texts."""
    given = str(values.get("language", "")).lower().replace("_", "-").split("-")[0]
    if given in ("en", "zh"):
        return "zh" if given == "zh" else "en"
    texts = (values.get("title", ""), values.get("description", ""), values.get("text", ""))
    return detect_language("\n".join(text for text in texts if text)[:2_000])


def to_problem(error: ValidationError, values: AbcMapping[str, Any]) -> RowProblem:
    """What is wrong with a row, in words, from what the model says of its values."""
    first = error.errors(include_url=False, include_context=True)[0]
    field = ".".join(str(part) for part in first["loc"][:1])
    kind = first["type"]
    reason: RejectReason = "invalid"
    in_file = in_json = ""
    if kind in ("missing", "string_too_short"):
        reason, message = "missing", f"{field} is empty"
    elif kind == "string_too_long":
        limit = first.get("ctx", {}).get("max_length")
        length = len(str(values.get(field, "")))
        reason, message = "too_long", f"{field} has {length} characters, at most {limit} are taken"
    elif field == "rating":
        message = f"rating {shorten(values.get(field))} is not a number from 1 to 5"
    elif field in ("id", "product_id", "shopper_id") and kind == "string_pattern_mismatch":
        message = (
            f"{field} {shorten(values.get(field))} has blanks, slashes or other signs that ids cannot have"
        )
        in_file = "say `code: true` in the mapping to make an id of it"
        in_json = "send one without them, such as A-12"
    else:
        message = f"{field} {shorten(values.get(field))}: {first['msg']}"
    return RowProblem(field, reason, message, in_file=in_file, in_json=in_json)
