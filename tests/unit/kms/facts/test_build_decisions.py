"""The graph under decisions: what each verdict does, that it outlives new readings, and that undoing leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import Database, open_database
from kms.db.states import BuildStates
from kms.decisions.contexts import context_of
from kms.decisions.models import Decision, FactName, MentionName
from kms.decisions.reasons import Reason, Verdict
from kms.decisions.store import DecisionStore, append_decisions, append_undoings
from kms.evidence.models import Evidence
from kms.evidence.proposals import ProposalStore
from kms.evidence.store import EvidenceStore
from kms.facts.build import GraphBuilder, GraphReport
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import REJECTED, Edge, Node
from kms.ontology.load import load_ontology

ONTOLOGY = load_ontology()
TITLES = {
    "A": "Red kettle of steel, 1.5 kg, cordless",
    "B": "Blue kettle with a red box, 900 g",
    "C": "Headphones, wireless, 250 g",
}
READ = {
    "A": [
        ("in_category", "kettle", {"value": "kettle"}),
        ("has_value", "Red", {"attribute": "colour", "value": "red"}),
        ("has_value", "steel", {"attribute": "material", "value": "stainless_steel"}),
        ("has_value", "1.5 kg", {"attribute": "weight"}),
    ],
    "B": [
        ("in_category", "kettle", {"value": "kettle"}),
        ("has_value", "Blue", {"attribute": "colour", "value": "blue"}),
        ("has_value", "red", {"attribute": "colour", "value": "red"}),
        ("has_value", "900 g", {"attribute": "weight"}),
    ],
    "C": [
        ("in_category", "Headphones", {"value": "headphones"}),
        ("has_value", "250 g", {"attribute": "weight"}),
    ],
}
RED = FactName(relation="has_value", attribute="colour", target="value:colours/red")
GREEN = FactName(relation="has_value", attribute="colour", target="value:colours/green")
HEAVY = FactName(
    relation="has_value", attribute="weight", target="value:weight/1.5 kilogram", written="1.5 kg"
)
LIGHT = FactName(
    relation="has_value", attribute="weight", target="value:weight/1.2 kilogram", written="1.2 kg"
)
AS_KETTLE = FactName(relation="in_category", target="category:kettle")
AS_HEADPHONES = FactName(relation="in_category", target="category:headphones")
REASONS = {
    Verdict.ACCEPT: Reason.SAYS_SO,
    Verdict.REJECT: Reason.MISREAD,
    Verdict.CORRECT: Reason.WRONG_VALUE,
    Verdict.STATE: Reason.CHECKED,
}


class Shop:
    """Three products with evidence, decisions and a graph."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.graph = EmbeddedGraphStore(folder / "graph.db")
        self.catalog, self.evidence = CatalogStore(database), EvidenceStore(database)
        self.decisions = DecisionStore(database)
        self.catalog.put_products([Product(id=i, title=title) for i, title in TITLES.items()])
        for product_id in TITLES:
            self.read(product_id)

    def read(self, product_id: str, version: str = "1", only: int = 100) -> None:
        document = next(d for d in self.catalog.documents_of(product_id) if d.field == "title")
        found = [
            Evidence.model_validate(
                {
                    "document_id": document.id,
                    "document_hash": document.content_hash,
                    "product_id": product_id,
                    "field": "title",
                    "language": "en",
                    "start": document.text.index(surface),
                    "end": document.text.index(surface) + len(surface),
                    "surface": surface,
                    "relation": relation,
                    "sentence": (0, len(document.text)),
                    "confidence": 0.8,
                    "extractor": "rules",
                    "extractor_version": version,
                    "ontology_release": ONTOLOGY.version,
                    **fields,
                }
            )
            for relation, surface, fields in READ[product_id][:only]
        ]
        self.evidence.record([document], found, f"test-{version}-{only}")

    def decide(
        self,
        product_id: str,
        about: FactName | MentionName,
        verdict: Verdict,
        corrected: FactName | None = None,
        **more: datetime,
    ) -> str:
        decision = Decision.model_validate(
            {
                "product_id": product_id,
                "about": about,
                "verdict": verdict,
                "reason": REASONS[verdict],
                "corrected": corrected,
                "by": "user:anna",
                "release": ONTOLOGY.version,
                **more,
            }
        )
        with self.database.write(in_turn=True) as session:
            append_decisions(session, [decision])
        return decision.id

    def undo(self, *identifiers: str) -> None:
        with self.database.write(in_turn=True) as session:
            append_undoings(session, identifiers, by="user:bert")

    def builder(self, graph: EmbeddedGraphStore) -> GraphBuilder:
        return GraphBuilder(
            catalog=self.catalog,
            evidence=self.evidence,
            proposals=ProposalStore(self.database),
            states=BuildStates(self.database),
            graph=graph,
            ontology=ONTOLOGY,
            decisions=self.decisions,
        )

    def build(self) -> GraphReport:
        return self.builder(self.graph).build()

    def content(self) -> tuple[list[Node], list[Edge], list[Edge]]:
        return (
            list(self.graph.iter_nodes()),
            list(self.graph.iter_edges()),
            list(self.graph.iter_edges([REJECTED])),
        )

    def edge(self, product_id: str, name: FactName) -> Edge | None:
        edges = self.graph.edges_of(f"product:{product_id}", direction="out")
        return next((e for e in edges if (e.relation, e.attribute, e.target) == name.key), None)

    def rejected(self, product_id: str) -> dict[str, str]:
        edges = self.graph.edges_of(f"product:{product_id}", relations=[REJECTED], direction="out")
        return {edge.target: str(edge.properties["reason"]) for edge in edges}

    def assert_equals_rebuild(self) -> None:
        before = self.content()
        self.builder(self.graph).rebuild()
        assert self.content() == before


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(sqlite_database, tmp_path)
    made.build()
    yield made
    made.graph.close()


def mention(product_id: str, surface: str, attribute: str = "colour") -> MentionName:
    text = TITLES[product_id]
    start = text.index(surface)
    return MentionName(
        relation="has_value",
        attribute=attribute,
        field="title",
        surface=surface,
        context=context_of(text, start, start + len(surface)),
    )


def test_an_accepted_fact_is_certain_and_says_who_decided(shop: Shop) -> None:
    before = shop.edge("A", RED)
    assert before is not None
    assert before.confidence < 0.9
    assert "status" not in before.properties
    number = shop.decide("A", RED, Verdict.ACCEPT)
    report = shop.build()
    assert (report.built, report.decided, report.edges_written) == (1, 1, 1)
    after = shop.edge("A", RED)
    assert after is not None
    assert (after.confidence, after.evidence) == (1.0, before.evidence)
    assert after.extractors == ("person", "rules")
    assert {name: after.properties[name] for name in ("status", "decided_by", "reason", "decision")} == {
        "status": "accepted",
        "decided_by": "user:anna",
        "reason": "says_so",
        "decision": number,
    }
    shop.assert_equals_rebuild()


def test_a_rejected_fact_is_no_edge_and_is_kept_with_its_reason(shop: Shop) -> None:
    shop.decide("A", RED, Verdict.REJECT)
    report = shop.build()
    assert report.rejected == {"misread": 1}
    assert shop.edge("A", RED) is None
    assert shop.rejected("A") == {"value:colours/red": "misread"}
    assert shop.edge("B", RED) is not None
    shop.assert_equals_rebuild()


def test_a_correction_states_the_one_and_rejects_the_other(shop: Shop) -> None:
    shop.decide("A", HEAVY, Verdict.CORRECT, LIGHT)
    shop.build()
    right = shop.edge("A", LIGHT)
    assert right is not None
    assert (right.confidence, right.properties["written"], right.support) == (1.0, "1.2 kg", 0)
    assert right.properties["si_low"] == pytest.approx(1.2)
    assert shop.edge("A", HEAVY) is None
    assert shop.rejected("A") == {HEAVY.target: "wrong_value"}
    shop.assert_equals_rebuild()


def test_what_a_person_states_wins_over_what_is_read_and_that_is_superseded(shop: Shop) -> None:
    shop.decide("A", LIGHT, Verdict.STATE)
    shop.build()
    stated, read = shop.edge("A", LIGHT), shop.edge("A", HEAVY)
    assert stated is not None and read is not None
    assert (stated.properties["preferred"], stated.properties["status"]) == (True, "accepted")
    assert (read.properties["preferred"], read.properties["status"]) == (False, "superseded")


def test_quantities_that_agree_are_the_fact_that_was_decided_on(shop: Shop) -> None:
    near = HEAVY.model_copy(update={"target": "value:weight/1.51 kilogram"})
    shop.decide("A", near, Verdict.REJECT)
    shop.build()
    assert shop.edge("A", HEAVY) is None


NEAR = HEAVY.model_copy(update={"target": "value:weight/1.52 kilogram", "written": "1.52 kg"})


def test_a_correction_to_a_near_number_keeps_it_and_can_be_corrected_back(shop: Shop) -> None:
    shop.decide("A", HEAVY, Verdict.CORRECT, NEAR)
    shop.build()
    right = shop.edge("A", NEAR)
    assert right is not None
    assert (right.properties["written"], right.properties["si_low"]) == ("1.52 kg", 1.52)
    assert shop.edge("A", HEAVY) is None
    assert shop.rejected("A") == {HEAVY.target: "wrong_value"}
    shop.assert_equals_rebuild()
    shop.decide("A", NEAR, Verdict.CORRECT, HEAVY)
    shop.build()
    back = shop.edge("A", HEAVY)
    assert back is not None
    assert (back.properties["written"], back.properties["status"]) == ("1.5 kg", "accepted")
    assert shop.edge("A", NEAR) is None


@pytest.mark.parametrize("reader_confidence", [0.8, 1.0])
def test_a_stated_number_near_a_read_one_is_the_one_that_is_shown(
    shop: Shop, reader_confidence: float
) -> None:
    item = shop.evidence.active("A")[-1]
    sure = item.model_copy(update={"confidence": reader_confidence, "extractor_version": "sure"})
    document = next(d for d in shop.catalog.documents_of("A") if d.field == "title")
    shop.evidence.record([document], [sure], "sure")
    shop.decide("A", NEAR, Verdict.STATE)
    shop.build()
    edge = shop.edge("A", NEAR)
    assert edge is not None
    assert (edge.properties["written"], edge.properties["si_high"]) == ("1.52 kg", 1.52)
    assert edge.support == 1, "the mention that was read speaks for it"
    assert shop.edge("A", HEAVY) is None


def test_the_class_that_gave_way_to_a_decided_one_is_kept_as_superseded(shop: Shop) -> None:
    shop.decide("C", AS_KETTLE, Verdict.STATE)
    report = shop.build()
    edges = shop.graph.edges_of("product:C", relations=[REJECTED], direction="out")
    by_target = {edge.target: edge.properties["status"] for edge in edges}
    assert by_target[AS_HEADPHONES.target] == "superseded"
    assert report.rejected == {}
    shop.assert_equals_rebuild()


def test_decisions_on_what_a_release_does_not_have_are_listed_whatever_they_say(shop: Shop) -> None:
    gone = FactName(relation="has_value", attribute="colour", target="value:colours/octarine")
    no_field = FactName(relation="has_value", attribute="shade", target="value:shades/dark")
    shop.decide("A", gone, Verdict.REJECT)
    shop.decide("B", no_field, Verdict.REJECT)
    shop.decide("C", mention("C", "250 g", "weight"), Verdict.CORRECT, gone)
    report = shop.build()
    assert report.rejected == {"no_such_target": 3, "wrong_value": 1}
    assert shop.rejected("A") == {gone.target: "no_such_target"}
    assert shop.rejected("B") == {no_field.target: "no_such_target"}
    assert shop.rejected("C")[gone.target] == "no_such_target"


def test_a_decided_class_decides_which_attributes_there_are(shop: Shop) -> None:
    shop.decide("C", AS_KETTLE, Verdict.STATE)
    shop.build()
    assert shop.edge("C", AS_KETTLE) is not None
    assert shop.edge("C", AS_HEADPHONES) is None


def test_of_decisions_on_the_same_the_newest_counts_and_its_undoing_brings_the_one_before_back(
    shop: Shop,
) -> None:
    shop.decide("A", RED, Verdict.ACCEPT)
    later = shop.decide("A", RED, Verdict.REJECT)
    shop.build()
    assert shop.edge("A", RED) is None
    shop.undo(later)
    shop.build()
    edge = shop.edge("A", RED)
    assert edge is not None
    assert edge.properties["status"] == "accepted"


def test_decisions_outlive_another_extractor(shop: Shop) -> None:
    shop.decide("A", RED, Verdict.REJECT)
    shop.decide("B", mention("B", "red"), Verdict.REJECT)
    shop.build()
    before = {each: shop.rejected(each) for each in "AB"}
    assert before["B"] == {"value:colours/red": "misread"}
    for product_id in TITLES:
        shop.read(product_id, version="2")
    shop.build()
    assert {each: shop.rejected(each) for each in "AB"} == before
    shop.assert_equals_rebuild()


def test_what_was_accepted_stays_where_no_reader_finds_it_any_more(shop: Shop) -> None:
    shop.decide("A", RED, Verdict.ACCEPT)
    shop.read("A", only=1)
    shop.build()
    edge = shop.edge("A", RED)
    assert edge is not None
    assert (edge.confidence, edge.evidence, edge.extractors) == (1.0, (), ("person",))


def test_a_mention_is_corrected_where_it_stands_and_not_elsewhere(shop: Shop) -> None:
    shop.decide("B", mention("B", "red"), Verdict.CORRECT, GREEN)
    shop.build()
    green = shop.edge("B", GREEN)
    assert green is not None
    assert (green.confidence, green.support) == (1.0, 1)
    assert shop.edge("B", RED) is None
    assert shop.edge("A", RED) is not None


def test_a_rejected_fact_is_not_implied_by_others(shop: Shop) -> None:
    wireless = FactName(relation="has_value", attribute="wireless", target="value:wireless/true")
    bluetooth = FactName(
        relation="has_value", attribute="connectivity", target="value:connectivity/bluetooth"
    )
    shop.decide("C", bluetooth, Verdict.STATE)
    shop.build()
    assert shop.edge("C", bluetooth) is not None
    assert shop.edge("C", wireless) is not None
    shop.decide("C", wireless, Verdict.REJECT)
    shop.build()
    assert shop.edge("C", wireless) is None
    assert shop.rejected("C") == {"value:wireless/true": "misread"}


def test_a_decision_that_is_over_brings_the_state_before_back(shop: Shop) -> None:
    before = shop.content()
    now = datetime.now(UTC)
    end = now + timedelta(seconds=1)
    shop.decide("A", RED, Verdict.REJECT, valid_from=now - timedelta(days=1), valid_until=end)
    shop.decide("A", GREEN, Verdict.STATE, valid_until=now - timedelta(days=1))
    shop.build()
    assert shop.edge("A", RED) is None
    assert shop.edge("A", GREEN) is None
    while datetime.now(UTC) < end:
        pass
    assert shop.decisions.refresh_due(now) == {"A"}
    shop.build()
    assert shop.content() == before


def test_what_the_ontology_does_not_allow_is_kept_and_comes_back(
    sqlite_database: Database, tmp_path: Path
) -> None:
    shop = Shop(sqlite_database, tmp_path)
    gone = FactName(relation="has_value", attribute="colour", target="value:colours/octarine")
    shop.decide("A", gone, Verdict.STATE)
    shop.decide(
        "B", FactName(relation="has_value", attribute="scent", target="value:scent/citrus"), Verdict.STATE
    )
    report = shop.build()
    assert report.rejected == {"no_such_target": 1}
    assert shop.rejected("A") == {"value:colours/octarine": "no_such_target"}
    colours = ONTOLOGY.vocabularies["colours"]
    red = colours.values["red"]
    octarine = red.model_copy(update={"id": "octarine", "alt": type(red.alt)()})
    values = {**colours.values, "octarine": octarine}
    release = ONTOLOGY.model_copy(
        update={
            "vocabularies": {
                **ONTOLOGY.vocabularies,
                "colours": colours.model_copy(update={"values": values}),
            },
            "release": ONTOLOGY.release.model_copy(update={"version": "9.0.0"}),
        }
    )
    builder = shop.builder(shop.graph)
    builder._ontology = release
    builder.build()
    assert shop.rejected("A") == {}
    assert shop.edge("A", gone) is not None
    shop.graph.close()


def test_what_the_class_does_not_have_is_kept_as_rejected_until_a_person_accepts_it(shop: Shop) -> None:
    citrus = FactName(relation="has_value", attribute="scent", target="value:scent/citrus")
    READ["A"].append(("has_value", "cordless", {"attribute": "scent", "value": "citrus"}))
    try:
        shop.read("A", version="scent")
    finally:
        READ["A"].pop()
    report = shop.build()
    assert report.rejected == {"not_of_class": 1}
    assert sum(report.rejections.values()) == 1
    edge = shop.graph.edges_of("product:A", relations=[REJECTED])[0]
    assert (edge.properties["rule"], edge.properties["status"]) == ("class has attribute", "rejected")
    assert len(edge.evidence) == 1
    shop.decide("A", citrus, Verdict.ACCEPT)
    shop.build()
    assert shop.rejected("A") == {}
    assert shop.edge("A", citrus) is not None
    shop.assert_equals_rebuild()


CHOICES: list[tuple[str, FactName | MentionName, Verdict, FactName | None]] = [
    ("A", RED, Verdict.ACCEPT, None),
    ("A", RED, Verdict.REJECT, None),
    ("A", RED, Verdict.CORRECT, GREEN),
    ("A", GREEN, Verdict.REJECT, None),
    ("A", HEAVY, Verdict.CORRECT, LIGHT),
    ("A", LIGHT, Verdict.STATE, None),
    ("A", HEAVY, Verdict.CORRECT, NEAR),
    ("A", NEAR, Verdict.CORRECT, HEAVY),
    ("B", RED, Verdict.REJECT, None),
    ("B", mention("B", "red"), Verdict.CORRECT, GREEN),
    ("B", mention("B", "Blue"), Verdict.REJECT, None),
    ("B", AS_KETTLE, Verdict.REJECT, None),
    ("C", AS_KETTLE, Verdict.STATE, None),
    ("C", AS_HEADPHONES, Verdict.CORRECT, AS_KETTLE),
]


@settings(max_examples=12, deadline=None)
@given(
    chosen=st.lists(st.integers(0, len(CHOICES) - 1), min_size=1, max_size=6),
    seed=st.integers(0, 2**31),
)
def test_undoing_decisions_in_any_order_leaves_the_graph_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, chosen: list[int], seed: int
) -> None:
    folder = tmp_path_factory.mktemp("random")
    random = Random(seed)
    database = open_database(f"sqlite:///{folder / 'kms.db'}")
    shop = Shop(database, folder)
    shop.build()
    before = shop.content()
    waiting = list(chosen)
    stands: list[str] = []
    while waiting or stands:
        if waiting and (not stands or random.random() < 0.6):
            stands.append(shop.decide(*CHOICES[waiting.pop()]))
        else:
            shop.undo(stands.pop(random.randrange(len(stands))))
        if random.random() < 0.3:
            for product_id in TITLES:
                shop.read(product_id, version=str(random.randrange(3)))
        if random.random() < 0.5:
            shop.build()
            if random.random() < 0.4:
                shop.assert_equals_rebuild()
    for product_id in TITLES:
        shop.read(product_id)
    shop.build()
    assert shop.content() == before
    shop.graph.close()
    database.close()
