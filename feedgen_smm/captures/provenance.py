"""Where a page is from and when it was saved, as it says itself; addresses, times and charsets as tools write them.

Tools that save pages write the address and the time into the head of the page, mostly as a comment; clippers write
front matter. The body of the page is not searched, because an article may quote anything.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from feedgen_smm.captures.files import HEAD, is_html
from feedgen_smm.models import MONTHS

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


class Provenance(NamedTuple):
    """The page's address, and when it was saved (aware UTC); None if unknown."""

    address: str | None = None
    saved: datetime | None = None


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
