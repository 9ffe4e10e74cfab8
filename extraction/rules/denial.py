"""Denial of a value, a use or an audience in a text, and how certain it is that the product is denied it.

``kms.text.negation`` finds a cue whose scope holds the mention. That is enough for a query, and too little for a fact:
"I'm not a runner" denies no use, "not for winter camping" denies no camping, "you won't buy a player to watch films" says
nothing of films. So a cue makes a *certain* denial only where it governs the mention closely, its subject is not a person,
and a concept stands alone in its phrase.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib import resources
from typing import Literal, NamedTuple

import yaml

from extraction.documents import Text
from kms.ontology.model import Attribute
from kms.text import negation_en
from kms.text.negation import find_cue, find_poor_fit

Span = tuple[int, int]
Certainty = Literal["certain", "doubtful", "qualified"]
"""``doubtful``: believed too little to be used; ``qualified``: only a narrower thing is denied, so nothing is said."""
SEASON = "season"
"""The attribute whose values narrow each other down as uses do: "not for winter camping"."""
DOUBT = 0.5
"""Factor on the confidence of a doubtful denial, which keeps it below what filters and ranking use."""

_REVIEW_FIELDS = frozenset({"review_title", "review_text"})
_MOST_WORDS = {"verb": 1, "noun": 2, "word": 1}
"""Content words between a cue and what it certainly denies: a verb ("do not wash it in …"), two adjectives."""
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_LISTED = re.compile(r"[,/]|\b(?:or|nor|and|such as|like)\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"\b(?:for|in|at|on|as|during|while|when|to|of|with|through)\b|\b(?:use|used|using|recommend|wear|take|go)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    r"\b(?:i|we|he|she|who|nobody|people|anyone|everyone|(?:my|our|his|her)\s+(?!own\b)\w+)(?:['’](?:m|d|ve|ll|re|s))?"
    r"(?:\s+(?:just|really|also|still|have|had|has|am|was|were|is|are|would|could|can|will|did|do|does|actually|definitely|"
    r"certainly|probably|personally|should|may|might))*\s*$",
    re.IGNORECASE,
)
_ADVISES = re.compile(r"\s*(?:\w+\s+)?(?:recommend|suggest|advise)", re.IGNORECASE)
_NEED = re.compile(r"\s*(?:have to|need|necessary|require|required)\b", re.IGNORECASE)
_UNCERTAIN = re.compile(
    r"\b(?:if|unless|whether|when|might|may|perhaps|maybe|wish)\b[^.;!?,]{0,40}$", re.IGNORECASE
)
"""Before a cue: what it denies is only supposed."""
_OTHER = re.compile(r"\b(?:other|another)\s+(?:\w+\s+)?$", re.IGNORECASE)
_AS = re.compile(r"\bas\s+(?:\w+\s+)?$", re.IGNORECASE)
"""Before a mention: it is compared, "not as dark red as"."""
_OF_ANOTHER = re.compile(r"(?<=\w)\s+of\s+(?:the|a|an|my|your)\s", re.IGNORECASE)
_VERB_FOLLOWS = re.compile(
    r"(?:\b(?:do|does|did|will|would|should|can|could|must|ca|wo)(?:\s?n['’]t|\s+not)|\bcannot|\bnever)\s+$",
    re.IGNORECASE,
)
"""Before a word that is a verb there: "won't yellow", "should not rust"."""
_AT = re.compile(r"(?<=\w)\s+(?:on|in|at|to|by|from)\s", re.IGNORECASE)
_OWNED = re.compile(r"\b(?:my|his|her|our)\s+(?:\w+\s+)?$", re.IGNORECASE)
_BEHIND_WORD = re.compile(r"\s+(?P<word>[A-Za-z][\w'’-]*)")
_LOOKS_ALIKE = re.compile(
    r"\b(?:look|feel|resembl|imitat|mimic)|(?:look|like|effect)$|[像似仿般]|堪比|媲美|不输|不亚于|(?:起来|上去).?如$|^一样",
    re.IGNORECASE,
)
_ZH_LEAD = re.compile(
    r"^(?:被|再|太|很|用|于|在|去|作为?|做|进行|参加|来|给|让|当|拿[来去]|用来|使用|用在|用作|适合|适用于?|推荐|建议|是|为)*"
)
_ZH_LISTED = re.compile(r"[、，,/]|和|或者?|以及|及|与")
_ZH_ENDS = re.compile(
    r"[^\u3400-\u9fff]|$|和|或|及|与|等|时|的时候|期间|使用|场合|场景|环境|人群|人士|佩戴|穿|戴|单独|携带|者|用|了|吗|哦|啊|呢|的|也|都|更|最好"
)


class Denial(NamedTuple):
    """A cue that denies a mention.

    Attributes:
        cue: Character span of its words.
        certainty: How surely the product is denied what is mentioned.
    """

    cue: Span
    certainty: Certainty

    def weigh(self, confidence: float) -> float:
        """The confidence of the denying mention, from that of a mention of its kind."""
        return confidence if self.certainty == "certain" else round(confidence * DOUBT, 4)


def says_material(attribute: Attribute | None) -> bool:
    """Whether an attribute's values are materials."""
    return attribute is not None and "material" in (attribute.vocabulary or "")


def find_denial(
    text: Text,
    place: Span,
    *,
    names: Sequence[Span] = (),
    behind: bool = True,
    is_concept: bool = False,
    is_material: bool = False,
) -> Denial | None:
    """The denial of a mention, or ``None``.

    Args:
        text: The document.
        place: Character span of the mention.
        names: Spans of words with a meaning of their own, in the order of the text; see ``find_cue``.
        behind: Cues behind the mention count as well.
        is_concept: It is a use, an audience or a season, which other words of its phrase narrow down.
        is_material: It is what something is made of: "leather look" denies leather, "a professional look" nothing.
    """
    body, language = text.document.text, text.document.language
    sentence = text.sentence_at(place[0])
    cue = find_cue(body, sentence, place[0], language, place[1] if behind else None, names=names)
    if cue is None and is_concept and (poor := find_poor_fit(body, sentence, place[0], language, place[1])):
        return Denial(poor, "certain")
    if cue is None or (not is_material and _LOOKS_ALIKE.search(body, *cue)):
        return None
    if language == "zh":
        return Denial(cue, _certainty_zh(body, cue, place, names) if is_concept else "certain")
    if cue[0] >= place[1]:
        return Denial(cue, "certain")
    if not is_concept and body[slice(*cue)].casefold().startswith("too "):
        return None
    if is_concept and _is_qualified(body, cue, place, names):
        return Denial(cue, "qualified")
    is_review = text.document.field in _REVIEW_FIELDS
    is_doubtful = (
        not is_close(body, cue, place[0], most=0 if is_concept else None)
        or _AS.search(body, cue[1], place[0]) is not None
        or _OTHER.search(body, cue[1], place[0]) is not None
        or _UNCERTAIN.search(body, max(sentence[0], cue[0] - 60), cue[0]) is not None
    ) or (
        is_review
        and (_is_of_person(body, sentence, cue, place[0]) or _is_narrowed_behind(body, place[1], sentence))
    )
    return Denial(cue, "doubtful" if is_doubtful else "certain")


def is_verb(text: Text, start: int) -> bool:
    """Whether a denied auxiliary makes the word at ``start`` a verb, so that it names no colour: "it won't yellow"."""
    return text.document.language == "en" and bool(
        _VERB_FOLLOWS.search(text.document.text, max(0, start - 16), start)
    )


def is_close(body: str, cue: Span, start: int, most: int | None = None) -> bool:
    """Whether few words with a content of their own stand between a cue and what it denies (English).

    Args:
        body: The text.
        cue: Character span of the denying words.
        start: Of what is denied.
        most: How many words are few; without it what is usual for the kind of cue.
    """
    kind = negation_en.kind_of(body, cue)
    if most is None or kind == "noun":
        most = _MOST_WORDS[kind]
    if _NEED.match(body, cue[1], start):
        return False
    begin = cue[1]
    whole = _OF_ANOTHER.search(body, begin, start)
    if whole is not None and _content_words(body, begin, whole.start()):
        return False  # "doesn't have the grip of the red one"
    if kind == "noun":
        # Of "no guesswork on gifts" the guesswork is denied.
        apart = _AT.search(body, begin, start)
        if apart is not None and _content_words(body, begin, apart.start()):
            return False
    for joint in (*_LISTED.finditer(body, cue[1], start), None):
        end = joint.start() if joint else start
        # An item of a list that is denied with the mention counts for nothing.
        if len(_content_words(body, begin, end)) > most + (joint is not None):
            return False
        begin = joint.end() if joint else start
    return True


@lru_cache(maxsize=1)
def _words() -> dict[str, frozenset[str]]:
    source = resources.files("extraction.rules").joinpath("denial.yaml").read_text("utf-8")
    return {name: frozenset(words.split()) for name, words in yaml.safe_load(source).items()}


def _content_words(body: str, start: int, end: int) -> Sequence[str]:
    return [
        w for w in _WORD.findall(body, start, end) if w.casefold().replace("’", "'") not in _words()["light"]
    ]


def _is_of_person(body: str, sentence: Span, cue: Span, start: int) -> bool:
    """Whether a person's doings are denied: "I'm not a runner", "my phone"."""
    if _OWNED.search(body, cue[1], start):
        return True
    if negation_en.kind_of(body, cue) != "verb" or _ADVISES.match(body, cue[1], start):
        return False
    return _PERSON.search(body, max(sentence[0], cue[0] - 60), cue[0]) is not None


def _is_narrowed_behind(body: str, end: int, sentence: Span) -> bool:
    """Whether another noun follows a mention in its phrase: "not a leather case"."""
    behind = _BEHIND_WORD.match(body, end, sentence[1])
    return behind is not None and behind["word"].casefold() not in _words()["ends_phrase"]


def _is_qualified(body: str, cue: Span, place: Span, names: Sequence[Span]) -> bool:
    """Whether other words narrow a concept down within its phrase: "not for long winter [walks]"."""
    begin = cue[1]
    for pattern in (_PREPOSITION, _LISTED):
        for joint in pattern.finditer(body, begin, place[0]):
            begin = joint.end()
    words = _content_words(body, begin, place[0])
    if words and negation_en.kind_of(body, cue) != "word":
        return True
    return _is_narrowed_behind(body, place[1], (place[1], min(len(body), place[1] + 40)))


def _certainty_zh(body: str, cue: Span, place: Span, names: Sequence[Span]) -> Certainty:
    """A concept is denied where it stands right behind the cue or in its list, and no other noun follows."""
    if cue[0] >= place[1]:
        return "certain"
    if not _ZH_ENDS.match(body, place[1]):
        return "qualified"
    begin = cue[1]
    for joint in _ZH_LISTED.finditer(body, begin, place[0]):
        begin = joint.end()
    lead = _ZH_LEAD.match(body[begin : place[0]])
    return "certain" if lead and begin + lead.end() == place[0] else "qualified"
