"""The graph in memory and the meta-paths that are scored on it."""
