"""Reading of catalogue files, row by row: JSON, JSON-LD, CSV, TSV, XML and HTML (also in gzip or zip) and Parquet.

A row that cannot be read comes out as ``BadRow`` and reading goes on; only a file that cannot be read at all,
or ends in the middle, raises.
"""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path, PurePath

from kms.catalog.json_rows import MOST_DOCUMENT_BYTES, read_json, read_json_lines
from kms.catalog.jsonld_rows import is_jsonld, read_jsonld, read_page
from kms.catalog.rows import BadRow, RawRow
from kms.catalog.streams import OpenFile, open_file, peek
from kms.catalog.tables import read_table
from kms.catalog.xml_rows import read_xml
from kms.errors import CatalogError

LINES, TABLES, XML = (".jsonl", ".ndjson"), (".csv", ".tsv", ".tab", ".txt"), (".xml", ".rss", ".atom")
PAGES = (".html", ".htm", ".xhtml")
ENDINGS = (*LINES, ".json", ".jsonld", *TABLES, *XML, *PAGES, ".parquet")
FORMATS = f"{', '.join(ENDINGS[:-1])} (each also in .gz or .zip) and .parquet"


def read_rows(
    path: Path, *, encoding: str | None = None, rows: str | None = None
) -> Iterator[RawRow | BadRow]:
    """Rows of a file in order, its format told by its name.

    Args:
        path: The file.
        encoding: Of a text that is not UTF-8.
        rows: Where the rows are inside a JSON object or XML.

    Raises:
        CatalogError: The file is not there, has an unknown format, is damaged or ends in the middle.
    """
    try:
        file = open_file(path, encoding=encoding)
        with closing(file.stream):
            yield from _read_format(file, path, encoding, rows)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise CatalogError(f"{path}: damaged, or cut off in the middle ({error})") from None
    except OSError as error:
        raise CatalogError(f"{path}: cannot be read ({error.strerror or error})") from None


def _read_format(
    file: OpenFile, path: Path, encoding: str | None, rows: str | None
) -> Iterator[RawRow | BadRow]:
    kind = PurePath(file.name).suffix.casefold()
    if kind in LINES:
        yield from read_json_lines(file)
    elif kind in (".json", ".jsonld"):
        if kind == ".jsonld" or (rows is None and is_jsonld(peek(file.stream))):
            yield from read_jsonld(file.stream.read(MOST_DOCUMENT_BYTES), path)
        else:
            yield from read_json(file, path, rows=rows)
    elif kind in PAGES:
        yield from read_page(file, path)
    elif kind in TABLES:
        yield from read_table(file, path)
    elif kind in XML:
        yield from read_xml(lambda: open_file(path, encoding=encoding).stream, path, rows=rows)
    elif kind == ".parquet":
        yield from _read_parquet(path)
    else:
        raise CatalogError(f"{path}: unknown format; known are {FORMATS}")


def _read_parquet(path: Path) -> Iterator[RawRow | BadRow]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            number = 0
            for batch in file.iter_batches(batch_size=1_000):
                for values in batch.to_pylist():
                    number += 1
                    yield RawRow(number, values)
    except (pa.ArrowException, UnicodeDecodeError) as error:
        raise CatalogError(f"{path}: damaged, or no Parquet ({error})") from None
