"""Query understanding: entities, constraints, exclusions, corrections."""
