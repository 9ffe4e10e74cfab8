"""The two passes of a network as modules that can be exported."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from extraction.model.network import SpanNetwork
from extraction.model.relations import RelationHead


class SpanGraph(nn.Module):
    """Encoder and span head in one graph."""

    def __init__(self, network: SpanNetwork) -> None:
        super().__init__()
        self.network = network

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        first: Tensor,
        last: Tensor,
        width: Tensor,
        labels: Tensor | None = None,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Scores, none scores, span vectors, document vectors, hidden states; ``labels`` are vectors of open labels."""
        hidden = self.network.encode(input_ids, attention_mask)
        scores, none, spans, document = self.network.spans(hidden, first, last, width, labels)
        return scores, none, spans, document, hidden


class RelationGraph(nn.Module):
    """The relation head alone, on the outputs of the first graph."""

    def __init__(self, head: RelationHead) -> None:
        super().__init__()
        self.head = head

    def forward(
        self,
        hidden: Tensor,
        document: Tensor,
        heads: Tensor,
        tails: Tensor,
        between_first: Tensor,
        between_last: Tensor,
        distance: Tensor,
    ) -> Tensor:
        """Logits of all pairs."""
        logits: Tensor = self.head(hidden, document, heads, tails, between_first, between_last, distance)
        return logits


def sample_inputs(network: SpanNetwork) -> tuple[dict[str, Tensor], dict[str, Tensor]]:
    """Inputs of odd sizes for tracing, by the graphs' input names."""
    batch, length, spans, heads, tails = 2, 9, 5, 3, 4
    hidden = int(network.encoder.config.hidden_size)
    width = network.spans.out.out_features
    index = torch.arange(spans).expand(batch, -1) + 1
    attention = torch.ones(batch, length, dtype=torch.long)
    attention[1, -2:] = 0
    first = {
        "input_ids": torch.full((batch, length), 3),
        "attention_mask": attention,
        "span_first": index,
        "span_last": index + 1,
        "span_width": torch.ones_like(index),
    }
    if network.spans.is_open:
        first["labels"] = torch.randn(3, hidden)
    places = torch.ones(batch, heads, tails, dtype=torch.long)
    second = {
        "hidden": torch.randn(batch, length, hidden),
        "document": torch.randn(batch, width),
        "heads": torch.randn(batch, heads, width),
        "tails": torch.randn(batch, tails, width),
        "between_first": places,
        "between_last": places * 3,
        "distance": places,
    }
    return first, second
