"""The text index: tantivy with weighted fields, typo tolerance, prefixes, facets and filters."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kms.errors import FilterError, StoreError
from kms.filters import NUMBER_FIELDS, VALUE_FIELDS, Condition, Filter
from kms.lexical.analysis import (
    STOP_WORDS,
    index_words,
    plain_analyzer,
    segment,
    stemming_analyzer,
    stems,
    words,
)
from kms.lexical.models import IndexedProduct

if TYPE_CHECKING:
    import tantivy

TEXT_FIELDS = ("title", "brand", "category", "labels", "description")
_FIELDS_OF = {name: (name, f"{name}_forms") for name in TEXT_FIELDS}
"""Where the words of a text are, and where other forms of them, which do not lengthen it."""
_ALL_FIELDS = tuple(field for fields in _FIELDS_OF.values() for field in fields)
DEFAULT_WEIGHTS: Mapping[str, float] = {
    "title": 2.0,
    "brand": 1.5,
    "category": 1.5,
    "labels": 1.0,
    "description": 1.0,
}
TIE_BREAKER = 0.3
"""How much of a term's scores in its other fields counts beside its best field."""
_DOCUMENTS_A_SLIP = 5_000
_META = "kms-fields.json"
_MEASURED = re.compile(r"\d+(?:\.\d+)?[^\W\d_]+$")
"""A number with its unit: "32gb" is no slip for "12gb"."""


@dataclass(frozen=True)
class LexicalHit:
    """A product and its BM25 score (summed over terms, of each the best field and a part of the others)."""

    id: str
    score: float


class LexicalIndex:
    """One version of the text index in one folder; many readers, one writer.

    A query's score is the sum over its terms of the best weighted field and ``TIE_BREAKER`` of the other fields
    (dis-max). A reader sees what was there when it was opened or when it wrote last; ``refresh`` shows it what others
    wrote since.
    """

    def __init__(
        self, folder: Path, *, number_fields: Sequence[str] = (), value_fields: Sequence[str] = ()
    ) -> None:
        """Open the index in ``folder``, or create it there.

        Args:
            folder: Where the index lives.
            number_fields: Used when creating: further fields for range filters (``attr.<id>``). ``price``,
                ``rating`` and ``popularity`` are always there.
            value_fields: Used when creating: further fields for filters by value. ``brand``, ``category``, ``language`` and
                ``attr.<id>`` are always there.

        Raises:
            StoreError: The folder holds something that is not this index.
        """
        import tantivy

        folder.mkdir(parents=True, exist_ok=True)
        meta = folder / _META
        if meta.exists():
            stored = json.loads(meta.read_text("utf-8"))
            self._numbers: tuple[str, ...] = tuple(stored["numbers"])
            self._values: tuple[str, ...] = tuple(stored.get("values", VALUE_FIELDS))
        else:
            self._numbers = tuple(dict.fromkeys((*NUMBER_FIELDS, *sorted(number_fields))))
            self._values = tuple(dict.fromkeys((*VALUE_FIELDS, *value_fields)))
            meta.write_text(json.dumps({"numbers": self._numbers, "values": self._values}), "utf-8")
        self._schema = _schema(self._numbers)
        try:
            self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
        except ValueError as error:
            raise StoreError(f"text index in {folder} cannot be opened ({error}); rebuild it") from error
        self._index.register_tokenizer("kms_stem", stemming_analyzer())
        self._index.register_tokenizer("kms_plain", plain_analyzer())
        self.refresh()

    def refresh(self) -> None:
        """See what was committed since."""
        self._index.reload()
        # Ids are remembered by their place in the segments, which holds for this searcher only.
        self._snapshot: tuple[tantivy.Searcher, dict[tuple[int, int], str]] = (self._index.searcher(), {})

    # writing

    def upsert(self, products: Iterable[IndexedProduct]) -> int:
        """Add or replace products in one commit; returns how many."""
        import tantivy

        count = 0
        with self._index.writer(64_000_000, 1) as writer:
            for product in products:
                writer.delete_documents_by_term("id", product.id)
                writer.add_document(tantivy.Document.from_dict(self._document(product), self._schema))
                count += 1
            writer.commit()
            writer.wait_merging_threads()
        self.refresh()
        return count

    def delete(self, ids: Sequence[str]) -> None:
        """Remove products; unknown ids are ignored."""
        with self._index.writer(15_000_000, 1) as writer:
            for product_id in ids:
                writer.delete_documents_by_term("id", product_id)
            writer.commit()
            writer.wait_merging_threads()
        self.refresh()

    def _document(self, product: IndexedProduct) -> dict[str, Any]:
        texts = {
            "title": product.title,
            "brand": product.brand,
            "category": product.category,
            "labels": " ".join(product.labels),
            "description": product.description,
        }
        document: dict[str, Any] = {}
        for name, text in texts.items():
            for field, terms in zip(_FIELDS_OF[name], index_words(text), strict=True):
                document[field] = " ".join(terms)
        document["plain"] = " ".join(
            word for name in ("title", "brand", "category", "labels") for word in segment(texts[name])
        )
        document["id"] = product.id
        document["facet"] = [
            f"{name}={value}" for name, values in product.facets.items() for value in dict.fromkeys(values)
        ]
        for name in self._numbers:
            if name in product.numbers:
                ends = {float(product.numbers[name]), float(product.highs.get(name, product.numbers[name]))}
                document[_column(name)] = sorted(ends)
        return document

    # reading

    def count(self) -> int:
        """Number of products."""
        return int(self._snapshot[0].num_docs)

    def search(
        self,
        text: str,
        *,
        limit: int = 100,
        filter: Filter | None = None,
        weights: Mapping[str, float] = DEFAULT_WEIGHTS,
        typos: bool = True,
    ) -> list[LexicalHit]:
        """Products for a query, best first; ties by id.

        Args:
            text: Words in either language; empty text matches everything that passes the filter.
            limit: Most hits to return.
            filter: Conditions that all must hold.
            weights: Field boosts.
            typos: Match words that the index does not hold by one or two edits.

        Raises:
            FilterError: A condition's field has no index.
        """
        import tantivy

        searcher, known_ids = self._snapshot
        parts = self._term_queries(searcher, text, weights, typos)
        scored = (
            tantivy.Query.boolean_query([(tantivy.Occur.Should, part) for part in parts])
            if parts
            else (tantivy.Query.empty_query() if text.strip() else tantivy.Query.all_query())
        )
        query = self._filtered(scored, filter)
        hits = searcher.search(query, limit, count=False).hits
        ranked = [LexicalHit(_id_at(searcher, address, known_ids), float(score)) for score, address in hits]
        return sorted(ranked, key=lambda hit: (-hit.score, hit.id))

    def complete(self, prefix: str, *, limit: int = 10) -> list[tuple[str, int]]:
        """Indexed words that begin with ``prefix`` (lower-cased), most frequent first."""
        if not prefix:
            return []
        words = self._snapshot[0].terms_with_prefix("plain", prefix.lower(), limit=200)
        return sorted(((str(w), int(n)) for w, n in words), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def words(self, *, limit: int = 200_000) -> dict[str, int]:
        """Every indexed word with its number of products: the vocabulary for spelling."""
        return {str(w): int(n) for w, n in self._snapshot[0].terms_with_prefix("plain", "", limit=limit)}

    def knows(self, word: str) -> bool:
        """Whether some text holds a form of the word; in a large index once may be a slip of the pen."""
        searcher = self._snapshot[0]
        least = 1 + searcher.num_docs // _DOCUMENTS_A_SLIP
        return all(
            sum(searcher.doc_freq(field, stem) for field in _ALL_FIELDS) >= least for stem in stems(word)
        )

    # building queries

    def _term_queries(
        self, searcher: tantivy.Searcher, text: str, weights: Mapping[str, float], typos: bool
    ) -> list[tantivy.Query]:
        """One query for each term of a text."""
        import tantivy

        queries: list[tantivy.Query] = []
        surface_of: dict[str, str] = {}
        written = words(text)
        telling = [word for word in written if word not in STOP_WORDS]
        for word in telling or written:
            for stem in stems(word):
                surface_of.setdefault(stem, word)
        for stem, word in surface_of.items():
            known = [field for field in _ALL_FIELDS if searcher.doc_freq(field, stem)]
            if known:
                fields = [
                    tantivy.Query.boost_query(
                        tantivy.Query.term_query(self._schema, field, stem, "freq"), weights[name]
                    )
                    for name, both in _FIELDS_OF.items()
                    for field in both
                    if field in known and weights.get(name, 0.0) > 0
                ]
                queries.append(tantivy.Query.disjunction_max_query(fields, TIE_BREAKER))
            elif typos and len(word) >= 5 and not _MEASURED.match(word):
                distance = 1 if len(word) < 8 else 2
                queries.append(tantivy.Query.fuzzy_term_query(self._schema, "plain", word, distance))
        return queries

    def _filtered(self, query: tantivy.Query, filter: Filter | None) -> tantivy.Query:
        import tantivy

        if filter is None or not filter.conditions:
            return query
        clauses = [(tantivy.Occur.Must, query)]
        for condition in filter.conditions:
            occur = tantivy.Occur.MustNot if condition.none_of else tantivy.Occur.Must
            clauses.append((occur, tantivy.Query.const_score_query(self._condition(condition), 0.0)))
        return tantivy.Query.boolean_query(clauses)

    def _condition(self, condition: Condition) -> tantivy.Query:
        import tantivy

        name = condition.field
        if condition.any_of or condition.none_of:
            if name not in self._values and not name.startswith("attr."):
                raise FilterError(
                    f"field {name!r} cannot be filtered by value; fields: {', '.join(self._values)}, attr.<id>"
                )
            values = [f"{name}={value}" for value in condition.any_of or condition.none_of]
            return tantivy.Query.term_set_query(self._schema, "facet", values)
        if name not in self._numbers:
            raise FilterError(
                f"field {name!r} has no number index; number fields: {', '.join(self._numbers)}"
            )
        # Each bound by itself: a range's two ends may lie on both sides of what is asked for.
        bounds: list[tuple[float | None, float | None]] = [(condition.gte, None), (None, condition.lte)]
        spans = [
            tantivy.Query.range_query(self._schema, _column(name), tantivy.FieldType.Float, low, high)
            for low, high in bounds
            if (low, high) != (None, None)
        ]
        return tantivy.Query.boolean_query([(tantivy.Occur.Must, span) for span in spans])


def _id_at(searcher: tantivy.Searcher, address: tantivy.DocAddress, known: dict[tuple[int, int], str]) -> str:
    key = (address.segment_ord, address.doc)
    product_id = known.get(key)
    if product_id is None:
        product_id = known[key] = searcher.doc(address)["id"][0]
    return product_id


def _column(name: str) -> str:
    return "num_" + name.replace(".", "__")


def _schema(numbers: Sequence[str]) -> tantivy.Schema:
    import tantivy

    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    for name in _ALL_FIELDS:
        builder.add_text_field(name, tokenizer_name="kms_stem", index_option="freq")
    builder.add_text_field("plain", tokenizer_name="kms_plain", index_option="freq")
    builder.add_text_field("facet", fast=True, tokenizer_name="raw", index_option="basic")
    for name in numbers:
        builder.add_float_field(_column(name), indexed=True, fast=True)
    return builder.build()
