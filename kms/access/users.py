"""Users of the pages: their roles and passwords, and the lock-out after failed attempts.

An attempt is counted before its password is checked, in one transaction, so that many attempts at the same time
count as many. From the fifth failure on the user is locked for 30 seconds, which doubles with each further failure
up to 15 minutes. While locked, even the right password is refused.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kms.access.audit import append
from kms.access.keys import utc_now
from kms.access.models import ROLES, Role, User
from kms.access.passwords import check_password, hash_password, is_password
from kms.db.session import Database
from kms.db.tables import SessionRow, UserRow
from kms.errors import InputError, NotFoundError

FREE_ATTEMPTS = 5
FIRST_LOCK = timedelta(seconds=30)
LONGEST_LOCK = timedelta(minutes=15)
_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,63}", re.ASCII)


def fold_name(name: str) -> str:
    """A user's name as it is stored: lower case, without blanks around it."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def lock_time(failures: int) -> timedelta:
    """Lock-out time of a user after a number of failures in a row."""
    if failures < FREE_ATTEMPTS:
        return timedelta(0)
    doublings: int = min(failures - FREE_ATTEMPTS, 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)


class UserStore:
    """Users on the operational store."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now

    def create(self, name: str, password: str, role: str, *, actor: str) -> User:
        """Make a user.

        Raises:
            InputError: The name is taken or cannot be used, or the role or password cannot be used.
        """
        folded = fold_name(name)
        if not _NAME.fullmatch(folded):
            raise InputError("a user's name has 2 to 64 letters, digits, '.', '_', '-', '+' or '@'")
        check_password(password, folded)
        row = UserRow(
            name=folded,
            role=_check_role(role),
            password_hash=hash_password(password),
            is_disabled=False,
            failed_attempts=0,
            created_at=self._now(),
        )
        with self._database.write() as session:
            if session.get(UserRow, folded) is not None:
                raise InputError(f"there is a user {folded!r} already")
            session.add(row)
            append(session, actor, "user.create", folded, {"role": role})
        return _user_of(row)

    def all(self) -> list[User]:
        """Every user by name."""
        with self._database.read() as session:
            return [_user_of(row) for row in session.scalars(select(UserRow).order_by(UserRow.name))]

    def has_any(self) -> bool:
        """Whether there is a user."""
        with self._database.read() as session:
            return bool(session.scalar(select(func.count()).select_from(UserRow)))

    def set_role(self, name: str, role: str, *, actor: str) -> User:
        """Give a user another role; sessions that are open take it over.

        Raises:
            NotFoundError: No such user.
            InputError: No such role.
        """
        with self._database.write() as session:
            row = _require(session, name)
            detail = {"from": row.role, "to": role}
            row.role = _check_role(role)
            append(session, actor, "user.set-role", row.name, detail)
            return _user_of(row)

    def set_password(self, name: str, password: str, *, actor: str) -> User:
        """Give a user another password; ends the user's sessions and the lock-out.

        Raises:
            NotFoundError: No such user.
            InputError: The password cannot be used.
        """
        check_password(password, fold_name(name))
        hashed = hash_password(password)
        with self._database.write() as session:
            row = _require(session, name)
            row.password_hash = hashed
            row.failed_attempts, row.locked_until = 0, None
            _end_sessions(session, row.name)
            append(session, actor, "user.set-password", row.name)
            return _user_of(row)

    def disable(self, name: str, *, actor: str, is_disabled: bool = True) -> User:
        """Refuse a user from now on and end the sessions, or let the user in again.

        Raises:
            NotFoundError: No such user.
        """
        with self._database.write() as session:
            row = _require(session, name)
            row.is_disabled = is_disabled
            if is_disabled:
                _end_sessions(session, row.name)
            append(session, actor, "user.disable" if is_disabled else "user.enable", row.name)
            return _user_of(row)

    def check(self, name: str, password: str, *, address: str = "") -> User | None:
        """The user whose password this is; ``None`` if it is wrong, or the user unknown, disabled or locked.

        The answer and the time it takes are the same in all these cases. Each attempt is in the audit.
        """
        folded = fold_name(name)
        if not _NAME.fullmatch(
            folded
        ):  # nobody's; the text itself may be a password typed into the wrong field
            folded = ""
        stored, refusal = self._begin_attempt(folded)
        is_right = is_password(password, stored)
        with self._database.write() as session:
            row = session.get(UserRow, folded, with_for_update=True)
            if refusal is None and is_right and row is not None and row.password_hash == stored:
                row.failed_attempts, row.locked_until = 0, None
                row.signed_in_at = self._now()
                append(session, f"user:{folded}", "sign-in", folded, {"address": address})
                return _user_of(row)
            reason = refusal or "wrong password"
            append(session, "-", "sign-in.refused", folded, {"address": address, "reason": reason})
            return None

    def _begin_attempt(self, name: str) -> tuple[str | None, str | None]:
        """The stored hash and why the attempt cannot succeed; counts it as failed until it succeeds."""
        now = self._now()
        with self._database.write() as session:
            row = session.get(UserRow, name, with_for_update=True)
            if row is None:
                return None, "unknown user"
            if row.is_disabled:
                return row.password_hash, "disabled"
            if row.locked_until is not None and now < row.locked_until:
                return row.password_hash, "locked"
            row.failed_attempts += 1
            wait = lock_time(row.failed_attempts)
            row.locked_until = now + wait if wait else None
            return row.password_hash, None


def _check_role(role: str) -> Role:
    for known in ROLES:
        if role == known:
            return known
    raise InputError(f"unknown role {role!r}; there are {', '.join(ROLES)}")


def _require(session: Session, name: str) -> UserRow:
    row = session.get(UserRow, fold_name(name), with_for_update=True)
    if row is None:
        raise NotFoundError(f"there is no user {name!r}; kms users list shows all")
    return row


def _end_sessions(session: Session, name: str) -> None:
    session.execute(delete(SessionRow).where(SessionRow.user_name == name))


def _user_of(row: UserRow) -> User:
    return User.model_validate(
        {
            "name": row.name,
            "role": row.role,
            "is_disabled": row.is_disabled,
            "locked_until": row.locked_until,
            "created_at": row.created_at,
            "signed_in_at": row.signed_in_at,
        }
    )
