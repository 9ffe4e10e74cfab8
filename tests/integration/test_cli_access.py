"""``kms keys``, ``kms users`` and ``kms audit`` as a person types them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from api.cli.main import app
from tests.integration.cli_fixture import Command, environment, fresh

__all__ = ["environment", "fresh"]

PASSWORD = "correct horse battery"


def test_keys(fresh: Command) -> None:
    shown = fresh("keys", "create", "shop backend", "--scope", "search", "-s", "events").stdout
    assert "kms_sk_" in shown
    assert "restarted" in shown
    made = fresh.json(
        "keys", "create", "site", "-s", "search", "--publishable", "--origin", "https://shop.example"
    )
    assert made["key"].startswith(f"kms_pk_{made['id']}_")
    listed = fresh.json("keys", "list")
    assert [(key["name"], key["scopes"]) for key in listed] == [
        ("site", ["search"]),
        ("shop backend", ["events", "search"]),
    ]
    assert made["key"][16:] not in fresh("keys", "list").stdout
    successor = fresh.json("keys", "rotate", made["id"], "--overlap-hours", "1")
    fresh("keys", "revoke", successor["id"])
    states = {key["id"]: (key["replaced_by"], key["revoked_at"]) for key in fresh.json("keys", "list")}
    assert states[made["id"]][0] == successor["id"]
    assert states[successor["id"]][1] is not None
    assert "rotated" in fresh("keys", "list").stdout


def test_what_is_wrong_is_said(fresh: Command) -> None:
    assert "unknown scope 'everything'" in fresh("keys", "create", "x", "-s", "everything", status=2).output
    assert "kms keys list" in fresh("keys", "revoke", "abcd1234", status=2).output
    assert "kms users list" in fresh("users", "disable", "anna", status=2).output


def run_with_input(words: list[str], typed: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words, input=typed)
    return result.exit_code, result.output


def test_users(fresh: Command) -> None:
    status, output = run_with_input(
        ["users", "create", "Anna", "--role", "analyst"], f"{PASSWORD}\n{PASSWORD}\n"
    )
    assert (status, PASSWORD in output) == (0, False)
    status, _ = run_with_input(
        ["users", "create", "bert", "--role", "viewer", "--password-stdin"], f"{PASSWORD}\n"
    )
    assert status == 0
    fresh("users", "set-role", "bert", "curator")
    status, _ = run_with_input(["users", "set-password", "bert", "--password-stdin"], "another long one\n")
    assert status == 0
    fresh("users", "disable", "anna")
    listed = {user["name"]: (user["role"], user["is_disabled"]) for user in fresh.json("users", "list")}
    assert listed == {"anna": ("analyst", True), "bert": ("curator", False)}
    assert "may sign in" in fresh("users", "list").stdout
    fresh("users", "disable", "anna", "--undo")
    status, output = run_with_input(
        ["users", "create", "carl", "--role", "boss", "--password-stdin"], f"{PASSWORD}\n"
    )
    assert (status, "unknown role" in output) == (2, True)


def test_audit(fresh: Command) -> None:
    key = fresh.json("keys", "create", "shop", "-s", "search")
    fresh("keys", "revoke", key["id"])
    assert [entry["action"] for entry in fresh.json("audit", "list")] == ["key.revoke", "key.create"]
    assert "key.create" in fresh("audit", "list", "--action", "key.c").stdout
    report = fresh.json("audit", "verify")
    assert report["problem"] is None
    fresh("audit", "verify", "--head", report["head"])
    assert "2 entries, none changed" in fresh("audit", "verify").stdout
    assert "broken" in fresh("audit", "verify", "--head", f"1:{'0' * 64}", status=1).stdout


@pytest.mark.parametrize("command", ["serve", "demo"])
@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::"])
def test_no_server_starts_for_others_without_a_key(fresh: Command, command: str, host: str) -> None:
    shown = fresh(command, "--host", host, status=2).output
    assert "kms keys create" in shown
    assert "kms users create" in shown


def test_shopper_tokens_can_be_tried(fresh: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    from api.security.tokens import ShopperTokens
    from kms.settings import reset_settings

    assert "KMS_SHOPPER_SECRETS" in fresh("keys", "shopper-token", "s0028", status=2).output
    secret = "a secret that has more than 32 characters"
    monkeypatch.setenv("KMS_SHOPPER_SECRETS", f'{{"a": "{secret}"}}')
    reset_settings()
    token = fresh("keys", "shopper-token", "s0028", "--minutes", "5").stdout.strip()
    assert ShopperTokens({"a": secret}).check(token) == "s0028"
    assert secret not in fresh("settings").stdout


def test_the_log_on_disk_is_checked(fresh: Command) -> None:
    import sqlite3

    fresh("keys", "create", "shop", "-s", "search")
    with sqlite3.connect(Path(fresh.state) / "kms.db") as connection:
        connection.execute("DROP TRIGGER audit_no_update")
        connection.execute("UPDATE audit SET actor = 'cli:somebody-else'")
    assert "entry 1 was changed" in fresh("audit", "verify", status=1).stdout
