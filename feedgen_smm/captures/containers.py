"""A file → the pages in it. It may be HTML, text, MHTML, mail, WARC, WACZ, Safari's webarchive, gzip or zip.

A file is read as a stream, page by page: a WARC file of a gigabyte takes no more memory than its largest page. gzip and
zip are never unpacked further than is asked for, nor than a budget allows. A new kind of container is a FileKind with
its first bytes (both in `files`), and a function with its row in `_READERS`.
"""

import gzip
import io
import os
import plistlib
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple, cast
from xml.parsers.expat import ExpatError

from feedgen_smm.captures.files import (
    HEAD,
    LARGEST_PAGE,
    REMEDY,
    FileKind,
    NoPageError,
    file_time,
    kind_of,
    member_name,
    opened,
    other_file,
    pages_with_folder,
    printable,
)
from feedgen_smm.captures.messages import answered, charset_name, located, pages_of, provenance
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Capture, Problem

# A file may unpack to _ANYHOW bytes and _RATIO times its size, at all depths together. Pages compress to a tenth.
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

    Left out is what `find_captures` leaves out of a folder, and all but the folder `archive` of a WACZ file.
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
    wanted = crawled or [name for name in names if not _is_left_out(name, known)]
    if not wanted:
        raise NoPageError("a zip file without a page in it")
    return wanted


def _is_left_out(name: str, known: set[str]) -> bool:
    *folders, file = name.split("/")
    if file.startswith(".") or any(folder.startswith(".") or folder == "__MACOSX" for folder in folders):
        return True
    return any(
        "/".join([*folders[:depth], page]) in known
        for depth, folder in enumerate(folders[:_DEEPEST_FOLDER])
        for page in pages_with_folder(folder)
    )


LARGEST_CONTAINER = 64 * 2**20  # bytes; of a page with its pictures, which is read whole
_DEEPEST = 4  # containers within containers


class _Open(NamedTuple):
    """A file, or a member of one, that is being read: a stream, what is known of it, and its limits."""

    stream: Stream
    capture: Capture
    budget: Budget
    depth: int = 0

    def member(self, stream: Stream, capture: Capture) -> "_Open":
        """Something in this file, read with the same limits."""
        return self._replace(stream=stream, capture=capture, depth=self.depth + 1)


def read_captures(path: Path) -> Iterator[Capture | Problem]:
    """The pages in the file at `path`, and a problem for each part that cannot be read.

    Raises UnreadableCaptureError if the file cannot be read, or is too large for a page and is no container.
    """
    with opened(path) as (file, status):
        capture = Capture(printable(path), b"", file_time(status))
        if status.st_size > LARGEST_PAGE:
            _refuse_large(file, status.st_size)
        if not status.st_size:  # so are the kernel's files (/proc), and reading some of them would block
            yield capture
            return
        yield from _read_all(_Open(file, capture, Budget(status.st_size)))


def _refuse_large(file: BinaryIO, size: int) -> None:
    """Raise UnreadableCaptureError, unless the file is a container, or one that `other_file` has a name for."""
    head = file.read(HEAD)
    file.seek(0)
    kind = kind_of(head)
    if kind is FileKind.PAGE and not other_file(head):
        raise UnreadableCaptureError(f"larger than {LARGEST_PAGE // 2**20} MiB: no saved page is")
    if kind in (FileKind.MESSAGE, FileKind.PROPERTY_LIST) and size > LARGEST_CONTAINER:
        raise UnreadableCaptureError(f"larger than {LARGEST_CONTAINER // 2**20} MiB: no saved page is")


def unpack(capture: Capture) -> Iterator[Capture | Problem]:
    """The same for the bytes of `capture`."""
    stream = io.BytesIO(capture.data)
    yield from _read_all(_Open(stream, capture, Budget(len(capture.data))))


def _read_all(file: _Open) -> Iterator[Capture | Problem]:
    try:
        yield from _read(file)
    except BombError as error:
        yield _problem(file.capture, error)


def _read(file: _Open) -> Iterator[Capture | Problem]:
    try:
        head = file.stream.read(HEAD)
        kind = kind_of(head)
        if kind is not FileKind.PAGE and file.depth > _DEEPEST:
            raise NoPageError("packed too often: unpack it")  # noqa: TRY301 - reported like the others
        yield from _READERS[kind](file, head)
    except BombError:
        raise
    except NoPageError as error:
        yield _problem(file.capture, error)


def _problem(capture: Capture, error: NoPageError) -> Problem:
    return Problem(capture.source, 1, f"{capture.member}: {error}" if capture.member else str(error))


def _whole(file: _Open, head: bytes, largest: int) -> bytes:
    data = head
    while rest := file.stream.read(largest + 1 - len(data)):  # a read before damage returns less than asked for
        data = data + rest
        if len(data) > largest:
            raise NoPageError(f"larger than {largest // 2**20} MiB: no saved page is")
    return data


def _page(file: _Open, head: bytes) -> Iterator[Capture]:
    if other := other_file(head):
        raise NoPageError(f"{other}, {REMEDY}")
    data = _whole(file, head, LARGEST_PAGE)
    said = provenance(data)
    capture = file.capture
    yield capture._replace(data=data, address=capture.address or said.address, saved=capture.saved or said.saved)


def _gzip(file: _Open, _: bytes) -> Iterator[Capture | Problem]:
    file.stream.seek(0)
    yield from _read(file.member(gunzipped(file.stream, file.budget), file.capture))


def _zip(file: _Open, head: bytes) -> Iterator[Capture | Problem]:
    if isinstance(file.stream, Unpacked):  # going back in it would unpack it again
        stream: BinaryIO = io.BytesIO(_whole(file, head, LARGEST_CONTAINER))
    else:
        stream = file.stream
    for name, member in unzipped(stream, file.budget):
        capture = file.capture._replace(member=member_name(file.capture.member, name), file_time=None)
        if isinstance(member, NoPageError):
            yield _problem(capture, member)
        else:
            yield from _read(file.member(member, capture))


def _warc(file: _Open, _: bytes) -> Iterator[Capture | Problem]:
    try:
        from feedgen_smm.captures.warc import pages_in  # noqa: PLC0415 - FastWARC is an extra
    except ModuleNotFoundError as error:
        raise NoPageError("a WARC file; to read it: pip install 'feedgen-smm[warc]'") from error
    file.stream.seek(0)
    for page in pages_in(file.stream, file.capture, file.budget):
        if isinstance(page, NoPageError):
            yield _problem(file.capture, page)
        else:
            yield from _read(file.member(io.BytesIO(page.data), page))


def _message(file: _Open, head: bytes) -> Iterator[Capture | Problem]:
    for page in pages_of(file.capture._replace(data=_whole(file, head, LARGEST_CONTAINER))):
        yield from _read(file.member(io.BytesIO(page.data), page))


def _answer(file: _Open, head: bytes) -> Iterator[Capture | Problem]:
    page = answered(file.capture._replace(data=_whole(file, head, LARGEST_PAGE)))
    yield from _read(file.member(io.BytesIO(page.data), page))


def _property_list(file: _Open, head: bytes) -> Iterator[Capture | Problem]:
    """Safari's webarchive is a property list, and so is a shortcut (`.webloc`)."""
    try:
        properties = plistlib.loads(_whole(file, head, LARGEST_CONTAINER))
    except (ValueError, ExpatError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise NoPageError(f"a damaged property list, {REMEDY}") from error
    main = properties.get("WebMainResource") if isinstance(properties, dict) else None
    data = main.get("WebResourceData") if isinstance(main, dict) else None
    if not isinstance(main, dict) or not isinstance(data, bytes):
        is_shortcut = isinstance(properties, dict) and "URL" in properties
        raise NoPageError(f"{'a shortcut' if is_shortcut else 'a property list'}, {REMEDY}")
    address, charset = main.get("WebResourceURL"), main.get("WebResourceTextEncodingName")
    page = located(address if isinstance(address, str) else None)
    capture = file.capture._replace(
        data=data,
        address=page.address,
        saved=page.saved,
        charset=charset_name(charset if isinstance(charset, str) else None),
    )
    yield from _read(file.member(io.BytesIO(data), capture))


_READERS: dict[FileKind, Callable[[_Open, bytes], Iterator[Capture | Problem]]] = {
    FileKind.PAGE: _page,
    FileKind.GZIP: _gzip,
    FileKind.ZIP: _zip,
    FileKind.WARC: _warc,
    FileKind.MESSAGE: _message,
    FileKind.ANSWER: _answer,
    FileKind.PROPERTY_LIST: _property_list,
}
