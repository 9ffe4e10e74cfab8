"""Questions of the review queue in words of both languages: what is asked, and what an answer would change."""

from __future__ import annotations

from collections.abc import Mapping

from api.facts import Label, name_of, type_name
from kms.errors import InputError
from kms.facts.targets import read_quantity_key
from kms.graph.models import Node
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_VALUE
from kms.quantities.dimensions import REFERENCE_UNITS, convert
from kms.quantities.values import OWN_NUMBER, show_quantity, show_range
from kms.queue.models import Action, Item, Kind
from kms.queue.store import Sums

_RULES: Mapping[str, Label] = {
    "not_of_class": ("its class does not have this attribute", "其类别没有该属性"),
    "class_unknown": ("its class is not known", "其类别未知"),
    "wrong_unit": ("the unit measures something else", "单位不符"),
    "wrong_domain": ("nothing of the kind is said of products", "该关系不用于商品"),
    "other_brand": ("the shop names another maker", "店铺标明了其他品牌"),
    "no_such_target": ("the release has no such value", "当前版本没有该值"),
}


_PAIRS: Mapping[str, Label] = {
    "product": ("products", "商品"),
    "brand_alias": ("brands", "品牌"),
    "sub_brand": ("lines of brands", "子品牌"),
}
_VALUES_SHOWN = 3


def name_field(item: Item, ontology: Ontology) -> Label:
    """The name of what a question is about."""
    content = item.content
    if item.kind is Kind.WORD and not content.attribute:
        return type_name(content.cause, ontology)
    if content.relation:
        return name_of(content.relation, content.attribute, ontology)
    return _PAIRS.get(item.field, (item.field, item.field))


def name_of_field(field: str, ontology: Ontology) -> Label:
    """The name of what questions of a field are about, by the field alone."""
    if field in ontology.attributes:
        return name_of(HAS_VALUE, field, ontology)
    if field in ontology.relations:
        return name_of(field, "", ontology)
    return _PAIRS.get(field) or type_name(field, ontology)


def name_class(class_id: str, ontology: Ontology) -> Label:
    """The name of a class; empty where there is none."""
    known = ontology.classes.get(class_id)
    return (known.label.en, known.label.zh) if known else (class_id, class_id)


def name_option(target: str, written: str, node: Node | None, attribute: str, ontology: Ontology) -> Label:
    """A value in words: as it was written, as its node is called, or its id."""
    if written:
        return written, written
    key = target.partition(":")[2]
    if key.endswith(("/true", "/false")):
        return ("yes", "是") if key.endswith("/true") else ("no", "否")
    if node is not None and (node.label_en or node.label_zh):
        return node.label_en or node.label_zh, node.label_zh or node.label_en
    known = ontology.attributes.get(attribute)
    if known is not None and known.type == "quantity":
        try:
            quantity = read_quantity_key(key.partition("/")[2], known.dimension or "count")
        except InputError:
            return key, key
        return show_range(quantity.si_low, quantity.si_high, quantity.si_unit)
    own = key.rpartition("/")[2] or target
    return own, own


def ask(item: Item, field: Label, options: tuple[Label, ...], ontology: Ontology) -> Label:
    """The question in both languages.

    Args:
        item: The question.
        field: Its attribute or relation.
        options: Its values; of a violation, those of its products.
        ontology: For the names of rules and units.
    """
    if item.kind is Kind.DOUBTFUL:
        value = options[0] if options else ("", "")
        return f"Right? {field[0].capitalize()}: {value[0]}", f"对吗？{field[1]}：{value[1]}"
    if item.kind is Kind.CONTRADICTION:
        return f"Which {field[0]} is right?", f"{field[1]}以哪个为准？"
    if item.kind is Kind.VIOLATION:
        rule = _rule(item, ontology)
        values = _some(options) if options else ("", "")
        return (
            f"{field[0].capitalize()}{values[0]}: {rule[0]}. Is it right all the same?",
            f"{field[1]}{values[1]}：{rule[1]}，是否仍然正确？",
        )
    if item.kind is Kind.IMPLAUSIBLE:
        usual = _usual(item, ontology)
        times = item.content.times or 0.0
        off = f"{times:,.0f}" if times >= 10 else f"{times:,.1f}"
        side = ("above", "高于") if item.content.cause == "above" else ("below", "低于")
        return (
            f"{field[0].capitalize()} about {off} times {side[0]} the usual {usual[0]}: is it right?",
            f"{field[1]}约{side[1]}常见值 {usual[1]} {off} 倍，正确吗？",
        )
    if item.kind is Kind.WORD:
        word = item.content.written[0] if item.content.written else item.word
        if item.content.attribute:
            return f"Is “{word}” a value of {field[0]}?", f"“{word}”是{field[1]}的值吗？"
        return (
            f"New {field[0]}: “{word}”?",
            f"“{word}”是{field[1]}的名称吗？",
        )
    left, right = (*options, ("", ""), ("", ""))[:2]
    if item.kind is Kind.MERGE:
        return f"Are these one product? {left[0]} | {right[0]}", f"这两款是同一商品吗？{left[1]} | {right[1]}"
    if item.field == "sub_brand":
        return f"Is {left[0]} a line of {right[0]}?", f"{left[1]} 是 {right[1]} 的子品牌吗？"
    return f"Is {left[0]} another name of {right[0]}?", f"{left[1]} 是 {right[1]} 的别名吗？"


def tell_effects(item: Item, sums: Sums) -> dict[str, Label]:
    """What each answer would change, by action."""
    n, used = item.products, sums.used
    new = max(0, sums.members - used)
    gain: Label = (
        (f"{new:,} more found by it in filters", f"筛选中新增 {new:,} 款")
        if new
        else ("search stays as it is", "搜索不变")
    )
    loss: Label = (
        (f"{used:,} found by it no longer", f"筛选中减少 {used:,} 款")
        if used
        else ("search stays as it is", "搜索不变")
    )
    change = (f"{_count(n, 'product')} corrected", f"更正 {n:,} 款")
    if item.kind is Kind.CONTRADICTION:
        return {
            Action.ACCEPT: (f"{_count(n, 'product')} left with one value", f"{n:,} 款只保留一个值"),
            Action.REJECT: loss,
            Action.CORRECT: change,
        }
    if item.kind is Kind.WORD:
        return {
            Action.ACCEPT: (
                f"kept for the next release: {_count(sums.mentions, 'mention')}, {_count(n, 'product')}",
                f"留待下一版本：{sums.mentions:,} 处，{n:,} 款",
            ),
            Action.REJECT: ("not asked again for this", "不再就此询问"),
            Action.CORRECT: (
                f"{_count(n, 'product')} given the value that it means",
                f"{n:,} 款获得对应的值",
            ),
            Action.IGNORE: ("the word is never asked about again", "永不再询问该词"),
        }
    if item.kind is Kind.MERGE:
        return {
            Action.ACCEPT: ("search shows one in place of two", "搜索中合并为一款"),
            Action.REJECT: ("they stay two, and are not proposed again", "保持两款，不再提议"),
        }
    if item.kind is Kind.BRAND:
        return {
            Action.ACCEPT: (
                f"{_count(n, 'product')} found under both names",
                f"{n:,} 款在两个名称下都能找到",
            ),
            Action.REJECT: ("they stay two, and are not proposed again", "保持两个品牌，不再提议"),
        }
    return {Action.ACCEPT: gain, Action.REJECT: loss, Action.CORRECT: change}


def _rule(item: Item, ontology: Ontology) -> Label:
    """Why the ontology does not allow a fact, with the class by its name."""
    cause, of_class = item.content.cause, name_class(item.class_id, ontology)
    if cause == "not_of_class" and item.class_id:
        return f"{of_class[0]} has no such attribute", f"类别“{of_class[1]}”没有该属性"
    said = _RULES.get(cause, (cause, cause))
    if cause == "class_unknown" or not item.class_id:
        return said
    return f"{said[0]} ({of_class[0]})", f"{said[1]}（{of_class[1]}）"


def _some(options: tuple[Label, ...]) -> Label:
    """The first of some values, and whether there are others."""
    shown = list(dict.fromkeys(options))
    en, zh = ("”, “".join(each[side] for each in shown[:_VALUES_SHOWN]) for side in (0, 1))
    is_more = len(shown) > _VALUES_SHOWN
    return (f" “{en}”{' and others' if is_more else ''}", f"“{zh}”{'等' if is_more else ''}")


def _count(n: int, noun: str) -> str:
    """A number with its noun, in the plural where it is not one."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def _usual(item: Item, ontology: Ontology) -> Label:
    known = ontology.attributes.get(item.content.attribute)
    usual = item.content.usual
    if known is None or usual is None or item.content.relation != HAS_VALUE:
        return "", ""
    reference = REFERENCE_UNITS[known.dimension or "count"][0]
    if known.unit and known.dimension not in OWN_NUMBER:
        return show_quantity(convert(usual, reference, known.unit), known.unit)
    return show_quantity(usual, reference)
