"""A file → the pages in it. It may be HTML, text, MHTML, mail, WARC, WACZ, a webarchive, notes, gzip or zip.

A file is read as a stream, page by page: a WARC file of a gigabyte takes no more memory than its largest page. A new
kind of container is a FileKind, its first bytes (both in `files`), and a function with its row in `_READERS`; or in
`PARSERS` of `messages`, if such files are small enough to be parsed whole.
"""

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

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
from feedgen_smm.captures.packed import BombError, Budget, Stream, Unpacked, gunzipped, unzipped
from feedgen_smm.captures.provenance import provenance
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Capture, Problem

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
        yield from _READERS[kind](file, head) if kind in _READERS else _parsed_whole(file, head, kind)
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


def _parsed_whole(file: _Open, head: bytes, kind: FileKind) -> Iterator[Capture | Problem]:
    """The pages in a file that is parsed whole. What parses it is slow to import, and most builds need none of it."""
    from feedgen_smm.captures.messages import PARSERS  # noqa: PLC0415

    for page in PARSERS[kind](file.capture._replace(data=_whole(file, head, LARGEST_CONTAINER))):
        yield from _read(file.member(io.BytesIO(page.data), page))


_READERS: dict[FileKind, Callable[[_Open, bytes], Iterator[Capture | Problem]]] = {
    FileKind.PAGE: _page,
    FileKind.GZIP: _gzip,
    FileKind.ZIP: _zip,
    FileKind.WARC: _warc,
}
