"""The model card: what a model was trained on, how, and what it reaches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from extraction.model.artifact import CARD
from extraction.model.config import ModelConfig
from extraction.train.report import TrainReport
from extraction.train.scores import Score, Scores


def write_card(report: TrainReport, config: ModelConfig, command: str, extra: Sequence[str] = ()) -> Path:
    """Write ``MODEL_CARD.md`` into the model's folder; ``extra`` lines come last."""
    settings = report.settings
    tuning = (
        "whole encoder"
        if config.lora is None
        else f"LoRA, rank {config.lora.rank}, alpha {config.lora.alpha}"
    )
    lines = [
        f"# Extraction model: {settings.name}",
        "",
        "Joint span-and-relation model on a BERT encoder; see `extraction/model/` for its parts and sources.",
        "",
        "| | |",
        "|---|---|",
        f"| base encoder | `{config.base_encoder}` |",
        f"| tuning | {tuning} |",
        f"| data | `{settings.data}`, {report.examples} training texts |",
        f"| seed | {settings.seed} |",
        f"| epochs | {report.best_epoch} chosen on validation, of {settings.epochs} |",
        f"| training | {report.minutes:.1f} min on {settings.threads} thread(s) |",
        f"| stored weights | {report.bytes / 1e6:.2f} MB |",
        f"| span types | {len(config.labels)} ({config.span_mode}) |",
        f"| relation types | {len(config.relations)} |",
        f"| temperatures | spans {config.calibration.span_temperature:.2f}, "
        f"relations {config.calibration.relation_temperature:.2f} |",
        f"| command | `{command}` |",
        "",
        *table("Validation", report.validation),
    ]
    for name, scores in report.tests.items():
        lines += table(f"Test: {name}" if name != "test" else "Test", scores)
    lines += extra
    path = report.folder / CARD
    path.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")
    return path


def table(title: str, scores: Scores) -> list[str]:
    """Markdown of one part's scores, in percent."""
    lines = [
        f"## {title}",
        "",
        "| kind | type | precision | recall | F1 | gold |",
        "|---|---|---|---|---|---|",
    ]
    for kind, by_type in scores.items():
        if not any(score.gold or score.predicted for score in by_type.values()):
            continue
        lines += [row(kind, name or "**all**", score) for name, score in by_type.items()]
    return [*lines, ""]


def row(kind: str, name: str, score: Score) -> str:
    """One line of the table."""
    shown = name.replace("|", ": ")
    return (
        f"| {kind} | {shown} | {100 * score.precision:.1f} | {100 * score.recall:.1f} "
        f"| {100 * score.f1:.1f} | {score.gold} |"
    )
