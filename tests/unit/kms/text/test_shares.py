from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.shares import find_shares, is_whole, split_cell


@pytest.mark.parametrize(
    ("cell", "shares"),
    [
        ("80% acrylic, 20% wool", {"acrylic": 80, "wool": 20}),
        ("55% linen / 45% cotton", {"linen": 55, "cotton": 45}),
        ("100 % merino wool", {"merino wool": 100}),
        ("Merino wool 70%, nylon 30%", {"Merino wool": 70, "nylon": 30}),
        ("cotton (80%), silk (20%)", {"cotton": 80, "silk": 20}),
        ("60 pct hemp 40 pct jute", {"hemp": 60, "jute": 40}),
        ("98.5% cotton and 1.5% elastane", {"cotton": 98.5, "elastane": 1.5}),
        ("80 % Baumwolle und 20 % Seide", {"Baumwolle": 80, "Seide": 20}),
        ("Shell: 100% nylon; lining: 100% polyester", {"nylon": 100, "polyester": 100}),
        ("棉80% 涤20%", {"棉": 80, "涤": 20}),
        ("羊毛 70%、锦纶 30%", {"羊毛": 70, "锦纶": 30}),
        ("百分之八十五棉，百分之十五氨纶", {"棉": 85, "氨纶": 15}),
    ],
)
def test_the_parts_of_a_composition_are_named_without_their_shares(
    cell: str, shares: dict[str, float]
) -> None:
    found = find_shares(cell)
    assert {share.name: share.percent for share in found} == shares
    assert is_whole(found)
    assert split_cell(cell) == tuple(shares)


def test_what_makes_up_no_whole_is_no_composition() -> None:
    assert not is_whole(find_shares("70% cocoa"))
    assert find_shares("40%") == () and find_shares("oak, ash") == ()
    assert split_cell("oak, ash / beech") == ("oak", "ash", "beech")


@given(st.text(max_size=60))
def test_any_cell_is_read(cell: str) -> None:
    assert all(share.name.strip() == share.name != "" for share in find_shares(cell))
