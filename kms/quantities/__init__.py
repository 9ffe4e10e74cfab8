"""Numbers, units and quantities: one grammar for tables, texts, queries and prices."""
