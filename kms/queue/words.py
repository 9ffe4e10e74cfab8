"""Words that are worth a person's time: neither stop words nor fragments.

A reader proposes what stands where a word of a kind could stand, so among its proposals are words that name nothing
("that", "all"), numbers alone, cut pieces ("Canada)", "listed (US") and whole sentences. They are left out by their
form, by the grammar's closed classes, and by how common a word is in the language at large: what one in some 2,500
written words is ("work", "thing", "use") tells no product from another.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kms.decisions.contexts import fold
from kms.lexical.analysis import STOP_WORDS
from kms.text.chinese import contains_chinese
from kms.text.nouns import is_noun, is_verb, is_verb_form, plurals_of
from kms.text.plurals import singular_of

MOST_WORDS = 6
MOST_CHARACTERS = 60
COMMON = 5.6
"""Zipf frequency from which on a single word is too common to be a name: once in 2,500 words."""
_NAMING = frozenset({"aspect", "use", "audience", "category"})
"""Kinds whose words are nouns; values may be adjectives and numbers with letters."""
_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_FUNCTION = STOP_WORDS | frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "about above across after against all along also although among an and another any around because been before "
        "behind being below beneath beside besides between beyond both but by can could did do does doing done down "
        "during each either else even ever every few had has have having he her here hers herself him himself his how if "
        "inside into itself just many may me might mine more most much must neither never no none nor nothing off "
        "once one ones only onto other others our ours ourselves out outside over own per rather really same shall she "
        "should since still such than that their theirs them themselves then there these they this those though through "
        "thus till to together too toward towards under unless until up upon us very via was we were what when where "
        "whether which while who whom whose why will within would yes yet your yours yourself"
    ).split()
)
"""Words of English that name nothing: articles, pronouns, prepositions, conjunctions, auxiliaries, adverbs of degree."""
_FUNCTION_ZH = frozenset(
    "的了和是我你他她它们这那在就都也很与及或把被给对从到而且但不没有一个些什么怎么因为所以如果还要会能可以"
)
_PAIRS = (("(", ")"), ("[", "]"), ("（", "）"), ("“", "”"))
_EDGES = " \t,;:.!?/&+–—-*•\"'”“"


@lru_cache(maxsize=50_000)
def is_worth_asking(word: str, what: str) -> bool:
    """Whether people should be asked about a word.

    Args:
        word: As the text has it.
        what: What it was read as: ``value``, ``aspect``, ``category`` and so on.
    """
    text = word.strip()
    return not _is_fragment(text) and not (
        _names_nothing_zh(text) if contains_chinese(text) else _names_nothing(text, what)
    )


def _is_fragment(text: str) -> bool:
    if not text or len(text) > MOST_CHARACTERS or "\n" in text or text[0] in _EDGES or text[-1] in ",;:/&–—-":
        return True
    if any(text.count(opening) != text.count(closing) for opening, closing in _PAIRS):
        return True
    letters = sum(each.isalpha() for each in text)
    return letters == 0 or (
        letters == 1 and not contains_chinese(text) and not any(each.isdigit() for each in text)
    )


def _names_nothing_zh(text: str) -> bool:
    characters = [each for each in text if each.isalpha()]
    return len(characters) < 2 or all(each in _FUNCTION_ZH for each in characters)


def _names_nothing(text: str, what: str) -> bool:
    tokens = [token.casefold() for token in _TOKEN.findall(text)]
    if not tokens or len(tokens) > MOST_WORDS:
        return True
    if tokens[0] in _FUNCTION or tokens[-1] in _FUNCTION:
        return True
    if what in _NAMING and _is_verb_alone(tokens[-1]):
        return True
    return what in _NAMING and len(tokens) == 1 and _is_common(tokens[0])


def _is_verb_alone(word: str) -> bool:
    """Whether a word is a form of a verb that names no doing, as "knitting" does, and no thing."""
    if word.endswith("ing") or is_verb(word):
        return False
    return is_verb_form(word) and not plurals_of(word) and not is_noun(singular_of(word))


def _is_common(word: str) -> bool:
    from wordfreq import zipf_frequency

    return bool(zipf_frequency(word, "en") >= COMMON)


def word_key(word: str, what: str) -> str:
    """What writings of one word have in common: folded, and of things in the singular ("Nurses" and "nurse")."""
    text = fold(word)[:500]
    if what not in _NAMING or contains_chinese(text):
        return text
    before, space, last = text.rpartition(" ")
    return f"{before}{space}{singular_of(last)}"
