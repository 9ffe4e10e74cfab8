"""Network of the pair classifier: a cross-encoder over both records, joined with the features of the pair."""

from __future__ import annotations

from typing import Any, cast

import torch
from torch import nn

from extraction.matching.inputs import MARKS, PairBatch
from extraction.matching.settings import MatcherConfig


class PairNetwork(nn.Module):
    """Scores pairs: the sum of what features say, single words, and both texts beside them (logits).

    A word has one weight where it stands in one title alone ("upgrade", "academic") and one where it stands in both, as in
    the wide part of wide-and-deep models (Cheng et al. 2016).

    As in Ditto (Li et al. 2020, "Deep Entity Matching with Pre-Trained Language Models"), both records are one sequence.
    The features' part is added, so that the encoder learns what they leave open.
    """

    def __init__(self, config: MatcherConfig, encoder: nn.Module | None) -> None:
        """Build.

        Args:
            config: Sizes.
            encoder: A BERT; ``None``: features alone.
        """
        super().__init__()
        count = len(config.features)
        self.plain = nn.Sequential(
            nn.Linear(count, config.width), nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(config.width, 1)
        )
        self.words = nn.Embedding(2 * len(config.words) + 1, 1, padding_idx=0)
        nn.init.zeros_(self.words.weight)
        self.encoder = encoder
        if encoder is not None:
            size = int(cast(Any, encoder).config.hidden_size)
            self.marks = nn.Embedding(MARKS, size, padding_idx=0)
            nn.init.normal_(self.marks.weight, std=0.02)
            self.joint = nn.Sequential(
                nn.Linear(2 * size + count, config.width),
                nn.ReLU(),
                nn.Dropout(config.dropout),
                nn.Linear(config.width, 1),
            )

    def by_features(self, features: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
        """Logits by features and single words alone, (n,)."""
        return cast(torch.Tensor, self.plain(features).squeeze(1) + self.words(words).sum(dim=(1, 2)))

    def forward(self, batch: PairBatch) -> torch.Tensor:
        """Logits, (n,)."""
        plain = self.by_features(batch.features, batch.words)
        if self.encoder is None:
            return plain
        words = self.encoder.embeddings.word_embeddings(batch.ids) + self.marks(batch.marks)  # type: ignore[union-attr,operator]
        hidden = self.encoder(
            inputs_embeds=words, token_type_ids=batch.types, attention_mask=batch.mask
        ).last_hidden_state.float()
        mask = batch.mask.unsqueeze(2).float()
        mean = (hidden * mask).sum(dim=1) / mask.sum(dim=1).clamp(min=1.0)
        joint = self.joint(torch.cat([hidden[:, 0], mean, batch.features], dim=1)).squeeze(1)
        return plain + cast(torch.Tensor, joint)

    def trainable_state(self) -> dict[str, torch.Tensor]:
        """Weights that training changes."""
        wanted = {name for name, weight in self.named_parameters() if weight.requires_grad}
        return {name: weight for name, weight in self.state_dict().items() if name in wanted}


def build_network(config: MatcherConfig, *, use_text: bool = True) -> PairNetwork:
    """A network with the base encoder's weights; its word embeddings are frozen."""
    encoder: nn.Module | None = None
    if use_text:
        from transformers import AutoModel
        from transformers.utils.logging import disable_progress_bar

        from kms.encoder.base import resolve_encoder

        disable_progress_bar()  # type: ignore[no-untyped-call]
        encoder = AutoModel.from_pretrained(
            resolve_encoder(config.base_encoder), add_pooling_layer=False, attn_implementation="sdpa"
        )
        assert encoder is not None
        for name, weight in encoder.named_parameters():
            if name.startswith("embeddings.word_embeddings"):
                weight.requires_grad = False
    return PairNetwork(config, encoder)
