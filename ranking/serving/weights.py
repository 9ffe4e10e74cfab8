"""The default fusion: fixed weights, chosen on validation queries and validation events.

A score is the sum of its parts, each between 0 and 1 times its weight. ``scripts/tune_fusion.py`` prints the grid that
these were chosen from; docs/results/search.md has the figures.
"""

from __future__ import annotations

from pydantic import Field

from kms.ontology.model import Ontology
from kms.ontology.structure import PRODUCT
from kms.types import Frozen
from ranking.models import FeatureName


class SearchWeights(Frozen):
    """Search: text match, cosine, entities of the query that the product has, popularity."""

    text: float = Field(default=1.0, ge=0)
    """BM25 as a share of the best hit's."""
    name: float = Field(default=0.2, ge=0)
    """Whether a product's title calls it what the query asks for; 0 where a class says what that is."""
    vector: float = Field(default=0.8, ge=0)
    """Cosine of query and product, negative ones as 0, times what is missing to the best text match."""
    meaning: float = Field(default=8.0, ge=0)
    """Likeness of a question to a product's text, classes and uses; 0 for queries whose words decide."""
    graph: float = Field(default=1.0, ge=0)
    """Confidence-weighted share of the query's words that name something the product has."""
    leaning: float = Field(default=0.5, ge=0)
    """Place among products of the kind by what the query wants much or little of; a part of the graph's feature."""
    popularity: float = Field(default=0.05, ge=0)
    """Logarithm of decayed events as a share of the most popular product's."""

    @property
    def factors(self) -> dict[FeatureName, float]:
        """The factor of each feature; a leaning is a part of what the graph says."""
        return {
            "text": self.text,
            "name": self.name,
            "vector": self.vector,
            "meaning": self.meaning,
            "graph": self.graph,
            "leaning": self.graph * self.leaning,
            "popularity": self.popularity,
        }


class RecommendationWeights(Frozen):
    """Recommendations: behaviour model, meta-paths of the graph, likeness of texts, popularity."""

    behaviour: float = Field(default=1.0, ge=0)
    graph: float = Field(default=0.3, ge=0)
    vector: float = Field(default=0.3, ge=0)
    popularity: float = Field(default=0.02, ge=0)


def behaviour_rows(ontology: Ontology) -> dict[str, float]:
    """Weight of each relation's rows in the behaviour model."""
    return {
        relation.id: relation.behaviour
        if relation.behaviour is not None
        else float(relation.range != PRODUCT)
        for relation in ontology.relations.values()
        if relation.domain == PRODUCT
    }
