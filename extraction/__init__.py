"""Text to evidence: rules, a span-and-relation model, its training, inference and batch engines."""
