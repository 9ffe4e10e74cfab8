"""The inline annotation of the sample catalogue: ``[surface](label)``.

The grammar is written down in ``kms/sample/README.md``. Parsing gives the clean text and mentions with
character offsets into it, so that text and annotation can never drift apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

Polarity = Literal["positive", "negative", "neutral"]

PRODUCT_ROLES = ("compatible_with", "complements", "substitutes", "variant_of")

_MENTION = re.compile(r"\[([^\[\]]*)\]\(([^()]*)\)")
_OPINION = re.compile(r"^([+\-~])(\d+(?:,\d+)*)$")
_NEGATION = re.compile(r"^not>(\d+(?:,\d+)*)$")
_TYPED = re.compile(r"^([a-z][a-z0-9_]*)=(.*?)(?::([a-z_]+))?((?:[#@]\d+)*)$")
_POLARITY: dict[str, Polarity] = {"+": "positive", "-": "negative", "~": "neutral"}


class MarkupError(ValueError):
    """A text whose annotation does not follow the grammar."""


@dataclass(frozen=True)
class GoldMention:
    """One annotated span.

    Attributes:
        start: Offset of the first character in the clean text.
        end: Offset behind the last character.
        surface: The words, ``text[start:end]``.
        type: Attribute id, or one of ``class brand use audience product aspect opinion negation``.
        value: Ontology id, quantity or text; for opinions the polarity; empty for negation words.
        reference: The number other mentions use to point here, or ``None``.
    """

    start: int
    end: int
    surface: str
    type: str
    value: str = ""
    reference: int | None = None


@dataclass(frozen=True)
class GoldRelation:
    """A typed link between two mentions, by their index in ``GoldText.mentions``.

    ``head`` is ``None`` where the document's own product is meant. Types: ``opinion_positive``,
    ``opinion_negative``, ``opinion_neutral`` (aspect or product to opinion), ``negates`` (negation words to
    value), ``value_of`` (other product to value), and the product roles (own product to other product).
    """

    type: str
    head: int | None
    tail: int


@dataclass(frozen=True)
class GoldText:
    """A clean text with its annotation."""

    text: str
    mentions: tuple[GoldMention, ...] = ()
    relations: tuple[GoldRelation, ...] = field(default=())


def parse_markup(source: str) -> GoldText:
    """Split an annotated text into its clean text, mentions and relations.

    Raises:
        MarkupError: The grammar is broken, or a reference points nowhere; the message quotes the place.
    """
    clean: list[str] = []
    length = 0
    cursor = 0
    mentions: list[GoldMention] = []
    pending: list[tuple[str, int, int, str]] = []  # relation, reference, mention index, quoted source
    for match in _MENTION.finditer(source):
        before = source[cursor : match.start()]
        clean.append(before)
        length += len(before)
        surface, label = match.group(1), match.group(2).strip()
        if not surface.strip() or surface != surface.strip():
            raise MarkupError(f"surface is empty or padded with blanks in {match.group(0)!r}")
        mention, links = _read_label(label, surface, length, match.group(0))
        pending += [(kind, ref, len(mentions), match.group(0)) for kind, ref in links]
        mentions.append(mention)
        clean.append(surface)
        length += len(surface)
        cursor = match.end()
    clean.append(source[cursor:])
    text = "".join(clean)
    stray = re.search(r"[\[\]]", text)
    if stray:
        where = text[max(0, stray.start() - 20) : stray.end() + 20]
        raise MarkupError(f"stray bracket near {where!r}: mentions are [surface](label), never nested")
    return GoldText(text, tuple(mentions), _resolve(mentions, pending))


def _read_label(
    label: str, surface: str, start: int, quoted: str
) -> tuple[GoldMention, list[tuple[str, int]]]:
    end = start + len(surface)
    if match := _OPINION.match(label):
        polarity = _POLARITY[match.group(1)]
        links = [(f"opinion_{polarity}", int(k)) for k in match.group(2).split(",")]
        return GoldMention(start, end, surface, "opinion", polarity), links
    if match := _NEGATION.match(label):
        return GoldMention(start, end, surface, "negation"), [
            ("negates", int(k)) for k in match.group(1).split(",")
        ]
    match = _TYPED.match(label)
    if not match or not match.group(2).strip():
        raise MarkupError(f"cannot read the label of {quoted!r}")
    kind, value, role, suffixes = match.groups()
    if role is not None and (kind != "product" or role not in PRODUCT_ROLES):
        raise MarkupError(f"role {role!r} in {quoted!r} is not one of {', '.join(PRODUCT_ROLES)}")
    own = [int(k) for k in re.findall(r"#(\d+)", suffixes)]
    owner = [int(k) for k in re.findall(r"@(\d+)", suffixes)]
    if len(own) > 1 or 0 in own:
        raise MarkupError(f"{quoted!r} has more than one reference, or reference 0")
    links = [("value_of", k) for k in owner]
    if role is not None:
        links.append((role, 0))
    mention = GoldMention(start, end, surface, kind, value.strip(), own[0] if own else None)
    return mention, links


def _resolve(
    mentions: list[GoldMention], pending: list[tuple[str, int, int, str]]
) -> tuple[GoldRelation, ...]:
    by_reference: dict[int, int] = {}
    for index, mention in enumerate(mentions):
        if mention.reference is None:
            continue
        if mention.reference in by_reference:
            raise MarkupError(f"reference #{mention.reference} is given twice")
        by_reference[mention.reference] = index
    relations = []
    for kind, reference, index, quoted in pending:
        if reference == 0:
            other: int | None = None
        elif reference in by_reference:
            other = by_reference[reference]
        else:
            raise MarkupError(f"{quoted!r} points to #{reference}, which no mention in this text has")
        if kind == "negates":
            if other is None:
                raise MarkupError(f"{quoted!r}: negation needs a reference to a value")
            relations.append(GoldRelation(kind, index, other))
        else:
            relations.append(GoldRelation(kind, other, index))
    return tuple(relations)
