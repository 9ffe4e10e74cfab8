"""Rules in the ontology's files: what is read, and what is told of those that cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from kms.ontology import OntologyReport, check_ontology
from kms.ontology.check import read_rule_file, read_rule_text
from kms.ontology.model import Ontology

COLUMN = "- {attribute: waterproof_rating, at_least: 1500 mm}"
GOOD = f"""rules:
  column:
    when:
      - class: tent
      {COLUMN}
    then: water_resistance/waterproof
    note: as tents are tested
"""


def test_a_rule_is_read_with_its_factor(ontology: Ontology) -> None:
    rules, problems = read_rule_text(GOOD, "mine.yaml", ontology)
    assert problems == ()
    assert rules["column"].confidence == 0.9
    assert rules["column"].when[0].class_ids == ("tent",)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("class: tent", "class: tents"), "mine.yaml:4: rule 'column': no class 'tents'"),
        (
            ("waterproof_rating", "hydrostatic"),
            "mine.yaml:5: rule 'column': no attribute 'hydrostatic'",
        ),
        (("1500 mm", "1500 kg"), "mine.yaml:5: rule 'column': '1500 kg' holds no length"),
        (("1500 mm", "a lot"), "mine.yaml:5: rule 'column': 'a lot' holds no length"),
        (("at_least: 1500 mm", "at_least: 2 m, at_most: 1 m"), "is more than at_most 1 m"),
        (
            ("water_resistance/waterproof", "water_resistance/dry"),
            "mine.yaml:6: rule 'column': 'water_resistance/dry' is nothing of the ontology",
        ),
        (
            ("water_resistance/waterproof", "weight/heavy"),
            "mine.yaml:6: rule 'column': 'weight/heavy' is nothing of the ontology",
        ),
        (
            ("water_resistance/waterproof", "oven_safe/true"),
            "mine.yaml:6: rule 'column': none of its classes has the attribute 'oven_safe'",
        ),
        (
            ("water_resistance/waterproof", "in_category/keyboard"),
            "mine.yaml:6: rule 'column': 'keyboard' is no narrower class",
        ),
        (("class: tent", "fact: water_resistance/waterproof"), "rule 'column': concludes what it asks for"),
        (("class: tent", "class: tent\n        fact: foldable/true"), "'column', when.0: a condition says one thing"),
        (("class: tent", "at_least: 3"), "'column', when.0: a condition says one thing"),
        (("class: tent", "clas: tent"), "'column', when.0: unknown key 'clas'"),
        (("    note: as tents are tested\n", ""), "'column': missing 'note'"),
        (("then:", "confidence: 1.2\n    then:"), "'confidence' is '1.2'"),
        (("rules:", "classes:"), "section 'classes' in a file of rules"),
        ((GOOD, ""), "the file is empty"),
        (("class: tent", "none_of: {class: tent}"), ""),
    ],
)  # fmt: skip
def test_problems_name_file_line_and_rule(ontology: Ontology, change: tuple[str, str], expected: str) -> None:
    text = GOOD.replace(*change)
    assert text != GOOD
    told = [str(each) for each in read_rule_text(text, "mine.yaml", ontology)[1]]
    if not expected:
        assert told == []
    else:
        assert any(expected in each for each in told), told


WRONG = """rules:
  empty:
    when: []
    then: suited_for/hikking
    note: x
  names:
    when:
      - {class: [tent, tend], attribute: wieght}
      - {attribute: waterproof_rating, at_least: 3 kg}
      - none_of: [{fact: foldable/yes}, {attribute: water_resistance, at_least: ipx77}]
    then: watr_resistance/waterprof
  forms: {when: tent, then: hiking, confidence: much, note: ""}
"""


def test_forms_and_names_are_told_at_once_with_the_nearest_known_name(ontology: Ontology) -> None:
    rules, problems = read_rule_text(WRONG, "mine.yaml", ontology)
    assert rules == {}
    assert [str(each).removeprefix("mine.yaml:") for each in problems] == [
        "3: 'empty': 'when' is [], which is empty; write at least one thing there",
        "4: rule 'empty': 'suited_for/hikking' is nothing of the ontology; did you mean 'suited_for/hiking'?",
        "6: 'names': missing 'note'",
        "8: 'names', when.0: a condition says one thing: class, fact, attribute (with at_least, at_most) or none_of",
        "8: rule 'names': no attribute 'wieght'; did you mean 'weight'?",
        "8: rule 'names': no class 'tend'; did you mean 'tent'?",
        "9: rule 'names': '3 kg' holds no length; write a number with a unit (at_least of 'waterproof_rating')",
        "10: rule 'names': 'foldable/yes' is nothing of the ontology; did you mean 'foldable/true' or 'foldable/false'?",
        "10: rule 'names': 'water_resistance' has no value 'ipx77' for at_least; did you mean 'ipx7'?",
        "11: rule 'names': 'watr_resistance/waterprof' is nothing of the ontology; "
        "did you mean 'water_resistance/waterproof'?",
        "12: 'forms': 'confidence' is 'much': write a number",
        "12: 'forms': 'note' is '', which is empty; write at least one thing there",
        "12: 'forms': 'then' is 'hiking': write attribute/value, relation/id or in_category/class",
        "12: 'forms': 'when' is 'tent': write a list",
    ]


def test_a_name_in_shoppers_words_finds_the_id(ontology: Ontology) -> None:
    text = "rules: {r: {when: {class: 帐篷}, then: suited_for/rain, note: x}}"
    told = [str(each) for each in read_rule_text(text, "mine.yaml", ontology)[1]]
    assert "mine.yaml:1: rule 'r': no class '帐篷'; did you mean 'tent'?" in told
    far = read_rule_text(text.replace("帐篷", "zzzzzzzz"), "mine.yaml", ontology)[1]
    assert [str(each) for each in far] == ["mine.yaml:1: rule 'r': no class 'zzzzzzzz'"]


def test_a_file_that_is_no_text_is_a_problem_with_its_line(ontology: Ontology, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(b"rules:\n  \x89PNG\xff")
    assert [str(each) for each in read_rule_file(file, ontology)[1]] == [
        "mine.yaml:2: not YAML in UTF-8; save it as a plain text file in that encoding"
    ]
    file.write_text(GOOD, "utf-8")
    assert list(read_rule_file(file, ontology)[0]) == ["column"]
    file.write_bytes(b"\x00\x01\x02")
    assert "not YAML" in str(read_rule_file(file, ontology)[1][0])


def test_a_rule_of_none_of_alone_is_refused(ontology: Ontology) -> None:
    text = "rules: {r: {when: {none_of: {class: tent}}, then: suited_for/rain, note: x}}"
    (problem,) = read_rule_text(text, "mine.yaml", ontology)[1]
    assert "needs a condition that something holds" in str(problem)


def test_values_without_an_order_are_graded_by_their_numbers(ontology: Ontology) -> None:
    text = "rules: {r: {when: {attribute: energy_class, at_least: e9}, then: suited_for/rain, note: x}}"
    (problem,) = read_rule_text(text, "mine.yaml", ontology)[1]
    assert "'energy_class' has no value 'e9' for at_least" in str(problem)


def test_rules_stand_in_any_file_of_the_ontology_and_are_checked_with_it(folder: Path) -> None:
    (folder / "rules").mkdir()
    rule = "rules: {r: {when: {class: lamp}, then: colour/red, note: x}}\n"
    (folder / "rules" / "own.yaml").write_text(rule, "utf-8")
    report: OntologyReport = check_ontology(folder)
    assert report.problems == ()
    assert report.ontology is not None
    assert list(report.ontology.rules) == ["r"]
    (folder / "rules" / "own.yaml").write_text(rule.replace("red", "pink"), "utf-8")
    (problem,) = check_ontology(folder).problems
    assert str(problem).startswith("rules/own.yaml:1: rule 'r': 'colour/pink' is nothing of the ontology")


def test_other_rules_make_another_graph_and_no_other_reading(ontology: Ontology) -> None:
    rules, _ = read_rule_text(GOOD, "mine.yaml", ontology)
    other = ontology.with_rules(rules)
    assert other.version == ontology.version
    assert other.graph_version != ontology.graph_version
    assert ontology.with_rules({}).graph_version == ontology.version
    assert ontology.with_rules(rules).graph_version == other.graph_version
    assert [rule.id for rule in other.rule_book.rules] == ["column"]
