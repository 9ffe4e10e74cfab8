"""Groups of rows that make one product, wherever they stand in a file.

The file is read twice: first it is counted how many rows each group has, then a group is handed on as soon as its last row
came. So memory holds the groups that are open: one, where a group's rows stand together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from kms.catalog.layouts.base import Rows
from kms.catalog.rows import BadRow, RawRow

KeyOf = Callable[[RawRow], str]
"""The group of a row; empty: it stands alone."""


def grouped(rows: Rows, key_of: KeyOf) -> Iterator[list[RawRow] | BadRow]:
    """Groups in the order in which their last rows come; rows that cannot be parsed come as they are."""
    counts: Counter[str] = Counter()
    for row in rows():
        if isinstance(row, RawRow) and (key := key_of(row)):
            counts[key] += 1
    waiting: dict[str, list[RawRow]] = {}
    for row in rows():
        if isinstance(row, BadRow):
            yield row
        elif not (key := key_of(row)) or counts[key] == 1:
            yield [row]
        else:
            group = waiting.setdefault(key, [])
            group.append(row)
            if len(group) >= counts[key]:
                yield waiting.pop(key)
    yield from waiting.values()  # the file changed between the two readings
