"""Suggestion of uses, audiences and aspects: collects words that texts and reviews have where such things are named.

English texts name a use behind "great for" or "used for", Chinese ones behind 适合 or 用于; an audience there is a word
for people. Reviews judge an aspect ("the zip is stiff", 手感很好). What stands there in texts of several products, and more
often than in the language at large, is suggested with its counts and a sentence. Nothing is taken over by itself.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from kms.induction.flow import to_flow
from kms.induction.slugs import make_slug, make_unique
from kms.ontology.labels import singular
from kms.ontology.model import Ontology
from kms.text.chinese import contains_chinese, fold_traditional
from kms.text.nouns import is_quality
from kms.text.plurals import is_plural, singular_of

SuggestionKind = Literal["use", "audience", "aspect"]
SECTIONS: dict[SuggestionKind, str] = {"use": "uses", "audience": "audiences", "aspect": "aspects"}
FILE = "suggestions.yaml"
LEAST_PRODUCTS = 3
LEAST_RATIO: dict[SuggestionKind, float] = {"use": 5.0, "audience": 5.0, "aspect": 1.5}
"""How many times as often as in the language at large a word must stand in the shop's texts."""
MOST_SHOWN = 100
_LONGEST_TEXT = 5_000
_SHOWN = 80
_SENTENCE = re.compile(r"(?<=[.!?。！？；;])\s*|\n+")
_FOR = re.compile(
    r"\b(?:great|good|perfect|ideal|excellent|suitable|designed|made|intended|recommended|used|useful|handy|fantastic|best|"
    r"essential|a must)\s+(?:when\s+|while\s+|for\s+)(?:use\s+(?:in|with|on|at)\s+)?(?P<what>[^.,;:!?()\n]{3,60})",
    re.IGNORECASE,
)
_DENIED = re.compile(
    r"(?:\b(?:not|never|hardly|less)|n['’]t)(?:\s+[a-z]+ly|\s+be|\s+been)*\s+$", re.IGNORECASE
)
_ARTICLE = re.compile(
    r"^(?:(?:the|a|an|your|my|our|all|any|most|every|both|those|these|some|many|young|everyday)\s+)+", re.I
)
_STOP = re.compile(
    r"\b(?:and|or|with|without|in|on|at|of|to|from|who|that|which|where|when|if|as|by|but|because|since|while|is|are|was|"
    r"it|you|i|we|they|them|this|these|those|than|for|while|so|too|very)\b.*$",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z][a-z'’-]*", re.IGNORECASE)
_PEOPLE = re.compile(
    r"(?:ers|ors|ists|ians|ents|ants|people|men|women|kids|children|fans|lovers|owners|beginners)$"
)
_WHO = re.compile(
    r"\b([a-z][a-z-]{3,})\s+(?:who|whose|love|loves|enjoy|will love|will enjoy)\b", re.IGNORECASE
)
_JUDGED = re.compile(
    r"\b(?:the|its|this|these|their)\s+(?P<what>[a-z][a-z-]+(?:\s+[a-z][a-z-]+)?)\s+"
    r"(?:is|are|was|were|feels?|looks?|works?|seems?|could be)\s+"
    r"(?:(?:very|really|so|too|quite|pretty|a bit|rather|not|just|also)\s+)*"
    r"(?P<how>[a-z]+)",
    re.IGNORECASE,
)
_FOR_ZH = re.compile(r"(?:适合|适用于|适宜|用于|专为)(?P<what>[\u3400-\u9fff、和及与]{2,24})")
_PARTS_ZH = re.compile(r"[、和及与]")
_END_ZH = re.compile(r"(?:等.*|的.*|使用|时使用|时|场合|场景|场所|需求|设计|之用|环境)$")
_PEOPLE_ZH = re.compile(
    r"(?:人群|人士|人|者|党|族|宝宝|孩子|儿童|学生|老人|男士|女士|家庭|新手|爱好者|群体)$"
)
_JUDGED_ZH = re.compile(
    r"(?P<before>[\u3400-\u9fff]{2,8})(?:很|非常|特别|挺|真的?|比较|十分|超级?|不太|有点|不够)[\u3400-\u9fff]{1,3}"
)
_MOST_WORDS = 3


@dataclass(frozen=True)
class Suggestion:
    """A word that may be a use, an audience or an aspect.

    Attributes:
        products: Whose texts or reviews name it so.
        mentions: How often they do.
        ratio: How many times as often it stands in the shop's texts as in the language at large.
        example: A sentence with it.
    """

    kind: SuggestionKind
    words: str
    products: int
    mentions: int
    ratio: float
    example: str


@dataclass(frozen=True)
class ShopText:
    """A text of a product, or a review of it."""

    product_id: str
    text: str
    is_review: bool = False


def suggest_terms(texts: Iterable[ShopText], known: Ontology) -> list[Suggestion]:
    """Words that the shop's texts use for uses, audiences and aspects and that the ontology does not have.

    The most telling of each kind come first: those of many products that are rare in the language at large.
    """
    mentions: Counter[tuple[SuggestionKind, str]] = Counter()
    products: dict[tuple[SuggestionKind, str], set[str]] = defaultdict(set)
    examples: dict[tuple[SuggestionKind, str], str] = {}
    written: Counter[str] = Counter()
    people: set[str] = set()
    length = 0
    for each in texts:
        text = each.text[:_LONGEST_TEXT]
        words = [word.casefold() for word in _WORD.findall(text)]
        written.update(words)
        length += len(words) + sum("\u3400" <= sign <= "\u9fff" for sign in text) // 2
        people.update(singular_of(match.group(1).casefold()) for match in _WHO.finditer(text))
        for sentence in _SENTENCE.split(text):
            for kind, what in _find(sentence, each.is_review):
                mentions[kind, what] += 1
                products[kind, what].add(each.product_id)
                examples.setdefault((kind, what), " ".join(sentence.split()))
    found = []
    for (kind, what), count in mentions.items():
        if len(products[kind, what]) < LEAST_PRODUCTS or _is_known(what, known):
            continue
        right = kind
        if kind == "use" and _is_people(what, people):
            right = "audience"
        ratio = count / max(1, length) / _background(what)
        if ratio >= LEAST_RATIO[right]:
            example = examples[kind, what]
            found.append(Suggestion(right, what, len(products[kind, what]), count, round(ratio, 1), example))
    return sorted(found, key=lambda each: (each.kind, -each.products, -each.ratio, each.words))


def _find(sentence: str, is_review: bool) -> Iterator[tuple[SuggestionKind, str]]:
    if contains_chinese(sentence):
        yield from _find_chinese(fold_traditional(sentence), is_review)
        return
    for match in _FOR.finditer(sentence):
        if _DENIED.search(sentence[: match.start()]):
            continue
        what = _noun_phrase(match["what"])
        if what:
            yield "use", what
    if is_review:
        for match in _JUDGED.finditer(sentence):
            words = match["what"].casefold().split()
            if is_quality(match["how"].casefold()) and not any(is_quality(word) for word in words[-1:]):
                yield "aspect", singular(" ".join(words) if not _is_function(words[0]) else words[-1])


def _find_chinese(sentence: str, is_review: bool) -> Iterator[tuple[SuggestionKind, str]]:
    for match in _FOR_ZH.finditer(sentence):
        for part in _PARTS_ZH.split(match["what"]):
            what = _END_ZH.sub("", _END_ZH.sub("", part))
            if 2 <= len(what) <= 6:
                yield ("audience" if _PEOPLE_ZH.search(what) else "use"), what
    if is_review:
        from kms.text.chinese_words import longest_words

        for match in _JUDGED_ZH.finditer(sentence):
            last = list(longest_words(match["before"]))[-1:]
            if last and len(last[0]) > 1:
                yield "aspect", last[0]


def _noun_phrase(text: str) -> str:
    """The first noun phrase of what stands behind "great for", or a gerund with its object."""
    cut = _STOP.sub("", _ARTICLE.sub("", text.strip())).strip(" -'’\"")
    words = [word.casefold() for word in _WORD.findall(cut)]
    if not words or len(words) > _MOST_WORDS or len(words) != len(cut.split()):
        return ""
    last = words[-1]
    is_noun = last.endswith("ing") or not is_quality(last) or is_plural(last)
    return " ".join(words) if is_noun and len(last) > 2 else ""


def _is_function(word: str) -> bool:
    return word in ("only", "other", "first", "second", "last", "whole", "same", "two", "one", "new", "old")


def _is_people(what: str, people: set[str]) -> bool:
    if contains_chinese(what):
        return _PEOPLE_ZH.search(what) is not None
    return singular_of(what.split()[-1]) in people and _PEOPLE.search(what) is not None


def _is_known(what: str, known: Ontology) -> bool:
    """Whether the ontology has the words, or they name a thing of one of its classes: "great for cameras" is no use."""
    if any(known.labels.lookup(name) for name in (what, singular(what))):
        return True
    words = singular(what).split()
    if len(words) < 2 or words[0].endswith("ing"):
        return False  # "organizing planners" is one, "ring binders" is none
    return any(reading.kind == "class" for reading in known.labels.lookup(words[-1]))


def _background(what: str) -> float:
    """The frequency of the words in the language at large; of several words that of the rarest by a tenth."""
    from wordfreq import word_frequency

    if contains_chinese(what):
        return max(float(word_frequency(what, "zh", minimum=1e-7)), 1e-7)
    words = what.split()
    rarest = min(float(word_frequency(word, "en", minimum=1e-7)) for word in words)
    return max(rarest / 10.0 ** (len(words) - 1), 1e-8)


def suggestions_file(found: Iterable[Suggestion]) -> str:
    """The suggestions as YAML that a person can copy from, each in the form that the ontology's files have."""
    lines = [
        "# Words of this shop's texts and reviews that may be uses, audiences or aspects. Nothing reads this file: copy the",
        "# entries that are right into core/uses.yaml, core/audiences.yaml or core/aspects.yaml.",
    ]
    by_kind: dict[SuggestionKind, list[Suggestion]] = defaultdict(list)
    for each in found:
        by_kind[each.kind].append(each)
    for kind, section in SECTIONS.items():
        if by_kind[kind]:
            lines.append(f"{section}:")
        taken: set[str] = set()
        for each in by_kind[kind][:MOST_SHOWN]:
            identifier = make_unique(make_slug(each.words), taken)
            taken.add(identifier)
            language = "zh" if contains_chinese(each.words) else "en"
            example = each.example if len(each.example) <= _SHOWN else f"{each.example[: _SHOWN - 1]}…"
            counts = f"{each.products} products, {each.mentions} mentions, {each.ratio:g} times as often as elsewhere"
            lines.append(f"  # {counts}: {example}")
            lines.append(f"  {to_flow(identifier)}: {to_flow({'label': {language: each.words}})}")
    return "\n".join(lines) + "\n"
