from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extraction.documents import ProductContext, analyse
from kms.evidence.models import Document
from kms.ontology.model import LANGUAGES
from kms.types import Language


def document(text: str, language: Language = "en") -> Document:
    return Document(id="d", product_id="P", field="description", text=text, language=language)


def sentences(text: str, language: Language = "en") -> list[str]:
    return [text[a:b] for a, b in analyse(document(text, language)).sentences]


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("It floats. Does it? Yes!", "en", ["It floats.", "Does it?", "Yes!"]),
        ("One line\nanother", "en", ["One line", "another"]),
        ("  padded  \n\n  twice  ", "en", ["padded", "twice"]),
        ("音质很好。不防水！真的？", "zh", ["音质很好。", "不防水！", "真的？"]),
        ("", "en", []),
        ("\n \t", "zh", []),
    ],
)
def test_sentences(text: str, language: Language, expected: list[str]) -> None:
    assert sentences(text, language) == expected


def test_chinese_tokens_are_words() -> None:
    text = "我喜欢这个耳机"
    tokens = [text[a:b] for a, b in analyse(document(text, "zh")).tokens]
    assert "喜欢" in tokens
    assert "耳机" in tokens


def test_sentence_at_a_blank_is_the_whole_text() -> None:
    text = analyse(document("One.  Two."))
    assert text.sentence_at(0) == (0, 4)
    assert text.sentence_at(5) == (0, 10)
    assert text.context == ProductContext()


@given(text=st.text(max_size=300), language=st.sampled_from(LANGUAGES))
def test_sentences_cover_all_that_is_not_blank(text: str, language: Language) -> None:
    analysed = analyse(document(text, language))
    covered = {i for a, b in analysed.sentences for i in range(a, b)}
    assert all(text[i].isspace() for i in range(len(text)) if i not in covered)
    ends = [0, *(b for _, b in analysed.sentences)]
    assert all(end <= start < stop for end, (start, stop) in zip(ends, analysed.sentences, strict=False))
    for start, end in analysed.tokens:
        assert 0 <= start < end <= len(text)
