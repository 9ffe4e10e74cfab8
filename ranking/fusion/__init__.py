"""Joining the scores of several sources into one ranking."""
