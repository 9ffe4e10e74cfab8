"""Tasks: what is to be done to something, told from the names of things."""

from __future__ import annotations

import pytest

from ranking.query.tasks import Task, find_task


def nothing(word: str) -> bool:
    return False


def find(text: str) -> Task | None:
    return find_task(text, nothing, nothing)


@pytest.mark.parametrize(
    ("text", "verb", "objects"),
    [
        ("sharpen chisels", "sharpen", ("chisels",)),
        ("Remove old paint", "Remove", ("old", "paint")),
        ("protect ears from noise", "protect", ("ears",)),
        ("clean the grill", "clean", ("grill",)),
        ("store our brushes", "store", ("brushes",)),
        ("how do I make my knives sharp", "make", ("knives", "sharp")),
        ("keep tea leaves fresh", "keep", ("tea", "leaves", "fresh")),
        ("拖地板", "拖", ("地板",)),
        ("切菜的", "切", ("菜",)),
        ("粉碎文件", "粉碎", ("文件",)),
        ("稱麵粉", "称", ("面粉",)),
    ],
)
def test_tasks(text: str, verb: str, objects: tuple[str, ...]) -> None:
    task = find(text)
    assert task is not None
    assert (task.verb, task.objects) == (verb, objects)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "drill bits",
            "water bottle",
            "dust mask",
            "paint brush",
            "clean brushes",
            "help for beginners",
            "sharpen",
        ),
        *("buy a kettle", "want new shoes", "chisels", "", "保温杯", "切菜的刀", "切", "的", "yoga 垫"),
    ],
)
def test_names_of_things_are_none(text: str) -> None:
    assert find(text) is None


def test_a_word_that_something_is_called_by_is_no_verb() -> None:
    assert find("print straight") is not None
    assert find_task("print straight", lambda word: word == "print", nothing) is None


def test_a_quality_that_products_have_ends_no_task() -> None:
    assert find_task("phone cover black", lambda word: word == "black", nothing) is None
    assert find_task("防水背包", lambda word: word == "防水", nothing) is None


def test_what_titles_end_with_is_a_thing_and_no_object() -> None:
    assert find("炒锅") is not None
    assert find_task("炒锅", nothing, lambda word: word == "锅") is None


def test_the_object_has_its_place_in_the_text() -> None:
    text = "how do I make my knives sharp"
    task = find(text)
    assert task is not None and text[task.start : task.end] == "my knives sharp"
