"""Chinese compounds: one-character names beside the name of a class in one word, as in 男鞋, 儿童帽 and 冲锋衣女.

Which entity types have such names the ontology says (``EntityType.compounds``). In a compound a class's name may lose the
ending 子: 帽子 is 帽 in 女帽.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from kms.text.chinese import contains_chinese
from kms.text.chinese_words import is_chinese_word

Span = tuple[int, int]

_ENDING = "子"
_LONGEST = 2
"""Characters of a class's name that only a compound shows to be one; longer names are found anywhere."""


class CompoundNames:
    """Finds the parts of compounds in running Chinese."""

    def __init__(self) -> None:
        """Know no names yet."""
        self._joined: set[str] = set()
        self._classes: set[str] = set()

    def add_joined(self, name: str) -> bool:
        """Add a name of an entity type with compounds; whether it is short enough to be a part of one."""
        if len(name) != 1:
            return False
        self._joined.add(name)
        return True

    def add_class(self, name: str) -> str | None:
        """Add a class's name; the short name that it has in a compound, where it has one."""
        short = name.removesuffix(_ENDING)
        if (
            not short
            or not contains_chinese(name)
            or (short == name and len(name) > 1)
            or len(short) > _LONGEST
        ):
            return None
        self._classes.add(short)
        return short

    def find(
        self,
        text: str,
        joined: Collection[Span],
        classes: Collection[Span],
        taken: Iterable[Span],
    ) -> Iterator[Span]:
        """The parts of compounds that longer names do not have.

        Args:
            text: In simplified characters.
            joined: Spans of longer names of entity types with compounds.
            classes: Spans of names of classes.
            taken: Spans of all names.
        """
        if not any(name in text for name in self._joined):
            joined_at: dict[int, int] = {}
        else:
            covered = bytearray(len(text))
            for start, end in taken:
                covered[start:end] = b"\1" * (end - start)
            joined_at = {
                at: at + 1
                for at, character in enumerate(text)
                if character in self._joined and not covered[at] and not self._is_inside_word(text, at)
            }
        starts = {start for start, _ in classes}
        ends = {end for _, end in classes}
        behind = {end for _, end in joined}
        for start, end in joined_at.items():
            if end in starts or self._class_at(text, end) or (start in ends and not _goes_on(text, start)):
                yield start, end
                behind.add(end)
        for start in sorted(behind - starts):
            if name := self._class_at(text, start):
                yield start, start + len(name)

    def _class_at(self, text: str, start: int) -> str:
        """The short name of a class at a place, where no longer word begins there (鞋垫 is no 鞋)."""
        for length in range(_LONGEST, 0, -1):
            name = text[start : start + length]
            if len(name) == length and name in self._classes and not _goes_on(text, start + length - 1):
                return name
        return ""

    def _is_inside_word(self, text: str, at: int) -> bool:
        """Whether a character ends a word (少女): then it is none by itself."""
        return at > 0 and contains_chinese(text[at - 1]) and is_chinese_word(text[at - 1 : at + 1])


def _goes_on(text: str, at: int) -> bool:
    """Whether a character begins a word of two with the next one."""
    word = text[at : at + 2]
    return len(word) == 2 and contains_chinese(word[1]) and is_chinese_word(word)
