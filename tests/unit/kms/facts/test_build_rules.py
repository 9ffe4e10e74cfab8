"""The graph under rules: incremental builds equal a rebuild, what is added and taken away leaves no trace, previews."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import Database
from kms.db.states import BuildStates
from kms.evidence.models import Evidence
from kms.evidence.proposals import ProposalStore
from kms.evidence.store import EvidenceStore
from kms.facts.build import GraphBuilder, GraphReport
from kms.facts.linking import Linker
from kms.facts.rule_preview import RulePreview, preview_rules, with_added
from kms.graph.embedded import EmbeddedGraphStore
from kms.graph.models import REJECTED
from kms.ontology.load import load_ontology
from kms.ontology.model import Ontology
from kms.ontology.rules import Rule

TITLE = "Tent or keyboard with 3000 mm, 800 mm, linear, waterproof and 6 persons"
FACTS: dict[str, dict[str, str]] = {
    "Tent": {"relation": "in_category", "value": "tent", "attribute": ""},
    "keyboard": {"relation": "in_category", "value": "keyboard", "attribute": ""},
    "3000 mm": {"attribute": "waterproof_rating"},
    "800 mm": {"attribute": "waterproof_rating"},
    "linear": {"attribute": "switch_type", "value": "linear"},
    "waterproof": {"attribute": "water_resistance", "value": "waterproof"},
    "6 persons": {"attribute": "persons"},
}
NAMES = tuple(FACTS)


def rule(rule_id: str, when: object, then: str) -> Rule:
    return Rule.model_validate({"id": rule_id, "when": when, "then": then, "note": "x"})


COLUMN = rule(
    "column",
    [{"class": "tent"}, {"attribute": "waterproof_rating", "at_least": "1500 mm"}],
    "water_resistance/waterproof",
)
RAIN = rule("rain", {"fact": "water_resistance/waterproof"}, "suited_for/rain")
CAMPING = rule("camping", [{"class": "tent"}, {"fact": "suited_for/rain"}], "suited_for/camping")
MECHANICAL = rule(
    "mechanical",
    [{"class": "keyboard"}, {"fact": "switch_type/linear"}],
    "in_category/mechanical_keyboard",
)
FAMILIES = rule(
    "families",
    [{"class": "tent"}, {"attribute": "persons", "at_least": "4"}],
    "for_audience/families",
)
ONTOLOGY = load_ontology().with_rules({each.id: each for each in (COLUMN, RAIN, CAMPING, MECHANICAL)})


class Shop:
    def __init__(self, database: Database, folder: Path, products: int = 2) -> None:
        self.database = database
        self.graph = EmbeddedGraphStore(folder / "graph.db")
        self.catalog, self.evidence = CatalogStore(database), EvidenceStore(database)
        self.ids = [f"P{number}" for number in range(products)]
        self.catalog.put_products([Product(id=each, title=f"{TITLE} {each}") for each in self.ids])
        self.count = 0

    def read(self, product_id: str, surfaces: set[str], denied: frozenset[str] = frozenset()) -> None:
        """The product's title says these things, and nothing else."""
        document = next(d for d in self.catalog.documents_of(product_id) if d.field == "title")
        self.count += 1
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
                    "relation": "has_value",
                    "sentence": (0, len(document.text)),
                    "confidence": 0.9,
                    "negated": surface in denied,
                    "extractor": "rules",
                    "extractor_version": "1",
                    "ontology_release": ONTOLOGY.version,
                    **FACTS[surface],
                }
            )
            for surface in sorted(surfaces)
        ]
        self.evidence.record([document], found, f"test-{self.count}")

    def builder(self, ontology: Ontology = ONTOLOGY) -> GraphBuilder:
        return GraphBuilder(
            catalog=self.catalog,
            evidence=self.evidence,
            proposals=ProposalStore(self.database),
            states=BuildStates(self.database),
            graph=self.graph,
            ontology=ontology,
        )

    def build(self, ontology: Ontology = ONTOLOGY) -> GraphReport:
        return self.builder(ontology).build()

    def content(self) -> tuple[object, ...]:
        graph = self.graph
        return list(graph.iter_nodes()), list(graph.iter_edges()), list(graph.iter_edges([REJECTED]))

    def inferred(self, product_id: str = "P0") -> dict[str, str]:
        edges = self.graph.edges_of(f"product:{product_id}", direction="out")
        return {e.target: str(e.properties["inferred_by"]) for e in edges if "inferred_by" in e.properties}

    def preview(self, *rules: Rule) -> RulePreview:
        added = {each.id: each for each in rules}
        return preview_rules(added, self.builder(), self.graph, Linker(with_added(ONTOLOGY, added)))


@pytest.fixture
def shop(sqlite_database: Database, tmp_path: Path) -> Iterator[Shop]:
    made = Shop(sqlite_database, tmp_path)
    yield made
    made.graph.close()


def test_a_build_infers_counts_and_takes_back(shop: Shop) -> None:
    shop.read("P0", {"Tent", "3000 mm"})
    report = shop.build()
    assert report.inferred == {"camping": 1, "column": 1, "rain": 1}
    assert shop.inferred() == {
        "value:water_resistance/waterproof": "column",
        "use:rain": "rain",
        "use:camping": "camping",
    }
    shop.read("P0", {"Tent", "800 mm"})
    shop.build()
    assert shop.inferred() == {}


def test_a_rule_that_is_added_or_removed_builds_the_graph_again(shop: Shop) -> None:
    shop.read("P0", {"Tent", "3000 mm", "6 persons"})
    shop.build()
    before = shop.content()
    report = shop.build(with_added(ONTOLOGY, {"families": FAMILIES}))
    assert report.built == 2
    assert shop.inferred()["audience:families"] == "families"
    assert shop.build(ONTOLOGY).built == 2
    assert shop.content() == before
    assert shop.build(ONTOLOGY).built == 0


SAID = st.sets(st.sampled_from(NAMES), max_size=5)
DENIED = st.frozensets(st.sampled_from(("waterproof", "linear")), max_size=1)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(["P0", "P1"]), SAID, DENIED), min_size=1, max_size=4))
def test_builds_after_random_readings_equal_a_rebuild(
    shop: Shop, readings: list[tuple[str, set[str], frozenset[str]]]
) -> None:
    for product_id, surfaces, denied in readings:
        shop.read(product_id, surfaces, denied)
        shop.build()
    before = shop.content()
    shop.builder().rebuild()
    assert shop.content() == before


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SAID, st.sampled_from(NAMES))
def test_a_fact_that_comes_and_goes_leaves_no_trace(shop: Shop, surfaces: set[str], other: str) -> None:
    shop.read("P0", surfaces)
    shop.build()
    before = shop.content()
    shop.read("P0", surfaces | {other})
    shop.build()
    shop.read("P0", surfaces)
    shop.build()
    assert shop.content() == before


def test_a_preview_says_what_a_build_would_do_and_changes_nothing(shop: Shop) -> None:
    shop.read("P0", {"Tent", "3000 mm", "6 persons"})
    shop.read("P1", {"Tent", "800 mm", "6 persons"})
    shop.build()
    before = shop.content()
    lower = COLUMN.model_copy(
        update={"when": (COLUMN.when[0], COLUMN.when[1].model_copy(update={"at_least": "500 mm"}))}
    )
    found = shop.preview(FAMILIES, lower)
    assert shop.content() == before
    assert (found.products, found.changed) == (2, 2)
    assert (found.effects["families"].facts, found.effects["families"].new) == (2, 2)
    column = found.effects["column"]
    assert (column.facts, column.new, column.gone) == (2, 1, 0)
    assert [seen.edge.source for seen in column.examples] == ["product:P1", "product:P0"]
    assert found.followers == 2  # rain and camping
    shop.build(with_added(ONTOLOGY, {"families": FAMILIES, "column": lower}))
    assert shop.inferred("P1") == {
        "audience:families": "families",
        "value:water_resistance/waterproof": "column",
        "use:rain": "rain",
        "use:camping": "camping",
    }


def test_a_preview_counts_what_is_stated_denied_and_taken_away(shop: Shop) -> None:
    shop.read("P0", {"Tent", "3000 mm", "waterproof"})
    shop.read("P1", {"Tent", "3000 mm", "waterproof"}, frozenset({"waterproof"}))
    shop.build()
    found = shop.preview(COLUMN)
    effect = found.effects["column"]
    assert (effect.facts, effect.stated, effect.opposed) == (0, 1, {"denied": 1})
    assert effect.conflicts == [("P1", "water_resistance:value:water_resistance/waterproof", "denied")]
    shop.read("P1", {"Tent", "3000 mm"})
    shop.build()
    higher = COLUMN.model_copy(
        update={"when": (COLUMN.when[0], COLUMN.when[1].model_copy(update={"at_least": "5 m"}))}
    )
    assert shop.preview(higher).effects["column"].gone == 1


def test_a_preview_looks_at_those_products_alone_that_may_have_what_a_rule_asks_for(shop: Shop) -> None:
    shop.read("P0", {"Tent", "3000 mm", "6 persons"})
    shop.read("P1", {"Tent", "800 mm"})
    shop.build()
    own = rule(
        "own", [{"class": "tent"}, {"attribute": "waterproof_rating", "at_least": "2 m"}], "suited_for/hiking"
    )
    follower = rule("follower", {"fact": "suited_for/rain"}, "suited_for/hiking")
    for each in (own, follower, FAMILIES):
        assert (shop.preview(each).products, shop.preview(each).changed) == (1, 1), each.id
    assert shop.preview(rule("none", {"class": "keyboard"}, "suited_for/gaming")).products == 0


VARIANTS = (
    FAMILIES,
    rule("column", {"attribute": "waterproof_rating", "at_least": "500 mm"}, "water_resistance/waterproof"),
    rule(
        "column",
        [{"class": "tent"}, {"attribute": "persons", "at_least": "4"}],
        "water_resistance/splashproof",
    ),
    rule("rain", {"fact": "suited_for/camping"}, "suited_for/rain"),
    rule("mechanical", {"fact": "switch_type/linear"}, "suited_for/gaming"),
    rule("typing", {"class": "mechanical_keyboard"}, "suited_for/office"),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    SAID, SAID, DENIED, st.lists(st.sampled_from(VARIANTS), min_size=1, max_size=2, unique_by=lambda r: r.id)
)
def test_a_preview_counts_what_a_build_changes(
    shop: Shop, first: set[str], second: set[str], denied: frozenset[str], rules: list[Rule]
) -> None:
    shop.read("P0", first, denied)
    shop.read("P1", second)
    shop.build()
    before = {each: shop.inferred(each) for each in shop.ids}
    found = shop.preview(*rules)
    shop.build(with_added(ONTOLOGY, {each.id: each for each in rules}))
    after = {each: shop.inferred(each) for each in shop.ids}
    own = {each.id for each in rules}
    added = [after[each][target] for each in shop.ids for target in after[each].keys() - before[each].keys()]
    gone = [before[each][target] for each in shop.ids for target in before[each].keys() - after[each].keys()]
    assert sum(effect.gone for effect in found.effects.values()) == sum(each in own for each in gone)
    assert found.followers + sum(effect.new for effect in found.effects.values()) == len(added)
    assert found.changed == sum(before[each].keys() != after[each].keys() for each in shop.ids)
