"""Induction: an ontology of classes, attributes and vocabularies out of a shop's own rows."""
