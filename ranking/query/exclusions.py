"""Exclusions: entities and words that a query rules out, known to the ontology or not.

"No plastic kettle" is a kettle, and not of plastic; 不要蓝牙耳机 are headphones; "-norvik" leaves out a brand or a word.
Queries have no punctuation to end a denial, so it ends with the first thing that it denies and with what is joined to
that by "or", "and" or a list of values of one field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from kms.lexical.analysis import segment
from kms.ontology.labels import normalise
from kms.ontology.model import LANGUAGES, Ontology
from kms.text.chinese import contains_chinese
from kms.text.chinese_words import is_chinese_noun, is_learned, longest_words
from kms.text.negation import find_cue
from kms.text.nouns import is_noun, is_quality
from kms.text.plurals import singular_of
from ranking.models import Entity

Span = tuple[int, int]

_LEAVING_OUT_EN = r"w/o|except(?:\s+for)?|excluding|(?:other|rather)\s+than|apart\s+from|anything\s+but|minus"
_LEAVING_OUT_ZH = "不要|不想要|除了|不含|不带|没有|拒绝"
_ARTICLE = r"(?:(?:an?|the|any)\s+)?"
_PARTICIPLE = r"(?:[a-z]+(?:ed|de|lt|ne|en)\s+(?:of|from|with|by|in|out\s+of)\s+)"
"""Between a denial and what is denied: "not made of", "not lined with"."""
_MINUS = r"(?<!\S)-(?=[^\W\d])"
_NOT = (
    r"(?:(?:that|which)\s+)?(?:(?:is|are|was|were)(?:n['’]?t|\s+not)|not)|\b(?:no|zero)|\bnothing|\bwithout"
)
_BEFORE = re.compile(
    rf"(?:{_LEAVING_OUT_ZH}|不是|非|(?<!\S)-|\b(?:{_LEAVING_OUT_EN})\s+{_ARTICLE}|\b(?:{_NOT})\s+{_PARTICIPLE}{_ARTICLE})$",
    re.IGNORECASE,
)
"""Right before what is excluded; more than texts, queries say what they leave out."""
_BEFORE_REACH = 30
_KIND_DEPTH = 2
"""From this depth on a class is a kind of product that somebody asks for, and no family."""
_JOINED = re.compile(
    r"\s*(?:[,/&、]|\band\b|\bor\b|\bnor\b|和|或者?|与|及)\s*(?:(?:and|or)\s+)?" + _ARTICLE,
    re.IGNORECASE,
)
_JOINED_UNKNOWN = re.compile(rf"{_JOINED.pattern}[A-Za-z][\w'-]+{_JOINED.pattern}", re.IGNORECASE)
"""A word between two of a list that names nothing in the ontology."""
_LEAD_IN = re.compile(
    r"(?:\bbut\s+)?(?:\b(?:please|i|we)\s+)?(?:\b(?:that|which|it)(?:['’]s)?\s+)?"
    r"(?:\b(?:is|are|was|were|has|have|having|comes?|with)\s+)*$",
    re.IGNORECASE,
)
"""Words before a cue that go with it, and are not searched for either."""
_PURPOSE = re.compile(r"(?P<word>\w+)\s+(?:for|with)\b", re.IGNORECASE)
_SUITS = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "suitable good great ideal meant made designed intended recommended fit right okay ok"
    ).split()
)
"""With these "not … for running" denies the running; else, as in "not too heavy for travel", something before it."""
_HAS = r"(?:have|has|contain|include|feature|offer|use|run|need|require|want|like|come\s+with|support|look\s+like)"
_DOES_NOT = r"(?:do|does|did|will|wo|ca|can|must|should)(?:n['’]?t|\s*not)"
_UNKNOWN = re.compile(
    rf"(?:\b(?:{_NOT}|{_LEAVING_OUT_EN}|{_DOES_NOT}\s+{_HAS})\s+{_PARTICIPLE}?(?:(?:in|with)\s+)?{_ARTICLE}|{_MINUS})"
    r"(?P<en>[A-Za-z][\w'-]+)"
    rf"|(?:{_LEAVING_OUT_ZH}|不是|非(?!常))\s*(?P<zh>[\u3400-\u9fff]+)"
    r"|(?:不用|不需要?|无需|不必用)\s*(?P<used>[\u3400-\u9fff]+)",
    re.IGNORECASE,
)
_DEED = re.compile(
    rf"\b{_DOES_NOT}\s+(?!{_HAS}\b|be\b)(?P<verb>[a-z]+(?:\s+(?:out|off|up|down|apart|over))?)\b",
    re.IGNORECASE,
)
"""A denied verb that is not "have": what it would be done to is not excluded."""
_LONGEST_WORD_ZH = 4
_NO_NAMES = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "show iron stick slip bake tie wax tear tears knot rinse fuss frills frill drip spill crease wrinkle scratch sew "
        "drill mess name brand touch contact kink crush pull roll chip leak fade shrink"
    ).split()
)
"""With "no" these make names of kinds: "no show socks", "no tie laces"."""
_FUNCTION_WORDS = frozenset(
    (  # noqa: SIM905 - a list of a line is read more easily
        "a an the any all my your his her its our their this that these those it too so very much more most less least only "
        "just even quite as at by for from in into of off on onto or out over to under up with and but be been being is are "
        "was were am do does did have has had can could will would should may might must not no need needed longer sure if "
        "when while than one ones other others matter idea worry problem made like looking available compatible "
        "suitable good great meant designed intended recommended right"
    ).split()
)
_TOKENS = re.compile(r"\w+")
_FREE = re.compile(r"(?<![\w-])(?P<word>[A-Za-z][A-Za-z']+)(?P<gap>-|\s)free(?![\w-])", re.IGNORECASE)
_FREE_BEHIND = re.compile(r"(?:-|\s)free(?![\w-])", re.IGNORECASE)
_IS_PASSIVE = re.compile(r"\s+(?:for|in)\b", re.IGNORECASE)
_RELATIVE = re.compile(r"\b(?:that|which)\s+$", re.IGNORECASE)
_APART_ZH = re.compile("除[了去开]?$")
_BEYOND_ZH = re.compile("(?:色|款|型)?(?:以外|之外|除外)")
_OWNER = re.compile(r"\s+(?:an?|the|any|my|your|his|her|our|their)(?=\s)", re.IGNORECASE)
_KIND = re.compile(r"\ban?\s+$", re.IGNORECASE)
_NEXT_WORD = re.compile(r"[\s-]+(?P<word>[A-Za-z][\w'-]*)")
_WORD_HERE = re.compile(r"(?P<word>[A-Za-z][\w'-]*)")
_NONE_ZH = "无"
_HAN = re.compile(r"[\u3400-\u9fff]+")
_PHRASE_WORD = re.compile(r" (?P<word>[A-Za-z]+)(?![\w'-])")
_ALONE = re.compile(r"\s*(?:that\s+)?without\b", re.IGNORECASE)
_OR_WORD = re.compile(
    r"\s*(?:,\s*(?:or\s+|nor\s+)?|\s(?:or|nor)\s+|/\s*)" + _ARTICLE + r"(?P<en>[A-Za-z][\w'-]+)",
    re.IGNORECASE,
)


class UnknownExclusion(NamedTuple):
    """An excluded word that the ontology does not have, with its place in the query."""

    start: int
    end: int
    word: str


def find_denied(text: str, entities: Sequence[Entity], names: Sequence[Span]) -> dict[Span, Span]:
    """Find the entities that a query excludes: the entity's span to that of the words that exclude it.

    Args:
        text: The query.
        entities: By their place in it.
        names: Spans of words that state something by themselves; "no sleeves" denies nothing else.
    """
    denied: dict[Span, Span] = {}
    names = sorted(names)
    for number, entity in enumerate(entities):
        if free := _find_free(text, entity):
            denied[_span(entity)] = entity.start, free.end()
            continue
        if beyond := _BEYOND_ZH.match(text, entity.end):
            denied[_span(entity)] = (
                _lead_in_zh(text, entity.start),
                beyond.end(),
            )
            continue
        cue = _cue(text, entity.start, names)
        if cue is None:
            continue
        last = entities[number - 1] if number else None
        if entity.kind == "quantity" and not _reaches_number(text, cue, entity, last, denied):
            continue
        if (
            last is not None
            and last.start >= cue[1]
            and (_span(last) not in denied or not _continues(text, last, entity))
        ):
            continue
        end = entity.end
        if any(e.kind == "class" and e.end <= cue[0] for e in entities[:number]):
            following = entities[number + 1].start if number + 1 < len(entities) else len(text)
            end = _end_of_kind(text, cue, entity, following)
            if entity.kind == "value" and end == entity.end:
                end = _end_of_phrase(text, cue[0], end, [(following, len(text)), *names])
        denied[_span(entity)] = _lead_in(text, cue[0]), end
    return denied


def _end_of_kind(text: str, cue: Span, entity: Entity, following: int) -> int:
    """The end of a denied kind of thing, of which the entity is a part: "machine" of "that isn't a capsule machine"."""
    if not _KIND.search(text, cue[0], entity.start):
        return entity.end
    end = entity.end
    while (word := _NEXT_WORD.match(text, end)) and word.end() <= following:
        if word["word"].casefold() in _FUNCTION_WORDS:
            break
        end = word.end()
    return end


def _end_of_phrase(text: str, cue: int, end: int, taken: Sequence[Span]) -> int:
    """The end of a denied noun phrase of which the first word is known: "oil" of "soap without palm oil".

    It goes on with nouns, where what is wanted stands before the denial; "no sugar cola" alone wants a cola. Without it
    "without added sugar" is a phrase as a whole.
    """
    before = _TOKENS.findall(text, 0, cue)
    is_wanted = any(word.casefold() not in _FUNCTION_WORDS for word in before)
    is_whole = _ALONE.match(text, cue) is not None and len(_TOKENS.findall(text, end)) == 1
    if not (is_wanted or is_whole):
        return end
    while word := _PHRASE_WORD.match(text, end):
        folded = word["word"].casefold()
        if folded in _FUNCTION_WORDS or not _is_free(*word.span("word"), taken):
            break
        if is_quality(folded) or not is_noun(singular_of(folded)):
            break
        end = word.end()
    return end


def _find_free(text: str, entity: Entity) -> re.Match[str] | None:
    """The "free" behind a name: "leather-free shoes", and "leather free" where "free" is not of something else."""
    free = _FREE_BEHIND.match(text, entity.end)
    if free is None or entity.kind == "quantity":
        return None
    is_joined = free.group().startswith("-")
    return free if is_joined or find_cue(text, (0, len(text)), entity.start, "en", entity.end) else None


def _span(entity: Entity) -> Span:
    return entity.start, entity.end


def _reaches_number(
    text: str, cue: Span, entity: Entity, last: Entity | None, denied: Mapping[Span, Span]
) -> bool:
    """Whether a cue denies a number: it stands right before it, or before a number that this one is listed with.

    A number farther away says how much there is of something else: "no plastic 1.7 litre kettle".
    """
    if last is not None and _span(last) in denied and last.kind == "quantity":
        return True
    between = _TOKENS.findall(text[cue[1] : entity.start])
    return all(word.casefold() in _FUNCTION_WORDS for word in between)


def find_lacking(text: str, taken: Sequence[Span]) -> list[UnknownExclusion]:
    """Things that products must be free of and that name nothing in the ontology: "gluten" of "gluten-free snacks"."""
    found = []
    for match in _FREE.finditer(text):
        start, end = match.span("word")
        if match["word"].casefold() in _FUNCTION_WORDS or not _is_free(start, match.end(), taken):
            continue
        if match["gap"].strip() or find_cue(text, (0, len(text)), start, "en", end):
            found.append(UnknownExclusion(start, match.end(), match["word"]))
    return found


def find_unknown(text: str, taken: Sequence[Span], denied: Sequence[Span] = ()) -> list[UnknownExclusion]:
    """Excluded words that are no part of ``taken``.

    Args:
        text: The query.
        taken: Spans that mean something else: entities, constraints, leanings.
        denied: Spans of excluded entities, after which a list may go on with unknown words.
    """
    found = []
    ends = [end for _, end in denied]
    for match in _UNKNOWN.finditer(text):
        if match.group().casefold().startswith("zero") and not _is_free(
            match.start(), match.start() + len("zero"), taken
        ):
            continue  # a brand
        start = match.start(match.lastgroup or 0)
        word = match.group("en") or _first_word(match.group("zh") or match.group("used"), start, taken)
        if match.group("used") and not is_chinese_noun(word):
            continue  # 不用洗 says what need not be done
        if not word:
            continue
        if _is_free(start, start + len(word), taken) and not _is_name(match.group(), word):
            end = start + len(word)
            if match.group("en") and not match.group().startswith("-"):
                end = _end_of_phrase(text, match.start(), end, taken)
            found.append(UnknownExclusion(_lead_in(text, match.start()), end, text[start:end]))
            ends.append(end)
    for at, word in _bare_denied(text):
        start = at + len(_NONE_ZH)
        if _is_free(at, start + len(word), taken) and not any(f.start <= at < f.end for f in found):
            found.append(UnknownExclusion(at, start + len(word), word))
    for end in ends:
        listed = _OR_WORD.match(text, end)
        while (
            listed and _is_free(*listed.span("en"), taken) and listed["en"].casefold() not in _FUNCTION_WORDS
        ):
            found.append(UnknownExclusion(*listed.span(), listed["en"]))
            listed = _OR_WORD.match(text, listed.end())
    return sorted(found)


def _bare_denied(text: str) -> Iterator[tuple[int, str]]:
    """Where 无 stands as a word by itself, and the word behind it: 酒精 of 无酒精爽肤水, nothing of 无人机 or 无锡."""
    for run in _HAN.finditer(text):
        at = run.start()
        for word, following in pairwise((*longest_words(run.group()), "")):
            if word == _NONE_ZH and len(following) > 1:
                yield at, following
            elif word[0] == _NONE_ZH and is_learned(word):
                yield at, word[1:]  # a name of another shop of this process
            at += len(word)


def find_denied_verbs(text: str, taken: Sequence[Span]) -> list[UnknownExclusion]:
    """Denied verbs with what they are not done to, which no title is searched for.

    "Dry out my hair" of "shampoo that does not dry out my hair", "run windows" of "laptop that doesn't run windows".
    """
    return [
        UnknownExclusion(
            _lead_in(text, match.start()), _end_of_deed(text, match.span(), taken), match["verb"]
        )
        for match in _DEED.finditer(text)
        if _is_free(*match.span("verb"), taken)
    ]


def _end_of_deed(text: str, deed: Span, taken: Sequence[Span]) -> int:
    """The end of a deed with its object, where it tells of a thing; "wifi does not reach the attic" tells a need."""
    end = deed[1]
    if not _RELATIVE.search(text, max(0, deed[0] - _BEFORE_REACH), deed[0]):
        return end
    owner = _OWNER.match(text, end)
    word = _NEXT_WORD.match(text, owner.end() if owner else end)
    if word is None or word["word"].casefold() in _FUNCTION_WORDS or not _is_free(*word.span("word"), taken):
        return end
    return word.end()


def denied_verb_starts(text: str) -> frozenset[int]:
    """Where denied verbs begin: "slip" of "shoes that don't slip on ice", which is no slip-on."""
    return frozenset(match.start("verb") for match in _DEED.finditer(text))


def _lead_in_zh(text: str, start: int) -> int:
    """Where 除 or 除了 begins before what 以外 ends, else the place itself."""
    apart = _APART_ZH.search(text, max(0, start - 2), start)
    return apart.start() if apart else start


def _lead_in(text: str, start: int) -> int:
    lead = _LEAD_IN.search(text, max(0, start - _BEFORE_REACH), start)
    return lead.start() if lead else start


def _first_word(run: str, start: int, taken: Sequence[Span]) -> str:
    """A run of Chinese up to what is named next; of a longer one the first word."""
    stop = min((begin - start for begin, _ in taken if begin >= start), default=len(run))
    word = re.split("[的和或与及]", run[:stop])[0]
    return word if len(word) <= _LONGEST_WORD_ZH else segment(word)[0]


def _is_free(start: int, end: int, taken: Sequence[Span]) -> bool:
    return not any(start < stop and begin < end for begin, stop in taken)


def _is_name(surface: str, word: str) -> bool:
    folded = word.casefold()
    return folded in _FUNCTION_WORDS or (surface.casefold().startswith("no ") and folded in _NO_NAMES)


def settle_classes(entities: Sequence[Entity], ontology: Ontology) -> tuple[list[Entity], list[str]]:
    """Resolve excluded classes: the entities that remain, and words that titles should not have.

    Of "headphones without a mic" the mic is no kind of headphones that a filter could leave out; nor can it leave out
    "chromebook", which means laptops, of "laptop not chromebook": both are words. "Non-bluetooth speaker" alone
    wants the class above; so does who wants earbuds that are not true wireless, where that is what the word means.
    """
    hierarchy = ontology.hierarchy
    entities = _without_excluded_meanings(entities, ontology)
    wanted = [e.value for e in entities if e.kind == "class" and not e.negated]
    below = {each for c in wanted for each in hierarchy.descendants(c)}
    above = {each for c in wanted for each in (c, *hierarchy.ancestors(c))}
    excluded = [e for e in entities if e.kind == "class" and e.negated]
    words = [e.surface for e in excluded if wanted and e.value not in below]
    kept = [e for e in entities if e not in excluded or e.value not in above]
    if kept and all(e.negated for e in kept) and kept[0].kind == "class":
        kept += _class_above(kept[0], ontology)
    return kept, words


def _without_excluded_meanings(entities: Sequence[Entity], ontology: Ontology) -> list[Entity]:
    """The entities, a wanted class that other words exclude as what else its words mean, or as the class above it."""
    excluded = {e.value for e in entities if e.kind == "class" and e.negated and _says_label(e, ontology)}
    kept: list[Entity] = []
    for entity in entities:
        if entity.kind != "class" or entity.negated or entity.value not in excluded:
            kept.append(entity)
            continue
        place = (entity.start, entity.end)
        others = (e for e in entities if e.kind == "class" and not e.negated and e.value not in excluded)
        if not any((e.start, e.end) == place for e in others):
            above = _class_above(entity, ontology)
            kept += (e.model_copy(update={"surface": entity.surface}) for e in above)
    return kept


def _says_label(entity: Entity, ontology: Ontology) -> bool:
    """Whether an entity's words are of its class's label: a Chromebook is one kind of what is a laptop."""
    label = ontology.classes[entity.value].label
    written = normalise(entity.surface)
    return any(written in normalise(label.of(language)) for language in LANGUAGES)


def _class_above(entity: Entity, ontology: Ontology) -> list[Entity]:
    parent = ontology.classes[entity.value].parent
    if parent is None or ontology.hierarchy.depth(parent) < _KIND_DEPTH:
        return []
    label = ontology.classes[parent].label
    surface = label.of("zh" if contains_chinese(entity.surface) else "en")
    found = {"surface": surface, "node": f"category:{parent}", "value": parent, "negated": False}
    return [entity.model_copy(update={**found, "label_en": label.en, "label_zh": label.zh})]


def _cue(text: str, start: int, names: Sequence[Span]) -> Span | None:
    excluded = _BEFORE.search(text, max(0, start - _BEFORE_REACH), start)
    if excluded:
        return excluded.span()
    cue = find_cue(text, (0, len(text)), start, "zh" if contains_chinese(text) else "en", names=names)
    if cue is None or _names_kind(text, cue, start):
        return None
    purpose = _PURPOSE.search(text, cue[1], start)
    if purpose and purpose["word"].casefold() not in _SUITS:
        return None
    deed = _DEED.search(text, max(0, cue[0] - _BEFORE_REACH), start)
    if deed and deed.end() > cue[1] and not _IS_PASSIVE.match(text, deed.end()):
        return None
    return cue


def _names_kind(text: str, cue: Span, start: int) -> bool:
    """Whether a "no" makes the name of a kind with the word behind it, and what comes later is not denied."""
    behind = _NEXT_WORD.match(text, cue[1]) or _WORD_HERE.match(text, cue[1])
    is_no = text[cue[0] : cue[1]].strip().casefold() == "no"
    return bool(is_no and behind and behind.end() < start and behind["word"].casefold() in _NO_NAMES)


def _continues(text: str, last: Entity, entity: Entity) -> bool:
    joint = text[last.end : entity.start]
    if not joint.strip():
        return last.field == entity.field and entity.kind == "value"
    return _JOINED.fullmatch(joint) is not None or _JOINED_UNKNOWN.fullmatch(joint) is not None
