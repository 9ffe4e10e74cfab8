"""Index versions: how text index, vectors and matrices are made from rows and graph."""
