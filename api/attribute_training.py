"""Training of the attribute model on an installation's own catalogue."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from kms.errors import ConfigurationError
from kms.ontology.structure import IN_CATEGORY

if TYPE_CHECKING:
    from rich.console import Console

    from api.wiring import Platform
    from extraction.train.data_catalog import CatalogData
    from extraction.train.from_catalog import CatalogReport
    from extraction.train.settings import TrainSettings


def train_on_catalog(
    platform: Platform,
    settings: TrainSettings,
    *,
    out: Path | None = None,
    precision: float = 0.9,
    console: Console | None = None,
) -> CatalogReport:
    """Fit the attribute model on the tables and texts of the catalogue; the next extraction reads with it.

    Args:
        platform: With products that were extracted, so that their classes are known.
        settings: The recipe.
        out: Folder of the model; default: where the installation looks for it.
        precision: Wanted share of right readings.
        console: For progress.

    Raises:
        ConfigurationError: There are no products, or too few of their values stand in texts.
    """
    from extraction.train.from_catalog import train_from_catalog

    data = read_catalog(platform, settings)
    return train_from_catalog(
        data, settings, out or platform.attribute_model_dir, precision=precision, console=console
    )


def read_catalog(platform: Platform, settings: TrainSettings) -> CatalogData:
    """The catalogue's products in the recipe's languages as training data.

    Raises:
        ConfigurationError: There are none.
    """
    from extraction.rules.tables import TableReader
    from extraction.train.data_catalog import align, read_cells, split_catalog

    products, others = [], set()
    for product in platform.catalog.iter_products():
        if product.language in settings.languages:
            products.append(product)
        else:
            others.add(product.language)
    if not products:
        hint = "load products with kms ingest"
        if others:
            hint = (
                f"the catalogue's are in {', '.join(sorted(others))}: take settings with these languages and an encoder "
                "that knows them (--settings catalog-multilingual)"
            )
        raise ConfigurationError(
            f"there is no product in {', '.join(settings.languages)} to learn from; {hint}"
        )
    tables = TableReader(platform.ontology)
    class_of = {
        edge.source.partition(":")[2]: edge.target.partition(":")[2]
        for edge in platform.graph.iter_edges()
        if edge.relation == IN_CATEGORY and edge.target.partition(":")[2] in platform.ontology.classes
    }

    def attribute_of(name: str, class_id: str | None) -> str | None:
        attribute = tables.attribute_of(name, class_id)
        return attribute.id if attribute is not None else None

    cells = read_cells(products, attribute_of, class_of)
    texts = align(products, cells, class_of)
    return split_catalog(
        texts,
        cells,
        platform.ontology,
        class_of,
        most_texts=settings.most_texts,
        seed=settings.seed,
    )


def describe_report(report: CatalogReport) -> list[str]:
    """The report in words, a line each."""
    test, standing = report.test, report.standing
    lines = [
        f"trained on {report.examples:,} texts in {report.minutes:.1f} minutes",
        f"threshold {test.threshold:.2f}, chosen on other cells than it is measured on "
        f"(there: precision {report.validation.precision:.1%}, recall {report.validation.recall:.1%})",
        f"hidden cells that a text can tell: precision {test.precision:.1%} of {test.read:,} readings, "
        f"recall {test.recall:.1%} of {test.standing:,} cells whose value stands in a text",
        f"of those cells alone: precision {standing.precision:.1%}",
        f"expected calibration error {report.calibration:.3f}",
    ]
    lines += [
        f"  {name}: precision {score.precision:.0%} of {score.read}, recall {score.recall:.0%} of {score.standing}"
        for name, score in report.by_attribute.items()
    ]
    if report.comparison is not None:
        new = report.comparison
        lines.append(
            f"against the model before: {new.only_new} cells only the new one reads rightly, {new.only_old} only the old "
            f"one (sign test p {new.p:.3g})"
        )
    lines.append(
        f"in use: {report.folder}; kms extract reads the texts again with it"
        if report.is_adopted
        else f"not taken: it is worse than the one in {report.folder}; the new one lies beside it"
    )
    return lines
