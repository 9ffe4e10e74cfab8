"""Measures that are named after a part, a filling or another state of the product."""

from __future__ import annotations

import pytest

from extraction.rules.named_parts import are_alternatives, is_gross, is_named_after_part, is_of_size


@pytest.mark.parametrize(
    ("before", "title", "named"),
    [
        ("炉膛直径", "便携炉", True),
        ("把手长", "手提锯", True),
        ("绒毛填充", "坐垫", True),
        ("座高", "吧台凳", True),
        ("折叠后", "露营桌", True),
        ("，长", "腰带", False),
        ("全长", "手提锯", False),
        ("锯长", "手提锯", False),
        ("单件约重", "坐垫", False),
        ("长2米宽", "腰带", False),
        ("净重仅", "坐垫", False),
    ],
)
def test_chinese_names_before_measures(before: str, title: str, named: bool) -> None:
    assert is_named_after_part(before, set(), title, "zh", is_side=False) is named


@pytest.mark.parametrize(
    ("before", "named"),
    [
        ("Solid frame. Lid height ", True),
        ("Width 30 cm, spout ", True),
        ("It has a filling (fill weight ", True),
        ("Shipping weight: ", True),
        ("Net weight ", False),
        ("Overall height: ", False),
        ("40 cm wide, ", False),
        ("The kettle ", False),
        ("We have sold these in lengths of ", False),
    ],
)
def test_english_names_before_measures(before: str, named: bool) -> None:
    assert is_named_after_part(before, {"kettle"}, "Kettle", "en", is_side=False) is named


def test_sides_are_the_products_unless_it_is_folded() -> None:
    assert is_named_after_part("90 x 60 cm, folds flat to ", set(), "Table", "en", is_side=True)
    assert is_named_after_part("收纳后", set(), "桌", "zh", is_side=True)
    assert not is_named_after_part("Finished size ", set(), "Table", "en", is_side=True)


def test_nothing_is_told_of_a_product_without_a_title() -> None:
    assert not is_named_after_part("Lid height ", set(), "", "en", is_side=False)


@pytest.mark.parametrize(
    ("before", "after", "language", "gross"),
    [
        ("gross weight ", ".", "en", True),
        ("", " including packaging", "en", True),
        ("net weight ", ".", "en", False),
        ("毛重约", "", "zh", True),
        ("连罐重", "", "zh", True),
        ("净重", "", "zh", False),
        ("净含", "", "zh", False),
    ],
)
def test_gross_masses(before: str, after: str, language: str, gross: bool) -> None:
    assert is_gross(before, after, language) is gross  # type: ignore[arg-type]


def test_lengths_of_sizes() -> None:
    assert is_of_size("310 g in L (")
    assert is_of_size("Sizes from ")
    assert not is_of_size("Finished size ")


def test_two_metric_numbers_are_no_fraction() -> None:
    assert are_alternatives("8/10厘米")
    assert are_alternatives("8/10 cm")
    assert not are_alternatives("3/4 in")
    assert not are_alternatives("3/4")
    assert not are_alternatives('1/2"')
