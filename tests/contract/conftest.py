"""Fixtures of the conformance suites."""

from __future__ import annotations

from tests.neo4j_fixture import neo4j_server, neo4j_store

__all__ = ["neo4j_server", "neo4j_store"]
