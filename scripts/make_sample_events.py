"""Draw the events of the sample catalogue's shoppers and write them to a file."""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

from kms.ontology.load import load_ontology
from kms.sample.shoppers import SEED, draw_events, write_events
from kms.sample.source import EVENTS_FILE, clean_sample


def main() -> None:
    """Write the file and print what is in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--output", type=Path, default=EVENTS_FILE)
    arguments = parser.parse_args()
    events = draw_events(clean_sample(), load_ontology(), seed=arguments.seed)
    write_events(events, arguments.output)
    shoppers = Counter(event.shopper_id for event in events)
    products = Counter(event.product_id for event in events if event.product_id)
    print(f"{len(events)} events of {len(shoppers)} shoppers on {len(products)} products")
    print(", ".join(f"{name} {count}" for name, count in sorted(Counter(e.type for e in events).items())))
    print(f"{arguments.output}: {arguments.output.stat().st_size / 1024:.0f} KiB")


if __name__ == "__main__":
    main()
