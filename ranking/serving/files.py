"""Ranking's files of an index version: the graph as matrices, labels, the behaviour model."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from kms.facts.linking import ALTERNATIVE_NAMES, SEPARATOR
from kms.graph.models import Edge, Node
from kms.graph.scan import GraphReader
from kms.indexing.build import read_documents
from kms.indexing.documents import is_implied, is_used
from kms.journal.events import Interaction
from kms.ontology.model import Ontology
from kms.ontology.structure import CATEGORY, HAS_ASPECT, IN_CATEGORY, PRODUCT, SUBCATEGORY_OF
from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.bought_along import find_bought_along, purchases_of
from ranking.behaviour.choice import BehaviourChoice, choose_model, make_model
from ranking.behaviour.interactions import Interactions
from ranking.behaviour.rows import entity_rows
from ranking.behaviour.setting import BehaviourSetting
from ranking.paths.index import GraphIndex
from ranking.serving.kinds import are_same_kind
from ranking.serving.popularity import Demand
from ranking.serving.signals import rows_of
from ranking.serving.weights import behaviour_rows
from ranking.suggest.completions import list_completions
from ranking.suggest.index import write_suggestions

GRAPH = "graph.npz"
NODES = "nodes.jsonl"
BEHAVIOUR = "behaviour.npz"
CHOICE = "behaviour.json"
POPULAR = "popular.npy"
BOUGHT_ALONG = "bought_along.npz"
STATED_BY_SHOP = "shop"
"""Extractor of what the shop itself states, in ``Edge.extractors``."""


def write_ranking_files(
    folder: Path,
    graph: GraphReader,
    interactions: Sequence[Interaction],
    product_ids: Sequence[str],
    *,
    ontology: Ontology,
    demand: Demand,
    setting: BehaviourSetting | None = None,
) -> None:
    """Write what ranking needs beside text index and vectors into a version's folder.

    These are the graph's matrices, the labels of its nodes, which products are popular, what is bought along, and
    the fitted behaviour model.

    Args:
        folder: Of the version that is being made.
        graph: Read once.
        interactions: What shoppers did; may be empty.
        product_ids: All products of the version.
        ontology: Tells which classes are of one kind.
        demand: Of the products.
        setting: Which behaviour model is fitted; default: what the size leads to.

    Raises:
        BehaviourError: The behaviour model that the setting names would not fit the budget.
    """
    target = folder / "ranking"
    target.mkdir(parents=True, exist_ok=True)
    edges = list(graph.iter_edges())
    weighted = weighted_edges(edges, Kinds.of_edges(edges, ontology))
    index = GraphIndex.build(weighted, node_ids=[f"product:{i}" for i in product_ids])
    index.save(target / GRAPH)
    np.save(target / POPULAR, demand.popular(product_ids))
    find_bought_along(purchases_of(interactions, product_ids)).save(target / BOUGHT_ALONG)
    used = {end for edge in edges for end in (edge.source, edge.target)}
    with (target / NODES).open("w", encoding="utf-8") as stream:
        for node in graph.iter_nodes():
            # What rejected facts alone lead to is nothing that shoppers can ask for.
            if node.type != PRODUCT and (node.id in used or node.type == CATEGORY):
                others = str(node.properties.get(ALTERNATIVE_NAMES, ""))
                row = [node.id, node.label_en, node.label_zh, *(others.split(SEPARATOR) if others else ())]
                stream.write(json.dumps(row, ensure_ascii=False) + "\n")
    write_suggestions(
        target,
        list_completions(
            read_documents(folder), read_labels(folder), _count_products(edges, ontology), ontology
        ),
    )
    known = set(product_ids)
    rows = [row for row in rows_of(interactions) if row[1] in known]
    if rows:
        behaviour = Interactions.from_rows(rows, item_ids=list(product_ids))
        choice, model = fit_behaviour(behaviour, edges, ontology, setting or BehaviourSetting())
        model.save(target / BEHAVIOUR)
        (target / CHOICE).write_text(choice.model_dump_json(indent=1), "utf-8")


def _count_products(edges: Sequence[Edge], ontology: Ontology) -> dict[str, int]:
    """Number of products by node; those of a class with its subclasses'."""
    products: dict[str, set[str]] = {}
    for edge in edges:
        if not edge.source.startswith("product:") or edge.relation == HAS_ASPECT or not is_used(edge):
            continue
        targets = [edge.target]
        if edge.relation == IN_CATEGORY:
            class_id = edge.target.partition(":")[2]
            above = ontology.hierarchy.ancestors(class_id) if class_id in ontology.classes else ()
            targets += [f"category:{each}" for each in above]
        for target in targets:
            products.setdefault(target, set()).add(edge.source)
    return {node: len(sources) for node, sources in products.items()}


def fit_behaviour(
    interactions: Interactions, edges: Sequence[Edge], ontology: Ontology, setting: BehaviourSetting
) -> tuple[BehaviourChoice, BehaviourModel]:
    """The behaviour model that the setting and the size of the data lead to, fitted.

    Args:
        interactions: Shoppers × products of the version.
        edges: Of the graph: entities that products share are rows beside the shoppers'.
        ontology: Weights of the relations' rows.
        setting: Which model, and what it may take.

    Raises:
        BehaviourError: The named model would not fit the budget.
    """
    weights = behaviour_rows(ontology)
    of_products = {item: f"product:{item}" for item in interactions.item_ids}
    back = {node: item for item, node in of_products.items()}
    facts = (
        (back[e.source], _row_name(e), back.get(e.target, e.target), e.confidence)
        for e in edges
        if weights.get(e.relation, 0.0) > 0 and e.source in back and is_used(e) and not is_implied(e)
    )
    entities = entity_rows(facts, interactions.item_ids)
    named = {rows.relation: weights[rows.relation.partition(" ")[0]] for rows in entities}
    n_users, n_items = interactions.matrix.shape
    choice = choose_model(
        n_users, n_items, interactions.matrix.nnz, entities,
        model=setting.model, budget=setting.budget, relation_weights=named,
    )  # fmt: skip
    return choice, make_model(choice, entities).fit(once(interactions))


def _row_name(edge: Edge) -> str:
    """Relation and attribute: values of different attributes are different rows of the same weight."""
    return f"{edge.relation} {edge.attribute}" if edge.attribute else edge.relation


def once(interactions: Interactions) -> Interactions:
    """Every product that a shopper touched counted once, however often and however they did.

    On held-out events of the sample that was worth seven points of NDCG@10 over weights by event type, with
    every model.
    """
    matrix = interactions.matrix.copy()
    matrix.data = np.ones_like(matrix.data)
    return dataclasses.replace(interactions, matrix=matrix)


def read_choice(folder: Path) -> BehaviourChoice | None:
    """The behaviour model of a version and the reason for its choice; ``None`` without events."""
    path = folder / "ranking" / CHOICE
    return BehaviourChoice.model_validate_json(path.read_text("utf-8")) if path.exists() else None


def read_labels(folder: Path) -> dict[str, tuple[str, str]]:
    """English and Chinese label by node id, products left out."""
    with (folder / "ranking" / NODES).open(encoding="utf-8") as stream:
        return {row[0]: (row[1], row[2]) for row in map(json.loads, stream)}


def read_other_names(folder: Path) -> dict[str, tuple[str, ...]]:
    """The further names of brands that have some, by node id."""
    with (folder / "ranking" / NODES).open(encoding="utf-8") as stream:
        return {row[0]: tuple(row[3:]) for row in map(json.loads, stream) if len(row) > 3}


def node_labels(nodes: Sequence[Node]) -> dict[str, tuple[str, str]]:
    """Labels of nodes that are at hand."""
    return {node.id: (node.label_en, node.label_zh) for node in nodes}


class Kinds:
    """Tells whether an edge joins two products of one kind."""

    def __init__(self, classes_of: Callable[[str], Sequence[str]], ontology: Ontology) -> None:
        """Compare the classes that ``classes_of`` gives for a product's node."""
        self._hierarchy = ontology.hierarchy
        self._classes_of = classes_of
        self.goes_with = relations_of_complements(ontology)

    @classmethod
    def of_edges(cls, edges: Sequence[Edge], ontology: Ontology) -> Kinds:
        """With the classes that the edges of a whole graph state."""
        classes: dict[str, list[str]] = {}
        for edge in edges:
            if edge.relation == IN_CATEGORY:
                classes.setdefault(edge.source, []).append(edge.target.partition(":")[2])
        return cls(lambda node: classes.get(node, []), ontology)

    def joins_same(self, edge: Edge) -> bool:
        """Whether an edge joins two products of one kind."""
        return are_same_kind(self._hierarchy, self._classes_of(edge.source), self._classes_of(edge.target))


def relations_of_complements(ontology: Ontology) -> frozenset[str]:
    """Relations by which products go with one another."""
    return frozenset(
        relation.id
        for relation in ontology.relations.values()
        if any(path.purpose == "complements" for path in relation.paths)
    )


def weighted_edges(edges: Iterable[Edge], kinds: Kinds) -> Iterator[tuple[str, str, str, float]]:
    """Edges that rank, with their weights."""
    for edge in edges:
        if edge.relation == HAS_ASPECT:
            # Only what reviewers liked speaks for two products being alike.
            polarity = edge.properties.get("polarity", 0.0)
            if isinstance(polarity, int | float) and polarity > 0:
                yield edge.source, edge.relation, edge.target, edge.confidence * float(polarity)
        elif is_read_complement(edge, kinds.goes_with) and kinds.joins_same(edge):
            # A text that names a product of the same kind compares; only the shop can say that the two go together.
            continue
        elif edge.relation == SUBCATEGORY_OF or (is_used(edge) and not is_implied(edge)):
            yield edge.source, edge.relation, edge.target, edge.confidence


def is_read_complement(edge: Edge, goes_with: frozenset[str]) -> bool:
    """Whether a text alone says that a product goes with another; ``goes_with``: relations that say so."""
    return edge.relation in goes_with and STATED_BY_SHOP not in edge.extractors
