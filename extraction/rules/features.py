"""Rows of features: lines of a table that no attribute's name begins.

Their name is itself a value ("Bluetooth: no", "Cotton: 95 %") or a heading over several ("Features: USB-C, NFC (no)"). The
shop's tags of a product are such a row.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

from extraction.rules.accessories import names_thing_in_box
from extraction.rules.mention import Mention
from extraction.rules.stuffs import read_things
from kms.ontology.labels import LabelKind, Reading
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_VALUE
from kms.quantities.numbers import read_number
from kms.text.answers import read_answer
from kms.text.chinese import contains_chinese
from kms.text.negation import find_cue

_KINDS: frozenset[LabelKind] = frozenset({"value", "attribute"})
_HEADING = re.compile(
    r"(?:(?:product|key|main|special|other|additional|extra)\s+)*"
    r"(?:features?|functions?|highlights?|specifications?|specs|details|properties|benefits|equipment|extras|characteristics|"
    r"tags)"
    r"|(?:产品|商品|主要|其他|特殊)?(?:特点|特性|特色|功能|卖点|亮点|配置|规格|参数|说明|详情|标签)",
    re.IGNORECASE,
)
_AROUND = re.compile(
    r"(?:(?:is|has|with|supports?|includes?|suitable for|works with)\s+|是否|支持|支援|带有?|含有?|适用于?|可用于?|有无)?"
    r"(?P<name>.+?)"
    r"(?:\s+(?:support(?:ed)?|functions?|connection|compatible|compatibility|suitable|available|included|content)"
    r"|(?:功能|支持|连接|含量|适用))?",
    re.IGNORECASE,
)
_BETWEEN_ITEMS = re.compile(r"[,;|/，；、\n]")
_LOOKS = frozenset({"colour"})
_SHARE = re.compile(r"\s*(?P<share>\d{1,3}(?:[.,]\d+)?)\s?%\s*")


class FeatureRows:
    """Reads lines of a table that no attribute's name begins."""

    def __init__(self, ontology: Ontology, own: Callable[[str | None], frozenset[str]]) -> None:
        self._ontology = ontology
        self._own = own
        self._value_of = lru_cache(maxsize=50_000)(self._find_value)
        declared = Counter(attribute for each in ontology.classes.values() for attribute in each.attributes)
        self._common = frozenset(attribute for attribute, classes in declared.items() if classes > 1)

    def names_value(self, name: str, value: str, class_id: str | None) -> bool:
        """Whether a line's name is a value that its cell affirms or denies."""
        return _answer(value) is not None and self._value_of(name, class_id) is not None

    def find_mentions(
        self, name: str, value: str, class_id: str | None, start: int, end: int
    ) -> Iterator[Mention]:
        """Mentions of a line ``name: value``, whose value stands at ``start`` to ``end``."""
        named = self._value_of(name, class_id)
        answer = _answer(value)
        if named is not None and answer is not None:
            cue = None if answer else (start, end)
            yield Mention(
                start,
                end,
                HAS_VALUE,
                attribute=named.attribute or "",
                value=named.id,
                negated=not answer,
                cue=cue,
            )
        elif named is not None:
            # "Bluetooth: 5.3", "Waterproof: IPX7"
            whole = self._find_value(f"{name} {value}", class_id) or self._find_value(value, class_id)
            if whole is not None and whole.attribute == named.attribute:
                yield Mention(start, end, HAS_VALUE, attribute=whole.attribute or "", value=whole.id)
        elif _HEADING.fullmatch(name.strip()):
            yield from self._read_listed(value, class_id, start)

    def _find_value(self, name: str, class_id: str | None) -> Reading | None:
        """The value of one of the class's attributes that a name is, with or without words such as "support".

        A name that is a thing in the box ("Manual: yes") is none. Where no class is known, the value must be of an attribute
        that several classes have: "Numeric keypad: yes" tells the layout of a keyboard, and nothing of a telephone.
        """
        if names_thing_in_box(name):
            return None
        own = self._own(class_id) & self._common if class_id is None else self._own(class_id)
        around = _AROUND.fullmatch(name.strip())
        for form in dict.fromkeys((name, around["name"] if around else name)):
            readings = [
                r for r in self._ontology.labels.lookup(form) if r.kind == "value" and r.attribute in own
            ]
            if readings:
                return min(readings, key=lambda r: (not r.preferred, r.id, r.attribute or ""))
        return None

    def _read_listed(self, value: str, class_id: str | None, start: int) -> Iterator[Mention]:
        own = self._own(class_id)
        language = "zh" if contains_chinese(value) else "en"
        for match in self._ontology.labels.find(value, _KINDS, in_table=True):
            readings = [
                r
                for r in match.readings
                if (r.kind == "value" and r.attribute in own)
                or (r.kind == "attribute" and r.id in own and self._ontology.says_value(r))
            ]
            if not readings or self._is_part_of_thing(value, match.start, match.end, readings):
                continue
            reading = min(
                readings, key=lambda r: (r.kind != "value", not r.preferred, r.id, r.attribute or "")
            )
            is_value = reading.kind == "value"
            cue = find_cue(value, (0, len(value)), match.start, language, match.end)
            yield Mention(
                start + match.start, start + match.end, HAS_VALUE,
                attribute=(reading.attribute or "") if is_value else reading.id,
                value=reading.id if is_value else "false" if reading.opposite else "true",
                negated=cue is not None, cue=None if cue is None else (start + cue[0], start + cue[1]),
            )  # fmt: skip

    def _is_part_of_thing(self, value: str, start: int, end: int, readings: Sequence[Reading]) -> bool:
        """Whether a word for a look is in a longer item a word for a thing: "cream" of the tag "hand cream"."""
        if value[start:end].casefold() not in read_things() or not all(
            r.attribute in _LOOKS for r in readings
        ):
            return False
        begin = max((mark.end() for mark in _BETWEEN_ITEMS.finditer(value, 0, start)), default=0)
        after = _BETWEEN_ITEMS.search(value, end)
        rest = value[begin:start] + value[end : after.start() if after else len(value)]
        return bool(rest.strip())


def _answer(value: str) -> bool | None:
    """Whether a cell affirms what its line is called: yes or no, how many there are, or the share of it."""
    share = _SHARE.fullmatch(value)
    if share is not None:
        return float(share["share"].replace(",", ".")) > 0
    answer = read_answer(value)
    if answer is not None:
        return answer
    number = read_number(value)
    return number > 0 if number is not None and number == int(number) and number < 100 else None
