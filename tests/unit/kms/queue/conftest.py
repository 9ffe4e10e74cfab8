"""A small shop with something of each kind to ask about."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import Database, open_database
from kms.evidence.models import Evidence
from kms.evidence.proposals import ProposalStore, ProposedValue
from kms.evidence.store import EvidenceStore
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import REJECTED, Edge, GraphChanges, Node
from kms.identity.store import Identity, IdentityStore
from kms.ontology.load import load_ontology
from kms.queue.models import Item, Kind, QueueFilter
from kms.queue.refresh import QueueRefresh
from kms.queue.store import QueueStore
from kms.queue.write import QueueWriter

ONTOLOGY = load_ontology()
KETTLES = tuple(f"K-{number:02}" for number in range(1, 26))


class Desk:
    """Twenty-five kettles: three of a doubtful colour, one with two weights, one too heavy, unknown words."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database = database
        self.graph = EmbeddedGraphStore(folder / "graph.db")
        self.graph.prepare()
        self.catalog = CatalogStore(database)
        self.evidence, self.proposals = EvidenceStore(database), ProposalStore(database)
        self.identities, self.store, self.writer = (
            IdentityStore(database),
            QueueStore(database),
            QueueWriter(database),
        )
        self.refresher = QueueRefresh(database, self.graph, ONTOLOGY)
        self.mentions: list[tuple[str, str, ProposedValue]] = []

    def fill(self) -> None:
        titles = [
            Product(id=i, title=f"Teal kettle {i} for a nurse, that teal", brand="Norvik") for i in KETTLES
        ]
        self.catalog.put_products(titles)
        edges = [
            Edge(source=f"product:{i}", relation="in_category", target="category:kettle") for i in KETTLES
        ]
        edges += [weighed(i, 1.0 + number / 100) for number, i in enumerate(KETTLES[:-1])]
        edges += [weighed(KETTLES[-1], 1_300.0)]
        edges += [
            weighed(KETTLES[3], 1.9, preferred=False, confidence=0.75),
            *(red(i, 0.55) for i in KETTLES[:3]),
            red(KETTLES[4], 0.9),
        ]
        edges += [forbidden(each) for each in KETTLES[:2]]
        nodes = {
            end: Node(id=end, type=end.partition(":")[0], key=end.partition(":")[2])
            for e in edges
            for end in (e.source, e.target)
        }
        self.graph.apply(GraphChanges(nodes=tuple(nodes.values()), edges=tuple(edges)))
        self.propose("colour", "Teal", KETTLES[:4])
        self.propose("colour", "that", KETTLES[:4], "that")
        self.propose("", "nurse", KETTLES[:2], kind="audience", relation="for_audience")
        self.identities.propose(
            [
                Identity(kind="product", left="K-07", right="K-08", score=0.6, evidence=("same title",)),
                Identity(kind="brand_alias", left="Norvik", right="Norvik AS", score=0.7),
            ]
        )
        self.refresher.run()

    def propose(
        self, attribute: str, surface: str, products: tuple[str, ...], said: str = "", *, kind: str = "value",
        relation: str = "has_value",
    ) -> None:  # fmt: skip
        found = []
        for product in products:
            document = next(d for d in self.catalog.documents_of(product) if d.field == "title")
            start = document.text.index(said or surface)
            evidence = Evidence.model_validate(
                {
                    "document_id": document.id, "document_hash": document.content_hash, "product_id": product,
                    "field": "title", "language": "en", "start": start, "end": start + len(surface),
                    "surface": surface, "relation": relation, "attribute": attribute,
                    "sentence": (0, len(document.text)), "confidence": 0.6, "extractor": "model",
                    "extractor_version": "1", "ontology_release": "1",
                }
            )  # fmt: skip
            self.evidence.record([document], [*self.evidence.active(product), evidence], f"test-{surface}")
            found.append(
                (
                    product,
                    evidence.id,
                    ProposedValue(kind=kind, attribute=attribute, surface=surface, language="en"),
                )
            )
        self.mentions += found
        self.proposals.replace(KETTLES, self.mentions)

    def items(self, kind: Kind | None = None, **more: object) -> list[Item]:
        return self.store.items(QueueFilter.model_validate({"kind": kind, **more}), limit=100)

    def one(self, kind: Kind) -> Item:
        (item,) = self.items(kind)
        return item


def weighed(
    product: str, kilograms: float, *, preferred: bool | None = None, confidence: float = 0.8
) -> Edge:
    properties: dict[str, str | int | float | bool] = {
        "si_low": kilograms,
        "si_high": kilograms,
        "written": f"{kilograms} kg",
    }
    if preferred is not None:
        properties["preferred"] = preferred
    return Edge(
        source=f"product:{product}", relation="has_value", attribute="weight", confidence=confidence,
        target=f"value:weight/{kilograms:g} kilogram", properties=properties,
    )  # fmt: skip


def red(product: str, confidence: float) -> Edge:
    return Edge(
        source=f"product:{product}", relation="has_value", attribute="colour", target="value:colours/red",
        confidence=confidence,
    )  # fmt: skip


def forbidden(product: str) -> Edge:
    properties: dict[str, str | int | float | bool] = {
        "of_relation": "has_value",
        "of_attribute": "spf",
        "status": "rejected",
        "reason": "not_of_class",
        "rule": "class has attribute",
    }
    return Edge(
        source=f"product:{product}",
        relation=REJECTED,
        attribute="has_value/spf",
        target="value:spf/30",
        confidence=0.8,
        properties=properties,
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[tuple[str, str, ProposedValue]]]:
    """The shop's files, made once a module, and what was proposed."""
    folder = tmp_path_factory.mktemp("desk")
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    made = Desk(database, folder)
    made.fill()
    made.graph.close()
    database.close()
    return folder, made.mentions


@pytest.fixture
def desk(filled: tuple[Path, list[tuple[str, str, ProposedValue]]], tmp_path: Path) -> Iterator[Desk]:
    folder = shutil.copytree(filled[0], tmp_path / "desk")
    database = open_database(f"sqlite:///{folder / 'kms.db'}", migrate=False)
    made = Desk(database, folder)
    made.mentions += filled[1]
    yield made
    made.graph.close()
    database.close()
