"""Nearest names: the nearest first, none where none is near."""

from __future__ import annotations

from kms.text.nearest import nearest_name, nearest_names

NAMES = ("colour", "collar", "weight")


def test_the_nearest_names_come_first() -> None:
    assert nearest_names("colar", NAMES, limit=3) == ["collar", "colour"]
    assert nearest_names("colar", NAMES, limit=1) == ["collar"]
    assert nearest_name("COLOR", NAMES) == "colour"


def test_nothing_is_near_what_is_like_nothing() -> None:
    assert nearest_names("zzz", NAMES, limit=3) == []
    assert nearest_name("zzz", ()) is None
