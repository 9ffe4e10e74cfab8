"""Pre-training on a shop's own texts: masked language modelling with the weights that training will change.

Of the subtokens 15 % are to be guessed; of these 80 % are masked, 10 % replaced by another one and 10 % left as they are
(Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding", section 3.1). The
sentence encoders in use come without the head that guesses, so that it starts anew; it is thrown away afterwards.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from extraction.model.features import Ints, SubtokenReader
from extraction.model.network import SpanNetwork
from extraction.model.words import find_words
from extraction.train.schedule import group_by_length, rate_factor
from extraction.train.settings import TrainSettings

_SHARE = 0.15
_MASKED, _REPLACED = 0.8, 0.1
_MOST_SUBTOKENS = 96
_LEAST_SUBTOKENS = 8
_BATCH = 32
_SEED = 7_919
"""Added to the seed, so that other numbers are drawn than in the epochs of the training."""
_NOTHING = -100

PretrainStep = Callable[[int, int], None]


@dataclass(frozen=True)
class PretrainReport:
    """Loss (nats a guessed subtoken) over the first and the last tenth of the steps."""

    first: float
    last: float


class MaskedHead(nn.Module):
    """Head of masked language modelling: scores the vocabulary's subtokens by the encoder's embeddings."""

    def __init__(self, embeddings: nn.Embedding) -> None:
        super().__init__()
        count, width = embeddings.weight.shape
        self._embeddings = [embeddings]  # in a list: it is not this module's to train
        self.dense = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width)
        self.bias = nn.Parameter(torch.zeros(count))

    def forward(self, hidden: Tensor) -> Tensor:
        """Scores (N, V) of hidden states (N, H)."""
        state = self.norm(nn.functional.gelu(self.dense(hidden)))
        scores: Tensor = state @ self._embeddings[0].weight.T + self.bias
        return scores


def pretrain(
    network: SpanNetwork,
    reader: SubtokenReader,
    texts: Sequence[str],
    settings: TrainSettings,
    checkpoint: Path | None = None,
    on_step: PretrainStep | None = None,
) -> PretrainReport | None:
    """Adapt the encoder to texts, ``settings.pretrain_steps`` steps of 32 pieces of at most 96 subtokens.

    What is drawn comes from the seed. A finished pre-training is kept in the checkpoint's folder and not done again; one
    that was interrupted begins anew.

    Args:
        network: Its encoder is changed in place, as far as its weights may be trained.
        reader: Subtokens.
        texts: Unlabelled.
        settings: Seed, rates and steps.
        checkpoint: Folder to keep the result in; ``None``: nowhere.
        on_step: Told step and steps.

    Returns:
        The losses; ``None`` where there is nothing to do, or it was done before.
    """
    pieces = list(cut_pieces(texts, reader))
    if not settings.pretrain_steps or not pieces:
        return None
    kept = checkpoint / f"pretrained-{_hash(pieces)}.pt" if checkpoint else None
    if kept is not None and kept.is_file():
        network.load_state_dict(torch.load(kept, weights_only=True), strict=False)
        return None
    torch.manual_seed(settings.seed * 1_000 + _SEED)
    rng = np.random.default_rng([settings.seed, _SEED])
    embeddings = network.encoder.get_input_embeddings()
    head = MaskedHead(embeddings)
    weights = [weight for weight in network.encoder.parameters() if weight.requires_grad]
    rate = settings.encoder_lr if settings.tuning == "full" else settings.lora_encoder_lr
    optimizer = torch.optim.AdamW(
        [{"params": weights, "lr": rate}, {"params": list(head.parameters()), "lr": settings.head_lr}],
        weight_decay=settings.weight_decay,
    )
    steps = settings.pretrain_steps
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: rate_factor(step, steps, settings.warmup)
    )
    network.train()
    losses = []
    for step, batch in enumerate(_batches(pieces, steps, rng)):
        ids, mask, gold = mask_pieces(batch, reader, embeddings.num_embeddings, rng)
        hidden = network.encode(ids, mask)
        guessed = gold != _NOTHING
        loss = nn.functional.cross_entropy(head(hidden[guessed]), gold[guessed])
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_([*weights, *head.parameters()], settings.clip)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad(set_to_none=True)
        losses.append(float(loss.detach()))
        if on_step:
            on_step(step + 1, steps)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        scratch = kept.with_suffix(".tmp")
        torch.save(network.trainable_state(), scratch)
        os.replace(scratch, kept)
    tenth = max(1, steps // 10)
    return PretrainReport(float(np.mean(losses[:tenth])), float(np.mean(losses[-tenth:])))


def cut_pieces(texts: Sequence[str], reader: SubtokenReader) -> Iterator[Ints]:
    """Stretches of whole words of each different text, at most 96 subtokens with the marks around them."""
    for text in dict.fromkeys(texts):
        piece: list[int] = []
        for start, end in find_words(text):
            ids = reader.ids_of(text[start:end])
            if len(piece) + len(ids) > _MOST_SUBTOKENS - 2 and piece:
                yield np.array([reader.cls_id, *piece, reader.sep_id], dtype=np.int64)
                piece = []
            piece += ids[: _MOST_SUBTOKENS - 2]
        if len(piece) >= _LEAST_SUBTOKENS:
            yield np.array([reader.cls_id, *piece, reader.sep_id], dtype=np.int64)


def mask_pieces(
    pieces: Sequence[Ints], reader: SubtokenReader, vocabulary: int, rng: np.random.Generator
) -> tuple[Tensor, Tensor, Tensor]:
    """Input ids, attention mask and gold ids, each (B, L); gold is -100 where nothing is to be guessed.

    At least one subtoken of each piece is.
    """
    length = max(map(len, pieces))
    ids = np.full((len(pieces), length), reader.pad_id, dtype=np.int64)
    gold = np.full_like(ids, _NOTHING)
    for row, piece in enumerate(pieces):
        ids[row, : len(piece)] = piece
        places = np.arange(1, len(piece) - 1)
        chosen = places[rng.random(len(places)) < _SHARE]
        chosen = chosen if len(chosen) else rng.choice(places, 1)
        gold[row, chosen] = ids[row, chosen]
        way = rng.random(len(chosen))
        ids[row, chosen[way < _MASKED]] = reader.mask_id
        replaced = chosen[(way >= _MASKED) & (way < _MASKED + _REPLACED)]
        ids[row, replaced] = rng.integers(0, vocabulary, len(replaced))
    lengths = np.array([len(piece) for piece in pieces])
    mask = (np.arange(length) < lengths[:, None]).astype(np.int64)
    return torch.from_numpy(ids), torch.from_numpy(mask), torch.from_numpy(gold)


def _batches(pieces: Sequence[Ints], steps: int, rng: np.random.Generator) -> Iterator[list[Ints]]:
    """Batches for so many steps: every piece once before any comes again."""
    made = 0
    while made < steps:
        groups = group_by_length([pieces[i] for i in rng.permutation(len(pieces))], _BATCH)
        for number in rng.permutation(len(groups))[: steps - made]:
            yield groups[number]
            made += 1


def _hash(pieces: Sequence[Ints]) -> str:
    digest = hashlib.blake2b(digest_size=8)
    for piece in pieces:
        digest.update(piece.tobytes())
    return digest.hexdigest()
