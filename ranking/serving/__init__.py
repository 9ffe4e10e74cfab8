"""Serving: ranking on one version of the indexes, in memory and on disk."""
