"""Changes of single products beside the live index version: what a server takes over without a new version."""

from __future__ import annotations

from pydantic import ConfigDict

from kms.graph.models import Edge, Node
from kms.lexical.models import IndexedProduct
from kms.types import Frozen, Identifier


class ProductFacts(Frozen):
    """A product's outgoing edges, with the nodes at their other ends."""

    edges: tuple[Edge, ...] = ()
    nodes: tuple[Node, ...] = ()


class ProductChange(Frozen):
    """A product as search, filters and recommendations have it from now on.

    The same change twice is the same as once, and of two changes of a product the later one alone counts: a change
    holds the whole document, never a difference.

    Attributes:
        sequence: Grows by each change and is never used twice; changes are taken over in its order.
        product_id: Of a product that the version has, or of a new one.
        document: As ``index_product`` makes it; ``None``: shoppers do not see the product any more. Where its
            ``numbers`` have no ``popularity``, the one that the version has for the product stays.
        facts: ``None``: as before. A change of price, stock or publication needs none.
        vector: Of ``embedded_text``, as little-endian 32-bit floats; ``None``: as before, or zero for a new product.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_bytes="base64", val_json_bytes="base64")

    sequence: int
    product_id: Identifier
    document: IndexedProduct | None
    facts: ProductFacts | None = None
    vector: bytes | None = None
