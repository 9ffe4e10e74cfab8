"""What the indexes hold of a product, and how a version of them is made."""

from kms.indexing.models import IndexedProduct

__all__ = ["IndexedProduct"]
