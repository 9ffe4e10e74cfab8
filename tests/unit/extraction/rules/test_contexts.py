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
        ("The previous jug held 900 ml.", "900 ml", True),
        ("Most rucksacks weigh 2 kg.", "2 kg", True),
        ("Its predecessor lasted 8 hours, this one 12.", "8 hours", True),
        ("Rival brands use nylon.", "nylon", True),
        ("Softer than linen.", "linen", True),
        ("Smaller than the 700 g Corrie; this one weighs 510 g.", "700 g", True),
        ("Smaller than the 700 g Corrie; this one weighs 510 g.", "510 g", False),
        ("The old jug held 900 ml; the new one holds 1.4 l.", "1.4 l", False),
        ("Comes with its 12-hour battery.", "12-hour", False),
        ("A pack for the hills, which weighs 800 g.", "800 g", False),
        ("It has the 32 GB that films need.", "32 GB", False),
        ("Lasts longer than 20 hours.", "20 hours", False),
        ("For children over 5 years old, cotton.", "cotton", False),
        ("上一代重900克", "900克", True),
        ("上一代重900克，这款重700克", "700克", False),
        ("Unlike the Drift. It weighs 210 g.", "210 g", False),
        ("It weighs 210 g.", "210 g", False),
        ("比起旧款的310克", "310克", True),
        ("人家是真皮的，这款是帆布", "真皮", True),
        ("人家是真皮的，这款是帆布", "帆布", False),
        ("适合4人家庭的帐篷，卡其色", "卡其色", False),
        ("A third of the weight of steel.", "steel", True),
        ("Twice the warmth of wool", "wool", True),
        ("Half the effort of steel: at 1.7 kg it is light", "1.7 kg", False),
        ("Twice as warm, pure wool", "wool", False),
        ("相比旧款，这款重210克", "210克", False),
    ],
)
def test_values_behind_a_comparison_are_foreign(text: str, mention: str, expected: bool) -> None:
    assert is_foreign(text, (0, len(text)), text.index(mention)) is expected
