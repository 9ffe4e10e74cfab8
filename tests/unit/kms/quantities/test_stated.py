"""Numbers that people state: all that is said is kept, or it is refused."""

from __future__ import annotations

import pytest

from kms.errors import InputError
from kms.facts.targets import read_quantity_key
from kms.quantities.stated import check_possible, check_whole
from kms.quantities.values import QuantityError, parse_quantity


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("2.4 kg", "mass"),
        ("250g", "mass"),
        ("1–2 kg", "mass"),
        ("5 lb 3 oz", "mass"),
        ("3公斤", "mass"),
        ("1.7 liter", "volume"),
        ("-10 °C", "temperature"),
        ("-10 to 40 °C", "temperature"),
        ("零下5度", "temperature"),
        ("0 °C", "temperature"),
        ("100-240 V", "voltage"),
        ("12", "count"),
        ("0", "count"),
        ("-5 dB", "sound_level"),
    ],
)
def test_one_number_or_range_with_its_unit_is_taken(text: str, dimension: str) -> None:
    check_whole(text, dimension)
    check_possible(parse_quantity(text, dimension), text)


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("-5 g", "mass"),
        ("minus 5 g", "mass"),
        ("-5 gram", "mass"),
        ("up to 3 kg", "mass"),
        ("bis 3 kg", "mass"),
        ("> 3 kg", "mass"),
        ("≤3kg", "mass"),
        ("3 kg+", "mass"),
        ("3 kg or more", "mass"),
        ("不超过3公斤", "mass"),
        ("0 g", "mass"),
        ("0.0 kilogram", "mass"),
        ("10 x 20 cm", "length"),
        ("-3", "count"),
        ("at most 4", "count"),
    ],
)
def test_signs_bounds_and_nothing_are_refused(text: str, dimension: str) -> None:
    def check() -> None:
        check_whole(text, dimension)
        check_possible(parse_quantity(text, dimension), text)

    with pytest.raises(QuantityError, match=r"number|negative|nothing"):
        check()


@pytest.mark.parametrize("key", ["nan kilogram", "inf kilogram", "3..2 kilogram", "1..nan kilogram"])
def test_a_key_is_a_finite_number_or_a_range_in_order(key: str) -> None:
    with pytest.raises(InputError, match="no number or range"):
        read_quantity_key(key, "mass")
