"""Normalisation and language of texts."""
