"""Search across languages by vectors alone: NDCG@10 by language, and how well a Chinese query finds English texts.

    KMS_ENCODER=FOLDER python scripts/measure_across_languages.py --state STATE

The state holds the sample catalogue, indexed with the encoder that the settings name. Every product is ranked by its
likeness to the query as it is written: no words, no graph, no understanding. For recall the English queries that
kms/sample/data/queries_zh.yaml says in Chinese are asked in both languages, and counted are their relevant products (grade 2
or 3) with English texts among the first ten.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

K = 10


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--state", type=Path, required=True)
    given = parser.parse_args()
    from api.wiring import INDEX, Platform
    from kms.sample.queries import QUERIES_FILE, load_queries
    from kms.settings import read_settings

    platform = Platform(read_settings(state_dir=given.state))
    version = platform.artifacts.current(INDEX)
    if version is None:
        raise SystemExit(f"{given.state} has no indexes; run kms index build")
    index = platform.open_index(version)
    english = {d.id for d in index.documents if d.language == "en"}

    def rank(text: str) -> list[str]:
        cosines = index.embeddings @ index.encoder.encode_query(text)
        return [index.ids[at] for at in np.argsort(-cosines, kind="stable")]

    queries = load_queries()
    for language in ("en", "zh"):
        scores = [ndcg(rank(q.text), q.grades) for q in queries if q.lang == language]
        print(f"NDCG@{K}, {language} ({len(scores)} queries): {100 * np.mean(scores):.1f}")
    said = yaml.safe_load(QUERIES_FILE.with_name("queries_zh.yaml").read_text("utf-8"))
    pairs = [(q.text, said[q.id], q.grades) for q in queries if q.id in said]
    for place in ("among all texts", "among English texts"):
        found: dict[str, list[float]] = {"en": [], "zh": []}
        for *texts, grades in pairs:
            wanted = {p for p, grade in grades.items() if grade >= 2} & english
            for language, text in zip(found, texts, strict=True):
                order = [p for p in rank(text) if place == "among all texts" or p in english]
                if wanted:
                    found[language].append(len(wanted & set(order[:K])) / min(K, len(wanted)))
        one, other = (100 * float(np.mean(each)) for each in found.values())
        count = len(found["en"])
        print(
            f"recall@{K} of English texts, {place} ({count} pairs): en {one:.1f}, zh {other:.1f}, {other / one:.2f}"
        )
    began = time.perf_counter()
    for query in queries:
        index.encoder.encode_query(f"{query.text} {began}")
    print(f"queries a second, 8 bits: {len(queries) / (time.perf_counter() - began):.0f}")
    index.close()
    platform.close()


def ndcg(order: list[str], grades: Mapping[str, int]) -> float:
    """NDCG of the first ``K`` with gains of 2^grade - 1."""
    discounts = 1 / np.log2(np.arange(2, K + 2))
    gains = np.array([2.0 ** grades.get(product, 0) - 1 for product in order[:K]])
    ideal = np.array(sorted((2.0**grade - 1 for grade in grades.values()), reverse=True)[:K])
    return float((gains * discounts[: len(gains)]).sum() / (ideal * discounts[: len(ideal)]).sum())


if __name__ == "__main__":
    main()
