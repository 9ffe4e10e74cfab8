"""Rules over the facts of one product: read from the ontology, run to a fixed point."""
