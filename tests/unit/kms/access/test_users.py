"""Users, passwords, lock-out and sessions."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest

from kms.access import passwords
from kms.access.audit import AuditLog
from kms.access.sessions import IDLE, LONGEST, SessionStore
from kms.access.users import FIRST_LOCK, FREE_ATTEMPTS, LONGEST_LOCK, UserStore, lock_time
from kms.db.session import Database
from kms.errors import InputError, NotFoundError

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with its least cost: these tests are about what is decided, not about how slow a guess is."""
    from argon2 import PasswordHasher

    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    passwords._dummy_hash.cache_clear()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def users(database: Database, clock: Clock) -> UserStore:
    return UserStore(database, now=clock)


@pytest.fixture
def sessions(database: Database, clock: Clock) -> SessionStore:
    return SessionStore(database, now=clock)


def test_a_user_signs_in_by_name_and_password(users: UserStore, clock: Clock) -> None:
    made = users.create(" Anna@Shop ", PASSWORD, "analyst", actor="cli")
    assert (made.name, made.role) == ("anna@shop", "analyst")
    assert users.check("anna@shop", PASSWORD) is not None
    assert users.check("ANNA@shop", PASSWORD) is not None
    assert users.check("anna@shop", PASSWORD + "r") is None
    assert users.check("nobody", PASSWORD) is None
    assert users.check("nul\x00l", "x" * 10_000) is None
    assert users.all()[0].signed_in_at == clock.now


def test_passwords_are_stored_as_argon2id(users: UserStore, database: Database) -> None:
    from sqlalchemy import text

    users.create("anna", PASSWORD, "viewer", actor="cli")
    with database.read() as session:
        stored: str = session.execute(text("SELECT password_hash FROM users")).scalar_one()
    assert stored.startswith("$argon2id$")


@pytest.mark.parametrize(
    ("name", "password", "role", "message"),
    [
        ("a", PASSWORD, "viewer", "2 to 64"),
        ("anna\nroot", PASSWORD, "viewer", "2 to 64"),
        ("anna", "short", "viewer", "12 to 256"),
        ("anna", "x" * 257, "viewer", "12 to 256"),
        ("anna", "aaaaaaaaaaaaaaa", "viewer", "easily guessed"),
        ("anna", "my-name-is-Anna", "viewer", "easily guessed"),
        ("anna", PASSWORD, "owner", "unknown role 'owner'"),
    ],
)
def test_what_cannot_be_used_is_refused(
    users: UserStore, name: str, password: str, role: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        users.create(name, password, role, actor="cli")
    assert not users.has_any()


def test_names_are_taken_once(users: UserStore) -> None:
    users.create("anna", PASSWORD, "viewer", actor="cli")
    with pytest.raises(InputError, match="already"):
        users.create("ANNA", PASSWORD, "admin", actor="cli")
    with pytest.raises(NotFoundError, match="kms users list"):
        users.set_role("bert", "viewer", actor="cli")
    with pytest.raises(NotFoundError, match="kms users list"):
        users.disable("bert", actor="cli")
    with pytest.raises(NotFoundError, match="kms users list"):
        users.set_password("bert", PASSWORD, actor="cli")


def test_lock_times_double_up_to_a_limit() -> None:
    waits = [lock_time(failures) for failures in range(1, 40)]
    assert waits[: FREE_ATTEMPTS - 1] == [timedelta(0)] * (FREE_ATTEMPTS - 1)
    assert waits[FREE_ATTEMPTS - 1 : FREE_ATTEMPTS + 2] == [FIRST_LOCK, FIRST_LOCK * 2, FIRST_LOCK * 4]
    assert max(waits) == waits[-1] == LONGEST_LOCK


def test_a_locked_user_is_refused_even_with_the_right_password(users: UserStore, clock: Clock) -> None:
    users.create("anna", PASSWORD, "viewer", actor="cli")
    for _ in range(FREE_ATTEMPTS):
        assert users.check("anna", "wrong password") is None
    assert users.check("anna", PASSWORD) is None
    assert users.check("ＡＮＮＡ", PASSWORD) is None, "another writing of the name is the same user"
    clock.now += FIRST_LOCK
    assert users.check("anna", PASSWORD) is not None
    assert users.check("anna", "wrong password") is None
    assert users.check("anna", PASSWORD) is not None, "a success starts the count anew"


def test_a_new_password_ends_the_lock_out(users: UserStore) -> None:
    users.create("anna", PASSWORD, "viewer", actor="cli")
    for _ in range(FREE_ATTEMPTS + 3):
        users.check("anna", "wrong password")
    users.set_password("anna", "another long password", actor="cli")
    assert users.check("anna", PASSWORD) is None
    assert users.check("anna", "another long password") is not None


def test_attempts_at_the_same_time_are_all_counted(users: UserStore) -> None:
    users.create("anna", PASSWORD, "viewer", actor="cli")
    errors: list[BaseException] = []

    def guess() -> None:
        try:
            assert users.check("anna", "wrong password") is None
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guess) for _ in range(FREE_ATTEMPTS + 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert users.all()[0].locked_until is not None
    assert users.check("anna", PASSWORD) is None


def test_attempts_are_in_the_audit(users: UserStore, database: Database) -> None:
    users.create("anna", PASSWORD, "viewer", actor="cli")
    users.check("anna", "wrong password", address="198.51.100.7")
    users.check("eve", "wrong password")
    users.check("anna", PASSWORD)
    log = AuditLog(database)
    entries = [(e.actor, e.action, e.target) for e in reversed(log.latest(action="sign-in"))]
    assert entries == [
        ("-", "sign-in.refused", "anna"),
        ("-", "sign-in.refused", "eve"),
        ("user:anna", "sign-in", "anna"),
    ]
    assert log.latest(action="sign-in.refused")[-1].detail == {
        "address": "198.51.100.7",
        "reason": "wrong password",
    }
    assert "wrong password" not in str([e.target for e in log.latest()])


def test_a_session_ends_after_its_time_and_when_idle(
    users: UserStore, sessions: SessionStore, clock: Clock
) -> None:
    anna = users.create("anna", PASSWORD, "viewer", actor="cli")
    first, second = sessions.open(anna), sessions.open(anna)
    assert first != second
    assert len(first) == 43
    while clock.now < NOW + LONGEST - IDLE:
        clock.now += IDLE - timedelta(minutes=1)
        assert sessions.find(first) is not None
    assert sessions.find(second) is None, "it lay idle"
    clock.now = NOW + LONGEST
    assert sessions.find(first) is None


def test_whatever_ends_a_session(users: UserStore, sessions: SessionStore) -> None:
    anna = users.create("anna", PASSWORD, "viewer", actor="cli")
    token = sessions.open(anna)
    users.set_role("anna", "admin", actor="cli")
    found = sessions.find(token)
    assert found is not None
    assert found.role == "admin"
    sessions.close(token)
    sessions.close("unknown")
    assert sessions.find(token) is None
    token = sessions.open(anna)
    users.disable("anna", actor="cli")
    assert sessions.find(token) is None
    users.disable("anna", actor="cli", is_disabled=False)
    assert sessions.find(token) is None
    token = sessions.open(anna)
    users.set_password("anna", "another long password", actor="cli")
    assert sessions.find(token) is None


def test_a_disabled_user_cannot_sign_in(users: UserStore) -> None:
    users.create("anna", PASSWORD, "admin", actor="cli")
    users.disable("anna", actor="cli")
    assert users.check("anna", PASSWORD) is None
    users.disable("anna", actor="cli", is_disabled=False)
    assert users.check("anna", PASSWORD) is not None
