"""Train an extraction model from examples, or from a settings file and its data set."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from extraction.model.config import ModelConfig
from extraction.model.examples import SpanExample
from extraction.train.augmentation import ValuePool, collect_values
from extraction.train.data import DataSet, Schema, datasets_folder, derive_schema
from extraction.train.held_names import hold_out_names
from extraction.train.report import TrainReport
from extraction.train.scores import choose_score, measure
from extraction.train.settings import TrainSettings, read_settings
from kms.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console


def train_model(
    examples_train: Sequence[SpanExample],
    examples_validation: Sequence[SpanExample],
    settings: TrainSettings,
    out: Path,
    *,
    schema: Schema | None = None,
    tests: Mapping[str, Sequence[SpanExample]] | None = None,
    pool: ValuePool | None = None,
    texts: Sequence[str] | None = None,
    command: str = "",
    describe: Callable[[Path], Sequence[str]] | None = None,
    console: Console | None = None,
) -> TrainReport:
    """Train, choose the best epoch on validation, calibrate, save, measure.

    An interrupted training goes on from its last epoch when it is started again with the same settings and
    data; the result is the same.

    Args:
        examples_train: To learn from.
        examples_validation: To choose the epoch and to fit the calibration.
        settings: The recipe.
        out: Folder of the model; its ``checkpoint`` is removed at the end.
        schema: Labels and relations; derived from the training examples if not given.
        tests: Read once, after everything is chosen.
        pool: Values to swap in; those of the training examples if not given.
        texts: Unlabelled, for ``settings.pretrain_steps``; those of the training examples if not given.
        command: For the model card.
        describe: Gives more lines for the card, from the folder of the finished model.
        console: For progress; ``None`` is silent.

    Raises:
        ConfigurationError: No examples, or no base encoder.
    """
    import torch

    from extraction.infer.predictor import Predictor
    from extraction.infer.torch_engine import TorchEngine
    from extraction.model import artifact
    from extraction.model.network import build_network
    from extraction.train.calibrate import fit_calibration
    from extraction.train.card import write_card
    from extraction.train.loop import Trainer
    from extraction.train.pretrain import pretrain
    from extraction.train.progress import TrainProgress, show_pretraining

    if not examples_train or not examples_validation:
        raise ConfigurationError("training needs examples for training and for validation")
    torch.set_num_threads(settings.threads)
    torch.manual_seed(settings.seed)
    schema = schema or derive_schema(examples_train)
    config = make_config(settings, schema)
    reader = artifact.load_reader(config)
    network = build_network(config, starts_from_texts=True)
    if settings.starts_from is not None:
        artifact.start_encoder(network, config, settings.starts_from)
    checkpoint = out / "checkpoint" / fingerprint(settings, schema, examples_train)
    with show_pretraining(settings.pretrain_steps, console) as on_pretrain_step:
        unlabelled = texts if texts is not None else [example.text for example in examples_train]
        pretrain(network, reader, unlabelled, settings, checkpoint, on_pretrain_step)
    trainer = Trainer(
        network,
        config,
        reader,
        examples_train,
        settings,
        pool if pool is not None else collect_values(examples_train, settings.swap_out),
        out / "checkpoint",
        fingerprint(settings, schema, examples_train),
    )
    predictor = Predictor(config, reader, TorchEngine(network))

    def evaluate() -> float:
        return choose_score(settings.metric, examples_validation, predictor.predict(examples_validation))

    with TrainProgress(settings.epochs, console) as progress:
        trainer.train(evaluate, progress.on_epoch, progress.on_step)
    if settings.half:
        artifact.round_weights(network)
    config = config.model_copy(
        update={"calibration": fit_calibration(predictor, examples_validation, reader)}
    )
    artifact.save(network, config, out, half=settings.half)
    predictor = Predictor(config, reader, TorchEngine(network))
    report = TrainReport(
        folder=out,
        settings=settings,
        best_epoch=trainer.best_epoch,
        minutes=sum(entry["minutes"] for entry in trainer.history),
        history=trainer.history,
        validation=measure(examples_validation, predictor.predict(examples_validation)),
        tests={name: measure(part, predictor.predict(part)) for name, part in (tests or {}).items()},
        examples=len(examples_train),
        bytes=sum((out / name).stat().st_size for name in (artifact.ADAPTER, artifact.HEADS)),
    )
    write_card(report, config, command, describe(out) if describe else ())
    shutil.rmtree(out / "checkpoint", ignore_errors=True)
    return report


def make_config(settings: TrainSettings, schema: Schema) -> ModelConfig:
    """The model that settings and labels describe.

    Raises:
        ConfigurationError: Pointers were asked for data that has relations.
    """
    if settings.unseen_names and settings.label_mode != "open":
        raise ConfigurationError("unseen_names needs label_mode: open, which reads a label's name")
    if settings.label_mode == "open" and settings.span_mode != "pointer":
        raise ConfigurationError("label_mode: open needs span_mode: pointer")
    if settings.span_mode == "pointer" and schema.relations:
        raise ConfigurationError(
            "span_mode: pointer reads values only, but the data has relations; use multiclass"
        )
    return ModelConfig(
        base_encoder=settings.base_encoder,
        languages=settings.languages,
        frozen_words=settings.frozen_words,
        labels=schema.labels,
        groups=schema.groups,
        relations=schema.relations,
        span_mode=settings.span_mode,
        label_mode=settings.label_mode,
        allow_overlaps=settings.allow_overlaps,
        relation_decoding=settings.relation_decoding,
        max_span_words=settings.max_span_words,
        kept_ratio=settings.kept_ratio,
        window_words=settings.window_words,
        width=settings.width,
        head_dropout=settings.head_dropout,
        none_bias=settings.none_bias,
        lora=settings.lora if settings.tuning == "lora" else None,
        relation_threshold=settings.relation_threshold,
    )


def fingerprint(settings: TrainSettings, schema: Schema, examples: Sequence[SpanExample]) -> str:
    """Hash of everything that decides a training; threads do not."""
    digest = hashlib.blake2b(digest_size=16)
    digest.update(settings.model_dump_json(exclude={"threads", "name"}).encode())
    digest.update(repr(schema).encode())
    for example in examples:
        digest.update(repr(example).encode())
    return digest.hexdigest()


def read_data(settings: TrainSettings, data: Path | None = None) -> DataSet:
    """The data set that settings name.

    Args:
        settings: ``settings.data`` chooses the reader.
        data: Its folder; default: the set's folder under ``KMS_DATASETS``, or the sample catalogue.

    Raises:
        ConfigurationError: The settings are for an installation's own catalogue.
    """
    if settings.data == "catalog":
        raise ConfigurationError(
            f"the settings {settings.name} are for an installation's own catalogue; call kms train extractor --from-catalog"
        )
    if settings.data == "oamine":
        from extraction.train.data_oamine import read_oamine

        folder = data or datasets_folder() / "attributes-oa-mine"
        return read_oamine(folder, settings.validation_share, settings.seed)
    if settings.data == "pave":
        from extraction.train.data_pave import read_pave

        folder = data or datasets_folder() / "attributes-wdc-pave"
        return read_pave(folder, settings.validation_share, settings.seed)
    if settings.data == "aste":
        from extraction.train.data_aste import read_aste

        return read_aste(data or datasets_folder() / "opinions-aste-v2")
    if settings.data == "ner_zh":
        from extraction.train.data_ner_zh import read_ner_zh

        return read_ner_zh(data or datasets_folder() / "ner-zh", settings.most_texts, settings.seed)
    from extraction.train.data_sample import read_sample

    return read_sample(data, settings.languages)


def train_from_settings(
    settings_file: Path | str,
    data: Path | None = None,
    out: Path | None = None,
    *,
    tuning: str | None = None,
    seed: int | None = None,
    threads: int | None = None,
    starts_from: Path | None = None,
    pretrain_steps: int | None = None,
    test: bool = True,
    console: Console | None = None,
) -> TrainReport:
    """Train by a settings file: what ``kms train extractor`` does.

    Args:
        settings_file: A path, or the name of a file under ``extraction/settings``.
        data: Folder of the data set; see ``read_data``.
        out: Folder of the model; default ``.state/models/<name>-<tuning>``.
        tuning: ``full`` or ``lora`` in place of the file's.
        seed: In place of the file's.
        threads: In place of the file's.
        starts_from: In place of the file's.
        pretrain_steps: In place of the file's.
        test: Whether the test sets are measured at the end.
        console: For progress; ``None`` is silent.
    """
    settings = read_settings(
        settings_file,
        tuning=tuning,
        seed=seed,
        threads=threads,
        starts_from=starts_from,
        pretrain_steps=pretrain_steps,
    )
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    data_set = read_data(settings, data)
    if settings.unseen_names:
        data_set = hold_out_names(data_set, settings.unseen_names, settings.seed)
    folder = out or Path(".state/models") / f"{settings.name}-{settings.tuning}"
    name = settings_file if isinstance(settings_file, str) else settings_file.name
    command = f"kms train extractor --settings {name}" + "".join(
        f" --{key} {value}"
        for key, value in (
            ("tuning", tuning),
            ("seed", seed),
            ("starts-from", starts_from),
            ("pretrain", pretrain_steps),
        )
        if value is not None
    )
    return train_model(
        data_set.train,
        data_set.validation,
        settings,
        folder,
        schema=data_set.schema,
        pool=data_set.pool,
        tests=data_set.tests if test else None,
        command=command,
        describe=_compare_with_rules if settings.data == "sample" and test else None,
        console=console,
    )


def _compare_with_rules(folder: Path) -> list[str]:
    """The model as it was stored, beside the rules and joined with them, on the sample's test split."""
    from extraction.comparison import compare_readers, comparison_table, read_with_each
    from extraction.quality import make_linker, read_gold
    from extraction.reading import ModelReader
    from kms.ontology import load_ontology
    from kms.ontology.model import LANGUAGES
    from kms.sample.load import load_sample
    from kms.text.normalise import clean_text

    ontology = load_ontology()
    catalog = load_sample(clean=clean_text)
    gold = [item for item in read_gold(catalog, ontology) if item.split == "test"]
    model = ModelReader(folder, ontology, state=folder, engine="torch")
    readings = read_with_each(gold, ontology, model)
    linker = make_linker(catalog, ontology)
    lines: list[str] = []
    for language in LANGUAGES:
        qualities = compare_readers(gold, readings, linker, language)
        lines += comparison_table(f"Test, {language}: {', '.join(qualities)}", qualities)
    return lines
