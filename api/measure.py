"""Measuring what an installation serves: search on judged queries, recommendations on held-out behaviour."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from api.wiring import INDEX, Platform
from kms.errors import InputError

if TYPE_CHECKING:
    from ranking.evaluate.report import EvaluationReport

HELD_OUT = 0.2


def measure_search(platform: Platform, judgments: Path | None = None) -> dict[str, EvaluationReport]:
    """Each scorer alone and the fused default, on validation and on test.

    Args:
        platform: Its live index is measured.
        judgments: A file with the columns query, product and grade, split by tabs; default: the sample's queries,
            for an installation that serves the sample catalogue.

    Raises:
        InputError: There is no index, or the file cannot be read.
    """
    from ranking.evaluate.chorus import evaluate_chorus, read_judgments
    from ranking.evaluate.runs import evaluate_sample_search
    from ranking.serving.service import RankingService

    version = platform.artifacts.current(INDEX)
    if version is None:
        raise InputError("there is no index to measure; run kms index build")
    index = platform.open_index(version)
    try:
        service = RankingService(index)
        if judgments is not None:
            return dict(evaluate_chorus(service, read_judgments(judgments), progress=platform.progress))
        return {
            str(name): r for name, r in evaluate_sample_search(service, progress=platform.progress).items()
        }
    finally:
        index.close()


def measure_recommendations(platform: Platform) -> dict[str, EvaluationReport]:
    """Behaviour models and the served default, fitted without the newest fifth of each shopper's products.

    Raises:
        InputError: The journal is empty.
    """
    from ranking.behaviour.ease import Ease
    from ranking.behaviour.interactions import Interactions
    from ranking.behaviour.p3alpha import RP3beta
    from ranking.evaluate.recommendations import Scorer, evaluate_recommendations
    from ranking.evaluate.split import holdout_last
    from ranking.serving.files import fit_behaviour
    from ranking.serving.signals import rows_of

    ids = platform.catalog.product_ids()
    known = set(ids)
    events = [event for event in platform.journal.interactions() if event.product_id in known]
    if not events:
        raise InputError("the journal is empty; take events in with kms ingest events FILE")
    train, test = holdout_last(Interactions.from_rows(rows_of(events), item_ids=ids), HELD_OUT)
    held = {
        (test.user_ids[user], ids[int(item)])
        for user in range(len(test.user_ids))
        for item in test.history(user)[0]
    }
    kept = [event for event in events if (event.shopper_id, event.product_id) not in held]
    served = fit_behaviour(kept, ids, list(platform.graph.iter_edges()))
    models: dict[str, Scorer] = {"ease": Ease().fit(train), "rp3beta": RP3beta().fit(train)}
    if served is not None:
        models["served default"] = served
    about = {"data": "the journal", "split": f"newest {HELD_OUT:.0%} of each shopper's products"}
    return {"test": evaluate_recommendations(models, train, test, about=about)}
