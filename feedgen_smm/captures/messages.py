"""Files that are parsed whole: MHTML, mail and the pages attached to it, answers of servers, property lists, notes.

The standard library reads the headers of messages only. Its parser of whole messages copies each part several times in
memory, pictures too, and fails on parts that are nested by the thousand; so the parts are separated here.
"""

import binascii
import io
import plistlib
import quopri
import re
import string
import struct
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from html import escape
from typing import NamedTuple
from xml.etree import ElementTree as ET
from xml.parsers.expat import ExpatError

from feedgen_smm.captures.files import (
    DOCUMENTS,
    HEAD,
    REMEDY,
    FileKind,
    NoPageError,
    is_html,
    kind_of,
    member_name,
    other_file,
)
from feedgen_smm.captures.provenance import Provenance, charset_name, located, moment
from feedgen_smm.models import Capture

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

_DEEPEST = 8  # parts in parts
_MOST_PARTS = 1_000
_LONGEST_HEADERS = 2**12  # bytes, of a part; a message's own grow with each server that passes it on
_LONGEST_HEADER = 500  # letters; the standard library needs time in proportion to their square
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/"))
_LONGEST_NOTE = 2**12  # bytes
_LONGEST_FLOWED = 2**20  # bytes; each line takes memory while lines are joined

HTML_TYPES = ("text/html", "application/xhtml+xml")
_TEXT = ("text/plain", "text/markdown")


class Part(NamedTuple):
    """A part of a message: its headers, and its body, still encoded."""

    headers: Message
    body: memoryview

    @property
    def type(self) -> str:
        """Its content type, `text/html`."""
        return self.headers.get_content_type()

    @property
    def is_attached(self) -> bool:
        """Whether it is an attachment, not shown with the message."""
        return self.headers.get_content_disposition() == "attachment"

    def header(self, name: str) -> str:
        """The header `name`, decoded; empty if there is none."""
        value = str(self.headers.get(name, ""))[:_LONGEST_HEADERS]
        try:
            return str(make_header(decode_header(value)))
        except (MessageError, LookupError, ValueError):
            return value

    def charset(self) -> str | None:
        """The charset that its content type declares."""
        return charset_name(self.headers.get_content_charset())

    def content(self) -> bytes:
        """The body, decoded; what is damaged in it is left out."""
        encoding = str(self.headers.get("Content-Transfer-Encoding", "")).strip().lower()
        if encoding == "quoted-printable":
            return quopri.decodestring(bytes(self.body))
        if encoding == "base64":
            code = bytes(self.body).translate(None, _NOT_BASE64)
            if left_over := len(code) % 4:
                code = code[:-1] if left_over == 1 else code + b"=" * (4 - left_over)
            return binascii.a2b_base64(code)
        return bytes(self.body)


def _pages_of(capture: Capture) -> Iterator[Capture]:
    """The page of an MHTML file, or the text of a mail and the pages attached to it.

    Raises NoPageError if there is none.
    """
    data = capture.data.removeprefix(BOM_UTF8).lstrip()
    if data.startswith(b"From ") and re.search(rb"\n\r?\nFrom \S+ [^\n]*\d{4}\r?\n[A-Za-z-]+:", data):
        raise NoPageError("a mailbox of several mails: save each mail as a file of its own")
    top = _part(memoryview(data), HEAD)
    parts = list(_leaves(top, 0))
    page = _saved_page(top, parts)
    if page:
        where = _provenance(top, page)
        yield capture._replace(data=page.content(), charset=page.charset(), address=where.address, saved=where.saved)
        return
    body = _first(parts, HTML_TYPES) or _first(parts, _TEXT)
    attached = list(_attached(capture, parts, body))
    if body and not (_is_covering_note(body) and any(other_file(one.data[:HEAD]) is None for one in attached)):
        yield capture._replace(data=_unflowed(body), charset=body.charset())
    yield from attached
    if not body and not attached:
        raise NoPageError("a mail or MHTML file without a page in it: save the page as HTML or text")


def _answered(capture: Capture) -> Iterator[Capture]:
    """The page in a server's answer that was saved with its headers, as by `curl -i`.

    Raises NoPageError if the status of the answer is not 200.
    """
    data = memoryview(capture.data)
    answer, status = _part(data[:0]), ""
    while found := re.match(rb"HTTP/[\d.]{1,3} (\d{3})[^\r\n]*", data):
        status = found[1].decode()
        answer = _part(data[found.end() :], HEAD)
        data = answer.body  # of several answers, as after a redirection, the page is in the last
    if status != "200":
        raise NoPageError(f"an answer of the server with status {status}, and no page: save it again")
    yield capture._replace(data=bytes(data), charset=answer.charset())


def _saved_page(top: Part, parts: list[Part]) -> Part | None:
    """The page that a browser saved as MHTML; None if this is mail."""
    if any(name in top.headers for name in ("To", "Received", "Message-ID", "Delivered-To", "Return-Path")):
        return None
    pages = [part for part in parts if part.type in HTML_TYPES]
    start = str(top.headers.get_param("start") or "")
    where = top.header("Snapshot-Content-Location")
    for page in pages:
        if start and page.header("Content-ID") == start:
            return page
    for page in pages:
        if where and page.header("Content-Location") == where:
            return page
    return pages[0] if pages and (where or _is_saved(top, pages[0])) else None


def _provenance(top: Part, page: Part) -> Provenance:
    saved = moment(top.header("Date"))
    for header in (
        top.header("Snapshot-Content-Location"),
        page.header("Content-Location"),
        top.header("Content-Location"),
    ):
        where = located("".join(header.split()), saved)  # long addresses are broken into lines
        if where.address:
            return where
    return Provenance(None, saved)


def _is_saved(top: Part, page: Part) -> bool:
    located_at = page.header("Content-Location") or top.header("Content-Location")
    return bool(located_at) or "saved by" in top.header("From").lower()


def _first(parts: list[Part], types: tuple[str, ...]) -> Part | None:
    return next(
        (part for part in parts if part.type in types and not part.is_attached and bytes(part.body).strip()), None
    )


def _is_covering_note(body: Part) -> bool:
    """Whether a mail is short and names no year, so that it is no article but tells of what is attached."""
    text = re.sub(rb"<[^<>]*>|https?://\S+", b"", body.content()) if len(body.body) <= _LONGEST_NOTE else None
    return text is not None and not re.search(rb"(?:19|20)\d\d", text)


def _attached(capture: Capture, parts: list[Part], body: Part | None) -> Iterator[Capture]:
    """The attached pages and containers, and documents such as PDF, which are reported when they are read."""
    for part in parts:
        name = str(part.headers.get_filename() or "")
        if part is body or not (name or part.is_attached):
            continue
        data = part.content()
        other = other_file(data[:HEAD]) or ""
        if is_html(data) or kind_of(data[:HEAD]) is not FileKind.PAGE or other.startswith(DOCUMENTS):
            member = member_name(capture.member, name or "attachment")
            yield capture._replace(data=data, charset=part.charset(), member=member)


def _unflowed(body: Part) -> bytes:
    """The text; lines that `format=flowed` broke are joined again (RFC 3676)."""
    data = body.content()
    is_flowed = body.type == "text/plain" and str(body.headers.get_param("format") or "").lower() == "flowed"
    if not is_flowed or len(data) > _LONGEST_FLOWED:
        return data
    is_space_added = str(body.headers.get_param("delsp") or "").lower() == "yes"
    data = re.sub(rb"(?m)^-- \r?$", b"--", data)
    return re.sub(rb"(?<=[^\n]) \r?\n(?=[^\r\n])", b"" if is_space_added else b" ", data)


def _leaves(part: Part, depth: int) -> Iterator[Part]:
    """The parts that contain no other parts, in order."""
    boundary = str(part.headers.get_boundary() or "")
    if depth < _DEEPEST and boundary and part.headers.get_content_maintype() == "multipart":
        for piece in _pieces(part.body, boundary.encode("utf-8", "surrogateescape")):
            yield from _leaves(_part(piece), depth + 1)
    elif depth < _DEEPEST and part.type == "message/rfc822" and not (part.is_attached or part.headers.get_filename()):
        yield from _leaves(_part(memoryview(part.content())), depth + 1)
    else:
        yield part


def _pieces(body: memoryview, boundary: bytes) -> Iterator[memoryview]:
    """The parts between the boundary lines. The last line is missing if the file was cut off."""
    start = None
    mark = b"--" + re.escape(boundary)
    # The mark comes before the look at what precedes it, because plain bytes are found quickly.
    line = mark + rb"(?<![^\n]" + mark + rb")(--)?[ \t]*(?=\r?\n|\Z)"
    for number, found in enumerate(re.finditer(line, body)):
        if start is not None:
            yield _without_line_end(body[start : found.start()])
        start = found.end()
        if found[1] or number == _MOST_PARTS:
            return
    if start is not None:
        yield body[start:]


def _without_line_end(piece: memoryview) -> memoryview:
    for end in (b"\n", b"\r"):
        if bytes(piece[-1:]) == end:
            piece = piece[:-1]
    return piece


def _part(data: memoryview, longest: int = _LONGEST_HEADERS) -> Part:
    if no_headers := re.match(rb"\r?\n\r?\n", data):
        return Part(Message(), data[no_headers.end() :])
    blank = re.compile(rb"\r?\n[ \t]*\r?\n").search(data, 1, longest)
    end, start = blank.span() if blank else (longest, len(data))
    headers = BytesHeaderParser().parsebytes(bytes(data[:end]).lstrip() + b"\n\n")
    for name in ("Content-Type", "Content-Disposition"):
        if len(str(headers.get(name, ""))) > _LONGEST_HEADER:
            del headers[name]
    return Part(headers, data[start:])


def _page_of_property_list(capture: Capture) -> Iterator[Capture]:
    """The page in a property list, which Safari's webarchive is.

    Raises NoPageError if the list is damaged, or has no page, as that of a shortcut (`.webloc`).
    """
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
    yield capture._replace(data=page, address=where.address, saved=where.saved, charset=charset)


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
                data=page.encode(),
                member=member_name(capture.member, title or "note"),
                address=where.address,
                saved=where.saved,
                charset="utf-8",
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


PARSERS: dict[FileKind, Callable[[Capture], Iterator[Capture]]] = {
    FileKind.MESSAGE: _pages_of,
    FileKind.ANSWER: _answered,
    FileKind.PROPERTY_LIST: _page_of_property_list,
    FileKind.NOTES: _notes_in,
}
"""The pages in the bytes of a file, by its kind. Each raises NoPageError if there is none."""
