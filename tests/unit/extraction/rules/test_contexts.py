from __future__ import annotations

import pytest

from extraction.rules.contexts import is_foreign


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("Unlike the Drift, which weighs 310 g.", "310 g", True),
        ("Lighter than the Drift with its 310 g.", "310 g", True),
        ("Compared to the Pro (1800 W) it is quiet.", "1800 W", True),
        ("My old pair had steel hinges.", "steel", True),
        ("Unlike the Drift, this one weighs 210 g.", "210 g", False),
        ("Unlike the Drift. It weighs 210 g.", "210 g", False),
        ("It weighs 210 g.", "210 g", False),
        ("比起旧款的310克", "310克", True),
        ("相比旧款，这款重210克", "210克", False),
    ],
)
def test_values_behind_a_comparison_are_foreign(text: str, mention: str, expected: bool) -> None:
    assert is_foreign(text, (0, len(text)), text.index(mention)) is expected
