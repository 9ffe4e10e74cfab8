"""Decisions of people on facts: what they are about, their history, and which of them hold at a moment."""
