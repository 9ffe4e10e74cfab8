"""Recommendations."""

from __future__ import annotations


async def draw_recommendations(request, words, source, ask): ...
