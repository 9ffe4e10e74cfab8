"""The graph in memory and what is scored on it: meta-paths and personalised PageRank."""
