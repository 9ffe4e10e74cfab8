"""Writes of products, reviews and offers by the API, and the process that reads new texts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from api.live_decisions import DecisionDesk
from api.queue_desk import QueueDesk
from api.rule_desk import RuleDesk
from kms.catalog.json_models import ReadProduct
from kms.catalog.models import Review
from kms.indexing.live_writes import LiveWriter, OfferRow, Written

if TYPE_CHECKING:
    from api.services import Services


class LiveServices:
    """The write side of a server; safe to share between threads."""

    def __init__(self, services: Services, *, on_pending: Callable[[], None] = lambda: None) -> None:
        """Write to the installation of ``services``; ``on_pending`` is told that products wait to be read."""
        self._services = services
        platform = services.platform
        self.shop_currency = platform.settings.currency or None
        self.decisions = DecisionDesk(services, on_pending=on_pending)
        self.queue = QueueDesk(
            platform,
            lambda: services.ontology,
            facts=lambda: self.decisions.desk,
            on_pending=on_pending,
        )
        self._writer = LiveWriter(
            platform.database, platform.document_maker(lambda: services.ontology), on_pending=on_pending
        )

    @property
    def rules(self) -> RuleDesk:
        """Shows and tries rules under the release that is served."""
        return RuleDesk(self._services.platform, self._services.ontology)

    def put_products(self, rows: Sequence[ReadProduct], *, actor: str) -> list[Written]:
        """Insert or replace products."""
        return self._writer.put_products(rows, actor=actor)

    def patch_product(self, product_id: str, body: Any, *, actor: str) -> Written | None:
        """Change some fields of a product; ``None`` where nobody knows it.

        Raises:
            RowProblem: What is wrong with the change.
        """
        return self._writer.patch_product(product_id, body, actor=actor, shop_currency=self.shop_currency)

    def patch_offers(self, rows: Sequence[OfferRow], *, actor: str) -> list[Written]:
        """Change prices, stock and publication."""
        return self._writer.patch_offers(rows, actor=actor, shop_currency=self.shop_currency)

    def delete_products(self, product_ids: Sequence[str], *, actor: str) -> list[Written]:
        """Delete products; returns results of those that existed."""
        return self._writer.delete_products(product_ids, actor=actor)

    def put_reviews(self, reviews: Sequence[Review], *, actor: str) -> list[Written]:
        """Insert or replace reviews."""
        return self._writer.put_reviews(reviews, actor=actor)

    def delete_reviews(self, review_ids: Sequence[str], *, actor: str) -> list[Written]:
        """Delete reviews; returns results of those that existed."""
        return self._writer.delete_reviews(review_ids, actor=actor)
