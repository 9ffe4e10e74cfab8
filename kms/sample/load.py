"""Reading the sample catalogue's files; ``kms/sample/README.md`` has their format."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, get_args

import yaml
from pydantic import ValidationError

from kms.currency import Price
from kms.errors import InputError
from kms.sample.markup import GoldText, MarkupError, parse_markup
from kms.sample.models import SPLITS, SampleCatalog, SampleProduct, SampleReview
from kms.types import Language, ProductRole

PRODUCT_KEYS = frozenset(
    {"id", "class", "brand", "split", "lang", "price", "image", "related", "table"}
    | {"title", "description", "reviews"}
)
REVIEW_KEYS = frozenset(["rating", "date", "lang", "title", "text"])
ROLES: tuple[ProductRole, ...] = get_args(ProductRole)

_Loader: type = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every scalar stays the text that was written
_PRODUCT_ID = re.compile(r"^[A-Z]{3}-\d{3}$")
_NOTHING = ("", "null", "~")


@dataclass(frozen=True, order=True)
class SampleProblem:
    """Something to correct in the sample catalogue.

    Attributes:
        product_id: Empty where it concerns a whole file.
        place: Field within the product, such as ``reviews[2].text``; may be empty.
        is_note: Worth a look, but may be right as it is.
    """

    file: str
    line: int
    product_id: str
    place: str
    message: str
    is_note: bool = False

    def __str__(self) -> str:
        """``file:line: product place: message``."""
        where = " ".join(part for part in (self.product_id, self.place) if part)
        return f"{self.file}:{self.line}: {where + ': ' if where else ''}{self.message}"


class SampleError(InputError):
    """The sample catalogue cannot be read; ``problems`` lists all reasons and the message shows them."""

    def __init__(self, problems: Iterable[SampleProblem]) -> None:
        """Make the error from the problems."""
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        super().__init__(f"{len(self.problems)} problem(s) in the sample catalogue:\n{lines}")


def sample_folder() -> Path:
    """The folder of the catalogue's files."""
    return Path(__file__).resolve().parent / "data" / "catalog"


def load_sample(folder: Path | None = None, clean: Callable[[str], str] | None = None) -> SampleCatalog:
    """Read all files of a folder (default: ``sample_folder()``).

    Args:
        folder: Holds ``<family>.yaml`` files.
        clean: Applied to every annotated text before its annotation is read, so that offsets fit the cleaned
            text; must leave ``[surface](label)`` alone. Default: texts stay as written.

    Raises:
        SampleError: Something cannot be read; all problems are listed.
    """
    sample, problems = read_sample(folder, clean)
    if problems:
        raise SampleError(problems)
    return sample


def read_sample(
    folder: Path | None = None, clean: Callable[[str], str] | None = None
) -> tuple[SampleCatalog, tuple[SampleProblem, ...]]:
    """Like ``load_sample``, but give what can be read together with the problems of the rest."""
    folder = sample_folder() if folder is None else folder
    problems: list[SampleProblem] = []
    products: list[SampleProduct] = []
    paths = sorted(folder.glob("*.yaml"))
    if not paths:
        problems.append(SampleProblem(str(folder), 1, "", "", "no *.yaml files here"))
    for path in paths:
        for line, data in _items(path, problems):
            product = _Reader(path.name, line, data, problems, clean or str).product()
            if product is not None:
                products.append(product)
    return SampleCatalog(tuple(products)), tuple(problems)


def _items(path: Path, problems: list[SampleProblem]) -> list[tuple[int, Any]]:
    try:
        loader = _Loader(path.read_text(encoding="utf-8"))
        root = loader.get_single_node()
        if not isinstance(root, yaml.SequenceNode):
            problems.append(SampleProblem(path.name, 1, "", "", "the file must be a list of products"))
            return []
        # deep=True: the nodes below are constructed at once and not when the document is done
        return [(node.start_mark.line + 1, loader.construct_object(node, deep=True)) for node in root.value]
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problems.append(SampleProblem(path.name, line, "", "", f"not YAML: {error.problem}"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        problems.append(SampleProblem(path.name, 1, "", "", f"not YAML in UTF-8: {error}"))
    return []


class _Reader:
    """Turns one item into a product and collects what is wrong with it."""

    def __init__(
        self, file: str, line: int, data: Any, problems: list[SampleProblem], clean: Callable[[str], str]
    ) -> None:
        self.file = file
        self.line = line
        self.data = data
        self.problems = problems
        self.clean = clean
        self.id = str(data.get("id", "")) if isinstance(data, dict) else ""
        self.failed = False

    def product(self) -> SampleProduct | None:
        if not isinstance(self.data, dict):
            self._fail("", "a product must be a mapping")
            return None
        for key in sorted(set(self.data) - PRODUCT_KEYS):
            self._fail(key, "unknown key")
        if not _PRODUCT_ID.match(self.id):
            self._fail("id", f"{self.id!r} is not three capitals, a hyphen and three digits")
        split = self._one_of("split", self.data, SPLITS)
        language = self._one_of("lang", self.data, get_args(Language))
        reviews = tuple(
            self._review(index, each) for index, each in enumerate(self._list("reviews"), start=1)
        )
        product = SampleProduct(
            id=self.id,
            file=self.file,
            line=self.line,
            class_id=self._text("class"),
            brand=self._text("brand"),
            split=split,
            language=language,
            price=self._price(),
            image=self._optional("image"),
            title=self._gold("title", self.data.get("title"), is_required=True),
            description=self._gold("description", self.data.get("description"), is_required=True),
            table=self._table(),
            related=self._related(),
            reviews=tuple(review for review in reviews if review is not None),
        )
        return None if self.failed else product

    def _review(self, number: int, data: Any) -> SampleReview | None:
        place = f"reviews[{number}]"
        if not isinstance(data, dict):
            self._fail(place, "a review must be a mapping")
            return None
        for key in sorted(set(data) - REVIEW_KEYS):
            self._fail(f"{place}.{key}", "unknown key")
        rating = str(data.get("rating", ""))
        if rating not in {"1", "2", "3", "4", "5"}:
            self._fail(f"{place}.rating", f"{rating!r} is not a whole number from 1 to 5")
            rating = "3"
        try:
            date = datetime.date.fromisoformat(str(data.get("date", "")))
        except ValueError:
            self._fail(f"{place}.date", f"{data.get('date')!r} is no date like 2026-03-02")
            date = datetime.date.min
        return SampleReview(
            id=f"{self.id}-R{number}",
            product_id=self.id,
            rating=int(rating),
            date=date,
            language=self._one_of(f"{place}.lang", data, get_args(Language), key="lang"),
            title=self._gold(f"{place}.title", data.get("title")),
            text=self._gold(f"{place}.text", data.get("text"), is_required=True),
        )

    def _fail(self, place: str, message: str) -> None:
        self.failed = True
        self.problems.append(SampleProblem(self.file, self.line, self.id, place, message))

    def _text(self, key: str) -> str:
        value = self.data.get(key)
        if not isinstance(value, str) or value in _NOTHING:
            self._fail(key, "missing")
            return ""
        return value

    def _optional(self, key: str) -> str | None:
        value = self.data.get(key)
        return value if isinstance(value, str) and value not in _NOTHING else None

    def _list(self, key: str) -> list[Any]:
        value = self.data.get(key, [])
        if value in _NOTHING:
            return []
        if not isinstance(value, list):
            self._fail(key, "must be a list")
            return []
        return value

    def _one_of(self, place: str, data: dict[str, Any], allowed: tuple[str, ...], key: str = "") -> Any:
        value = data.get(key or place)
        if value not in allowed:
            self._fail(place, f"{value!r} is not one of {', '.join(allowed)}")
        return value

    def _gold(self, place: str, source: Any, is_required: bool = False) -> GoldText:
        if not isinstance(source, str) or not source.strip():
            if is_required or (source is not None and not isinstance(source, str)):
                self._fail(place, "missing, or not a text")
            return GoldText("")
        try:
            return parse_markup(self.clean(source).strip())
        except MarkupError as error:
            self._fail(place, str(error))
            return GoldText("")

    def _price(self) -> Price | None:
        written = self._optional("price")
        if written is None:
            return None
        amount, _, currency = written.partition(" ")
        try:
            return Price(amount=Decimal(amount), currency=currency)
        except (InvalidOperation, ValidationError):
            self._fail("price", f"{written!r} is not an amount and an ISO currency, like 129.00 EUR")
            return None

    def _table(self) -> dict[str, str]:
        table = self.data.get("table") or {}
        if table in _NOTHING:
            return {}
        if not isinstance(table, dict) or not all(isinstance(value, str) for value in table.values()):
            self._fail("table", "must map names to texts")
            return {}
        return {str(name): value for name, value in table.items() if value.strip()}

    def _related(self) -> dict[ProductRole, tuple[str, ...]]:
        related = self.data.get("related") or {}
        if related in _NOTHING:
            return {}
        if not isinstance(related, dict) or set(related) - set(ROLES):
            self._fail("related", f"must be a mapping with the keys {', '.join(ROLES)}")
            return {}
        result: dict[ProductRole, tuple[str, ...]] = {}
        for role in ROLES:
            value = related.get(role, [])
            ids = value if isinstance(value, list) else [value]
            result[role] = tuple(str(each) for each in ids if each not in _NOTHING)
        return {role: ids for role, ids in result.items() if ids}
