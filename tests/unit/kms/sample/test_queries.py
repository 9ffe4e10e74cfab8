"""Judged queries: the file that ships, and what the reader refuses."""

from __future__ import annotations

from collections import Counter

import pytest
import yaml

from kms.sample.queries import GRADES, QUERIES_FILE, QueryError, load_queries, read_queries
from kms.text.language import detect_language

ROW = '- {id: Q001, text: "kettle", lang: en, split: test, kinds: [plain], grades: %s}'


def test_the_shipped_queries_cover_what_the_readme_says() -> None:
    queries = load_queries()
    languages = Counter(query.lang for query in queries)
    kinds = Counter(kind for query in queries for kind in query.kinds)
    assert len(queries) >= 66
    assert languages["zh"] * 3 >= len(queries)
    assert {"typo", "constraint", "negation", "brand", "use", "audience", "cross-language"} <= set(kinds)
    assert all(set(query.grades.values()) <= set(GRADES) and query.grades for query in queries)


def test_the_split_is_half_and_half_in_each_language() -> None:
    for lang in ("en", "zh"):
        splits = Counter(query.split for query in load_queries() if query.lang == lang)
        assert abs(splits["validation"] - splits["test"]) <= 1


def test_grades_are_read_by_product() -> None:
    (query,) = read_queries("queries:\n" + ROW % "{3: [A], 1: [B, C]}", {"A", "B", "C"})
    assert query.grades == {"A": 3, "B": 1, "C": 1}


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("queries:\n" + ROW % "{3: [X]}", "no such product: X"),
        ("queries:\n" + ROW % "{4: [A]}", "grades must map"),
        ("queries:\n" + ROW % "{3: [A], 1: [A]}", "A has two grades"),
        ("queries:\n" + ROW % "{3: [A]}" + "\n" + ROW % "{3: [A]}", "there twice"),
        ("queries:\n- 7", "query 1"),
        ("nothing: []", "expected a mapping"),
        ("[", "expected a mapping"),
    ],
)
def test_problems_are_named(source: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        read_queries(source, {"A"})


def test_queries_said_in_chinese_are_those_of_english_ones() -> None:
    said = yaml.safe_load(QUERIES_FILE.with_name("queries_zh.yaml").read_text("utf-8"))
    english = {query.id: query.text for query in load_queries() if query.lang == "en"}
    assert set(said) <= set(english)
    assert {detect_language(text) for text in said.values()} == {"zh"}
