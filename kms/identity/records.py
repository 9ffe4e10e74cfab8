"""Records: the part of a product by which it is compared with others, its words folded once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kms.catalog.models import Product
from kms.text.chinese import fold_traditional

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+(?:[-./+'’][^\W_\u3400-\u9fff]+)*")
_JOINS = re.compile(r"[-./+'’]")
_DECIMAL = re.compile(r"\d+(?:\.\d+)?")
_LEAST_CODE = 4
_TEXT_WORDS = 60


def words_of(text: str) -> list[str]:
    """The words of a text in lower case, as written: "PS-LX350H" is one word, each Chinese character as well."""
    return _WORD.findall(fold_traditional(unicodedata.normalize("NFKC", text)).casefold())


def fold_word(word: str) -> str:
    """A word without the signs inside it: "ps-lx350h" and "pslx350h" are the same; "2.0" is "2"."""
    if _DECIMAL.fullmatch(word) and "." in word:
        return word.rstrip("0").rstrip(".")
    return _JOINS.sub("", word)


def is_code(word: str) -> bool:
    """Whether a folded word looks like a model number: digits with letters, or many digits."""
    digits = sum(letter.isdigit() for letter in word)
    return len(word) >= _LEAST_CODE and digits > 0 and (digits < len(word) or digits >= 5)


def parts_of(word: str) -> Iterator[str]:
    """The parts of a word with signs inside: of "mb13-pnk" they are "mb13" and "pnk"."""
    if _JOINS.search(word) and not _DECIMAL.fullmatch(word):
        yield from (part for part in _JOINS.split(word) if part)


@dataclass(frozen=True)
class Record:
    """One product for comparing.

    Attributes:
        text: Description, and the table's values.
        gtins: Valid trade item numbers, without the zeros before them; of variants too.
        mpns: Makers' numbers, folded.
        price: In ``currency``.
        feeds: Names of the feeds that name the product.
    """

    id: str
    title: str
    brand: str = ""
    text: str = ""
    gtins: frozenset[str] = frozenset()
    mpns: frozenset[str] = frozenset()
    price: float | None = None
    currency: str = ""
    feeds: frozenset[str] = frozenset()

    @cached_property
    def title_words(self) -> tuple[str, ...]:
        """Folded words of the title, in order."""
        return tuple(fold_word(word) for word in words_of(self.title))

    @cached_property
    def title_set(self) -> frozenset[str]:
        """Distinct folded words of the title, with the parts of joined ones."""
        written = words_of(self.title)
        return frozenset(fold_word(w) for w in written) | {p for w in written for p in parts_of(w)}

    @cached_property
    def text_set(self) -> frozenset[str]:
        """Distinct folded words of the beginning of the text."""
        return frozenset(fold_word(word) for word in words_of(self.text[:2_000])[:_TEXT_WORDS])

    @cached_property
    def brand_set(self) -> frozenset[str]:
        """Folded words of the brand."""
        return frozenset(fold_word(word) for word in words_of(self.brand))

    @cached_property
    def codes(self) -> frozenset[str]:
        """Model numbers of the title; two neighbours, one with digits and both short, also as one ("ps lx350h")."""
        found = {word for word in self.title_words if is_code(word)}
        return frozenset(found) | self.mpns

    @cached_property
    def joined(self) -> frozenset[str]:
        """Neighbouring words of the title written as one, where the result looks like a model number."""
        pairs = zip(self.title_words, self.title_words[1:], strict=False)
        return frozenset(a + b for a, b in pairs if len(a) <= 6 and is_code(a + b))

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Short numbers of the title, such as sizes and versions ("2007", "3", "cs3")."""
        return frozenset(
            word for word in self.title_words if any(map(str.isdigit, word)) and not self._is_long(word)
        )

    @staticmethod
    def _is_long(word: str) -> bool:
        return len(word) >= _LEAST_CODE + 1 and is_code(word)


def record_of(product: Product, *, feeds: frozenset[str] = frozenset()) -> Record:
    """The record of a product of the catalogue."""
    offers = (product, *product.variants)
    table = " ".join(product.table().values())
    return Record(
        id=product.id,
        title=product.title,
        brand=product.brand or "",
        text=f"{product.description[:2_000]} {table[:500]}".strip(),
        gtins=frozenset(offer.gtin.lstrip("0") for offer in offers if offer.gtin),
        mpns=frozenset(fold_word(offer.mpn.casefold()) for offer in offers if offer.mpn),
        price=float(product.price.amount) if product.price else None,
        currency=product.price.currency if product.price else "",
        feeds=feeds,
    )
