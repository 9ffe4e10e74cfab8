from __future__ import annotations

import pytest

from kms.decisions.contexts import CHARACTERS, context_of, fold

TEXT = "Weight: 1.2 kg\nColour:  Deep RED,  matt\nScent: none"


def context(text: str, surface: str) -> str:
    start = text.index(surface)
    return context_of(text, start, start + len(surface))


def test_the_context_is_the_line_around_a_mention() -> None:
    assert context(TEXT, "RED") == "colour: deep red, matt"


@pytest.mark.parametrize(
    "text", [TEXT.replace("1.2 kg", "900 g"), "A new line\n" + TEXT, TEXT.replace("  ", " ")]
)
def test_changes_elsewhere_leave_it(text: str) -> None:
    assert context(text, "RED") == context(TEXT, "RED")


def test_a_change_beside_the_mention_makes_another() -> None:
    assert context(TEXT.replace("Deep", "Not"), "RED") != context(TEXT, "RED")


def test_of_a_long_line_so_much_as_counts() -> None:
    text = "x" * 500 + " steel " + "y" * 500
    assert len(context(text, "steel")) <= 2 * CHARACTERS + len("steel")
    assert context("z" + text + "z", "steel") == context(text, "steel")


def test_folding() -> None:
    assert fold("  Ｒｅｄ\tKETTLE ") == "red kettle"
