"""Sample source: the sample catalogue's products, reviews and events without annotation, as a shop delivers them."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from kms.catalog.models import Product, Review
from kms.journal.models import Event
from kms.sample.load import load_sample
from kms.sample.models import SampleCatalog
from kms.text.normalise import clean_text

EVENTS_FILE = Path(__file__).resolve().parent / "data" / "events.jsonl.gz"
PICTURES = Path(__file__).resolve().parent / "pictures"
PICTURES_URL = "/static/sample"
"""Where the server shows them; ``scripts/draw_sample_pictures.py`` drew them."""
REVIEW_EVENT = "review-"


@lru_cache(maxsize=1)
def clean_sample() -> SampleCatalog:
    """The sample with its texts cleaned as ingest cleans them, so that gold offsets fit stored documents.

    Raises:
        SampleError: The files cannot be read.
    """
    return load_sample(clean=clean_text)


def sample_products() -> Iterator[Product]:
    """Products in the files' order; the category is the ontology's class."""
    for item in clean_sample().products:
        product = item.to_product()
        attributes = {
            clean_text(name, is_single_line=True): clean_text(value, is_single_line=True)
            for name, value in product.attributes.items()
        }
        picture = product.image_url
        if picture is None and (PICTURES / f"{product.id}.svg").is_file():
            picture = f"{PICTURES_URL}/{product.id}.svg"
        yield product.model_copy(update={"attributes": attributes, "image_url": picture})


def sample_reviews() -> Iterator[Review]:
    """Reviews in the files' order, with the shopper that the events give them to."""
    shoppers = {
        event.id.removeprefix(REVIEW_EVENT): event.shopper_id
        for event in sample_events()
        if event.id.startswith(REVIEW_EVENT)
    }
    for item in clean_sample().reviews():
        yield item.to_review().model_copy(update={"shopper_id": shoppers.get(item.id)})


def sample_events(path: Path = EVENTS_FILE) -> Iterator[Event]:
    """The shoppers' events in order of time; ``scripts/make_sample_events.py`` made them."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield Event.model_validate(json.loads(line))
