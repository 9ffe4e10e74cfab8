"""Measurement of an installation: search on judged queries, recommendations on held-out events."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from api.wiring import INDEX, Platform
from kms.errors import InputError
from kms.progress import ProgressFactory, silent_progress

if TYPE_CHECKING:
    from kms.journal.events import Interaction
    from ranking.behaviour.base import BehaviourModel
    from ranking.behaviour.interactions import Interactions
    from ranking.evaluate.report import EvaluationReport
    from ranking.serving.index import ServingIndex

HELD_OUT = 0.2
LEAST_QUERIES = 2
"""Of each half of judged queries: a paired test takes two pairs or more."""
Split = Literal["shopper", "time"]


def measure_search(platform: Platform, judgments: Path | None = None) -> dict[str, EvaluationReport]:
    """Each scorer alone and the fused default, on validation and on test.

    Args:
        platform: Its live index is measured.
        judgments: A file with the columns query, product and grade, split by tabs; default: the sample's queries,
            for an installation that serves the sample catalogue.

    Raises:
        InputError: There is no index, the file cannot be read, or it judges nothing that the catalogue has.
    """
    from kms.sample.queries import load_queries
    from ranking.evaluate.chorus import evaluate_chorus, halves, read_judgments
    from ranking.evaluate.runs import evaluate_sample_search
    from ranking.serving.service import RankingService

    version = platform.artifacts.current(INDEX)
    if version is None:
        raise InputError("there is no index to measure; run kms index build")
    index = platform.open_index(version)
    try:
        service = RankingService(index)
        if judgments is not None:
            judged = read_judgments(judgments)
            _check_judged({p for grades in judged.values() for p in grades}, index.positions, str(judgments))
            if any(len(half) < LEAST_QUERIES for half in halves(judged).values()):
                raise InputError(
                    f"{judgments}: {len(judged)} queries are too few: they are measured in two halves, each with "
                    f"{LEAST_QUERIES} queries or more"
                )
            return dict(evaluate_chorus(service, judged, progress=platform.progress))
        _check_judged(
            {p for query in load_queries() for p in query.grades},
            index.positions,
            "the sample's judged queries",
        )
        return {
            str(name): r for name, r in evaluate_sample_search(service, progress=platform.progress).items()
        }
    finally:
        index.close()


def _check_judged(judged: Collection[str], known: Collection[str], where: str) -> None:
    """Refuse judgments of products that the catalogue does not have: every system would have nothing.

    Raises:
        InputError: The catalogue has none of them.
    """
    if not any(product_id in known for product_id in judged):
        raise InputError(
            f"{where}: none of the {len(judged):,} judged products is in the catalogue; give judgments of its own "
            "products with --judgments"
        )


def measure_recommendations(
    platform: Platform, *, split: Split = "shopper", most_shoppers: int | None = None
) -> dict[str, EvaluationReport]:
    """Measure the served recommendations on the newest fifth of the journal, beside other models on the same events.

    A held-out version is made from the other events by the code that makes every version, and asked by the code that
    answers every shopper, at the moment of the split.

    Args:
        platform: Its journal is split.
        split: ``shopper``: the newest fifth of each shopper's products; ``time``: everything after one point in time.
        most_shoppers: Measures a random sample of so many.

    Raises:
        InputError: There is no index, or the journal is empty.
    """
    from ranking.behaviour.interactions import Interactions
    from ranking.evaluate.split import holdout_last, split_at
    from ranking.serving.signals import rows_of

    if platform.artifacts.current(INDEX) is None:
        raise InputError("there is no index to measure; run kms index build")
    ids = platform.catalog.product_ids()
    known = set(ids)
    every = [event for event in platform.journal.interactions() if event.product_id in known]
    rows = rows_of(every)
    if not rows:
        raise InputError("the journal is empty; take events in with kms ingest events FILE")
    weighted = Interactions.from_rows(rows, item_ids=ids)
    if split == "time":
        _, later, point = split_at(weighted, HELD_OUT)
        kept = [event for event in every if event.timestamp.timestamp() <= point]
        train = Interactions.from_rows(rows_of(kept), item_ids=ids, user_ids=weighted.user_ids)
        test = _without(later, train)
        about = {
            "data": "the journal",
            "split": f"everything after {_moment(point):%Y-%m-%d %H:%M} UTC is test",
        }
    else:
        train, test = holdout_last(weighted, HELD_OUT)
        held = _pairs(test)
        kept = [event for event in every if (event.shopper_id, event.product_id) not in held]
        about = {"data": "the journal", "split": f"newest {HELD_OUT:.0%} of each shopper's products is test"}
    report = measure_served(platform, kept, train, test, about=about, most_shoppers=most_shoppers)
    return {"test": report}


def measure_beauty(folder: Path, *, most_shoppers: int | None = None) -> EvaluationReport:
    """The served recommendations on a folder in the layout of amazon-beauty, on its own test split.

    Raises:
        InputError: A file is missing.
    """
    from tempfile import TemporaryDirectory

    from api.beauty import open_beauty, purchases
    from ranking.evaluate.beauty import read_beauty

    data = read_beauty(folder)
    with TemporaryDirectory(prefix="kms-beauty-") as state:
        platform = open_beauty(Path(state), data, progress=silent_progress)
        try:
            events = purchases(data.train, data.sequences.__getitem__)
            about = {"data": str(folder), "split": "its own"}
            return measure_served(
                platform, events, data.train, data.test, about=about, most_shoppers=most_shoppers
            )
        finally:
            platform.close()


def measure_served(
    platform: Platform,
    events: Sequence[Interaction],
    train: Interactions,
    test: Interactions,
    *,
    about: Mapping[str, str],
    most_shoppers: int | None = None,
    seed: int = 0,
    without_relations: Collection[str] = (),
    beside: Sequence[BehaviourModel] | None = None,
) -> EvaluationReport:
    """The served recommendations and the models behind them, on one split.

    Args:
        platform: Rows and graph.
        events: All that the version may know; as ``train`` has them.
        train: Products that are masked in every list.
        test: What should be recommended.
        about: Goes into the report.
        most_shoppers: Measures a random sample of so many.
        seed: Of that sample.
        without_relations: Relations of the graph that the version does not know.
        beside: Models without the graph that are fitted on the same events; default: RP3beta as it is set up.
    """
    from api.held_out import held_out_index

    now = max((event.timestamp for event in events), default=datetime.now(UTC))
    with held_out_index(platform, events, now=now, without_relations=without_relations) as index:
        return measure_version(
            index, events, train, test, now=now, about=about, most_shoppers=most_shoppers, seed=seed,
            beside=beside, progress=platform.progress,
        )  # fmt: skip


def measure_version(
    index: ServingIndex,
    events: Sequence[Interaction],
    train: Interactions,
    test: Interactions,
    *,
    now: datetime,
    about: Mapping[str, str],
    most_shoppers: int | None = None,
    seed: int = 0,
    beside: Sequence[BehaviourModel] | None = None,
    progress: ProgressFactory = silent_progress,
) -> EvaluationReport:
    """What one version serves, beside models on the same events; see ``measure_served``.

    Args:
        index: Made from the events.
        events: All that the version knows.
        train: Products that are masked in every list.
        test: What should be recommended.
        now: Moment from which ages count.
        about: Goes into the report.
        most_shoppers: Measures a random sample of so many.
        seed: Of that sample.
        beside: Models without the graph that are fitted on the same events; default: RP3beta as it is set up.
        progress: Shows how far it is.
    """
    from ranking.behaviour.p3alpha import RP3beta
    from ranking.evaluate.recommendations import Lister, Scorer, evaluate_recommendations
    from ranking.evaluate.served import ServedLists
    from ranking.serving.files import once
    from ranking.serving.recommend import Recommender
    from ranking.serving.weights import RecommendationWeights

    # The version numbers products in its own order; a data set may have another one.
    train, test = once(train.with_items(index.ids)), once(test.with_items(index.ids))
    models: dict[str, Scorer | Lister] = {
        model.name: model.fit(train) for model in ([RP3beta()] if beside is None else beside)
    }
    if index.behaviour is not None:
        models[index.behaviour.name] = index.behaviour
    graph_alone = Recommender(index, RecommendationWeights(behaviour=0, graph=1, vector=0, popularity=0))
    for name, recommender in (("graph paths", graph_alone), ("served", Recommender(index))):
        models[name] = ServedLists(recommender, events, index.ids, now=now, progress=progress)
    return evaluate_recommendations(models, train, test, about=about, most_shoppers=most_shoppers, seed=seed)


def _without(test: Interactions, train: Interactions) -> Interactions:
    """Test without pairs that were touched before as well: a pair's own timestamp is that of its newest event."""
    matrix = test.matrix - test.matrix.multiply(train.matrix != 0)
    matrix.eliminate_zeros()
    return dataclasses.replace(test, matrix=matrix.tocsr(), timestamps=None)


def _pairs(interactions: Interactions) -> set[tuple[str, str]]:
    cells = interactions.matrix.tocoo()
    return {
        (interactions.user_ids[row], interactions.item_ids[column])
        for row, column in zip(cells.row, cells.col, strict=True)
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
