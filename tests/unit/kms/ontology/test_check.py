from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kms.ontology import OntologyReport, check_ontology

Check = Callable[[str], OntologyReport]
LABEL = "label: {en: thing, zh: 东西}"


def told(report: OntologyReport) -> list[str]:
    return [str(problem) for problem in report.problems]


def test_a_good_folder_gives_an_ontology_and_counts(folder: Path) -> None:
    report = check_ontology(folder)
    assert report.problems == ()
    assert report.ontology is not None
    assert report.ontology.version == "1.2.3"
    assert report.counts["classes"] == 2
    assert report.counts["families"] == 1
    assert report.counts["values"] == 2


def test_all_problems_are_reported_at_once_in_order(check: Check) -> None:
    report = check(
        f"""
        classes:
          a: {{parent: nowhere, {LABEL}}}
          b: {{parent: product, label: {{en: other, zh: 别的}}, attributes: [nothing]}}
        uses:
          c: {{label: {{}}}}
        """
    )
    assert report.ontology is None
    assert told(report) == [
        "families/more.yaml:2: 'a': unknown parent 'nowhere'",
        "families/more.yaml:3: 'b': unknown attribute 'nothing'",
        "families/more.yaml:5: 'c', label: missing 'en'",
        "families/more.yaml:5: 'c', label: missing 'zh'",
    ]


def test_a_label_in_one_language_is_whole(check: Check) -> None:
    report = check(
        "classes: {a: {parent: product, label: {en: only English}}, b: {parent: product, label: {zh: 只有中文}}}"
    )
    assert report.ontology is not None
    assert report.ontology.classes["a"].label.zh == "only English"
    assert report.ontology.classes["b"].label.en == "只有中文"


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("classes: {a: {parent: product, label: {en: x, zh: 甲}}", "not YAML"),
        ("colors: {}", ":1: unknown section 'colors'"),
        ("- a", ":1: expected a mapping"),
        ("", ":1: the file is empty"),
        (f"classes: {{a: {{{LABEL}}}}}", "'a': missing 'parent'"),
        (
            f"classes: {{lamp: {{parent: product, {LABEL}}}}}",
            "'lamp' is already one of the classes, in core/core.yaml:3",
        ),
        (f"classes: {{a: {{parent: product, {LABEL}, colour: red}}}}", "'a': unknown key 'colour'"),
        (f"classes: {{Big-Lamp: {{parent: product, {LABEL}}}}}", "'Big-Lamp' is no id"),
        (f"classes: {{a: {{parent: product, {LABEL}, id: a}}}}", "unknown key 'id'"),
        (
            f"classes: {{a: {{parent: product, {LABEL}, attributes: [colour, colour]}}}}",
            "attribute 'colour' twice",
        ),
        ("classes: {a: {parent: product, label: {en: '', zh: 甲}}}", "'a', label: 'en' is ''"),
        ("classes: {a: just words}", "'a' needs a mapping"),
        (
            "classes: {a: {parent: product, label: {en: Lamp, zh: 甲}}}",
            "en label 'Lamp' belongs to 'lamp' already",
        ),
        (f"attributes: {{a: {{type: enum, {LABEL}}}}}", "of type enum needs 'vocabulary'"),
        (f"attributes: {{a: {{type: enum, vocabulary: b, {LABEL}}}}}", "unknown vocabulary 'b'"),
        (f"attributes: {{a: {{type: quantity, dimension: mass, {LABEL}}}}}", "of type quantity needs 'unit'"),
        (f"attributes: {{a: {{type: quantity, unit: gram, {LABEL}}}}}", "of type quantity needs 'dimension'"),
        (
            f"attributes: {{a: {{type: quantity, dimension: mass, unit: stonez, {LABEL}}}}}",
            "not known to pint",
        ),
        (
            f"attributes: {{a: {{type: quantity, dimension: mass, unit: hour, {LABEL}}}}}",
            "does not measure mass",
        ),
        (
            f"attributes: {{a: {{type: quantity, dimension: heft, unit: gram, {LABEL}}}}}",
            "unknown dimension 'heft'",
        ),
        (f"attributes: {{a: {{type: text, unit: gram, {LABEL}}}}}", "type text has no 'unit'"),
        (
            f"attributes: {{a: {{type: text, opposite: {{en: [big]}}, {LABEL}}}}}",
            "only a boolean has 'opposite'",
        ),
        (
            "attributes: {a: {type: boolean, opposite: {en: [Small]}, label: {en: small, zh: 小}}}",
            "'Small' says yes and no",
        ),
        (f"attributes: {{a: {{type: text, more: {{en: [big]}}, {LABEL}}}}}", "only a quantity has 'more'"),
        (
            f"attributes: {{a: {{type: quantity, dimension: mass, unit: gram, more: {{en: [big]}}, "
            f"less: {{en: [Big]}}, {LABEL}}}}}",
            "'big' asks for more and for less",
        ),
        (f"attributes: {{a: {{type: colour, {LABEL}}}}}", "'type' is 'colour'"),
        (f"vocabularies: {{v: {{{LABEL}, values: {{}}}}}}", "'values' is {}"),
        (f"vocabularies: {{v: {{{LABEL}, values: {{x: red}}}}}}", "'x' is 'red'"),
        (f"vocabularies: {{v: {{{LABEL}, values: {{no: {{{LABEL}}}}}}}}}", "put it in quotes"),
        (
            f"relations: {{r: {{domain: product, range: planet, style: {{color: '#000000'}}, {LABEL}}}}}",
            ":1: 'r': range 'planet' is no entity type; known are product, category",
        ),
        (
            f"relations: {{rejected: {{domain: product, range: value, style: {{color: '#000000'}}, {LABEL}}}}}",
            "'rejected' is the name under which the graph keeps what is no fact; choose another",
        ),
        (f"uses: {{a: {{{LABEL}}}, a: {{{LABEL}}}}}", "'a' stands here twice, first in line 1"),
        ("uses: {a: {label: {en: [x], zh: 甲}}}", "'en' is ['x']"),
        ("uses: {a: {label: {en: x, zh: 甲}, alt: {en: [X]}}}", "en label 'X' twice"),
        ("uses: {a: {label: {en: x, zh: 甲}, alt: {fr: [y]}}}", "unknown key 'fr'"),
    ],
)
def test_each_kind_of_problem_has_its_message(check: Check, yaml: str, expected: str) -> None:
    report = check(yaml)
    assert report.ontology is None
    assert any(expected in line for line in told(report)), told(report)
    assert len(report.problems) <= 2


def test_a_circle_of_parents_is_reported_once(check: Check) -> None:
    report = check(
        """
        classes:
          a: {parent: c, label: {en: a, zh: 甲}}
          b: {parent: a, label: {en: b, zh: 乙}}
          c: {parent: b, label: {en: c, zh: 丙}}
          d: {parent: c, label: {en: d, zh: 丁}}
        """
    )
    assert told(report) == ["families/more.yaml:2: the parents run in a circle: a > c > b > a"]


def test_values_of_one_vocabulary_do_not_share_words(check: Check) -> None:
    report = check(
        """
        vocabularies:
          sizes:
            label: {en: sizes, zh: 尺码}
            values:
              big: {label: {en: extra large, zh: 特大}}
              large:
                label: {en: large, zh: 大}
                alt:
                  en: [Extra-Large]
                  zh: [特大]
        """
    )
    assert told(report) == [
        "families/more.yaml:9: 'large': en label 'Extra-Large' belongs to 'big' already (vocabulary 'sizes')",
        "families/more.yaml:10: 'large': zh label '特大' belongs to 'big' already (vocabulary 'sizes')",
    ]


def test_two_vocabularies_may_share_words(check: Check) -> None:
    report = check(
        "vocabularies: {inks: {label: {en: inks, zh: 墨水}, values: {red: {label: {en: red, zh: 红色}}}}}"
    )
    assert report.problems == ()


def test_a_value_may_begin_with_a_digit_and_words_may_look_like_numbers(check: Check) -> None:
    report = check("vocabularies: {v: {label: {en: v, zh: 甲}, values: {4_k: {label: {en: 4.0, zh: 四}}}}}")
    assert report.ontology is not None
    assert report.ontology.vocabularies["v"].values["4_k"].label.en == "4.0"


def test_the_release_is_checked(folder: Path) -> None:
    (folder / "release.yaml").write_text("version: one\nname: x\n")
    assert told(check_ontology(folder)) == [
        "release.yaml:1: 'release': 'version' is 'one': String should match pattern '^\\d+\\.\\d+\\.\\d+$'",
        "release.yaml:1: 'release': missing 'date'",
        "release.yaml:2: 'release': unknown key 'name'",
    ]
    (folder / "release.yaml").unlink()
    assert told(check_ontology(folder))[0].startswith("release.yaml:1: missing")


def test_the_root_class_stands_alone_at_the_top(folder: Path) -> None:
    (folder / "core" / "core.yaml").write_text("classes: {lamp: {parent: lamp, label: {en: lamp, zh: 灯}}}")
    problems = told(check_ontology(folder))
    assert "core:1: the root class 'product' is missing" in problems
    assert any("circle: lamp > lamp" in problem for problem in problems)


def test_a_class_is_asked_as_the_name_of_another(check: Check) -> None:
    report = check(
        """
        classes:
          jug: {parent: product, label: {en: jug, zh: 壶}}
          pot: {parent: product, label: {en: pot, zh: 罐}, asked_as: {en: [jug], zh: [壶]}}
        """
    )
    assert report.problems == ()
    report = check(
        """
        classes:
          jug: {parent: product, label: {en: jug, zh: 壶}, asked_as: {en: [jug]}}
          pot: {parent: product, label: {en: pot, zh: 罐}, asked_as: {zh: [瓶]}}
        """
    )
    assert told(report) == [
        f"families/more.yaml:{line}: {name}, which names no other class; an alternative label says it"
        for line, name in ((2, "'jug': asked as 'jug'"), (3, "'pot': asked as '瓶'"))
    ]
