"""Layouts of known exports, and the recognition of a file by its columns."""
