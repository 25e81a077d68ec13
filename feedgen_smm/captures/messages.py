"""Files that begin with headers: MHTML files, mail and the pages attached to it, answers of servers.

The standard library reads the headers only. Its parser of whole messages copies each part several times in memory,
pictures too, and fails on parts that are nested by the thousand; so the parts are separated here.

Tools that save pages also write the address and the time of saving into the head of the page, mostly as a comment;
clippers write front matter. The body of the page is not searched, because an article may quote anything.
"""

import binascii
import quopri
import re
import string
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import UTC, datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from feedgen_smm.captures.files import DOCUMENTS, HEAD, FileKind, NoPageError, is_html, kind_of, member_name, other_file
from feedgen_smm.models import MONTHS, Capture

_URL = r"(?P<address>[^\s\"'<>]{1,4000})"

# Rows: the Wayback Machine, SingleFile, monolith, HTTrack, browsers, Save Page WE (two). The first row that gives an
# address, and the first that gives a time, are used.
_TOOLS = (
    rf'__wm\.wombat\("{_URL}","(?P<saved>\d{{14}})"',
    rf"<!--\s*Page saved with SingleFile[^\n]{{0,99}}\s{{0,9}}url:\s*{_URL}\s*saved date:\s*(?P<saved>[^\n]{{1,99}})",
    rf"<!-- Saved from {_URL} at (?P<saved>\S{{1,40}}) using monolith",
    r"<!-- Mirrored from (?P<bare>[^\s\"'<>]{1,4000}) by HTTrack [^\n]{0,99}, (?P<saved>\w{3}, [^\n]{1,40}?) -->",
    rf"<!--\s*saved from url=\(\d{{1,8}}\){_URL}",
    rf"<meta name=[\"']?savepage-url[\"']? content=[\"']?{_URL}",
    r"<meta name=[\"']?savepage-date[\"']? content=[\"'](?P<saved>[^\"'<>]{1,100})",
)
_WAYBACK_FOOTER = r"FILE ARCHIVED ON (?P<saved>\d\d:\d\d:\d\d \w{3} \d\d, \d{4})"
_WAYBACK_PART = r"/web/(\d{14})(?:cs|im|js)_/"
_WAYBACK_TOOLBAR = rf'<input [^<>]{{0,99}}\bid="wmtbURL" value="{_URL}"'
_FOOTER = 2**12  # bytes

_FRONT_MATTER = r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n(?P<lines>(?:(?!\1).*\n){0,200})\1"
_ADDRESS_KEYS = set("source url link address source_url source-url original_url canonical permalink".split())
_SAVED_KEYS = set("saved saved_at date_saved created clipped captured archived retrieved accessed".split())

_WAYBACK_ADDRESS = r"(?:https?:)?(?://web\.archive\.org)?/web/(?P<stamp>\d{14})[a-z_]{0,4}/(?P<address>https?:/.+)"
_WAYBACK_LINK = r"(?:https?:)?(?://web\.archive\.org)?/web/\d{14}[a-z_]{0,4}/[^\s\"'<>]+"
_LONGEST_ADDRESS = 4000  # letters; browsers and servers accept no longer ones

# `Thu Nov 26 2026 09:28:02 GMT+0800 (China Standard Time)`: how JavaScript writes a date, in every language.
_JAVASCRIPT_DATE = r"\w{3} (\w{3}) (\d\d) (\d{4}) (\d\d:\d\d:\d\d) (?:GMT|UTC)([+-]\d{4})?"
_OFFSET = r" \(?(?:UTC ?)?([+-]\d\d:?\d\d)\)?$"  # clippers write `2026-05-04T09:02:03 (UTC +08:00)`
_FOOTER_DATE = r"(\d\d:\d\d:\d\d) (\w{3}) (\d\d), (\d{4})"

_DEEPEST = 8  # parts in parts
_MOST_PARTS = 1_000
_LONGEST_HEADERS = 2**12  # bytes, of a part; a message's own grow with each server that passes it on
_LONGEST_HEADER = 500  # letters; the standard library needs time in proportion to their square
_NOT_BASE64 = bytes(set(range(256)) - set(string.ascii_letters.encode() + string.digits.encode() + b"+/"))
_LONGEST_NOTE = 2**12  # bytes
_LONGEST_FLOWED = 2**20  # bytes; each line takes memory while lines are joined

HTML_TYPES = ("text/html", "application/xhtml+xml")
_TEXT = ("text/plain", "text/markdown")


class Provenance(NamedTuple):
    """The page's address, and when it was saved (aware UTC); None if unknown."""

    address: str | None = None
    saved: datetime | None = None


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
    body = _first(parts, HTML_TYPES) or _first(parts, _TEXT)
    attached = list(_attached(capture, parts, body))
    if body and not (_is_covering_note(body) and any(other_file(one.data[:HEAD]) is None for one in attached)):
        yield capture._replace(data=_unflowed(body), charset=body.charset())
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


def provenance(data: bytes) -> Provenance:
    """The address and the time of saving that the page `data` gives in its head or its front matter."""
    if is_html(data):
        return _of_html(data)
    if data.startswith((b"---", b"+++", b"\xef\xbb\xbf---", b"\xef\xbb\xbf+++")):
        return _of_front_matter(data[:HEAD].decode("utf-8", "replace"))
    return Provenance()


def _of_html(data: bytes) -> Provenance:
    head = re.split(r"<body\b", _decoded(data[:HEAD]), maxsplit=1, flags=re.IGNORECASE)[0]
    address: str | None = None
    saved: datetime | None = None
    for pattern in _TOOLS:
        if found := re.search(pattern, head):
            said = found.groupdict()
            bare = said.get("bare")
            from_tool = located(f"https://{bare}" if bare else said.get("address"), moment(said.get("saved")))
            address, saved = address or from_tool.address, saved or from_tool.saved
    copy = _wayback_copy(data, head)
    return Provenance(address or copy.address, saved or copy.saved)


def _wayback_copy(data: bytes, head: str) -> Provenance:
    """What a copy by the Wayback Machine says in its links, its toolbar and its footer."""
    for tag in re.findall(r"<(?:link|meta)\b[^<>]{0,2000}", head):
        if re.search(r"\b(?:canonical|og:url)\b", tag) and (link := re.search(_WAYBACK_LINK, tag)):
            return located(link[0])
    stamps = set(re.findall(_WAYBACK_PART, head))
    footer = re.search(_WAYBACK_FOOTER, _decoded(data[-_FOOTER:]))
    if not footer and len(stamps) != 1:
        return Provenance()
    toolbar = re.search(_WAYBACK_TOOLBAR, _decoded(data[:HEAD]))
    return located(toolbar and toolbar["address"], moment(footer["saved"] if footer else stamps.pop()))


def _decoded(data: bytes) -> str:
    """The ASCII characters of UTF-8 or UTF-16, which is all that is searched for."""
    return data.replace(b"\0", b"").decode("utf-8", "replace")


def _of_front_matter(text: str) -> Provenance:
    found = re.match(_FRONT_MATTER, text)
    if not found:
        return Provenance()
    address: str | None = None
    saved: datetime | None = None
    for line in found["lines"].splitlines():
        key, value = [*re.split("[:=]", line, maxsplit=1), ""][:2]
        key = key.strip(" \"'").lower()
        if key in _ADDRESS_KEYS and (linked := re.search(r"https?://[^\s\"'<>()\[\]]+", value)):
            address = address or located(linked[0]).address
        elif key in _SAVED_KEYS:
            saved = saved or moment(value.strip().strip("\"'"))
    return Provenance(address, saved)


def located(address: str | None, saved: datetime | None = None) -> Provenance:
    """Clean an address: drop angle brackets, and split that of a Wayback copy into the original address and the time.

    `https://web.archive.org/web/20200810030405/https://news.metal.com/newscontent/1` was saved on 10 August 2020.
    """
    address = (address or "").strip().removeprefix("<").removesuffix(">")
    if copy := re.fullmatch(_WAYBACK_ADDRESS, address):
        address, saved = re.sub(r"^(https?:/)(?=[^/])", r"\1/", copy["address"]), moment(copy["stamp"])
    return Provenance(address if _is_on_the_web(address) else None, saved)


def _is_on_the_web(address: str) -> bool:
    return host_of(address) != "" and len(address) <= _LONGEST_ADDRESS and address.isprintable()


def host_of(address: str) -> str:
    """The host name of a web address, in lower case; empty if it has none, or an ambiguous one."""
    if not re.match(r"https?://[^\s\\]+\Z", address, re.IGNORECASE):
        return ""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def charset_name(name: str | None) -> str | None:
    """The declared charset in lower case; None if it cannot be the name of one."""
    name = (name or "").strip().strip("\"'").lower()
    return name if re.fullmatch(r"[a-z0-9][a-z0-9._:-]{0,39}", name) else None


def moment(text: str | None) -> datetime | None:
    """Read a time as tools write it, aware UTC; None if it is no time, or its offset is unknown."""
    if not text:
        return None
    text = text.strip()
    try:
        return _parsed(text).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _parsed(text: str) -> datetime:
    """The time, aware. Raises ValueError and similar errors if it is none."""
    if re.fullmatch(r"\d{14}", text, re.ASCII):
        return datetime.strptime(f"{text}+0000", "%Y%m%d%H%M%S%z")
    if found := re.match(_JAVASCRIPT_DATE, text, re.ASCII):
        month, day, year, clock, offset = found.groups()
        return _on(year, month, day, clock, offset or "+0000")
    if found := re.fullmatch(_FOOTER_DATE, text, re.ASCII):
        clock, month, day, year = found.groups()
        return _on(year, month, day, clock, "+0000")
    is_iso = text[:4].isdecimal()
    time = datetime.fromisoformat(re.sub(_OFFSET, r"\1", text)) if is_iso else parsedate_to_datetime(text)
    if time.tzinfo is None and not text.endswith("-0000"):
        raise ValueError("no offset")
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def _on(year: str, month: str, day: str, clock: str, offset: str) -> datetime:
    return datetime.fromisoformat(f"{year}-{MONTHS.index(month) + 1:02}-{day}T{clock}{offset}")
