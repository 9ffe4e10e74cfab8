"""What a running server ranks with: one version of the indexes, in memory and on disk."""
