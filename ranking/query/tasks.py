"""Tasks: queries that say what is to be done to something ("sharpen chisels", 拖地板) and not what is asked for.

What such a query names is acted on, and mostly in the house already: who writes "sharpen chisels" wants no chisels. No
list of verbs tells a task from a pile of nouns ("drill bits"); a dictionary tells which words can be verbs, and the
catalogue which of those are what its products are called.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kms.lexical.analysis import STOP_WORDS
from kms.text.chinese import contains_chinese, fold_traditional
from kms.text.chinese_words import is_chinese_noun, is_chinese_verb, is_chinese_word, longest_words
from kms.text.nouns import is_noun, is_quality, is_verb
from ranking.query.function_words import FUNCTION_WORDS, PARTICLES_ZH, REQUESTS

_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_BEFORE = re.compile(
    r"^\s*(?:(?:how\s+)?(?:do\s+(?:i|you|we)\s+|to\s+)|(?:something|anything|what)\s+to\s+|please\s+)+",
    re.IGNORECASE,
)
_DETERMINERS = frozenset({"a", "an", "the", "my", "our", "your", "this", "that", "these", "those"})
_LONGEST_VERB = 2
"""Characters of a Chinese verb that takes an object."""


@dataclass(frozen=True)
class Task:
    """What is done, and to what.

    Attributes:
        verb: As it is written.
        objects: The words of the thing that it is done to.
        start: Where the object's words begin in the text.
        end: Where they end.
    """

    verb: str
    objects: tuple[str, ...]
    start: int
    end: int


def find_task(text: str, is_called: Callable[[str], bool], ends: Callable[[str], bool]) -> Task | None:
    """The task that a query states; ``None`` where it asks for a thing.

    Args:
        text: The query as it is searched.
        is_called: Whether a product, or anything that the ontology knows, is called by a word.
        ends: Whether the Chinese title of a product ends with a word.
    """
    if contains_chinese(text):
        return _find_chinese(text, is_called, ends)
    lead = _BEFORE.match(text)
    words = list(_WORD.finditer(text, lead.end() if lead else 0))
    if len(words) < 2 or not _is_imperative([word.group().casefold() for word in words], is_called):
        return None
    start = words[1].start()
    turn = FUNCTION_WORDS.search(text, start)
    end = turn.start() if turn else len(text)
    objects = [w.group().casefold() for w in words[1:] if w.start() < end]
    objects = [word for word in objects if word not in _DETERMINERS | STOP_WORDS]
    return Task(words[0].group(), tuple(objects), start, end) if objects else None


def _is_imperative(words: Sequence[str], is_called: Callable[[str], bool]) -> bool:
    """Whether words begin with a verb in its base form, and not with a noun or adjective before a noun.

    A verb that can be a noun is one before a determiner ("store the brushes"), or where the words end with how the thing is
    to be ("keep leaves fresh"): a "dust mask" is a mask, and "phone cover black" ends with a colour that products have.
    """
    first, second, *_ = words
    if first in STOP_WORDS | REQUESTS or not is_verb(first) or is_called(first):
        return False
    if second in _DETERMINERS:
        return True
    if is_quality(first) or FUNCTION_WORDS.fullmatch(second):
        return False
    return not is_noun(first) or (is_quality(words[-1]) and not is_called(words[-1]))


def _find_chinese(text: str, is_called: Callable[[str], bool], ends: Callable[[str], bool]) -> Task | None:
    run = fold_traditional(text.strip()).removesuffix("的")
    if "的" in run or not run or not all(map(contains_chinese, run)) or is_called(run):
        return None
    pieces = list(longest_words(run))
    first, rest = pieces[0], "".join(pieces[1:])
    if rest and first not in PARTICLES_ZH | REQUESTS | STOP_WORDS and is_chinese_verb(first):
        # 折叠椅 is a chair where there are chairs, and what is 防水 is called so.
        is_thing = len(first) > 1 and (ends(rest) or is_called(first))
        if len(first) <= _LONGEST_VERB and is_chinese_noun(pieces[-1]) and not is_thing:
            return _chinese_task(text, first, rest)
    verb, thing = run[0], run[1:]
    is_one = len(pieces) == 1 and is_chinese_verb(verb) and is_chinese_word(thing) and not ends(thing)
    return _chinese_task(text, verb, thing) if is_one else None


def _chinese_task(text: str, verb: str, thing: str) -> Task:
    start = fold_traditional(text).find(thing)
    return Task(verb, (thing,), start, start + len(thing))
