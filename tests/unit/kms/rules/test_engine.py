"""Rules over what is known of one product: conditions, beliefs, circles, what excludes each other, order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kms.ontology.implications import Claim, attribute_claim
from kms.ontology.load import load_ontology
from kms.ontology.rule_book import ReadRule, read_rule
from kms.ontology.rules import Rule
from kms.rules.engine import OTHER_RULE, Held, HeldNumber, Known, Outcome, infer

ONTOLOGY = load_ontology()
TENT = Claim("category", "tent")
WATERPROOF = attribute_claim("water_resistance", "waterproof")


def rule(rule_id: str, when: object, then: str, confidence: float = 0.9) -> ReadRule:
    body = {"id": rule_id, "when": when, "then": then, "confidence": confidence, "note": "because"}
    return read_rule(Rule.model_validate(body), ONTOLOGY)


def key_of(claim: Claim) -> str:
    return f"{claim.field}:{claim.value}"


def known(
    claims: Mapping[Claim, float] | None = None,
    numbers: Mapping[str, tuple[float, float, float]] | None = None,
    category: Claim | None = None,
) -> Known:
    held = {claim: Held(belief, key_of(claim)) for claim, belief in (claims or {}).items()}
    if category is not None:
        held.setdefault(category, Held(0.9, key_of(category)))
    measured = {
        name: [HeldNumber(low, high, Held(belief, f"{name}:{low}"))]
        for name, (low, high, belief) in (numbers or {}).items()
    }
    return Known(held, measured, category, frozenset(held), measured)


def run(state: Known, rules: Sequence[ReadRule], against: Mapping[Claim, str] | None = None) -> Outcome:
    def opposition(claim: Claim) -> str:
        return (against or {}).get(claim, "") or ("stated" if claim in state.mentioned else "")

    return infer(state, rules, ONTOLOGY, opposition, key_of)


COLUMN = {"attribute": "waterproof_rating", "at_least": "1500 mm"}


@pytest.mark.parametrize(
    ("low", "high", "holds"),
    [(1.5, 1.5, True), (3.0, 3.0, True), (1.499, 1.499, False), (1.0, 3.0, False), (2.0, 3.0, True)],
)
def test_a_number_must_be_within_the_bounds_as_a_whole(low: float, high: float, holds: bool) -> None:
    state = known(numbers={"waterproof_rating": (low, high, 0.9)}, category=TENT)
    found = run(state, [rule("r", [{"class": "tent"}, COLUMN], "water_resistance/waterproof")])
    assert [each.claim for each in found.inferred] == ([WATERPROOF] if holds else [])


def test_the_belief_is_that_of_the_weakest_source_times_the_factor() -> None:
    state = known({TENT: 0.7}, {"waterproof_rating": (2.0, 2.0, 0.95)}, TENT)
    (found,) = run(
        state, [rule("r", [{"class": "outdoor"}, COLUMN], "water_resistance/waterproof", 0.8)]
    ).inferred
    assert found.belief == pytest.approx(0.56)
    assert found.sources == ("category:tent", "waterproof_rating:2.0")


@pytest.mark.parametrize("belief", [0.49, 0.0])
def test_nothing_is_inferred_from_what_is_hardly_believed(belief: float) -> None:
    state = known(numbers={"waterproof_rating": (2.0, 2.0, belief)}, category=TENT)
    assert run(state, [rule("r", COLUMN, "water_resistance/waterproof")]).inferred == ()


def test_a_grade_means_those_that_the_hierarchy_orders_below_it() -> None:
    at_least = rule("r", {"attribute": "water_resistance", "at_least": "ipx7"}, "suited_for/swimming")

    def holds(value: str) -> bool:
        return bool(run(known({attribute_claim("water_resistance", value): 0.9}), [at_least]).inferred)

    assert [each for each in ("ipx6", "ipx7", "ipx8", "ip68", "ipx9", "waterproof") if holds(each)] == [
        "ipx7",
        "ipx8",
        "ip68",
    ]


def test_a_value_is_met_by_what_implies_it() -> None:
    asks = rule("r", {"fact": "wireless/true"}, "suited_for/travel")
    assert run(known({attribute_claim("connectivity", "bluetooth_5_3"): 0.9}), [asks]).inferred
    assert not run(known({attribute_claim("wireless", "false"): 0.9}), [asks]).inferred


def test_none_of_looks_at_what_is_known_and_not_at_what_is_inferred() -> None:
    first = rule("a", COLUMN, "water_resistance/waterproof")
    second = rule("b", [COLUMN, {"none_of": {"fact": "water_resistance/waterproof"}}], "suited_for/rain")
    state = known(numbers={"waterproof_rating": (2.0, 2.0, 0.9)})
    assert {each.rule for each in run(state, [first, second]).inferred} == {"a", "b"}
    stated = known({WATERPROOF: 0.2}, {"waterproof_rating": (2.0, 2.0, 0.9)})
    assert run(stated, [first, second]).inferred == ()


def test_rules_follow_from_rules_and_from_what_those_imply() -> None:
    rules = [
        rule("a", COLUMN, "water_resistance/waterproof"),
        rule("b", {"fact": "water_resistance/splashproof"}, "suited_for/rain", 0.5),
    ]
    found = {e.rule: e for e in run(known(numbers={"waterproof_rating": (2.0, 2.0, 1.0)}), rules).inferred}
    assert found["b"].sources == ("attr.water_resistance:waterproof",)
    assert (found["b"].belief, found["b"].depth) == (0.45, 2)


def test_circles_of_rules_feed_nothing() -> None:
    circle = [
        rule("a", {"fact": "suited_for/camping"}, "suited_for/hiking", 1.0),
        rule("b", {"fact": "suited_for/hiking"}, "suited_for/camping", 1.0),
    ]
    assert run(known(), circle).inferred == ()
    entered = run(
        known(numbers={"waterproof_rating": (2.0, 2.0, 0.8)}),
        [*circle, rule("z", COLUMN, "suited_for/camping", 1.0)],
    )
    assert [(each.rule, each.belief, each.depth) for each in entered.inferred] == [
        ("z", 0.8, 1),
        ("a", 0.8, 2),
    ]


def test_of_two_that_exclude_each_other_the_surer_is_inferred_and_of_equals_none() -> None:
    yes = rule("yes", COLUMN, "wireless/true", 0.9)
    no = rule("no", COLUMN, "wireless/false", 0.8)
    then = rule("then", {"fact": "wireless/false"}, "suited_for/office")
    state = known(numbers={"waterproof_rating": (2.0, 2.0, 0.9)})
    found = run(state, [yes, no, then])
    assert [each.rule for each in found.inferred] == ["yes"]
    assert [(each.rule, word) for each, word in found.opposed] == [("no", OTHER_RULE)]
    equal = run(state, [yes, rule("no", COLUMN, "wireless/false", 0.9), then])
    assert equal.inferred == ()


def test_what_is_opposed_is_not_inferred_from_and_is_named() -> None:
    rules = [
        rule("a", COLUMN, "water_resistance/waterproof"),
        rule("b", {"fact": "water_resistance/waterproof"}, "suited_for/rain"),
    ]
    state = known(numbers={"waterproof_rating": (2.0, 2.0, 0.9)})
    found = run(state, rules, {WATERPROOF: "denied"})
    assert found.inferred == ()
    assert [(each.claim, word) for each, word in found.opposed] == [(WATERPROOF, "denied")]


USES = ("camping", "hiking", "travel", "office", "rain", "gym")
FLAGS = ("wireless/true", "wireless/false", "foldable/true")
THINGS = (*(f"suited_for/{use}" for use in USES), *FLAGS)


@st.composite
def rule_sets(draw: st.DrawFn) -> list[ReadRule]:
    rules = []
    for number in range(draw(st.integers(1, 9))):
        when = draw(
            st.lists(
                st.one_of(
                    st.sampled_from(THINGS).map(lambda thing: {"fact": thing}),
                    st.just(COLUMN),
                    st.sampled_from(THINGS).map(lambda thing: {"none_of": {"fact": thing}}),
                ),
                min_size=1,
                max_size=3,
            )
        )
        then = draw(st.sampled_from(THINGS))
        if all("none_of" in each for each in when):
            when.append({"fact": draw(st.sampled_from(THINGS))})
        rules.append(rule(f"r{number}", when, then, draw(st.sampled_from([1.0, 0.9, 0.8]))))
    return rules


def states() -> st.SearchStrategy[Known]:
    claims = [
        attribute_claim(*thing.split("/")) if thing in FLAGS else Claim("use", thing.partition("/")[2])
        for thing in THINGS
    ]
    return st.builds(
        lambda held, low: known(held, {"waterproof_rating": (low, low, 0.9)}),
        st.dictionaries(st.sampled_from(claims), st.sampled_from([0.4, 0.7, 0.9, 1.0]), max_size=3),
        st.sampled_from([1.0, 2.0]),
    )


@settings(max_examples=150, deadline=None)
@given(rule_sets(), states(), st.randoms(use_true_random=False))
def test_the_fixed_point_does_not_depend_on_the_order_of_rules(rules, state, rng) -> None:  # type: ignore[no-untyped-def]
    shuffled = list(rules)
    rng.shuffle(shuffled)
    assert run(state, rules) == run(state, shuffled)


@settings(max_examples=150, deadline=None)
@given(rule_sets(), states())
def test_every_inferred_fact_stands_on_known_ones(rules: list[ReadRule], state: Known) -> None:
    found = run(state, rules)
    by_key = {key_of(each.claim): each for each in found.inferred}
    given = {held.key for held in state.claims.values()} | {
        each.held.key for of in state.numbers.values() for each in of
    }
    for each in found.inferred:
        waiting, steps = [each], 0
        while waiting:
            current = waiting.pop()
            steps += 1
            assert steps < 200, "a fact that rests on itself"
            for source in current.sources:
                if source not in given:
                    assert by_key[source].belief >= current.belief
                    waiting.append(by_key[source])
