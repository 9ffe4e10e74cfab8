"""The training loop: seeded epochs, rates, checkpoints that resume to the same result."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from extraction.model.config import ModelConfig
from extraction.model.context import drop_class
from extraction.model.examples import SpanExample
from extraction.model.features import Batch, SubtokenReader, make_batch, read_windows
from extraction.model.network import SpanNetwork
from extraction.train.augmentation import ValuePool, mask_subtokens, swap_values
from extraction.train.objective import compute_loss
from extraction.train.schedule import group_by_length, rate_factor
from extraction.train.settings import TrainSettings

EpochReport = Callable[[int, float, float, float], None]
StepReport = Callable[[int, int, int], None]


class Trainer:
    """Trains a network on examples, epoch by epoch.

    Everything random in an epoch comes from (seed, epoch), so that a resumed training equals one that was
    not interrupted.

    Args:
        network: Changed in place.
        config: Of the network.
        reader: Subtokens.
        examples: To train on.
        settings: Rates, epochs, augmentation.
        pool: Values that may be swapped in, by type.
        checkpoint: Folder of the checkpoint; ``None``: none is written.
        fingerprint: A checkpoint of another fingerprint is not resumed.
    """

    def __init__(
        self,
        network: SpanNetwork,
        config: ModelConfig,
        reader: SubtokenReader,
        examples: Sequence[SpanExample],
        settings: TrainSettings,
        pool: ValuePool,
        checkpoint: Path | None = None,
        fingerprint: str = "",
    ) -> None:
        self.network, self.config, self.reader = network, config, reader
        self.examples, self.settings, self.pool = examples, settings, pool
        self.epoch = 0
        self.best_score = -1.0
        self.best_epoch = 0
        self.history: list[dict[str, float]] = []
        self._best: dict[str, torch.Tensor] = {}
        self._checkpoint = checkpoint / "last.pt" if checkpoint else None
        self._fingerprint = fingerprint
        lr = settings.encoder_lr if config.lora is None else settings.lora_encoder_lr
        self._rates = (lr, lr, settings.head_lr, settings.head_lr)
        self._optimizer = torch.optim.AdamW(self._group_weights(), lr=lr)
        count = len(read_windows(examples, config, reader))
        self._epoch_steps = -(-count // settings.batch_size)

    def _group_weights(self) -> list[dict[str, Any]]:
        groups: list[list[torch.Tensor]] = [[], [], [], []]
        for name, weight in self.network.named_parameters():
            if weight.requires_grad:
                plain = weight.dim() < 2
                groups[2 * (not name.startswith("encoder.")) + plain].append(weight)
        decay = self.settings.weight_decay
        return [
            {"params": group, "weight_decay": 0.0 if number % 2 else decay}
            for number, group in enumerate(groups)
        ]

    def train(
        self,
        evaluate: Callable[[], float],
        on_epoch: EpochReport | None = None,
        on_step: StepReport | None = None,
    ) -> None:
        """Run the epochs that are left; the network ends with the weights of the best one.

        Args:
            evaluate: Score on validation, higher is better.
            on_epoch: Told epoch, loss, score and minutes.
            on_step: Told epoch, step and steps of the epoch.
        """
        self._resume()
        while self.epoch < self.settings.epochs and not self._is_done():
            started = time.monotonic()
            loss = self._run_epoch(on_step)
            self.epoch += 1
            score = evaluate()
            minutes = (time.monotonic() - started) / 60
            self.history.append({"epoch": self.epoch, "loss": loss, "score": score, "minutes": minutes})
            if score > self.best_score:
                self.best_score, self.best_epoch = score, self.epoch
                self._best = {n: w.clone() for n, w in self.network.trainable_state().items()}
            self._write_checkpoint()
            if on_epoch:
                on_epoch(self.epoch, loss, score, minutes)
        self.network.load_state_dict(self._best, strict=False)
        self.network.eval()

    def _is_done(self) -> bool:
        patience = self.settings.patience
        return patience is not None and self.epoch - self.best_epoch >= patience

    def _run_epoch(self, on_step: StepReport | None) -> float:
        settings = self.settings
        rng = np.random.default_rng([settings.seed, self.epoch])
        torch.manual_seed(settings.seed * 1000 + self.epoch)
        batches = self.make_batches(rng)
        self.network.train()
        weights = [weight for weight in self.network.parameters() if weight.requires_grad]
        total = 0.0
        for step, batch in enumerate(batches):
            self._set_rates(self.epoch * self._epoch_steps + step)
            loss = compute_loss(self.network, batch, self.config, settings.positive_weight)
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(weights, settings.clip)
            self._optimizer.step()
            self._optimizer.zero_grad(set_to_none=True)
            total += float(loss.detach())
            if on_step:
                on_step(self.epoch, step + 1, len(batches))
        return total / max(1, len(batches))

    def make_batches(self, rng: np.random.Generator) -> list[Batch]:
        """Augmented batches of one epoch: shuffled, then of like length (``group_by_length``)."""
        settings = self.settings
        examples = self.examples
        if settings.swap_probability > 0:
            examples = [swap_values(e, self.pool, settings.swap_probability, rng) for e in examples]
        if settings.context_drop_probability > 0:
            dropped = rng.random(len(examples)) < settings.context_drop_probability
            examples = [
                replace(e, context=drop_class(e.context)) if drop else e
                for e, drop in zip(examples, dropped, strict=True)
            ]
        windows = read_windows(examples, self.config, self.reader, with_gold=True)
        windows = [windows[i] for i in rng.permutation(len(windows)) if len(windows[i].words)]
        groups = group_by_length(windows, settings.batch_size)
        for window in windows:
            mask_subtokens(window, settings.mask_probability, self.reader.mask_id, rng)
        width, pad = self.config.max_span_words, self.reader.pad_id
        is_open = self.config.label_mode == "open"
        return [make_batch(groups[i], width, pad, only_asked=is_open) for i in rng.permutation(len(groups))]

    def _set_rates(self, step: int) -> None:
        total = max(1, self.settings.epochs * self._epoch_steps)
        factor = rate_factor(step, total, self.settings.warmup)
        for group, rate in zip(self._optimizer.param_groups, self._rates, strict=True):
            group["lr"] = rate * factor

    def _write_checkpoint(self) -> None:
        if self._checkpoint is None:
            return
        self._checkpoint.parent.mkdir(parents=True, exist_ok=True)
        scratch = self._checkpoint.with_suffix(".tmp")
        torch.save(
            {
                "fingerprint": self._fingerprint,
                "epoch": self.epoch,
                "best_score": self.best_score,
                "best_epoch": self.best_epoch,
                "history": self.history,
                "weights": self.network.trainable_state(),
                "best": self._best,
                "optimizer": self._optimizer.state_dict(),
            },
            scratch,
        )
        os.replace(scratch, self._checkpoint)

    def _resume(self) -> None:
        if self._checkpoint is None or not self._checkpoint.is_file():
            return
        state = torch.load(self._checkpoint, weights_only=True)
        if state["fingerprint"] != self._fingerprint:
            return
        self.epoch, self.history = state["epoch"], state["history"]
        self.best_score, self.best_epoch = state["best_score"], state["best_epoch"]
        self._best = state["best"]
        self.network.load_state_dict(state["weights"], strict=False)
        self._optimizer.load_state_dict(state["optimizer"])
