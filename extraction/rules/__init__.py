"""What rules read best: tables, quantities with units, the ontology's own words, simple opinions."""
