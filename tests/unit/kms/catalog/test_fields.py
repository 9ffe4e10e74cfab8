"""Codes, words of feeds, paths, addresses and dates as shops write them."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.catalog.fields import (
    read_availability,
    read_code,
    read_condition,
    read_flag,
    read_gtin,
    read_paths,
    read_period,
    read_stock,
    read_url,
    split_list,
)
from kms.catalog.identifiers import handle_of, to_identifier
from kms.catalog.models import Product
from kms.catalog.rows import RowProblem
from kms.catalog.values import read_moment


@pytest.mark.parametrize(
    ("written", "gtin"),
    [
        ("4006381333931", "4006381333931"),
        (" 4006381-333931 ", "4006381333931"),
        ("'4006381333931", "4006381333931"),
        ('="4006381333931"', "4006381333931"),
        (4006381333931, "4006381333931"),
        (4006381333931.0, "4006381333931"),
        ("36000291452", "036000291452"),
        ("73513537", "73513537"),
        ("3-16-148410-X", "9783161484100"),
        ("0000000000000", None),
    ],
)
def test_gtins_are_read_as_digits_with_their_check_digit(written: object, gtin: str | None) -> None:
    assert read_gtin("gtin", written) == gtin


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("4006381333932", "check digit is wrong"),
        ("4.00638E+12", "rounded by a spreadsheet"),
        ("12345", "has not 8, 12, 13 or 14 digits"),
        ("SKU-1", "has not 8, 12, 13 or 14 digits"),
    ],
)
def test_wrong_gtins_say_what_is_wrong(written: str, why: str) -> None:
    with pytest.raises(RowProblem, match=why):
        read_gtin("gtin", written)


@given(st.text(max_size=20))
def test_a_gtin_that_is_read_is_one_that_a_product_may_have(written: str) -> None:
    try:
        gtin = read_gtin("gtin", written)
    except RowProblem:
        return
    assert Product(id="P", title="Rope", gtin=gtin).gtin == gtin


@given(st.text(min_size=1, max_size=300).filter(lambda code: bool(code.strip())))
def test_every_code_makes_an_id(code: str) -> None:
    identifier = to_identifier(code)
    assert Product(id=identifier, title="Rope").id == identifier
    assert to_identifier(identifier) == identifier


def test_ids_of_codes_that_look_alike_stay_apart() -> None:
    codes = ["A/B-12", "A_B-12", "A B-12", "A#B-12", "A?B-12"]
    ids = [to_identifier(code) for code in codes]
    assert len(set(ids)) == 5
    assert ids[1] == "A_B-12" and all(each.startswith("A_B-12") for each in ids)
    assert to_identifier("ABC-12") == "ABC-12" and to_identifier("Größe-4") == "Größe-4"


def test_handles_are_made_of_titles() -> None:
    assert handle_of("Tug rope, 3 knots!") == "tug-rope-3-knots"
    assert handle_of("宠物 窝(大)") == "宠物-窝-大"


def test_words_of_feeds() -> None:
    words = ("in stock", "in_stock", "https://schema.org/InStock", "InStock", "有货", "LimitedAvailability")
    assert {read_availability("availability", word) for word in words} == {"in_stock"}
    assert read_availability("availability", "http://schema.org/SoldOut") == "out_of_stock"
    assert read_availability("availability", "Pre-order") == "preorder"
    assert read_condition("condition", "https://schema.org/RefurbishedCondition") == "refurbished"
    assert [read_flag("published", word) for word in ("TRUE", "false", "1", 0, "Ja", "否")] == [
        True, False, True, False, True, False,
    ]  # fmt: skip
    for reader in (read_availability, read_condition, read_flag):
        with pytest.raises(RowProblem):
            reader("field", "perhaps")
    assert (read_stock("stock", "12"), read_stock("stock", "-1"), read_stock("stock", 3.0)) == (12, -1, 3)


def test_paths_codes_addresses_and_lists() -> None:
    assert read_paths(
        "paths", ["Pets &amp; Co > Dogs >  Beds", "Pets & Co > Dogs > Beds", "  ", "宠物›狗›窝"]
    ) == (
        ("Pets & Co", "Dogs", "Beds"),
        ("宠物", "狗", "窝"),
    )
    assert read_code("sku", "'A/B-12 #7") == "A/B-12 #7"
    assert read_url("link", "//cdn.test/a b.jpg") == "https://cdn.test/a%20b.jpg"
    for wrong in ("javascript:alert(1)", "not a link", "ftp://x.test/a"):
        with pytest.raises(RowProblem, match="no address"):
            read_url("link", wrong)
    assert split_list(r"Nuts\, bolts, Screws ,,") == ["Nuts, bolts", "Screws"]


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2026-01-31 14:05:09 -0500", "2026-01-31T19:05:09+00:00"),
        ("2026-01-31 14:05:09 UTC", "2026-01-31T14:05:09+00:00"),
        ("31.01.2026 8:15", "2026-01-31T08:15:00+00:00"),
        ("3. Februar 2026", "2026-02-03T00:00:00+00:00"),
        ("31/01/2026", "2026-01-31T00:00:00+00:00"),
        ("01/31/2026 2:30 PM", "2026-01-31T14:30:00+00:00"),
        ("05/05/2026", "2026-05-05T00:00:00+00:00"),
        ("Jan 31, 2026", "2026-01-31T00:00:00+00:00"),
        ("January 31st, 2026 at 3:04 pm", "2026-01-31T15:04:00+00:00"),
        ("Sat, 31 Jan 2026 10:00:00 +0200", "2026-01-31T08:00:00+00:00"),
        ("2026年3月5日 14:30", "2026-03-05T14:30:00+00:00"),
        ("2026/1/5", "2026-01-05T00:00:00+00:00"),
        ("20260131", "2026-01-31T00:00:00+00:00"),
        ("2016-02-24T11:07+0100", "2016-02-24T10:07:00+00:00"),
    ],
)
def test_dates_in_the_usual_writings(written: str, moment: str) -> None:
    assert read_moment("date", written).isoformat() == moment


@pytest.mark.parametrize("written", ["03/04/2026", "may", "2026-02-30", "call 2026 12345", "12.05", "x" * 80])
def test_dates_that_are_none_or_may_be_two_are_refused(written: str) -> None:
    with pytest.raises(RowProblem):
        read_moment("date", written)


def test_a_format_settles_what_a_date_means() -> None:
    assert read_moment("date", "03/04/2026", format="%d/%m/%Y").isoformat() == "2026-04-03T00:00:00+00:00"
    with pytest.raises(RowProblem, match="of the form"):
        read_moment("date", "2026-04-03", format="%d/%m/%Y")


@given(st.text(max_size=40))
def test_no_text_breaks_the_reader_of_dates(written: str) -> None:
    with suppress(RowProblem):
        read_moment("date", written)


def test_periods() -> None:
    begin, end = read_period("sale", "2026-01-01T00:00-0800/2026-01-31T23:59-0800")
    assert begin is not None and end is not None and begin.hour == 8 and end.day == 1
    assert read_period("sale", "2026-01-01/")[1] is None
    with pytest.raises(RowProblem, match="no period"):
        read_period("sale", "soon")
