"""Graph builder: updates the graph from evidence; incremental, idempotent, and equal to a rebuild.

A product's edges depend on its active evidence, the decisions on it that hold, the ontology release, and the catalogue's
brands, titles and decided identities (what mentions can be linked to). The first three are its fingerprint; when the
fourth changed since the last finished build, products whose evidence looks beyond themselves are linked again. Of
products that were decided to be one, the first alone is in the graph, with the evidence of all. A product counts as
built only after its edges are written, so a killed build goes on where it was.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from kms.catalog.categories import CategoryTree, CategoryTreeBuilder
from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.states import BuildStates
from kms.decisions.models import Decision
from kms.decisions.store import DecisionStore
from kms.evidence.models import Evidence
from kms.evidence.proposals import ProposalStore, ProposedValue
from kms.evidence.store import EvidenceStore, ProductChange
from kms.facts.categories import category_node, place_product, tree_edges
from kms.facts.decided import Rulings, read_rulings
from kms.facts.derive import Derived, contexts_of, derive
from kms.facts.linking import Encode, Linker, brand_node, concept_node
from kms.facts.models import RejectionReason
from kms.facts.products import ProductNames
from kms.graph.models import REJECTED, Edge, EdgeKey, GraphChanges, Node
from kms.graph.port import GraphStore
from kms.identity.brands import BrandNames, by_use, main_writings
from kms.identity.merges import Merges
from kms.ontology.model import Ontology
from kms.ontology.structure import (
    BELOW_SHOP_CATEGORY,
    CATEGORY,
    MADE_BY,
    PRODUCT,
    SHOP_CATEGORY,
    SUB_BRAND_OF,
    SUBCATEGORY_OF,
)
from kms.progress import ProgressFactory, silent_progress

T = TypeVar("T")

BATCH = 200
_ALL = 1_000_000
_LINKS = "graph links"
_TREES = (SUBCATEGORY_OF, BELOW_SHOP_CATEGORY, SUB_BRAND_OF)


@dataclass
class GraphReport:
    """Report of a graph build.

    ``facts`` counts edges by relation, ``rejections`` mentions by reason, ``rejected`` the facts that are kept as
    rejected, by reason: those of people's decisions and those of the ontology. ``inferred`` counts facts by the rule that
    infers them, ``decided`` products with decisions.
    """

    built: int = 0
    deleted: int = 0
    relinked: int = 0
    edges_written: int = 0
    edges_removed: int = 0
    proposals: int = 0
    orphans: int = 0
    facts: dict[str, int] = field(default_factory=dict)
    rejections: dict[RejectionReason, int] = field(default_factory=dict)
    rejected: dict[str, int] = field(default_factory=dict)
    inferred: dict[str, int] = field(default_factory=dict)
    decided: int = 0


class GraphBuilder:
    """Updates the graph from the evidence."""

    def __init__(
        self,
        *,
        catalog: CatalogStore,
        evidence: EvidenceStore,
        proposals: ProposalStore,
        states: BuildStates,
        graph: GraphStore,
        ontology: Ontology,
        brand_names: BrandNames | None = None,
        merges: Merges | None = None,
        decisions: DecisionStore | None = None,
        encode: Encode | None = None,
        progress: ProgressFactory = silent_progress,
    ) -> None:
        self._brand_names = brand_names or BrandNames()
        self._merges = merges or Merges()
        self._mains: Mapping[str, str] = {}
        self._catalog = catalog
        self._evidence = evidence
        self._decisions = decisions
        self._proposals = proposals
        self._states = states
        self._graph = graph
        self._ontology = ontology
        self._encode = encode
        self._progress = progress
        self._bereft: list[str] | None = None
        """Collects the nodes that edges no longer lead to, while some products are built."""

    @property
    def ontology(self) -> Ontology:
        """The release that the graph is built under."""
        return self._ontology

    def build(self) -> GraphReport:
        """Process what changed since the last build."""
        self._graph.prepare()
        if self._decisions is not None:
            self._decisions.refresh_due(None)
        self._write_ontology()
        titles: dict[str, str] = {}
        brands: Counter[str] = Counter()
        categories = CategoryTreeBuilder(self._ontology)
        for product in self._catalog.iter_products():
            titles[product.id] = product.title
            if product.brand:
                brands[product.brand] += 1
            categories.add(product)
        tree = categories.tree()
        self._write_categories(tree)
        self._mains = self._merges.mains(titles)
        # Preparing the linker takes longer than a build with nothing new.
        make_linker = cache(
            lambda: Linker(
                self._ontology,
                brands=by_use(brands),
                brand_names=self._brand_names,
                products=ProductNames(titles, self._mains),
                encode=self._encode,
            )
        )
        report = GraphReport()
        changes = list(self._evidence.changed_products("graph", release=self._ontology.graph_version))
        with self._progress("graph", len(changes)) as advance:
            fingerprints = {c.product_id: c.fingerprint for c in changes}
            affected = self._merges.with_groups(fingerprints)
            self._delete([c for c in changes if c.is_deleted], report)
            # A product behind another one is not in the graph; its fingerprint is marked with the one that stands for it.
            self._remove([each for each in affected if each in self._mains])
            live = [each for each in affected if each in titles and each not in self._mains]
            for batch in _batches(live):
                self._write_products(batch)
            counts = self._graph.counts()
            is_first = not any(
                name.startswith("edge:") and name.removeprefix("edge:") not in _TREES for name in counts
            )
            for batch in _batches(live):
                self._write_facts(batch, make_linker(), tree, report, is_first=is_first)
                done = self._merges.with_groups(batch)
                self._evidence.mark_built("graph", {i: fingerprints[i] for i in done if i in fingerprints})
                report.built += len(batch)
                advance(len(batch))
        self._relink(titles, brands, tree, set(live), make_linker, report)
        self._write_brand_lines(list(brands))
        on_demand = [name for name in self._ontology.entities if name not in (PRODUCT, CATEGORY)]
        report.orphans = self._graph.remove_orphans(on_demand)
        self._proposals.drop_unsupported()
        report.proposals = self._proposals.count()
        return report

    def build_products(
        self, product_ids: Sequence[str], linker: Linker, tree: CategoryTree, *, is_tree_new: bool = False
    ) -> GraphReport:
        """Bring some products up to date, at a cost that does not depend on the size of the catalogue.

        Args:
            product_ids: Those that changed, or that were deleted.
            linker: With the catalogue's present brands and titles.
            tree: Its present categories.
            is_tree_new: Whether the graph may have another tree.
        """
        report = GraphReport()
        self._bereft = []
        if is_tree_new:
            self._write_categories(tree)
        affected = self._merges.with_groups(product_ids)
        changes = self._evidence.states_of(affected, release=self._ontology.graph_version)
        fingerprints = {c.product_id: c.fingerprint for c in changes if not c.is_deleted}
        self._mains = self._merges.mains(fingerprints)
        self._delete([c for c in changes if c.is_deleted], report)
        self._remove([each for each in fingerprints if each in self._mains])
        live = [each for each in fingerprints if each not in self._mains]
        for batch in _batches(live):
            self._write_products(batch)
            self._write_facts(batch, linker, tree, report, is_first=False)
            done = self._merges.with_groups(batch)
            self._evidence.mark_built("graph", {i: fingerprints[i] for i in done if i in fingerprints})
            report.built += len(batch)
        report.orphans = self._remove_bereft(self._bereft)
        self._bereft = None
        return report

    def _remove_bereft(self, node_ids: Sequence[str]) -> int:
        """Remove those of the nodes that lost an edge which have none left, as a whole build removes orphans."""
        lasting = (PRODUCT, CATEGORY)
        gone = [
            each
            for each in dict.fromkeys(node_ids)
            if each.partition(":")[0] not in lasting
            and not self._graph.edges_of(each, limit=1)
            and not self._graph.edges_of(each, relations=[REJECTED], limit=1)
        ]
        if gone:
            self._graph.apply(GraphChanges(removed_nodes=tuple(gone)))
        return len(gone)

    def rebuild(self) -> GraphReport:
        """Clear the graph and build it again from the evidence."""
        self._graph.prepare()
        # First: a change that finds an empty graph meanwhile must see that its product's facts are not there.
        self._evidence.forget_built("graph")
        self._graph.clear()
        return self.build()

    def _write_ontology(self) -> None:
        nodes = [concept_node(CATEGORY, c) for c in self._ontology.classes.values()]
        edges = [
            Edge(source=f"category:{c.id}", relation=SUBCATEGORY_OF, target=f"category:{c.parent}")
            for c in self._ontology.classes.values()
            if c.parent
        ]
        there = {node.id: node for node in self._graph.nodes([n.id for n in nodes])}
        current = {e.key: e for e in self._graph.iter_edges([SUBCATEGORY_OF])}
        wanted = {e.key: e for e in edges}
        # A class that left the ontology loses its place in the tree; its node goes with its last product.
        changes = GraphChanges(
            nodes=tuple(n for n in nodes if there.get(n.id) != n),
            edges=tuple(e for e in edges if current.get(e.key) != e),
            removed_edges=tuple(key for key in current if key not in wanted),
        )
        if changes != GraphChanges():
            self._graph.apply(changes)

    def _write_categories(self, tree: CategoryTree) -> None:
        """The shop's own tree; a category that lost its products loses its place, and its node as an orphan."""
        if SHOP_CATEGORY not in self._ontology.entities:
            return
        nodes = [category_node(each) for each in tree.of_paths.values() if each.class_id is None]
        wanted = {edge.key: edge for edge in tree_edges(tree)}
        there = {node.id: node for node in self._graph.nodes([node.id for node in nodes])}
        current = {e.key: e for e in self._graph.iter_edges([BELOW_SHOP_CATEGORY])}
        changes = GraphChanges(
            nodes=tuple(n for n in nodes if there.get(n.id) != n),
            edges=tuple(e for key, e in wanted.items() if current.get(key) != e),
            removed_edges=tuple(key for key in current if key not in wanted),
        )
        if changes != GraphChanges():
            self._graph.apply(changes)
        if self._bereft is not None:
            self._bereft += [end for key in changes.removed_edges for end in (key[0], key[3])]

    def _write_brand_lines(self, brands: Sequence[str]) -> None:
        """Write the edges from sub-brands that some row states to the brands that they are lines of."""
        stated = {self._brand_names.brand(name).key for name in set(brands)}
        pairs = [pair for pair in self._brand_names.children() if pair[0].key in stated]
        nodes = {node.id: node for pair in pairs for node in map(brand_node, pair)}
        wanted = {
            e.key: e
            for e in (
                Edge(source=f"brand:{child.key}", relation=SUB_BRAND_OF, target=f"brand:{parent.key}")
                for child, parent in pairs
            )
        }
        current = {e.key: e for e in self._graph.iter_edges([SUB_BRAND_OF])}
        there = {node.id for node in self._graph.nodes(list(nodes))}
        changes = GraphChanges(
            nodes=tuple(node for name, node in sorted(nodes.items()) if name not in there),
            edges=tuple(e for key, e in wanted.items() if key not in current),
            removed_edges=tuple(key for key in current if key not in wanted),
        )
        if changes != GraphChanges():
            self._graph.apply(changes)

    def _remove(self, product_ids: Sequence[str]) -> None:
        """Take products out of the graph that others stand for."""
        for batch in _batches(product_ids):
            self._graph.apply(GraphChanges(removed_nodes=tuple(f"product:{i}" for i in batch)))
            self._proposals.replace(batch, ())

    def _delete(self, changes: Sequence[ProductChange], report: GraphReport) -> None:
        for batch in _batches(changes):
            ids = [c.product_id for c in batch]
            if self._bereft is not None:
                for each in ids:
                    self._bereft += [edge.target for edge in self._edges_from(f"product:{each}")]
            self._graph.apply(GraphChanges(removed_nodes=tuple(f"product:{i}" for i in ids)))
            self._proposals.replace(ids, ())
            self._evidence.mark_built("graph", {c.product_id: c.fingerprint for c in batch})
            report.deleted += len(ids)

    def _write_products(self, product_ids: Sequence[str]) -> None:
        products = self._catalog.products(product_ids)
        self._graph.apply(GraphChanges(nodes=tuple(product_node(p) for p in products)))

    def _write_facts(
        self,
        product_ids: Sequence[str],
        linker: Linker,
        tree: CategoryTree,
        report: GraphReport,
        *,
        is_first: bool,
    ) -> None:
        members = self._merges.with_groups(product_ids)
        rows = {product.id: product for product in self._catalog.products(members)}
        evidence_of = self._evidence_of(product_ids)
        decisions = self._decisions.standing(members) if self._decisions is not None else {}
        nodes: dict[str, Node] = {}
        written: list[Edge] = []
        removed: list[EdgeKey] = []
        proposed: list[tuple[str, str, ProposedValue]] = []
        for product_id, evidence in evidence_of.items():
            rulings = self._rulings_of(product_id, evidence, linker, decisions)
            report.decided += bool(rulings)
            derived = derive(product_id, evidence, linker, rulings)
            for edge in derived.edges:
                if rule := str(edge.properties.get("inferred_by", "")):
                    report.inferred[rule] = report.inferred.get(rule, 0) + 1
            proposed += derived.proposals
            for rejection in derived.rejections:
                report.rejections[rejection.reason] = report.rejections.get(rejection.reason, 0) + 1
            node = f"product:{product_id}"
            current: dict[EdgeKey, Edge] = {}
            if not is_first:
                current = {e.key: e for e in self._edges_from(node)}
            places: list[Edge] = []
            if SHOP_CATEGORY in self._ontology.entities:
                for member in self._merges.group(product_id):
                    if (row := rows.get(member)) is not None:
                        of_main = row.model_copy(update={"id": product_id})
                        places += place_product(of_main, evidence, derived.edges, tree, derived.rejected)
            wanted = {e.key: e for e in (*derived.edges, *derived.rejected, *places)}
            written += [e for key, e in wanted.items() if current.get(key) != e]
            removed += [key for key in current if key not in wanted]
            if self._bereft is not None:
                self._bereft += [key[3] for key in current if key not in wanted]
            nodes.update({n.id: n for n in derived.nodes if n.type != PRODUCT})
            for edge in wanted.values():
                if edge.properties.get("status") == "superseded" and edge.relation == REJECTED:
                    continue
                if edge.relation == REJECTED:
                    reason = str(edge.properties["reason"])
                    report.rejected[reason] = report.rejected.get(reason, 0) + 1
                else:
                    report.facts[edge.relation] = report.facts.get(edge.relation, 0) + 1
        changes = GraphChanges(
            nodes=tuple(nodes[key] for key in sorted(nodes)),
            edges=tuple(written),
            removed_edges=tuple(removed),
        )
        if changes != GraphChanges():
            self._graph.apply(changes)
        self._proposals.replace(members, proposed)
        report.edges_written += len(written)
        report.edges_removed += len(removed)

    def derived(self, product_ids: Sequence[str], linker: Linker) -> Iterator[tuple[str, Derived]]:
        """What a linker's release makes of products of the graph, as a build would; nothing is written."""
        for batch in _batches(product_ids):
            members = self._merges.with_groups(batch)
            decisions = self._decisions.standing(members) if self._decisions is not None else {}
            for product_id, evidence in self._evidence_of(batch).items():
                rulings = self._rulings_of(product_id, evidence, linker, decisions)
                yield product_id, derive(product_id, evidence, linker, rulings)

    def _edges_from(self, node_id: str) -> list[Edge]:
        """All edges that a build wrote for a product, also those of rejected facts."""
        return [
            *self._graph.edges_of(node_id, direction="out", limit=_ALL),
            *self._graph.edges_of(node_id, relations=[REJECTED], direction="out", limit=_ALL),
        ]

    def _rulings_of(
        self,
        product_id: str,
        evidence: Sequence[Evidence],
        linker: Linker,
        decisions: Mapping[str, Sequence[Decision]],
    ) -> Rulings:
        """The decisions on a product and on those that it stands for."""
        own = [each for member in self._merges.group(product_id) for each in decisions.get(member, ())]
        return read_rulings(own, linker, lambda: contexts_of(self._evidence, evidence))

    def _evidence_of(self, product_ids: Sequence[str]) -> dict[str, list[Evidence]]:
        """The evidence of each product, and of those that it stands for."""
        if not self._merges:
            return self._evidence.active_many(product_ids)
        of_all = self._evidence.active_many(self._merges.with_groups(product_ids))
        return {
            product_id: [item for member in self._merges.group(product_id) for item in of_all[member]]
            for product_id in product_ids
        }

    def _relink(
        self,
        titles: dict[str, str],
        brands: Counter[str],
        tree: CategoryTree,
        done: set[str],
        make_linker: Callable[[], Linker],
        report: GraphReport,
    ) -> None:
        decided = (self._brand_names.state, self._merges.state)
        written = [*sorted(brands), *main_writings(brands)]
        state = repr((sorted(titles.items()), written, decided)).encode()
        key = hashlib.blake2b(state, digest_size=12).hexdigest()
        last: dict[str, Any] = self._states.get(_LINKS)
        if last.get("catalog") == key and last.get("merged", {}) == tree.merged:
            return
        if last:
            beyond = (MADE_BY, *self._ontology.product_relations)
            is_same_tree = last.get("merged", {}) == tree.merged
            # Without the same tree other paths mean the same now.
            touched = self._evidence.products_with(beyond) if is_same_tree else titles
            others = [i for i in dict.fromkeys(self._mains.get(i, i) for i in touched) if i not in done]
            for start in range(0, len(others), BATCH):
                batch = others[start : start + BATCH]
                self._write_facts(batch, make_linker(), tree, report, is_first=False)
                report.relinked += len(batch)
        self._states.put(_LINKS, {"catalog": key, "merged": tree.merged})


def product_node(product: Product) -> Node:
    """The node of a product; rows hold the rest."""
    properties: dict[str, str | int | float | bool] = {"language": product.language}
    if product.price is not None:
        properties["price"] = float(product.price.amount)
        properties["currency"] = product.price.currency
    return Node(
        id=f"product:{product.id}",
        type=PRODUCT,
        key=product.id,
        label_en=product.title,
        label_zh=product.title,
        properties=properties,
    )


def _batches(items: Sequence[T]) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, BATCH)):
        yield batch
