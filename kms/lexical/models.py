"""The document that text index and vector store hold for a product, derived from row and graph."""

from __future__ import annotations

from pydantic import Field

from kms.types import Frozen, Language


class IndexedProduct(Frozen):
    """A product as the indexes see it.

    Attributes:
        labels: Words the graph adds: labels of classes, values, uses and audiences, in both languages.
        table: Words of cells that mean something in their column and mostly something else in a text.
        facets: Field to values, for filters and counts: ``brand``, ``category`` (with all ancestors, the root last),
            ``language``, ``use``, ``audience``, ``attr.<id>``; with all that the values imply.
        highs: Of numbers that are ranges ("100-240 V") the upper end; ``numbers`` has the lower.
        codes: SKUs, GTINs and makers' numbers of the product and its variants.
        numbers: Field to magnitude: ``price`` (comparable over products), ``price.<code>`` in one currency,
            ``rating``, ``popularity``, ``attr.<id>`` of quantities in SI.
    """

    id: str
    title: str
    description: str = ""
    brand: str = ""
    category: str = ""
    language: Language = "en"
    labels: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    facets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    numbers: dict[str, float] = Field(default_factory=dict)
    highs: dict[str, float] = Field(default_factory=dict)
    codes: tuple[str, ...] = ()
    image_url: str | None = None
