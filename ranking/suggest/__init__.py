"""Suggestions: completions of what is being typed, from a prefix structure that is built into an index version."""
