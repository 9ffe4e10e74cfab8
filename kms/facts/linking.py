"""From mentions to entities: exact, normalised, alternative label, fuzzy within the type, embedding.

What cannot be linked becomes a proposal. The order follows the usual cascade of entity linking, cheap and certain
steps first; a later step never overrules an earlier one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

import numpy as np
from rapidfuzz import fuzz, process

from kms.errors import NotFoundError
from kms.evidence.models import DocumentField, Evidence
from kms.facts.keys import node_id, quantity_key
from kms.facts.models import Fact, LinkMethod, Proposal, ProposalReason, Rejection, RejectionReason
from kms.facts.products import ProductNames
from kms.graph.models import Node
from kms.identity.brands import Brand, BrandNames
from kms.ontology.class_names import class_of_path
from kms.ontology.implications import Claim
from kms.ontology.labels import normalise, singular, text_key
from kms.ontology.model import LANGUAGES, Attribute, Ontology, RelationType, Term
from kms.ontology.structure import BRAND, CATEGORY, CATEGORY_FIELD, HAS_VALUE, MENTIONS, PRODUCT
from kms.quantities.values import (
    Quantity,
    QuantityError,
    in_unit,
    is_other_quantity,
    parse_quantity,
    show_range,
)
from kms.text.answers import read_answer
from kms.text.chinese import fold_traditional
from kms.types import Language
from kms.vectors.port import Vector

FIELD_RELIABILITY: Mapping[DocumentField, float] = {
    "shop": 0.99,
    "table": 0.95,
    "title": 0.95,
    "description": 0.9,
    "review_title": 0.8,
    "review_text": 0.8,
}
"""How far a field is believed before anything else is known; the policy of docs/architecture.md."""

LINK_CERTAINTY: Mapping[LinkMethod, float] = {
    "given": 1.0,
    "exact": 1.0,
    "normalised": 1.0,
    "alternative": 0.98,
    "fuzzy": 0.85,
    "embedding": 0.7,
    "new": 1.0,
    "implied": 1.0,
    "decided": 1.0,
}
FUZZY_CUTOFF = 90.0
EMBEDDING_CUTOFF = 0.8

Encode = Callable[[str], Vector]
Link = tuple[str, LinkMethod]
Linked = Fact | Proposal | Rejection


class Linker:
    """Links evidence under one ontology release and one catalogue."""

    def __init__(
        self,
        ontology: Ontology,
        *,
        brands: Iterable[str] = (),
        brand_names: BrandNames | None = None,
        products: ProductNames | None = None,
        encode: Encode | None = None,
    ) -> None:
        """Prepare.

        Args:
            ontology: Classes, vocabularies and concepts to link to.
            brands: Brands as the shop's rows write them; the only brands there are.
            brand_names: Decided names of brands; a name counts where some row states any name of its brand.
            products: Titles of the catalogue, to link products named in passing.
            encode: Text to unit vector, for the last step; without it that step is left out.
        """
        self._ontology = ontology
        self._brand_names = brand_names or BrandNames()
        self.use_brands(brands)
        self._products = products or ProductNames({})
        self._encode = encode
        self._terms: dict[str, dict[str, Term]] = {CATEGORY: dict(ontology.classes)}
        for kind, concepts in ontology.terms.items():
            self._terms[kind] = dict(concepts)
        for vocabulary in ontology.vocabularies.values():
            self._terms[f"vocabulary:{vocabulary.id}"] = dict(vocabulary.values)
        self._names: dict[str, dict[str, Link]] = {}
        self._singular: dict[str, dict[str, Link]] = {}
        for space, terms in self._terms.items():
            self._names[space], self._singular[space] = _name_tables(terms)
        self._link_cached = lru_cache(maxsize=100_000)(self._link_surface)
        self._label_vectors: dict[str, tuple[list[str], np.ndarray]] = {}

    @property
    def ontology(self) -> Ontology:
        """The release that is linked to."""
        return self._ontology

    def use_brands(self, brands: Iterable[str]) -> None:
        """Link to these brands from now on; of several writings of one the first counts."""
        self._brands: dict[str, Brand] = {}
        for written in brands:
            if (key := text_key(written)) not in self._brands:
                brand = self._brand_names.brand(written)
                self._brands.update({text_key(name): brand for name in brand.names} | {key: brand})

    def brand_called(self, name: str) -> Brand | None:
        """The brand that some row states under a name."""
        return self._brands.get(text_key(name))

    def title_of(self, product_id: str) -> str | None:
        """The title of a product of the catalogue."""
        return self._products.title(product_id)

    def link_name(self, relation: str, attribute: str, name: str) -> Node:
        """The entity that a person means by a name, as if a text of the shop had it.

        Raises:
            NotFoundError: Nothing of the relation's range is called so.
        """
        evidence = Evidence.model_construct(
            document_id="", document_hash="", product_id="", field="table", language="en", start=0, end=0,
            surface=name.strip(), relation=relation, attribute=attribute, value="", polarity=None, negated=False,
            opinion=None, sentence=(0, 0), confidence=1.0, extractor="person", extractor_version="",
            ontology_release=self._ontology.version,
        )  # fmt: skip
        for value in ("", name.strip()):
            linked = self.link(evidence.model_copy(update={"value": value}))
            if isinstance(linked, Fact) and linked.method != "embedding":
                return linked.target
        what = attribute or self._ontology.relations[relation].range
        raise NotFoundError(f"no {what} is called {name!r}")

    def link(self, evidence: Evidence) -> Linked:
        """Link a mention: the result is a fact, a proposal, or a rejection."""
        if evidence.relation == HAS_VALUE:
            return self._link_value(evidence)
        if evidence.relation == MENTIONS:
            return Rejection(evidence, RejectionReason.NO_FACT)
        relation = self._ontology.relations.get(evidence.relation)
        if relation is None:
            return Rejection(evidence, RejectionReason.UNKNOWN_RELATION)
        linked = self._link_related(evidence, relation)
        if relation.domain != PRODUCT and isinstance(linked, Fact):
            return Rejection(evidence, RejectionReason.WRONG_DOMAIN, linked)
        return linked

    def _link_related(self, evidence: Evidence, relation: RelationType) -> Linked:
        if relation.range == PRODUCT:
            return self._link_product(evidence)
        if relation.range == BRAND:
            return self._link_brand(evidence)
        if relation.range == CATEGORY:
            return self._link_class(evidence)
        return self._link_term(evidence, relation.range)

    def _link_class(self, evidence: Evidence) -> Fact | Proposal:
        """By its whole name or the leaf of its path; long paths look alike to comparisons of letters and meaning."""
        written = evidence.value or evidence.surface
        known = class_of_path(written, self._ontology)
        if known is not None:
            term = self._ontology.classes[known]
            method: LinkMethod = "given" if known == evidence.value else "normalised"
            return self._fact(evidence, concept_node(CATEGORY, term), method)
        if evidence.extractor == "shop":
            return Proposal(evidence, CATEGORY, "", evidence.surface, ProposalReason.UNKNOWN_TERM)
        return self._link_term(evidence, CATEGORY)

    def _link_term(self, evidence: Evidence, kind: str) -> Fact | Proposal:
        link = self._link_in(kind, evidence) if kind in self._terms else None
        if link is None:
            return Proposal(evidence, kind, "", evidence.surface, ProposalReason.UNKNOWN_TERM)
        term = self._terms[kind][link[0]]
        return self._fact(evidence, concept_node(kind, term), link[1])

    def _link_value(self, evidence: Evidence) -> Linked:
        attribute = self._ontology.attributes.get(evidence.attribute)
        if attribute is None:
            return Proposal(
                evidence,
                "attribute",
                evidence.attribute,
                evidence.surface,
                ProposalReason.UNKNOWN_ATTRIBUTE,
            )
        if attribute.type == "quantity":
            return self._link_quantity(evidence, attribute)
        if attribute.type == "boolean":
            return self._link_boolean(evidence, attribute)
        if attribute.type == "text":
            text = evidence.value or evidence.surface
            node = Node(id=node_id("value", f"{attribute.id}/{text_key(text)}"), type="value",
                        key=f"{attribute.id}/{text_key(text)}", label_en=text, label_zh=text)  # fmt: skip
            return self._fact(evidence, node, "new")
        space = f"vocabulary:{attribute.vocabulary}"
        link = self._link_in(space, evidence)
        if link is None:
            return Proposal(evidence, "value", attribute.id, evidence.surface, ProposalReason.UNKNOWN_VALUE)
        term = self._terms[space][link[0]]
        return self._fact(evidence, value_node(str(attribute.vocabulary), term), link[1])

    def _link_quantity(self, evidence: Evidence, attribute: Attribute) -> Linked:
        dimension = attribute.dimension or "count"
        try:
            quantity = parse_quantity(evidence.value or evidence.surface, dimension)
        except QuantityError:
            if is_other_quantity(evidence.surface, dimension):
                key = f"{attribute.id}/{text_key(evidence.surface)}"
                node = Node(id=node_id("value", key), type="value", key=key,
                            label_en=evidence.surface, label_zh=evidence.surface)  # fmt: skip
                fact = self._fact(evidence, node, "new")
                return Rejection(evidence, RejectionReason.WRONG_UNIT, fact)
            return Proposal(evidence, "value", attribute.id, evidence.surface, ProposalReason.NOT_A_QUANTITY)
        return self._fact(evidence, quantity_node(attribute, quantity), "given", quantity=quantity)

    def _link_boolean(self, evidence: Evidence, attribute: Attribute) -> Fact | Proposal:
        word = (evidence.value or evidence.surface).strip().casefold()
        answer = read_answer(fold_traditional(word))
        if answer is True or _is_among(word, (attribute.names(language) for language in LANGUAGES)):
            value = True
        elif answer is False or _is_among(word, (attribute.opposite.of(language) for language in LANGUAGES)):
            value = False
        else:
            return Proposal(
                evidence, "value", attribute.id, evidence.surface, ProposalReason.NEITHER_YES_NOR_NO
            )
        # To deny a yes is to say no: nothing is lost, and filters can ask for it.
        value = value != evidence.negated
        return self._fact(evidence, boolean_node(attribute, value=value), "given", negated=False)

    def _link_brand(self, evidence: Evidence) -> Fact | Proposal:
        brand = self.brand_of(evidence)
        if brand is None:
            return Proposal(evidence, BRAND, "", evidence.surface, ProposalReason.UNKNOWN_BRAND)
        return self._fact(evidence, brand_node(brand), "given" if evidence.extractor == "shop" else "exact")

    def brand_of(self, evidence: Evidence) -> Brand | None:
        """The brand that a mention names; ``None`` where no row has it."""
        key = text_key(evidence.value or evidence.surface)
        return self._brands.get(key) or self._brands.get(text_key(evidence.surface))

    def _link_product(self, evidence: Evidence) -> Linked:
        product_id = evidence.value if self._products.title(evidence.value) else None
        method: LinkMethod = "given"
        if product_id is None and evidence.extractor == "shop":
            return Rejection(evidence, RejectionReason.NOT_IN_CATALOGUE)
        if product_id is None:
            product_id = self._products.find(evidence.surface, besides=evidence.product_id)
            method = "alternative"
        if product_id is None:
            return Proposal(evidence, PRODUCT, "", evidence.surface, ProposalReason.UNKNOWN_PRODUCT)
        product_id = self._products.main_of(product_id)
        if product_id == self._products.main_of(evidence.product_id):
            return Rejection(evidence, RejectionReason.ITSELF)
        title = self._products.title(product_id) or ""
        node = Node(
            id=node_id("product", product_id), type="product", key=product_id, label_en=title, label_zh=title
        )
        return self._fact(evidence, node, method)

    def _fact(
        self,
        evidence: Evidence,
        target: Node,
        method: LinkMethod,
        *,
        quantity: Quantity | None = None,
        negated: bool | None = None,
    ) -> Fact:
        confidence = evidence.confidence * FIELD_RELIABILITY[evidence.field] * LINK_CERTAINTY[method]
        denied = evidence.negated if negated is None else negated
        return Fact(evidence, target, confidence, method, denied, quantity)

    # names to ids

    def _link_in(self, space: str, evidence: Evidence) -> Link | None:
        if evidence.value and evidence.value in self._terms[space]:
            return evidence.value, "given"
        return self._link_cached(space, evidence.value or evidence.surface, evidence.language)

    def _link_surface(self, space: str, surface: str, language: Language) -> Link | None:
        names = self._names[space]
        folded = normalise(surface)
        if folded in names:
            return names[folded]
        labelled = self._singular[space].get(singular(surface))
        if labelled:
            return labelled
        if len(folded) >= 5:
            best = process.extractOne(folded, names.keys(), scorer=fuzz.ratio, score_cutoff=FUZZY_CUTOFF)
            if best:
                return names[best[0]][0], "fuzzy"
        return self._nearest(space, surface) if self._encode and language == "en" else None

    def _nearest(self, space: str, surface: str) -> Link | None:
        assert self._encode is not None
        if space not in self._label_vectors:
            ids = list(self._terms[space])
            labels = [self._terms[space][term].label.en for term in ids]
            self._label_vectors[space] = (ids, np.stack([self._encode(label) for label in labels]))
        ids, matrix = self._label_vectors[space]
        scores = matrix @ self._encode(surface)
        best = int(np.argmax(scores))
        return (ids[best], "embedding") if scores[best] >= EMBEDDING_CUTOFF else None


def _name_tables(terms: Mapping[str, Term]) -> tuple[dict[str, Link], dict[str, Link]]:
    names: dict[str, Link] = {}
    singulars: dict[str, Link] = {}
    languages: tuple[Language, ...] = ("en", "zh")
    for language in languages:
        for term in terms.values():
            for index, name in enumerate(term.names(language)):
                method: LinkMethod = "exact" if index == 0 else "alternative"
                names.setdefault(normalise(name), (term.id, method))
                singulars.setdefault(singular(name), (term.id, "normalised"))
    for term_id in terms:
        names.setdefault(normalise(term_id), (term_id, "exact"))
    return names, singulars


def concept_node(kind: str, term: Term) -> Node:
    """The node of a class or concept."""
    return Node(
        id=node_id(kind, term.id), type=kind, key=term.id, label_en=term.label.en, label_zh=term.label.zh
    )


ALTERNATIVE_NAMES = "alternative_names"
"""Property of a brand's node: its other names, with ``SEPARATOR`` between them."""
SEPARATOR = "; "


def brand_node(brand: Brand) -> Node:
    """The node of a brand, with its other names."""
    others = SEPARATOR.join(brand.names[1:])
    return Node(
        id=node_id("brand", brand.key), type="brand", key=brand.key, label_en=brand.label_en, label_zh=brand.label_zh,
        properties={ALTERNATIVE_NAMES: others} if others else {},
    )  # fmt: skip


def value_node(vocabulary: str, term: Term) -> Node:
    """The node of a vocabulary's value."""
    key = f"{vocabulary}/{term.id}"
    return Node(
        id=node_id("value", key), type="value", key=key, label_en=term.label.en, label_zh=term.label.zh
    )


def claim_node(claim: Claim, ontology: Ontology) -> Node:
    """The node of what a claim of the ontology names.

    Raises:
        NotFoundError: The ontology has no such value, class or concept.
    """
    if claim.attribute and claim.attribute in ontology.attributes:
        attribute = ontology.attributes[claim.attribute]
        if attribute.type == "boolean":
            return boolean_node(attribute, value=claim.value == "true")
        value = ontology.values_of(attribute.id).get(claim.value)
        if value is not None:
            return value_node(str(attribute.vocabulary), value)
    elif claim.field == CATEGORY_FIELD and claim.value in ontology.classes:
        return concept_node(CATEGORY, ontology.classes[claim.value])
    elif (relation := ontology.relation_of_field(claim.field)) is not None:
        concept = ontology.concept(relation.range, claim.value)
        if concept is not None:
            return concept_node(concept.kind, concept)
    raise NotFoundError(f"the ontology has nothing for {claim.field}:{claim.value}")


def _is_among(word: str, names: Iterable[tuple[str, ...]]) -> bool:
    wanted = singular(word)
    return any(singular(name) == wanted for each in names for name in each)


def boolean_node(attribute: Attribute, *, value: bool) -> Node:
    """The node of "yes" or "no" of a boolean attribute; "no" by the word for it, where there is one."""
    key = f"{attribute.id}/{'true' if value else 'false'}"
    opposite = attribute.opposite
    en = attribute.label.en if value else next(iter(opposite.en), f"not {attribute.label.en}")
    zh = attribute.label.zh if value else next(iter(opposite.zh), f"非{attribute.label.zh}")
    return Node(id=node_id("value", key), type="value", key=key, label_en=en, label_zh=zh)


def quantity_node(attribute: Attribute, quantity: Quantity) -> Node:
    """The node of a quantity, labelled in the attribute's unit."""
    import pint

    key = quantity_key(attribute.id, quantity)
    unit = attribute.unit or quantity.si_unit
    try:
        english, chinese = show_range(*in_unit(quantity, unit), unit)
    except pint.PintError:
        english, chinese = show_range(quantity.si_low, quantity.si_high, quantity.si_unit)
    return Node(
        id=node_id("value", key), type="value", key=key, label_en=english, label_zh=chinese,
        properties={"si_low": quantity.si_low, "si_high": quantity.si_high, "si_unit": quantity.si_unit},
    )  # fmt: skip
