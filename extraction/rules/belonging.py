"""Belonging: whether a sentence gives evidence that a look or a use is the product's and not one of its parts'.

"Steel strap", "a neoprene pouch" and "with a flap of rubber" are about a strap, a pouch and a flap. A material or a colour
is the product's where the noun that it belongs to names the product or its whole ("an aluminium body"), where it belongs to
no noun ("Recycled nylon, 300 g"), or where it opens the description as a part of its first phrase. A use that describes
another noun ("fishing nets", "climbing roses") is the name of another thing.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

from extraction.rules.accessories import parts
from extraction.rules.trees import MOST_STEPS, NOUNS, PHRASE, SUBJECTS, VERBS, is_definite, subject_of
from kms.ontology.labels import singular

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_CONSISTING = frozenset({"of", "from", "in"})
_APART = frozenset(
    {"on", "onto", "over", "through", "against", "into", "for", "under", "between", "off", "to", "at", "like"}
)
"""Prepositions before a material that the product is used on, or that is kept from it."""
_TITLE_PARTS = re.compile(r"[,|(:;]|\s[-–—]\s|\bof\b", re.IGNORECASE)
_TITLE_END = re.compile(
    r"\b(?:for|with|w/|in|without|from|to|holds?|fits|includ\w+|plus|by)\b", re.IGNORECASE
)
_TITLE_WORD = re.compile(r"[^\W\d_]{3,}")
_NEAR = 5
"""Words between a look that opens a sentence and its noun."""
_PERSONAL = frozenset({"my", "our", "your", "his", "her", "one", "some"})
_PRODUCT = frozenset(
    {"it", "they", "this", "these", "that", "which", "we", "you", "i", "each", "both", "one", "all"}
)
_ADVERBIAL = frozenset({"npadvmod", "advmod", "appos"})


def is_of_other_noun(
    doc: Doc,
    start: int,
    end: int,
    own: frozenset[str],
    stuffs: frozenset[str],
    *,
    is_material: bool,
    is_opening: bool,
) -> bool:
    """Whether a look in a sentence belongs to a noun that is not the product.

    Args:
        doc: The parsed sentence.
        start: First character of the look within it.
        end: Behind its last character.
        own: Nouns of the product, in the singular.
        stuffs: Words of materials and colours, which describe one another: "yellow gold".
        is_material: The look is a material.
        is_opening: The sentence is the description's first, whose first phrase describes the product.
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None or not len(span):
        return False
    mine = own | _lists()["wholes"]
    noun = _noun_of(span, stuffs | _lists()["grades"] | (frozenset() if is_material else _lists()["coats"]))
    if noun is None:
        return _stands_apart(span.root, mine, stuffs, is_material=is_material, is_opening=is_opening)
    return not (
        _is_own(noun, mine) or (is_opening and _opens(noun, doc[span.start])) or _is_predicate_of(noun, mine)
    )


def describes_other_thing(doc: Doc, start: int, end: int, own: frozenset[str]) -> bool:
    """Whether a use only describes a noun in the plural that is neither the product nor an activity: "fishing nets".

    So it is in what the product fits ("fits sports and touring saddles").
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None or not len(span):
        return False
    noun = span.root.head
    if _is_fitted(span.root):
        return True
    is_described = span.root.dep_ in {"compound", "amod", "nmod"} and noun.i >= span.end
    if (
        not is_described
        or noun.tag_ not in {"NNS", "NNPS"}
        or (noun.dep_ == "pobj" and noun.head.lower_ == "for")
    ):
        return False
    return not _names(noun, own | _lists()["activities"] | _lists()["wholes"])


def comes_from_elsewhere(doc: Doc, start: int, end: int, own: frozenset[str]) -> bool:
    """Whether a country is where a part or a stuff was worked or grown: "the handle turned in Austria"."""
    span = doc.char_span(start, end, alignment_mode="expand")
    if (
        span is None
        or not len(span)
        or span.root.dep_ != "pobj"
        or span.root.head.lower_ not in {"in", "from"}
    ):
        return False
    verb = span.root.head.head
    if verb.tag_ != "VBN":
        return False
    mine = own | _lists()["wholes"]
    if verb.dep_ == "acl":
        is_made = verb.lemma_.casefold() in _lists()["producing"]
        return (not is_made and not _is_own(verb.head, mine)) or _is_part(verb.head, mine)
    subject = subject_of(verb)
    return subject is not None and _is_part(subject, mine)


def judges_other_thing(doc: Doc, start: int, end: int, own: frozenset[str]) -> bool:
    """Whether judging words are said of a thing that is not the product as a whole: "bolts rusted", "my chain snapped".

    Args:
        doc: The parsed sentence.
        start: First character of the words within it.
        end: Behind their last character.
        own: Nouns of the product, in the singular.
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None or not len(span):
        return False
    mine = own | _lists()["wholes"] | _lists()["general"]
    before = doc[span.start - 1] if span.start else None
    if before is not None and before.pos_ in {"AUX"} and before.i:
        before = doc[before.i - 1]
    if (
        before is not None
        and before.tag_ in {"NNS", "NNPS"}
        and (before.i == 0 or doc[before.i - 1].pos_ in {"DET", "PRON", "ADJ", "PUNCT"})
    ):
        return not _names(before, mine)
    root = span.root
    if (
        (root.tag_ in {"VBN", "VBD"} or root.lower_.endswith("ed"))
        and span.end < len(doc)
        and doc[span.end].tag_ in {"NN", "NNS"}
        and len(span) == 1
    ):
        return not _names(doc[span.end], mine)
    subject = subject_of(root) if root.pos_ in VERBS else None
    is_of_person = subject is not None and any(k.lower_ in _PERSONAL for k in subject.children)
    return is_of_person and subject is not None and subject.pos_ == "NOUN" and not _names(subject, mine)


def _is_fitted(token: Token) -> bool:
    """Whether a word is, or lists with, the object of "fits"."""
    while token.dep_ in {"conj", "amod", "compound"} and token.head != token:
        token = token.head
    return token.dep_ == "dobj" and token.head.lemma_.casefold() == "fit"


def _is_part(noun: Token, mine: frozenset[str]) -> bool:
    """Whether a noun is one of the parts that products have, and not what the product is called."""
    return not _is_own(noun, mine) and singular(noun.lower_) in parts()


@lru_cache(maxsize=4_000)
def heads_of_title(title: str, stuffs: frozenset[str]) -> frozenset[str]:
    """Last nouns of the parts of a title, in the singular: "block" of "Rim Brake Blocks, 2 Pairs".

    Words of materials and colours (``stuffs``) behind such a noun do not hide it: "Toner Cartridge Cyan".
    """
    end = _TITLE_END.search(title, 1)
    heads: set[str] = set()
    for part in _TITLE_PARTS.split(title[: end.start()] if end else title):
        for word in reversed(_TITLE_WORD.findall(part.casefold())):
            heads.add(singular(word))
            if singular(word) not in _lists()["wholes"] and word not in stuffs:
                break
    return frozenset(heads)


def _noun_of(span: Span, stuffs: frozenset[str]) -> Token | None:
    """The noun behind a look that it describes; ``None``: the look is itself the noun, or names its material by a grade."""
    token = span.root
    for _ in range(MOST_STEPS):
        if token.dep_ == "conj" and token.head.dep_ in PHRASE and token.head.head.i > token.i:
            token = token.head
        if token.dep_ not in PHRASE or token.head == token or token.head.i < span.end:
            break
        token = token.head
    if span.start <= token.i < span.end or token.pos_ not in NOUNS | {"VERB", "ADJ"}:
        return None
    return None if _names(token, stuffs) or token.pos_ in {"VERB", "ADJ"} else token


def _opens(noun: Token, first: Token) -> bool:
    """Whether a noun's phrase is the first of its sentence: "Six hardened steel bars that fold"."""
    if noun.dep_ == "ROOT":
        return True
    if noun.dep_ in SUBJECTS and noun.tag_ == "NNS":
        return False  # "Carbon bars crack when over-tightened"
    is_first = all(
        t.pos_ not in VERBS | {"ADP", "PUNCT", "CCONJ"} or t.text == "-" for t in noun.doc[: first.i]
    )
    return is_first and noun.i - first.i <= _NEAR and not is_definite(noun)


def _is_own(noun: Token, mine: frozenset[str]) -> bool:
    return _names(noun, mine) or any(k.lower_ in {"this", "these"} for k in noun.children)


def _names(noun: Token, names: frozenset[str]) -> bool:
    return bool({noun.lower_, noun.lemma_.casefold(), singular(noun.lower_)} & names)


def _is_predicate_of(noun: Token, mine: frozenset[str]) -> bool:
    """Whether a noun is what the product is said to be: "it is a steel wonder"."""
    if noun.dep_ != "attr" or noun.head.lemma_ != "be":
        return False
    subject = subject_of(noun.head)
    return subject is not None and (subject.lower_ in _PRODUCT or _names(subject, mine))


def _stands_apart(
    token: Token, mine: frozenset[str], stuffs: frozenset[str], *, is_material: bool, is_opening: bool
) -> bool:
    """Whether a look that is no noun's is of what consists of it or of what the product is used on: "flap of rubber"."""
    for _ in range(MOST_STEPS):
        if token.dep_ not in PHRASE | {"conj"} or token.head == token:
            break
        token = token.head
    above = token.head
    if token.dep_ == "dobj":
        return (
            is_material
            and above.pos_ in VERBS
            and above.lemma_.casefold() not in _lists()["having"] | _lists()["making"]
        )
    if token.dep_ in {"attr", "acomp"}:
        return above.lemma_ == "be" and _is_other_subject(subject_of(above), mine | stuffs)
    if token.dep_ != "pobj":
        return False
    if above.lower_ in _APART:
        return True
    if above.lower_ not in _CONSISTING:
        return False
    whole = above.head
    if whole.pos_ in VERBS and whole.dep_ == "acl":
        whole = whole.head
    elif whole.pos_ in VERBS:
        is_made = whole.lemma_.casefold() in _lists()["making"]
        return is_made and _is_other_subject(subject_of(whole), mine | stuffs)
    if is_opening and _opens(whole, whole.doc[0]):
        return False
    is_amount = any(k.dep_ == "nummod" for k in whole.children)
    return not is_amount and _is_other_subject(whole, mine | stuffs)


def _is_other_subject(noun: Token | None, mine: frozenset[str]) -> bool:
    if noun is None or noun.pos_ != "NOUN" or noun.lower_ in _PRODUCT or noun.dep_ in _ADVERBIAL:
        return False
    return not _is_own(noun, mine | _lists()["grades"])


@lru_cache(maxsize=1)
def _lists() -> dict[str, frozenset[str]]:
    source = resources.files("extraction.rules").joinpath("belonging.yaml").read_text("utf-8")
    return {name: frozenset(words.split()) for name, words in yaml.safe_load(source).items()}
