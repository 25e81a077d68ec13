"""Bytes of a saved page → its lines, in characters that every feed can carry."""

import codecs
import re
from itertools import islice

from feedgen_smm.errors import NoArticleError

# Patterns here are compiled by `re` when a page first needs them; most never do.

# What XML 1.0 cannot carry (section 2.2: controls, lone surrogates, U+FFFE and U+FFFF), and what it discourages or the
# W3C feed validator warns of: C1 controls, noncharacters, U+FFFD. U+FEFF is a byte order mark wherever it stands. What
# turns the direction of letters (U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069) would turn those of a reader's
# list, too. Private characters (U+E000 to U+F8FF) are icons of a font that a feed does not have.
_UNWANTED = (
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\uf8ff\ufdd0-\ufdef"
    "\ufeff\ufffd-\uffff"
    + "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)

# A line of only these looks blank: soft hyphens, joiners and spaces of no width, marks of direction.
_INVISIBLE = "[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064 ]+"

_PRINTABLE_ASCII = b"\n" + bytes(range(0x20, 0x7F))
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Pairs of GB 2312, the everyday part of GB18030; their lead byte alone would be a lone accented letter elsewhere.
_GB_PAIR = rb"[\xa1-\xf7][\xa1-\xfe]"
# What Western editors save as one byte: dashes, quotes, ellipsis, bullet, and the accented letters.
_WESTERN_BYTE = rb"(?<![\x80-\xff])[\x80\x82-\x8c\x8e\x91-\x9c\x9e-\xff](?![\x80-\xff])"
_HIGH_BYTE = rb"[\x80-\xff]"

_HEAD = 4096  # bytes in which a page names its charset
# Charsets that not just any bytes fit, by the names that pages use; the decoders are wider, as in browsers.
_STRICT_CHARSETS = {
    "gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932",
    "euc-jp": "euc-jp", "euc-kr": "cp949",
}  # fmt: skip
_LONGEST_CHARACTER = 4  # bytes, in UTF-8; fewer at the end of a file are a character that was cut
_FEW, _MANY, _MOST = 0.05, 0.2, 0.8  # shares of the bytes in question

_TAGS = (
    "a|article|aside|b|base|blockquote|body|br|center|div|em|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|li|link"
    "|main|meta|nav|ol|p|pre|script|section|small|span|strong|style|table|tbody|td|th|title|tr|u|ul"
)
_BEGINS = rf"(?i)\s*(?:<!--(?:[^-]|-(?!->))*-->\s*|<\?[^>]*>\s*)*(?:<!doctype\s+html|</?(?:{_TAGS})(?=[\s>/]))"
_MARKDOWN = r"(?m)^(?:#{1,6} \S.*\n\s*\n|\+[-=+]{10,}\+$)"
_WHOLE_PAGE = r"(?i)<(?:html|head|body|p)\b"
_BLOCK_ENDS = r"(?i)</(?:p|div|h[1-6]|body|html|li|td)\s*>"
_FEWEST_BLOCKS = 5
_LOOKED_AT = 200_000  # letters, for tags in a page that does not begin with one

_FIGURE_IN_A_ROW = r"[+\u2212-]?[$€¥]?\d[\d.,]*%?"


def split_lines(text: str) -> list[str]:
    """The lines of a text as they stand; index 0 is line 1."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.split("\n")


def tidy_lines(text: str, lines: list[str]) -> list[str]:
    """The `lines` of a text, with white space folded and trimmed, and without what feeds cannot carry."""
    unusual = text.encode("utf-8", "replace").translate(None, _PRINTABLE_ASCII).decode("utf-8", "replace")
    if "  " in text or not unusual.isprintable() or "\ufffd" in unusual:
        return [tidied(line) for line in lines]
    return [line.strip() for line in lines]


def tidied(line: str) -> str:
    """One line, tidied as `tidy_lines` does."""
    if line.isprintable() and "\ufffd" not in line:
        return " ".join(line.split()) if "  " in line else line.strip()
    tidy = " ".join(re.sub(_UNWANTED, "", " ".join(line.split())).split())
    return "" if re.fullmatch(_INVISIBLE, tidy) else tidy


def decode(data: bytes, charset: str | None = None) -> str:
    """The text of `data`, by its byte order mark, else UTF-8, UTF-16, GB18030 or Windows-1252 by what the bytes show.

    `charset` is what the container says; without it, the beginning of an HTML page is asked. It may be wrong: bytes
    that are UTF-8 are read as UTF-8, and bytes that it cannot have written are read by what they show. A file that is
    UTF-8 but for a few damaged bytes, or was cut inside a character, loses only those.
    Raises NoArticleError where the bytes are no text in an encoding that can be told.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "ignore")
    if b"\0" in data:
        if utf_16 := _utf_16_by_its_nulls(data):
            return data.decode(utf_16, "ignore")
        if data.count(0) > _FEW * len(data):
            raise NoArticleError("not text: the file is full of NUL bytes")
        data = data.replace(b"\0", b"")
    try:
        return data.decode()
    except UnicodeDecodeError:
        return _decode_declared(data, charset or _declared_charset(data)) or _decode_legacy(data)


def _declared_charset(data: bytes) -> str | None:
    """The charset that the beginning of an HTML page names."""
    found = re.search(rb"<meta[^>]{1,100}?charset ?= ?[\"']?([\w-]{2,20})", data[:_HEAD], re.IGNORECASE)
    return found[1].decode("ascii", "ignore") if found else None


def _decode_declared(data: bytes, charset: str | None) -> str | None:
    """The text of `data` in the declared charset, where that is one that not just any bytes fit, and these fit it."""
    encoding = _STRICT_CHARSETS.get((charset or "").strip().casefold())
    try:
        return data.decode(encoding) if encoding else None
    except UnicodeDecodeError:
        return None


def _utf_16_by_its_nulls(data: bytes) -> str | None:
    """UTF-16 without a byte order mark, recognised by the NULs in every other byte of its ASCII characters."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) > _MANY * len(data) and min(even, odd) < _FEW * len(data):
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _decode_legacy(data: bytes) -> str:
    """Decode bytes that are not valid UTF-8 throughout."""
    high = len(re.findall(_HIGH_BYTE, data))
    lenient = data.decode("utf-8", "ignore")
    lost = len(data) - len(lenient.encode())
    if lost < _LONGEST_CHARACTER or lost <= _FEW * high:
        return lenient
    if 2 * len(re.findall(_GB_PAIR, data)) >= _MOST * high:
        return data.decode("gb18030", "ignore")
    if len(re.findall(_WESTERN_BYTE, data)) >= _MOST * high and high < _MANY * len(data):
        return data.decode("cp1252", "ignore")
    if lost <= _FEW * len(data):
        return lenient
    raise NoArticleError("not text: neither UTF-8, UTF-16, GB18030 nor Windows-1252")


def is_html(text: str) -> bool:
    """Whether a page is HTML. A text that mentions a tag or two is not, nor is Markdown with tags around its blocks."""
    if "<" not in text:
        return False
    ends = re.finditer(_BLOCK_ENDS, text[:_LOOKED_AT])
    if not re.match(_BEGINS, text) and sum(1 for _ in islice(ends, _FEWEST_BLOCKS)) < _FEWEST_BLOCKS:
        return False
    return re.search(_WHOLE_PAGE, text) is not None or re.search(_MARKDOWN, text) is None


def is_row_of_figures(line: str) -> bool:
    """Whether a line is a row of a table: at least two figures, at its end or as many as there are words."""
    figures = [not word.isalpha() and re.fullmatch(_FIGURE_IN_A_ROW, word) is not None for word in line.split()]
    count = sum(figures)
    return count > 1 and (2 * count >= len(figures) or all(figures[-2:]))
