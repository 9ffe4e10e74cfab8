"""The knowledge graph: its models, the port of its stores, two implementations, and how it is built."""
