"""Search as a pipeline: understand → match → gather → features → ranker → adjust → explain.

Each step is a module with one public function or class; ``stages`` holds the typed values that pass between them and
``pipeline.Searcher`` calls them in order.
"""

from ranking.serving.search.pipeline import Searcher
from ranking.serving.search.ranker import LinearRanker, Ranker
from ranking.serving.search.stages import FEATURES, Features

__all__ = ["FEATURES", "Features", "LinearRanker", "Ranker", "Searcher"]
