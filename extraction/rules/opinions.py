"""Opinions by lexicon: judging words linked to the nearest aspect of their clause.

After the nearest-aspect rule of Hu and Liu 2004, "Mining and summarizing customer reviews", section 3; the
words are our own. It reads Chinese, which the default encoder cannot, and is the model's baseline in English.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from extraction.documents import Text
from extraction.rules.contexts import is_foreign
from extraction.rules.mention import Mention, Occupied
from extraction.rules.polarity import OPPOSITE, follows_nothing, shift
from kms.evidence.models import Polarity
from kms.ontology.model import Ontology
from kms.ontology.structure import HAS_ASPECT
from kms.text.negation import find_cue
from kms.types import Language

CONFIDENCE = {"en": 0.59, "zh": 0.62}
"""Precision on the sample's validation split (aspect, words, polarity); the words are of its train split."""
CONFIDENCE_OVERALL = {"en": 0.53, "zh": 0.3}
"""The same where no aspect stands near."""

_CLAUSE = re.compile(
    r"[.;:!?,。；！？，、\n]|\s[-–—]\s|\b(?:but|however|although|though|yet|while)\b"
    r"|但是|但|不过|就是|只是",
    re.IGNORECASE,
)
_LONGEST_LEAD = 60
_FEW_WORDS = 3
_LEAD = re.compile(
    r"(?:\b(?:very|really|so|too|quite|pretty|extremely|incredibly|super|rather|a bit|a little|slightly|"
    r"absolutely|far|way|much|nearly|utterly|properly|somewhat|surprisingly|all|even|more)\s+)+$"
    r"|(?:非常|很|太|特别|超级|超|真的|真|有点|比较|挺|相当|还算|还|也|更|完全|十分|偏|够)+$",
    re.IGNORECASE,
)
_EXCESS = re.compile(r"\btoo\s+$", re.IGNORECASE)
_PRAISE_ITSELF = frozenset(
    {"good", "great", "well", "happy", "impressed", "pleased", "useful", "helpful", "comfortable"}
)
"""What nothing has too much of: "not too good" is bad."""
_SELF_DENIED = re.compile(r"^(?:not|no|never|can't|don't|doesn't|won't|couldn't|isn't|不|没|无)")
_BARE = frozenset({"好", "差"})
"""Chinese words that judge only right behind an aspect or a word of degree; elsewhere 好 ends a verb: 装好."""
_DEGREE_ZH = re.compile(
    r"(?:更|最|真|也|都|那么|这么|像?中|有多|多么|挺|蛮|够|不算|算|觉得|比较|还要?|很|太)$"
)
_CLAUSE_END = re.compile(r"了?(?:[,，。.!！;；、?？\s]|$)")
_WORD = re.compile(r"[\w']+(?:[-/][\w']+)*\+?")
BEHIND = 8
"""What stands before its aspect counts as so many characters further away."""


@dataclass(frozen=True)
class Lexicon:
    """Phrases of one language.

    Attributes:
        phrases: Polarity by phrase, by its first word (English) or character (Chinese); longest first.
        aspects: Aspect by word, besides the ontology's labels.
        families: Classes whose reviews the words of aspects were gathered from, with those below them.
    """

    phrases: dict[str, tuple[tuple[str, Polarity], ...]]
    aspects: dict[str, str]
    families: frozenset[str]


@dataclass(frozen=True)
class _Judgement:
    start: int
    end: int
    polarity: Polarity


@dataclass(frozen=True)
class _Aspect:
    start: int
    end: int
    id: str


@lru_cache(maxsize=1)
def lexicon() -> dict[Language, Lexicon]:
    """The lexicon of each language."""
    source = resources.files("extraction.rules").joinpath("lexicon.yaml").read_text("utf-8")
    entries = yaml.safe_load(source)
    families = frozenset(entries.pop("families").split())
    return {language: _make_lexicon(lists, families) for language, lists in entries.items()}


def _make_lexicon(lists: dict[str, Any], families: frozenset[str]) -> Lexicon:
    by_first: dict[str, list[tuple[str, Polarity]]] = defaultdict(list)
    for polarity in ("positive", "negative", "neutral"):
        for phrase in lists[polarity].split(";"):
            folded = phrase.strip()
            first = _WORD.match(folded)
            key = first.group() if first and folded[0].isascii() else folded[0]
            by_first[key].append((folded, polarity))
    aspects = {
        word.strip(): aspect
        for aspect, words in lists.get("aspects", {}).items()
        for word in words.split(";")
    }
    longest_first = {key: tuple(sorted(items, key=lambda i: -len(i[0]))) for key, items in by_first.items()}
    return Lexicon(longest_first, aspects, families)


class OpinionReader:
    """Finds aspects with the judging words of their clause, and judging words on the whole product."""

    def __init__(self, ontology: Ontology) -> None:
        self._ontology = ontology

    def find_mentions(self, text: Text) -> Iterator[Mention]:
        """One mention for each aspect and for each judgement without an aspect."""
        language = text.document.language
        aspects = self._aspects(text)
        judgements = list(_judgements(text, aspects))
        if not judgements:
            return
        judged = Occupied((j.start, j.end) for j in judgements)
        aspects = [a for a in aspects if not judged.overlaps(a.start, a.end)]
        judgements.sort(key=lambda j: j.start)
        starts, places = [j.start for j in judgements], [a.start for a in aspects]
        waiting: _Aspect | None = None
        sentence = -1
        for start, end in _clauses(text.document.text, text.sentences):
            inside = judgements[bisect_left(starts, start) : bisect_left(starts, end)]
            free = aspects[bisect_left(places, start) : bisect_left(places, end)]
            here = text.sentence_at(start)[0]
            if waiting is not None and inside and not free and here == sentence:
                # "Battery: two hours, a joke": the clause before named what is judged.
                free = [waiting]
            yield from _link(free, inside, language)
            if inside:
                waiting = None
            elif free or here != sentence:
                waiting = free[-1] if free else None
            sentence = here

    def _aspects(self, text: Text) -> list[_Aspect]:
        body = text.document.text
        found = [
            _Aspect(match.start, match.end, next(r.id for r in match.readings if r.kind == "aspect"))
            for match in self._ontology.labels.find(body, frozenset({"aspect"}))
        ]
        language = text.document.language
        pattern = _compile_all(language)
        if pattern is not None and is_familiar(self._ontology, text.context.class_id):
            words = lexicon()[language].aspects
            more = [_Aspect(m.start(), m.end(), words[m.group().casefold()]) for m in pattern.finditer(body)]
            taken = Occupied((a.start, a.end) for a in found)
            longer = [a for a in more if not taken.overlaps(a.start, a.end)]
            found = sorted(found + longer, key=lambda a: a.start)
        return found


def is_familiar(ontology: Ontology, class_id: str | None) -> bool:
    """Whether the lexicon's words for aspects mean in reviews of a class what they mean where they were gathered.

    They are mostly names of parts and things ("tea", "eyes", "cover"), which are judged in reviews of other goods for what
    they are. Of a product without a class nothing speaks against them.
    """
    if class_id is None:
        return True
    families = lexicon()["en"].families
    return class_id in families or not families.isdisjoint(ontology.hierarchy.ancestors(class_id))


def name_aspect(surface: str, language: Language, ontology: Ontology, class_id: str | None = None) -> str:
    """The aspect that a reviewer's words mean, or ``""``.

    A label of the ontology, a word of the lexicon, or else the last label or word within the surface: "quality
    of the zip" is about the zip.
    """
    whole = [r.id for r in ontology.labels.lookup(surface) if r.kind == "aspect"]
    if whole:
        return whole[0]
    words = lexicon()[language].aspects if is_familiar(ontology, class_id) else {}
    if surface.casefold() in words:
        return words[surface.casefold()]
    inside = [
        (match.end, next(r.id for r in match.readings if r.kind == "aspect"))
        for match in ontology.labels.find(surface, frozenset({"aspect"}))
    ]
    pattern = _compile_all(language)
    if pattern is not None and words:
        inside += [(m.end(), words[m.group().casefold()]) for m in pattern.finditer(surface)]
    return max(inside)[1] if inside else ""


def _link(aspects: list[_Aspect], judgements: list[_Judgement], language: Language) -> Iterator[Mention]:
    """Each aspect with its nearest judgement, and each judgement that is left with its nearest aspect."""
    used: set[_Judgement] = set()
    if judgements:
        starts = [j.start for j in judgements]
        for aspect in aspects:
            place = bisect_left(starts, aspect.end)
            nearest = min(judgements[max(0, place - 1) : place + 1], key=lambda j: _distance(aspect, j))
            used.add(nearest)
            yield _mention(aspect.start, aspect.end, aspect.id, nearest, CONFIDENCE[language])
    ends = [a.end for a in aspects]
    for judgement in judgements:
        if judgement in used:
            continue
        if aspects:
            after = bisect_left(ends, judgement.start + 1)
            near = min(aspects[max(0, after - 1) : after + 1], key=lambda a: _distance(a, judgement))
            yield _mention(near.start, near.end, near.id, judgement, CONFIDENCE[language])
        else:
            span = (judgement.start, judgement.end)
            yield _mention(*span, "overall", judgement, CONFIDENCE_OVERALL[language])


@lru_cache(maxsize=4)
def _compile_all(language: Language) -> re.Pattern[str] | None:
    return _compile(lexicon()[language].aspects, language)


def _compile(aspects: dict[str, str], language: Language) -> re.Pattern[str] | None:
    if not aspects:
        return None
    forms = "|".join(re.escape(word) for word in sorted(aspects, key=len, reverse=True))
    return re.compile(rf"\b(?:{forms})\b" if language == "en" else forms, re.IGNORECASE)


def _distance(aspect: _Aspect, judgement: _Judgement) -> int:
    # What follows its aspect is preferred: "the battery lasts", rather than "great. The battery".
    if judgement.start >= aspect.end:
        return judgement.start - aspect.end
    return aspect.start - judgement.end + BEHIND


def _mention(start: int, end: int, aspect: str, judgement: _Judgement, confidence: float) -> Mention:
    return Mention(
        start,
        end,
        HAS_ASPECT,
        value=aspect,
        polarity=judgement.polarity,
        opinion=(judgement.start, judgement.end),
        confidence=confidence,
    )


def _judgements(text: Text, aspects: list[_Aspect]) -> Iterator[_Judgement]:
    body, language = text.document.text, text.document.language
    begins = {a.start: a for a in aspects}
    starts = [a.start for a in aspects]
    for start, end, polarity in _phrases(text):
        if body[start:end] in _BARE and not _is_said(body, start, [a.end for a in aspects]):
            continue
        named = begins.get(start)
        if named is not None and named.end < end:
            # "性价比高" names its aspect itself.
            start = named.end + len(body[named.end : end]) - len(body[named.end : end].lstrip())
        elif (before := bisect_right(starts, start)) and end <= aspects[before - 1].end:
            continue
        sentence = text.sentence_at(start)
        lead = _LEAD.search(body, max(sentence[0], start - _LONGEST_LEAD), start)
        first = lead.start() if lead else start
        if polarity == "positive" and lead and _EXCESS.search(lead.group()):
            polarity = "negative"
            cue = find_cue(body, sentence, first, language)
            word = body[start:end].casefold()
            if (
                cue is not None
                and word not in _PRAISE_ITSELF
                and not _has_praise(body[cue[1] : first], language)
            ):
                polarity = "positive"  # "not too soft", but not "not too good" and "didn't like it too much"
            yield _Judgement(first, end, polarity)
            continue
        if _SELF_DENIED.match(body[start:end].casefold()) and not follows_nothing(body, sentence, first):
            if not is_foreign(body, sentence, start):
                is_twice = language == "zh" and find_cue(body, sentence, first, language) is not None
                yield _Judgement(first, end, OPPOSITE[polarity] if is_twice else polarity)
            continue
        shifted = shift(body, sentence, first, end, polarity, language)
        if shifted.polarity is None:
            continue
        if shifted.cue is not None and _belongs(body, shifted.cue, first, aspects, starts):
            first = shifted.cue[0]
        yield _Judgement(first, end, shifted.polarity)


def _belongs(body: str, cue: tuple[int, int], start: int, aspects: list[_Aspect], starts: list[int]) -> bool:
    """Whether a cue is part of the judging words: no aspect stands between, and no more than a few words."""
    place = bisect_left(starts, cue[0])
    is_apart = place < len(aspects) and aspects[place].start < start
    return not is_apart and len(body[cue[1] : start].split()) <= _FEW_WORDS


def _is_said(body: str, start: int, ends: list[int]) -> bool:
    """Whether an aspect or a word of degree stands right before a bare 好 or 差 that ends its clause."""
    if not _CLAUSE_END.match(body, start + 1):
        return False
    return start in ends or _DEGREE_ZH.search(body, max(0, start - 3), start) is not None


def _has_praise(words: str, language: Language) -> bool:
    """Whether one of some words is a word of praise."""
    return any(polarity_of(word, language) == "positive" for word in _WORD.findall(words))


def polarity_of(words: str, language: Language) -> Polarity | None:
    """The polarity that a lexicon's phrase gives judging words by itself; ``None``: it knows none of them."""
    folded = words.casefold().replace("’", "'").strip()
    for phrases in lexicon()[language].phrases.values():
        for phrase, polarity in phrases:
            if folded == phrase:
                return polarity
    last = _WORD.findall(folded)[-1:]
    return polarity_of(last[0], language) if last and last[0] != folded else None


def _phrases(text: Text) -> Iterator[tuple[int, int, Polarity]]:
    """The longest phrases of the lexicon, left to right, at whole words (English) or characters (Chinese)."""
    body = text.document.text
    folded = body.casefold().replace("’", "'")
    if len(folded) != len(body):
        folded = body.lower() if len(body.lower()) == len(body) else body
    phrases = lexicon()[text.document.language].phrases
    if text.document.language == "zh":
        yield from _phrases_zh(text, folded, phrases)
        return
    end = 0
    for word in _WORD.finditer(folded):
        if word.start() < end:
            continue
        for phrase, polarity in phrases.get(word.group(), ()):
            stop = word.start() + len(phrase)
            if folded.startswith(phrase, word.start()) and not folded[stop : stop + 1].isalnum():
                end = stop
                yield word.start(), stop, polarity
                break


def _phrases_zh(
    text: Text, folded: str, phrases: dict[str, tuple[tuple[str, Polarity], ...]]
) -> Iterator[tuple[int, int, Polarity]]:
    words = set(text.tokens)
    position = 0
    while position < len(folded):
        for phrase, polarity in phrases.get(folded[position], ()):
            stop = position + len(phrase)
            # A single character judges as a word of its own, or at the end of its clause: "重量轻".
            if folded.startswith(phrase, position) and (
                len(phrase) > 1 or (position, stop) in words or _CLAUSE_END.match(folded, stop)
            ):
                yield position, stop, polarity
                position = stop
                break
        else:
            position += 1


def _clauses(text: str, sentences: tuple[tuple[int, int], ...]) -> Iterator[tuple[int, int]]:
    for start, end in sentences:
        cursor = start
        for match in _CLAUSE.finditer(text, start, end):
            if match.start() > cursor:
                yield cursor, match.start()
            cursor = match.end()
        if cursor < end:
            yield cursor, end
