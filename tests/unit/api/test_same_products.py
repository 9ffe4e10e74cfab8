"""Two files of the same products."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.inputs import look_into
from api.same_products import check_distinct
from kms.errors import CatalogError


def write(path: Path, ids: list[str]) -> None:
    path.write_text("id,title\n" + "".join(f"{each},Lamp {each}\n" for each in ids), "utf-8")


def test_two_files_of_the_same_products_are_refused(tmp_path: Path) -> None:
    write(tmp_path / "products-may.csv", ["a", "b", "c"])
    write(tmp_path / "products-june.csv", ["b", "c", "d"])
    with pytest.raises(CatalogError, match=r"hold the same products \(2 ids, for instance b\)"):
        check_distinct(look_into([str(tmp_path)]).taken)


def test_files_that_share_few_products_and_files_that_were_named_are_read(tmp_path: Path) -> None:
    write(tmp_path / "products-1.csv", ["a", "b", "c"])
    write(tmp_path / "products-2.csv", ["c", "d", "e"])
    check_distinct(look_into([str(tmp_path)]).taken)
    write(tmp_path / "products-2.csv", ["a", "b", "c"])
    check_distinct(look_into([f"products={tmp_path / f'products-{n}.csv'}" for n in (1, 2)]).taken)
