"""The text index alone on Chorus: BM25 over what a row says must be as good as others measured it (0.715)."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from kms.catalog.mapping import load_mapping
from kms.catalog.models import Product
from kms.catalog.readers import read_rows
from kms.catalog.rows import RawRow
from kms.lexical.index import LexicalIndex
from kms.lexical.models import IndexedProduct
from ranking.evaluate.chorus import FILE, read_judgments
from ranking.evaluate.search import evaluate_search

DATASETS = Path(os.environ.get("KMS_DATASETS", "../shared/datasets"))

pytestmark = [
    pytest.mark.quality,
    pytest.mark.skipif(
        not (DATASETS / FILE).exists(), reason=f"{DATASETS / FILE} is not there; set KMS_DATASETS"
    ),
]


def test_bm25_over_the_rows(tmp_path: Path) -> None:
    mapping = load_mapping("icecat-products")
    documents = []
    for row in read_rows(DATASETS / FILE.parent / "products.jsonl.gz"):
        assert isinstance(row, RawRow)
        product = mapping.apply(row.values)
        assert isinstance(product, Product)
        documents.append(
            IndexedProduct(
                id=product.id,
                title=product.title,
                brand=product.brand or "",
                description=product.description[:5_000],
            )
        )
    index = LexicalIndex(tmp_path / "text")
    index.upsert(documents)
    judgments = read_judgments(DATASETS / FILE)
    run = {query: [hit.id for hit in index.search(query, limit=10)] for query in judgments}
    assert evaluate_search({"bm25": run}, judgments).system("bm25").means["ndcg"] >= 0.71
