"""Sparse matrix products of which only the largest values of each row are kept, so that memory stays bounded."""

from __future__ import annotations

from scipy import sparse
from sparse_dot_topn import sp_matmul_topn


def top_of_product(
    left: sparse.csr_matrix, right: sparse.csr_matrix, n: int, threads: int | None = None
) -> sparse.csr_matrix:
    """The ``n`` largest positive values of each row of ``left @ right``.

    The full product of two columns' co-occurrences grows with the square of the longest rows; here a row of it is
    dropped as soon as its largest values are known.

    Args:
        left: CSR (rows, inner), float32.
        right: CSR (inner, columns), float32.
        n: Values kept per row; at least 1.
        threads: Threads that share the rows; ``None`` for one.

    Returns:
        CSR (rows, columns) with sorted indices.
    """
    product = sp_matmul_topn(
        sparse.csr_matrix(left), sparse.csr_matrix(right), top_n=n, threshold=0.0, n_threads=threads
    )
    result = sparse.csr_matrix(product)
    result.sort_indices()
    return result


def without_diagonal(matrix: sparse.csr_matrix) -> sparse.csr_matrix:
    """The same matrix with its diagonal entries removed."""
    entries = matrix.tocoo()
    off = entries.row != entries.col
    result = sparse.csr_matrix((entries.data[off], (entries.row[off], entries.col[off])), shape=matrix.shape)
    result.sort_indices()
    return result
