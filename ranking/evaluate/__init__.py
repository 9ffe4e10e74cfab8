"""How good a ranking is: metrics, splits without leaks, paired tests and the report."""
