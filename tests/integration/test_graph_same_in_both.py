"""After the same run both graph stores hold the same graph."""

from __future__ import annotations

from pathlib import Path

import pytest

from extraction.batch.run import extract_pending
from extraction.pipeline import Pipeline
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.db.states import BuildStates
from kms.evidence.proposals import ProposalStore
from kms.evidence.store import EvidenceStore
from kms.facts.build import GraphBuilder
from kms.graph.compare import compare
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.neo4j import Neo4jGraphStore
from kms.graph.port import GraphStore
from kms.ontology.load import load_ontology
from kms.sample.source import sample_products, sample_reviews


@pytest.mark.neo4j
def test_embedded_and_neo4j_hold_the_same_graph(
    sqlite_database: Database, neo4j_store: Neo4jGraphStore, tmp_path: Path
) -> None:
    ontology = load_ontology()
    catalog, evidence = CatalogStore(sqlite_database), EvidenceStore(sqlite_database)
    products = list(sample_products())[:40]
    ids = {p.id for p in products}
    catalog.put_products(products)
    catalog.put_reviews([r for r in sample_reviews() if r.product_id in ids])
    extract_pending(catalog, evidence, Pipeline(ontology), ontology)
    embedded = EmbeddedGraphStore(tmp_path / "graph.db")

    def build(store: GraphStore) -> None:
        GraphBuilder(
            catalog=catalog,
            evidence=evidence,
            proposals=ProposalStore(sqlite_database),
            states=BuildStates(sqlite_database),
            graph=store,
            ontology=ontology,
        ).build()

    build(embedded)
    evidence.forget_built("graph")
    build(neo4j_store)
    assert compare(embedded, neo4j_store) == []
    inferred = [edge for edge in neo4j_store.iter_edges() if "inferred_by" in edge.properties]
    assert inferred and all(edge.properties["inferred_from"] and edge.evidence for edge in inferred)
    catalog.delete_products([products[0].id])
    before = sum(embedded.counts().values())
    build(embedded)
    assert sum(embedded.counts().values()) < before
    evidence.forget_built("graph")
    build(neo4j_store)
    assert compare(embedded, neo4j_store) == []
    embedded.close()
