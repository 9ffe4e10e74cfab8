"""Noun phrases beside a mention: the head of the phrase behind it, and the subject of the clause before it."""

from __future__ import annotations

import re

from extraction.rules.accessories import accessories, parts, phrase_ends
from kms.ontology.labels import singular
from kms.types import Language

_BEHIND_ZH = re.compile(r"的?([\u3400-\u9fffA-Za-z-]{1,8})")
_LINK = re.compile(r"^(?:and|but|while|so|,)\s+", re.IGNORECASE)
VERB = re.compile(
    r"\b(?:weigh(?:s|ed|ing)?|measures?|measured|measuring|is|are|was|were|has|have|had|comes?|stands?|adds?)\b",
    re.IGNORECASE,
)
"""Verbs that part a clause's subject from what is said of it."""
_OF = re.compile(r"\s+(?:of|for|in|with|on|from|to|at|that|which)\s+", re.IGNORECASE)
_DETERMINER = re.compile(r"^(?:the|its|an?|our|your|both|included|supplied)\s+", re.IGNORECASE)
_NOUNS = re.compile(
    r"(?:[ -]|\s?\(|\s?[x×]\s?)?(?:of\s+|(?:long|tall|high|wide|deep|thick)\s+(?!of\b))?((?:[A-Za-z][\w-]*[ ]?){1,4})"
)
_TRAILS = re.compile(
    r"\d.*|.*(?:ed|ly)|measuring|opening|using|.{1,2}|size|wide|approx\w*|max\w*|min\w*|open|overall|total",
    re.IGNORECASE,
)
"""Words behind a measure that are no nouns: "12 inches folded"."""
CLAUSE = re.compile(
    r"[.!?](?=\s|$)|[;:。；！？\n()（）]|,\s+(?:and|but|so|while)\b|"
    r"\b(?:but|while|whereas|and (?:the|its|each|a|an))\b|[，,]",
    re.IGNORECASE,
)
"""Where a clause ends and the next one begins."""


def head_behind(body: str, end: int, stop: int, language: Language) -> str:
    """The last noun of the phrase that goes on behind a mention: "case" of "45 g charging case"; empty: none does."""
    if language == "zh":
        names = accessories(language)
        behind = _BEHIND_ZH.match(body, end, min(stop, end + 10))
        return next((n for n in names if behind and n in behind[1]), "") if behind else ""
    match = _NOUNS.match(body, end, min(stop, end + 60))
    if match is None:
        return ""
    words: list[str] = []
    for word in match[1].split():
        if word.casefold() in phrase_ends():
            break
        words.append(word)
    else:
        if words and body[match.end(1) : match.end(1) + 1] == ":":
            return ""  # "Net weight: 33 g Cap: …" names what comes next
    return singular(words[-1]) if words else ""


def phrase_behind(body: str, end: int, stop: int) -> list[str]:
    """Words of the noun phrase that goes on behind a measure; empty where none does or its end is not seen."""
    match = _NOUNS.match(body, end, min(stop, end + 60))
    words = match[1].split() if match else []
    if match is None or not words or _TRAILS.fullmatch(words[0]):
        return []
    ending = next((place for place, word in enumerate(words) if word.casefold() in phrase_ends()), len(words))
    is_closed = ending < len(words) or not body[match.end(1) : match.end(1) + 1].isalnum()
    return words[:ending] if is_closed else []


def subject_of(before: str, language: Language) -> tuple[str, bool]:
    """The head of a clause's subject, and whether a determiner introduces it."""
    clauses = list(CLAUSE.finditer(before))
    clause = before[
        clauses[-1].end()
        if clauses and not opens_clause(clauses[-1])
        else clauses[-1].start()
        if clauses
        else 0 :
    ]
    if language == "zh":
        names = accessories(language)
        return next((n for n in names if n in clause), ""), False
    clause = _LINK.sub("", clause.strip(" ,"))
    verb = VERB.search(clause)
    if verb is None:
        return "", False
    phrase = _OF.split(clause[: verb.start()])[0].strip()
    bare = _DETERMINER.sub("", phrase)
    words = bare.split()
    # A long or capitalised subject is a name or no noun phrase at all.
    if not words or len(words) > 4 or words[-1][0].isupper():
        return "", False
    if words[0].casefold() in {"each", "every"} and singular(words[-1]) not in parts():
        return "", False  # "each box" of loudspeakers is one of them
    return singular(words[-1]), bare != phrase


def opens_clause(boundary: re.Match[str]) -> bool:
    """Whether a boundary is the first word of the next clause: "and the case weighs"."""
    return boundary.group()[:3].casefold() == "and"
