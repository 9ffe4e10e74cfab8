"""Trees: questions that a dependency tree answers about its words, for ``extraction.rules.clauses``."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from spacy.tokens import Token

NOT = frozenset({"never", "hardly", "barely", "scarcely", "n't", "n’t", "not"})
NO = frozenset({"no", "neither", "nor"})
_NO_DENIAL = frozenset({"only", "just", "merely", "even", "sooner", "doubt", "matter", "wonder"})
"""After "not" or "no" these make another phrase: "not only", "no doubt"."""
_CLAUSES = frozenset({"advcl", "relcl", "acl", "mark", "cc", "nsubj", "nsubjpass", "csubj"})
"""Dependents that a negation of their head leaves alone."""
PHRASE = frozenset({"compound", "amod", "nmod", "nummod", "quantmod", "npadvmod"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj"})
NOUNS = frozenset({"NOUN", "PROPN", "PRON"})
_ARTICLES = frozenset({"det", "poss"})
_BOUNDARIES = frozenset({";", ":", "(", ")"})
MOST_STEPS = 40
_OWN_WORDS = frozenset({"its", "our", "this", "these"})
_PRODUCT = frozenset({"it", "this", "these", "they"})
_SAYING = frozenset({("be", "attr"), ("be", "acomp"), ("have", "dobj")})
VERBS = frozenset({"VERB", "AUX"})


@lru_cache(maxsize=1)
def read_lists() -> dict[str, frozenset[str]]:
    """The lists of ``clauses.yaml``."""
    source = resources.files("extraction.rules").joinpath("clauses.yaml").read_text("utf-8")
    return {name: frozenset(lemmas.split()) for name, lemmas in yaml.safe_load(source).items()}


def find_negation(token: Token, below: Token | None, first: Token) -> str:
    """The word that denies what hangs from ``token`` by ``below``; empty: none does."""
    if below is not None:
        if below.dep_ in _CLAUSES:
            return ""
        if below.dep_ in {"conj", "appos"} and not _shares_negation(token, below):
            return ""
        if token.pos_ in VERBS and _is_beyond_negation(token, below, first):
            return ""
    elif token.pos_ in VERBS:
        return ""
    is_measure_apart = is_counted(first) and not is_in_phrase(first, token)
    for each in token.children:
        if is_measure_apart and each.lower_ in NO:
            continue  # of "no tools, 9 cm wide" the measure is not denied
        # What is denied stands behind the denying word.
        if (
            each == below
            or each.i > first.i
            or not (
                (each.lower_ in NOT and each.dep_ in {"neg", "advmod", "preconj"})
                or (each.lower_ in NO and each.dep_ in {"det", "preconj"})
                or (each.lower_ == "nor" and each.dep_ == "cc")
            )
        ):
            continue
        following = token.doc[each.i + 1].lower_ if each.i + 1 < len(token.doc) else ""
        if following not in _NO_DENIAL and following != ",":
            return each.lower_
    return ""


def _is_beyond_negation(verb: Token, below: Token, first: Token) -> bool:
    """Whether a denied verb does not deny what is mentioned: of "not bad for wool" only the badness is denied."""
    if below.dep_ in {"acomp", "attr"}:
        return not is_in_phrase(first, below)
    if below.dep_ == "prep" and any(k.dep_ == "acomp" for k in verb.children):
        return True
    return is_given(verb, below)


def is_given(verb: Token, below: Token) -> bool:
    """Whether a complement presupposes its noun: "nothing sticks to its coating" does not deny the coating."""
    if below.dep_ == "prep":
        return any(k.dep_ == "pobj" and is_definite(k) for k in below.children)
    return below.dep_ == "dobj" and is_definite(below) and verb.lemma_ not in read_lists()["containing"]


def is_definite(noun: Token) -> bool:
    """Whether a noun names a thing that is known: "the lid", "its lid"."""
    return any(k.dep_ == "poss" or k.lower_ in {"the", "this", "these"} for k in noun.children)


def has_own_word(noun: Token) -> bool:
    """Whether a noun names the product or something of it: "this organiser", "its lid"."""
    return any(k.lower_ in _OWN_WORDS for k in noun.children)


def is_counted(noun: Token) -> bool:
    """Whether a word is a number or has one: "30", "nine hours"."""
    return noun.pos_ == "NUM" or any(k.dep_ == "nummod" for k in noun.children)


def has_no(noun: Token) -> bool:
    """Whether "no" stands before a noun."""
    return any(k.lower_ == "no" for k in noun.children)


def has_comma(verb: Token, below: Token) -> bool:
    """Whether a comma parts what follows a verb from its clause: "over HDMI or, if it is older, over optical"."""
    return below.dep_ == "prep" and any(t.text == "," for t in verb.doc[verb.i : below.i])


def is_contrasted(noun: Token) -> bool:
    """Whether a later clause sets the product against a thing of its kind: "a mat of foam weighs less, but this one"."""
    later = noun.doc[noun.i + 1 :]
    return any(
        t.lower_ in {"ours", "this", "these"} and (t.dep_ in SUBJECTS or t.head.dep_ in SUBJECTS)
        for t in later
    )


def has_article(noun: Token) -> bool:
    """Whether a noun has an article or a possessive."""
    return any(k.dep_ in _ARTICLES for k in noun.children)


def is_in_phrase(token: Token, head: Token) -> bool:
    """Whether a word stands in a noun phrase, as its head, its adjective or joined with one."""
    while token != head:
        if token.dep_ not in PHRASE | {"conj"}:
            return False
        token = token.head
    return True


def is_apart_from_head(token: Token) -> bool:
    """Whether a word's clause stands by itself, so that nothing of the clause above it holds of it."""
    if token.dep_ == "advcl" or (token.dep_ == "conj" and any(k.dep_ in SUBJECTS for k in token.children)):
        return True
    low, high = sorted((token.i, token.head.i))
    if any(each.text in _BOUNDARIES for each in token.doc[low:high]):
        return True
    # Taggers tie main clauses side by side as complements of the last one.
    is_beside = token.dep_ in {"ccomp", "parataxis"} and token.head.i > token.i
    return is_beside and token.head.lemma_.casefold() not in read_lists()["reporting"]


def _shares_negation(first: Token, second: Token) -> bool:
    """Whether a negation of the first of two joined words holds of the second."""
    joints = {k.lower_ for word in (first, *_chain(second)) for k in word.children if k.dep_ == "cc"}
    if first.pos_ in NOUNS and (second.pos_ not in NOUNS or is_counted(second)):
        return False
    if first.pos_ in VERBS and second.pos_ in VERBS:
        return bool(joints & {"or", "nor"}) and not any(k.dep_ in SUBJECTS for k in second.children)
    # Of "no snags, light, washable" only the snags are denied; of "no snags, seams or holes" all three.
    is_list = bool(joints & {"or", "nor", "and"}) or first.pos_ not in NOUNS
    return is_list and "but" not in joints


def _chain(token: Token) -> Iterator[Token]:
    """A word and those that are joined to it, one after another."""
    yield token
    for each in token.children:
        if each.dep_ == "conj":
            yield from _chain(each)


def subject_of(verb: Token) -> Token | None:
    """The subject of a verb: its own, its antecedent's in a relative clause, or that of the verb that it is joined to."""
    for _ in range(MOST_STEPS):
        subjects = (k for k in verb.children if k.dep_ in SUBJECTS | {"expl"})
        own = min(subjects, key=lambda k: abs(k.i - verb.i), default=None)
        if own is not None:
            return verb.head if verb.dep_ == "relcl" and own.lower_ in {"who", "which", "that"} else own
        if verb.dep_ not in {"conj", "xcomp"} or verb.head == verb:
            return None
        verb = verb.head
    return None


def is_sold_apart(verb: Token) -> bool:
    """Whether a verb says of its subject that it is sold by itself: "is sold separately", "is an extra"."""
    apart = read_lists()["apart"]
    return any(
        (k.lower_ in apart and k.dep_ in {"attr", "advmod", "acomp", "dobj"})
        or (k.dep_ == "prep" and k.lower_ == "as" and any(o.lower_ in apart for o in k.children))
        for k in verb.children
    )


def is_fulfilled(first: Token) -> bool:
    """Whether a later clause gives what was looked for: "I wanted a wireless mouse, and this one is"."""
    for token in first.doc[first.i + 1 :]:
        if token.lower_ == "but":
            return False
        if token.dep_ in SUBJECTS and any(t.lower_ in {"this", "these"} for t in (token, *token.children)):
            return not any(k.dep_ == "neg" for k in token.head.children)
    return False


def phrase_head(token: Token) -> Token:
    """The noun that a word of a noun phrase belongs to."""
    while token.dep_ in PHRASE and token.head != token:
        token = token.head
    return token


def is_of_definite_subject(first: Token) -> bool:
    """Whether a mention stands in a definite phrase that is a clause's subject or what the subject is."""
    noun = phrase_head(first)
    if noun.pos_ not in {"NOUN", "PROPN", "ADJ"} or any(
        k.pos_ == "PROPN" and k != first and k.dep_ in PHRASE for k in noun.children
    ):
        return False
    is_definite = any(k.lower_ in {"the", "its"} and k.dep_ in _ARTICLES for k in noun.children)
    return is_definite and (
        noun.dep_ in {"nsubj", "nsubjpass"} or (noun.dep_ == "attr" and noun.head.lemma_ == "be")
    )


def is_said_of_product(first: Token) -> bool:
    """Whether "it" or "this" is, has or is made of what is mentioned: "it is a plain black strap"."""
    noun = phrase_head(first)
    while noun.dep_ == "conj" and noun.head != noun:
        noun = phrase_head(noun.head)
    verb = noun.head
    if noun.dep_ == "pobj" and verb.lower_ in {"of", "from"}:
        verb = verb.head
        is_said = verb.lemma_ == "make" and verb.tag_ == "VBN" and verb.dep_ != "acl"
    else:
        is_said = verb.tag_ in {"VBZ", "VBP"} and (verb.lemma_, noun.dep_) in _SAYING
    subject = subject_of(verb) if is_said else None
    if subject is None or any(t.lower_ in NOT | NO for t in first.doc[subject.i : first.i]):
        return False
    return subject.lower_ in _PRODUCT or any(k.lower_ in {"this", "these"} for k in subject.children)


def is_what_is_described(noun: Token) -> bool:
    """Whether a sentence is about a noun and not about what is in it: "an eye gel that cools", "this face oil is light".

    What a product contains has no article where it is named ("with oat milk") and is listed ("sunflower oil, glycerin").
    """
    if any(k.dep_ == "conj" for k in noun.children):
        return False
    if noun.dep_ == "ROOT":
        return True
    return noun.dep_ in {"nsubj", "nsubjpass", "attr"} and has_article(noun)
