"""A file → the pages in it. It may be HTML, text, MHTML, mail, WARC, WACZ, a webarchive, notes, gzip or zip.

A file is read as a stream, page by page: a WARC file of a gigabyte takes no more memory than its largest page. A new
kind of container is a FileKind, its first bytes (both in `files`), and a function with its row in `_READERS`.
"""

import io
import plistlib
import re
import struct
from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import BinaryIO, NamedTuple
from xml.etree import ElementTree as ET
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
    printable,
)
from feedgen_smm.captures.messages import answered, charset_name, located, moment, pages_of, provenance
from feedgen_smm.captures.packed import BombError, Budget, Stream, Unpacked, gunzipped, unzipped
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Capture, Problem

LARGEST_CONTAINER = 64 * 2**20  # bytes; of a page with its pictures, which is read whole
_DEEPEST = 4  # containers within containers

_MOST_TAGS = 500_000  # of an XML file, in which each takes memory
_LONG_TAG = re.compile(rb"<[^<>]{65536}")  # so does each attribute

_MAIN = "WebMainResource"
_OF_A_PAGE = _DATA, _ADDRESS, _CHARSET = "WebResourceData", "WebResourceURL", "WebResourceTextEncodingName"

# Python's reader of binary property lists takes as much memory as a hostile one asks for. Ours reads what it needs.
# The kinds of objects, and what stands in place of a size that follows.
_BYTES, _ASCII, _UTF_16, _DICTIONARY = 4, 5, 6, 13
_SIZE_FOLLOWS = 15
_MOST_KEYS = 1_000  # of a dictionary
_LONGEST_KEY = 100


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
        if not status.st_size:  # the kernel's files (/proc) look empty too, and reading some would block
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
    if kind in (FileKind.MESSAGE, FileKind.PROPERTY_LIST, FileKind.NOTES) and size > LARGEST_CONTAINER:
        raise UnreadableCaptureError(f"larger than {LARGEST_CONTAINER // 2**20} MiB: no saved page is")


def unpack(capture: Capture) -> Iterator[Capture | Problem]:
    """The pages in the bytes of `capture`, as `read_captures` finds them in a file."""
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
    page = _page_of_property_list(file.capture._replace(data=_whole(file, head, LARGEST_CONTAINER)))
    yield from _read(file.member(io.BytesIO(page.data), page))


def _notes(file: _Open, head: bytes) -> Iterator[Capture | Problem]:
    for note in _notes_in(file.capture._replace(data=_whole(file, head, LARGEST_CONTAINER))):
        page = note._replace(member=member_name(file.capture.member, note.member or "note"))
        yield from _read(file.member(io.BytesIO(page.data), page))


def _page_of_property_list(capture: Capture) -> Capture:
    """The page in a webarchive. Raises NoPageError if the property list is damaged or none, such as a `.webloc`."""
    data = capture.data
    try:
        top, main = _in_binary(data) if data.startswith(b"bplist") else _in_xml(data)
    except (ValueError, LookupError, struct.error) as error:
        raise NoPageError(f"a damaged property list, {REMEDY}") from error
    page, address, charset = (main.get(key) for key in _OF_A_PAGE)
    if not isinstance(page, bytes):
        raise NoPageError(f"{'a shortcut' if 'URL' in top else 'a property list'}, {REMEDY}")
    where = located(address if isinstance(address, str) else None)
    charset = charset_name(charset if isinstance(charset, str) else None)
    return capture._replace(data=page, address=where.address, saved=where.saved, charset=charset)


def _in_binary(data: bytes) -> tuple[set[str], dict[str, bytes | str]]:
    """The keys of a binary property list, and the strings and bytes in its main resource.

    Raises ValueError, LookupError or struct.error if it is damaged.
    """
    offset_size, ref_size, _, top, table = struct.unpack(">6xBBQQQ", data[-32:])

    def number(start: int, size: int) -> int:
        return int.from_bytes(data[start : start + size], "big")

    def found(ref: int) -> tuple[int, int, int]:  # its kind and size, and where its content begins
        start = number(table + ref * offset_size, offset_size)
        if not 0 < start < len(data):
            raise ValueError("an object outside of the file")
        kind, size = divmod(data[start], 16)
        if size < _SIZE_FOLLOWS:
            return kind, size, start + 1
        width = 1 << (data[start + 1] & 3)
        return kind, number(start + 2, width), start + 2 + width

    def value(ref: int, longest: int) -> bytes | str | None:
        kind, size, start = found(ref)
        if size > longest or kind not in (_BYTES, _ASCII, _UTF_16):
            return None
        content = data[start : start + (2 * size if kind == _UTF_16 else size)]
        return content if kind == _BYTES else content.decode("ascii" if kind == _ASCII else "utf-16-be")

    def fields(ref: int) -> dict[bytes | str | None, int]:
        kind, size, start = found(ref)
        if kind != _DICTIONARY or size > _MOST_KEYS:
            return {}
        refs = [number(start + ref_size * index, ref_size) for index in range(2 * size)]
        return {value(key, _LONGEST_KEY): item for key, item in zip(refs[:size], refs[size:], strict=True)}

    keys = fields(top)
    main = fields(keys[_MAIN]) if _MAIN in keys else {}
    values = {key: value(main[key], len(data)) for key in _OF_A_PAGE if key in main}
    return {key for key in keys if isinstance(key, str)}, {
        key: item for key, item in values.items() if item is not None
    }


def _in_xml(data: bytes) -> tuple[set[str], dict[str, bytes | str]]:
    """The same of a property list in XML. Raises ValueError if it is damaged, NoPageError if it is too large."""
    _refuse_costly(data, "a property list")
    try:
        top = plistlib.loads(data, fmt=plistlib.FMT_XML)
    except (ExpatError, LookupError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError("damaged") from error
    main = top.get(_MAIN) if isinstance(top, dict) else None
    return set(top) if isinstance(top, dict) else set(), main if isinstance(main, dict) else {}


def _notes_in(capture: Capture) -> Iterator[Capture]:
    """The notes in an export of Evernote (`.enex`), with the address and the time at which they were clipped.

    Raises NoPageError if it is damaged, too large, or has no note.
    """
    _refuse_costly(capture.data, "an export of Evernote")
    count = 0
    try:
        for _, note in ET.iterparse(io.BytesIO(capture.data)):  # noqa: S314 - costly XML was refused
            if note.tag != "note":
                continue
            count += 1
            title = note.findtext("title", "")
            where = located(note.findtext("note-attributes/source-url"), moment(note.findtext("created")))
            page = f"<!DOCTYPE html><title>{escape(title)}</title><body>{note.findtext('content', '')}"
            yield capture._replace(
                data=page.encode(), member=title, address=where.address, saved=where.saved, charset="utf-8"
            )
            note.clear()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise NoPageError(f"a damaged export of Evernote, {REMEDY}") from error
    if not count:
        raise NoPageError("an export of Evernote without a note in it")


def _refuse_costly(data: bytes, what: str) -> None:
    """Raise NoPageError for XML of so many or long tags that it would take too much memory."""
    if data.count(b"<") > _MOST_TAGS or _LONG_TAG.search(data):
        raise NoPageError(f"{what} that would take too much memory, {REMEDY}")


_READERS: dict[FileKind, Callable[[_Open, bytes], Iterator[Capture | Problem]]] = {
    FileKind.PAGE: _page,
    FileKind.GZIP: _gzip,
    FileKind.ZIP: _zip,
    FileKind.WARC: _warc,
    FileKind.MESSAGE: _message,
    FileKind.ANSWER: _answer,
    FileKind.PROPERTY_LIST: _property_list,
    FileKind.NOTES: _notes,
}
