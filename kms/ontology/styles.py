"""Styles of nodes and edges in Neo4j Browser and on the graph page."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kms.types import Frozen

Colour = Annotated[str, Field(pattern=r"^#[0-9A-Fa-f]{6}$")]


class NodeStyle(Frozen):
    """Style of an entity in Neo4j Browser and on the graph page: colours, and the diameter in pixels."""

    color: Colour
    border: Colour
    text: Colour = "#FFFFFF"
    diameter: int = Field(default=50, ge=10, le=200)


class EdgeStyle(Frozen):
    """Style of a relation in Neo4j Browser; the width is in pixels."""

    color: Colour
    width: int = Field(default=1, ge=1, le=20)
