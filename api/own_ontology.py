"""An installation's own ontology: induced out of its rows where there is none, and where the shop names categories."""

from __future__ import annotations

import datetime
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kms.ontology.load import default_folder, load_ontology

if TYPE_CHECKING:
    from api.wiring import Platform
    from kms.induction.induce import Induction
    from kms.ontology.model import Ontology

_SHARE_WITH_PATHS = 0.5


@dataclass(frozen=True)
class OwnOntology:
    """What was decided on the installation's ontology.

    Attributes:
        folder: Of the ontology that is used.
        is_new: Whether it was made just now.
        note: What was done or not done, and why, for people.
    """

    folder: Path
    is_new: bool
    note: str


def ensure_ontology(platform: Platform) -> OwnOntology:
    """Make an ontology out of the shop's rows, unless the installation has one of its own or no categories to make it of.

    Raises:
        OntologyError: What was induced is not sound.
    """
    from kms.induction.induce import induce

    settings = platform.settings
    folder = settings.resolved_ontology_dir
    if "ontology_dir" in settings.model_fields_set:
        return OwnOntology(folder, False, f"the ontology of KMS_ONTOLOGY_DIR is used ({folder})")
    own = settings.own_ontology_dir
    if folder == own:
        return OwnOntology(folder, False, _describe_new_paths(platform, own))
    base = default_folder()
    known = load_ontology(base)
    products, stated = _count_paths(platform, known)
    if not products or stated < _SHARE_WITH_PATHS * products:
        note = (
            f"the default ontology is used, for only {stated:,} of {products:,} products state a category of the shop's "
            "own; kms ontology induce makes one out of tables and titles"
        )
        return OwnOntology(folder, False, note)
    induction = induce(platform.catalog.iter_products, known)
    with tempfile.TemporaryDirectory() as scratch:
        made = Path(scratch) / "ontology"
        _write(induction, known, base, made)
        ontology = load_ontology(made)
        own.parent.mkdir(parents=True, exist_ok=True)
        shutil.copytree(made, own)  # only what is whole and sound
    platform.forget("ontology", "pipeline")
    note = (
        f"an ontology was made out of the shop's own categories and tables: {len(ontology.classes)} classes, "
        f"{len(ontology.attributes)} attributes; {induction.classed:,} of {induction.products:,} products have a class, "
        f"{induction.facts:,} of {induction.cells:,} table cells become facts. It is yours to change: {own}"
    )
    return OwnOntology(own, True, note)


def _write(induction: Induction, known: Ontology, base: Path, folder: Path) -> None:
    from kms.induction.merge import keep_base
    from kms.induction.write import write_ontology

    day = datetime.datetime.now(datetime.UTC).date()
    write_ontology(induction, known, base, folder, day=day)
    keep_base(folder)


def _count_paths(platform: Platform, ontology: Ontology) -> tuple[int, int]:
    """Number of products, and of those whose row states a category that is no class id."""
    from kms.catalog.categories import own_paths

    products = stated = 0
    for product in platform.catalog.iter_products():
        products += 1
        stated += bool(own_paths(product, ontology))
    return products, stated


def _describe_new_paths(platform: Platform, own: Path) -> str:
    """Whether the shop has categories by now that its ontology does not list."""
    from kms.catalog.categories import read_tree

    tree = read_tree(platform.catalog.iter_products(), platform.ontology)
    new = [each for each in tree.of_paths.values() if each.class_id is None]
    if not new:
        return f"the shop's own ontology is used ({own})"
    named = ", ".join(each.label_en for each in new[:3])
    return (
        f"the shop's own ontology is used ({own}); {len(new):,} categories are no classes of it ({named}). "
        f"kms ontology induce --output {own} --again proposes them beside it and shows the differences"
    )
