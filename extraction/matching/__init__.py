"""Pair classifier: whether two offers are the same product, from their texts and simple features."""
