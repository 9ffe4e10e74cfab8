from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from api.pages.highlight import Piece, Span, cut

spans = st.builds(
    Span,
    start=st.integers(-5, 40),
    end=st.integers(-5, 40),
    fact=st.sampled_from(["f0", "f1", "a0"]),
    is_mention=st.booleans(),
)


def test_a_mention_lies_within_its_sentence() -> None:
    pieces = cut("Runs 30 hours. Red.", [Span(5, 13, "f0"), Span(0, 14, "f0", is_mention=False)])
    assert pieces == [
        Piece("Runs ", (), ("f0",)),
        Piece("30 hours", ("f0",), ("f0",)),
        Piece(".", (), ("f0",)),
        Piece(" Red."),
    ]


def test_overlapping_facts_share_a_piece() -> None:
    pieces = cut("over-ear headphones", [Span(0, 19, "f0"), Span(9, 19, "f1")])
    assert [(p.text, p.mentions) for p in pieces] == [("over-ear ", ("f0",)), ("headphones", ("f0", "f1"))]


def test_an_empty_text_has_no_pieces() -> None:
    assert cut("", [Span(0, 3, "f0")]) == []


@given(st.text(max_size=30), st.lists(spans, max_size=8))
def test_the_pieces_are_the_text_and_cover_what_the_spans_cover(text: str, found: list[Span]) -> None:
    pieces = cut(text, found)
    assert "".join(p.text for p in pieces) == text
    at = 0
    for piece in pieces:
        assert piece.text
        for place in range(at, at + len(piece.text)):
            covering = {s.fact for s in found if s.is_mention and s.start <= place < s.end}
            assert covering == set(piece.mentions)
        at += len(piece.text)
