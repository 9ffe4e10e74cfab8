"""Log of product changes: what servers take over on top of an index version, and the products that wait to be read.

The log holds the newest change of each product that was changed since the oldest version that is kept. Numbers are given
out in the order of the transactions, which wait for each other, so whoever has taken over all up to a number misses none
below it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from kms.db.session import Database
from kms.db.tables import ChangeHeadRow, PendingProductRow, ProductChangeRow, ProductVersionRow
from kms.db.versions import IN_LIST, in_chunks, upsert
from kms.indexing.changes import ProductChange, ProductFacts
from kms.lexical.models import IndexedProduct

MOST_ATTEMPTS = 5
"""A product that could not be read so many times waits until it is changed again."""
_ERROR_CHARACTERS = 1_000


class Head(NamedTuple):
    """The last number that was given out, and through which number entries may have been dropped."""

    sequence: int
    trimmed: int


class Pending(NamedTuple):
    """A product that waits to be read.

    Attributes:
        sequence: Number of the change that said so.
        names_before: Titles and brands that it had before, and its id where it came or went: what others may name.
    """

    product_id: str
    sequence: int
    names_before: tuple[str, ...] = ()


class NewChange(NamedTuple):
    """A change before it has its number.

    ``facts`` and ``vector``: ``None`` keeps those of an earlier change in the log.
    """

    product_id: str
    document: IndexedProduct | None
    facts: ProductFacts | None = None
    vector: bytes | None = None


class ChangeLog:
    """The log on the operational store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def head(self) -> Head:
        """Where the log ends and where it begins."""
        with self._database.read() as session:
            row = session.execute(select(ChangeHeadRow.sequence, ChangeHeadRow.trimmed)).one()
            return Head(row[0], row[1])

    def since(self, sequence: int, *, limit: int = 1_000) -> list[ProductChange]:
        """The first changes after a number, in order."""
        statement = (
            select(ProductChangeRow.sequence, ProductChangeRow.content)
            .where(ProductChangeRow.sequence > sequence)
            .order_by(ProductChangeRow.sequence)
            .limit(limit)
        )
        with self._database.read() as session:
            return [ProductChange.model_validate_json(row.content) for row in session.execute(statement)]

    def count(self) -> int:
        """Number of products in the log."""
        with self._database.read() as session:
            return session.scalar(select(func.count()).select_from(ProductChangeRow)) or 0

    def trim(self, sequence: int) -> int:
        """Drop what every version that is kept was made through; returns how many entries went."""
        with self._database.write(in_turn=True) as session:
            gone = session.execute(delete(ProductChangeRow).where(ProductChangeRow.sequence <= sequence))
            session.execute(
                update(ChangeHeadRow).where(ChangeHeadRow.trimmed < sequence).values(trimmed=sequence)
            )
            return int(gone.rowcount)  # type: ignore[attr-defined]

    def pending(self, *, limit: int = 1_000) -> list[Pending]:
        """Products that wait to be read: first those that were not tried, in order of their changes."""
        statement = (
            select(PendingProductRow.product_id, PendingProductRow.sequence, PendingProductRow.names_before)
            .where(PendingProductRow.attempts < MOST_ATTEMPTS)
            .order_by(PendingProductRow.attempts, PendingProductRow.sequence)
            .limit(limit)
        )
        with self._database.read() as session:
            return [Pending(row[0], row[1], tuple(row[2])) for row in session.execute(statement)]

    def count_pending(self) -> int:
        """Number of products that wait to be read."""
        with self._database.read() as session:
            return (
                session.scalar(
                    select(func.count())
                    .select_from(PendingProductRow)
                    .where(PendingProductRow.attempts < MOST_ATTEMPTS)
                )
                or 0
            )

    def failed(self) -> dict[str, str]:
        """Error by id of the products that could not be read."""
        statement = select(PendingProductRow.product_id, PendingProductRow.error).where(
            PendingProductRow.error.is_not(None)
        )
        with self._database.read() as session:
            return {row[0]: str(row[1]) for row in session.execute(statement)}

    def fail(self, pending: Pending, error: str) -> None:
        """Note that a product could not be read; it is tried again after the others."""
        with self._database.write() as session:
            session.execute(
                update(PendingProductRow)
                .where(
                    PendingProductRow.product_id == pending.product_id,
                    PendingProductRow.sequence == pending.sequence,
                )
                .values(attempts=PendingProductRow.attempts + 1, error=error[:_ERROR_CHARACTERS])
            )

    def logged(self) -> Mapping[str, str]:
        """The fingerprint that each product's entry was made of."""
        with self._database.read() as session:
            rows = session.execute(select(ProductChangeRow.product_id, ProductChangeRow.fingerprint))
            return {row[0]: row[1] for row in rows}


def append_changes(session: Session, changes: Sequence[NewChange]) -> int:
    """Append changes in the caller's transaction, which is one that waits for its turn; ids must be distinct.

    An earlier entry of the same product goes; its facts and vector stay where the new change has none.

    Returns:
        The last number that was given out.
    """
    sequence = next_sequence(session, len(changes))
    last, sequence = sequence, sequence - len(changes)
    for chunk in in_chunks(changes, IN_LIST):
        ids = [change.product_id for change in chunk]
        fingerprints: dict[str, str] = {
            row[0]: row[1]
            for row in session.execute(
                select(ProductVersionRow.product_id, ProductVersionRow.fingerprint).where(
                    ProductVersionRow.product_id.in_(ids)
                )
            )
        }
        before = {
            row[0]: ProductChange.model_validate_json(row[1])
            for row in session.execute(
                select(ProductChangeRow.product_id, ProductChangeRow.content).where(
                    ProductChangeRow.product_id.in_(ids)
                )
            )
        }
        rows = []
        for change in chunk:
            sequence += 1
            earlier = before.get(change.product_id)
            entry = ProductChange(
                sequence=sequence,
                product_id=change.product_id,
                document=change.document,
                facts=earlier.facts if earlier and change.facts is None else change.facts,
                vector=earlier.vector if earlier and change.vector is None else change.vector,
            )
            rows.append(
                {
                    "product_id": change.product_id,
                    "sequence": sequence,
                    "fingerprint": fingerprints.get(change.product_id, ""),
                    "content": entry.model_dump_json(),
                }
            )
        upsert(session, ProductChangeRow, rows, key=("product_id",))
    return last


def next_sequence(session: Session, count: int = 1) -> int:
    """Give out numbers in the caller's transaction; returns the last of them."""
    statement = (
        update(ChangeHeadRow)
        .values(sequence=ChangeHeadRow.sequence + count)
        .returning(ChangeHeadRow.sequence)
    )
    return int(session.execute(statement).scalar_one())


def mark_pending(
    session: Session,
    product_ids: Iterable[str],
    sequence: int,
    names_before: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Note in the caller's transaction that products wait to be read since a change.

    Args:
        session: Of the transaction.
        product_ids: Those that wait.
        sequence: Number of the change.
        names_before: As ``Pending`` has them, by product id; those of changes before that wait as well stay.
    """
    for chunk in in_chunks(product_ids, IN_LIST):
        known = {
            row[0]: row[1]
            for row in session.execute(
                select(PendingProductRow.product_id, PendingProductRow.names_before).where(
                    PendingProductRow.product_id.in_(chunk)
                )
            )
        }
        rows = [
            {
                "product_id": each,
                "sequence": sequence,
                "names_before": list(
                    dict.fromkeys([*known.get(each, ()), *(names_before or {}).get(each, ())])
                ),
                "attempts": 0,
                "error": None,
            }
            for each in chunk
        ]
        upsert(session, PendingProductRow, rows, key=("product_id",))


def waiting_among(session: Session, product_ids: Iterable[str]) -> set[str]:
    """Those of some products that wait to be read, as the caller's transaction sees it."""
    found: set[str] = set()
    for chunk in in_chunks(product_ids, IN_LIST):
        statement = select(PendingProductRow.product_id).where(PendingProductRow.product_id.in_(chunk))
        found.update(session.scalars(statement))
    return found


def clear_pending(session: Session, done: Iterable[Pending]) -> None:
    """Note in the caller's transaction that products were read; one that was changed meanwhile goes on waiting."""
    for each in done:
        session.execute(
            delete(PendingProductRow).where(
                PendingProductRow.product_id == each.product_id, PendingProductRow.sequence == each.sequence
            )
        )
