"""Signs of a product's kind where no category says it, and the guess of its class by them.

Signs are the words of a product's title and text and the columns of its table. A class that was induced from titles lists
its signs with weights (``OntologyClass.signs``). The nouns that a title is about come first: only among classes that they
name do signs decide, and a title that names no class is guessed by its signs alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from weakref import ReferenceType, ref

from kms.catalog.documents import TAGS
from kms.catalog.models import Product
from kms.induction.columns import read_column
from kms.induction.heads import Head, heads_of
from kms.induction.stated import cut_stated
from kms.ontology.labels import normalise, singular
from kms.ontology.model import LANGUAGES, Ontology
from kms.text.chinese import fold_traditional
from kms.text.chinese_words import longest_words
from kms.text.nouns import is_countable
from kms.text.plurals import singular_of

TITLE, COLUMN, TEXT = "title", "column", "text"
WEIGHT_OF = {TITLE: 1.0, COLUMN: 0.8, TEXT: 0.4}
"""Weight of a sign by its source, before rarity."""
FIRST = 0.08
"""What the first noun of a title that names a class is worth before later ones, in units of likeness."""
FAMILY_MARGIN = 0.06
"""Likeness by which a guessed class must be more like than its siblings; else the class above them is the guess."""
FAMILY_SHARE = 0.6
"""Share of its likeness from which the class above a guessed one is the guess, where no word of the product tells which."""
LEAST_LIKENESS = 0.08
"""Least likeness to a class for a product whose title names none."""
DOUBTFUL_LIKENESS = 0.12
"""Least likeness to a class for a product whose title is about a thing that no class is called after."""
NAMED_CONFIDENCE = 0.9
GUESSED_CONFIDENCE = 0.7
SURER, SURER_LIKENESS, SURER_SHARE = 0.15, 0.2, 0.5
"""A class that the title does not name is the guess where the product is more like it by this, at least so like it, and the
named one at most at this share of it: a food processor is no processor of a computer."""
_RUN = re.compile(r"[\u3400-\u9fff]+|[^\W\d_\u3400-\u9fff]{2,}")
_LONGEST_TEXT = 400
_BEGINNING = 100
_MOST_COLUMNS = 200


@dataclass(frozen=True)
class Guess:
    """The class that a product seems to be of.

    Attributes:
        likeness: To the class, from 0 to 1.
        is_named: Whether the title names the class.
    """

    class_id: str
    likeness: float
    is_named: bool

    @property
    def confidence(self) -> float:
        """Precision of such guesses (docs/results/induction.md)."""
        return NAMED_CONFIDENCE if self.is_named else GUESSED_CONFIDENCE


def fold_cell(name: str, value: str) -> tuple[str, str]:
    """A cell for comparison: the column's key and the value."""
    return read_column(name).key, normalise(value)


def signs_of(product: Product) -> dict[str, float]:
    """A product's signs with the weight of their source, each once."""
    signs: dict[str, float] = {}
    for source, word in _all_signs(product):
        signs.setdefault(f"{source} {word}", WEIGHT_OF[source])
    return signs


def _all_signs(product: Product) -> Iterator[tuple[str, str]]:
    brand = {singular_of(word.casefold()) for word in _RUN.findall(product.brand or "")}
    for word in words_of(product.title):
        if word not in brand:
            yield TITLE, word
    for name in list(product.table())[:_MOST_COLUMNS]:
        yield COLUMN, read_column(name).key
    for word in words_of(product.description[:_LONGEST_TEXT]):
        if word not in brand:
            yield TEXT, word


def words_of(text: str) -> Iterator[str]:
    """The words of a text without digits, English ones in the singular; of Chinese the dictionary's longest."""
    for run in _RUN.findall(fold_traditional(text)):
        if "\u3400" <= run[0] <= "\u9fff":
            yield from longest_words(run)
        else:
            yield singular_of(run.casefold())


class ClassGuesser:
    """Guesses the classes of products without a category."""

    def __init__(
        self,
        names: Mapping[str, str],
        signs: Mapping[str, Mapping[str, float]],
        cells: Mapping[tuple[str, str], str] | None = None,
        parents: Mapping[str, str | None] | None = None,
    ) -> None:
        """Prepare.

        Args:
            names: Names of classes in the singular, with the class's id.
            signs: Of each class, with their weights.
            cells: Cells of tables that mean a class, as ``fold_cell`` gives them.
            parents: The class above each one that is below another class that was told so.
        """
        self._parents = {each: above for each, above in (parents or {}).items() if above in signs}
        self._names = names
        self._names_of: dict[str, list[str]] = {}
        for name, class_id in names.items():
            self._names_of.setdefault(class_id, []).append(name)
        self._cells = cells or {}
        self._nouns = frozenset(name.rpartition(" ")[2] for name in names)
        self._classes_of: dict[str, list[tuple[str, float]]] = {}
        for class_id, weights in signs.items():
            for sign, weight in weights.items():
                self._classes_of.setdefault(sign, []).append((class_id, weight))

    @classmethod
    def of(cls, ontology: Ontology) -> ClassGuesser | None:
        """The guesser of an ontology's classes; ``None`` where none has signs or cells."""
        told = [each for each in ontology.classes.values() if each.signs or each.cells]
        names: dict[str, str] = {}
        for each in told:
            for language in LANGUAGES:
                names.setdefault(singular(each.label.of(language)), each.id)
        for each in told:
            for language in LANGUAGES:
                for name in each.alt.of(language):
                    names.setdefault(singular(name), each.id)
        cells = {fold_cell(*cell.split(": ", 1)): each.id for each in told for cell in each.cells}
        if not told:
            return None
        parents = {each.id: each.parent for each in told}
        return cls(names, {each.id: each.signs for each in told}, cells, parents)

    def guess(self, product: Product) -> Guess | None:
        """The class that a product seems to be of; ``None`` where nothing tells."""
        likeness = self._likeness(signs_of(product))
        stated = self.stated(product)
        if stated is not None:
            return Guess(stated, likeness.get(stated, 0.0), is_named=True)
        named = list(self._in_title(product))
        in_text = [] if named else list(self._in_text(product))
        named = named or [c for c in in_text if likeness.get(c, 0.0) >= LEAST_LIKENESS]
        if named:
            ranked = [
                (likeness.get(c, 0.0) + (0.0 if place else FIRST), -place, c) for place, c in enumerate(named)
            ]
            class_id = max(ranked)[2]
            surer = surely_like(likeness, likeness.get(class_id, 0.0))
            if surer is not None:
                return Guess(surer, likeness[surer], is_named=False)
            return Guess(class_id, likeness.get(class_id, 0.0), is_named=True)
        ranked_classes = sorted(likeness.items(), key=lambda item: (-item[1], item[0]))[:2]
        if not ranked_classes or ranked_classes[0][1] < LEAST_LIKENESS:
            return Guess(in_text[0], likeness.get(in_text[0], 0.0), is_named=False) if in_text else None
        best, value = ranked_classes[0]
        if value < DOUBTFUL_LIKENESS and self._names_another(product):
            return None
        above = self._parents.get(best)
        if above is not None and len(ranked_classes) > 1:
            other, next_value = ranked_classes[1]
            if self._parents.get(other) == above and value - next_value < FAMILY_MARGIN:
                best = above  # the siblings are as likely: what they have in common is surer
        near = FAMILY_SHARE * value
        if (
            above is not None
            and likeness.get(above, 0.0) >= near
            and not self._says_which(product, best, above)
        ):
            best = above  # nothing says that a printer is an inkjet printer
        return Guess(best, value, is_named=False)

    def _says_which(self, product: Product, class_id: str, above: str) -> bool:
        """Whether title, text or table have the words that tell a class from the one above it."""
        own = set(words_of(f"{product.title} {product.description} {' '.join(product.attributes.values())}"))
        wider = {word for name in self._names_of.get(above, ()) for word in name.split()}
        return any(own.issuperset(set(name.split()) - wider) for name in self._names_of.get(class_id, ()))

    def stated(self, product: Product) -> str | None:
        """The class that a cell of the product's table means, or one of its tags."""
        if not self._cells:
            return None
        stated = (*product.attributes.items(), *((TAGS, tag) for tag in product.tags))
        cells = (self._cells.get(fold_cell(name, value)) for name, value in stated)
        return next((class_id for class_id in cells if class_id is not None), None)

    def named(self, product: Product) -> Iterator[str]:
        """Classes that the nouns of a title name, in its order; without any, those that the beginning of the text names."""
        yield from self._in_title(product) or self._in_text(product)

    def _names_another(self, product: Product) -> bool:
        """Whether a title is about a thing that no class is called after: a rare thing has none."""
        brand = {singular_of(word.casefold()) for word in _RUN.findall(product.brand or "")}
        heads = heads_of(cut_stated(product, self._is_name), self._nouns)
        return any(
            is_countable(head.noun) and not head.is_counted and head.noun not in brand for head in heads
        )

    def _in_title(self, product: Product) -> dict[str, None]:
        title = cut_stated(product, self._is_name)
        return dict.fromkeys(self._named(heads_of(title, self._nouns)))

    def _in_text(self, product: Product) -> dict[str, None]:
        return dict.fromkeys(self._named(heads_of(product.description[:_BEGINNING], self._nouns)))

    def _is_name(self, phrase: str) -> bool:
        return " " in phrase and phrase in self._names

    def _named(self, heads: list[Head]) -> Iterator[str]:
        """Each noun's most special class."""
        for head in heads:
            if head.is_counted:
                continue
            phrase = normalise(f"{head.before} {head.noun}")
            class_id = (
                self._names.get(singular(phrase))
                or self._names.get(head.noun)
                or self._names.get(singular(head.noun))
            )
            if class_id is not None:
                yield class_id

    def _likeness(self, signs: Mapping[str, float]) -> dict[str, float]:
        length = sqrt(sum(weight * weight for weight in signs.values())) or 1.0
        sums: dict[str, float] = {}
        for sign, weight in signs.items():
            for class_id, own in self._classes_of.get(sign, ()):
                sums[class_id] = sums.get(class_id, 0.0) + weight * own / length
        return sums


def surely_like(likeness: Mapping[str, float], named: float) -> str | None:
    """The class that a product is surely more like than the one that its title names; ``None`` where none is.

    Args:
        likeness: To each class.
        named: To the named one.
    """
    best = max(likeness.items(), key=lambda item: (item[1], item[0]), default=None)
    if best is None or best[1] < max(SURER_LIKENESS, named + SURER) or named > SURER_SHARE * best[1]:
        return None
    return best[0]


_made: list[tuple[ReferenceType[Ontology], ClassGuesser | None]] = []


def guesser_of(ontology: Ontology) -> ClassGuesser | None:
    """The guesser of an ontology, made once; ``None`` where no class is told by signs or cells."""
    for reference, guesser in _made:
        if reference() is ontology:
            return guesser
    made = ClassGuesser.of(ontology)
    _made[:] = [*_made[-3:], (ref(ontology), made)]
    return made
