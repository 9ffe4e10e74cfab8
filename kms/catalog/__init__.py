"""Products and reviews: models, mappings, readers, ingest, store."""
