"""Relations between pairs of kept spans.

Pruning keeps the best candidates for either end of a relation (Span-ASTE, Xu et al. 2021); a pair is both
span vectors, the signed distance, the mean of the words between them and the document's vector (SpERT, Eberts
and Ulges 2020). The document itself may be a head, as a pseudo-span.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from extraction.model.candidates import DISTANCES
from extraction.model.spans import mean_rows


class RelationHead(nn.Module):
    """Scores pairs of spans.

    Args:
        hidden: Width of the encoder.
        width: Width of span vectors.
        relations: Number of relation types R, without "no relation".
        dropout: Applied to the encoder's output and the pair vectors.
    """

    def __init__(self, hidden: int, width: int, relations: int, dropout: float) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(width, width)
        self.tail = nn.Linear(width, width, bias=False)
        self.between = nn.Linear(hidden, width, bias=False)
        self.document = nn.Linear(width, width, bias=False)
        self.distance = nn.Embedding(DISTANCES, width)
        self.norm = nn.LayerNorm(width)
        self.out = nn.Linear(width, relations + 1)
        nn.init.normal_(self.distance.weight, std=0.1)

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
        """Score every head with every tail.

        Args:
            hidden: Encoder output (B, L, H).
            document: Document vectors (B, D).
            heads: Vectors of head candidates (B, P, D).
            tails: Vectors of tail candidates (B, Q, D).
            between_first: First subtoken between the two spans (B, P, Q).
            between_last: Last subtoken between; smaller than the first where nothing is between.
            distance: Distance class (B, P, Q), see ``candidates.distance_class``.

        Returns:
            Logits (B, P, Q, R + 1), class 0 is "no relation".
        """
        inner = self.between(self.dropout(hidden))
        mean = mean_rows(inner, between_first.flatten(1), between_last.flatten(1))
        pairs = (
            self.head(heads).unsqueeze(2)
            + self.tail(tails).unsqueeze(1)
            + mean.reshape(heads.shape[0], heads.shape[1], tails.shape[1], mean.shape[2])
            + self.document(document)[:, None, None]
            + self.distance(distance)
        )
        logits: Tensor = self.out(self.dropout(nn.functional.gelu(self.norm(pairs))))
        return logits


def relation_loss(logits: Tensor, gold: Tensor, mask: Tensor, positive_weight: float = 1.0) -> Tensor:
    """Cross-entropy over pairs, summed and averaged over the batch.

    Args:
        logits: (B, P, Q, R + 1).
        gold: Relation numbers (B, P, Q), 0 for none.
        mask: (B, P, Q), false for padding and for a span with itself.
        positive_weight: Weight of every class but "no relation".
    """
    if not bool(mask.any()):
        return logits.sum() * 0.0
    weight = torch.full((logits.shape[-1],), positive_weight)
    weight[0] = 1.0
    loss = nn.functional.cross_entropy(logits[mask], gold[mask], weight=weight, reduction="sum")
    return loss / len(logits)
