from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kms.identity.groups import groups_of
from kms.identity.merges import Merges

NAMES = st.sampled_from("abcdefg")
PAIRS = st.lists(st.tuples(NAMES, NAMES).filter(lambda pair: pair[0] != pair[1]), max_size=8)


def test_the_first_of_a_group_is_never_the_other_of_a_pair() -> None:
    assert groups_of([("x", "m"), ("b", "x"), ("q", "p")]) == [("m", "b", "x"), ("p", "q")]


def test_a_circle_has_the_smaller_name_first() -> None:
    assert groups_of([("b", "a"), ("a", "b")]) == [("a", "b")]


@given(PAIRS, st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_of_pairs(pairs: list[tuple[str, str]], random: object) -> None:
    shuffled = list(pairs)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    groups = groups_of(pairs)
    assert groups == groups_of(shuffled)
    members = [name for group in groups for name in group]
    assert len(members) == len(set(members))
    assert set(members) == {name for pair in pairs for name in pair}
    of = {name: group for group in groups for name in group}
    assert all(of[left] is of[right] for left, right in pairs)


def test_the_first_member_that_exists_stands_for_a_group() -> None:
    merges = Merges([("m", "b", "x")])
    assert merges.mains({"m", "b", "x"}) == {"b": "m", "x": "m"}
    assert merges.mains({"b", "x"}) == {"x": "b"}
    assert merges.mains({"x"}) == {}
    assert merges.group("q") == ("q",)
    assert merges.with_groups(["x", "q"]) == ["b", "m", "q", "x"]
