from __future__ import annotations

import pytest

from extraction.rules.contexts import is_foreign
from extraction.rules.moods import is_supposed


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
        ("相比上一代，续航提升了，可用30小时", "30小时", False),
        ("比上一代的900克更轻，只有700克", "900克", True),
        ("比上一代的900克更轻，只有700克", "700克", False),
        ("市售饭盒多是塑料，我们选用玻璃", "塑料", True),
        ("市售饭盒多是塑料，我们选用玻璃", "玻璃", False),
        ("还有1升款可选", "1升", True),
        ("Compared with the old kit, the pump runs 9 hours.", "9 hours", False),
        ("Unlike nylon packs, the Fell is made of hemp.", "hemp", False),
        ("Unlike nylon packs, the Fell is made of hemp.", "nylon", True),
        ("My brother's pair is leather.", "leather", True),
        ("Where other toasters need 1400 W, ours needs 900 W.", "1400 W", True),
        ("Where other toasters need 1400 W, ours needs 900 W.", "900 W", False),
        ("Other parts are brass.", "brass", False),
        ("Runs 9 hours, up from 6 hours.", "6 hours", True),
        ("Take the 3 l version for crowds.", "3 l", True),
        ("We also offer an R 6 version.", "R 6", True),
        ("The 2 l model is heavy; this one holds 1 l.", "2 l", True),
        ("The 2020 edition had 600 W; today's pump has 900 W.", "600 W", True),
        ("The 2020 edition had 600 W; today's pump has 900 W.", "900 W", False),
        ("Customers also viewed: oak tray", "oak", True),
        ("别的水壶只能保温4小时，它能保温9小时", "9小时", False),
        ("As tough as a nylon strap.", "nylon", True),
        ("As bright as the 300 lm promise.", "300 lm", False),
        ("Cooler than nylon, made of hemp.", "hemp", False),
        ("不同于纸杯，这里用陶瓷", "纸", True),
        ("My aunt's chair is plastic, but this is oak.", "plastic", True),
        ("My aunt's chair is plastic, but this is oak.", "oak", False),
        ("My aunt's birthday gift is oak.", "oak", False),
    ],
)
def test_values_behind_a_comparison_are_foreign(text: str, mention: str, expected: bool) -> None:
    assert is_foreign(text, (0, len(text)), text.index(mention)) is expected


@pytest.mark.parametrize(
    ("text", "mention", "expected"),
    [
        ("I wish it were leather.", "leather", True),
        ("I would have liked a red one", "red", True),
        ("I thought it was wool", "wool", True),
        ("要是有红色就好了", "红色", True),
        ("It was sold as leather", "leather", True),
        ("号称防水，结果第一天就进水", "防水", True),
        ("号称防水，确实如此", "防水", False),
        ("It is leather, I wish it were lighter.", "leather", False),
        ("I thought about it and bought the red one", "red", False),
    ],
)
def test_what_is_only_wished_for(text: str, mention: str, expected: bool) -> None:
    assert is_supposed(text, (0, len(text)), text.index(mention)) is expected
