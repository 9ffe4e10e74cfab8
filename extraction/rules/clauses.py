"""Clauses: whether the dependency tree of a sentence makes a mention a fact of the product.

Walks from the mention's head up to the root of its sentence and asks at each word who is spoken of and whether it is stated:
negations and verbs of lacking, conditions, wishes and reports, standards of comparisons, other products and people as
subjects or owners, things sold apart. In the other direction a definite subject ("the brass knobs turn easily") says that
the product has what is mentioned.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from extraction.rules.trees import (
    MOST_STEPS,
    NO,
    NOT,
    NOUNS,
    PHRASE,
    SUBJECTS,
    VERBS,
    find_negation,
    has_article,
    has_comma,
    has_no,
    has_own_word,
    is_apart_from_head,
    is_contrasted,
    is_counted,
    is_definite,
    is_fulfilled,
    is_given,
    is_of_definite_subject,
    is_said_of_product,
    is_sold_apart,
    phrase_head,
    read_lists,
    subject_of,
)

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

Says = Literal["own", "denied", "other", "unstated"]


class Standing(NamedTuple):
    """What a sentence says of a mention.

    Attributes:
        says: ``own``: the product has it; ``denied``: it has it not; ``other``: another thing or person has it;
            ``unstated``: it is only supposed, wished for or told by somebody.
        reason: The word that decides.
    """

    says: Says
    reason: str


_NOBODY = frozenset({"nothing", "none", "neither", "nobody"})
_COMPLEMENTS = frozenset({"dobj", "attr", "acomp", "oprd", "prep", "xcomp", "ccomp"})
_CONDITIONS = frozenset({"if", "unless", "whether", "lest"})
_WITHIN = frozenset({"of", "from", "in", "with"})
_STANDARDS = frozenset({"than", "unlike", "versus", "vs", "vs."})
_HYPOTHETICAL = frozenset({"would", "could", "might", "should", "'d", "’d", "ought"})
_PERFECT = frozenset({"have", "'ve", "’ve", "of"})
_SHIFTED = frozenset({"should", "had", "were"})
_LOOKS_LIKE = frozenset({"look", "feel", "shine", "seem", "smell", "sound", "appear", "act"})


def judge(
    doc: Doc,
    start: int,
    end: int,
    own: frozenset[str],
    kinds: frozenset[str],
    *,
    is_review: bool,
    is_look: bool = False,
) -> Standing | None:
    """What a sentence says of the mention; ``None``: nothing for or against its being the product's.

    Args:
        doc: The parsed sentence.
        start: First character of the mention within it.
        end: Behind its last character.
        own: Nouns that name the product.
        kinds: Nouns that name products of any class.
        is_review: The text is a review, in which wishes and reports state nothing.
        is_look: The mention is a look, which every thing has, and the product's class is known.
    """
    span = doc.char_span(start, end, alignment_mode="expand")
    if span is None or not len(span):
        return None
    return _Walk(span.root, own, kinds, is_review=is_review, is_look=is_look).climb()


class _Walk:
    """The way from a mention's head to the root of its sentence."""

    def __init__(
        self, first: Token, own: frozenset[str], kinds: frozenset[str], *, is_review: bool, is_look: bool
    ) -> None:
        self._first, self._own, self._kinds = first, own, kinds
        self._is_review, self._is_look = is_review, is_look
        self._denial = ""
        self._is_given = False
        """A phrase on the way presupposes its noun ("its coating"), which nothing above it denies."""

    def climb(self) -> Standing | None:
        token, below = self._first, None
        for _ in range(MOST_STEPS):
            standing = self._look(token, below)
            if standing is not None:
                return standing
            if token.head == token or is_apart_from_head(token):
                break
            token, below = token.head, token
        if self._denial:
            return Standing("denied", self._denial)
        is_own = is_of_definite_subject(self._first) or is_said_of_product(self._first)
        return Standing("own", "subject") if is_own else None

    def _look(self, token: Token, below: Token | None) -> Standing | None:
        if not self._is_given:
            self._deny(find_negation(token, below, self._first))
        if token.dep_ in {"prep", "agent"} or token.pos_ == "ADP":
            return self._look_at_preposition(token, below)
        if below is None or below.dep_ in {"conj", "cc", "punct"}:
            return None
        if token.pos_ in NOUNS:
            return self._look_at_noun(token, below)
        if token.pos_ in VERBS and below.dep_ != "advcl":
            standing = self._look_at_verb(token, below)
            self._is_given = self._is_given or is_given(token, below)
            return standing
        return None

    def _deny(self, word: str) -> None:
        if word:
            self._denial = "" if self._denial else word

    # nouns

    def _look_at_noun(self, noun: Token, below: Token) -> Standing | None:
        if noun.lower_ in _NOBODY and below.dep_ == "prep" and below.lower_ != "but":
            return Standing("denied", noun.lower_)
        whose = self._whose(noun)
        if whose == "other" or (whose == "person" and below.dep_ in {"acl", "poss"}):
            return Standing("other", noun.lower_)
        if self._is_look and self._is_other_thing(noun):
            return Standing("other", noun.lower_)
        if below.dep_ == "prep" and has_own_word(noun):
            self._is_given = True
        return None

    def _whose(self, noun: Token) -> Literal["person", "other", ""]:
        """Whether a noun names people or another product than the one described."""
        lists, lemma = read_lists(), noun.lemma_.casefold()
        if lemma in lists["people"] | lists["household"] and noun.pos_ != "PROPN":
            return "person"
        is_kin = lemma in lists["kin"] or lemma in self._kinds or lemma in self._own
        for each in noun.children:
            if is_kin and each.dep_ == "relcl" and each.lemma_ in lists["possessing"]:
                owner = next((k for k in each.children if k.dep_ == "nsubj"), None)
                if owner is not None and owner.lemma_.casefold() in lists["people"] and owner.pos_ == "NOUN":
                    return "other"
            is_owner = each.dep_ == "poss" and each.pos_ == "NOUN" and not has_own_word(each)
            owner_lemma = each.lemma_.casefold() if is_owner else ""
            if (
                owner_lemma
                and owner_lemma not in lists["household"]
                and (is_kin or owner_lemma in lists["people"])
            ):
                return "other"
            if (
                is_kin
                and each.i < noun.i
                and each.dep_ in PHRASE | {"det"}
                and each.lower_ in lists["others"]
                and (each.dep_ == "det" or noun.tag_ == "NNS" or has_article(noun))
            ):
                return "other"
        return ""

    def _is_other_thing(self, noun: Token) -> bool:
        """Whether a noun names a thing of another class that the product is used with or held against."""
        lemma = noun.lemma_.casefold()
        if lemma not in self._kinds or is_definite(noun):
            return False
        if lemma in self._own:
            return noun.dep_ in SUBJECTS and is_contrasted(noun)
        verb = noun.head
        if noun.dep_ == "pobj":
            return verb.lower_ == "for" or (
                verb.lower_ in {"with", "over"} and verb.head.lemma_ in read_lists()["using"]
            )
        return noun.dep_ in SUBJECTS or (noun.dep_ == "dobj" and verb.lemma_ in read_lists()["fitting"])

    # prepositions

    def _look_at_preposition(self, token: Token, below: Token | None) -> Standing | None:
        if below is None or below.dep_ == "conj":
            return None
        word, head = token.lower_, token.head
        before = token.doc[token.i - 1].lower_ if token.i else ""
        if word in {"without", "minus", "sans"}:
            is_measure_apart = is_counted(self._first) and phrase_head(self._first) != below
            if not is_measure_apart and not self._is_beyond_object(token):
                self._deny(word)
        elif word == "than" and below == self._first and below.pos_ in {"NUM", "NOUN"} and is_counted(below):
            return None  # a bound: "less than one pound"
        elif word in _STANDARDS or (word == "like" and head.lemma_ in _LOOKS_LIKE):
            return Standing("other", word)
        elif word == "as" and token.dep_ == "prep":
            if any(k.lower_ == "as" and k != token for k in head.children):
                return Standing("other", "as")
        elif word in {"of", "from"} and before == "free":
            return Standing("denied", "free")
        elif (word == "of" and before in {"instead", "devoid", "void"}) or (
            word == "to" and before in {"goodbye", "allergic", "alternative", "compared"}
        ):
            return Standing("other", before)
        return None

    def _is_beyond_object(self, preposition: Token) -> bool:
        """Whether more than a list parts the mention from a preposition: "without grease, proof to 230 °C"."""
        way = [t for t in (self._first, *self._first.ancestors) if t.i > preposition.i]
        if any(t.pos_ == "ADP" and t.lower_ not in _WITHIN for t in way):
            return True
        is_list = any(t.dep_ == "conj" for t in way) and all(
            t.pos_ in NOUNS or t.dep_ in PHRASE or t.lower_ == "of" for t in way
        )
        return not is_list and any(t.text == "," for t in preposition.doc[preposition.i : self._first.i])

    # verbs

    def _look_at_verb(self, verb: Token, below: Token) -> Standing | None:
        subject = subject_of(verb)
        negation = next(
            (k.lower_ for k in verb.children if k.dep_ in {"neg", "advmod"} and k.lower_ in NOT), ""
        )
        return (
            self._is_supposed(verb, below, subject, negation)
            or self._is_of_subject(verb, below, subject)
            or self._is_what_becomes(verb, below, negation)
            or self._is_object(verb, below, subject, negation)
        )

    def _is_supposed(
        self, verb: Token, below: Token, subject: Token | None, negation: str
    ) -> Standing | None:
        if self._is_given:
            return None
        kids = list(verb.children)
        mark = next((k.lower_ for k in kids if k.dep_ in {"mark", "advmod"} and k.lower_ in _CONDITIONS), "")
        is_yours = (
            subject is not None
            and subject.lower_ == "you"
            and verb.dep_ in {"advcl", "ROOT"}
            and not negation
        )
        is_within = not has_comma(verb, below)
        if mark and is_within and not is_yours and not (mark == "whether" and verb.dep_ == "advcl"):
            return Standing("unstated", mark)
        auxiliaries = [k for k in kids if k.dep_ in {"aux", "auxpass"}]
        names = {k.lower_ for k in auxiliaries}
        if names & _HYPOTHETICAL and names & _PERFECT:
            return Standing("unstated", "would have")
        if below.dep_ in SUBJECTS and "would" in names:
            return Standing("unstated", "would")
        is_inverted = auxiliaries and subject is not None and auxiliaries[0].i < subject.i
        if verb.dep_ == "advcl" and is_inverted and auxiliaries[0].lower_ in _SHIFTED:
            return Standing("unstated", auxiliaries[0].lower_)
        return None

    def _is_of_subject(self, verb: Token, below: Token, subject: Token | None) -> Standing | None:
        """Another product or a person as the subject of what is mentioned."""
        if subject is None or below.dep_ in SUBJECTS:
            return None
        lists, is_complement = read_lists(), below.dep_ in _COMPLEMENTS - {"ccomp", "xcomp"}
        # Of "no tools needed, 10-year warranty" the measure is not denied.
        has_none = not is_counted(self._first) and any(k.lower_ in NO for k in subject.children)
        is_nobody = subject.lower_ in _NOBODY or has_none
        is_but = any(k.lower_ == "but" for k in subject.children)
        if is_nobody and is_complement and not (is_but or self._is_given or is_given(verb, below)):
            return Standing("denied", subject.lower_)
        whose = self._whose(subject)
        if whose == "other" or subject.lower_ == "whoever":
            return Standing("other", subject.lower_)
        if whose == "person" and is_complement:
            is_desired = verb.dep_ == "relcl" and verb.lemma_ in lists["desiring"]
            if is_desired and not any(k.dep_ == "neg" for k in verb.children):
                return None
            if verb.dep_ == "relcl" or verb.lemma_ in lists["having"]:
                return Standing("other", subject.lower_)
        return None

    def _is_what_becomes(self, verb: Token, below: Token, negation: str) -> Standing | None:
        """What is said of a subject: that it is sold apart, or that it is not there."""
        if below.dep_ not in SUBJECTS:
            return None
        if is_sold_apart(verb):
            return Standing("other", "apart")
        if any(
            k.dep_ == "dobj" and k.lemma_ in {"place", "room", "business"} and has_no(k)
            for k in verb.children
        ):
            return Standing("denied", "no place")
        if verb.lemma_ in read_lists()["lacking"] and below.dep_ == "nsubjpass":
            self._deny(verb.lemma_)
        if negation and below == self._first and not has_article(below):
            if verb.lemma_ != "be" and below.dep_ != "nsubjpass":
                return None
            return Standing("denied", negation)
        return None

    def _is_object(self, verb: Token, below: Token, subject: Token | None, negation: str) -> Standing | None:
        lists, role, lemma = read_lists(), below.dep_, verb.lemma_.casefold()
        if role == "dobj" and lemma in lists["lacking"]:
            self._deny(lemma)
        if role == "dobj" and lemma in lists["leaving"] and not negation:
            return Standing("other", lemma)
        if (
            role == "dobj"
            and lemma in lists["sending"]
            and not self._is_review
            and below != self._first
            and below.lemma_ not in self._own
        ):
            return Standing("other", lemma)
        is_in_vain = any(
            k.lower_ == "in" and any(o.lower_ == "vain" for o in k.children) for k in verb.children
        )
        if is_in_vain and role == "prep":
            return Standing("unstated", "in vain")
        if not self._is_review or self._is_given or is_fulfilled(self._first):
            return None
        who = subject.lower_ if subject is not None else ""
        if (
            lemma in lists["wishing"]
            and who != "you"
            and not negation
            and role in {"dobj", "xcomp", "ccomp", "prep"}
        ):
            is_for = role == "prep" and below.lower_ == "for"
            if lemma in {"look", "ask", "search", "wait", "long", "hope"}:
                is_wish = is_for or (lemma == "hope" and role in {"ccomp", "xcomp"})
            else:
                is_wish = role != "prep" and not (lemma in {"need", "want"} and who in {"you", "it"})
            if is_wish:
                return Standing("unstated", lemma)
        is_of_person = who == "they" or (subject is not None and self._whose(subject) == "person")
        if role == "dobj" and is_of_person and who not in {"i", "we"} and lemma in lists["claiming"]:
            return Standing("unstated", lemma)
        is_told = role in {"ccomp", "oprd", "xcomp"} and lemma in lists["reporting"] and below.i > verb.i
        if is_told and (who not in {"i", "we", ""} or lemma in lists["unsure"]):
            return Standing("unstated", lemma)
        return None
