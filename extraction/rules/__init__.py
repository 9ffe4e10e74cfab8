"""Rule-based extraction: tables, quantities with units, the ontology's labels, simple opinions."""
