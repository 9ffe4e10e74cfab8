"""The main job as a process of its own, to be killed: extraction or graph build on a state folder.

Run as ``python main_job.py STATE (prepare|extract|graph)``; the sample's first products, rules only, small batches.
"""

from __future__ import annotations

import sys
from pathlib import Path

import kms.facts.build as build_module
from extraction.batch.run import extract_pending
from extraction.pipeline import Pipeline
from kms.catalog.store import CatalogStore
from kms.db.session import open_database
from kms.db.states import BuildStates
from kms.evidence.proposals import ProposalStore
from kms.evidence.store import EvidenceStore
from kms.facts.build import GraphBuilder
from kms.graph.embedded import EmbeddedGraphStore
from kms.ontology.load import load_ontology
from kms.sample.source import sample_products, sample_reviews

PRODUCTS = 40
BATCH = 7


def main(state: Path, step: str) -> None:
    database = open_database(f"sqlite:///{state / 'kms.db'}")
    catalog, evidence = CatalogStore(database), EvidenceStore(database)
    ontology = load_ontology()
    if step == "prepare":
        products = list(sample_products())[:PRODUCTS]
        ids = {p.id for p in products}
        catalog.put_products(products)
        catalog.put_reviews([r for r in sample_reviews() if r.product_id in ids])
    elif step == "extract":
        print("started", flush=True)
        extract_pending(catalog, evidence, Pipeline(ontology), ontology, batch_size=BATCH)
    else:
        build_module.BATCH = 3
        graph = EmbeddedGraphStore(state / "graph.db")
        print("started", flush=True)
        GraphBuilder(
            catalog=catalog,
            evidence=evidence,
            proposals=ProposalStore(database),
            states=BuildStates(database),
            graph=graph,
            ontology=ontology,
        ).build()
        graph.close()
    database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
