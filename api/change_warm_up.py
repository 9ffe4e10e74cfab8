"""Warm-up of the reading process: loads all that the reading of a changed product needs, by reading some without writing.

Dictionaries, models, vocabularies and units are loaded where they are first used, so only the whole way of real texts
through the reader loads what the first change will need.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from kms.errors import KmsError
from kms.logs import get_logger

if TYPE_CHECKING:
    from api.wiring import Platform
    from extraction.batch.reading import Work
    from kms.catalog.models import Product
    from kms.facts.catalogue_names import CatalogueNames

PRODUCTS = 8


def warm_up(platform: Platform, names: CatalogueNames) -> None:
    """Read, derive, describe and encode the first products of the catalogue, and forget the results.

    It ends early where a changed product waits, because reading that one loads what it needs.

    Raises:
        KmsError: A store does not answer, or a model cannot be loaded.
    """
    products = list(islice(platform.catalog.iter_products(page=PRODUCTS), PRODUCTS))
    try:
        if _is_awaited(platform):
            return
        platform.pipeline.extract(_texts_of(platform, products))
        if _is_awaited(platform):
            return
        _derive(platform, products, names)
    except KmsError:
        raise
    except Exception as error:  # a product that cannot be read says so when it is read
        get_logger(__name__).warning("what reads changes could not be tried", error=str(error))


def _is_awaited(platform: Platform) -> bool:
    return bool(platform.change_log.pending(limit=1))


def _texts_of(platform: Platform, products: list[Product]) -> Work:
    """One text of each field and language."""
    from extraction.batch.run import context_of

    chosen = {
        (document.field, document.language): (document, context_of(product, platform.ontology))
        for product in products
        for document in platform.catalog.documents_of(product.id)
    }
    return list(chosen.values())


def _derive(platform: Platform, products: list[Product], names: CatalogueNames) -> None:
    from kms.facts.derive import derive
    from kms.indexing.documents import embedded_text
    from kms.indexing.live_documents import make_documents

    for product_id, evidence in platform.evidence.active_many([each.id for each in products]).items():
        derive(product_id, evidence, names.linker)
    with platform.database.read() as session:
        made = make_documents(
            session, products, platform.graph, platform.ontology, tree=names.tree, exchange=platform.exchange
        )
    texts = [embedded_text(each.document) for each in made.values() if each.document is not None]
    platform.encoder.encode(texts or ["ready"])
