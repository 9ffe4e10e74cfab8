"""Kinds of products out of titles and columns, for products that no category path classes.

A noun that titles are about may be a kind ("cartridge"), or a series, a quality or a count ("Galaxy", "premium", "sheets").
It is a kind where several brands' titles are about it, where no number stands behind it, where texts do not mostly use it
before another noun ("laser printer"), and where it does not mostly follow upon a more frequent kind ("notebook … Business").
The word before it makes a kind below it where that is frequent and passes the same tests. The values of a column that is
called type of product are kinds, too, and so is a value of another column, or a tag, that most titles of its products are
about.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from math import sqrt

from kms.catalog.models import Product
from kms.induction.columns import KIND_COLUMNS, TAG_COLUMN, read_column, speaks_of_kinds
from kms.induction.heads import SORTS, Head, heads_of, is_common, is_english, is_noun
from kms.induction.stated import cut_stated, stated_values
from kms.ontology.labels import normalise, singular
from kms.ontology.model import Ontology
from kms.quantities.units import UNIT_OF_SURFACE
from kms.text.answers import read_answer
from kms.text.chinese import contains_chinese
from kms.text.nouns import is_countable, is_quality, is_verb_form, plurals_of
from kms.text.plurals import singular_of

LEAST_PRODUCTS = 3
LEAST_THINGS = 2
"""Least products of a kind whose noun is surely a thing."""
LEAST_SHARE = 0.0003
_COUNTED = 0.3
_NUMBERED = 0.6
_BESIDE = 0.6
_ONE_BRAND = 0.9
_PLURAL = 0.35
_FIRST = 0.3
_OF_NOUN = 0.25
_MOSTLY_OF_NOUN = 0.5
_SHORTEST = 3
_COMPOUND = 0.75
"""Share of a noun's titles in which a noun stands before it, from which it is the head of compounds: "phone accessory"."""
_BEFORE_NOUNS = 0.5
"""Share of a word's uses in texts before another noun, from which it is a qualifier and no kind, if it has no plural."""
_THING_BEFORE_NOUNS = 0.3
_LOWER = 0.5
"""Share of a noun's titles that write it in lower case, from which it is no name."""
_COMMON_NOUN, _THING_NOUN = 0.66, 0.25
"""Least sum of the shares of a noun's titles that write it in lower case, with a noun before it and in the plural, and of
its plural in texts, for a kind; less where texts use it as a thing."""
_MANY_BRANDS, _SHARED_NOUN = 6, 0.5
"""The least sum where so many brands use a noun, some behind another one."""
_SURELY_LAST, _OFTEN_LAST, _OFTEN_LOWER = 0.85, 0.6, 0.2
"""Shares of a noun's titles with a noun before it, and in lower case, from which a countable one is a thing, although tables
have properties called so: "patch panel" beside "panel type"."""
_SURELY_LOWER = 0.8
"""Share of a noun's titles that write it in lower case, from which a word that no dictionary counts is a noun: "fuser"."""
_STATED = 0.1
"""Share of a phrase's titles whose table states its noun, up to which the phrase is the name of a thing."""
_LEAST_PLURAL = 0.02
_COUNTED_HERE = 0.1
_LEAST_USES = 10
_WHOLE_NAME = 0.8
_TEXT = 400
_COLOURED = 0.6
_PROPERTY = 10
"""A noun is a property, and no kind, where so many times more columns end in it: page yield, connector type."""
_ANSWERED = 2
"""A noun is one, too, where so many times more tables answer a column of its name with yes."""
_AGREES = 0.6
_LONGEST_KIND = 4
_WORDS = re.compile(r"[^\W\d_]{2,}")
_CODED = re.compile(r"[^\W\d_]+(?:[-+/][^\W\d_]+)+")
"""Names of kinds with a sign in them: CD-R, DVD+RW."""
_PREPOSITION = re.compile(r"\b(?:with|without|of|for|per|in|on|at|from|to)\b")
_ENGLISH = re.compile(r"[A-Za-z][A-Za-z'-]*|[^\sA-Za-z]")


@dataclass
class _Uses:
    """How texts use words: before another noun, and in the plural."""

    total: Counter[str] = field(default_factory=Counter)
    before_noun: Counter[str] = field(default_factory=Counter)
    plural: Counter[str] = field(default_factory=Counter)

    def add(self, text: str) -> None:
        words = _ENGLISH.findall(text)
        for word, behind in zip(words, [*words[1:], "."], strict=True):
            if word[0].isalpha():
                folded = word.casefold()
                one = singular_of(folded)
                self.total[one] += 1
                self.plural[one] += one != folded
                self.before_noun[one] += behind[0].isalpha() and is_noun(behind)

    def qualifies(self, noun: str) -> bool:
        """Whether a word mostly qualifies the noun behind it and is never counted: inkjet, gigabit, nylon."""
        total = self.total[noun]
        return (
            total >= _LEAST_USES
            and self.before_noun[noun] >= _BEFORE_NOUNS * total
            and self.plural[noun] <= _LEAST_PLURAL * total
        )

    def is_thing(self, noun: str) -> bool:
        """Whether a word is counted, in English or by this shop, and the last of its phrase in most of its texts."""
        total = self.total[noun]
        if self.before_noun[noun] >= _THING_BEFORE_NOUNS * max(1, total):
            return False
        return is_countable(noun) or (total >= _LEAST_USES and self.plural[noun] >= _COUNTED_HERE * total)


@dataclass
class _Seen:
    """Titles that are about a noun; each brand has a style of titles, so that shares are means over brands."""

    in_brand: int = 0
    brands: Counter[str] = field(default_factory=Counter)
    before: Counter[str] = field(default_factory=Counter)
    uses: list[tuple[str, Head, Sequence[str]]] = field(default_factory=list)

    @property
    def titles(self) -> int:
        return len(self.uses)

    def share(self, test: Callable[[Head, Sequence[str]], bool]) -> float:
        """Share of the titles that pass a test, the mean over brands; small brands count for less."""
        passed = Counter(brand for brand, head, order in self.uses if test(head, order))
        whole = sum(sqrt(count) for count in self.brands.values())
        return sum(passed[brand] / count * sqrt(count) for brand, count in self.brands.items()) / whole

    def behind(self, before: str) -> _Seen:
        """Those of the titles in which one word stands before the noun."""
        uses = [use for use in self.uses if use[1].before == before]
        return _Seen(0, Counter(brand for brand, _, _ in uses), Counter({before: len(uses)}), uses)


@dataclass(frozen=True)
class Kind:
    """A kind of product.

    Attributes:
        name: As it is shown, in lower case where it is from titles.
        parent: The name of the kind above it.
        cells: Cells of the shop's table that mean it: the column's key and the value, folded.
        whole_name: Its name with the word that nearly always stands before it: "dry erase marker" of "erase marker".
        is_thing: Whether its noun is surely a thing: then it is a kind even if its products are like those of others.
    """

    name: str
    titles: int
    parent: str | None = None
    cells: tuple[tuple[str, str], ...] = ()
    whole_name: str = ""
    is_thing: bool = False


def find_kinds(products: Iterable[Product], known: Ontology, *, taken: Iterable[str] = ()) -> list[Kind]:
    """The kinds that titles and columns name, parents first.

    Args:
        products: Those without a category.
        known: The default ontology: its classes are kinds, its values and attributes are not.
        taken: Names in the singular that are classes already.
    """
    seen, properties, cells, uses, count = _look(list(products), known)
    brands = {brand for each in seen.values() for brand in each.brands}
    brand_words = {word for brand in brands for word in brand.split()}
    least = max(LEAST_PRODUCTS, round(LEAST_SHARE * count))
    names = set(taken)
    candidates = [
        noun
        for noun in sorted(seen, key=lambda noun: (-seen[noun].titles, noun))
        if seen[noun].titles >= _least_titles(noun, least, uses, known)
        and noun not in names
        and _is_kind(noun, seen[noun], len(brands), properties[noun], uses, known)
    ]
    able = set(candidates)
    accepted: dict[str, int] = {}
    for noun in candidates:
        first = seen[noun].share(partial(_is_first, able))
        if first < _FIRST and not _names_class(noun, known, preferred=True):
            continue
        if (
            _names_class(noun, known)
            or seen[noun].share(lambda _, o: any(n in accepted for n in o)) <= _BESIDE
        ):
            accepted[noun] = seen[noun].titles
    kinds = [Kind(noun, titles, is_thing=uses.is_thing(noun)) for noun, titles in accepted.items()]
    names |= accepted.keys()
    for noun in accepted:
        if contains_chinese(noun):
            continue  # what stands before is a character of a word that may be any
        for before, times in sorted(seen[noun].before.items(), key=lambda item: (-item[1], item[0])):
            phrase = singular(f"{before} {noun}")
            is_class = _names_class(phrase, known)
            if phrase not in names and (
                (is_class and times >= LEAST_PRODUCTS)
                or (
                    times >= 2 * least
                    and _can_qualify(before, seen[noun].behind(before), brand_words, known)
                    and _is_kind(
                        noun,
                        seen[noun].behind(before),
                        0 if is_english(before) else len(brands),
                        0,
                        uses,
                        known,
                    )
                )
            ):
                names.add(phrase)
                name = f"{before} {noun}"
                whole = _whole_name(name, seen[noun].behind(before), brand_words)
                kinds.append(
                    Kind(
                        name,
                        times,
                        noun,
                        whole_name=whole,
                        is_thing=uses.is_thing(noun),
                    )
                )
    return _with_cells(kinds, cells, least, names, accepted, uses)


def _least_titles(noun: str, least: int, uses: _Uses, known: Ontology) -> int:
    if _names_class(noun, known, preferred=True):
        return 1
    return LEAST_THINGS if uses.is_thing(noun) else least


def _whole_name(name: str, seen: _Seen, brand_words: set[str]) -> str:
    """A kind's name with the word before it, where that is nearly always the same; else nothing."""
    ahead, times = Counter(head.ahead for _, head, _ in seen.uses).most_common(1)[0]
    is_part = times >= _WHOLE_NAME * seen.titles and len(seen.brands) > 1
    is_word = len(ahead) > 2 and ahead not in brand_words and ahead not in name.split()
    return f"{ahead} {name}" if is_part and is_word else ""


def _compounds(products: Sequence[Product], nouns: frozenset[str]) -> frozenset[str]:
    """Phrases of a noun and the word before it whose noun tables do not state as a quality: photo paper, not case nylon."""
    stated: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    for product in products:
        values = stated_values(product)
        for head in heads_of(product.title, nouns):
            if head.before:
                phrase = singular(f"{head.before} {head.noun}")
                whole[phrase] += 1
                stated[phrase] += head.noun in values
    return frozenset(
        phrase
        for phrase, count in whole.items()
        if count >= LEAST_PRODUCTS and stated[phrase] <= _STATED * count
    )


def _look(
    products: Sequence[Product], known: Ontology
) -> tuple[dict[str, _Seen], Counter[str], dict[tuple[str, str], Counter[str]], _Uses, int]:
    seen: dict[str, _Seen] = defaultdict(_Seen)
    properties: Counter[str] = Counter()
    cells: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    nouns = class_nouns(known)
    uses = _Uses()
    compounds = _compounds(products, nouns)

    def is_name(phrase: str) -> bool:
        return phrase in compounds or _names_class(phrase, known, preferred=True)

    for product in products:
        uses.add(f"{product.title} . {product.description[:_TEXT]}")
        heads = [head for head in heads_of(cut_stated(product, is_name), nouns) if not head.is_inner]
        title = {singular_of(word) for word in _WORDS.findall(product.title.casefold())}
        title.update(_CODED.findall(product.title.casefold()))
        for name, value in product.attributes.items():
            column = read_column(name).key
            # "Power cable: yes" is what comes with it, "height without stand" is a property of something else.
            answer = read_answer(value)
            if answer is None and not _PREPOSITION.search(column):
                properties[column.rpartition(" ")[2]] += 1
            elif answer is True and " " not in column:
                properties[column] += _PROPERTY // _ANSWERED  # "touchscreen: yes" is a part or a quality
            if is_kind_word(value):
                tally = cells[(column, normalise(value))]
                tally[f"value {value}"] += 1
                tally["all"] += 1
                tally["agree"] += not title.isdisjoint((singular(value).rpartition(" ")[2], value.casefold()))
        for tag in product.tags:
            if is_kind_word(tag):
                tally = cells[(TAG_COLUMN, normalise(tag))]
                tally[f"value {tag}"] += 1
                tally["all"] += 1
                tally["agree"] += singular(tag).rpartition(" ")[2] in title
        brand = normalise(product.brand or "")
        own_words = {singular_of(word) for word in brand.split()}
        first: dict[str, Head] = {head.noun: head for head in reversed(heads)}
        order = list(dict.fromkeys(head.noun for head in heads))
        for noun in order:
            head, one = first[noun], seen[noun]
            one.uses.append((brand, head, order))
            one.in_brand += noun in own_words
            one.brands[brand] += 1
            if head.before:
                one.before[head.before] += 1
    return seen, properties, cells, uses, len(products)


def class_nouns(known: Ontology) -> frozenset[str]:
    """The last words of the names of classes, in the singular."""
    return frozenset(
        singular(name).rpartition(" ")[2] for each in known.classes.values() for name in each.names("en")
    )


def is_kind_word(value: str) -> bool:
    """Whether a cell can be the name of a kind: a few words without numbers."""
    return (
        (2 < len(value) <= 40 or (len(value) == 2 and value.isupper()) or contains_chinese(value))
        and len(value) <= 40
        and not any(character.isdigit() for character in value)
        and len(value.split()) <= _LONGEST_KIND
        and read_answer(value) is None
        and not any(mark in value for mark in ",;/|<>")
        and singular(value).rpartition(" ")[2] not in SORTS
        and (contains_chinese(value) or value.isupper() or is_noun(value.split()[-1]))
    )


def _is_kind(noun: str, seen: _Seen, brands: int, columns: int, uses: _Uses, known: Ontology) -> bool:
    """Whether a noun names a kind of product and no brand, series, unit, count or quality."""
    if _names_class(noun, known, preferred=True):
        return True
    readings = {reading.kind for reading in known.labels.lookup(noun)}
    of_noun = seen.share(_is_of_noun)
    is_compound = of_noun >= _COMPOUND and seen.titles >= LEAST_PRODUCTS
    lower = seen.share(lambda head, _: head.is_lower)
    is_of_all = max(seen.brands.values()) < _ONE_BRAND * seen.titles
    is_last = (
        is_of_all
        and is_countable(noun)
        and seen.titles >= _LEAST_USES
        and (of_noun >= _SURELY_LAST or (of_noun >= _OFTEN_LAST and lower >= _OFTEN_LOWER))
    )
    is_head = (is_compound and uses.is_thing(noun)) or is_last
    if "attribute" in readings and "class" not in readings and not is_head:
        return False
    if (
        noun in SORTS
        or (len(noun) < _SHORTEST and noun.isascii() and not is_common(noun))
        or 2 * seen.in_brand > seen.titles
        or noun in UNIT_OF_SURFACE
    ):
        return False
    if columns > _PROPERTY * seen.titles and not is_last:
        return False
    if seen.share(lambda head, _: head.is_counted) > _COUNTED:
        return False
    is_thing = seen.share(lambda head, _: head.is_plural) >= _PLURAL
    if seen.share(lambda head, _: head.is_numbered) > _NUMBERED and not is_thing:
        return False
    if is_quality(noun) and not (is_thing or is_head):
        return False
    if uses.qualifies(noun) and not (is_thing or of_noun >= _MOSTLY_OF_NOUN):
        return False
    if of_noun < _OF_NOUN and seen.share(lambda head, _: _is_colour(head.behind, known)) > _COLOURED:
        return False  # "photo black", "light cyan" are colours
    if "value" in readings and not (is_thing or of_noun >= _OF_NOUN):
        return False
    is_lower = lower >= _LOWER
    used_as_noun = (
        lower
        + of_noun
        + seen.share(lambda head, _: head.is_plural)
        + uses.plural[noun] / max(1, uses.total[noun])
    )
    least = _THING_NOUN if uses.is_thing(noun) else _COMMON_NOUN
    if len(seen.brands) >= _MANY_BRANDS and of_noun >= _OF_NOUN:
        least = min(least, _SHARED_NOUN)  # a name is one brand's: "video splitter"
    is_short = len(noun) < _SHORTEST and not is_lower
    if used_as_noun < least and not (is_short or contains_chinese(noun)):
        return False  # a name or a quality: "Hi-Gloss", "EVO Plus", "Intel Atom"
    is_written_low = (
        lower >= _SURELY_LOWER
        and len(noun) >= _SHORTEST
        and seen.share(lambda head, _: head.is_numbered) <= _COUNTED
    )
    if of_noun < _OF_NOUN and not (
        is_thing or is_short or is_written_low or is_countable(noun) or uses.plural[noun]
    ):
        return False  # "3.2 Gen 1"
    # Names of series are capitalised; a verb ("works with") is no head.
    is_word = is_lower and is_countable(noun) and not any(map(is_verb_form, plurals_of(noun)))
    is_head = is_head or is_word
    return brands < 3 or is_of_all or is_thing or is_head


def _is_colour(word: str, known: Ontology) -> bool:
    return bool(word) and any(
        r.kind == "value" and r.attribute == "colour" for r in known.labels.lookup(word)
    )


def _is_first(able: Collection[str], head: Head, order: Sequence[str]) -> bool:
    """Whether a title's first noun that can be a kind is this one."""
    return next((noun for noun in order if noun in able), "") == head.noun


def _is_of_noun(head: Head, _: Sequence[str]) -> bool:
    """Whether a noun stands before: photo paper, printing paper."""
    return is_noun(head.before) or head.before.endswith("ing") or contains_chinese(head.before)


def _names_class(name: str, known: Ontology, *, preferred: bool = False) -> bool:
    return any(r.kind == "class" and (r.preferred or not preferred) for r in known.labels.lookup(name))


def _can_qualify(word: str, seen: _Seen, brand_words: set[str], known: Ontology) -> bool:
    """Whether a word before a noun makes a kind of it: no brand and no value such as a colour.

    The name of an attribute does where several brands write both as common nouns: "memory module".
    """
    readings = {reading.kind for reading in known.labels.lookup(word)}
    is_compound = len(seen.brands) > 1 and seen.share(lambda head, _: head.is_lower) >= _LOWER
    is_value = "value" in readings or ("attribute" in readings and not is_compound)
    return len(word) > 2 and word not in brand_words and word not in UNIT_OF_SURFACE and not is_value


def _with_cells(
    kinds: Sequence[Kind],
    cells: Mapping[tuple[str, str], Counter[str]],
    least: int,
    names: set[str],
    nouns: Mapping[str, int],
    uses: _Uses,
) -> list[Kind]:
    """The kinds with the cells that mean them, and those that only cells name."""
    meant: dict[str, list[tuple[str, str]]] = defaultdict(list)
    shown: dict[str, Counter[str]] = defaultdict(Counter)
    counts: Counter[str] = Counter()
    for (column, value), tally in sorted(cells.items()):
        name = singular(value)
        is_named = column in KIND_COLUMNS and (tally["all"] >= LEAST_PRODUCTS or name in names)
        agrees = name in names or tally["all"] >= least
        is_kind = speaks_of_kinds(column) and not uses.qualifies(name)
        if is_named or (agrees and is_kind and tally["agree"] >= _AGREES * tally["all"]):
            meant[name].append((column, value))
            counts[name] += tally["all"]
            shown[name].update({w[6:]: n for w, n in tally.items() if w.startswith("value ")})
    own = [replace(k, cells=tuple(meant.pop(singular(k.name), ()))) for k in kinds]
    for name, where in sorted(meant.items()):
        label = min(shown[name], key=lambda each: (-shown[name][each], each))
        noun = name.rpartition(" ")[2]
        parent = noun if noun in nouns and noun != name else None
        own.append(
            Kind(
                " ".join(word.casefold() if word.istitle() else word for word in label.split()),
                counts[name],
                parent,
                tuple(where),
            )
        )
    return own
