"""The knowledge layer: catalogue, ontology, evidence, graph, vectors, text index."""
