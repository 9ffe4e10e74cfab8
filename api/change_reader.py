"""Reader of changed products: texts, facts, document and vector of those that wait, in order, appended to the log.

One process of an installation does this at a time (a lease); one that dies loses nothing, because a product waits until
the transaction that appends its change. What is appended is what a whole rebuild would make.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from api.wiring import GRAPH_STATE
from kms.errors import KmsError
from kms.indexing.change_log import NewChange, Pending, append_changes, clear_pending, mark_pending
from kms.logs import get_logger

if TYPE_CHECKING:
    from api.wiring import Platform
    from kms.catalog.categories import CategoryTree
    from kms.catalog.models import Product
    from kms.facts.catalogue_names import CatalogueNames

LEASE = "changes"
_MOST_WAITING = 1_000
BATCH = 8
"""Products at a time: few, so that the first of many is found soon."""


@dataclass
class ReadReport:
    """Report of a reading of changes: products read and deleted, texts read, and products that could not be read."""

    products: int = 0
    documents: int = 0
    failed: int = 0
    seconds: float = 0.0


class ChangeReader:
    """Reads products that wait; for one thread of the process that holds the lease."""

    def __init__(self, platform: Platform) -> None:
        """Read for an installation; what is needed is loaded at the first product."""
        self._platform = platform
        self._names: CatalogueNames | None = None
        self._is_tree_new = True
        self._decided: tuple[str, str] | None = None
        self._lease = platform.graph_lease()
        self._build = ""
        self._log = get_logger(__name__)

    def prepare(self) -> None:
        """Load what reading needs, which takes seconds, so that the first change does not wait for it.

        Raises:
            KmsError: A store does not answer, or a model cannot be loaded.
        """
        from api.change_warm_up import warm_up

        warm_up(self._platform, self._known_names())

    def forget_names(self) -> None:
        """Read names anew at the next change: another process has read changes meanwhile."""
        self._names, self._is_tree_new = None, True

    def apply(self, *, most: int | None = None, wait_s: float | None = None) -> ReadReport:
        """Read the products that wait now, at most ``most``.

        Args:
            most: So many products.
            wait_s: How long to wait for a build of the graph that runs, after which nothing is read; ``None``: to its end.

        Raises:
            StoreError: A store does not answer; what was appended stays, and the rest goes on waiting.
        """
        began = time.monotonic()
        report = ReadReport()
        while most is None or report.products + report.failed < most:
            left = BATCH if most is None else min(BATCH, most - report.products - report.failed)
            pending = self._platform.change_log.pending(limit=left)
            if not pending:
                break
            with self._lease.held(wait_s=wait_s) as is_mine:
                if not is_mine:
                    break
                self._apply_batch(pending, report)
        report.seconds = round(time.monotonic() - began, 3)
        return report

    def _apply_batch(self, pending: Sequence[Pending], report: ReadReport) -> None:
        try:
            report.documents += self._read(pending)
            report.products += len(pending)
        except (KmsError, OSError, MemoryError):
            self.forget_names()
            raise
        except Exception as error:
            self.forget_names()
            if len(pending) > 1:  # one of them is at fault; the others are read
                for each in pending:
                    self._apply_batch([each], report)
                return
            self._log.error("a product cannot be read", product=pending[0].product_id, error=str(error))
            self._platform.change_log.fail(pending[0], f"{type(error).__name__}: {error}")
            report.failed += 1

    def _read(self, pending: Sequence[Pending]) -> int:
        from extraction.batch.run import extract_products

        platform = self._platform
        ids = [each.product_id for each in pending]
        if (build := platform.states.get(GRAPH_STATE).get("token", "")) != self._build:
            self._build, self._is_tree_new = build, True
        read = extract_products(
            platform.catalog, platform.evidence, platform.pipeline, platform.ontology, ids
        )
        names = self._known_names()
        # Rows that wait as well are known already, as in a whole build.
        waiting = [each.product_id for each in platform.change_log.pending(limit=_MOST_WAITING)]
        names.update(list(dict.fromkeys([*ids, *waiting])), read=ids)
        moved = names.renew_tree()
        is_new = moved is not None or self._is_tree_new
        platform.graph_builder().build_products(ids, names.linker, names.tree, is_tree_new=is_new)
        platform.queue_refresh().run_products(platform.identities.merges().with_groups(ids))
        others = names.named(name for each in pending for name in each.names_before)
        self._append(pending, (others | (moved or set())).difference(ids), names.tree)
        self._is_tree_new = False
        return read.documents

    def _append(self, pending: Sequence[Pending], others: set[str], tree: CategoryTree) -> None:
        from kms.catalog.store import read_products
        from kms.indexing.changes import ProductFacts
        from kms.indexing.documents import embedded_text
        from kms.indexing.live_documents import make_documents

        platform = self._platform
        # Those that waited, and those that stand for them or that they stood for.
        ids = platform.identities.merges().with_groups(each.product_id for each in pending)
        # Encoded before the transaction, in which nobody else can write.
        vectors = self._encode(platform.catalog.products(ids))
        with platform.database.write(in_turn=True) as session:
            products = read_products(session, ids)
            made = make_documents(
                session,
                products,
                platform.graph,
                platform.ontology,
                tree=tree,
                exchange=platform.exchange,
            )
            entries = []
            for each in ids:
                document, facts, shown_as = made.get(each, (None, None, each))
                if shown_as != each:
                    document, facts = None, None
                vector = None
                if document is not None and each in vectors:
                    text, encoded = vectors[each]
                    vector = encoded if text == embedded_text(document) else None
                entries.append(NewChange(each, document, facts or ProductFacts(), vector))
            sequence = append_changes(session, entries)
            clear_pending(session, pending)
            platform.category_state.save(session, tree)
            if others:
                mark_pending(session, sorted(others), sequence)

    def _encode(self, products: Sequence[Product]) -> dict[str, tuple[str, bytes]]:
        """Embedded text and vector of the products that shoppers see."""
        from kms.indexing.documents import embedded_text, index_product
        from kms.indexing.embeddings import pack_vector

        now = datetime.now(UTC)
        texts = {
            product.id: embedded_text(index_product(product, (), {}, self._platform.ontology))
            for product in products
            if product.is_public_at(now)
        }
        if not texts:
            return {}
        encoded = self._platform.encoder.encode(list(texts.values()))
        return {
            each: (text, pack_vector(vector, self._platform.encoder.version))
            for (each, text), vector in zip(texts.items(), encoded, strict=True)
        }

    def _known_names(self) -> CatalogueNames:
        from kms.facts.catalogue_names import CatalogueNames

        decided = (self._platform.brand_names().state, self._platform.identities.merges().state)
        if decided != self._decided:
            self._names, self._decided = None, decided
        if self._names is None:
            platform = self._platform
            merges = platform.identities.merges()
            with platform.database.read() as session:
                tree = platform.category_state.load(session, platform.ontology)
            self._names = CatalogueNames(
                platform.database,
                platform.evidence,
                platform.ontology,
                tree=tree,
                brand_names=platform.brand_names(),
                mains=merges.mains(platform.catalog.known_ids(merges.members)),
                encode=lambda text: platform.encoder.encode_query(text),
            )
        return self._names


def find_changes(platform: Platform) -> int:
    """Note the products that a batch command changed since the indexes were made as waiting; returns how many.

    Those whose present state is in the log already are left out.
    """
    log = platform.change_log
    logged = log.logged()
    waiting = {each.product_id for each in log.pending(limit=1_000_000)}
    found = [
        change.product_id
        for change in platform.evidence.changed_products("index", release=platform.ontology.graph_version)
        if change.product_id not in waiting
        and logged.get(change.product_id) != change.fingerprint.partition(":")[0]
    ]
    names = {
        product.id: [name for name in (product.id, product.title, product.brand) if name]
        for start in range(0, len(found), 1_000)
        for product in platform.catalog.products(found[start : start + 1_000])
    }
    with platform.database.write(in_turn=True) as session:
        mark_pending(session, found, log.head().sequence, names)
    return len(found)
