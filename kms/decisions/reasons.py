"""Closed list of the reasons of decisions, with their names in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class Verdict(StrEnum):
    """What a person says of a fact."""

    ACCEPT = "accept"
    """It is so."""
    REJECT = "reject"
    """It is not so."""
    CORRECT = "correct"
    """Something else is so in its place."""
    STATE = "state"
    """It is so, though no text was read to say it."""
    UNDO = "undo"
    """An earlier decision is taken back."""


class Reason(StrEnum):
    """Why a person decided so."""

    SAYS_SO = "says_so"
    """The text says it."""
    CHECKED = "checked"
    """Checked outside of the texts: on the product itself, or with its maker."""
    MISREAD = "misread"
    """The text does not say it."""
    OF_ANOTHER = "of_another"
    """The text says it of another product, of a part or of an accessory."""
    DENIED = "denied"
    """The text says that it is not so."""
    SOURCE_WRONG = "source_wrong"
    """The text says it, and is wrong."""
    OUTDATED = "outdated"
    """It was so and is no longer."""
    IMPLAUSIBLE = "implausible"
    """It cannot be so for a product of this kind."""
    TOO_VAGUE = "too_vague"
    """It is so and says nothing that helps to choose."""
    WRONG_VALUE = "wrong_value"
    """Another value of the same attribute is right."""
    WRONG_UNIT = "wrong_unit"
    """The number is right and its unit is not."""
    WRONG_ATTRIBUTE = "wrong_attribute"
    """The value is right and belongs to another attribute."""
    WRONG_ENTITY = "wrong_entity"
    """The words mean another class, brand, product or concept."""
    OTHER = "other"
    """Something else, which the note says."""


REASONS: Mapping[Verdict, tuple[Reason, ...]] = {
    Verdict.ACCEPT: (Reason.SAYS_SO, Reason.CHECKED, Reason.OTHER),
    Verdict.REJECT: (
        Reason.MISREAD,
        Reason.OF_ANOTHER,
        Reason.DENIED,
        Reason.SOURCE_WRONG,
        Reason.OUTDATED,
        Reason.IMPLAUSIBLE,
        Reason.TOO_VAGUE,
        Reason.OTHER,
    ),
    Verdict.CORRECT: (
        Reason.WRONG_VALUE,
        Reason.WRONG_UNIT,
        Reason.WRONG_ATTRIBUTE,
        Reason.WRONG_ENTITY,
        Reason.SOURCE_WRONG,
        Reason.OUTDATED,
        Reason.OTHER,
    ),
    Verdict.STATE: (Reason.CHECKED, Reason.SAYS_SO, Reason.OTHER),
    Verdict.UNDO: (Reason.OTHER,),
}
"""The reasons that each verdict may have, the usual one first."""

REASON_LABELS: Mapping[Reason, tuple[str, str]] = {
    Reason.SAYS_SO: ("the text says it", "文本如此说明"),
    Reason.CHECKED: ("checked outside of the texts", "已在文本之外核实"),
    Reason.MISREAD: ("the text does not say it", "文本并未这样说"),
    Reason.OF_ANOTHER: ("it is said of something else", "说的是别的商品或部件"),
    Reason.DENIED: ("the text says the opposite", "文本说的正相反"),
    Reason.SOURCE_WRONG: ("the text is wrong", "文本有误"),
    Reason.OUTDATED: ("no longer so", "已过时"),
    Reason.IMPLAUSIBLE: ("cannot be so for this kind of product", "对此类商品不合理"),
    Reason.TOO_VAGUE: ("says nothing that helps to choose", "过于笼统"),
    Reason.WRONG_VALUE: ("another value is right", "应为其他值"),
    Reason.WRONG_UNIT: ("the unit is wrong", "单位有误"),
    Reason.WRONG_ATTRIBUTE: ("it belongs to another attribute", "属于另一属性"),
    Reason.WRONG_ENTITY: ("the words mean something else", "所指有误"),
    Reason.OTHER: ("other, see the note", "其他，见备注"),
}
"""English and Chinese."""
