"""The document that text index and vector store hold for a product, derived from row and graph."""

from __future__ import annotations

from pydantic import Field

from kms.types import Frozen, Language


class IndexedVariant(Frozen):
    """A variant of a product as search sees it.

    Attributes:
        facets: Field to the values that its options mean, with all that they imply; of those that the product has.
        options: The options' values as written, normalised: a size of "12 kg" is no value of a vocabulary.
        numbers: ``price``, ``price.<code>`` and ``attr.<id>`` of options that are quantities, as of products.
        highs: Of numbers that are ranges the upper end.
    """

    facets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    options: tuple[str, ...] = ()
    numbers: dict[str, float] = Field(default_factory=dict)
    highs: dict[str, float] = Field(default_factory=dict)


class IndexedProduct(Frozen):
    """A product as the indexes see it.

    Attributes:
        labels: Words the graph adds: labels of classes, values, uses and audiences, in both languages.
        tags: As the shop wrote them; each is a text of its own.
        table: Words of cells that mean something in their column and mostly something else in a text.
        cells: What its table lists in words, whether the ontology knows it or not; no yes or no, no number, no sentence.
        facets: Field to values, for filters and counts: ``brand``, ``category`` (with all ancestors, the root last),
            ``language``, ``use``, ``audience``, ``attr.<id>``; with all that the values imply.
        highs: Of numbers that are ranges ("100-240 V") the upper end; ``numbers`` has the lower.
        variants: Where there are several; what is asked for together must hold of one of them.
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
    tags: tuple[str, ...] = ()
    table: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    facets: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    numbers: dict[str, float] = Field(default_factory=dict)
    highs: dict[str, float] = Field(default_factory=dict)
    codes: tuple[str, ...] = ()
    variants: tuple[IndexedVariant, ...] = ()
    image_url: str | None = None
