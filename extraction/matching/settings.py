"""Settings of the pair classifier and of its training."""

from __future__ import annotations

from pydantic import Field

from kms.encoder.base import DEFAULT_ENCODER
from kms.identity.features import FEATURES
from kms.types import Frozen


class MatcherConfig(Frozen):
    """What a trained classifier needs besides its weights.

    Attributes:
        features: Names of the features it was trained with, in order.
        threshold: Score from which a pair counts as the same product, chosen on validation.
        words: Words of titles that say something by standing in one title alone, or in both; chosen on the training pairs.
        certain: Pairs that the features alone give less than this are not read; they keep that score.
        most_title: Subtokens of a title, the brand before it included.
        most_side: Subtokens of one record.
        mean: Of each feature over the training pairs.
        deviation: Of each feature over the training pairs.
    """

    base_encoder: str = DEFAULT_ENCODER
    features: tuple[str, ...] = FEATURES
    words: tuple[str, ...] = ()
    threshold: float = 0.5
    certain: float = 0.0
    most_title: int = 40
    most_side: int = 52
    width: int = 64
    dropout: float = 0.1
    mean: tuple[float, ...] = ()
    deviation: tuple[float, ...] = ()


class MatchSettings(Frozen):
    """How a classifier is trained.

    Attributes:
        plain_epochs: Epochs of the part that reads features and single words alone, before the encoder's; more where there
            are few pairs.
        plain_lr: Where the rate of that part starts; it falls to zero.
        least_word: Words that so many training pairs have get a weight of their own.
        certain: See ``MatcherConfig``; such pairs are left out of the encoder's epochs.
        encoder_lr: Rate of the encoder's layers; its word embeddings stay as they are.
        drop_probability: Share of words left out of a text in training.
        swap: Whether the sides change places at random.
        use_text: ``False``: features alone, without the encoder; trained in seconds.
        bfloat16: Compute in 16 bits, which is faster on processors that multiply such matrices.
    """

    base_encoder: str = DEFAULT_ENCODER
    use_text: bool = True
    plain_epochs: int = Field(default=30, ge=1)
    plain_lr: float = 3e-3
    least_word: int = Field(default=8, ge=2)
    certain: float = Field(default=0.005, ge=0, lt=1)
    epochs: int = Field(default=4, ge=1)
    batch_size: int = Field(default=16, ge=1)
    encoder_lr: float = 1e-4
    head_lr: float = 1e-3
    weight_decay: float = 0.01
    warmup: float = Field(default=0.1, ge=0, lt=1)
    drop_probability: float = Field(default=0.05, ge=0, lt=1)
    swap: bool = True
    clip: float = 1.0
    seed: int = 0
    threads: int = Field(default=1, ge=1)
    bfloat16: bool = False
