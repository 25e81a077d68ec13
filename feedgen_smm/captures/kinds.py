"""What kind of file it is, by its first bytes and never by its name."""

import re
from enum import Enum

HEAD = 2**16
"""How many of a file's first bytes are looked at."""

REMEDY = "and only HTML and text can be read: save the page as one of them"
"""Ends the message on any other file: `a PDF file, and only …`."""


class NoPageError(Exception):
    """A file, or a member of one, in which no page can be read; the text says what it is, or what is wrong with it."""


class FileKind(Enum):
    """How a file is read."""

    PAGE = "page"  # HTML, text, or anything unknown
    GZIP = "gzip"
    ZIP = "zip"
    WARC = "WARC"
    MESSAGE = "message"  # MHTML or mail
    ANSWER = "answer"  # a server's, with its headers
    PROPERTY_LIST = "property list"  # Safari's webarchive, or a shortcut


# What may come before the first element of an XML or HTML file.
_PROLOGUE = rb"\A(?:\xef\xbb\xbf)?\s*(?:(?:<\?[^>]*>|<!--(?:(?!-->)[\s\S]){0,4096}-->|<!DOCTYPE[^>]*>)\s*){0,20}"

_KINDS = (
    (rb"\A\x1f\x8b\x08", FileKind.GZIP),
    (rb"\APK(?:\x03\x04|\x05\x06)", FileKind.ZIP),
    (rb"\AWARC/\d", FileKind.WARC),
    (rb"\AHTTP/(?:1\.[01]|2|3) \d{3}", FileKind.ANSWER),
    (rb"\Abplist0", FileKind.PROPERTY_LIST),
    (_PROLOGUE + rb"<plist\b", FileKind.PROPERTY_LIST),
)

# Files that people keep beside pages, and that are not pages.
_OTHERS = (
    (rb"\A\s*%PDF-", "a PDF file"),
    (rb"\A\s*\{\\rtf", "an RTF (rich text) file"),
    (rb"\A\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Word or other Office document"),
    (rb"\A\x89PNG\r\n", "a picture (PNG)"),
    (rb"\A\xff\xd8\xff", "a picture (JPEG)"),
    (rb"\AGIF8[79]a", "a picture (GIF)"),
    (rb"\ARIFF[\s\S]{4}WEBP", "a picture (WebP)"),
    (rb"\A[\s\S]{4}ftyp(?:avif|avis|heic|heix|mif1|msf1)", "a picture (HEIC or AVIF)"),
    (rb"\A(?:II\*\x00|MM\x00\*)", "a picture (TIFF)"),
    (rb"\ABM[\s\S]{4}\x00{4}", "a picture (BMP)"),
    (rb"\A\x00\x00\x01\x00[\x01-\x40]\x00", "a picture (icon)"),
    (_PROLOGUE + rb"<svg\b", "a picture (SVG)"),
    (rb"\A[\s\S]{4}ftyp", "a film"),
    (rb"\A\s*\[(?:InternetShortcut|DEFAULT|\{[0-9A-Fa-f-]{36}\})\][\s\S]{0,1024}\bURL=", "a shortcut"),
    (rb"\A\s*\[Desktop Entry\]", "a shortcut"),
    (rb"\A(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*(?:\"[^\"\n]{0,256}\"\s*:|\}\s*(?:\]\s*)?\Z)", "JSON data"),
    (_PROLOGUE + rb"<(?:rss|feed|rdf:RDF)\b", "a feed"),
    (rb"\ASQLite format 3\x00", "an SQLite database"),
    (rb"\A[\s\S]{257}ustar", "a tar archive"),
    (rb"\A(?:7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\xfd7zXZ\x00|BZh[1-9]1AY&SY|\x28\xb5\x2f\xfd)", "a compressed file"),
    (rb"\A(?:\x7fELF|MZ[\s\S]{3}\x00\x00\x00|\xca\xfe\xba\xbe)", "a program"),
    (rb"\A(?:wOFF|wOF2|OTTO\x00|\x00\x01\x00\x00\x00)", "a font"),
)

# A mail or an MHTML file has at least one of these headers. No text begins with one.
_MESSAGE_HEADERS = {
    *(b"mime-version", b"message-id", b"return-path"),
    *(b"snapshot-content-location", b"content-location", b"content-transfer-encoding"),
}
_HEADER = rb"([A-Za-z][A-Za-z0-9-]{0,60}):[^\n]*\n(?:[ \t]+\S[^\n]*\n)*"

# Control characters that no text has. NUL is not among them: UTF-16 has it.
_CONTROLS = bytes({*range(1, 0x20), 0x7F} - set(b"\t\n\v\f\r\x1b"))
_MANY_CONTROLS = 0.08  # share of the sample; in compressed data it is a tenth
_FEW_CONTROLS = 8  # so few may be damage in a short text
_SAMPLE = 4096  # bytes
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def kind_of(head: bytes) -> FileKind:
    """The kind of the file that begins with `head`."""
    for pattern, kind in _KINDS:
        if re.match(pattern, head):
            return kind
    return FileKind.MESSAGE if _begins_with_headers(head) else FileKind.PAGE


def _begins_with_headers(head: bytes) -> bool:
    mailbox_line = re.match(rb"(?:\xef\xbb\xbf)?\s*(?:From [^\n]*\n)?", head)
    position = mailbox_line.end() if mailbox_line else 0
    while header := re.compile(_HEADER).match(head, position):
        if header[1].lower() in _MESSAGE_HEADERS:
            return True
        position = header.end()
    return False


def other_file(head: bytes) -> str | None:
    """A name for the file that begins with `head`, such as `a PDF file`; None if it is HTML or text."""
    for pattern, name in _OTHERS:
        if re.match(pattern, head):
            return name
    sample = head[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    is_text = controls <= max(_FEW_CONTROLS, _MANY_CONTROLS * len(sample)) or head.startswith(_BYTE_ORDER_MARKS)
    return None if is_text else "a binary file"


def is_html(data: bytes) -> bool:
    """Whether the first thing in `data` is a tag, a comment or a declaration."""
    return re.match(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<", data) is not None
