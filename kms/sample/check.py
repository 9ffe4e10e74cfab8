"""Sample check: compares the sample catalogue with the ontology (``python -m kms.sample.check``).

Problems are wrong; notes are worth a look; suggestions (``--suggest``) are words of the ontology that stand
unannotated in a text.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from kms.ontology import LabelIndex, Ontology, load_ontology
from kms.ontology.labels import LabelKind, Reading, singular
from kms.ontology.model import Term
from kms.sample.load import SampleProblem, read_sample
from kms.sample.markup import PRODUCT_ROLES, GoldMention, GoldText
from kms.sample.models import SPLITS, SampleCatalog, SampleProduct
from kms.sample.quantities import quantity_problem, surface_problem

CONCEPTS: dict[str, LabelKind] = {"use": "use", "audience": "audience", "aspect": "aspect"}
REVIEW_ONLY = frozenset({"aspect", "opinion"})
STRUCTURAL = frozenset({"class", "brand", "product", "opinion", "negation", *CONCEPTS})

_BRAND_ID = re.compile(r"^[a-z0-9][a-z0-9_]*$")
_HAN = re.compile(r"[\u4e00-\u9fff]")


def check_sample(sample: SampleCatalog, ontology: Ontology) -> tuple[SampleProblem, ...]:
    """Every inconsistency within a catalogue and with the ontology, by file and line; notes included."""
    return tuple(sorted(set(_Check(sample, ontology).problems())))


def suggest_mentions(sample: SampleCatalog, ontology: Ontology) -> Iterator[SampleProblem]:
    """Words of the ontology that stand in a text without annotation, as notes. Many are rightly bare."""
    kinds: frozenset[LabelKind] = frozenset({"class", "value", "use", "audience"})
    for product in sample.products:
        own = {attribute.id for attribute in ontology.attributes_of(product.class_id)}
        for place, _, gold in product.texts():
            taken = [(mention.start, mention.end) for mention in gold.mentions]
            for match in ontology.labels.find(gold.text, kinds):
                meanings = [
                    f"{reading.attribute or reading.kind}={reading.id}"
                    for reading in match.readings
                    if reading.kind != "value" or reading.attribute in own
                ]
                if meanings and not any(start < match.end and match.start < end for start, end in taken):
                    surface = gold.text[match.start : match.end]
                    message = f"unmarked {surface!r}: {' or '.join(meanings)}?"
                    yield SampleProblem(product.file, product.line, product.id, place, message, is_note=True)


def count_sample(sample: SampleCatalog) -> dict[str, Counter[str]]:
    """Count products, reviews, mentions and relations by kind."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for product in sample.products:
        counts["products by split"][product.split] += 1
        counts["products by language"][product.language] += 1
        counts["products by file"][product.file] += 1
        counts["reviews by split"][product.split] += len(product.reviews)
        for review in product.reviews:
            counts["reviews by language"][review.language] += 1
            counts["reviews by rating"][str(review.rating)] += 1
        for _, _, gold in product.texts():
            counts["mentions by type"].update(mention.type for mention in gold.mentions)
            counts["relations by type"].update(relation.type for relation in gold.relations)
    return dict(counts)


class _Check:
    """One pass over a catalogue."""

    def __init__(self, sample: SampleCatalog, ontology: Ontology) -> None:
        self.sample = sample
        self.ontology = ontology
        self.labels: LabelIndex = ontology.labels
        self.by_id = {product.id: product for product in sample.products}
        self.brands = {product.brand.casefold(): brand_id(product.brand) for product in sample.products}

    def problems(self) -> Iterator[SampleProblem]:
        first: dict[str, SampleProduct] = {}
        for product in self.sample.products:
            if first.setdefault(product.id, product) is not product:
                other = first[product.id]
                yield _at(product, "id", f"is taken already in {other.file}:{other.line}")
            yield from self._row_problems(product)
            for place, language, gold in product.texts():
                yield from self._script_problems(product, place, language, gold)
                for mention in gold.mentions:
                    for message, is_note in self._mention_problems(product, place, mention):
                        quoted = f"[{mention.surface}]({mention.type}={mention.value}): {message}"
                        yield _at(product, place, quoted, is_note)
                for message in self._relation_problems(gold):
                    yield _at(product, place, message)
        yield from self._repeated_texts()
        yield from self._split_leaks()

    def _row_problems(self, product: SampleProduct) -> Iterator[SampleProblem]:
        family = Path(product.file).stem
        if product.class_id not in self.ontology.classes:
            yield _at(product, "class", f"unknown class {product.class_id!r}")
        elif self.ontology.hierarchy.family(product.class_id) != family:
            yield _at(product, "class", f"{product.class_id!r} is not of the family {family!r} of this file")
        for role, ids in product.related.items():
            for other in ids:
                if other not in self.by_id:
                    yield _at(product, f"related.{role}", f"unknown product {other!r}")
                elif other == product.id:
                    yield _at(product, f"related.{role}", "names the product itself")
        if not product.reviews:
            yield _at(product, "reviews", "has none", is_note=True)

    def _script_problems(
        self, product: SampleProduct, place: str, language: str, gold: GoldText
    ) -> Iterator[SampleProblem]:
        han = len(_HAN.findall(gold.text))
        if language == "zh" and gold.text and not han:
            # a title like "Veldra Hush 2" is Chinese enough; a text is not
            yield _at(product, place, "is zh but has no Chinese character", place.endswith("title"))
        if language == "en" and han * 2 > len(gold.text):
            yield _at(product, place, "is en but mostly Chinese")

    def _mention_problems(
        self, product: SampleProduct, place: str, mention: GoldMention
    ) -> Iterator[tuple[str, bool]]:
        if mention.type in REVIEW_ONLY and not place.startswith("reviews"):
            yield "opinions are marked in reviews only", False
        if mention.type == "class":
            yield from self._class_mention(mention)
        elif mention.type == "brand":
            expected = self.brands.get(mention.surface.casefold())
            if not _BRAND_ID.match(mention.value):
                yield "is no brand id (snake_case)", False
            elif expected and expected != mention.value:
                yield f"the catalogue's brand of this name has the id {expected!r}", False
        elif mention.type == "product":
            if mention.value != "?" and mention.value not in self.by_id:
                yield "unknown product; write ? for one that is not of this catalogue", False
            elif mention.value == product.id:
                yield "names the product itself", True
        elif mention.type in CONCEPTS:
            yield from self._concept_mention(CONCEPTS[mention.type], mention)
        elif mention.type not in STRUCTURAL:
            yield from self._attribute_mention(product, mention)

    def _class_mention(self, mention: GoldMention) -> Iterator[tuple[str, bool]]:
        if mention.value not in self.ontology.classes:
            yield "unknown class", False
            return
        readings = self._readings(mention.surface, "class")
        tree = self.ontology.hierarchy
        related = [tree.is_a(each, mention.value) or tree.is_a(mention.value, each) for each in readings]
        if readings and not any(related):
            is_note = self._is_shorter(mention.surface, self.ontology.classes[mention.value])
            yield f"in the ontology this names {' or '.join(readings)}", is_note

    def _concept_mention(self, kind: LabelKind, mention: GoldMention) -> Iterator[tuple[str, bool]]:
        known = {concept.id for concept in self.ontology.concepts() if concept.kind == kind}
        if mention.value not in known:
            yield f"unknown {kind}", False
            return
        readings = self._readings(mention.surface, kind)
        if readings and mention.value not in readings:
            yield f"in the ontology this names {' or '.join(readings)}", True

    def _attribute_mention(self, product: SampleProduct, mention: GoldMention) -> Iterator[tuple[str, bool]]:
        attribute = self.ontology.attributes.get(mention.type)
        if attribute is None:
            yield "unknown attribute", False
            return
        if attribute.type == "enum":
            values = self.ontology.values_of(attribute.id)
            if mention.value not in values:
                yield f"not a value of the vocabulary {attribute.vocabulary!r}", False
            else:
                readings = self._readings(mention.surface, "value", attribute.id)
                if readings and mention.value not in readings:
                    is_note = self._is_shorter(mention.surface, values[mention.value])
                    yield f"in the ontology this names {' or '.join(readings)}", is_note
        elif attribute.type == "boolean":
            if mention.value not in ("true", "false"):
                yield "must be true or false", False
        elif attribute.type == "quantity" and attribute.dimension:
            problem = quantity_problem(mention.value, attribute.dimension)
            problem = problem or surface_problem(mention.surface, mention.value)
            if problem:
                yield problem, False
        if product.class_id in self.ontology.classes:
            own = {each.id for each in self.ontology.attributes_of(product.class_id)}
            if attribute.id not in own:
                yield f"the class {product.class_id!r} does not have this attribute", True

    @staticmethod
    def _is_shorter(surface: str, term: Term) -> bool:
        """Whether the words are a part of one of the term's names, so that the context may have meant it."""
        words = f" {singular(surface)} "
        names = (*term.names("en"), *term.names("zh"))
        return any(words in f" {singular(name)} " for name in names)

    def _readings(self, surface: str, kind: LabelKind, attribute: str | None = None) -> list[str]:
        def fits(reading: Reading) -> bool:
            return reading.kind == kind and reading.attribute == attribute

        return [reading.id for reading in self.labels.lookup(surface) if fits(reading)]

    def _relation_problems(self, gold: GoldText) -> Iterator[str]:
        for relation in gold.relations:
            tail = gold.mentions[relation.tail]
            head = gold.mentions[relation.head] if relation.head is not None else None
            if relation.type.startswith("opinion_") and head and head.type not in ("aspect", "product"):
                yield f"opinion {tail.surface!r} points to {head.surface!r}, no aspect but {head.type}"
            elif relation.type == "negates" and tail.type in (STRUCTURAL - {"use", "audience", "class"}):
                yield f"negation points to {tail.surface!r}, no value or use but {tail.type}"
            elif relation.type == "value_of" and (head is None or head.type != "product"):
                yield f"{tail.surface!r} belongs to {head.surface if head else '?'!r}, which is no product"
            elif relation.type in PRODUCT_ROLES and tail.type != "product":
                yield f"{tail.surface!r} has a role but is no product"

    def _repeated_texts(self) -> Iterator[SampleProblem]:
        seen: dict[str, tuple[SampleProduct, str]] = {}
        for product in self.sample.products:
            for place, _, gold in product.texts():
                if len(gold.text) < 25 or place.endswith("].title"):
                    continue
                other, other_place = seen.setdefault(gold.text.casefold(), (product, place))
                if (other, other_place) != (product, place):
                    yield _at(product, place, f"the same text stands in {other.id} {other_place}")

    def _split_leaks(self) -> Iterator[SampleProblem]:
        for product in self.sample.products:
            others = set(product.related.get("variant_of", ()))
            for _, _, gold in product.texts():
                others |= {gold.mentions[r.tail].value for r in gold.relations if r.type == "variant_of"}
            for other in sorted(others & set(self.by_id)):
                if self.by_id[other].split != product.split:
                    message = f"is in {product.split}, its variant {other} in {self.by_id[other].split}"
                    yield _at(product, "split", message)


def brand_id(name: str) -> str:
    """The id of a brand: its written form in snake_case."""
    return re.sub(r"[^\w]+", "_", name.casefold().replace("'", "")).strip("_")


def _at(product: SampleProduct, place: str, message: str, is_note: bool = False) -> SampleProblem:
    return SampleProblem(product.file, product.line, product.id, place, message, is_note)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print counts, notes and problems; 1 when there are problems."""
    parser = argparse.ArgumentParser(prog="python -m kms.sample.check", description=__doc__)
    parser.add_argument("only", nargs="*", help="show only these files or products, such as audio or AUD-001")
    parser.add_argument("--folder", type=Path, help="where the catalogue's files are")
    parser.add_argument("--ontology", type=Path, help="where the ontology is")
    parser.add_argument("--notes", action="store_true", help="show notes too")
    parser.add_argument("--suggest", action="store_true", help="show unmarked words of the ontology too")
    options = parser.parse_args(arguments)
    ontology = load_ontology(options.ontology)
    sample, unread = read_sample(options.folder)
    problems = [*unread, *check_sample(sample, ontology)]
    if options.suggest:
        problems += suggest_mentions(sample, ontology)
    shown = [each for each in problems if _is_wanted(each, options.only)]
    problems = [each for each in shown if not each.is_note]
    notes = [each for each in shown if each.is_note]
    for title, counter in count_sample(sample).items():
        print(f"{title}: {sum(counter.values())}  ({_listed(counter)})")
    if options.notes or options.suggest:
        for note in notes:
            print(f"note  {note}")
    for problem in problems:
        print(f"WRONG {problem}")
    print(f"{len(sample.products)} products, {sum(1 for _ in sample.reviews())} reviews: ", end="")
    print(
        f"{len(problems)} problem(s), {len(notes)} note(s){'' if options.notes else ' (--notes shows them)'}"
    )
    return 1 if problems else 0


def _is_wanted(problem: SampleProblem, only: Sequence[str]) -> bool:
    return not only or any(
        each in (problem.product_id, problem.file, Path(problem.file).stem) for each in only
    )


def _listed(counter: Mapping[str, int]) -> str:
    order = {split: index for index, split in enumerate(SPLITS)}
    items = sorted(counter.items(), key=lambda item: (order.get(item[0], 9), -item[1], item[0]))  # type: ignore[call-overload]
    return ", ".join(f"{name} {count}" for name, count in items)


if __name__ == "__main__":
    sys.exit(main())
