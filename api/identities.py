"""Jobs on identities: finding duplicates, and merging what a setting lets merge unasked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from api.wiring import INDEX, Platform
from kms.catalog.feeds import FeedStore
from kms.identity.duplicates import Scorer, Scores, certain_merges, find_duplicates, records_of
from kms.identity.records import Record
from kms.identity.rule import rule_scores

if TYPE_CHECKING:
    from extraction.matching.data import PairData
    from kms.identity.store import Identity

RULE = "rule"
LEAST = 0.5
_WORK = "duplicates"


def find(
    platform: Platform,
    *,
    least: float | None = None,
    is_between_feeds: bool = False,
    with_vectors: bool = True,
) -> tuple[list[Identity], str]:
    """Find pairs of products that may be one and keep them as proposals; also says what scored them.

    Vectors are those of the live index version; without one, keys alone block.

    Args:
        platform: The installation.
        least: Pairs with a smaller score are left out; default: the classifier's own threshold, or a half.
        is_between_feeds: Only pairs of which no feed names both.
        with_vectors: ``False``: block by keys alone.
    """
    records = records_of(platform.catalog.iter_products(), FeedStore(platform.database, "product").by_row())
    scorer, name, threshold = _scorer(platform)
    found = find_duplicates(
        records,
        scorer,
        least=threshold if least is None else least,
        merges=platform.identities.merges(),
        vectors=_vectors(platform, records) if with_vectors else None,
        is_between_feeds=is_between_feeds,
        work=platform.settings.state_dir / "cache" / _WORK,
        scorer_key=name,
        progress=platform.progress,
    )
    platform.identities.propose(found, kinds=("product",))
    return platform.identities.all(("product",)), name


def own_pairs(platform: Platform, *, seed: int = 0) -> PairData:
    """Training pairs out of this installation's own decisions and trade item numbers.

    Raises:
        ConfigurationError: There are too few of them.
    """
    from extraction.matching.own_pairs import own_pairs as make_pairs

    records = records_of(platform.catalog.iter_products(), FeedStore(platform.database, "product").by_row())
    pairs = platform.identities.all(("product",), status=None)
    decided = {(pair.left, pair.right): pair.status == "accepted" for pair in pairs if pair.status != "open"}
    return make_pairs(records, decided, seed=seed)


def merge_equal_numbers(platform: Platform) -> int:
    """Merge products of different feeds with equal trade item numbers, where the setting says so; returns how many pairs.

    Pairs that somebody rejected stay apart.
    """
    if not platform.settings.merge_equal_gtins:
        return 0
    store = platform.identities
    decided = {pair.id for pair in store.all(("product",), status=None) if pair.status != "open"}
    records = records_of(platform.catalog.iter_products(), FeedStore(platform.database, "product").by_row())
    mains = store.merges().mains(lambda _id: True)
    pairs = [
        pair.model_copy(update={"evidence": (*pair.evidence, "merged by KMS_MERGE_EQUAL_GTINS")})
        for pair in certain_merges(records)
        if pair.id not in decided and mains.get(pair.left, pair.left) != mains.get(pair.right, pair.right)
    ]
    return len(store.decide(pairs, "accepted"))


def _scorer(platform: Platform) -> tuple[Scorer, str, float]:
    """The trained classifier where there is one, else the rule; its name and threshold."""
    folder = platform.matcher_dir
    if not (folder / "config.json").is_file():
        return _by_rule, RULE, LEAST
    from extraction.matching.matcher import Matcher

    matcher = Matcher(folder, threads=max(1, platform.settings.threads))
    return matcher, f"classifier {matcher.key}", matcher.threshold


def _by_rule(_pairs: Sequence[tuple[Record, Record]], features: NDArray[np.float32]) -> Scores:
    return rule_scores(features)


def _vectors(platform: Platform, records: Sequence[Record]) -> NDArray[np.float32] | None:
    """The vectors of the live version's texts, (n, d); zeros for products that it does not have."""
    from kms.indexing.build import read_documents
    from kms.indexing.documents import embedded_text
    from kms.indexing.embeddings import read_embeddings, text_hash

    version = platform.artifacts.current(INDEX)
    if version is None:
        return None
    stored = read_embeddings(version.path)
    by_id = {
        document.id: stored.get(text_hash(platform.encoder.version, embedded_text(document)))
        for document in read_documents(version.path)
    }
    vectors = np.zeros((len(records), platform.encoder.dimensions), dtype=np.float32)
    for row, record in enumerate(records):
        vector = by_id.get(record.id)
        if vector is not None:
            vectors[row] = vector
    return vectors
