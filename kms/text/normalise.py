"""Cleaning of texts as shops deliver them: broken encodings mended, markup removed, white space folded.

The result is still what a reader sees: NFC, not NFKC, so that ``m²``, full-width Chinese punctuation and
curly quotes stay as they were written. Evidence has offsets into exactly this text.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from functools import lru_cache

_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b\u2060\ufeff\ufffe\uffff\U000e0000-\U000e007f]"
)
_BLANKS = re.compile("[^\\S\n]+")
_AROUND_BREAK = re.compile(" *\n *")
_BREAKS = re.compile("\n{3,}")
_SURROGATES = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9]*(?:\s[^<>]*)?/?>|<!--|<!DOCTYPE", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_OPEN_TAG = re.compile(r"<[a-zA-Z/!][^<>]*$")
_BLOCKS = (
    "address", "article", "aside", "blockquote", "div", "dl", "figcaption", "footer", "h1", "h2", "h3", "h4",
    "h5", "h6", "header", "hr", "ol", "p", "pre", "section", "table", "ul",
)  # fmt: skip
_LINES = ("br", "dd", "dt", "li", "td", "th", "tr")
_MOST_ROUNDS = 8
_MOST_ESCAPES = 3
"""Systems that hand a text on escape it again: ``&amp;amp;`` is an ampersand."""
_UNSEEN = ("script", "style", "template", "noscript", "head")


def clean_text(text: str, *, is_single_line: bool = False) -> str:
    """Markup removed, then ``normalise_text``: the one way from a shop's field to a stored text."""
    return normalise_text(strip_html(text), is_single_line=is_single_line)


def normalise_text(text: str, *, is_single_line: bool = False) -> str:
    """Unicode mended and composed (NFC), control characters removed, white space folded.

    Args:
        text: Any text.
        is_single_line: Line breaks become blanks, too; otherwise at most one empty line stays
            between paragraphs.

    Returns:
        A text that this function leaves as it is.
    """
    for _ in range(_MOST_ROUNDS):
        # What is removed may leave characters side by side that look broken in turn.
        before = text
        text = _fold(text, is_single_line=is_single_line)
        if text == before:
            break
    return text


def _fold(text: str, *, is_single_line: bool) -> str:
    if not text.isascii():
        text = _mend(text)
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n\n")
    text = _CONTROL.sub("", text)
    if is_single_line:
        return " ".join(text.split())
    text = _AROUND_BREAK.sub("\n", _BLANKS.sub(" ", text))
    return _BREAKS.sub("\n\n", text).strip()


def strip_html(text: str) -> str:
    """The words of an HTML fragment: tags, comments, scripts and styles removed, entities decoded.

    Text without tags or entities comes back as it is; "5 < 6" is no tag. Block elements become line breaks.
    """
    if "<" in text and (_TAG.search(text) or _OPEN_TAG.search(text)):
        text = _read_markup(text)
    for _ in range(_MOST_ESCAPES):
        if "&" not in text or not _ENTITY.search(text):
            break
        import html

        text = html.unescape(text)
        if "<" in text and _TAG.search(text):  # markup that was escaped as well
            text = _read_markup(text)
    return text


def fold_key(text: str) -> str:
    """A form for comparing names: NFKC, case folded, one blank between words."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _read_markup(text: str) -> str:
    from bs4 import BeautifulSoup, Comment, MarkupResemblesLocatorWarning

    cut = _OPEN_TAG.search(text)
    if cut:  # cut off in the middle of a tag
        text = text[: cut.start()]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        soup = BeautifulSoup(text, "html.parser")
    for element in soup.find_all(_UNSEEN):
        element.decompose()
    for comment in soup.find_all(string=lambda item: isinstance(item, Comment)):
        comment.extract()
    for element in soup.find_all(_LINES):
        element.insert_before("\n")
    for element in soup.find_all(_BLOCKS):
        element.insert_before("\n")
        element.insert_after("\n")
    return soup.get_text()


@lru_cache(maxsize=50_000)
def _mend(text: str) -> str:
    from ftfy import TextFixerConfig, fix_text

    config = TextFixerConfig(
        unescape_html=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        remove_control_chars=False,
        normalization="NFC",
        explain=False,
    )
    return fix_text(_SURROGATES.sub("\ufffd", text), config)
