"""Examples for OpenAPI: requests, and the answers that the application gave to them.

Both stand in ``examples.json``. ``scripts/openapi_examples.py`` asks the requests again and writes the answers anew;
``tests/integration/test_api_examples.py`` compares their fields with what the application answers today, so that no
example shows what no answer gives.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from kms.types import Frozen

FILE = Path(__file__).with_suffix(".json")


class Example(Frozen):
    """A request with its answer.

    Attributes:
        route: The address as the application declares it.
        path: The address that is asked, with its query.
        body: The request's body as JSON.
        needs_index: Whether the installation has an index; without one it answers that it is unavailable.
        answer: What was answered, with lists cut short.
    """

    name: str
    method: str
    route: str
    path: str
    status: int
    body: Any = None
    needs_index: bool = True
    answer: dict[str, Any]


def read_examples() -> dict[str, Example]:
    """All examples by name."""
    return {raw["name"]: Example.model_validate(raw) for raw in json.loads(FILE.read_text(encoding="utf-8"))}


def write_examples(examples: dict[str, Example]) -> None:
    """Replace the file."""
    raw = [example.model_dump(mode="json") for example in examples.values()]
    FILE.write_text(json.dumps(raw, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def shorten(content: Any) -> Any:
    """An answer with the first entries of its lists, which show as much as all of them."""
    if isinstance(content, list):
        return [shorten(entry) for entry in content[:2]]
    if isinstance(content, dict):
        return {name: shorten(value) for name, value in content.items()}
    return content


EXAMPLES = read_examples()
SEARCH_REQUEST: dict[str, Any] = EXAMPLES["search_by_body"].body
EVENTS_REQUEST: dict[str, Any] = EXAMPLES["events"].body


def body(name: str) -> dict[str, Any]:
    """The body of an example, as the route's addition to OpenAPI."""
    return {"requestBody": {"content": {"application/json": {"example": EXAMPLES[name].body}}}}


def answer(name: str, description: str = "The answer.") -> dict[str, Any]:
    """The answer of an example, as FastAPI takes it."""
    return {"description": description, "content": {"application/json": {"example": EXAMPLES[name].answer}}}
