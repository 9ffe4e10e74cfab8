"""Rules over the facts of one product, as the ontology's files state them: conditions, a conclusion, a factor.

``kms.rules`` reads and runs them. A rule says what a catalogue team would sign for every product that it is about: a tent
with a water column of at least 1500 mm is waterproof.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasChoices, Field, field_validator, model_validator

from kms.types import Frozen

TermId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
REFERENCE_PATTERN = r"^[a-z][a-z0-9_]*/[a-z0-9][a-z0-9_]*$"
Reference = Annotated[str, Field(pattern=REFERENCE_PATTERN, max_length=170)]
"""``attribute/value``, ``attribute/true``, ``relation/id`` or ``in_category/class``."""
Bound = Annotated[str, Field(min_length=1, max_length=80)]

_FORMS = "class, fact, attribute (with at_least, at_most) or none_of"


class Condition(Frozen):
    """One demand on the facts of a product, in one of four forms.

    Attributes:
        class_ids: The product is of one of these classes or of one below; written ``class``.
        fact: It has one of these, or something that they follow from (Bluetooth 5.3 is Bluetooth, IPX8 is IPX7).
        attribute: It has a number of this attribute within the bounds, or any where there are none; of an attribute with
            a vocabulary, a grade from ``at_least`` to ``at_most``.
        none_of: Nothing of the product's texts, tables and decisions fulfils one of these. What rules infer does not
            count here, so that the outcome does not depend on the order of rules.
    """

    class_ids: tuple[TermId, ...] = Field(default=(), validation_alias=AliasChoices("class", "class_ids"))
    fact: tuple[Reference, ...] = ()
    attribute: TermId | None = None
    at_least: Bound | None = None
    at_most: Bound | None = None
    none_of: tuple[Condition, ...] = ()

    @field_validator("class_ids", "fact", "none_of", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, str | dict) else value

    @model_validator(mode="after")
    def _has_one_form(self) -> Condition:
        forms = [bool(self.class_ids), bool(self.fact), self.attribute is not None, bool(self.none_of)]
        if sum(forms) != 1:
            raise ValueError(f"a condition says one thing: {_FORMS}")
        if self.attribute is None and (self.at_least is not None or self.at_most is not None):
            raise ValueError("at_least and at_most need the attribute that they are about")
        if any(each.none_of for each in self.none_of):
            raise ValueError("none_of does not hold another none_of; write the condition itself")
        return self


class Rule(Frozen):
    """What follows from facts of one product.

    Attributes:
        when: All of these hold.
        then: What holds then: ``attribute/value``, ``relation/id``, or ``in_category/class`` for a narrower class.
        confidence: Factor on the belief in the weakest fact that it rests on.
        note: Why it may be believed, in words for people.
    """

    id: TermId
    when: tuple[Condition, ...] = Field(min_length=1)
    then: Reference
    confidence: float = Field(default=0.9, gt=0, le=1)
    note: Annotated[str, Field(min_length=1, max_length=500)]

    @field_validator("when", mode="before")
    @classmethod
    def _as_list(cls, value: Any) -> Any:
        return [value] if isinstance(value, dict) else value

    @model_validator(mode="after")
    def _asks_for_something(self) -> Rule:
        if all(condition.none_of for condition in self.when):
            raise ValueError("a rule needs a condition that something holds, not only none_of")
        return self
