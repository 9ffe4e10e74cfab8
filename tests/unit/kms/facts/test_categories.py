"""The shop's categories in the graph."""

from __future__ import annotations

from kms.catalog.categories import read_tree
from kms.catalog.models import Product
from kms.facts.categories import category_node, place_product, tree_edges
from kms.graph.models import Edge
from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology

ONTOLOGY = load_ontology()
ROW = Product(id="a", title="a", category_paths=(("Pets", "Dogs"), ("Sale",)))


def test_a_product_has_an_edge_to_each_place_and_the_tree_its_edges() -> None:
    tree = read_tree([ROW], ONTOLOGY)
    places = place_product(ROW, (), (), tree)
    assert [(e.relation, e.target) for e in places] == [
        ("in_shop_category", "shop_category:pets/dogs"),
        ("in_shop_category", "shop_category:sale"),
    ]
    assert [(e.source, e.target) for e in tree_edges(tree)] == [
        ("shop_category:pets/dogs", "shop_category:pets")
    ]
    node = category_node(tree.of_paths["pets/dogs"])
    assert (node.key, node.label_en) == ("pets/dogs", "Dogs")


def test_a_category_that_is_a_class_is_in_the_graph_once() -> None:
    classes = dict(ONTOLOGY.classes)
    classes["jacket"] = classes["jacket"].model_copy(update={"paths": ("Pets > Dogs",)})
    own = Ontology.model_validate({**ONTOLOGY.model_dump(), "classes": classes})
    tree = read_tree([ROW], own)
    in_class = Edge(source="product:a", relation="in_category", target="category:jacket")
    assert [e.target for e in place_product(ROW, (), [in_class], tree)] == ["shop_category:sale"]
    assert [e.target for e in place_product(ROW, (), [], tree)] == ["category:jacket", "shop_category:sale"]
    assert [(e.source, e.target) for e in tree_edges(tree)] == [("category:jacket", "shop_category:pets")]
