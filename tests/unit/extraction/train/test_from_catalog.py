"""The attribute model from tables to readings, on a toy catalogue and an encoder that fits into a test."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from extraction.attributes import ATTRIBUTE_SETTINGS, AttributeSettings
from extraction.train.data_catalog import CatalogData, align, read_cells, split_catalog
from extraction.train.from_catalog import train_from_catalog
from extraction.train.settings import TrainSettings
from kms.catalog.models import Product
from kms.errors import ConfigurationError
from kms.ontology import load_ontology
from tests.unit.extraction.conftest import make_toy_settings


def make_data(count: int) -> CatalogData:
    rng = np.random.default_rng(0)
    products = []
    for number in range(count):
        colour = str(rng.choice(["red", "blue", "green", "black"]))
        material = str(rng.choice(["cotton", "steel", "wool"]))
        thing = str(rng.choice(["bottle", "jacket", "lamp"]))
        stated = rng.random() < 0.8
        products.append(
            Product(
                id=str(number),
                title=f"a {colour} {thing} of {material}" if stated else f"a {colour} {thing}",
                attributes={"Colour": colour, "Material": material},
            )
        )
    cells = read_cells(products, lambda name, _: name.casefold(), {})
    return split_catalog(align(products, cells, {}), cells, load_ontology(), {}, seed=3)


@pytest.fixture(scope="module")
def settings(tiny_encoder: Path) -> TrainSettings:
    return make_toy_settings(tiny_encoder).model_copy(
        update={
            "span_mode": "pointer", "label_mode": "open", "metric": "values", "allow_overlaps": True, "epochs": 4,
            "batch_size": 16,
        }
    )  # fmt: skip


@pytest.fixture(scope="module")
def data() -> CatalogData:
    return make_data(320)


@pytest.fixture(scope="module")
def folder(data: CatalogData, settings: TrainSettings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalog") / "attributes"
    report = train_from_catalog(data, settings, folder, engine="torch")
    assert report.is_adopted
    assert report.comparison is None
    assert report.test.precision >= 0.9
    assert report.test.recall >= 0.8
    assert set(report.by_attribute) == {"colour", "material"}
    return folder


def test_a_model_is_stored_with_its_threshold(folder: Path) -> None:
    assert AttributeSettings.read(folder / ATTRIBUTE_SETTINGS).precision == 0.9
    assert not folder.with_name("attributes-new").exists()


def test_a_worse_model_is_not_taken(folder: Path, data: CatalogData, settings: TrainSettings) -> None:
    before = (folder / ATTRIBUTE_SETTINGS).read_bytes()
    poor = settings.model_copy(update={"epochs": 1, "encoder_lr": 1e-9, "head_lr": 1e-9})
    report = train_from_catalog(data, poor, folder, engine="torch")
    assert not report.is_adopted
    assert report.comparison is not None
    assert report.comparison.only_old > report.comparison.only_new
    assert (folder / ATTRIBUTE_SETTINGS).read_bytes() == before


def test_a_catalogue_whose_texts_hold_no_values_is_refused(settings: TrainSettings, tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="only"):
        train_from_catalog(make_data(20), settings, tmp_path / "attributes", engine="torch")
