"""Evaluation report as a table, Markdown and JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from ranking.evaluate.significance import PairedTest, Test, compare

if TYPE_CHECKING:
    from rich.table import Table

PERCENT = frozenset({"ndcg", "recall", "hit_rate", "precision", "mrr", "coverage", "judged"})


@dataclass(frozen=True)
class SystemResult:
    """One system's figures.

    Attributes:
        name: The system.
        means: Mean of each metric, 0 to 1 (novelty in bits).
        slices: NDCG on each slice of the cases.
        per_case: Values of each metric a case, in the report's case order; for paired tests, not in the JSON.
    """

    name: str
    means: Mapping[str, float]
    slices: Mapping[str, float] = field(default_factory=dict)
    per_case: Mapping[str, np.ndarray] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class EvaluationReport:
    """All systems on the same cases.

    Attributes:
        kind: ``recommendations`` or ``search``.
        k: Length of the lists.
        cases: Ids of the shoppers or queries that were measured.
        systems: One result each.
        slice_sizes: Number of cases in each slice.
        about: What the reader must know: data, split, seed, command.
    """

    kind: str
    k: int
    cases: tuple[str, ...] = field(repr=False)
    systems: tuple[SystemResult, ...]
    slice_sizes: Mapping[str, int] = field(default_factory=dict)
    about: Mapping[str, str] = field(default_factory=dict)

    def system(self, name: str) -> SystemResult:
        """One system's result; KeyError names the known ones."""
        for result in self.systems:
            if result.name == name:
                return result
        raise KeyError(f"{name!r} was not measured; measured are {', '.join(r.name for r in self.systems)}")

    def compare(
        self, first: str, second: str, metric: str = "ndcg", test: Test = "t", seed: int = 0
    ) -> PairedTest:
        """Paired test of two systems on one metric."""
        return compare(
            self.system(first).per_case[metric], self.system(second).per_case[metric], test=test, seed=seed
        )

    def against(self, reference: str, metric: str = "ndcg", test: Test = "t") -> dict[str, PairedTest]:
        """Paired test of ``reference`` against each other system."""
        return {
            result.name: self.compare(reference, result.name, metric, test)
            for result in self.systems
            if result.name != reference
        }

    def best(self, metric: str = "ndcg") -> str:
        """Name of the system with the highest mean."""
        return max(self.systems, key=lambda result: result.means[metric]).name

    def to_json(self, reference: str | None = None) -> str:
        """Means, slices and tests against ``reference`` (default: the best by NDCG); numbers as they are."""
        chosen = reference or self.best()
        document: dict[str, Any] = {
            "kind": self.kind,
            "k": self.k,
            "n_cases": len(self.cases),
            "about": dict(self.about),
            "slice_sizes": dict(self.slice_sizes),
            "systems": [
                {"name": result.name, "means": dict(result.means), "slices": dict(result.slices)}
                for result in self.systems
            ],
            "reference": chosen,
            "tests": {name: asdict(test) for name, test in self.against(chosen).items()},
        }
        return json.dumps(document, indent=2, ensure_ascii=False)

    def rows(self, reference: str | None = None) -> tuple[list[str], list[list[str]]]:
        """Header and rows of text: percent with two digits, novelty in bits, p of the paired t test."""
        chosen = reference or self.best()
        tests = self.against(chosen)
        metrics = list(self.systems[0].means)
        slices = list(self.slice_sizes)
        header = [
            "system",
            *(f"{_title(metric)}@{self.k}" if metric != "judged" else "judged" for metric in metrics),
            *(f"NDCG {name} ({self.slice_sizes[name]:,})" for name in slices),
            f"p vs {chosen}",
        ]
        body = [
            [
                result.name,
                *(_number(metric, result.means[metric]) for metric in metrics),
                *(_number("ndcg", result.slices.get(name, float("nan"))) for name in slices),
                "–" if result.name == chosen else p_text(tests[result.name].p_value),
            ]
            for result in self.systems
        ]
        return header, body

    def table(self, reference: str | None = None) -> Table:
        """A rich table, for the terminal."""
        from rich.table import Table

        header, body = self.rows(reference)
        table = Table(title=f"{self.kind}, {len(self.cases):,} cases, percent (novelty in bits)")
        for number, column in enumerate(header):
            table.add_column(column, justify="left" if number == 0 else "right")
        for row in body:
            table.add_row(*row)
        return table

    def markdown(self, reference: str | None = None) -> str:
        """The same table for a document."""
        header, body = self.rows(reference)
        rule = ["---"] + ["---:"] * (len(header) - 1)
        return "\n".join("| " + " | ".join(row) + " |" for row in [header, rule, *body])


def mean_of(values: Sequence[float] | np.ndarray) -> float:
    """Mean as a plain float; NaN for no values."""
    return float(np.mean(values)) if len(values) else float("nan")


def p_text(p_value: float) -> str:
    """A p value as written in tables."""
    return "<0.0001" if p_value < 1e-4 else f"{p_value:.4f}"


def _number(metric: str, value: float) -> str:
    if np.isnan(value):
        return "–"
    return f"{100 * value:.2f}" if metric in PERCENT else f"{value:.2f}"


def _title(metric: str) -> str:
    return {"ndcg": "NDCG", "mrr": "MRR", "hit_rate": "hit rate"}.get(metric, metric)
