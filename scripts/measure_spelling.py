#!/usr/bin/env python3
"""Spelling correction, measured: made-up typing errors that are found, and right words that are changed.

    python scripts/measure_spelling.py --state .state [--datasets ../shared/datasets] [--errors 500] [--seed 8]

Errors are drawn over the words (four letters or more) of the ontology's labels and of the catalogue's titles, brands
and categories: a letter left out, put in, exchanged with the next one, or replaced by a neighbour on the keyboard. An
error that makes another known word is drawn again: nobody could see it. An error is found when it is read as the word or
its other number. Right queries are the sample's judged ones, and in threes the words of real titles that English has
(Zipf frequency 1 or more, names included); each that is changed counts, also where words were only joined or split.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import string
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kms.ontology.labels import names_in
from kms.text.plurals import singular_of
from ranking.query.slips import NEIGHBOURS
from ranking.query.spelling import Speller

CATALOGUES = ("chorus-search", "catalog-office", "catalog-giftcards")
KINDS = ("left out", "put in", "exchanged", "neighbour")
_LEAST = 4


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True, help="folder of an installation with an index")
    parser.add_argument("--datasets", type=Path, default=Path("../shared/datasets"))
    parser.add_argument("--errors", type=int, default=500)
    parser.add_argument("--seed", type=int, default=8)
    given = parser.parse_args()
    from scripts.benchmark_chorus import open_index

    index = open_index(given.state)
    speller = index.reader.speller
    words = sorted(
        {
            word
            for name in (*names_in(index.ontology, "en"), *index.vocabulary.counts)
            for word in re.findall(r"[a-z]+", name.casefold())
            if len(word) >= _LEAST
        }
    )
    drawn = list(draw_errors(words, speller, given.errors, random.Random(given.seed)))
    found: Counter[str] = Counter()
    asked: Counter[str] = Counter()
    for kind, word, written in drawn:
        kinds = [kind, "long"] if len(written) >= _LEAST else [kind]
        asked.update(kinds)
        read = speller.correct(written)[0]
        hit = singular_of(read) == singular_of(word)
        found.update(kinds if hit else [])
        if not hit:
            print(f"  {written}: {word} was meant, read as {read}")
    print(
        f"{len(words):,} words, seed {given.seed}: found {sum(found[kind] for kind in KINDS)} of {len(drawn)}",
        end=": ",
    )
    print(", ".join(f"{kind} {found[kind]} of {asked[kind]}" for kind in KINDS))
    print(f"of those with four letters or more as written {found['long']} of {asked['long']}")
    measure_right(speller, given.datasets, random.Random(given.seed))
    return 0


def draw_errors(
    words: Sequence[str], speller: Speller, count: int, random_: random.Random
) -> Iterator[tuple[str, str, str]]:
    """Kind of error, word and what is written for it."""
    made = 0
    while made < count:
        word, kind = random_.choice(words), KINDS[made % len(KINDS)]
        written = misspell(word, kind, random_)
        if written != word and not speller.is_known(written):
            made += 1
            yield kind, word, written


def misspell(word: str, kind: str, random_: random.Random) -> str:
    """A word with one error of a kind."""
    at = random_.randrange(len(word))
    match kind:
        case "left out":
            return word[:at] + word[at + 1 :]
        case "put in":
            return word[:at] + random_.choice([*sorted(NEIGHBOURS[word[at]]), word[at]]) + word[at:]
        case "exchanged":
            at = min(at, len(word) - 2)
            return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
        case _:
            return word[:at] + random_.choice(sorted(NEIGHBOURS[word[at]])) + word[at + 1 :]


def measure_right(speller: Speller, datasets: Path, random_: random.Random) -> None:
    """Print how many right queries are changed."""
    from wordfreq import zipf_frequency

    from kms.sample.queries import load_queries

    report("the sample's judged queries", [query.text for query in load_queries()], speller)
    for name in CATALOGUES:
        file = datasets / name / "products.jsonl.gz"
        if not file.exists():
            print(f"{file} is not there")
            continue
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            titles = [str(json.loads(line).get("title", "")) for line in lines]
        random_.shuffle(titles)
        right = [
            [w for w in re.findall(r"[A-Za-z]{3,}", title) if zipf_frequency(w, "en") >= 1]
            for title in titles[:2_000]
        ]
        queries = [" ".join(each[i : i + 3]) for each in right for i in range(0, len(each), 3)]
        report(f"{name}, titles in threes", queries, speller)


def report(name: str, queries: Sequence[str], speller: Speller) -> None:
    """Print the share of queries that are changed, and some of them."""
    changed = [(query, speller.correct(query)[0]) for query in queries]
    changed = [(query, read) for query, read in changed if read != query]
    joined = [pair for pair in changed if fold(pair[0]) == fold(pair[1])]
    other = [pair for pair in changed if pair not in joined]
    share = 100 * len(changed) / max(1, len(queries))
    print(
        f"{name}: {len(queries):,} queries, {len(changed)} changed ({share:.2f} %), "
        f"of them {len(joined)} only joined or split"
    )
    for query, read in [*other[:12], *joined[:6]]:
        print(f"  {query}: {read}")


def fold(text: str) -> str:
    """Letters alone: words that were only joined or split have the same."""
    return "".join(character for character in text.casefold() if character in string.ascii_lowercase)


if __name__ == "__main__":
    sys.exit(main())
