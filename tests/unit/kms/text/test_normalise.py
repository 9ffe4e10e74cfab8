from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.normalise import clean_text, fold_key, normalise_text, strip_html


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("plain", "plain"),
        ("  two   words \t", "two words"),
        ("one \r\n two\r\r\n\n\nthree", "one\ntwo\n\nthree"),
        ("cafe\u0301", "caf\u00e9"),
        ("schÃ¶n", "schön"),
        ("it\u2019s \u201cfine\u201d", "it\u2019s \u201cfine\u201d"),
        ("12 m² Ⅳ", "12 m² Ⅳ"),
        ("「好」，１００％", "「好」，１００％"),
        ("a\x00b\x07c\ufeff\u200bd", "abcd"),
        ("non\u00a0breaking\u3000blank", "non breaking blank"),
        ("\ud800", "\ufffd"),
        ("", ""),
    ],
)
def test_normalise(raw: str, clean: str) -> None:
    assert normalise_text(raw) == clean


def test_single_line() -> None:
    assert normalise_text("one\n\ntwo\u2028three", is_single_line=True) == "one two three"


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("<p>One</p><p>Two<br/>three</p>", "One\n\nTwo\nthree"),
        ("<b>bold</b>er", "bolder"),
        ("Fish &amp; chips &lt;3 &#39;now&#39;", "Fish & chips <3 'now'"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("a <b", "a"),
        ("AT&T; R&D", "AT&T; R&D"),
        ("<script>alert(1)</script><style>p{}</style>seen<!-- not -->", "seen"),
        ("&lt;b&gt;twice&lt;/b&gt;", "twice"),
        ("<ul><li>one</li><li>two</li></ul>", "one\ntwo"),
        ("<a href='x'>link</a>", "link"),
        ("<!-- .headerM {color:#000} --> after", "after"),
    ],
)
def test_markup_goes_and_words_stay(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text(max_size=200))
def test_normalising_again_changes_nothing(text: str) -> None:
    once = normalise_text(text)
    assert normalise_text(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\x00" not in once
    once.encode("utf-8")


@given(st.text(alphabet="<>/&;!-ab \n\"'=#x1", max_size=80))
def test_no_markup_breaks_it(text: str) -> None:
    assert isinstance(strip_html(text), str)
    assert isinstance(clean_text(text), str)


def test_fold_key() -> None:
    assert fold_key(" ＵＳＢ－C  Straße ") == "usb-c strasse"


def test_what_looks_broken_only_after_a_control_character_is_gone() -> None:
    once = normalise_text("Â\x1f\x91")
    assert normalise_text(once) == once


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mortar &amp;amp; pestle", "Mortar & pestle"),
        ("12 &amp;quot; wok", '12 " wok'),
        ("Caf&amp;eacute;", "Café"),
        ("&amp;lt;b&amp;gt;Bold&amp;lt;/b&amp;gt; tea", "Bold tea"),
        ("R&D &amp; more", "R&D & more"),
    ],
)
def test_entities_that_were_escaped_twice(written: str, read: str) -> None:
    assert clean_text(written) == read
