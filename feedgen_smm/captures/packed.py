"""Unpacks gzip and zip as streams: never more at a time than is asked for, and never more than a budget allows."""

import gzip
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, cast

from feedgen_smm.captures.files import HEAD, REMEDY, NoPageError, pages_with_folder

# A file may unpack to _RATIO times its size and _ANYHOW bytes more, all depths together. Pages compress to a tenth.
_RATIO = 100
_ANYHOW = 64 * 2**20

_MOST_MEMBERS = 20_000
_DEEPEST_FOLDER = 32
_LARGEST_DIRECTORY = 8 * 2**20  # bytes; Python reads it whole
# The records at the end of a zip, and where in them the size of its directory is. If all its bits are set, the size is
# in the other record.
_DIRECTORY_SIZES = ((b"PK\x05\x06", 12, 16), (b"PK\x06\x06", 40, 48))
_TAIL = 2**16 + 128  # bytes: the records and the longest comment
_TOO_MANY = f"a zip file of more than {_MOST_MEMBERS:,} files: unpack it"

_ENCRYPTED = 1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # with others, the file decides how much memory is used

_DAMAGED = "compressed data is damaged or cut off"
# What Python raises for damaged compressed data, besides an OSError without a number.
_DAMAGE = (EOFError, zlib.error, zipfile.BadZipFile)
_ZIP_DAMAGE = (*_DAMAGE, ValueError, NotImplementedError, struct.error)


class BombError(NoPageError):
    """A file that unpacks to far more than its size. Reading of the whole file ends."""


class Budget:
    """How many more bytes may be unpacked from a file."""

    def __init__(self, size: int) -> None:
        self._left = _ANYHOW + _RATIO * size

    def spend(self, size: int) -> None:
        """Take `size` bytes from the budget. Raises BombError if it has fewer left."""
        self._left -= size
        if self._left < 0:
            raise BombError(f"unpacks to more than {_RATIO} times its size: the rest of it is not read")


class Unpacked:
    """A stream of unpacked bytes. Reading raises NoPageError where they are damaged, BombError above the budget."""

    def __init__(self, stream: gzip.GzipFile | zipfile.ZipExtFile, budget: Budget) -> None:
        self._stream = stream
        self._budget = budget
        self._damage: NoPageError | None = None

    def read(self, size: int = HEAD) -> bytes:
        """The next `size` bytes; fewer at the end of the stream, or if damage follows."""
        data = bytearray()
        while len(data) < size and (piece := self._next(size - len(data))):
            data += piece
        if self._damage and not data:
            raise self._damage
        self._budget.spend(len(data))
        return bytes(data)

    def _next(self, size: int) -> bytes:
        """Some bytes; none at the end of the stream, or at damage, which is noted."""
        if self._damage:
            return b""
        try:
            return self._stream.read1(size)
        except _DAMAGE:
            self._damage = NoPageError(_DAMAGED)
        except OSError as error:
            if error.errno is not None:
                raise
            self._damage = NoPageError(_DAMAGED)
        return b""

    def seek(self, offset: int, whence: int = 0) -> int:
        """Go to `offset`."""
        self._damage = None
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """The position in the stream."""
        return self._stream.tell()

    def close(self) -> None:
        """Close the stream."""
        self._stream.close()


Stream = BinaryIO | Unpacked


def gunzipped(stream: Stream, budget: Budget) -> Unpacked:
    """The unpacked bytes of the gzip data in `stream`."""
    return Unpacked(gzip.GzipFile(fileobj=stream), budget)


def inflated(data: bytes, largest: int) -> bytes:
    """Unpack what HTTP calls `deflate`, with zlib's header or without; at most `largest` bytes and one more."""
    for window in (zlib.MAX_WBITS, -zlib.MAX_WBITS):
        try:
            return zlib.decompressobj(window).decompress(data, largest + 1)
        except zlib.error:
            continue
    raise NoPageError(_DAMAGED)


def unzipped(stream: BinaryIO, budget: Budget) -> Iterator[tuple[str, Unpacked | NoPageError]]:
    """The files in a zip, with their names, ordered by name; an error in place of each that cannot be unpacked.

    Left out is what `find_captures` leaves out of a folder, all but the folder `archive` of a WACZ file, and all but
    the page of a zip that SingleFile made.
    """
    with _opened(stream) as container:
        infos = {info.filename: info for info in container.infolist() if not info.filename.endswith("/")}
        for name in _wanted(sorted(infos)):
            if infos[name].flag_bits & _ENCRYPTED or infos[name].compress_type not in _METHODS:
                yield name, NoPageError("is encrypted, or packed in a rare way: unpack the zip file")
                continue
            try:
                member = cast("zipfile.ZipExtFile", container.open(infos[name]))
            except _ZIP_DAMAGE:
                yield name, NoPageError(_DAMAGED)
                continue
            with member:
                yield name, Unpacked(member, budget)


def _opened(stream: BinaryIO) -> zipfile.ZipFile:
    _refuse_large_directory(stream)
    try:
        container = zipfile.ZipFile(stream)
    except _ZIP_DAMAGE as error:
        raise NoPageError("a zip file that is damaged or cut off") from error
    if len(container.infolist()) > _MOST_MEMBERS:
        raise NoPageError(_TOO_MANY)
    return container


def _refuse_large_directory(stream: BinaryIO) -> None:
    """Raise NoPageError if the zip's directory would take Python too much memory."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _TAIL))
    tail = stream.read(_TAIL)
    for mark, start, end in _DIRECTORY_SIZES:
        place = tail.rfind(mark)
        directory = int.from_bytes(tail[place + start : place + end], "little") if place >= 0 else 0
        if _LARGEST_DIRECTORY < directory < 256 ** (end - start) - 1:
            raise NoPageError(_TOO_MANY)


def _wanted(names: list[str]) -> list[str]:
    known = set(names)
    if "[Content_Types].xml" in known:
        raise NoPageError(f"a Word or other Office document, {REMEDY}")
    if "mimetype" in known:
        raise NoPageError(f"an OpenDocument or EPUB file, {REMEDY}")
    crawled = [name for name in names if name.startswith("archive/") and "datapackage.json" in known]
    if {"index.html", "manifest.json"} <= known:  # SingleFile's
        crawled = ["index.html"]
    wanted = crawled or [name for name in names if not _is_left_out(name, known)]
    if not wanted:
        raise NoPageError("a zip file without a page in it")
    return wanted


def _is_left_out(name: str, known: set[str]) -> bool:
    *folders, file = name.split("/")
    if file.startswith(".") or any(folder.startswith(".") for folder in folders):
        return True
    return any(
        "/".join([*folders[:depth], page]) in known
        for depth, folder in enumerate(folders[:_DEEPEST_FOLDER])
        for page in pages_with_folder(folder)
    )
