"""From words to what is meant: entities, constraints, exclusions, corrections."""
