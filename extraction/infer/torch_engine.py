"""The reference engine: the network itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch

from extraction.infer.engine import SpanScores, gather_ends
from extraction.model.candidates import Pairs
from extraction.model.features import Batch
from extraction.model.network import SpanNetwork

Floats = npt.NDArray[np.float32]


class TorchEngine:
    """Runs a network in evaluation mode without gradients; the caller's training mode is restored."""

    def __init__(self, network: SpanNetwork) -> None:
        self.network = network

    def score_spans(self, batch: Batch) -> SpanScores:
        """Encoder and span head."""
        network = self.network
        was_training = network.training
        network.eval()
        try:
            with torch.no_grad():
                hidden = network.encode(
                    torch.from_numpy(batch.input_ids), torch.from_numpy(batch.attention_mask)
                )
                parts = network.score_spans(
                    hidden,
                    torch.from_numpy(batch.span_first),
                    torch.from_numpy(batch.span_last),
                    torch.from_numpy(batch.span_width),
                    None if batch.columns is None else torch.from_numpy(batch.columns),
                )
        finally:
            network.train(was_training)
        scores, none, spans, document = (part.numpy() for part in parts)
        return SpanScores(scores, none, spans, document, hidden.numpy())

    def score_pairs(self, span_scores: SpanScores, pairs: Pairs) -> Floats:
        """Relation head."""
        network = self.network
        assert network.relations is not None
        heads, tails = gather_ends(span_scores, pairs)
        was_training = network.training
        network.eval()
        arrays = (span_scores.hidden, span_scores.document, heads, tails,
                  pairs.between_first, pairs.between_last, pairs.distance)  # fmt: skip
        try:
            with torch.no_grad():
                logits: Floats = network.relations(*(torch.from_numpy(array) for array in arrays)).numpy()
        finally:
            network.train(was_training)
        return logits
