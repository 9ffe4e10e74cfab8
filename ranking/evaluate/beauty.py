"""Reader of the amazon-beauty files: behaviour and product graph in the platform's own types."""

from __future__ import annotations

import gzip
import json
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import sparse

from kms.errors import InputError
from ranking.behaviour.interactions import Interactions

Edge = tuple[str, str, str, float]
CO_PURCHASE = ("also_bought", "bought_together")
PRODUCT_RELATIONS = ("also_bought", "also_viewed", "bought_together")
VALUE_RELATIONS = ("brand", "categories")
RELATIONS = (*PRODUCT_RELATIONS, *VALUE_RELATIONS)


@dataclass(frozen=True)
class Beauty:
    """The data set.

    Attributes:
        train: Shoppers × products.
        test: The same rows and columns.
        edges: (product, relation, product or value, 1.0); products outside the set are ``asin:…``.
        brands: Brand by product, where it is known.
        categories: Categories by product.
        sequences: All products of each shopper in time order, of train and test.
    """

    train: Interactions
    test: Interactions
    edges: tuple[Edge, ...]
    brands: dict[str, str]
    categories: dict[str, tuple[str, ...]]
    sequences: dict[str, list[str]]

    def edges_of(self, relations: tuple[str, ...]) -> list[Edge]:
        """Edges of some relations only."""
        return [edge for edge in self.edges if edge[1] in relations]


def default_folder() -> Path:
    """``amazon-beauty`` below KMS_DATASETS, by default ``../shared/datasets`` beside the repository."""
    root = Path(__file__).resolve().parents[2]
    return Path(os.environ.get("KMS_DATASETS", root.parent / "shared" / "datasets")) / "amazon-beauty"


FILES = ("train.tsv.gz", "test.tsv.gz", "sequences.tsv.gz", "items.jsonl.gz")


def is_beauty(folder: Path) -> bool:
    """Whether a folder has the files of this layout."""
    return all((folder / name).is_file() for name in FILES)


def read_beauty(folder: Path | None = None) -> Beauty:
    """Reads ``train.tsv``, ``test.tsv``, ``sequences.tsv`` and ``items.jsonl`` (gzipped).

    Raises:
        InputError: A file is missing.
    """
    source = folder or default_folder()
    for name in FILES:
        if not (source / name).is_file():
            raise InputError(
                f"{source / name} is missing; set KMS_DATASETS to the folder that holds amazon-beauty"
            )
    with gzip.open(source / "items.jsonl.gz", "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    pairs = {name: _pairs(source / f"{name}.tsv.gz") for name in ("train", "test")}
    n_users = 1 + max(int(found[0].max()) for found in pairs.values())
    item_ids = tuple(f"item:{item['item']}" for item in items)
    user_ids = tuple(f"user:{user}" for user in range(n_users))
    of_asin = {item["asin"]: item_id for item, item_id in zip(items, item_ids, strict=True)}
    edges: list[Edge] = []
    for item, item_id in zip(items, item_ids, strict=True):
        for relation in PRODUCT_RELATIONS:
            edges.extend(
                (item_id, relation, of_asin.get(asin, f"asin:{asin}"), 1.0) for asin in item[relation]
            )
        for relation in VALUE_RELATIONS:
            edges.extend((item_id, relation, f"{relation}:{value}", 1.0) for value in item[relation])
    built = {}
    for name, (users, columns) in pairs.items():
        matrix = sparse.csr_matrix(
            (np.ones(len(users), dtype=np.float32), (users, columns)), shape=(n_users, len(item_ids))
        )
        matrix.data[:] = 1.0
        built[name] = Interactions(matrix, item_ids, user_ids)
    ids = dict(zip(item_ids, items, strict=True))
    return Beauty(
        train=built["train"],
        test=built["test"],
        edges=tuple(edges),
        brands={key: item["brand"][0] for key, item in ids.items() if item["brand"]},
        categories={key: tuple(item["categories"]) for key, item in ids.items()},
        sequences=_sequences(source / "sequences.tsv.gz", item_ids),
    )


def _sequences(path: Path, item_ids: tuple[str, ...]) -> dict[str, list[str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [[int(field) for field in line.split()] for line in lines]
    return {f"user:{user}": [item_ids[item] for item in items] for user, *items in rows}


def _pairs(path: Path) -> tuple[np.ndarray, np.ndarray]:
    users: list[int] = []
    columns: list[int] = []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            user, *items = line.split()
            users.extend([int(user)] * len(items))
            columns.extend(int(item) for item in items)
    return np.asarray(users, dtype=np.int64), np.asarray(columns, dtype=np.int64)
