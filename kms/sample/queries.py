"""The sample's search queries with graded judgments; ``kms/sample/README.md`` says how they were written."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError, field_validator

from kms.errors import InputError
from kms.sample.load import load_sample
from kms.types import Frozen, Language

QUERIES_FILE = Path(__file__).resolve().parent / "data" / "queries.yaml"
QUESTIONS_FILE = QUERIES_FILE.with_name("questions.yaml")
QuerySplit = Literal["validation", "test"]
QueryKind = Literal[
    "plain", "attribute", "use", "audience", "brand", "constraint", "negation", "typo", "cross-language"
]
GRADES = (1, 2, 3)


class QueryError(InputError):
    """The file of judged queries cannot be used."""


class JudgedQuery(Frozen):
    """A query and what a careful reader of the catalogue would show for it.

    Attributes:
        split: Weights are chosen on validation; test is only measured.
        kinds: What the query needs to be understood for.
        grades: Product id to grade: 3 what was asked for; 2 meets the need but for a detail, or states it in
            doubt; 1 not what was asked for but worth showing. All 212 products were looked at: a product
            that is not listed has grade 0.
    """

    id: Annotated[str, Field(pattern=r"^Q\d{3}$")]
    text: Annotated[str, Field(min_length=1, max_length=200)]
    lang: Language
    split: QuerySplit
    kinds: tuple[QueryKind, ...]
    grades: dict[str, int]

    @field_validator("grades", mode="before")
    @classmethod
    def _by_product(cls, value: Any) -> Any:
        """The file lists products by grade, which is how they are compared when they are judged."""
        if not isinstance(value, dict) or not set(value) <= set(GRADES):
            raise ValueError("grades must map 1, 2 or 3 to lists of products")
        grades: dict[str, int] = {}
        for grade, products in value.items():
            for product in products:
                if product in grades:
                    raise ValueError(f"{product} has two grades")
                grades[product] = grade
        return grades


def load_questions() -> tuple[JudgedQuery, ...]:
    """Long questions that say what somebody wants to do and do not name the product.

    Raises:
        QueryError: As ``load_queries``.
    """
    return load_queries(QUESTIONS_FILE)


@lru_cache(maxsize=2)
def load_queries(path: Path = QUERIES_FILE) -> tuple[JudgedQuery, ...]:
    """All queries, in the file's order.

    Raises:
        QueryError: The file is no list of queries, or names products that the sample catalogue does not have.
    """
    known = {product.id for product in load_sample().products}
    return read_queries(path.read_text("utf-8"), known, name=path.name)


def read_queries(source: str, products: Collection[str], *, name: str = "queries") -> tuple[JudgedQuery, ...]:
    """Queries from YAML.

    Args:
        source: The file's text.
        products: Ids of the catalogue.
        name: Of the file, for messages.

    Raises:
        QueryError: With every problem that was found.
    """
    try:
        rows = yaml.safe_load(source)["queries"]
    except (yaml.YAMLError, TypeError, KeyError) as error:
        raise QueryError(f"{name}: expected a mapping with `queries` ({error})") from error
    queries: list[JudgedQuery] = []
    problems: list[str] = []
    for number, row in enumerate(rows, start=1):
        label = row.get("id", f"query {number}") if isinstance(row, dict) else f"query {number}"
        try:
            query = JudgedQuery.model_validate(row)
        except ValidationError as error:
            problems += [f"{label}: {'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
            continue
        unknown = sorted(set(query.grades) - set(products))
        if unknown:
            problems.append(f"{label}: no such product: {', '.join(unknown)}")
        if any(query.id == other.id or query.text == other.text for other in queries):
            problems.append(f"{label}: id or text is there twice")
        queries.append(query)
    if problems:
        raise QueryError(f"{name}: {len(problems)} problem(s)\n" + "\n".join(f"  {p}" for p in problems))
    return tuple(queries)
