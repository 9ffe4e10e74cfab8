"""Index documents: a product's row joined with its part of the graph."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from kms.catalog.categories import CategoryTree, above
from kms.catalog.models import Product
from kms.currency import Exchange
from kms.errors import NotFoundError
from kms.facts.implied import edge_claim
from kms.facts.linking import claim_node
from kms.graph.models import Edge, Node
from kms.indexing.cells import words_of_cells
from kms.indexing.decided_fields import decided_target, shown_brand
from kms.indexing.variants import index_variants, measured_options, option_quantities
from kms.lexical.models import IndexedProduct
from kms.ontology.implications import Claim
from kms.ontology.model import ROOT_CLASS, Ontology
from kms.ontology.structure import (
    ATTRIBUTE_FIELD,
    AVAILABILITY_FIELD,
    BRAND_FIELD,
    CATEGORY_FIELD,
    CONDITION_FIELD,
    IN_CATEGORY,
    IN_SHOP_CATEGORY,
    REJECTED,
    SALE_FIELD,
    SHOP_CATEGORY_FIELD,
)

if TYPE_CHECKING:
    from kms.encoder.embeddings import TextEncoder

LEAST_CONFIDENCE = 0.5
"""Facts believed less than this are not searched or filtered by; the product page still shows them."""
IN_STOCK, OUT_OF_STOCK = "in_stock", "out_of_stock"
"""Values of the facet that says whether a product can be bought; a product of which the shop says nothing has neither."""
AS_WRITTEN = Exchange()
_DESCRIPTION_CHARACTERS = 5_000
_EMBEDDED_CHARACTERS = 400
_EMBEDDED_TAGS = 120


def is_used(edge: Edge) -> bool:
    """Whether ranking and filters use a fact: believed enough, and the winner of its conflict."""
    if edge.properties.get("status") == REJECTED:
        return False
    return edge.confidence >= LEAST_CONFIDENCE and edge.properties.get("preferred", True) is not False


def is_implied(edge: Edge) -> bool:
    """Whether no text states an edge: it follows from another one, whose evidence it carries."""
    return "implied_by" in edge.properties


def is_derived(edge: Edge) -> bool:
    """Whether no text states an edge: another one implies it, or a rule infers it from others."""
    return is_implied(edge) or "inferred_by" in edge.properties


def index_product(
    product: Product,
    edges: Sequence[Edge],
    nodes: Mapping[str, Node],
    ontology: Ontology,
    *,
    denied: Collection[Claim] = (),
    sources: Sequence[Product] = (),
    brand_parents: Mapping[str, str] | None = None,
    rating: float | None = None,
    popularity: float | None = 0.0,
    exchange: Exchange = AS_WRITTEN,
    added: datetime | None = None,
    now: datetime | None = None,
    tree: CategoryTree | None = None,
) -> IndexedProduct:
    """Join row and facts.

    Args:
        product: The row.
        edges: Outgoing edges of the product.
        nodes: The edges' targets by id.
        ontology: For the hierarchy's labels.
        denied: What people turned down, which does not follow from the product's other facts either.
        sources: Further rows of the same product: their codes and titles find it, and their prices widen its range.
        brand_parents: Key of the brand that each sub-brand is a line of, by its own key.
        rating: Mean of the reviews' ratings.
        popularity: Any count that grows with interest; ``None``: the document has none.
        exchange: How prices are compared.
        added: When the product came into the catalogue, for rows without a date of their own.
        now: The moment whose prices are meant, as of sales; without it that of the call.
        tree: The shop's categories.
    """
    facets: dict[str, list[str]] = {"language": [product.language]}
    numbers: dict[str, float] = {} if popularity is None else {"popularity": popularity}
    rows = (product, *sources)
    if said := [state for row in rows if (state := row.is_in_stock()) is not None]:
        facets[AVAILABILITY_FIELD] = [IN_STOCK if any(said) else OUT_OF_STOCK]
    if conditions := {each.condition for row in rows for each in (row, *row.variants) if each.condition}:
        facets[CONDITION_FIELD] = sorted(conditions)
    highs: dict[str, float] = {}
    table: list[str] = []
    labels: list[str] = [
        each for row in rows for name, values in row.options().items() for each in (name, *values)
    ]
    labels += [row.title for row in sources]
    moment = now or datetime.now(UTC)
    if offers := [each for row in rows for each in (row, *row.variants) if each.price is not None]:
        is_on_sale = any(each.sale is not None and each.sale.holds_at(moment) for each in offers)
        facets[SALE_FIELD] = ["true" if is_on_sale else "false"]
    for prices in (row.price_range_at(moment) for row in rows):
        if prices is not None:
            for field, number in exchange.numbers(prices.low).items():
                numbers[field] = min(number, numbers.get(field, number))
            for field, number in exchange.numbers(prices.high).items():
                highs[field] = max(number, highs.get(field, number))
    # The shop's own date says when a thing was new, and the catalogue only when its row was first read.
    since = min((row.published_at for row in rows if row.published_at is not None), default=added)
    if since is not None:
        numbers["added"] = since.timestamp()
    if rating is not None:
        numbers["rating"] = rating
    claims: list[Claim] = []
    written: dict[str, str] = {}
    for edge in edges:
        target = nodes.get(edge.target)
        if target is None or not is_used(edge) or edge.relation == IN_SHOP_CATEGORY:
            continue
        low, high = edge.properties.get("si_low"), edge.properties.get("si_high")
        if isinstance(low, int | float) and isinstance(high, int | float):
            field = f"{ATTRIBUTE_FIELD}{edge.attribute}"
            # Quantities of one attribute that do not contradict each other are one range.
            numbers[field] = min(float(low), numbers.get(field, float(low)))
            highs[field] = max(float(high), highs.get(field, float(high)))
            written[edge.attribute] = str(edge.properties.get("written", ""))
            continue
        claim = edge_claim(edge.relation, edge.attribute, target.key, ontology)
        if claim is not None:
            claims.append(claim)
            if claim.field not in (CATEGORY_FIELD, BRAND_FIELD):
                is_name = not claim.attribute or ontology.is_called_in_texts(claim.attribute, claim.value)
                if is_name or claim.value != "false":  # "not adjustable" would be found by "adjustable"
                    (labels if is_name else table).extend((target.label_en, target.label_zh))
    measures = measured_options(rows, written, ontology)
    for variant in (variant for row in rows for variant in row.variants):
        for field, quantity in option_quantities(variant.options, measures, ontology):
            numbers[field] = min(quantity.si_low, numbers[field])
            highs[field] = max(quantity.si_high, highs[field])
    for claim in with_implied(claims, ontology, denied):
        facets.setdefault(claim.field, []).append(claim.value)
        if claim not in claims and claim.field != CATEGORY_FIELD:
            labels += claim_labels(claim, ontology)
    for brand in list(facets.get(BRAND_FIELD, ())):
        facets[BRAND_FIELD] += brands_above(brand, brand_parents or {})
    classes = facets.setdefault(CATEGORY_FIELD, [])
    category_labels = [
        word for c in classes if c in ontology.classes and c != ROOT_CLASS
        for word in claim_labels(Claim(CATEGORY_FIELD, c), ontology)
    ]  # fmt: skip
    if tree is not None:
        own = [c for c in classes if c in ontology.classes]
        is_decided = decided_target(IN_CATEGORY, edges, nodes) is not None

        def is_its(class_id: str | None) -> bool:
            """Whether nobody decided that the product is of no such class."""
            if class_id is None or class_id not in ontology.classes:
                return True
            return Claim(CATEGORY_FIELD, class_id) not in denied and (class_id in own or not is_decided)

        places = [
            place
            for row in rows
            for place in tree.places_of(row if is_its(row.category) else _without_class(row), own)
            if is_its(_class_of(place, tree))
        ]
        shown = [each for place in places for each in above(place)]
        facets[SHOP_CATEGORY_FIELD] = list(dict.fromkeys(shown))
        for category in (tree.of_paths[each] for each in shown if each in tree.of_paths):
            category_labels += [category.label_en, category.label_zh]
    brand = shown_brand(product, edges, nodes, denied)
    if product.brand and product.brand != brand:
        labels.append(product.brand)  # the words of the row find it still
    # Everything is a product, whether its class is known or not.
    classes.append(ROOT_CLASS)
    return IndexedProduct(
        id=product.id,
        title=product.title,
        description=product.description[:_DESCRIPTION_CHARACTERS],
        brand=brand,
        category=" ".join(dict.fromkeys(category_labels)) or (product.category or ""),
        language=product.language,
        labels=tuple(dict.fromkeys(label for label in labels if label)),
        tags=tuple(dict.fromkeys(tag for row in rows for tag in row.tags)),
        table=tuple(dict.fromkeys(label for label in table if label)),
        cells=tuple(dict.fromkeys(word for row in rows for word in words_of_cells(row.attributes, ontology))),
        facets={name: tuple(dict.fromkeys(values)) for name, values in facets.items()},
        codes=(*product.all_codes(), *(code for row in sources for code in (row.id, *row.all_codes()))),
        numbers=numbers,
        highs={field: high for field, high in highs.items() if high != numbers[field]},
        variants=tuple(index_variants(rows, facets, ontology, exchange, moment, measures)),
        image_url=next((row.image_url for row in rows if row.image_url), None),
    )


def brands_above(key: str, parents: Mapping[str, str]) -> list[str]:
    """Keys of the brands that a brand is a line of, the nearest first."""
    above: list[str] = []
    while (key := parents.get(key, "")) and key not in above:
        above.append(key)
    return above


def _class_of(place: str, tree: CategoryTree) -> str | None:
    return known.class_id if (known := tree.category(place)) is not None else None


def _without_class(row: Product) -> Product:
    return row.model_copy(update={"category": None})


def denied_claims(rejected: Iterable[Edge], ontology: Ontology) -> frozenset[Claim]:
    """What people turned down, of a product's edges of the relation ``REJECTED``."""
    claims = (
        edge_claim(
            str(edge.properties["of_relation"]),
            str(edge.properties["of_attribute"]),
            edge.target.partition(":")[2],
            ontology,
        )
        for edge in rejected
        if "decision" in edge.properties
    )
    return frozenset(claim for claim in claims if claim is not None)


def with_implied(
    claims: Sequence[Claim], ontology: Ontology, denied: Collection[Claim] = ()
) -> tuple[Claim, ...]:
    """Claims of one product with all that follows from them, the given ones first.

    Left out are those in ``denied``, values of attributes that the product's class does not have, and the yes or no of
    an attribute of which the claims themselves say yes or no.
    """
    allowed: set[str] | None = None
    for claim in claims:
        if claim.field == CATEGORY_FIELD and claim.value in ontology.classes:
            allowed = {attribute.id for attribute in ontology.attributes_of(claim.value)}
    stated = {claim.field for claim in claims if claim.value in ("true", "false")}

    def is_kept(claim: Claim) -> bool:
        if claim in claims:
            return True
        if claim in denied:
            return False
        if allowed is not None and claim.attribute and claim.attribute not in allowed:
            return False
        return claim.field not in stated

    return tuple(claim for claim in ontology.implications.closure(claims) if is_kept(claim))


def claim_labels(claim: Claim, ontology: Ontology) -> tuple[str, ...]:
    """The labels of what a claim names, in both languages; empty where the ontology does not know it."""
    try:
        node = claim_node(claim, ontology)
    except NotFoundError:
        return ()
    return node.label_en, node.label_zh


def embedded_text(document: IndexedProduct) -> str:
    """Text of the dense vector: title, brand, the beginning of the description, tags."""
    brand = document.brand if document.brand.casefold() not in document.title.casefold() else ""
    tags = ", ".join(document.tags)[:_EMBEDDED_TAGS]
    parts = (document.title, brand, document.description[:_EMBEDDED_CHARACTERS], tags)
    return ". ".join(part for part in parts if part)


def has_vector(document: IndexedProduct, encoder: TextEncoder) -> bool:
    """Whether the encoder can read its text; one that it cannot (Chinese, for an English one) is near to nothing."""
    return document.language == "en" or encoder.can_read(embedded_text(document))
