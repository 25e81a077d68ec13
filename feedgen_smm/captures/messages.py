"""Files that begin with headers: MHTML files, mail and the pages attached to it, answers of servers.

The standard library reads the headers only. Its parser of whole messages copies each part several times in memory,
pictures too, and fails on parts that are nested by the thousand; so the parts are separated here.
"""

import binascii
import quopri
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from typing import NamedTuple

from feedgen_smm.captures.files import member_name
from feedgen_smm.captures.kinds import HEAD, FileKind, NoPageError, is_html, kind_of
from feedgen_smm.captures.provenance import Provenance, charset_name, located, moment
from feedgen_smm.models import Capture

_DEEPEST = 8  # parts in parts
_MOST_PARTS = 1_000
_LONGEST_HEADERS = 2**12  # bytes, of a part; a message's own grow with each server that passes it on
_LONGEST_HEADER = 500  # letters; the standard library needs time in proportion to their square

_HTML = ("text/html", "application/xhtml+xml")
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
            code = re.sub(rb"[^A-Za-z0-9+/]", b"", bytes(self.body))
            code = code[: len(code) - 1] if len(code) % 4 == 1 else code
            return binascii.a2b_base64(code + b"=" * (-len(code) % 4))
        return bytes(self.body)


def pages_of(capture: Capture) -> Iterator[Capture]:
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
    body = _first(parts, _HTML) or _first(parts, _TEXT)
    if body:
        yield capture._replace(data=_unflowed(body), charset=body.charset())
    attached = list(_attached_pages(capture, parts, body))
    yield from attached
    if not body and not attached:
        raise NoPageError("a mail or MHTML file without a page in it: save the page as HTML or text")


def answered(capture: Capture) -> Capture:
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
    return capture._replace(data=bytes(data), charset=answer.charset())


def _saved_page(top: Part, parts: list[Part]) -> Part | None:
    """The page that a browser saved as MHTML; None if this is mail."""
    if any(name in top.headers for name in ("To", "Received", "Message-ID", "Delivered-To", "Return-Path")):
        return None
    pages = [part for part in parts if part.type in _HTML]
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


def _attached_pages(capture: Capture, parts: list[Part], body: Part | None) -> Iterator[Capture]:
    for part in parts:
        name = str(part.headers.get_filename() or "")
        if part is body or not (name or part.is_attached):
            continue
        data = part.content()
        if is_html(data) or kind_of(data[:HEAD]) is not FileKind.PAGE:
            member = member_name(capture.member, name or "attachment")
            yield capture._replace(data=data, charset=part.charset(), member=member)


def _unflowed(body: Part) -> bytes:
    """The text; lines that `format=flowed` broke are joined again (RFC 3676)."""
    data = body.content()
    if body.type != "text/plain" or str(body.headers.get_param("format") or "").lower() != "flowed":
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
    elif depth < _DEEPEST and part.type == "message/rfc822" and not part.is_attached:
        yield from _leaves(_part(memoryview(part.content())), depth + 1)
    else:
        yield part


def _pieces(body: memoryview, boundary: bytes) -> Iterator[memoryview]:
    """The parts between the boundary lines. The last line is missing if the file was cut off."""
    start = None
    mark = b"--" + re.escape(boundary)
    line = (
        mark + rb"(?<![^\n]" + mark + rb")(--)?[ \t]*(?=\r?\n|\Z)"
    )  # plain bytes come first, because they are found quickly
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
