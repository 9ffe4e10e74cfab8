"""Graph."""

from __future__ import annotations


async def draw_graph(request, words, source, ask): ...
