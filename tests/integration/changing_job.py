"""Work of a server that changes products, in a process that kills itself at a named point.

The work is a list of steps; a step whose number is in the file ``acknowledged`` is not done again, as a client repeats
only what it got no answer to.
"""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

from api.change_reader import ChangeReader
from api.jobs import build_graph, build_index
from api.wiring import Platform
from kms.catalog.json_models import ReadProduct, read_product, read_review
from kms.decisions.models import Decision, FactName
from kms.decisions.reasons import Reason, Verdict
from kms.indexing.live_decisions import LiveDecisions
from kms.indexing.live_writes import LiveWriter, OfferRow
from tests.platform_fixture import settings_for

SALE_ENDS = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=900)
ACKNOWLEDGED = "acknowledged"
COLUMN = "value:waterproof_rating/3 meter"
COLUMN_IS_WRONG = "column-is-wrong"
DECIDED_AT = datetime(2026, 1, 2, tzinfo=UTC)


class Point(NamedTuple):
    """Where the process dies: before or after the n-th call of a function while a step is done."""

    step: str
    target: str
    when: str = "before"
    call: int = 1

    def __str__(self) -> str:
        return f"{self.step}: {self.when} {self.target.rpartition(':')[2]} {self.call}"


def product(number: int, **changes: Any) -> ReadProduct:
    """A product with facts, places in the shop's tree, and a variant."""
    body = {
        "title": f"Brevo desk lamp {number}",
        "description": "A lamp of steel that weighs 2 kg. Goes with the Halvard Beam.",
        "brand": "Brevo",
        "attributes": {"Weight": "2 kg", "Colour": "red"},
        "category_paths": [["Lamps", "Desk lamps"]],
        "variants": [{"id": f"L-{number}-S", "price": "30 EUR", "stock": 2, "options": {"Size": "S"}}],
    }
    return read_product({**body, **changes}, product_id=f"NEW-{number}")


def tent() -> ReadProduct:
    """A tent from whose water column a rule infers that it is waterproof."""
    body = {"title": "Brevo tent", "category": "tent", "attributes": {"Hydrostatic head": "3000 mm"}}
    return read_product(body, product_id="TENT")


def decisions(release: str) -> list[Decision]:
    """The tent's water column is wrong, and a lamp's colour is right; sent again they have the same ids."""
    return [
        Decision(
            id=number, product_id=product_id, about=FactName(relation="has_value", attribute=attribute, target=target),
            verdict=verdict, reason=reason, by="test", at=DECIDED_AT, release=release,
        )
        for number, product_id, attribute, target, verdict, reason in (
            (COLUMN_IS_WRONG, "TENT", "waterproof_rating", COLUMN, Verdict.REJECT, Reason.MISREAD),
            ("colour-is-right", "NEW-2", "colour", "value:colours/red", Verdict.ACCEPT, Reason.SAYS_SO),
        )
    ]  # fmt: skip


class Work:
    """The steps, in the order in which they are done."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._decisions = LiveDecisions(platform.database)
        self._writer = LiveWriter(platform.database, platform.document_maker(lambda: platform.ontology))
        self.steps: dict[str, Callable[[], object]] = {
            "put": lambda: self._writer.put_products([product(1), product(2), tent()], actor="test"),
            "read new": self._read,
            "decide": lambda: self._decisions.decide(decisions(platform.ontology.version)),
            "read decided": self._read,
            "undo": self._undo,
            "read undone": self._read,
            "offer": lambda: self._offer("L-1-S", {"stock": 0}),
            "sale": self._sale,
            "clock": lambda: platform.due_changes().apply(SALE_ENDS + timedelta(days=1)),
            # Makes the document of the product on sale anew, as of today.
            "review": self._review,
            "rename": lambda: self._writer.patch_product(
                "NEW-2", {"title": "Halvard Beam", "category_paths": [["Light"]]}, actor="test"
            ),
            "read others": self._read,
            "put third": lambda: self._writer.put_products([product(3)], actor="test"),
            "graph": lambda: build_graph(platform),
            "offer of unread": lambda: self._offer("L-3-S", {"stock": 7}),
            "delete": lambda: self._writer.delete_products(["NEW-1", "AUD-003"], actor="test"),
            "index": lambda: build_index(platform),
            "read gone": self._read,
        }

    def _undo(self) -> object:
        """Take a decision back; whoever did not hear that it was taken back asks again and is told so."""
        if self._platform.decisions.get(COLUMN_IS_WRONG).undone_by:
            return []
        return self._decisions.undo([COLUMN_IS_WRONG], by="test")

    def _read(self) -> object:
        return ChangeReader(self._platform).apply()

    def _offer(self, code: str, body: dict[str, object]) -> object:
        written = self._writer.patch_offers([OfferRow(code, body)], actor="test")
        assert all(each.outcome != "refused" for each in written), written
        return written

    def _sale(self) -> object:
        sale = {"price": {"amount": "1.50", "currency": "EUR"}, "ends_at": f"{SALE_ENDS:%FT%TZ}"}
        return self._offer("AUD-004", {"price": "99 EUR", "sale": sale})

    def _review(self) -> object:
        body = {"product_id": "AUD-004", "rating": 1, "text": "The battery is bad."}
        return self._writer.put_reviews([read_review(body, review_id="NEWR-1")], actor="test")


def run(state: Path, point: Point | None) -> None:
    """Do what was not acknowledged; die at the point, at the latest after its step."""
    platform = Platform(settings_for(state))
    written = state / ACKNOWLEDGED
    done = written.read_text("utf-8").splitlines() if written.exists() else []
    for name, step in Work(platform).steps.items():
        if name in done:
            continue
        if point is not None and name == point.step:
            _arm(point)
        step()
        if point is not None and name == point.step:
            os._exit(3)  # it was not reached
        with written.open("a", encoding="utf-8") as lines:
            lines.write(f"{name}\n")
    platform.close()


def _arm(point: Point) -> None:
    module, _, path = point.target.partition(":")
    owner: Any = importlib.import_module(module)
    *outer, name = path.split(".")
    for each in outer:
        owner = getattr(owner, each)
    function = getattr(owner, name)
    calls = 0

    def watched(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == point.call and point.when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **kwargs)
        if calls == point.call:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    setattr(owner, name, watched)
