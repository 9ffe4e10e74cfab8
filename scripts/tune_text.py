"""Choose BM25F's settings by cross-validation over Chorus queries, with the sample's validation queries beside them.

    python scripts/tune_text.py --chorus STATE --sample STATE

Words alone are scored, with no understanding of the query. The settings of each fold are those that are best on the other
folds' queries. kms/lexical has what was chosen; docs/results/search.md says why.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from kms.lexical.analysis import TextTerms

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

TITLE, DESCRIPTION, FACTS = (1.0, 1.5, 2.0, 4.0), (0.3, 0.7, 1.0, 1.2), (0.3, 1.0)
K1S, BS = (0.6, 0.9, 1.2, 2.0), (0.5, 0.75)


class Settings(NamedTuple):
    """A point of the grid; ``facts`` is a factor of the weights of category and labels."""

    title: float
    description: float
    facts: float
    k1: float
    b: float


def main() -> None:
    """Print the folds, the best points and the default."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chorus", type=Path, required=True, help="state folder of the Chorus catalogue")
    parser.add_argument("--sample", type=Path, required=True, help="state folder of the sample catalogue")
    parser.add_argument(
        "--datasets", type=Path, default=Path(os.environ.get("KMS_DATASETS", "../shared/datasets"))
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    from kms.lexical.postings import K1, B
    from kms.lexical.product_postings import DEFAULT_WEIGHTS
    from kms.sample.queries import load_queries
    from ranking.evaluate.chorus import FILE, read_judgments
    from ranking.evaluate.tuning import deal

    points = [Settings(*each) for each in product(TITLE, DESCRIPTION, FACTS, K1S, BS)]
    default = Settings(DEFAULT_WEIGHTS["title"], DEFAULT_WEIGHTS["description"], 1.0, K1, B)
    sample = {q.text: q.grades for q in load_queries() if q.split == "validation"}
    on_sample = measure(given.sample, sample, points).mean(axis=1)
    on_chorus = measure(given.chorus, read_judgments(given.datasets / FILE), points)
    print(
        f"{len(points)} settings, {on_chorus.shape[1]} Chorus queries, seed {given.seed}; default {default}"
    )
    held_out = np.zeros(on_chorus.shape[1])
    for fold, rows in enumerate(deal(on_chorus.shape[1], given.folds, given.seed), start=1):
        others = np.setdiff1d(np.arange(on_chorus.shape[1]), rows)
        best = int(on_chorus[:, others].mean(axis=1).argmax())
        held_out[rows] = on_chorus[best, rows]
        print(
            f"fold {fold}: chosen on {100 * on_chorus[best, others].mean():.2f}, held out "
            f"{100 * on_chorus[best, rows].mean():.2f}, default there "
            f"{100 * on_chorus[points.index(default), rows].mean():.2f}  {points[best]}"
        )
    print(f"held out, all folds: {100 * held_out.mean():.2f}")
    both = (on_chorus.mean(axis=1) + on_sample) / 2
    for at in [*np.argsort(-both)[:10], points.index(default)]:
        mark = "  <- default" if points[at] == default else ""
        print(
            f"Chorus {100 * on_chorus[at].mean():.2f}, sample {100 * on_sample[at]:.2f}  {points[at]}{mark}"
        )


def measure(
    state: Path, judgments: Mapping[str, Mapping[str, float]], points: Sequence[Settings]
) -> np.ndarray:
    """NDCG@10 of every point on every query with a relevant product, (points, queries)."""
    from kms.lexical.analysis import query_terms
    from kms.lexical.postings import build_postings
    from kms.lexical.product_postings import DEFAULT_WEIGHTS
    from ranking.evaluate import metrics

    grades = {q: {p: g for p, g in each.items() if g > 0} for q, each in judgments.items()}
    grades = {q: each for q, each in grades.items() if each}
    terms = {query: query_terms(query) for query in grades}
    ids, documents = read_terms(state, {term for each in terms.values() for term in each})
    rows = []
    for point in points:
        weights = {
            **DEFAULT_WEIGHTS,
            "title": point.title,
            "description": point.description,
            "category": DEFAULT_WEIGHTS["category"] * point.facts,
            "labels": DEFAULT_WEIGHTS["labels"] * point.facts,
        }
        postings = build_postings(documents, weights, k1=point.k1, b=point.b)
        row = []
        for query in grades:
            scores = postings.score(terms[query])
            found = np.flatnonzero(scores)
            order = found[np.lexsort((ids[found], -scores[found]))][:10]
            row.append(metrics.ndcg(ids[order].tolist(), grades[query], 10))
        rows.append(row)
    return np.array(rows)


def read_terms(state: Path, asked: set[str]) -> tuple[np.ndarray, list[dict[str, TextTerms]]]:
    """Ids and terms of a version's products; terms that no query asks for are blanked, so that lengths stay."""
    from kms.indexing.build import read_documents, read_ontology
    from kms.lexical.analysis import TextTerms
    from kms.lexical.product_postings import analyze_product
    from scripts.benchmark_chorus import open_index

    index = open_index(state)
    folder = index.version.path
    index.close()
    ontology, products = read_ontology(folder), read_documents(folder)

    def keep(terms: TextTerms) -> TextTerms:
        return TextTerms(
            [t if t in asked else "" for t in terms.words], [t for t in terms.forms if t in asked]
        )

    affirmed = (analyze_product(product, ontology) for product in products)
    documents = [{name: keep(terms) for name, terms in fields.items()} for fields in affirmed]
    return np.array([product.id for product in products]), documents


if __name__ == "__main__":
    main()
