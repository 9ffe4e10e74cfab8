from __future__ import annotations

import pytest

from kms.sample.quantities import quantity_problem, surface_problem


@pytest.mark.parametrize(
    "value", ["30 hour", "1.5 kilowatt_hour", "-10 degC", "20", "hour", "1,5 liter", "3 stonez"]
)
def test_quantities_are_number_and_unit_of_the_dimension(value: str) -> None:
    assert (quantity_problem(value, "time") is None) == (value == "30 hour")


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("30 hours", "30 hour"),
        ("28Hrs", "28 hour"),
        ("1.7L", "1.7 liter"),
        ("1,7 l", "1.7 liter"),
        ("5,200 mAh", "5200 milliampere_hour"),
        ("1.500 g", "1500 gram"),
        ("30小时", "30 hour"),
        ("两小时", "2 hour"),
        ("一公斤八", "1.8 kilogram"),
        ("half an hour", "0.5 hour"),
        ("four pockets", "4 count"),
        ("1½ litres", "1.5 liter"),
        ("7 1/2 lb", "7.5 pound"),
        ("3 min 30", "3.5 minute"),
        ("16 oz", "16 fluid_ounce"),
        ("512G", "512 gigabyte"),
        ("-10 °C", "-10 degC"),
        ("10-inch", "10 inch"),
        ("all day", "24 hour"),
        ("IP 20", "20 count"),
    ],
)
def test_words_that_say_the_value(surface: str, value: str) -> None:
    assert surface_problem(surface, value) is None


@pytest.mark.parametrize(
    ("surface", "value"),
    [
        ("30 hours", "20 hour"),
        ("30 hours", "30 minute"),
        ("410 g", "410 kilogram"),
        ("½ litre", "2 liter"),
        ("three years", "2 year"),
        ("两小时", "3 hour"),
        ("1.7L", "17 liter"),
        ("30毫米", "30 centimeter"),
    ],
)
def test_words_that_contradict_the_value(surface: str, value: str) -> None:
    assert surface_problem(surface, value) is not None
