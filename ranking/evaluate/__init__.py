"""Evaluation of rankings: metrics, splits without leaks, paired tests and the report."""
