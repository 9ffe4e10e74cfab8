"""What rules read best: the shop's table, quantities with units, the ontology's own words, simple opinions."""
