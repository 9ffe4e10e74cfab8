"""Changes of single products on an open version: each signal is that of the version with some products' rows replaced."""
