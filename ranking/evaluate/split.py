"""Splits of interactions, and the check that nothing of one side is on the other."""

from __future__ import annotations

import numpy as np
from scipy import sparse

from kms.errors import InputError
from ranking.behaviour.interactions import Interactions


class LeakageError(InputError):
    """Train and test share interactions, or do not describe the same shoppers and products."""


def check_leakage(train: Interactions, test: Interactions) -> None:
    """Checks that no test interaction is in train and that rows and columns mean the same.

    Raises:
        LeakageError: With the number of shared pairs and three of them.
    """
    if train.item_ids != test.item_ids or train.user_ids != test.user_ids:
        raise LeakageError(
            "train and test have different shopper or product ids; "
            "build both with the same user_ids and item_ids"
        )
    shared = (train.matrix != 0).multiply(test.matrix != 0).tocoo()
    if shared.nnz:
        some = ", ".join(
            f"({train.user_ids[user]}, {train.item_ids[item]})"
            for user, item in list(zip(shared.row, shared.col, strict=True))[:3]
        )
        raise LeakageError(
            f"{shared.nnz} of {test.matrix.nnz} test interactions are in train as well, e.g. {some}; "
            "remove them from one side"
        )


def holdout(interactions: Interactions, share: float, seed: int) -> tuple[Interactions, Interactions]:
    """Takes a random share of each shopper's products out.

    Of n products, round(n · share) but at least 1 are held out; a shopper with one product keeps it.

    Returns:
        What is left, and what was held out, with the same rows and columns.
    """
    rng = np.random.default_rng(seed)
    order = rng.random(interactions.matrix.nnz)
    return _part(interactions, share, order)


def holdout_last(interactions: Interactions, share: float) -> tuple[Interactions, Interactions]:
    """Takes the newest share of each shopper's products out (at least one of two or more).

    Raises:
        LeakageError: The interactions have no timestamps, so that "newest" means nothing.
    """
    if interactions.timestamps is None:
        raise LeakageError("a split by time needs timestamps; use holdout() for a random one")
    return _part(interactions, share, -np.asarray(interactions.timestamps))


def split_at(interactions: Interactions, share: float) -> tuple[Interactions, Interactions, float]:
    """Splits at one global point in time: everything before it is train, the rest test.

    A split per shopper lets a model learn from what others did after the moment at which it recommends; this one does
    not. Test has only shoppers with something in train.

    Args:
        interactions: With timestamps; a pair's timestamp decides on which side it is.
        share: Part of the interactions that lies behind the point.

    Returns:
        Train, test, and the point in seconds since the epoch.

    Raises:
        LeakageError: The interactions have no timestamps, or the share is not between 0 and 1.
    """
    if interactions.timestamps is None:
        raise LeakageError("a split by time needs timestamps; use holdout() for a random one")
    if not 0 < share < 1:
        raise LeakageError(f"a share of {share} cannot be held out; it lies between 0 and 1")
    matrix = interactions.matrix
    point = float(np.quantile(interactions.timestamps, 1.0 - share)) if matrix.nnz else 0.0
    before = np.asarray(interactions.timestamps) <= point
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    known = np.bincount(rows[before], minlength=matrix.shape[0]) > 0
    return _keep(interactions, before), _keep(interactions, ~before & known[rows]), point


def _part(interactions: Interactions, share: float, order: np.ndarray) -> tuple[Interactions, Interactions]:
    if not 0 < share < 1:
        raise LeakageError(f"a share of {share} cannot be held out; it lies between 0 and 1")
    matrix = interactions.matrix
    held = np.zeros(matrix.nnz, dtype=bool)
    for start, stop in zip(matrix.indptr[:-1], matrix.indptr[1:], strict=True):
        count = stop - start
        if count > 1:
            n_held = min(count - 1, max(1, round(count * share)))
            held[start + np.argsort(order[start:stop], kind="stable")[:n_held]] = True
    return _keep(interactions, ~held), _keep(interactions, held)


def _keep(interactions: Interactions, kept: np.ndarray) -> Interactions:
    matrix = interactions.matrix
    rows = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    part = sparse.csr_matrix((matrix.data[kept], (rows[kept], matrix.indices[kept])), shape=matrix.shape)
    times = None if interactions.timestamps is None else interactions.timestamps[kept]
    return Interactions(part, interactions.item_ids, interactions.user_ids, times)
