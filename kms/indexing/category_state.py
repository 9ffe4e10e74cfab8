"""The shop's category tree as of the last change: kept in the operational store, for all who make documents of products."""

from __future__ import annotations

import hashlib
import json
import threading
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kms.catalog.categories import Category, CategoryTree
from kms.db.tables import BuildStateRow
from kms.db.versions import upsert
from kms.ontology.model import Ontology

_TREE, _TOKEN = "category tree", "category tree token"


class CategoryState:
    """Reads and writes the tree; safe to share between threads. A tree that did not change is read once."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: tuple[str, CategoryTree] | None = None

    def load(self, session: Session, ontology: Ontology) -> CategoryTree | None:
        """The tree as a transaction sees it; ``None`` where none was stored."""
        row = session.get(BuildStateRow, _TOKEN)
        if row is None:
            return None
        token = f"{row.value['token']}|{ontology.version}"
        with self._lock:
            if self._known is not None and self._known[0] == token:
                return self._known[1]
        content: dict[str, Any] = session.scalars(
            select(BuildStateRow.value).where(BuildStateRow.name == _TREE)
        ).one()
        tree = from_content(content, ontology)
        with self._lock:
            self._known = (token, tree)
        return tree

    def save(self, session: Session, tree: CategoryTree) -> None:
        """Store a tree in the caller's transaction, unless it is the one that is stored.

        That is the transaction in which the products that stand elsewhere now are noted as waiting, so that none keeps a
        document that was made with the tree before.
        """
        content = to_content(tree)
        written = json.dumps(content, ensure_ascii=False, sort_keys=True)
        token = hashlib.blake2b(written.encode(), digest_size=12).hexdigest()
        row = session.get(BuildStateRow, _TOKEN)
        if row is not None and row.value.get("token") == token:
            return
        rows = [{"name": _TOKEN, "value": {"token": token}}, {"name": _TREE, "value": content}]
        upsert(session, BuildStateRow, rows, key=("name",))


def to_content(tree: CategoryTree) -> dict[str, Any]:
    """A tree as JSON."""
    return {
        "categories": [each.model_dump() for each in tree.of_paths.values()],
        "merged": tree.merged,
        "has_paths": tree.has_paths,
    }


def from_content(content: dict[str, Any], ontology: Ontology) -> CategoryTree:
    """The tree of what ``to_content`` gave."""
    categories = (Category.model_validate(each) for each in content["categories"])
    return CategoryTree(ontology, categories, content["merged"], has_paths=content["has_paths"])
