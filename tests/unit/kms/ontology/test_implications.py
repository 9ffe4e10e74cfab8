from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kms.ontology import Claim, Ontology, OntologyReport, attribute_claim, load_ontology

Check = Callable[[str], OntologyReport]


def attr(text: str) -> Claim:
    field, _, value = text.partition("/")
    return attribute_claim(field, value)


@pytest.mark.parametrize(
    ("claim", "implied"),
    [
        ("connectivity/bluetooth_5_3", ["connectivity/bluetooth", "wireless/true"]),
        ("connectivity/wifi_6", ["connectivity/wifi", "wireless/true"]),
        ("audio_codec/aptx_hd", ["audio_codec/aptx", "connectivity/bluetooth", "wireless/true"]),
        ("water_resistance/ip68", ["water_resistance/ip67", "water_resistance/ipx7", "water_resistance/waterproof"]),
        ("colour/navy", ["colour/blue"]),
        ("material/porcelain", ["material/ceramic"]),
        ("hob_compatibility/all_hobs", ["hob_compatibility/induction"]),
    ],
)  # fmt: skip
def test_a_value_implies_its_broader_values(ontology: Ontology, claim: str, implied: list[str]) -> None:
    found = ontology.implications.implied(attr(claim))
    assert [each for each in found if each in map(attr, implied)] == [attr(each) for each in implied]


@pytest.mark.parametrize(
    ("claim", "other"),
    [
        ("water_resistance/ipx4", "water_resistance/waterproof"),
        ("water_resistance/water_resistant", "water_resistance/waterproof"),
        ("connectivity/bluetooth", "connectivity/bluetooth_5_3"),
        ("wireless/true", "connectivity/bluetooth"),
        ("connectivity/nfc", "wireless/true"),
        ("material/faux_leather", "material/leather"),
        ("material/fibreglass", "material/glass"),
        ("colour/coral", "colour/red"),
    ],
)
def test_what_does_not_follow(ontology: Ontology, claim: str, other: str) -> None:
    assert not ontology.implications.follows(attr(other), attr(claim))


def test_classes_imply_their_parents_and_values(ontology: Ontology) -> None:
    found = ontology.implications.implied(Claim("category", "true_wireless_earbuds"))
    assert {
        Claim("category", "headphones"),
        Claim("category", "product"),
        attr("wearing_style/in_ear"),
        attr("wireless/true"),
    } <= set(found)


def test_what_implies_a_claim_is_found_the_other_way(ontology: Ontology) -> None:
    found = ontology.implications.implying(attr("wireless/true"))
    assert {attr("connectivity/bluetooth_5_0"), Claim("category", "bluetooth_speaker")} <= found
    assert attr("connectivity/usb_c") not in found
    everything = ontology.implications.implying(Claim("category", "product"))
    assert {claim.value for claim in everything if claim.field == "category"} == set(ontology.classes) - {
        "product"
    }


def test_a_chain_names_the_steps_in_between(ontology: Ontology) -> None:
    chain = ontology.implications.chain(attr("connectivity/bluetooth_5_3"), attr("wireless/true"))
    assert chain == tuple(map(attr, ("connectivity/bluetooth_5_3", "connectivity/bluetooth", "wireless/true")))  # fmt: skip
    assert ontology.implications.chain(attr("wireless/true"), attr("connectivity/bluetooth")) == ()


ONTOLOGY = load_ontology()
CLAIMS = sorted(
    attribute_claim(attribute, value)
    for attribute in ONTOLOGY.attributes
    for value in ONTOLOGY.values_of(attribute)
)


@given(st.sampled_from(CLAIMS), st.sampled_from(CLAIMS))
def test_both_directions_agree_and_implication_is_transitive(first: Claim, second: Claim) -> None:
    implications = ONTOLOGY.implications
    assert (second in implications.implied(first)) == (first in implications.implying(second))
    for middle in implications.implied(first):
        assert set(implications.implied(middle)) <= {first, *implications.implied(first)}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ("red: {LABEL, broader: [pink]}", ":6: 'red': broader 'pink' is none of the values of 'shades'"),
        ("red: {LABEL, broader: [red]}", ":6: 'red': broader 'red' leads back to 'red'"),
        ("red: {LABEL, implies: [colour/pink]}", ":6: 'red': implies 'colour/pink', which is nothing of"),
        ("red: {LABEL, implies: [loud/true, loud/false]}", ":6: 'red': implies yes and no of 'loud'"),
        ("red: {LABEL, implies: [loud]}", ":6: 'red': implies 'loud', which is nothing of"),
    ],
)
def test_wrong_references_are_told_with_their_line(check: Check, values: str, expected: str) -> None:
    values = values.replace("LABEL", "label: {en: rouge, zh: 朱}")
    report = check(
        f"""
        attributes: {{loud: {{type: boolean, label: {{en: loud, zh: 响}}}}, shade: {{type: enum, vocabulary: shades, label: {{en: shade, zh: 色}}}}}}
        vocabularies:
          shades:
            label: {{en: shades, zh: 色调}}
            values:
              {values}
        """  # noqa: E501
    )
    assert any(expected in str(problem) for problem in report.problems), report.problems
    assert report.ontology is None


def test_a_class_cannot_imply_what_it_cannot_have(check: Check) -> None:
    report = check(
        """
        classes:
          torch: {parent: product, label: {en: torch, zh: 手电}, implies: [colour/red]}
        """
    )
    assert [str(p) for p in report.problems] == [
        "families/more.yaml:2: 'torch': implies 'colour/red', but the class has no attribute 'colour'"
    ]


def test_concepts_exclude_each_other_in_both_directions(ontology: Ontology) -> None:
    assert "women" in ontology.excluded_by("audience", "men")
    assert "men" in ontology.excluded_by("audience", "women")
    assert ontology.excluded_by("audience", "unisex") == ontology.excluded_by("brand", "men") == frozenset()


@pytest.mark.parametrize("other", ["nobody", "anglers"])
def test_what_is_excluded_is_another_concept_of_the_kind(check: Check, other: str) -> None:
    report = check(
        f"""
        audiences:
          anglers: {{label: {{en: anglers, zh: 钓鱼者}}, excludes: [{other}]}}
        """
    )
    assert [str(p) for p in report.problems] == [
        f"families/more.yaml:2: 'anglers': excludes '{other}', which is no other concept of its kind"
    ]


@pytest.mark.parametrize(
    ("rating", "implied", "not_implied"),
    [
        ("ipx0", (), ("splashproof", "water_resistant", "waterproof")),
        ("ipx3", ("ipx1",), ("splashproof", "waterproof")),
        ("ip44", ("ipx4", "splashproof"), ("water_resistant", "waterproof")),
        ("ip54", ("ipx4", "splashproof"), ("water_resistant", "waterproof")),
        ("ip65", ("ipx5", "water_resistant"), ("waterproof",)),
        ("ipx6", ("ipx5", "waterproof"), ("ipx7",)),
        ("ipx8", ("ipx7", "waterproof"), ("ip67", "ip68")),
        ("ip68", ("ip67", "ipx8", "ipx4"), ()),
        ("ip69", ("ipx6", "waterproof"), ("ipx7",)),
    ],
)
def test_a_degree_of_protection_against_water_implies_the_lower_ones(
    rating: str, implied: tuple[str, ...], not_implied: tuple[str, ...]
) -> None:
    ontology = load_ontology()
    claim = attribute_claim("water_resistance", rating)
    found = {each.value for each in ontology.implications.implied(claim)}
    assert set(implied) <= found and not found.intersection(not_implied)
