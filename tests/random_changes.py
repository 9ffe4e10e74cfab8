"""Random changes of a small installation, and what must be the same after a rebuild from truth."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from api.jobs import build_graph, build_index, extract
from api.serving import catch_up, open_served
from api.wiring import INDEX, Platform
from kms.catalog.json_models import ReadProduct, read_product, read_review
from kms.catalog.models import Product
from kms.decisions.models import Decision, FactName
from kms.decisions.reasons import Reason, Verdict
from kms.graph.models import Edge, Node
from kms.indexing.build import read_documents
from kms.indexing.changes import ProductFacts
from kms.indexing.live_decisions import LiveDecisions
from kms.indexing.live_documents import facts_of
from kms.indexing.live_writes import LiveWriter, OfferRow
from kms.lexical.models import IndexedProduct
from kms.ontology.structure import PRODUCT

BRANDS = ("Brevo", "Kinoto", "Lumdal", "KINOTO", None)
PATHS: tuple[list[list[str]], ...] = (
    [],
    [["Lamps", "Desk lamps"]],
    [["lamps"], ["Home", "Lamps"]],
    [["Sound", "At home"]],
    [["At home"], ["Sound", "At home"]],
    [["sound", "Outside"]],
)
REVIEWS = (
    "The battery is great, the case is bad.",
    "Better than the Halvard Beam. It is not waterproof.",
    "电池很好，不防水。",
)


def writer_of(platform: Platform) -> LiveWriter:
    """A writer as the server has one."""
    return LiveWriter(platform.database, platform.document_maker(lambda: platform.ontology))


class RandomChanges:
    """Draws changes of products, variants, offers, sales, reviews, identities and publication, and writes them."""

    def __init__(self, platform: Platform, seed: int) -> None:
        """Prepare; the seed decides all."""
        self._platform = platform
        self._writer = writer_of(platform)
        self._rng = random.Random(seed)
        self._gone: dict[str, Product] = {}
        self.kinds: tuple[Callable[[], object], ...] = (
            self.put, self.put_many, self.patch, self.offer, self.offer_of_variant, self.sale, self.hide, self.show,
            self.date, self.delete, self.bring_back, self.review, self.unreview, self.rename, self.move, self.translate,
            self.tent, self.tent, self.decide,
        )  # fmt: skip

    def write(self) -> str:
        """Write one change; returns its kind."""
        kind = self._rng.choice(self.kinds)
        kind()
        return kind.__name__

    def lamp(self, number: int) -> ReadProduct:
        """A new product, or another state of one that was drawn before."""
        rng = self._rng
        colour = rng.choice(["black", "white", "red"])
        body: dict[str, Any] = {
            "title": f"{rng.choice(['Brevo', 'Kinoto', 'Lumdal'])} desk lamp {number}",
            "description": f"A {colour} lamp that weighs {rng.randint(1, 5)} kg. Goes with the Halvard Beam.",
            "brand": rng.choice(BRANDS),
            "price": f"{rng.randint(5, 90)} EUR",
            "sku": rng.choice([f"L/{number}", None]),
            "attributes": {"Weight": f"{rng.randint(100, 900)} g", "Colour": colour},
            "stock": rng.choice([0, 3, None]),
            "category_paths": rng.choice(PATHS),
            "related": rng.choice([{}, {"accessory_of": [self._any()]}]),
            "published_at": rng.choice([None, None, self._moment()]),
        }
        if rng.random() < 0.4:
            body["variants"] = [
                {
                    "id": f"L{number}-{size}",
                    "sku": f"LV/{number}-{size}",
                    "price": f"{rng.randint(5, 90)} EUR",
                    "stock": rng.choice([0, 2]),
                    "options": {"Size": size, "Colour": rng.choice(["black", "white"])},
                }
                for size in rng.sample(["S", "M", "L"], rng.randint(1, 3))
            ]
        if rng.random() < 0.2:
            body |= {"title": f"白色台灯 {number}", "description": "重量 2 公斤，不防水。", "language": "zh"}
        return read_product(body, product_id=f"NEW-{number}")

    def tent(self) -> object:
        """A tent whose table states a water column, from which a rule infers, or too little of one, or none."""
        rng = self._rng
        number = rng.randint(1, 2)
        body: dict[str, Any] = {
            "title": f"Kinoto tent {number}",
            "description": rng.choice(["For two.", "It is not waterproof.", "It is waterproof."]),
            "category": "tent",
            "price": "90 EUR",
            "attributes": rng.choice(
                [{"Hydrostatic head": "3000 mm"}, {"Hydrostatic head": "800 mm"}, {"Weight": "2 kg"}]
            ),
        }
        return self._put([read_product(body, product_id=f"TENT-{number}")])

    def decide(self) -> object:
        """Decide on what a tent's table states, or on what follows from it; or take the last decision back."""
        store, live = self._platform.decisions, LiveDecisions(self._platform.database)
        tents = [each for each in self._ids() if each.startswith("TENT-")]
        if not tents:
            return self.tent()
        standing = [each for each in store.latest(limit=20) if not each.undoes and not each.undone_by]
        if standing and self._rng.random() < 0.4:
            return live.undo([standing[0].id], by="test")
        attribute, target = self._rng.choice(
            [
                ("water_resistance", "value:water_resistance/waterproof"),
                ("waterproof_rating", "value:waterproof_rating/3 meter"),
            ]
        )
        verdict, reason = self._rng.choice(
            [(Verdict.ACCEPT, Reason.SAYS_SO), (Verdict.REJECT, Reason.MISREAD)]
        )
        decision = Decision(
            product_id=self._rng.choice(tents),
            about=FactName(relation="has_value", attribute=attribute, target=target),
            verdict=verdict,
            reason=reason,
            by="test",
            release=self._platform.ontology.version,
        )
        return live.decide([decision])

    def put(self) -> object:
        """Write a drawn product."""
        return self._put([self.lamp(self._rng.randint(1, 6))])

    def put_many(self) -> object:
        """Write several in one request, some of them twice."""
        return self._put([self.lamp(self._rng.randint(1, 6)) for _ in range(4)])

    def patch(self) -> object:
        """Change a fact of a table and the brand."""
        body = {
            "attributes": {
                "Weight": f"{self._rng.randint(1, 9)} kg",
                "Colour": self._rng.choice(["red", None]),
            },
            "brand": self._rng.choice(["Kinoto", "Zorba", None]),
        }
        return self._writer.patch_product(self._any(), body, actor="test")

    def offer(self) -> object:
        """Change price and stock of several products in one request."""
        rng = self._rng
        body = {"price": f"{rng.randint(5, 90)} EUR", "sale": None, "stock": rng.choice([0, 7])}
        rows = [
            OfferRow(each, {"stock": 1} if self._platform.catalog.product(each).variants else body)
            for each in {self._any() for _ in range(3)}
        ]
        return self._writer.patch_offers(rows, actor="test")

    def offer_of_variant(self) -> object:
        """Change the price of a variant, named by its code."""
        codes = [
            variant.sku or variant.id
            for each in self._platform.catalog.product_ids()
            for variant in self._platform.catalog.product(each).variants
        ]
        if not codes:
            return self.put()
        row = OfferRow(
            self._rng.choice(codes), {"price": f"{self._rng.randint(5, 90)} EUR", "stock": 4, "sale": None}
        )
        return self._writer.patch_offers([row], actor="test")

    def sale(self) -> object:
        """A sale that is on, or was, or comes in a while or in days."""
        begin = self._moment()
        end = begin + timedelta(seconds=self._rng.choice([1, 100_000, 1_000_000]))
        sale = {
            "price": {"amount": "1.50", "currency": "EUR"},
            "starts_at": begin.isoformat(),
            "ends_at": end.isoformat(),
        }
        row = OfferRow(self._any(), {"price": "99 EUR", "sale": sale})
        return self._writer.patch_offers([row], actor="test")

    def hide(self) -> object:
        """Take a product away from shoppers."""
        return self._writer.patch_offers([OfferRow(self._any(), {"publication": "hidden"})], actor="test")

    def show(self) -> object:
        """Show a product, if possible one that is hidden."""
        hidden = [i for i in self._ids() if self._platform.catalog.product(i).publication == "hidden"]
        chosen = self._rng.choice(hidden or self._ids())
        return self._writer.patch_offers([OfferRow(chosen, {"publication": "published"})], actor="test")

    def date(self) -> object:
        """Dates from which and until which a product is seen."""
        name = self._rng.choice(["published_at", "unpublished_at"])
        return self._writer.patch_product(
            self._any(), {name: self._rng.choice([None, self._moment().isoformat()])}, actor="test"
        )

    def delete(self) -> object:
        """Delete one or two products."""
        chosen = sorted({self._any(), self._any()})
        self._gone |= {each: self._platform.catalog.product(each) for each in chosen}
        return self._writer.delete_products(chosen, actor="test")

    def bring_back(self) -> object:
        """Write a product again that was deleted, as it was."""
        if not self._gone:
            return self.delete()
        product = self._gone.pop(self._rng.choice(sorted(self._gone)))
        return self._put([ReadProduct(product)])

    def review(self) -> object:
        """Write a review, or move one to another product."""
        body = {
            "product_id": self._any(),
            "rating": self._rng.randint(1, 5),
            "text": self._rng.choice(REVIEWS),
        }
        review = read_review(body, review_id=f"NEWR-{self._rng.randint(1, 5)}")
        return self._writer.put_reviews([review], actor="test")

    def unreview(self) -> object:
        """Delete a review."""
        reviews = self._platform.catalog.review_ids()
        return self._writer.delete_reviews([self._rng.choice(reviews)], actor="test") if reviews else None

    def rename(self) -> object:
        """Give a product the name that others speak of, or take it away."""
        title = self._rng.choice(["Halvard Beam", "Norvik Drift X", "Brevo desk lamp 2"])
        return self._writer.patch_product(self._any(), {"title": title}, actor="test")

    def move(self) -> object:
        """Put a product elsewhere in the shop's tree."""
        return self._writer.patch_product(
            self._any(), {"category_paths": self._rng.choice(PATHS)}, actor="test"
        )

    def translate(self) -> object:
        """Change what is stated in another language, and the tags."""
        body = {"translations": {"de": {"title": f"Lampe {self._rng.randint(1, 9)}"}}, "tags": ["gift"]}
        return self._writer.patch_product(self._any(), body, actor="test")

    def _put(self, rows: list[ReadProduct]) -> object:
        return self._writer.put_products(rows, actor="test")

    def _ids(self) -> list[str]:
        return self._platform.catalog.product_ids()

    def _any(self) -> str:
        return self._rng.choice(self._ids())

    def _moment(self) -> datetime:
        seconds = self._rng.choice([-1_000_000, -1, 0.2, 1_000_000])
        return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)


def rebuild(platform: Platform) -> None:
    """Make graph and indexes anew from rows, journal, evidence and ontology."""
    extract(platform)
    build_graph(platform, from_nothing=True)
    build_index(platform)


class Shown:
    """What a server shows and the graph holds, popularity aside.

    Attributes:
        documents: By product, those of the live version with the log on top.
        facts: By product, those of the log's entries that shoppers see.
        vectors: By product, as a server that has taken the log over compares them.
    """

    documents: dict[str, IndexedProduct]
    edges: dict[object, Edge]
    nodes: dict[str, Node]
    facts: dict[str, ProductFacts]
    vectors: dict[str, np.ndarray]

    def __init__(self, platform: Platform) -> None:
        """Read it from the stores."""
        version = platform.artifacts.current(INDEX)
        assert version is not None
        self.documents = {each.id: plain(each) for each in read_documents(version.path)}
        self.facts = {}
        for change in platform.change_log.since(0, limit=100_000):
            self.documents.pop(change.product_id, None)
            if change.document is not None:
                self.documents[change.product_id] = plain(change.document)
                if change.facts is not None:
                    self.facts[change.product_id] = change.facts
        self.edges = {edge.key: edge for edge in platform.graph.iter_edges()}
        self.nodes = {node.id: node for node in platform.graph.iter_nodes()}
        served = catch_up(open_served(platform, version, warm=False), platform.change_log)
        try:
            index = served.index
            assert index.positions.keys() == self.documents.keys()
            self.vectors = {each: np.array(index.embeddings[at]) for each, at in index.positions.items()}
        finally:
            served.close()


def plain(document: IndexedProduct) -> IndexedProduct:
    """A document without its popularity, which changes leave as it was."""
    numbers = {name: value for name, value in document.numbers.items() if name != "popularity"}
    return document.model_copy(update={"numbers": numbers})


def assert_same(before: Mapping[Any, object], after: Mapping[Any, object]) -> None:
    """Compare two tables; what is on one side alone is named."""
    differing = [key for key in before.keys() | after.keys() if before.get(key) != after.get(key)]
    assert not differing, [(before.get(key), after.get(key)) for key in differing[:3]]


def assert_equal_to_rebuild(platform: Platform) -> None:
    """Compare what is shown now with what a rebuild from truth makes of the same rows."""
    platform.due_changes().apply()
    before = Shown(platform)
    rebuild(platform)
    after = Shown(platform)
    assert_same(before.edges, after.edges)
    assert_same(before.nodes, after.nodes)
    assert after.documents.keys() == before.documents.keys()
    for each, document in after.documents.items():
        assert before.documents[each] == document
        assert np.allclose(before.vectors[each], after.vectors[each], atol=2e-3), each
    for each, facts in before.facts.items():
        now = facts_of(platform.graph, [each])[each]
        assert (now.edges, _others(now)) == (facts.edges, _others(facts)), each


def _others(facts: ProductFacts) -> list[Node]:
    """The nodes that are no products, whose names servers take from the products' own documents."""
    return [node for node in facts.nodes if node.type != PRODUCT]
