"""Routes of rules over facts: what is in force, and what others would do."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import Field

from api.routes import examples
from api.routes.changing import UseLive
from api.routes.parameters import problems
from api.rule_schemas import RulePreviewOut, RulesOut
from kms.types import Frozen

router = APIRouter(tags=["rules"])


class RulesText(Frozen):
    """Rules as a file of the ontology's folder ``rules`` has them: YAML with the section ``rules``."""

    text: str = Field(min_length=1, max_length=100_000)
    examples: int = Field(default=5, ge=0, le=100)


@router.get("/rules", responses={200: examples.answer("list_rules"), **problems(422, 503)})
def list_rules(live: UseLive) -> RulesOut:
    """List the rules over facts in force, with how many facts each infers."""
    return live.rules.listed()


@router.post(
    "/rules/preview",
    responses={200: examples.answer("preview_rules"), **problems(400, 413, 422, 503)},
    openapi_extra=examples.body("preview_rules"),
)
def preview(live: UseLive, body: RulesText) -> RulePreviewOut:
    """Show what rules would infer on the present graph, with examples and what is against it; nothing is changed.

    All products that they may be about are looked at, which takes a few seconds for ten thousand of them.
    """
    desk = live.rules
    return desk.preview(desk.read(body.text, "rules"), examples=body.examples)
