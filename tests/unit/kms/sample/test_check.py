from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from kms.ontology import Ontology
from kms.sample.check import brand_id, check_sample, count_sample, main, suggest_mentions
from kms.sample.load import load_sample

Write = Callable[..., Path]


def told(folder: Path, ontology: Ontology) -> list[str]:
    return [str(problem) for problem in check_sample(load_sample(folder), ontology)]


def test_a_sound_product_has_no_problems(write: Write, ontology: Ontology) -> None:
    folder = write(
        title="[Veldra](brand=veldra) Hush [over-ear headphones](class=over_ear_headphones)",
        description="[30 h](battery_life=30 hour), [not](not>1) [waterproof](water_resistance=waterproof#1)",
        review="[ANC](aspect=noise_cancelling#1) is [superb](+1) on [flights](use=travel)",
    )
    assert told(folder, ontology) == []


@pytest.mark.parametrize(
    ("description", "expected"),
    [
        ("[x](class=spaceship)", "unknown class"),
        ("[microphone](class=headphones)", "in the ontology this names microphone"),
        ("[x](brand=Vel-dra)", "no brand id"),
        ("[Veldra](brand=velra)", "has the id 'veldra'"),
        ("[x](product=AUD-999)", "unknown product"),
        ("[x](use=sitting)", "unknown use"),
        ("[x](audience=martians)", "unknown audience"),
        ("[x](aspect=bass)", "opinions are marked in reviews only"),
        ("[x](smell_of=roses)", "unknown attribute"),
        ("[x](colour=blurple)", "not a value of the vocabulary 'colours'"),
        ("[red](colour=blue)", "in the ontology this names red"),
        ("[x](wireless=maybe)", "must be true or false"),
        ("[x](weight=heavy)", "written 'number unit'"),
        ("[x](weight=3 hour)", "does not measure mass"),
        ("[3 kg](weight=4 kilogram)", "different numbers"),
        ("[no](not>1) [Drift](product=?#1)", "negation points to 'Drift'"),
        ("[Drift](colour=red#1) [3 kg](weight=3 kilogram@1)", "which is no product"),
        ("全是中文的一段描述文字", "is en but mostly Chinese"),
    ],
)
def test_each_kind_of_inconsistency_is_found(
    write: Write, ontology: Ontology, description: str, expected: str
) -> None:
    problems = told(write(description=description), ontology)
    assert [problem for problem in problems if expected in problem], problems
    assert all(problem.startswith("audio.yaml:1: AUD-001 description: ") for problem in problems)


def test_reviews_are_checked_like_the_rest(write: Write, ontology: Ontology) -> None:
    folder = write(review="[x](aspect=charm#1) [4 kg](weight=4 kilogram#2) [good](+2)")
    problems = told(folder, ontology)
    assert "audio.yaml:1: AUD-001 reviews[1].text: [x](aspect=charm): unknown aspect" in problems
    assert any("opinion 'good' points to '4 kg'" in problem for problem in problems)


def test_what_context_may_have_meant_is_a_note(write: Write, ontology: Ontology) -> None:
    folder = write(description="brushed [steel](material=stainless_steel), [10 bar](pressure=10 bar)")
    problems = check_sample(load_sample(folder), ontology)
    assert len(problems) == 2
    assert all(problem.is_note for problem in problems)
    assert "this names steel" in str(problems[1])
    assert "does not have this attribute" in str(problems[0])


def test_products_hang_together(write: Write, ontology: Ontology) -> None:
    write(more="related: {complements: [AUD-404, AUD-001]}\n")
    write(id="AUD-002", split="test", more="related: {variant_of: AUD-001}\n")
    folder = write(id="AUD-002")
    problems = "\n".join(told(folder, ontology))
    assert "AUD-001 related.complements: unknown product 'AUD-404'" in problems
    assert "AUD-001 related.complements: names the product itself" in problems
    assert "AUD-002 id: is taken already in audio.yaml:" in problems


def test_variants_stay_in_one_split(write: Write, ontology: Ontology) -> None:
    write()
    folder = write(id="AUD-002", split="test", more="related: {variant_of: AUD-001}\n")
    folder = write(
        id="AUD-003", split="test", description="like the [Hush](product=AUD-001:variant_of), bigger"
    )
    problems = told(folder, ontology)
    assert [problem for problem in problems if "split" in problem] == [
        "audio.yaml:11: AUD-002 split: is in test, its variant AUD-001 in train",
        "audio.yaml:22: AUD-003 split: is in test, its variant AUD-001 in train",
    ]


def test_no_text_comes_twice(write: Write, ontology: Ontology) -> None:
    write(review="The same words about every product")
    folder = write(id="AUD-002", review="the same words about every product")
    assert [problem for problem in told(folder, ontology) if "same text" in problem] == [
        "audio.yaml:11: AUD-002 reviews[1].text: the same text stands in AUD-001 reviews[1].text"
    ]


def test_the_class_must_fit_the_file(write: Write, ontology: Ontology) -> None:
    path = write() / "audio.yaml"
    path.rename(path.with_name("kitchen.yaml"))
    assert any("is not of the family 'kitchen'" in problem for problem in told(path.parent, ontology))


def test_unmarked_words_are_suggested(write: Write, ontology: Ontology) -> None:
    folder = write(description="[red](colour=red) or black, for hiking")
    notes = [str(note) for note in suggest_mentions(load_sample(folder), ontology)]
    assert any("unmarked 'black': colour=black?" in note for note in notes)
    assert any("unmarked 'hiking': use=hiking?" in note for note in notes)
    assert not any("'red'" in note for note in notes)


def test_counts(write: Write) -> None:
    write()
    counts = count_sample(load_sample(write(id="AUD-002", split="test")))
    assert counts["products by split"] == {"train": 1, "test": 1}
    assert counts["mentions by type"] == {"class": 2, "opinion": 2}
    assert counts["relations by type"] == {"opinion_positive": 2}


def test_the_command_prints_and_says_by_its_status(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write()
    assert main(["--folder", str(folder), "--notes", "--suggest"]) == 0
    assert "1 products, 1 reviews: 0 problem(s)" in capsys.readouterr().out
    write(id="AUD-002", description="[x](colour=blurple)")
    assert main(["--folder", str(folder)]) == 1
    assert "WRONG audio.yaml:11: AUD-002 description" in capsys.readouterr().out
    assert main(["--folder", str(folder), "AUD-001"]) == 0


@pytest.mark.parametrize(
    ("name", "expected"), [("Veldra", "veldra"), ("North & Sons", "north_sons"), ("Maker's Öl", "makers_öl")]
)
def test_brand_ids(name: str, expected: str) -> None:
    assert brand_id(name) == expected


def test_the_shipped_catalogue_is_sound_and_as_large_as_promised(ontology: Ontology) -> None:
    sample = load_sample()
    assert [str(problem) for problem in check_sample(sample, ontology) if not problem.is_note] == []
    assert len(sample.products) >= 160
    assert sum(1 for _ in sample.reviews()) >= 800
    assert sum(product.language == "zh" for product in sample.products) >= 30
    assert {product.split for product in sample.products} == {"train", "validation", "test"}
    for product in sample.products:
        assert product.to_product().id == product.id
