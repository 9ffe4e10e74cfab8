"""Trains the pair classifier: seeded, resumes after an interruption, writes a model card."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from extraction.matching import artifact
from extraction.matching.data import PairData
from extraction.matching.inputs import Pair, PairBatch, PairInputs, choose_words
from extraction.matching.network import PairNetwork, build_network
from extraction.matching.scores import PairScore, best_score, score_at
from extraction.matching.settings import MatcherConfig, MatchSettings
from extraction.train.progress import TrainProgress
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console

_STRETCH = 20
"""Batches whose pairs are sorted by length together."""
_PREDICT_BATCH = 64
_PLAIN_BATCH = 64
_LEAST_STEPS = 1_000
"""Of the features' part, so that a shop's few hundred pairs are learnt as well."""


@dataclass
class MatchReport:
    """Result of a training; ``test`` is ``None`` where there are no test pairs."""

    folder: Path
    settings: MatchSettings
    best_epoch: int
    minutes: float
    pairs: int
    validation: PairScore
    test: PairScore | None = None
    history: list[dict[str, float]] = field(default_factory=list)


def train_matcher(
    data: PairData,
    settings: MatchSettings,
    out: Path,
    *,
    command: str = "",
    console: Console | None = None,
) -> MatchReport:
    """Train, choose epoch and threshold on validation, save, measure the test pairs once.

    An interrupted training goes on from its last epoch when it is started again with the same settings and pairs; the
    result is the same.

    Raises:
        ConfigurationError: No pairs of one kind to learn from, or no base encoder.
    """
    for part, pairs in (("training", data.train), ("validation", data.valid)):
        if {pair.match for pair in pairs} != {0, 1}:
            raise ConfigurationError(f"{part} needs pairs that are the same product and pairs that are not")
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    features = np.stack([pair.features for pair in data.train])
    deviation = features.std(axis=0)
    config = MatcherConfig(
        base_encoder=settings.base_encoder,
        mean=tuple(features.mean(axis=0).tolist()),
        deviation=tuple(np.where(deviation < 1e-6, 1.0, deviation).tolist()),
        words=choose_words(data.train, settings.least_word),
        certain=settings.certain if settings.use_text else 0.0,
    )
    network = build_network(config, use_text=settings.use_text)
    inputs = PairInputs(config)
    began = time.monotonic()
    _fit_plain(network, inputs, data, settings)
    history: list[dict[str, float]] = []
    best_epoch = 0
    if settings.use_text:
        trainer = _Trainer(network, inputs, data, settings, out / "checkpoint")
        if console:
            console.print(
                f"features alone: validation {100 * trainer.best_score:.2f}; "
                f"{trainer.size:,} of {len(data.train):,} pairs are read"
            )
        with TrainProgress(settings.epochs, console) as progress:
            trainer.train(progress.on_epoch, progress.on_step)
        history, best_epoch = trainer.history, trainer.best_epoch
    minutes = sum(each["minutes"] for each in history) or (time.monotonic() - began) / 60
    scores = predict(network, inputs, data.valid)
    match = [pair.match for pair in data.valid]
    validation = best_score(scores, match)
    config = config.model_copy(update={"threshold": validation.threshold})
    report = MatchReport(
        folder=out,
        settings=settings,
        best_epoch=best_epoch,
        minutes=minutes,
        pairs=len(data.train),
        validation=validation,
        history=history,
    )
    if data.test:
        tested = predict(network, inputs, data.test)
        report.test = score_at(tested, [pair.match for pair in data.test], config.threshold)
    artifact.save(network, config, out)
    _write_card(report, config, command)
    shutil.rmtree(out / "checkpoint", ignore_errors=True)
    return report


def predict(
    network: PairNetwork,
    inputs: PairInputs,
    pairs: Sequence[Pair],
    *,
    advance: Callable[[int], object] | None = None,
) -> np.ndarray:
    """Probability that each pair is the same product, (n,)."""
    network.eval()
    result = by_features(network, inputs, pairs)
    if network.encoder is None or not len(pairs):
        return result
    read = np.flatnonzero(result >= inputs.config.certain).tolist()
    order = sorted(read, key=lambda i: len(pairs[i].left.title) + len(pairs[i].right.title))
    if advance:
        advance(len(pairs) - len(order))
    with torch.inference_mode():
        for start in range(0, len(order), _PREDICT_BATCH):
            rows = order[start : start + _PREDICT_BATCH]
            batch = inputs.batch([pairs[i] for i in rows])
            result[rows] = torch.sigmoid(network(batch)).numpy()
            if advance:
                advance(len(rows))
    return result


def by_features(network: PairNetwork, inputs: PairInputs, pairs: Sequence[Pair]) -> np.ndarray:
    """Probability that each pair is the same product by features and single words alone, (n,)."""
    if not len(pairs):
        return np.zeros(0)
    network.eval()
    features = torch.from_numpy(inputs.scale(np.stack([pair.features for pair in pairs])))
    with torch.inference_mode():
        return np.asarray(
            torch.sigmoid(network.by_features(features, inputs.word_rows(pairs))).numpy(), dtype=np.float64
        )


def _fit_plain(network: PairNetwork, inputs: PairInputs, data: PairData, settings: MatchSettings) -> None:
    """Fit the part that reads features and single words alone, with a rate that falls to zero."""
    features = torch.from_numpy(inputs.scale(np.stack([pair.features for pair in data.train])))
    words = inputs.word_rows(data.train)
    match = torch.tensor([float(pair.match) for pair in data.train])
    torch.manual_seed(settings.seed)
    groups = [
        {"params": network.plain.parameters(), "weight_decay": settings.weight_decay},
        {"params": network.words.parameters(), "weight_decay": 0.0},
    ]
    optimizer = torch.optim.AdamW(groups, lr=settings.plain_lr)
    in_epoch = -(-len(match) // _PLAIN_BATCH)
    epochs = max(settings.plain_epochs, -(-_LEAST_STEPS // in_epoch))
    step, steps = 0, epochs * in_epoch
    network.train()
    for epoch in range(epochs):
        order = torch.from_numpy(np.random.default_rng([settings.seed, epoch]).permutation(len(match)))
        for rows in torch.split(order, _PLAIN_BATCH):
            for group in optimizer.param_groups:
                group["lr"] = settings.plain_lr * (1 - step / steps)
            step += 1
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                network.by_features(features[rows], words[rows]), match[rows]
            )
            loss.backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)


class _Trainer:
    """Runs epochs of the whole network; everything random in one comes from (seed, epoch).

    What it starts from, the features alone, is the result where no epoch is better.
    """

    def __init__(
        self,
        network: PairNetwork,
        inputs: PairInputs,
        data: PairData,
        settings: MatchSettings,
        checkpoint: Path,
    ) -> None:
        self.network, self.inputs, self.data, self.settings = network, inputs, data, settings
        uncertain = by_features(network, inputs, data.train) >= settings.certain
        self._train = [pair for pair, is_read in zip(data.train, uncertain, strict=True) if is_read]
        self.size = len(self._train)
        plain = by_features(network, inputs, data.valid)
        self.epoch, self.best_epoch = 0, 0
        self.best_score = best_score(plain, [pair.match for pair in data.valid]).f1
        self.history: list[dict[str, float]] = []
        self._best: dict[str, torch.Tensor] = {}
        self._checkpoint = checkpoint / "last.pt"
        self._fingerprint = _fingerprint(settings, data)
        of_encoder = [
            w for n, w in network.named_parameters() if n.startswith("encoder.") and w.requires_grad
        ]
        rest = [w for n, w in network.named_parameters() if not n.startswith("encoder.")]
        self._rates = (settings.encoder_lr, settings.head_lr) if of_encoder else (settings.head_lr,)
        groups = [{"params": each} for each in (of_encoder, rest) if each]
        self._optimizer = torch.optim.AdamW(groups, weight_decay=settings.weight_decay)
        self._steps = -(-len(self._train) // settings.batch_size)

    def train(
        self,
        on_epoch: Callable[[int, float, float, float], None],
        on_step: Callable[[int, int, int], None],
    ) -> None:
        """Run the epochs that are left; the network ends with the weights of the best one."""
        self._resume()
        match = [pair.match for pair in self.data.valid]
        while self.epoch < self.settings.epochs:
            began = time.monotonic()
            loss = self._run_epoch(on_step)
            self.epoch += 1
            score = best_score(predict(self.network, self.inputs, self.data.valid), match).f1
            minutes = (time.monotonic() - began) / 60
            self.history.append({"epoch": self.epoch, "loss": loss, "score": score, "minutes": minutes})
            if score > self.best_score:
                self.best_score, self.best_epoch = score, self.epoch
                self._best = {n: w.clone() for n, w in self.network.trainable_state().items()}
            self._write_checkpoint()
            on_epoch(self.epoch, loss, score, minutes)
        if self._best:
            self.network.load_state_dict(self._best, strict=False)
        else:
            self.network.encoder = None

    def _run_epoch(self, on_step: Callable[[int, int, int], None]) -> float:
        rng = np.random.default_rng([self.settings.seed, self.epoch])
        torch.manual_seed(self.settings.seed * 1_000 + self.epoch)
        self.network.train()
        total = 0.0
        uses_16_bits = self.settings.bfloat16
        for step, batch in enumerate(self._batches(rng)):
            self._set_rates(self.epoch * self._steps + step)
            with torch.autocast("cpu", torch.bfloat16) if uses_16_bits else nullcontext():
                logits = self.network(batch)
            loss = torch.nn.functional.binary_cross_entropy_with_logits(logits.float(), batch.match)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), self.settings.clip)
            self._optimizer.step()
            self._optimizer.zero_grad(set_to_none=True)
            total += float(loss.detach())
            on_step(self.epoch, step + 1, self._steps)
        return total / max(1, self._steps)

    def _batches(self, rng: np.random.Generator) -> Iterator[PairBatch]:
        size = self.settings.batch_size
        order = rng.permutation(len(self._train))
        groups = []
        for start in range(0, len(order), _STRETCH * size):
            stretch = sorted(order[start : start + _STRETCH * size], key=self._length)
            groups += [stretch[at : at + size] for at in range(0, len(stretch), size)]
        for at in rng.permutation(len(groups)):
            yield self.inputs.batch(
                [self._train[i] for i in groups[at]],
                rng=rng,
                drop=self.settings.drop_probability,
                swap=self.settings.swap,
            )

    def _length(self, number: int) -> int:
        pair = self._train[number]
        return sum(len(side.title) + min(200, len(side.text)) for side in (pair.left, pair.right))

    def _set_rates(self, step: int) -> None:
        total = max(1, self.settings.epochs * self._steps)
        warm = max(1, round(total * self.settings.warmup))
        factor = min((step + 1) / warm, max(0.0, (total - step) / max(1, total - warm)))
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor

    def _write_checkpoint(self) -> None:
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._checkpoint.with_suffix(".tmp")
        state: dict[str, Any] = {
            "fingerprint": self._fingerprint,
            "epoch": self.epoch,
            "best_epoch": self.best_epoch,
            "best_score": self.best_score,
            "history": self.history,
            "weights": self.network.trainable_state(),
            "best": self._best,
            "optimizer": self._optimizer.state_dict(),
        }
        torch.save(state, scratch)
        os.replace(scratch, self._checkpoint)

    def _resume(self) -> None:
        if not self._checkpoint.is_file():
            return
        state = torch.load(self._checkpoint, weights_only=True)
        if state["fingerprint"] != self._fingerprint:
            return
        self.epoch, self.history = state["epoch"], state["history"]
        self.best_epoch, self.best_score, self._best = state["best_epoch"], state["best_score"], state["best"]
        self.network.load_state_dict(state["weights"], strict=False)
        self._optimizer.load_state_dict(state["optimizer"])


def _fingerprint(settings: MatchSettings, data: PairData) -> str:
    digest = hashlib.blake2b(digest_size=16)
    digest.update(settings.model_dump_json(exclude={"threads"}).encode())
    for pair in (*data.train, *data.valid):
        digest.update(f"{pair.left.title}\t{pair.right.title}\t{pair.match}\n".encode())
        digest.update(pair.features.tobytes())
    return digest.hexdigest()


def _write_card(report: MatchReport, config: MatcherConfig, command: str) -> None:
    settings = report.settings
    lines = [
        "# Pair classifier",
        "",
        "Says whether two offers are the same product; see `extraction/matching/`.",
        "",
        "| | |",
        "|---|---|",
        f"| base encoder | `{config.base_encoder}`{'' if settings.use_text else ' (not used: features alone)'} |",
        f"| training pairs | {report.pairs:,} |",
        f"| seed | {settings.seed} |",
        f"| epochs | {report.best_epoch} chosen on validation, of {settings.epochs} |",
        f"| training | {report.minutes:.1f} min on {settings.threads} thread(s) |",
        f"| threshold | {config.threshold:.3f}, chosen on validation |",
        f"| command | `{command}` |",
        "",
        "| part | pairs | the same | precision | recall | F1 |",
        "|---|---|---|---|---|---|",
    ]
    for name, score in (("validation", report.validation), ("test", report.test)):
        if score is not None:
            lines.append(
                f"| {name} | {score.pairs:,} | {score.matches:,} | {100 * score.precision:.1f} "
                f"| {100 * score.recall:.1f} | {100 * score.f1:.1f} |"
            )
    (report.folder / artifact.CARD).write_text("\n".join(lines) + "\n", "utf-8")
