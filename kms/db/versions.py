"""Product versions: one fingerprint per product over its rows, its active evidence and the decisions on it that hold.

Whoever writes rows, evidence or decisions refreshes the fingerprints of the products that were touched, in the same
transaction; whoever builds graph or indexes compares them with what was built last.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, aliased

from kms.db.tables import Base, DecisionRow, EvidenceRow, ProductRow, ProductVersionRow, ReviewRow

DELETED = "deleted"

# SQLite takes 32,766 parameters in one statement; smaller lists plan as fast.
IN_LIST = 5_000

T = TypeVar("T")


def in_chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Lists of at most ``size`` items, in order."""
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def upsert(
    session: Session,
    table: type[Base],
    rows: Sequence[dict[str, Any]],
    *,
    key: Sequence[str],
    update: Sequence[str] | None = None,
) -> None:
    """Insert ``rows``; where ``key`` exists already, overwrite the columns in ``update``.

    Args:
        session: A writing session.
        table: SQL model.
        rows: Equal keys in every row.
        key: Columns of the primary key.
        update: Columns to overwrite; default all others; empty: rows that exist stay as they are.
    """
    if not rows:
        return
    statement = _insert(session, table)
    columns = [name for name in rows[0] if name not in key] if update is None else list(update)
    if columns:
        changes = {name: statement.excluded[name] for name in columns}
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=changes)
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    session.connection().execute(statement, list(rows))


def fingerprints_of(session: Session, product_ids: Sequence[str]) -> dict[str, str]:
    """Fingerprint of each product's rows, active evidence and decisions; ``deleted`` for ids without a row."""
    now = datetime.now(UTC)
    undoing = aliased(DecisionRow)
    holds = (
        DecisionRow.undoes.is_(None),
        ~exists().where(undoing.undoes == DecisionRow.id),
        or_(DecisionRow.valid_from.is_(None), DecisionRow.valid_from <= now),
        or_(DecisionRow.valid_until.is_(None), DecisionRow.valid_until > now),
    )
    parts: dict[str, list[str]] = defaultdict(list)
    rows: dict[str, str] = {}
    for chunk in in_chunks(product_ids, IN_LIST):
        statement = select(ProductRow.id, ProductRow.row_hash).where(ProductRow.id.in_(chunk))
        rows.update({row[0]: row[1] for row in session.execute(statement)})
        for product_id, row_hash in session.execute(
            select(ReviewRow.product_id, ReviewRow.row_hash).where(ReviewRow.product_id.in_(chunk))
        ):
            parts[product_id].append("r" + row_hash)
        for product_id, evidence_id in session.execute(
            select(EvidenceRow.product_id, EvidenceRow.id).where(
                EvidenceRow.product_id.in_(chunk), EvidenceRow.retired_at.is_(None)
            )
        ):
            parts[product_id].append("e" + evidence_id)
        for product_id, decision_id in session.execute(
            select(DecisionRow.product_id, DecisionRow.id).where(DecisionRow.product_id.in_(chunk), *holds)
        ):
            parts[product_id].append("d" + decision_id)
    result = {}
    for product_id in product_ids:
        if product_id not in rows:
            result[product_id] = DELETED
            continue
        digest = hashlib.blake2b(rows[product_id].encode(), digest_size=12)
        for part in sorted(parts[product_id]):
            digest.update(part.encode())
        result[product_id] = digest.hexdigest()
    return result


def refresh_versions(session: Session, product_ids: Iterable[str]) -> set[str]:
    """Bring the fingerprints of these products up to date; returns the ids whose state changed."""
    wanted = sorted(set(product_ids))
    fingerprints = fingerprints_of(session, wanted)
    known: dict[str, tuple[str, int]] = {}
    for chunk in in_chunks(wanted, IN_LIST):
        for row in session.execute(
            select(
                ProductVersionRow.product_id, ProductVersionRow.fingerprint, ProductVersionRow.revision
            ).where(ProductVersionRow.product_id.in_(chunk))
        ):
            known[row.product_id] = (row.fingerprint, row.revision)
    changed = {
        product_id
        for product_id, fingerprint in fingerprints.items()
        if known.get(product_id, (None, 0))[0] != fingerprint
    }
    upsert(
        session,
        ProductVersionRow,
        [
            {
                "product_id": product_id,
                "revision": known.get(product_id, ("", 0))[1] + 1,
                "fingerprint": fingerprints[product_id],
                "is_deleted": fingerprints[product_id] == DELETED,
            }
            for product_id in sorted(changed)
        ],
        key=("product_id",),
    )
    return changed


def insert_new(session: Session, table: type[Base], rows: Sequence[dict[str, Any]], *, key: str) -> int:
    """Insert the rows whose ``key`` is not there yet, by the database's conflict clause; returns how many.

    Args:
        session: A writing session.
        table: SQL model.
        rows: Equal keys in every row, ``key`` distinct.
        key: Column of the primary key.
    """
    if not rows:
        return 0
    column = getattr(table, key)
    statement = _insert(session, table).on_conflict_do_nothing(index_elements=[key]).returning(column)
    return len(session.scalars(statement, list(rows)).all())


def _insert(session: Session, table: type[Base]) -> Any:
    """The dialect's own INSERT, which has a conflict clause."""
    if session.get_bind().dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as insert_sqlite

        return insert_sqlite(table)
    # PostgreSQL's dialect takes long to import, and most installations have none.
    from sqlalchemy.dialects.postgresql import insert as insert_postgresql

    return insert_postgresql(table)
