"""Collections on a Qdrant server: one for each version of the indexes, named in the version's folder."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from kms.errors import StoreError
from kms.settings import Settings

if TYPE_CHECKING:
    from qdrant_client import QdrantClient

    from kms.vectors.port import VectorSchema
    from kms.vectors.server import QdrantServerStore

_META = "collection.json"
_TIMEOUT_S = 5


def make_collection(settings: Settings, folder: Path, schema: VectorSchema) -> QdrantServerStore:
    """A new collection for a version; collections of versions that are gone are deleted.

    Raises:
        StoreUnavailable: The server does not answer.
    """
    from kms.vectors.server import QdrantServerStore

    client = _connect(settings)
    root = folder.parent.parent
    name = f"{_prefix(root)}{folder.parent.name}"
    store = QdrantServerStore(client, name, schema)
    for collection in client.get_collections().collections:
        version = collection.name.removeprefix(_prefix(root))
        if version != collection.name and not (root / version).is_dir():
            client.delete_collection(collection.name)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _META).write_text(json.dumps({"name": name, "schema": asdict(schema)}), "utf-8")
    return store


def open_collection(settings: Settings, folder: Path) -> QdrantServerStore:
    """The collection of a version.

    Raises:
        StoreError: The version was not made for a server, or its collection is gone.
        StoreUnavailable: The server does not answer.
    """
    from kms.vectors.port import VectorSchema
    from kms.vectors.server import QdrantServerStore

    try:
        meta = json.loads((folder / _META).read_text("utf-8"))
    except FileNotFoundError:
        raise StoreError(
            "the live index was made with vectors in process (KMS_VECTORS=edge); run kms index build"
        ) from None
    stored = meta["schema"]
    schema = VectorSchema(stored["dimensions"], tuple(stored["keywords"]), tuple(stored["numbers"]))
    client = _connect(settings)
    try:
        return QdrantServerStore(client, meta["name"], schema, create=False)
    except BaseException:
        client.close()
        raise


def _connect(settings: Settings) -> QdrantClient:
    from qdrant_client import QdrantClient

    key = settings.qdrant_api_key.get_secret_value() or None
    return QdrantClient(url=settings.qdrant_url, api_key=key, timeout=_TIMEOUT_S, check_compatibility=False)


def _prefix(root: Path) -> str:
    installation = hashlib.blake2b(str(root.resolve()).encode(), digest_size=4).hexdigest()
    return f"kms-{installation}-"
