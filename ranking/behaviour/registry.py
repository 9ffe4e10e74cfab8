"""The models by name, and loading of a saved one without knowing which it is."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ranking.behaviour.base import BehaviourModel
from ranking.behaviour.collective_ease import CollectiveEase
from ranking.behaviour.ease import Ease
from ranking.behaviour.errors import BehaviourError
from ranking.behaviour.item_knn import ItemKnn
from ranking.behaviour.p3alpha import P3alpha, RP3beta
from ranking.behaviour.popularity import Popularity
from ranking.behaviour.sparse_ease import SparseEase

MODELS: dict[str, type[BehaviourModel]] = {
    model.name: model for model in (Popularity, ItemKnn, P3alpha, RP3beta, Ease, CollectiveEase, SparseEase)
}


def load_model(path: Path | str) -> BehaviourModel:
    """Reads a saved model of any kind.

    Raises:
        BehaviourError: The file is no saved model, or its model is unknown.
    """
    try:
        with np.load(Path(path), allow_pickle=False) as stored:
            name = json.loads(str(stored["meta"]))["name"]
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise BehaviourError(f"{path} is not a saved behaviour model: {error}; fit and save again") from error
    if name not in MODELS:
        raise BehaviourError(f"{path} holds the unknown model {name!r}; known are {', '.join(MODELS)}")
    return MODELS[name].load(path)
