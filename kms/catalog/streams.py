"""Opening of catalogue files: decompresses gzip and zip, and converts every encoding to UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

from kms.catalog.encodings import likely_encodings
from kms.errors import CatalogError

MAX_LINE_BYTES = 16 * 1024 * 1024
HEAD_BYTES = 65_536
_SPREADSHEET = (".xlsx", ".xlsm", ".xls", ".ods", ".numbers")
_GZIP, _ZIPS, _OLE = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06"), b"\xd0\xcf\x11\xe0"
_MARKS = (  # the mark of UTF-32 begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_XML_ENCODING = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_SHOWN_ENCODINGS = 2
_BINARY_SHARE = 0.005
"""A text whose share of zero bytes is larger is no text, or UTF-16."""


class OpenFile(NamedTuple):
    """A file's content.

    Attributes:
        stream: Its bytes, decompressed, in UTF-8. Bytes that are not of the file's encoding stay as they are.
        name: Name by which the format is told: the file's, without ``.gz``, or that of the file in an archive.
        encoding: What it was read as, for messages.
    """

    stream: BinaryIO
    name: str
    encoding: str


def open_file(path: Path, *, encoding: str | None = None) -> OpenFile:
    """Open a file for reading; compressed ones are read through once, so that damage is seen before the first row.

    Args:
        path: The file.
        encoding: What the mapping says; byte order marks outweigh it.

    Raises:
        CatalogError: It is not there, is damaged, or holds no text.
    """
    if not path.is_file():
        raise CatalogError(f"{path}: there is no such file")
    stream, name = _unpack(path)
    try:
        head = stream.read(HEAD_BYTES)
        stream.seek(0)
        used = "UTF-8" if name.casefold().endswith(".parquet") else _encoding_of(path, head, encoding)
    except BaseException:
        stream.close()
        raise
    if used == "UTF-8":
        return OpenFile(stream, name, used)
    return OpenFile(cast(BinaryIO, io.BufferedReader(_Recoded(stream, used), 1 << 16)), name, used)


def peek(stream: BinaryIO) -> bytes:
    """The next bytes of a stream that ``open_file`` opened, which stay to be read."""
    buffered = cast(io.BufferedReader, stream)  # every kind of stream that it opens has a buffer
    return buffered.peek(HEAD_BYTES)


def numbered_lines(stream: BinaryIO, *, after: int = 0) -> Iterator[tuple[int, bytes | None]]:
    """Numbered lines; ``None`` for one beyond the limit, which is skipped without holding it.

    Args:
        stream: Bytes.
        after: Number of lines that were read from it before.
    """
    number = after
    while raw := stream.readline(MAX_LINE_BYTES + 1):
        number += 1
        if len(raw) <= MAX_LINE_BYTES:
            yield number, raw
            continue
        while raw and not raw.endswith(b"\n"):
            raw = stream.readline(MAX_LINE_BYTES)
        yield number, None


def encoding_hint(raw: bytes) -> str:
    """What to do about bytes that are no UTF-8, for the end of a message."""
    likely = likely_encodings(raw[:HEAD_BYTES])
    example = likely[0] if likely else "gb18030"
    like = f" (most likely {', then '.join(likely[:_SHOWN_ENCODINGS])})" if likely else ""
    return f"save the file as UTF-8, or name its encoding in the mapping, such as `encoding: {example}`{like}"


def _unpack(path: Path) -> tuple[BinaryIO, str]:
    """The file's bytes without gzip or zip, and the name that tells its format."""
    suffix = path.suffix.casefold()
    with path.open("rb") as file:
        magic = file.read(4)
    if suffix in _SPREADSHEET or magic == _OLE:
        raise CatalogError(f"{path}: a spreadsheet; save it as CSV in UTF-8 and give that file")
    if suffix == ".gz" or magic.startswith(_GZIP):
        packed = cast(BinaryIO, gzip.open(path, "rb"))  # noqa: SIM115 - closed by the caller
        _read_through(packed)
        return packed, path.name[:-3] if suffix == ".gz" else path.name
    if magic in _ZIPS:
        return _open_archive(path)
    if suffix == ".zip":
        raise CatalogError(f"{path}: damaged, or no zip archive: it does not begin like one")
    return path.open("rb"), path.name


def _open_archive(path: Path) -> tuple[BinaryIO, str]:
    try:
        archive = zipfile.ZipFile(path)
        names = [name for name in archive.namelist() if _is_content(name)]
        if "[Content_Types].xml" in archive.namelist() or "mimetype" in archive.namelist():
            raise CatalogError(f"{path}: a spreadsheet; save it as CSV in UTF-8 and give that file")
        if len(names) != 1:
            held = ", ".join(names[:10]) or "none"
            raise CatalogError(f"{path}: an archive must hold one file, this one holds {held}; unpack it")
        with archive.open(names[0]) as packed:
            _read_through(cast(BinaryIO, packed))
        return cast(BinaryIO, archive.open(names[0])), Path(names[0]).name
    except zipfile.BadZipFile as error:
        raise CatalogError(
            f"{path}: a damaged zip archive, or one cut off in the middle ({error}); make or fetch it again"
        ) from None
    except (NotImplementedError, RuntimeError) as error:
        raise CatalogError(f"{path}: the archive cannot be read ({error}); unpack it") from None


def _is_content(name: str) -> bool:
    return not name.endswith("/") and not name.startswith("__MACOSX/") and not Path(name).name.startswith(".")


def _read_through(packed: BinaryIO) -> None:
    """Read to the end, where the checksum stands: a damaged file is refused before anything of it is written."""
    while packed.read(1 << 20):
        pass
    if packed.seekable():
        packed.seek(0)


def _encoding_of(path: Path, head: bytes, given: str | None) -> str:
    marked = next((name for mark, name in _MARKS if head.startswith(mark)), None)
    if marked or head.startswith(codecs.BOM_UTF8):
        return marked or "UTF-8"
    declared = _XML_ENCODING.match(head.lstrip())
    name = given or (declared[1].decode("ascii") if declared else None)
    if name is not None:
        try:
            known = codecs.lookup(name)
        except LookupError:
            raise CatalogError(
                f"{path}: the encoding {name!r} that its first line names is not known"
            ) from None
        return "UTF-8" if known.name in ("utf-8", "ascii") else known.name
    return _tell_wide(path, head)


def _tell_wide(path: Path, head: bytes) -> str:
    """UTF-16 without a mark, where its zero bytes stand in every second place; else UTF-8."""
    zeros = head.count(0)
    if zeros <= len(head) * _BINARY_SHARE:
        return "UTF-8"
    odd = head[1::2].count(0)
    if odd == zeros:
        return "utf-16-le"
    if odd == 0:
        return "utf-16-be"
    raise CatalogError(f"{path}: holds no text (it has zero bytes); give a text or Parquet file")


class _Recoded(io.RawIOBase):
    """Bytes of another encoding read as UTF-8.

    Bytes that the encoding does not have stay as they are, which is no UTF-8: their row is set aside. UTF-16 and
    UTF-32 cannot keep them; there they become the replacement character.
    """

    def __init__(self, stream: BinaryIO, encoding: str) -> None:
        self._stream = stream
        errors = "replace" if encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
        self._decoder = codecs.getincrementaldecoder(encoding)(errors)
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._rest:
            raw = self._stream.read(1 << 16)
            text = self._decoder.decode(raw, final=not raw)
            self._rest = text.encode("utf-8", "surrogateescape")
            if not raw:
                break
        part, self._rest = self._rest[: len(buffer)], self._rest[len(buffer) :]
        buffer[: len(part)] = part
        return len(part)

    def close(self) -> None:
        self._stream.close()
        super().close()
