"""The review queue: what people are asked about the graph, ordered by what an answer is worth, and their answers."""
