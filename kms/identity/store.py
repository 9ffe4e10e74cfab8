"""Identity store: proposals that two names or products are one, and the decisions on them.

A decision and what follows from it in rows (the groups of products, and that graph and indexes are to be built again for
them) are written in one transaction, so that undoing one leaves everything as if it had never been made.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kms.db.session import Database
from kms.db.tables import IdentityRow, ProductGroupRow, ProductVersionRow
from kms.db.versions import IN_LIST, in_chunks, upsert
from kms.errors import InputError, NotFoundError
from kms.identity.brands import BrandNames
from kms.identity.groups import groups_of
from kms.identity.merges import Merges
from kms.types import Frozen

IdentityKind = Literal["brand_alias", "sub_brand", "product"]
Status = Literal["open", "accepted", "rejected"]
_MOST_CHARACTERS = 200


class Identity(Frozen):
    """Two names or products that may be one.

    Attributes:
        left: The other name, the sub-brand, or the other product.
        right: The main name, the brand above, or the product that stands for both.
        score: How likely it is, from 0 to 1.
        evidence: Why, in words.
    """

    kind: IdentityKind
    left: str
    right: str
    score: float = 1.0
    evidence: tuple[str, ...] = ()
    status: Status = "open"
    decided_at: datetime | None = None

    @property
    def id(self) -> str:
        """Hash of the pair, whichever side stands first, and for brands of what is said of it."""
        sides = sorted((self.left, self.right))
        return hashlib.blake2b("\x1f".join((self.kind, *sides)).encode(), digest_size=6).hexdigest()


class IdentityStore:
    """Proposals and decisions on the operational store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def propose(self, found: Iterable[Identity], *, kinds: Sequence[IdentityKind] = ()) -> int:
        """Replace the open proposals of ``kinds`` by these; decided pairs stay as they are. Returns how many are open."""
        rows = {each.id: _to_row(each) for each in found}
        with self._database.write(in_turn=True) as session:
            if kinds:
                session.execute(
                    delete(IdentityRow).where(IdentityRow.kind.in_(kinds), IdentityRow.status == "open")
                )
            decided: set[str] = set()
            for chunk in in_chunks(rows, IN_LIST):
                statement = select(IdentityRow.id).where(
                    IdentityRow.id.in_(chunk), IdentityRow.status != "open"
                )
                decided.update(session.scalars(statement))
            new = [row for identifier, row in rows.items() if identifier not in decided]
            upsert(session, IdentityRow, new, key=("id",))
        return len(new)

    def all(
        self, kinds: Sequence[IdentityKind], *, status: Status | None = "open", limit: int | None = None
    ) -> list[Identity]:
        """Pairs of some kinds, the likeliest first."""
        statement = (
            select(IdentityRow)
            .where(IdentityRow.kind.in_(kinds))
            .order_by(IdentityRow.score.desc(), IdentityRow.left, IdentityRow.right)
            .limit(limit)
        )
        if status is not None:
            statement = statement.where(IdentityRow.status == status)
        with self._database.read() as session:
            return [to_identity(row) for row in session.scalars(statement)]

    def get(self, identifier: str) -> Identity:
        """One pair by its id, or by the beginning of it.

        Raises:
            NotFoundError: No pair, or several, have such an id.
        """
        statement = select(IdentityRow).where(IdentityRow.id.startswith(identifier, autoescape=True)).limit(2)
        with self._database.read() as session:
            rows = list(session.scalars(statement)) if identifier else []
        if len(rows) != 1:
            how = "several proposals begin" if rows else "no proposal begins"
            raise NotFoundError(f"{how} with {identifier!r}; the lists show the ids")
        return to_identity(rows[0])

    def decide(self, pairs: Sequence[Identity], status: Status) -> list[Identity]:
        """Accept, reject or open pairs again, in one transaction; returns those whose state changed.

        ``open`` undoes a decision.

        Raises:
            InputError: A pair would make a brand a line of itself, or is a pair of a thing with itself.
        """
        with self._database.write(in_turn=True) as session:
            return decide_pairs(session, pairs, status)

    def brand_names(self) -> BrandNames:
        """The accepted names and lines of brands."""
        with self._database.read() as session:
            return _brand_names(session)

    def merges(self) -> Merges:
        """The groups of products that are one."""
        statement = select(ProductGroupRow.group_id, ProductGroupRow.product_id).order_by(
            ProductGroupRow.group_id, ProductGroupRow.rank
        )
        groups: dict[str, list[str]] = {}
        with self._database.read() as session:
            for group_id, product_id in session.execute(statement):
                groups.setdefault(group_id, []).append(product_id)
        return Merges(groups.values())

    def group_of(self, product_id: str) -> tuple[str, ...]:
        """All products of one's group in their order, also deleted ones; itself alone where it has none."""
        of_product = select(ProductGroupRow.group_id).where(ProductGroupRow.product_id == product_id)
        statement = (
            select(ProductGroupRow.product_id)
            .where(ProductGroupRow.group_id == of_product.scalar_subquery())
            .order_by(ProductGroupRow.rank)
        )
        with self._database.read() as session:
            return tuple(session.scalars(statement)) or (product_id,)


def decide_pairs(session: Session, pairs: Sequence[Identity], status: Status) -> list[Identity]:
    """See ``IdentityStore.decide``; in the caller's transaction, which waits for its turn."""
    now = None if status == "open" else datetime.now(UTC)
    changed: list[Identity] = []
    for pair in pairs:
        _check(pair)
        row = session.get(IdentityRow, pair.id)
        before = row.status if row is not None else None
        if before == status:
            if status == "accepted" and row is not None and row.left != pair.left:
                raise InputError(
                    f"{row.left!r} and {row.right!r} were decided the other way round; undo {pair.id} first"
                )
            continue
        decided = pair.model_copy(update={"status": status, "decided_at": now})
        upsert(session, IdentityRow, [_to_row(decided)], key=("id",))
        if row is not None:
            session.expire(row)
        changed.append(decided)
    if status == "accepted" and any(pair.kind == "sub_brand" for pair in changed):
        _check_lines(_brand_names(session), changed)
    products = {name for each in changed if each.kind == "product" for name in (each.left, each.right)}
    if products:
        _regroup(session, products)
    return changed


def groups_in(session: Session, product_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """The group of each of these products that is in one, in its order, also of deleted members."""
    groups: dict[str, tuple[str, ...]] = {}
    for chunk in in_chunks(product_ids, IN_LIST):
        of_products = select(ProductGroupRow.group_id).where(ProductGroupRow.product_id.in_(chunk))
        statement = (
            select(ProductGroupRow.group_id, ProductGroupRow.product_id)
            .where(ProductGroupRow.group_id.in_(of_products))
            .order_by(ProductGroupRow.group_id, ProductGroupRow.rank)
        )
        members: dict[str, list[str]] = {}
        for group_id, product_id in session.execute(statement):
            members.setdefault(group_id, []).append(product_id)
        groups.update({each: tuple(group) for group in members.values() for each in group})
    return groups


def _check(pair: Identity) -> None:
    if pair.left == pair.right:
        raise InputError(f"{pair.left!r} cannot be paired with itself")
    for name in (pair.left, pair.right):
        if not name.strip() or len(name) > _MOST_CHARACTERS:
            raise InputError(
                f"a name needs 1 to {_MOST_CHARACTERS} characters, and {name[:40]!r} has {len(name)}"
            )


def _check_lines(names: BrandNames, changed: Sequence[Identity]) -> None:
    """Refuse lines that lead back to themselves, by whatever names."""
    for pair in changed:
        if pair.kind != "sub_brand":
            continue
        child, parent = names.brand(pair.left), names.brand(pair.right)
        above = names.parents.get(child.key)
        if child.key == parent.key:
            raise InputError(
                f"{pair.left!r} and {pair.right!r} are one brand, so one is no line of the other"
            )
        if above is None:
            raise InputError(f"{pair.right!r} is itself a line of {pair.left!r}")
        if above.key != parent.key:
            raise InputError(f"{pair.left!r} is already a line of {above.names[0]!r}; undo that first")


def _brand_names(session: Session) -> BrandNames:
    statement = select(IdentityRow.kind, IdentityRow.left, IdentityRow.right).where(
        IdentityRow.status == "accepted", IdentityRow.kind.in_(("brand_alias", "sub_brand"))
    )
    rows = session.execute(statement).all()
    return BrandNames(
        [(left, right) for kind, left, right in rows if kind == "brand_alias"],
        [(left, right) for kind, left, right in rows if kind == "sub_brand"],
    )


def _regroup(session: Session, products: set[str]) -> None:
    """Make the groups of some products anew; graph and indexes learn that these products changed."""
    touched: set[str] = set(products)
    before: set[str] = set()
    for chunk in in_chunks(sorted(products), IN_LIST):
        of_products = select(ProductGroupRow.group_id).where(ProductGroupRow.product_id.in_(chunk))
        before.update(session.scalars(of_products))
    for chunk in in_chunks(sorted(before), IN_LIST):
        members = select(ProductGroupRow.product_id).where(ProductGroupRow.group_id.in_(chunk))
        touched.update(session.scalars(members))
        session.execute(delete(ProductGroupRow).where(ProductGroupRow.group_id.in_(chunk)))
    pairs = [
        (left, right)
        for left, right in session.execute(
            select(IdentityRow.left, IdentityRow.right).where(
                IdentityRow.kind == "product", IdentityRow.status == "accepted"
            )
        )
        if left in touched or right in touched
    ]
    rows = [
        {"product_id": product_id, "group_id": group[0], "rank": rank}
        for group in groups_of(pairs)
        for rank, product_id in enumerate(group)
    ]
    upsert(session, ProductGroupRow, rows, key=("product_id",))
    for chunk in in_chunks(sorted(touched), IN_LIST):
        session.execute(
            update(ProductVersionRow)
            .where(ProductVersionRow.product_id.in_(chunk))
            .values(graph_fingerprint=None, index_fingerprint=None)
        )


def _to_row(pair: Identity) -> dict[str, Any]:
    return {
        "id": pair.id,
        "kind": pair.kind,
        "left": pair.left,
        "right": pair.right,
        "score": pair.score,
        "evidence": list(pair.evidence),
        "status": pair.status,
        "decided_at": pair.decided_at,
    }


def to_identity(row: IdentityRow) -> Identity:
    """A pair as it is stored."""
    return Identity.model_construct(
        kind=row.kind,
        left=row.left,
        right=row.right,
        score=row.score,
        evidence=tuple(row.evidence),
        status=row.status,
        decided_at=row.decided_at,
    )
