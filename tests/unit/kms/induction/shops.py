"""Two small shops in fields that the default ontology does not have: garden tools in English, pet food in Chinese."""

from __future__ import annotations

from collections.abc import Iterator

from kms.catalog.models import Product

_KINDS = (
    (
        "Hand tools > Secateurs",
        "Bypass secateurs",
        {"Blade material": "Carbon steel", "Cutting diameter (mm)": "22"},
    ),
    ("Hand tools > Rakes", "Leaf rake", {"Number of tines": "18", "Handle material": "Ash wood"}),
    (
        "Power tools > Hedge trimmers",
        "Hedge trimmer",
        {"Blade length (cm)": "55", "Cordless": "Yes", "Tooth gap": "24 mm"},
    ),
    (
        "Power tools > Grinders",
        "Angle grinder",
        {"Max torque": "12 Nm", "No-load speed": "11,000 rpm", "Cordless": "No"},
    ),
    (
        "Watering > Hoses",
        "Garden hose",
        {"Length in m": "25", "Burst pressure": "24 bar", "Fittings included": "yes"},
    ),
)
_COLOURS = ("Verdigris", "Black", "Signal orange", "red")


def garden_products() -> Iterator[Product]:
    """Forty products with tables, options and paths."""
    for number in range(40):
        path, title, table = _KINDS[number % len(_KINDS)]
        rows = {
            **table,
            "Colour": _COLOURS[number % 4],
            "weight_g": str(400 + 10 * number),
            "Item no.": f"GX-{number:05}A",
        }
        if number % 5 == 1:
            rows["Handle material"] = ("Ash wood", "Bamboo", "Fibreglass, aluminium")[number % 3]
        yield Product(
            id=f"g{number}",
            title=f"Fernhill {title} {number}",
            brand="Fernhill",
            category=path.split(" > ")[-1],
            category_paths=(("Garden", *path.split(" > ")),),
            attributes=rows,
        )


def pet_products() -> Iterator[Product]:
    """Twelve products with Chinese tables."""
    kinds = (
        ("宠物 > 狗 > 主粮", "成犬粮", {"口味": "鸡肉", "净含量(kg)": "2", "无谷": "是", "适用年龄": "成犬"}),
        (
            "宠物 > 猫 > 主粮",
            "全价猫粮",
            {"口味": "三文鱼、鸡肉", "净含量(kg)": "1.5", "无谷": "否", "适用年龄": "幼猫"},
        ),
        ("宠物 > 狗 > 牵引绳", "尼龙牵引绳", {"长度": "120厘米", "颜色": "苔绿"}),
    )
    for number in range(12):
        path, title, table = kinds[number % 3]
        yield Product(
            id=f"p{number}", title=f"{title}{number}号", category=path, language="zh", attributes=table
        )


_TEA = (
    ("滇红功夫红茶", {"产地": "云南", "净含量": "{n}克", "采摘季节": "春季"}),
    ("明前龙井绿茶", {"产地": "浙江", "净含量": "{n}克", "采摘季节": "春季"}),
    ("手工紫砂茶壶", {"材质": "紫砂", "容量": "{n}毫升", "是否带滤网": "是"}),
    ("耐热玻璃茶杯", {"材质": "玻璃", "容量": "{n}毫升", "是否带滤网": "否"}),
    ("密封锡制茶叶罐", {"材质": "锡", "容量": "{n}毫升", "高度": "12厘米"}),
)
_TEA_BRANDS = ("青禾", "山岚", "知白", "陶然")


def tea_products() -> Iterator[Product]:
    """Eighty products of a Chinese tea shop without categories; every eighth title does not say what it is."""
    for number in range(80):
        title, table = _TEA[number % len(_TEA)]
        brand = _TEA_BRANDS[number % 4]
        named = title if number % 8 else "礼盒装 经典款"
        yield Product(
            id=f"c{number}",
            title=f"{brand} {named} {number}号",
            brand=brand,
            language="zh",
            attributes={name: value.format(n=100 + 10 * (number % 7)) for name, value in table.items()},
        )
