"""Filters of the review queue as people send them: field, class and product by id or name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from pydantic import ConfigDict, Field

from api.queue_wording import name_of_field
from kms.errors import InputError
from kms.ontology.labels import normalise
from kms.queue.models import Kind, QueueFilter
from kms.text.nearest import nearest_names
from kms.types import Frozen

if TYPE_CHECKING:
    from api.wiring import Platform
    from kms.ontology.model import Ontology


class Wanted(Frozen):
    """Which questions are meant, as it is sent: field and class by id or name."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    kind: Kind | None = None
    field: str = Field(default="", max_length=128)
    class_: str = Field(default="", max_length=128, alias="class")
    product: str = Field(default="", max_length=128)
    assignee: str = Field(default="", max_length=100)
    word: str = Field(default="", max_length=200)
    flagged: bool | None = None
    status: str = Field(default="open", pattern="^(open|done|)$")


def read_filter(wanted: Wanted, platform: Platform, ontology: Ontology) -> QueueFilter:
    """The filter that was sent, with ids in place of names.

    Raises:
        InputError: There is no such field, class or product; the message names the nearest.
    """
    if wanted.product:
        _check_product(wanted.product, platform)
    return QueueFilter(
        kind=wanted.kind,
        field=_field(wanted.field, platform, ontology),
        classes=_classes(wanted.class_, ontology),
        product=wanted.product,
        assignee=wanted.assignee,
        word=wanted.word,
        is_flagged=wanted.flagged,
        status=wanted.status,
    )


def _field(said: str, platform: Platform, ontology: Ontology) -> str:
    """The id of a field that was named by its id or its label."""
    if not said:
        return ""
    asked = platform.queue.fields()
    terms = [*ontology.attributes.values(), *ontology.relations.values()]
    if said in asked or any(said == each.id for each in terms):
        return said
    # What is asked about comes before what only could be.
    called: dict[str, str] = {}
    for field, names in (
        *((field, name_of_field(field, ontology)) for field in asked),
        *((each.id, (each.label.en, each.label.zh)) for each in terms),
    ):
        for name in (field, *names):
            called.setdefault(normalise(name), field)
    return _named(said, called, "attribute or relation")


def _check_product(said: str, platform: Platform) -> None:
    catalog = platform.catalog
    if not catalog.known_ids([said]):
        hint = _nearest(said, {each: each for each in catalog.product_ids()})
        raise InputError(f"there is no product {said!r}{hint}")


def _classes(said: str, ontology: Ontology) -> tuple[str, ...]:
    if not said:
        return ()
    called = {
        normalise(name): each.id
        for each in ontology.classes.values()
        for name in (each.label.en, each.label.zh, each.id)
    }
    found = said if said in ontology.classes else _named(said, called, "class")
    return (found, *sorted(ontology.hierarchy.descendants(found)))


def _named(said: str, called: Mapping[str, str], what: str) -> str:
    """The id of what is called so.

    Raises:
        InputError: Nothing is; the message says what is called nearly so.
    """
    found = called.get(normalise(said))
    if found is None:
        raise InputError(f"there is no {what} {said!r}{_nearest(normalise(said), called)}")
    return found


def _nearest(said: str, called: Mapping[str, str]) -> str:
    near = list(dict.fromkeys(called[name] for name in nearest_names(said, called, limit=3)))
    return f"; did you mean {' or '.join(near)}?" if near else ""
