from __future__ import annotations

from kms.catalog.models import Product
from kms.catalog.store import CatalogStore
from kms.db.session import Database


def test_a_changed_row_keeps_the_time_when_the_product_came(sqlite_database: Database) -> None:
    store = CatalogStore(sqlite_database)
    store.put_products([Product(id="a", title="lamp")])
    first = store.added()
    store.put_products([Product(id="a", title="desk lamp"), Product(id="b", title="bowl")])
    later = store.added()
    assert later["a"] == first["a"]
    assert later["b"] > first["a"]


def test_names_are_those_of_the_rows(sqlite_database: Database) -> None:
    store = CatalogStore(sqlite_database)
    store.put_products([Product(id="b", title="bowl"), Product(id="a", title="lamp", brand="Brevo")])
    assert store.names() == [("a", "lamp", "Brevo"), ("b", "bowl", "")]
