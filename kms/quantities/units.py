"""Units as shops write them, in English and Chinese.

The surface forms are compared case-folded, except those in ``CASED`` where case tells units apart
(``mW`` and ``MW``, ``Mb`` and ``MB``). Where one form means several units, the dimension that is asked for decides
(``MEANT_BY_DIMENSION``): ounces of a weight are mass, of a volume fluid.
"""

from __future__ import annotations

_FORMS: dict[str, tuple[str, ...]] = {
    "nanometer": ("nm", "nanometre", "nanometres", "nanometer", "nanometers", "纳米"),
    "micrometer": ("µm", "μm", "um", "micron", "microns", "微米"),
    "millimeter": ("mm", "mms", "millimetre", "millimetres", "millimeter", "millimeters", "毫米"),
    "centimeter": ("cm", "cms", "centimetre", "centimetres", "centimeter", "centimeters", "厘米", "公分"),
    "meter": ("m", "metre", "metres", "meter", "meters", "米"),
    "kilometer": ("km", "kilometre", "kilometres", "kilometer", "kilometers", "公里", "千米"),
    "inch": ("in", "inch", "inches", "in.", '"', "”", "″", "''", "英寸", "吋", "寸"),
    "foot": ("ft", "ft.", "foot", "feet", "英尺"),
    "mile": ("mi", "mile", "miles", "英里"),
    "yard": ("yd", "yard", "yards"),
    "milligram": ("mg", "milligram", "milligrams", "毫克"),
    "gram": ("g", "gr", "gram", "grams", "gramme", "grammes", "克"),
    "kilogram": ("kg", "kgs", "kilo", "kilos", "kilogram", "kilograms", "公斤", "千克"),
    "ounce": ("oz", "oz.", "ozs", "ounce", "ounces", "盎司"),
    "pound": ("lb", "lbs", "lb.", "lbs.", "pound", "pounds", "磅"),
    "metric_ton": ("tonne", "tonnes", "吨"),
    "milliliter": ("ml", "cc", "millilitre", "millilitres", "milliliter", "milliliters", "毫升"),
    "centiliter": ("cl", "centilitre", "centilitres"),
    "liter": ("l", "ltr", "ltrs", "lt", "litre", "litres", "liter", "liters", "升", "公升"),
    "fluid_ounce": ("fl oz", "fl. oz", "fl. oz.", "fl.oz", "fluid ounce", "fluid ounces", "floz"),
    "cup": ("cup", "cups"),
    "pint": ("pt", "pint", "pints", "品脱"),
    "quart": ("qt", "qts", "quart", "quarts"),
    "gallon": ("gal", "gallon", "gallons", "加仑"),
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
    "volt_ampere": ("va",),
    "volt": ("v", "volt", "volts", "vac", "vdc", "伏", "伏特"),
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
    "millibar": ("mbar",),
    "pascal": ("pa", "pascals", "帕"),
    "kilopascal": ("kpa", "千帕"),
    "megapascal": ("mpa", "兆帕"),
    "newton * meter": ("n·m", "n.m", "n m", "newton metres", "newton meters", "牛米", "牛·米", "牛顿米"),
    "foot * force_pound": ("ft-lb", "ft-lbs", "ft lb", "ft lbs", "ft·lb", "lb-ft", "lb·ft"),
    "inch * force_pound": ("in-lb", "in-lbs", "in lbs", "in·lb", "lb-in"),
    "newton": ("newton", "newtons", "牛顿"),
    "psi": ("psi",),
    "lumen": ("lm", "lumen", "lumens", "流明"),
    "candela": ("cd", "candela"),
    "candela / meter ** 2": ("cd/m2", "cd/m²", "nit", "nits", "尼特"),
    "lux": ("lux", "lx", "勒克斯"),
    "decibel": ("db", "dba", "db(a)", "decibel", "decibels", "分贝"),
    "degC": ("°c", "℃", "° c", "degrees celsius", "degrees c", "deg c", "celsius", "degc", "摄氏度", "度"),
    "degF": ("°f", "℉", "° f", "degrees fahrenheit", "degrees f", "deg f", "fahrenheit", "degf", "华氏度"),
    "degree": ("°", "deg", "degree", "degrees"),
    "kelvin": ("kelvin", "kelvins", "开尔文"),
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
    "gram / meter ** 2": ("gsm", "g/m2", "g/m²", "克/平方米", "克/平米", "克重"),
    "kilometer / hour": ("km/h", "kph", "公里/小时"),
    "mile / hour": ("mph",),
    "millimeter ** 2": ("mm2", "mm²", "平方毫米"),
    "centimeter ** 2": ("cm2", "cm²", "平方厘米"),
    "meter ** 3": ("m3", "m³", "cbm", "立方米"),
    "centimeter ** 3": ("cm3", "cm³", "立方厘米"),
    "meter ** 3 / hour": ("m3/h", "m³/h", "m³/hr", "m3/hr", "立方米/小时"),
    "liter / minute": ("l/min", "lpm", "升/分钟"),
    "liter / hour": ("l/h", "lph", "升/小时"),
    "kilogram / meter ** 3": ("kg/m3", "kg/m³"),
    "gram / centimeter ** 3": ("g/cm3", "g/cm³"),
    "meter / second ** 2": ("m/s2", "m/s²"),
    "meter / second": ("m/s", "米/秒"),
    "joule": ("joule", "joules", "焦耳"),
    "kilojoule": ("kj", "千焦"),
    "kilocalorie": ("kcal", "千卡", "大卡"),
    "meter ** 2": ("m2", "m²", "sqm", "square metres", "square meters", "平方米", "平米"),
    "pixel": ("pixel", "pixels", "px", "像素"),
    "megapixel": ("mp", "megapixel", "megapixels", "百万像素"),
    "percent": ("%", "percent", "per cent"),
    "count": (
        "pc", "pcs", "pc(s)", "piece", "pieces", "pack", "packs", "pk", "ct", "count", "sheets", "pairs",
        "件", "个", "片", "只", "包", "双", "套", "支", "枚", "人",
    ),
}  # fmt: skip

FORM_LENGTH = 24
"""No form is longer."""

UNIT_OF_SURFACE: dict[str, str] = {form.casefold(): unit for unit, forms in _FORMS.items() for form in forms}
"""Case-folded surface form to pint's unit name."""

CASED: dict[str, str] = {
    "Nm": "newton * meter",
    "NM": "newton * meter",
    "Ncm": "newton * centimeter",
    "mW": "milliwatt",
    "MW": "megawatt",
    "Mb": "megabit",
    "Gb": "gigabit",
    "Mb/s": "megabit / second",
    "Gb/s": "gigabit / second",
    "K": "kelvin",
    "M": "meter",
    "T": "terabyte",
    "C": "degC",
    "F": "degF",
}
"""Forms where case decides; looked up before ``UNIT_OF_SURFACE``."""

SCALED: dict[str, tuple[str, float]] = {
    "斤": ("kilogram", 0.5),
    "公斤": ("kilogram", 1.0),
    "市斤": ("kilogram", 0.5),
    "两": ("gram", 50.0),
}
"""Units that pint does not have: a unit that it has, and how many of it."""

ON_REQUEST = frozenset({"C", "F", "T"})
"""Forms that stand for a unit only where its dimension is asked for: "Type-C 65W" has no temperature."""

MEANT_BY_DIMENSION: dict[str, dict[str, str]] = {
    "ounce": {"volume": "fluid_ounce"},
    "gram": {"data_size": "gigabyte", "density": "gram / meter ** 2"},
    "generation": {"data_size": "gigabyte"},
    "meter": {"data_size": "megabyte"},
    "degree": {"temperature": "degC"},
    "milliampere": {"charge": "milliampere_hour"},
    "kelvin": {"colour_temperature": "kelvin"},
}
"""What a form of a unit means where another dimension is asked for than its own.

Bottles have ounces of a volume, sticks "128g" of bytes, fabrics "克" to the square metre, ovens degrees of heat.
"""

SIZES_OF_MEMORY = frozenset({*(2**n for n in range(3, 13)), 12, 24, 48, 96, 192, 384, 1000})
"""Numbers that a "g" is taken for gigabytes behind: modules and sticks have no others."""

SIZES_OF_DRIVES = frozenset(
    {20, 40, 60, 80, 120, 160, 240, 250, 300, 320, 480, 500, 600, 640, 750, 960, 2000}
)
"""Further numbers of drives: before a "G" in capitals only."""

NEVER_IN_THOUSANDTHS = frozenset(
    {"milliampere_hour", "revolutions_per_minute", "lumen", "dots_per_inch", "pixels_per_inch", "psi", "pascal", "count",
     "pixel", "lux", "megabyte", "kilobyte", "milligram", "milliampere", "megabit / second", "microliter"}
)  # fmt: skip
"""Units of which nobody gives thousandths: 20.000 mAh are twenty thousand."""

SELDOM_IN_THOUSANDTHS = frozenset(
    {"milliliter", "millimeter", "watt", "volt", "hertz", "gram", "gigabyte", "minute", "kelvin", "volt_ampere",
     "watt_hour", "meter", "hour", "day", "gram / meter ** 2", "candela / meter ** 2", "megahertz", "decibel"}
)  # fmt: skip
"""Units of which thousandths are given now and then, but not with a zero at their end: 1.500 ml are fifteen hundred."""

COMPOUND: dict[tuple[str, str], int] = {
    ("foot", "inch"): 12, ("yard", "foot"): 3, ("pound", "ounce"): 16, ("meter", "centimeter"): 100,
    ("kilogram", "gram"): 1000, ("liter", "milliliter"): 1000, ("day", "hour"): 24, ("hour", "minute"): 60,
    ("minute", "second"): 60, ("year", "month"): 12, ("week", "day"): 7,
}  # fmt: skip
"""Units that are written one behind the other ("6 ft 6 in"), and how many of the second make one of the first."""

FOOT_MARK = "'"

SHORT_FORMS: dict[str, str] = {unit: forms[0].replace(" ", "") for unit, forms in _FORMS.items()}
"""Pint's unit name to one short form without blanks: what all ways to write a unit are searched as."""

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
