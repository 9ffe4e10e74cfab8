"""English negation: cues, and the part of the clause that each denies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal

from kms.text.negation_scope import REACH, Cues, Span

Kind = Literal["verb", "noun", "word"]
"""``verb`` denies what is said ("not", "never"), ``noun`` a thing that is not there ("without", "no"), ``word`` only the
next word ("non-")."""

_APOSTROPHE = "['’]"
_BARE = r"do|does|did|is|are|was|were|ca|could|wo|would|should|has|have|had|need|must"
_CUES = re.compile(
    r"(?P<word>\bnon(?=[- ])|\bno(?=-[a-z])|\b(?:faux|imitation|fake|mock|simulated)(?=[- ]))"
    r"|(?P<noun>\b(?:without|w/o|(?<!the )(?<!all )(?<!any )(?:lacking|missing)(?: in| (?:here )?(?:is|are|"
    r"would be)\b)?|lacks?(?: of)?|"
    r"absence of|devoid of|sans|skips|omits|forgoes|ditches|eschews|dispenses with|does away with|"
    r"free (?:of|from)|excludes?|excluding|instead of|rather than|"
    r"(?:looks?|looking|feels?|feeling) like(?! (?:they|it|you|we|i|he|she|something|high|real)\b)|"
    r"resembles?|imitates?|mimics?|none of)\b:?"
    r"|\b(?:no|zero|neither)\b(?!\.\s?\d)|(?<![\d.])0\s?%)"
    r"|(?P<verb>\b(?:not|never(?:,? ever)?|nor|cannot|hardly|barely|scarcely|no longer|"
    r"unable to|fails? to|failed to|impossible to|refrain from|avoid|avoids|avoiding|"
    r"(?:un|not )?suitable(?<=unsuitable)|unfit|useless|hopeless|far from|nowhere near|by no means|in no way|"
    r"anything but(?! (?:my|his|her|your)\b)|"
    r"(?:keep|keeps|keeping|stay|stays) (?:it |them )?(?:out of|away from|clear of)|"
    r"(?<!not )(?<!n't )(?<!n’t )(?<!never )too [a-z-]+(?= (?:for (?!\d)|to\b))|"
    r"(?<!no )(?<!a )(?<!any )(?<!without )(?<!out )doubt(?:s|ed)?(?! about)|"
    r"(?<!n't )(?<!n’t )(?<!not )(?<!never )miss(?:es)?(?= an? ))\b|"
    rf"(?:(?:\b(?:{_BARE}|ai)|(?<=\s))n{_APOSTROPHE}t\b)|"
    rf"\b(?:{_BARE})nt\b)",
    re.IGNORECASE,
)
_ASSERTS = re.compile(
    # Of the cue's own words: "not only", "no more than 2 kg", "don't forget", "never fails".
    r"\s*(?:only|just|merely|simply|solely|to mention|least|(?:more|less|fewer|later|over|under) than\b|over \d|"
    r"(?:to )?exceed\w*|forget\w*|worry\w*|miss\b|hesitate\w*|doubt\w*|mind\b|fails?\b|failed\b|wait\b|regret\w*|"
    r"one\b|other\b|better\b|wonder\b|matter\b|longer than\b|show\b|liquids?\b|without\b|before\b|"
    r"beat\b|[- ]?brainer\b|sure\b|certain\b|say enough\b|get (?:enough|over)\b|stop\b|recommend (?:\w+ ){0,4}enough\b|"
    r"(?:know|understand|see|remember|care) (?:why|how|what|if|whether|when|where)\b)",
    re.IGNORECASE,
)
_AMAZES = re.compile(rf"(?:ca|can|could)\s?(?:n{_APOSTROPHE}?t|not)\s+believe\b", re.IGNORECASE)
_ASKS_BACK = re.compile(r"\b(?:who|what|what['’]s|whats)\s+(?:\w+\s+)?$", re.IGNORECASE)
"""A question that expects no answer: "who wouldn't love …", "what's not to love"."""
_FEW = 24
_TROUBLE = re.compile(
    r"\b(?:problems?|issues?|troubles?|complaints?|difficult(?:y|ies)|doubts?|questions?|worr(?:y|ies)|concerns?|"
    r"fuss|hassle|faults?|flaws?|regrets?|wonder|matter|wrong)\b",
    re.IGNORECASE,
)
"""Without these the rest is as it should be: "no problem with Bluetooth"."""
_STOP = re.compile(
    r"[.!?](?=\s|$|[\"'”’)])|[;:()\[\]–—•|\n\"“”]|\s-\s|…"
    r"|--|[.!?](?=[A-Z])|(?<=\w)\s+so\b|\bas (?:\w+ )?as\b|\bas (?:the|my)\b"
    r"|\b(?:despite|by|but|however|although|though|yet|except|whereas|because|since|unless|until|which|who|whose|where|"
    r"than|thanks|due|just|only|instead|still|without|therefore)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"\b(?:if|when|while|once|as soon)\b", re.IGNORECASE)
_PURPOSE = re.compile(r"(?<=\w\s)(?:for|with|about)\b", re.IGNORECASE)
_WITH = re.compile(r"(?<=\w\s)(?:with|about)\b", re.IGNORECASE)
_PREDICATE = re.compile(
    r"\b(?:is|are|was|were|has|have|can|will|needed|required|necessary)\b"
    r"|\b(?:included|used|added)(?=\s*(?:[.,;:!)]|$|(?:in|to|for|by|at|when|during|here|anywhere)\b))",
    re.IGNORECASE,
)
_DEED = re.compile(
    r"\s+(?!using|needing|requiring|having|including|adding|wearing|containing)\w+ing\b", re.IGNORECASE
)
"""What is not done says nothing of what it would be done to: "without killing the battery"."""
_DEGREE = re.compile(r"\s*(?:too|so|that|overly)\s+[\w-]+\s+(?=(?:for|to)\b)", re.IGNORECASE)
_NEW_CLAUSE = re.compile(
    r"(?:and|&)?\s*(?:\d+|it['’]?s?|this|that|they|we|you|i['’]?\w*|he|she|these|those|there|is|are|was|were|has|have|had|can|"
    r"will|would|comes?|weighs?|holds?|lasts?|offers?|features?|includes?|provides?|makes?|gives?|uses?|keeps?|works?|"
    r"looks?|feels?|fits?|very|really|so|quite|extremely|super|also|then|always|easily|with|for|in|made|now|please|"
    r"[a-z]+[^s\W]s\s+(?:on|its|your|an?))\b",
    re.IGNORECASE,
)
_JOINT = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
_COMMA = re.compile(r",\s+|,(?=[^\d\s])|\s/\s")
_OR = re.compile(r"(?:^|\s)(?:or|nor)\s", re.IGNORECASE)
_OR_AND = re.compile(r"(?:^|\s)(?:and|or|nor|&)\s", re.IGNORECASE)
_ADDITION = re.compile(
    r"[\w-]+\s+(?:in|with|for|from|to|by|on|at)\b|(?:\w+ly\s+)?(?:full|made|consisting|capable) of\b",
    re.IGNORECASE,
)
"""A phrase that says more of the product and is no item of a list: "free of alcohol, rich in aloe and shea"."""
_TOKEN = re.compile(r"[^\W_]+(?:['’/-][^\W_]+)*")
_QUALITY = re.compile(
    r"(?:proof|resistant|safe|able|ible|ful|less|free|friendly|ous|ive|ly|ish|light|soft|washable)$",
    re.IGNORECASE,
)
"""Ends of words that say how something is: "without BPA, dishwasher safe" is no list of things."""
_IS_PROHIBITION = re.compile(
    r"(?:^|[.;:!?,\n]\s*|\bplease\s+|\byou\s+)(?:(?:do|must|should|may)\s+)?$", re.IGNORECASE
)
_SCARCELY = frozenset({"hardly", "barely", "scarcely"})
_FEW_WORDS = 2
_LONGEST_FIRST = 8
_LONGEST_ITEM = 4
_LONGEST_CLOSING = 9
"""Words of the last item of a list with its conjunction and what follows it."""
_IS_DONE = (
    r"included|supplied|provided|available|supported|present|possible|needed|required|necessary|allowed|permitted|"
    r"recommended|advised|suitable|an option|part of|there|offered|fitted|built[- ]in|installed|enabled|real|genuine|"
    r"covered|compatible|received|in the box|on board|sold"
)
_TAIL = (
    r"(?:(?:,\s*(?:and |or )?|\s+(?:and|or|&)\s+|[ -])(?!(?:is|are|was|were|not|no|has|it)\b)\w[\w-]*){0,4}?"
)
_BEHIND = re.compile(
    r"-free\b|\s(?:and|or)\s[\w-]+ free(?=\s*(?:[.,;!)|/\n]|$))|-(?:,\s[\w-]+-)*,?\s(?:and|or)\s[\w-]+-free\b"
    r"|\sfree(?=\s*(?:[,.;!)|/\n]|$))"
    r"|\sfree(?=\s(?!of|from|ship|deliver|gift|with|to|when|sample|return|trial|and|support|for|in|on|at|after)[a-z]{3,})"
    r"|\sfree(?=\s\d(?![\d\s.-]*(?:day|week|month|year|hour|yr|hr|mo|st|nd|rd|th|gift|sample|trial)))"
    r"|-(?:look|like|effect)\b|\s(?:look|effect)(?=\s*(?:[,.;!)]|$))"
    r"|\s*(?:[:=]|\s[-–]\s)\s*(?:no|none|nope|never|nil|false|n/a|absent|not\b[^.,;|\n]{0,24})\s*(?=[.,;!)|/\n]|$)"
    r"|\s*[(\[]\s*(?:no|none|not (?:included|supported|available)|without|n/a)\s*[)\]]"
    rf"|{_TAIL}\s*\?\s*(?:A(?:nswer)?:\s*)?(?:No|None|Nope|Not|Never|(?:Please )?[Dd](?:on{_APOSTROPHE}t|o not))\b"
    r"|,?\s+(?:no|nope|not really|certainly not)\s*(?=[.;!,)]|$)"
    rf"|(?:\s\w+)?\s+it\s+(?:is\s+not|isn{_APOSTROPHE}?t|ain{_APOSTROPHE}?t)\s*(?=[.;!,)]|$)"
    rf"|{_TAIL}\s*\(?\b(?:(?:is|are|was|were|has been|have been|being)\s+)?(?:not|no longer|never)\s+"
    rf"(?:yet\s+|currently\s+|fully\s+|actually\s+)?(?:{_IS_DONE})\b"
    rf"|{_TAIL}\s+(?:is|are|was|were)n{_APOSTROPHE}?t\s+(?:yet\s+|actually\s+)?(?:{_IS_DONE})\b"
    rf"|{_TAIL}\s+(?:is|are|was|were)\s*(?:not|n{_APOSTROPHE}?t|no longer)\s*(?=[.;!,)]|$)"
    rf"|{_TAIL}\s+(?:has been|have been|was|were)\s+(?:removed|dropped|omitted|disabled|replaced (?:by|with))\b"
    rf"|{_TAIL}\s+(?:is|are|was|were)\s+nowhere to be\b"
    rf"|{_TAIL}\s*\(?(?:(?:is|are|was|were)\s+(?:\w+ly\s+|also\s+|still\s+|all\s+)?)?"
    rf"(?:sold separately|missing(?!\s+(?:a|the|some)\b)|absent|lacking|"
    r"unavailable|unsupported|excluded|left out|extra cost)\b",
    re.IGNORECASE,
)

_POOR_FIT = re.compile(
    r"(?<!not\s)(?<!never\s)(?<!n['’]t\s)(?:\b(?:awkward|uncomfortable|unsuitable|inconvenient|impractical|unsafe|useless)"
    r"(?:\s+to\s+\w+(?:\s+\w+){0,3}?)?\s+(?:for|in)"
    r"|\b(?:hard|difficult)\s+to\s+\w+(?:\s+\w+){0,4}?\s+for"
    r"|\b(?:leaks?|pools?|puddles?|sags?|floods?|slips?|lets\s+(?:in\s+)?(?:water|rain|wind))(?:\s+\w+){0,3}?\s+(?:in|during))"
    r"\s+(?:the\s+|an?\s+)?(?:heavy\s+|strong\s+)?$",
    re.IGNORECASE,
)
"""Before a use or a user, how badly the product does there: "awkward for the elderly", "water pools on it in rain"."""


def find_poor_fit(text: str, sentence: Span, start: int, end: int) -> Span | None:
    """The words before a use or a user that say that the product does badly there."""
    match = _POOR_FIT.search(text, max(sentence[0], start - REACH), start)
    return match.span() if match else None


def has_cue(text: str) -> bool:
    """Whether a cue occurs in a text."""
    return _CUES.search(text) is not None or "free" in text or "separately" in text or "-look" in text


def find_before(text: str, begin: int, start: int, stop: int) -> Iterator[Span]:
    """Cues behind ``begin`` that deny what is at ``start``, the nearest first; none reaches beyond ``stop``."""
    for match in _cues_of(text).before(begin, start):
        if start >= _scope_end(match, min(stop, match.end() + REACH)):
            continue
        if not match["word"] and (_ASSERTS.match(text, match.end()) or _AMAZES.match(text, match.start())):
            continue
        if match["verb"] and _ASKS_BACK.search(text, max(begin, match.start() - _FEW), match.start()):
            continue
        yield match.span()


def find_behind(text: str, sentence: Span, start: int, end: int) -> Span | None:
    """The cue that stands behind a mention; a question is answered in the next sentence."""
    match = _BEHIND.match(text, end, min(len(text), end + REACH))
    return match.span() if match else None


def kind_of(text: str, cue: Span) -> Kind:
    """The kind of a cue that stands before what it denies."""
    match = _CUES.match(text, cue[0])
    return "verb" if match is None else _kind_of_match(match)


def _kind_of_match(cue: re.Match[str]) -> Kind:
    return "verb" if cue["verb"] else "noun" if cue["noun"] else "word"


@lru_cache(maxsize=64)
def _cues_of(text: str) -> Cues:
    return Cues(text, _CUES)


@lru_cache(maxsize=512)
def _scope_end(cue: re.Match[str], stop: int) -> int:
    """Where ends what a cue denies; kept, since all mentions behind a cue ask for it."""
    text, start, kind = cue.string, cue.end(), _kind_of_match(cue)
    if kind == "word":
        word = _TOKEN.match(text, start + 1, stop)
        return word.end() if word else start
    end = _cut(text, start, stop, _STOP)
    if kind == "noun" or not _IS_PROHIBITION.search(text, max(0, cue.start() - 12), cue.start()):
        end = _cut(text, start, end, _CONDITION)
    if cue["verb"] and cue["verb"].casefold() in _SCARCELY:
        end = _end_of_words(text, start, end, _FEW_WORDS)
    trouble = _TROUBLE.search(text, start, end)
    if trouble:
        end = trouble.end()
    if kind == "noun":
        if cue["noun"].casefold() == "without":
            deed = _DEED.match(text, start, end)
            end = deed.end() if deed else end
        end = _cut(text, start, end, _WITH if cue["noun"].casefold() in {"no", "zero"} else _PURPOSE)
        end = _cut(text, start, end, _PREDICATE)
    degree = _DEGREE.match(text, start, end)
    if degree:
        end = degree.end()
    return _end_of_list(text, start, end, kind)


def _cut(text: str, start: int, end: int, pattern: re.Pattern[str]) -> int:
    match = pattern.search(text, start, end)
    return match.start() if match else end


def _end_of_list(text: str, start: int, end: int, kind: Kind) -> int:
    """End of the things that one cue denies: after the first, or after the last of a list."""
    items = list(_items(text, start, end))
    last = 0
    closed = _OR_AND if kind == "noun" else _OR
    run = 0
    for number in range(1, len(items)):
        first, stop = items[number]
        if _NEW_CLAUSE.match(text, first, stop) or (kind == "noun" and _ADDITION.match(text, first, stop)):
            break
        words = _count_words(text, first, stop)
        is_closing = words <= _LONGEST_CLOSING and closed.search(text, first, stop) is not None
        if is_closing:
            last = number
            break
        if words > _LONGEST_ITEM or _is_quality(text, first, stop) != _is_quality(text, *items[0]):
            break
        run = number
    else:
        if kind == "noun" and run >= 2 and run == len(items) - 1:
            last = run
    first, stop = items[last]
    stop = _end_of_joined(text, first, stop)
    reach = _end_of_words(text, first, stop, _LONGEST_ITEM + 2 if last else _LONGEST_FIRST)
    # "put it in the dishwasher or the microwave": a choice that has begun goes on to its end.
    for choice in _OR.finditer(text, first, stop):
        if choice.start() <= reach:
            reach = max(reach, _end_of_words(text, choice.end(), stop, _LONGEST_ITEM))
    return reach


def _items(text: str, start: int, end: int) -> Iterator[Span]:
    for comma in _COMMA.finditer(text, start, end):
        yield start, comma.start()
        start = comma.end()
    yield start, end


def _end_of_joined(text: str, start: int, end: int) -> int:
    """Cuts where "and" joins another statement: "not heavy and it is waterproof"."""
    for joint in _JOINT.finditer(text, start, end):
        if _NEW_CLAUSE.match(text, joint.end(), end):
            return joint.start()
    return end


def _end_of_words(text: str, start: int, end: int, most: int) -> int:
    for count, word in enumerate(_TOKEN.finditer(text, start, end), start=1):
        if count == most:
            return word.end()
    return end


def _count_words(text: str, start: int, end: int) -> int:
    return sum(1 for _ in _TOKEN.finditer(text, start, end))


def _is_quality(text: str, start: int, end: int) -> bool:
    words = _TOKEN.findall(text, start, end)
    return bool(words) and _QUALITY.search(words[-1]) is not None
