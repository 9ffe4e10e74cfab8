"""What the words around a judging word make of it."""

from __future__ import annotations

import pytest

from extraction.rules.polarity import shift
from kms.evidence.models import Polarity
from kms.types import Language


@pytest.mark.parametrize(
    ("text", "word", "own", "expected"),
    [
        ("The strap is not good", "good", "positive", "negative"),
        ("I don't believe the strap is good", "good", "positive", "negative"),
        ("Nothing bad to report", "bad", "negative", "positive"),
        ("Nothing but good things", "good", "positive", "positive"),
        ("If the strap were good we would have kept it", "good", "positive", "negative"),
        ("If only the strap was good", "good", "positive", "negative"),
        ("I wish the strap were nicer", "nicer", "positive", "negative"),
        ("If you like good straps, buy it", "good", "positive", None),
        ("If you hike, it is good", "good", "positive", "positive"),
        ("The strap could be better", "better", "positive", "negative"),
        ("The strap couldn't be better", "better", "positive", "positive"),
        ("far from comfortable", "comfortable", "positive", "negative"),
        ("barely usable", "usable", "positive", "negative"),
        ("It used to be great", "great", "positive", "negative"),
        ("My old bag had awful straps", "awful", "negative", None),
        ("The strap is good", "good", "positive", "positive"),
        ("It isn't quite as sturdy as I hoped", "sturdy", "positive", "negative"),
        ("What's not to love", "love", "positive", "positive"),
        ("Nothing beats it", "beats", "positive", "positive"),
        ("You can't go wrong with it", "wrong", "negative", "positive"),
        ("I thought this would be good for trips", "good", "positive", None),
        ("He loved the old ones", "loved", "positive", None),
        ("I have not learned how to use it well", "well", "positive", None),
        ("It should be plenty for a weekend", "plenty", "positive", "positive"),
        ("Bigger than I thought, still handy", "handy", "positive", "positive"),
        ("All others fail", "fail", "negative", None),
        ("They say the strap is awful on theirs", "awful", "negative", None),
        ("He is happy with his strap", "happy", "positive", "positive"),
    ],
)
def test_in_english(text: str, word: str, own: Polarity, expected: Polarity | None) -> None:
    assert _shift(text, word, own, "en") == expected


@pytest.mark.parametrize(
    ("text", "word", "own", "expected"),
    [
        ("背带不是很舒服", "舒服", "positive", "negative"),
        ("我不觉得背带舒服", "舒服", "positive", "negative"),
        ("要是背带舒服一点就好了", "舒服", "positive", "negative"),
        ("旧款背带很差", "差", "negative", None),
        ("背带很舒服", "舒服", "positive", "positive"),
        ("比之前那款轻", "轻", "positive", "positive"),
        ("价格比别家贵", "贵", "negative", "negative"),
        ("背带从没让我失望", "失望", "negative", "positive"),
    ],
)
def test_in_chinese(text: str, word: str, own: Polarity, expected: Polarity | None) -> None:
    assert _shift(text, word, own, "zh") == expected


def _shift(text: str, word: str, own: Polarity, language: Language) -> Polarity | None:
    start = text.index(word)
    return shift(text, (0, len(text)), start, start + len(word), own, language).polarity
