"""Label lookup: finds the names of the ontology's terms in a text, in both languages."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kms.ontology.compounds import CompoundNames
from kms.ontology.model import LANGUAGES
from kms.ontology.structure import VALUE
from kms.text.chinese import fold_traditional, taiwan_words
from kms.text.plurals import is_plural, singular_of
from kms.types import Language

if TYPE_CHECKING:
    from kms.ontology.model import Ontology, Term

LabelKind = str
"""``class``, ``attribute``, ``value``, ``relation``, or an entity type that has terms."""

_HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff々〇"
_TOKEN = re.compile(
    rf"[{_HAN}]"  # every Chinese character by itself
    rf"|\d+(?:\.\d+)*"
    rf"|(?:(?![{_HAN}])[^\W\d_][\u0300-\u036f]*)+"
    r"|[^\s\-_\u2010-\u2015]"  # any other sign but blanks and hyphens
)
_POSSESSIVE = re.compile(r"(?<=[^\W\d_])['\u2019][sS](?![^\W_])")
_HYPHENS = "-_\u2010\u2011\u2012\u2013\u2014\u2015"
_SHORTEST_JOINED = 4
_MOST_JOINED = 4
_SURE_SINGULAR = 6
_SINGLE_HAN = re.compile(rf"[{_HAN}]")


@dataclass(frozen=True)
class Reading:
    """One meaning of a label.

    Attributes:
        kind: Of what it is the label; of a concept, its entity type.
        id: Of the class, attribute, value, concept or relation.
        attribute: Values only: the attribute that has it. A vocabulary that serves several attributes gives a
            reading for each.
        vocabulary: Values only.
        surface: The label as the ontology writes it.
        preferred: It is the term's label and not an alternative.
        opposite: Attributes only: it says that the attribute is not so.
        in_tables: It means this in tables alone.
    """

    kind: LabelKind
    id: str
    surface: str
    language: Language
    attribute: str | None = None
    vocabulary: str | None = None
    preferred: bool = False
    opposite: bool = False
    in_tables: bool = False

    @property
    def node(self) -> str:
        """Id of the graph node that the label names."""
        match self.kind:
            case "class":
                return f"category:{self.id}"
            case "value":
                return f"value:{self.vocabulary}/{self.id}"
            case "attribute":
                return f"value:{self.id}/{'false' if self.opposite else 'true'}"
            case _:
                return f"{self.kind}:{self.id}"


@dataclass(frozen=True)
class Match:
    """A label found in a text: ``text[start:end]``, with everything it can mean."""

    start: int
    end: int
    readings: tuple[Reading, ...]


@dataclass(frozen=True)
class _Token:
    start: int
    end: int
    exact: str
    singular: str


_NOT_KEY = re.compile(r"[^\w]+")


def normalise(text: str) -> str:
    """Fold a label or mention for comparison: words joined by single blanks.

    NFKC, case folding, traditional Chinese as simplified, hyphens and underscores as blanks, English possessives dropped.
    Each Chinese character, number and other sign is a word of its own: "IPX-4", "ipx4" and "IPX 4" are the same.
    """
    return " ".join(word for _, _, words in _words(text) for word in words)


def singular(text: str) -> str:
    """``normalise`` with English plurals folded as well ("stripes" to "stripe", "knives" to "knife"). Idempotent."""
    return " ".join(token.singular for token in _tokens(text))


def text_key(text: str) -> str:
    """A surface as a key: normalised, words joined by underscores; Chinese characters stay together."""
    folded = normalise(text)
    joined = re.sub(r"(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])", "", folded)
    return _NOT_KEY.sub("_", joined).strip("_")


def iterate_labels(ontology: Ontology) -> Iterator[Reading]:
    """Every label and alternative label of everything, in both languages."""
    for each in ontology.classes.values():
        yield from _readings("class", each)
    for attribute in ontology.attributes.values():
        in_tables = attribute.read_in == "tables"
        yield from _readings("attribute", attribute, in_tables=in_tables)
        for language in LANGUAGES:
            for name in attribute.opposite.of(language):
                yield Reading("attribute", attribute.id, name, language, opposite=True, in_tables=in_tables)
    users: dict[str, list[str | None]] = defaultdict(list)
    for attribute in ontology.attributes.values():
        if attribute.vocabulary is not None:
            users[attribute.vocabulary].append(attribute.id)
    for vocabulary in ontology.vocabularies.values():
        for value in vocabulary.values.values():
            in_tables = (value.read_in or vocabulary.read_in) == "tables"
            for user in users.get(vocabulary.id, [None]):
                yield from _readings("value", value, user, vocabulary.id, in_tables=in_tables)
    for concept in ontology.concepts():
        yield from _readings(concept.kind, concept)
    for relation in ontology.relations.values():
        yield from _readings("relation", relation)


def names_in(ontology: Ontology, language: Language) -> Iterator[str]:
    """All names of everything in one language."""
    return (reading.surface for reading in iterate_labels(ontology) if reading.language == language)


def with_taiwan_words(readings: Sequence[Reading]) -> Iterator[Reading]:
    """The readings, and behind each Chinese one the same in the words of Taiwan where those are others (滑鼠 for 鼠标)."""
    chinese = [reading.surface for reading in readings if reading.language == "zh"]
    others = iter(zip(chinese, taiwan_words(chinese), strict=True))
    for reading in readings:
        yield reading
        if reading.language == "zh":
            surface, other = next(others)
            if fold_traditional(surface) != other:
                yield replace(reading, surface=other, preferred=False)


class LabelIndex:
    """Label to meanings, and longest matches in running text."""

    def __init__(self, ontology: Ontology) -> None:
        """Index all labels of an ontology."""
        self._spaced = _Names(" ")
        self._joined = _Names("")
        self._longest_from: dict[str, int] = defaultdict(int)
        self._compounds = CompoundNames()
        self._in_compounds: dict[str, list[Reading]] = defaultdict(list)
        self._compounding = frozenset(
            each.id for each in ontology.entities.values() if each.compounds == "joined"
        )
        apart = {VALUE, *(each.id for each in ontology.entities.values() if each.plurals == "apart")}
        for reading in with_taiwan_words(list(iterate_labels(ontology))):
            tokens = _tokens(reading.surface)
            self._spaced.add(reading, tokens, apart)
            if _can_be_joined(tokens):
                self._joined.add(reading, tokens, apart)
            if tokens:
                first = tokens[0].singular
                self._longest_from[first] = max(self._longest_from[first], len(tokens))
            name = fold_traditional(reading.surface)
            if reading.kind in self._compounding and self._compounds.add_joined(name):
                self._in_compounds[name].append(reading)
            elif reading.kind == "class" and self._compounding and (short := self._compounds.add_class(name)):
                self._in_compounds[short].append(reading)

    def __len__(self) -> int:
        """Number of different normalised labels."""
        return len(self._spaced.exact)

    def lookup(self, surface: str, language: Language | None = None) -> tuple[Reading, ...]:
        """All meanings of a surface; empty when unknown.

        A surface is compared as it is written, then by its singular, then as one word or with hyphens ("wifi" for
        "Wi-Fi", "head-phones"). Chinese shops write English terms and the reverse, so ``language`` only narrows where
        it is given.
        """
        tokens = _tokens(surface)
        for readings in self._meanings(surface, tokens):
            if readings:
                return _distinct(reading for reading in readings if language in (None, reading.language))
        return ()

    def find(
        self, text: str, kinds: frozenset[LabelKind] | None = None, *, in_table: bool = False
    ) -> tuple[Match, ...]:
        """Find the longest labels in a text, from left to right, without overlaps.

        A Chinese label of one character counts only where no other Chinese character stands beside it, or in a compound
        with the name of a class (see ``kms.ontology.compounds``); one or two letters only where no digit is tied to them
        ("S22" is no size S), and an acronym of two letters ("US") only in capitals.

        Args:
            text: Any text; offsets of the matches are into it.
            kinds: Look only for these; default all.
            in_table: The text is a cell, where names count that mean nothing elsewhere.
        """
        tokens = _tokens(text)
        matches: list[Match] = []
        position = 0
        while position < len(tokens):
            longest = self._longest_from.get(tokens[position].singular, 0)
            longest = max(longest, _compound_length(text, tokens, position))
            for stop in range(min(len(tokens), position + longest), position, -1):
                readings = self._readings_at(text, tokens, position, stop, kinds, in_table=in_table)
                if readings:
                    matches.append(Match(tokens[position].start, tokens[stop - 1].end, readings))
                    position = stop - 1
                    break
            position += 1
        if (
            self._compounding
            and not text.isascii()
            and (kinds is None or {"class", *self._compounding} <= kinds)
        ):
            return self._with_compounds(text, matches)
        return tuple(matches)

    def _with_compounds(self, text: str, matches: Sequence[Match]) -> tuple[Match, ...]:
        kinds = [{reading.kind for reading in match.readings} for match in matches]
        spans = [(match.start, match.end) for match in matches]
        folded = fold_traditional(text)
        parts = self._compounds.find(
            folded,
            joined=[span for span, kind in zip(spans, kinds, strict=True) if kind & self._compounding],
            classes=[span for span, kind in zip(spans, kinds, strict=True) if "class" in kind],
            taken=spans,
        )
        found = [Match(start, end, _distinct(self._in_compounds[folded[start:end]])) for start, end in parts]
        return tuple(sorted((*matches, *found), key=lambda match: match.start)) if found else tuple(matches)

    def _readings_at(
        self,
        text: str,
        tokens: list[_Token],
        start: int,
        stop: int,
        kinds: frozenset[LabelKind] | None,
        *,
        in_table: bool,
    ) -> tuple[Reading, ...]:
        span = tokens[start:stop]
        if stop - start == 1 and (_is_han_inside(tokens, start) or _is_tied_to_digits(text, span[0])):
            return ()
        surface = text[span[0].start : span[-1].end]

        for readings in self._meanings(surface, span):
            wanted = _distinct(
                reading
                for reading in readings
                if (kinds is None or reading.kind in kinds)
                and (in_table or not reading.in_tables)
                and not (_is_short_acronym(reading.surface) and not surface.isupper())
            )
            if wanted:
                return wanted
        return ()

    def _meanings(self, surface: str, tokens: Sequence[_Token]) -> Iterator[Sequence[Reading]]:
        """Readings by each way of comparing, the strictest first."""
        yield from self._spaced.find(tokens)
        if _is_one_word(surface) and _can_be_joined(tokens):
            yield from self._joined.find(tokens)


class _Names:
    """Readings by their labels' words, joined by a blank or by nothing, as written and in the singular."""

    def __init__(self, separator: str) -> None:
        self._separator = separator
        self.exact: dict[str, list[Reading]] = defaultdict(list)
        self.singular: dict[str, list[Reading]] = defaultdict(list)

    def add(self, reading: Reading, tokens: Sequence[_Token], apart: set[str]) -> None:
        """Add a label; ``apart`` are the kinds whose plurals mean something else."""
        self.exact[self._separator.join(token.exact for token in tokens)].append(reading)
        if _has_plural(reading, tokens, apart):
            self.singular[self._separator.join(token.singular for token in tokens)].append(reading)

    def find(self, tokens: Sequence[_Token]) -> Iterator[Sequence[Reading]]:
        """The readings of these words as written, then of their singular."""
        yield self.exact.get(self._separator.join(token.exact for token in tokens), ())
        yield self.singular.get(self._separator.join(token.singular for token in tokens), ())


def _can_be_joined(tokens: Sequence[_Token]) -> bool:
    """Whether a label may be written as one word: Latin words and numbers, long enough to be told from others."""
    joined = "".join(token.singular for token in tokens)
    return len(joined) >= _SHORTEST_JOINED and joined.isascii() and joined.isalnum()


def _is_one_word(surface: str) -> bool:
    """Whether a surface is one word or words joined by hyphens; "over all" is two words and no "overall"."""
    return not any(character.isspace() for character in surface)


def _compound_length(text: str, tokens: Sequence[_Token], position: int) -> int:
    """Number of words from here on that are joined by hyphens; 1 for a single word."""
    stop = position + 1
    while (
        stop < min(len(tokens), position + _MOST_JOINED)
        and tokens[stop].start - tokens[stop - 1].end == 1
        and text[tokens[stop - 1].end] in _HYPHENS
    ):
        stop += 1
    return stop - position


def _is_tied_to_digits(text: str, token: _Token) -> bool:
    if token.end - token.start > 2 or not token.exact.isascii() or not token.exact.isalpha():
        return False
    return text[token.end : token.end + 1].isdigit() or text[max(0, token.start - 1) : token.start].isdigit()


def _distinct(readings: Iterable[Reading]) -> tuple[Reading, ...]:
    """One reading for each meaning, where a term has the same words in both languages or in two spellings."""
    meanings: dict[tuple[str, str, str | None], Reading] = {}
    for reading in readings:
        meanings.setdefault((reading.kind, reading.id, reading.attribute), reading)
    return tuple(meanings.values())


def _readings(
    kind: LabelKind,
    term: Term,
    attribute: str | None = None,
    vocabulary: str | None = None,
    *,
    in_tables: bool = False,
) -> Iterator[Reading]:
    for language in LANGUAGES:
        for index, name in enumerate(term.names(language)):
            yield Reading(
                kind,
                term.id,
                name,
                language,
                attribute,
                vocabulary,
                preferred=index == 0,
                in_tables=in_tables,
            )


def _tokens(text: str) -> list[_Token]:
    return [
        _Token(start, end, " ".join(words), " ".join(singular_of(word) for word in words))
        for start, end, words in _words(text)
    ]


def _words(text: str) -> Iterator[tuple[int, int, Sequence[str]]]:
    """Where each token begins and ends, and the folded words that it is."""
    text = fold_traditional(text)
    skip = {match.start() for match in _POSSESSIVE.finditer(text)}
    dropped_until = -1
    for match in _TOKEN.finditer(text):
        if match.start() in skip:
            dropped_until = match.end() + 1
            continue
        if match.start() < dropped_until:
            continue
        words = _fold(match.group())
        if words:
            yield match.start(), match.end(), words


@lru_cache(maxsize=50_000)
def _fold(token: str) -> tuple[str, ...]:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", token).casefold())
    folded = fold_traditional(folded)  # of radicals and compatibility forms: ⿂ is 魚 only now
    return (folded,) if folded == token else tuple(_TOKEN.findall(folded))


def _has_plural(reading: Reading, tokens: Sequence[_Token], apart: set[str]) -> bool:
    """Whether singular and plural of a label mean the same.

    Not so for one word of a kind that keeps them ``apart`` ("glasses" is not the material glass, "sleeps" not for
    sleep), nor from a short alternative label in the plural to its singular ("cans" are headphones, "can" is a verb);
    a long one that names a class has one meaning in both ("earbuds", "ankle boots").
    """
    if reading.kind in apart and len(tokens) == 1:
        return False
    if reading.preferred or not any(is_plural(token.exact) for token in tokens):
        return True
    return reading.kind == "class" and (len(tokens) > 1 or len(tokens[0].singular) >= _SURE_SINGULAR)


def _is_han_inside(tokens: list[_Token], index: int) -> bool:
    if not _SINGLE_HAN.fullmatch(tokens[index].exact):
        return False
    beside = [tokens[other] for other in (index - 1, index + 1) if 0 <= other < len(tokens)]
    return any(
        _SINGLE_HAN.fullmatch(other.exact) and tokens[index].start in (other.end, other.start - 1)
        for other in beside
    )


def _is_short_acronym(surface: str) -> bool:
    return len(surface) == 2 and surface.isascii() and surface.isalpha() and surface.isupper()
