"""Units as shops write them, in English and Chinese.

The surface forms are compared case-folded, except those in ``CASED`` where case tells units apart
(``mW`` and ``MW``, ``Mb`` and ``MB``).
"""

from __future__ import annotations

_FORMS: dict[str, tuple[str, ...]] = {
    "millimeter": ("mm", "millimetre", "millimetres", "millimeter", "millimeters", "毫米"),
    "centimeter": ("cm", "cms", "centimetre", "centimetres", "centimeter", "centimeters", "厘米", "公分"),
    "meter": ("m", "metre", "metres", "meter", "meters", "米"),
    "kilometer": ("km", "kilometre", "kilometres", "kilometer", "kilometers", "公里", "千米"),
    "inch": ("in", "inch", "inches", "in.", '"', "”", "″", "''", "-inch", "英寸", "吋", "寸"),
    "foot": ("ft", "ft.", "foot", "feet", "英尺"),
    "yard": ("yd", "yard", "yards"),
    "milligram": ("mg", "milligram", "milligrams", "毫克"),
    "gram": ("g", "gr", "gram", "grams", "gramme", "grammes", "克"),
    "kilogram": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "公斤", "千克"),
    "ounce": ("oz", "oz.", "ounce", "ounces", "盎司"),
    "pound": ("lb", "lbs", "lb.", "lbs.", "pound", "pounds", "磅"),
    "milliliter": ("ml", "millilitre", "millilitres", "milliliter", "milliliters", "毫升"),
    "centiliter": ("cl", "centilitre", "centilitres"),
    "liter": ("l", "ltr", "litre", "litres", "liter", "liters", "升", "公升"),
    "fluid_ounce": ("fl oz", "fl. oz", "fl. oz.", "fl.oz", "fluid ounce", "fluid ounces", "floz"),
    "cup": ("cup", "cups"),
    "quart": ("qt", "quart", "quarts"),
    "gallon": ("gal", "gallon", "gallons"),
    "second": ("s", "sec", "secs", "second", "seconds", "秒", "秒钟"),
    "millisecond": ("ms", "millisecond", "milliseconds", "毫秒"),
    "minute": ("min", "mins", "minute", "minutes", "分钟", "分"),
    "hour": ("h", "hr", "hrs", "hour", "hours", "小时", "个小时", "钟头"),
    "day": ("day", "days", "天", "日"),
    "week": ("week", "weeks", "周", "星期"),
    "month": ("month", "months", "mo", "个月", "月"),
    "year": ("year", "years", "yr", "yrs", "年"),
    "watt": ("w", "watt", "watts", "瓦", "瓦特"),
    "kilowatt": ("kw", "kilowatt", "kilowatts", "千瓦"),
    "volt": ("v", "volt", "volts", "伏", "伏特"),
    "ampere": ("a", "amp", "amps", "ampere", "安"),
    "milliampere": ("ma", "milliamp", "毫安"),
    "milliampere_hour": ("mah", "毫安时"),
    "ampere_hour": ("ah", "安时"),
    "watt_hour": ("wh", "瓦时"),
    "kilowatt_hour": ("kwh", "千瓦时", "度电"),
    "ohm": ("ω", "ohm", "ohms", "欧", "欧姆"),
    "hertz": ("hz", "hertz", "赫兹", "赫"),
    "kilohertz": ("khz", "千赫"),
    "megahertz": ("mhz", "兆赫"),
    "gigahertz": ("ghz",),
    "revolutions_per_minute": ("rpm", "r/min", "转/分", "转/分钟", "转"),
    "bar": ("bar", "bars", "巴"),
    "pascal": ("pa", "帕"),
    "psi": ("psi",),
    "lumen": ("lm", "lumen", "lumens", "流明"),
    "lux": ("lux", "lx", "勒克斯"),
    "decibel": ("db", "dba", "db(a)", "decibel", "decibels", "分贝"),
    "degC": ("°c", "℃", "° c", "degrees celsius", "degrees c", "celsius", "degc", "摄氏度", "度"),
    "degF": ("°f", "℉", "° f", "degrees fahrenheit", "fahrenheit", "degf", "华氏度"),
    "degree": ("°", "deg", "degree", "degrees"),
    "kilobyte": ("kb", "kilobyte", "kilobytes"),
    "megabyte": ("mb", "megabyte", "megabytes"),
    "gigabyte": ("gb", "gig", "gigs", "gigabyte", "gigabytes", "g内存"),
    "terabyte": ("tb", "terabyte", "terabytes"),
    "megabyte / second": ("mb/s", "mbyte/s", "mbps读取", "兆/秒"),
    "gigabyte / second": ("gb/s",),
    "megabit / second": ("mbps", "mbit/s"),
    "gigabit / second": ("gbps", "gbit/s"),
    "dots_per_inch": ("dpi",),
    "pixels_per_inch": ("ppi",),
    "gram / meter ** 2": ("gsm", "g/m2", "g/m²", "克/平方米", "克重"),
    "kilometer / hour": ("km/h", "kph", "公里/小时"),
    "mile / hour": ("mph",),
    "meter ** 2": ("m2", "m²", "sqm", "square metres", "square meters", "平方米", "平米"),
    "megapixel": ("mp", "megapixel", "megapixels", "万像素"),
    "percent": ("%", "percent", "per cent"),
    "count": (
        "pc", "pcs", "pc(s)", "piece", "pieces", "pack", "packs", "pk", "ct", "count", "sheets", "pairs", "x",
        "件", "个", "片", "只", "包", "双", "套", "支", "枚", "人",
    ),
}  # fmt: skip

UNIT_OF_SURFACE: dict[str, str] = {form.casefold(): unit for unit, forms in _FORMS.items() for form in forms}
"""Case-folded surface form to pint's unit name."""

CASED: dict[str, str] = {
    "mW": "milliwatt",
    "MW": "megawatt",
    "Mb": "megabit",
    "Gb": "gigabit",
    "Mb/s": "megabit / second",
    "Gb/s": "gigabit / second",
    "K": "kelvin",
}
"""Forms where case decides; looked up before ``UNIT_OF_SURFACE``."""

SHORT_FORMS: dict[str, str] = {unit: forms[0].replace(" ", "") for unit, forms in _FORMS.items()}
"""Pint's unit name to one short form without blanks: what all ways to write a unit are searched as."""

LOOSELY_MEASURED: dict[str, tuple[str, ...]] = {"degree": ("temperature",)}
"""What shops also measure in a unit that, strictly, measures something else: an oven of 200 degrees."""

SHOWN: dict[str, tuple[str, str]] = {
    "count": ("", ""),
    "day": ("days", "天"),
    "degree": ("°", "°"),
    "dots_per_inch": ("dpi", "dpi"),
    "fluid_ounce": ("fl oz", "fl oz"),
    "hour": ("h", "小时"),
    "minute": ("min", "分钟"),
    "month": ("months", "个月"),
    "pixels_per_inch": ("ppi", "ppi"),
    "second": ("s", "秒"),
    "week": ("weeks", "周"),
    "year": ("years", "年"),
}
"""How labels write a unit, English and Chinese, where pint's symbol is not what shops write."""
