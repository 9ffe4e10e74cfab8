"""Names that the program itself depends on: the only entity types and relations that code calls by name.

Everything else about relations and entity types is data in ``ontology/core/entities.yaml`` and ``relations.yaml``, read
through ``kms.ontology.model``. A name stands here when the program does something with it that no setting describes:

* products are rows of the catalogue, categories are the classes of the ontology with their tree, brands are what rows
  state, values belong to attributes;
* places in the shop's own category tree come from rows (``shop_category``); an ontology may do without them;
* opinions carry polarity and are counted (``has_aspect``);
* ``mentions`` names another product without saying what it is to this one, and never becomes a fact.
"""

from __future__ import annotations

PRODUCT = "product"
CATEGORY = "category"
BRAND = "brand"
VALUE = "value"
SHOP_CATEGORY = "shop_category"
STRUCTURAL_TYPES = (PRODUCT, CATEGORY, BRAND, VALUE)

IN_CATEGORY = "in_category"
SUBCATEGORY_OF = "subcategory_of"
SUB_BRAND_OF = "sub_brand_of"
MADE_BY = "made_by"
HAS_VALUE = "has_value"
IN_SHOP_CATEGORY = "in_shop_category"
BELOW_SHOP_CATEGORY = "below_shop_category"
HAS_ASPECT = "has_aspect"
MENTIONS = "mentions"
REJECTED = "rejected"
"""Relation of the facts that do not hold; no ontology declares it (``kms.graph.models``)."""
STRUCTURAL_RELATIONS = {
    IN_CATEGORY: (PRODUCT, CATEGORY),
    SUBCATEGORY_OF: (CATEGORY, CATEGORY),
    MADE_BY: (PRODUCT, BRAND),
    HAS_VALUE: (PRODUCT, VALUE),
}
"""Relations that every ontology declares, with the ends that they must have."""

CATEGORY_FIELD = "category"
BRAND_FIELD = "brand"
SHOP_CATEGORY_FIELD = "shop_category"
LANGUAGE_FIELD = "language"
AVAILABILITY_FIELD = "availability"
SALE_FIELD = "on_sale"
CONDITION_FIELD = "condition"
ATTRIBUTE_FIELD = "attr."
"""Filter fields of the structural relations and of rows; ``attr.`` is followed by an attribute's id."""
