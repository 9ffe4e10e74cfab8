from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.text.chinese import LONGEST_RUN, fold_traditional, regional_forms, split_long_runs, taiwan_words


@pytest.mark.parametrize(
    ("traditional", "simplified"),
    [
        ("無線滑鼠墊", "无线滑鼠垫"),
        ("雙層保溫杯 500ml", "双层保温杯 500ml"),
        ("乾淨", "干净"),
        ("衞生", "卫生"),
        ("頭髮護理", "头发护理"),
        ("Veldra 鍵盤，有線", "Veldra 键盘，有线"),
    ],
)
def test_traditional_is_folded(traditional: str, simplified: str) -> None:
    assert fold_traditional(traditional) == simplified


@pytest.mark.parametrize("text", ["", "kettle", "什么颜色的水壶", "皇后", "「引号」", "café"])
def test_what_is_simplified_or_latin_stays(text: str) -> None:
    assert fold_traditional(text) == text


_CHARACTERS = st.one_of(
    st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0xF900, max_codepoint=0xFAFF),
    st.sampled_from("乾隻髮發裡著瞭藉後 a1,。"),
    st.characters(),
)


@given(st.text(_CHARACTERS, max_size=60))
def test_each_character_stands_for_the_one_in_its_place(text: str) -> None:
    folded = fold_traditional(text)
    assert len(folded) == len(text)
    assert all(one == other or ord(one) > 0x2E7F for one, other in zip(text, folded, strict=True))


@given(st.text(_CHARACTERS, max_size=60))
def test_folding_twice_keeps_the_length(text: str) -> None:
    assert len(fold_traditional(fold_traditional(text))) == len(text)


@given(st.text(st.sampled_from("铲锹a，"), max_size=5), st.integers(0, 3 * LONGEST_RUN))
def test_pieces_make_up_the_text_and_have_no_long_run(around: str, length: int) -> None:
    text = around + "锹" * length + around
    pieces = list(split_long_runs(text))
    assert "".join(piece for _, piece in pieces) == text
    assert all(text.startswith(piece, offset) for offset, piece in pieces)
    assert all("锹" * (LONGEST_RUN + 1) not in piece for _, piece in pieces)


def test_regions_have_other_words() -> None:
    assert regional_forms("滑鼠") == ("鼠标",)
    assert regional_forms("鼠标") == ("滑鼠",)
    assert regional_forms("帐篷") == ()
    assert regional_forms("tent") == ()


def test_lines_are_put_into_the_words_of_taiwan_one_by_one() -> None:
    assert taiwan_words(["移动硬盘", "USB", "帐篷"]) == ["行动硬碟", "USB", "帐篷"]
