"""Sign-in sessions of the pages: kept in the store, so that they can be ended from anywhere at any time."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete

from kms.access.audit import append
from kms.access.keys import digest_of, utc_now
from kms.access.models import Role, SignedIn, User
from kms.db.session import Database
from kms.db.tables import SessionRow, UserRow

LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
_NOTE_EVERY = timedelta(minutes=5)


class SessionStore:
    """Sessions on the operational store; the token itself is only in the browser's cookie."""

    def __init__(self, database: Database, *, now: Callable[[], datetime] = utc_now) -> None:
        self._database = database
        self._now = now

    def open(self, user: User) -> str:
        """A new session's token: 32 random bytes, never one that the browser brought."""
        token = secrets.token_urlsafe(32)
        now = self._now()
        with self._database.write() as session:
            session.execute(delete(SessionRow).where(SessionRow.expires_at < now))
            session.add(
                SessionRow(
                    digest=digest_of(token),
                    user_name=user.name,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + LONGEST,
                )
            )
        return token

    def find(self, token: str) -> SignedIn | None:
        """The session of a token; ``None`` if it ended, lay idle for two hours, or its user is disabled."""
        now = self._now()
        digest = digest_of(token)
        with self._database.read() as session:
            row = session.get(SessionRow, digest)
            user = session.get(UserRow, row.user_name) if row is not None else None
        if row is None or user is None or user.is_disabled:
            return None
        if now >= row.expires_at or now - row.seen_at >= IDLE:
            return None
        if now - row.seen_at >= _NOTE_EVERY:
            self._note_use(digest, now)
        role: Role = user.role  # type: ignore[assignment]  # only UserStore writes it, and checks it
        return SignedIn(user=user.name, role=role, created_at=row.created_at, expires_at=row.expires_at)

    def close(self, token: str) -> None:
        """End a session; one that is unknown changes nothing."""
        with self._database.write() as session:
            row = session.get(SessionRow, digest_of(token))
            if row is not None:
                session.delete(row)
                append(session, f"user:{row.user_name}", "sign-out", row.user_name)

    def _note_use(self, digest: str, now: datetime) -> None:
        with self._database.write() as session:
            row = session.get(SessionRow, digest, with_for_update=True)
            if row is not None:
                row.seen_at = now
