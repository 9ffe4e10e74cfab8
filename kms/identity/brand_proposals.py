"""Brand proposals: names that may be one brand, or a line of another, each with the evidence that speaks for it.

What is looked for: the same letters after folding; the initials of the other name; the other name with more words;
a transliteration; nearly the same letters; two names in one field or side by side in a title; products with the same
trade item or maker's number under both names. Each is a reason of its own strength; several join as beliefs do.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations

from rapidfuzz import fuzz

from kms.catalog.models import Product
from kms.identity.brands import BrandNames
from kms.identity.records import Record, record_of
from kms.identity.store import Identity, IdentityKind
from kms.ontology.labels import normalise, text_key
from kms.text.chinese import contains_chinese

_COMPANY_FORMS = frozenset({
    "ab", "ag", "aps", "as", "asa", "bv", "co", "company", "corp", "corporation", "gmbh", "inc",
    "incorporated", "kg", "limited", "llc", "ltd", "nv", "oy", "plc", "pty", "sa", "sarl", "se", "spa",
    "srl", "the",
})  # fmt: skip

_ORGANISATION = frozenset({
    "america", "and", "appliances", "audio", "automotive", "brand", "brands", "business", "care", "china",
    "commercial", "computer", "consumer", "consumers", "division", "domestic", "electric", "electrical",
    "electronic", "electronics", "enterprise", "enterprises", "europe", "foods", "german", "germany",
    "global", "group", "health", "healthcare", "holding", "home", "household", "industrial", "industries",
    "international", "japan", "labs", "lighting", "manufacturing", "mobile", "north", "of", "official",
    "oral", "personal", "power", "products", "professional", "solutions", "store", "systems",
    "technologies", "technology", "tools", "toys", "uk", "us", "usa", "worldwide",
})  # fmt: skip

"""Words that say which part of a firm something is from, and make no line of it."""
_CHINESE_FORMS = re.compile(r"(?:股份|有限|责任|公司|集团|官方|旗舰店|品牌|中国)+")
_BOTH_NAMES = re.compile(r"\s*[/|()（）［］\[\]]\s*")
_NOT_LETTERS = re.compile(r"[^\w]+|_")
_STRENGTH = {
    "letters": 0.95,
    "both": 0.9,
    "gtin": 0.9,
    "mpn": 0.6,
    "pinyin": 0.85,
    "sound": 0.4,
    "initials": 0.5,
    "longer": 0.7,
    "spelling": 0.55,
    "title": 0.6,
}
_LEAST_MPN = 5
_SHOWN_PRODUCTS = 3
_MOST_IN_BLOCK = 200
_LEAST_SCORE = 0.4


@dataclass
class _Name:
    """One name of a brand with the products that have it."""

    written: str
    products: int = 0
    gtins: dict[str, str] = field(default_factory=dict)
    mpns: dict[str, str] = field(default_factory=dict)
    titles: list[tuple[str, str]] = field(default_factory=list)


@dataclass
class _Pair:
    kind: IdentityKind = "brand_alias"
    reasons: dict[str, str] = field(default_factory=dict)

    @property
    def score(self) -> float:
        doubt = 1.0
        for name in self.reasons:
            doubt *= 1.0 - _STRENGTH[name]
        return round(1.0 - doubt, 3)


def propose_brands(products: Iterable[Product], decided: BrandNames | None = None) -> list[Identity]:
    """Pairs of names that may be one brand, the likeliest first; pairs that are one already are left out.

    The time grows with the number of products, and with the number of names that share a key.
    """
    known = decided or BrandNames()
    names = _collect(products)
    pairs: dict[tuple[str, str], _Pair] = defaultdict(_Pair)
    for reason, first, second, words in _find(names):
        if known.brand(names[first].written).key != known.brand(names[second].written).key:
            pairs[min(first, second), max(first, second)].reasons.setdefault(reason, words)
    found = []
    for (first, second), pair in pairs.items():
        one, other = names[first], names[second]
        if pair.score < _LEAST_SCORE or set(pair.reasons) == {"title"}:
            continue
        left, right = sorted((one, other), key=lambda name: (name.products, -len(name.written), name.written))
        if "longer" in pair.reasons:
            # The longer name is a line of the shorter one, or its firm's full name.
            left, right = sorted((one, other), key=lambda name: -len(name.written))
            if not _is_organisation(left.written, right.written):
                pair.kind = "sub_brand"
        parent = known.parents.get(known.brand(left.written).key)
        if pair.kind == "sub_brand" and parent is not None:
            continue
        counts = f"{left.written}: {_products(left.products)}; {right.written}: {_products(right.products)}"
        found.append(
            Identity(
                kind=pair.kind,
                left=left.written,
                right=right.written,
                score=pair.score,
                evidence=(*pair.reasons.values(), counts),
            )
        )
    return sorted(found, key=lambda each: (-each.score, each.left, each.right))


def fold_letters(name: str) -> str:
    """The letters of a name alone: no accents, signs, blanks, company forms; "Müller & Co. KG" is "muller"."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))
    words = [w for w in _NOT_LETTERS.split(_CHINESE_FORMS.sub("", plain).casefold()) if w]
    kept = [w for w in words if w not in _COMPANY_FORMS] or words
    return "".join(kept)


def initials(name: str) -> str:
    """The first letters of a name's words, company forms left out; empty for a name of one word."""
    words = [w for w in _NOT_LETTERS.split(name.casefold()) if w and w not in _COMPANY_FORMS and w != "and"]
    return "".join(word[0] for word in words) if len(words) > 1 else ""


def sound_of(name: str) -> str:
    """The consonants of a Latin name or of a Chinese name's pinyin, like ones folded: 飞利浦 and Philips begin "flp"."""
    letters = romanised(name) if contains_chinese(name) else fold_letters(name)
    for written, said in (
        ("ph", "f"),
        ("ck", "k"),
        ("x", "s"),
        ("sh", "s"),
        ("ch", "s"),
        ("zh", "s"),
        ("q", "s"),
    ):
        letters = letters.replace(written, said)
    letters = letters.translate(str.maketrans("cgbdvwzjr", "kkptffssl"))
    kept = letters[:1] + re.sub(r"[aeiouyhn]", "", letters[1:])
    return re.sub(r"(.)\1+", r"\1", kept)


def romanised(name: str) -> str:
    """The pinyin of a Chinese name without tones, in one word."""
    from pypinyin import lazy_pinyin

    return fold_letters("".join(lazy_pinyin(_CHINESE_FORMS.sub("", name) or name)))


def _collect(products: Iterable[Product]) -> dict[str, _Name]:
    names: dict[str, _Name] = {}
    for product in products:
        if not product.brand or not (key := text_key(product.brand)):
            continue
        name = names.setdefault(key, _Name(product.brand))
        name.products += 1
        record: Record = record_of(product)
        name.gtins.update(dict.fromkeys(record.gtins, product.id))
        name.mpns.update({mpn: product.id for mpn in record.mpns if len(mpn) >= _LEAST_MPN})
        name.titles.append((normalise(product.title), product.id))
    return names


def _find(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    """Reasons: kind, the keys of two names, words for people."""
    yield from _same_letters(names)
    yield from _same_initials(names)
    yield from _longer(names)
    yield from _transliterated(names)
    yield from _misspelt(names)
    yield from _both_in_one(names)
    yield from _shared_codes(names)
    yield from _in_titles(names)


def _same_letters(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    for letters, keys in _blocks((fold_letters(name.written), key) for key, name in names.items()):
        for a, b in combinations(keys, 2):
            yield "letters", a, b, f'the same letters without signs and company forms: "{letters}"'


def _same_initials(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    by_letters: dict[str, list[str]] = defaultdict(list)
    for key, name in names.items():
        if 2 <= len(letters := fold_letters(name.written)) <= 5:
            by_letters[letters].append(key)
    for key, name in names.items():
        short = initials(name.written)
        for other in by_letters.get(short, ()):
            if other != key:
                written = names[other].written
                yield "initials", key, other, f'"{written}" is the initials of "{name.written}"'


def _longer(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    by_words = {tuple(normalise(name.written).split()): key for key, name in names.items()}
    for words, key in by_words.items():
        for length in range(len(words) - 1, 0, -1):
            shorter = by_words.get(words[:length])
            if shorter is not None and len("".join(words[:length])) > 1:
                rest = " ".join(words[length:])
                yield (
                    "longer",
                    key,
                    shorter,
                    f'"{names[key].written}" is "{names[shorter].written}" and "{rest}"',
                )
                break


def _transliterated(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    chinese = [key for key, name in names.items() if contains_chinese(name.written)]
    if not chinese:
        return
    by_letters: dict[str, list[str]] = defaultdict(list)
    by_sound: dict[str, list[str]] = defaultdict(list)
    for key, name in names.items():
        if not contains_chinese(name.written):
            by_letters[fold_letters(name.written)].append(key)
            by_sound[sound_of(name.written)[:3]].append(key)
    for key in chinese:
        written = names[key].written
        said, sound = romanised(written), sound_of(written)
        for other in by_letters.get(said, ()):
            yield "pinyin", key, other, f'"{written}" is read {said}'
        for other in by_sound.get(sound[:3], ())[:_MOST_IN_BLOCK] if len(sound) >= 3 else ():
            if fuzz.ratio(sound, sound_of(names[other].written)) >= 75:
                yield (
                    "sound",
                    key,
                    other,
                    f'"{written}" is read {said}, which sounds like "{names[other].written}"',
                )


def _misspelt(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    letters = {key: fold_letters(name.written) for key, name in names.items()}
    long = {key: each for key, each in letters.items() if len(each) >= 6}
    # Names that differ in one place begin or end alike.
    ends = ((each[:3], key) for key, each in long.items()), ((each[-3:], key) for key, each in long.items())
    for which in ends:
        for _, keys in _blocks(which):
            for a, b in combinations(keys, 2):
                rare, common = sorted((names[a].products, names[b].products))
                is_near = letters[a] != letters[b] and fuzz.ratio(letters[a], letters[b], score_cutoff=88) > 0
                if is_near and 5 * rare <= common:
                    words = (
                        f'"{names[a].written}" and "{names[b].written}" differ by a letter, and one is rare'
                    )
                    yield "spelling", a, b, words


def _both_in_one(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    for key, name in names.items():
        parts = [text_key(part) for part in _BOTH_NAMES.split(name.written) if part.strip()]
        for part in dict.fromkeys(parts) if len(parts) > 1 else ():
            if part in names and part != key:
                yield "both", key, part, f'"{name.written}" holds the name "{names[part].written}"'


def _shared_codes(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    for kind, word, least in (("gtin", "trade item number", 1), ("mpn", "maker's number", 2)):
        by_code = _blocks((code, key) for key, name in names.items() for code in getattr(name, f"{kind}s"))
        shared: dict[tuple[str, str], list[str]] = defaultdict(list)
        for code, keys in by_code:
            for pair in combinations(keys, 2):
                shared[pair].append(code)
        for (a, b), codes in shared.items():
            if len(codes) >= least:
                ids = [
                    getattr(names[a], f"{kind}s")[c] + " and " + getattr(names[b], f"{kind}s")[c]
                    for c in codes
                ]
                shown = ", ".join(ids[:_SHOWN_PRODUCTS])
                yield kind, a, b, f"{len(codes)} products with the same {word} under both names: {shown}"


def _in_titles(names: dict[str, _Name]) -> Iterator[tuple[str, str, str, str]]:
    """Titles that begin with both names side by side, as in "HP (Hewlett-Packard) ink"."""
    by_words = {normalise(name.written): key for key, name in names.items()}
    longest = max((len(words.split()) for words in by_words), default=0)
    for key, name in names.items():
        own = normalise(name.written)
        seen: dict[str, list[str]] = defaultdict(list)
        for title, product_id in name.titles:
            if title.startswith(f"{own} "):
                behind = title.removeprefix(f"{own} ").split()
                for length in range(1, min(longest, len(behind)) + 1):
                    other = by_words.get(" ".join(behind[:length]))
                    if other is not None and other != key:
                        seen[other].append(product_id)
        for other, ids in seen.items():
            shown = ", ".join(ids[:_SHOWN_PRODUCTS])
            yield (
                "title",
                key,
                other,
                f'"{name.written}" and "{names[other].written}" stand together in the titles of {shown}',
            )


def _blocks(keyed: Iterable[tuple[str, str]]) -> Iterator[tuple[str, list[str]]]:
    """Keys that several names share, with these names in order; keys that tell nothing are left out."""
    blocks: dict[str, dict[str, None]] = defaultdict(dict)
    for block, key in keyed:
        if block:
            blocks[block][key] = None
    for block, keys in blocks.items():
        if 1 < len(keys) <= _MOST_IN_BLOCK:
            yield block, sorted(keys)


def _is_organisation(longer: str, shorter: str) -> bool:
    """Whether the words that a longer name adds say only which part of the firm it is."""
    rest = normalise(longer).split()[len(normalise(shorter).split()) :]
    return all(word in _ORGANISATION or word in _COMPANY_FORMS or len(word) == 1 for word in rest)


def _products(number: int) -> str:
    return f"{number:,} product" + ("" if number == 1 else "s")
