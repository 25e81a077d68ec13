"""Bytes of a saved page → its lines, in characters that every feed can carry."""

import codecs
import re

from feedgen_smm.errors import UndecodableError

# What XML 1.0 cannot carry (section 2.2: controls, lone surrogates, U+FFFE and U+FFFF), and what it discourages or the
# W3C feed validator warns of: C1 controls, noncharacters, U+FFFD. U+FEFF is a byte order mark wherever it stands.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffd-\uffff"
    + "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)

_PRINTABLE_ASCII = b"\n" + bytes(range(0x20, 0x7F))

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark begins this one
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Pairs of GB 2312, the everyday part of GB18030; their lead byte alone would be a lone accented letter elsewhere.
_GB_PAIR = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
# What Western editors save as one byte: dashes, quotes, ellipsis, bullet, and the accented letters.
_WESTERN_BYTE = re.compile(rb"(?<![\x80-\xff])[\x80\x82-\x8c\x8e\x91-\x9c\x9e-\xff](?![\x80-\xff])")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")


def read_lines(data: bytes) -> list[str]:
    """The lines of a page, white space folded to single spaces and trimmed; index 0 is line 1.

    Raises UndecodableError where the bytes are no text in an encoding that can be told.
    """
    text = decode(data)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    if _is_tidy(data):
        return [line.strip() for line in lines]
    return [" ".join(_UNWANTED.sub("", " ".join(line.split())).split()) for line in lines]


def _is_tidy(data: bytes) -> bool:
    """Whether there is nothing to fold and nothing to drop: UTF-8 with single spaces and only printable characters."""
    if b"  " in data:
        return False
    unusual = data.translate(None, _PRINTABLE_ASCII)
    try:
        return unusual.decode().isprintable()
    except UnicodeDecodeError:
        return False


def decode(data: bytes) -> str:
    """The text of `data`, by its byte order mark, else UTF-8, UTF-16, GB18030 or Windows-1252 by what the bytes show.

    A file that is UTF-8 but for a few damaged bytes, or was cut inside a character, loses only those.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "ignore")
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return _decode_legacy(data)
    return _decode_with_nulls(data, text) if b"\0" in data else text


def _decode_with_nulls(data: bytes, text: str) -> str:
    """Text with NULs is UTF-16 without its mark, or text with a few stray NULs, or binary."""
    even, odd = data[::2].count(0), data[1::2].count(0)
    if max(even, odd) > len(data) * 0.2 and min(even, odd) < len(data) * 0.05:
        return data.decode("utf-16-be" if even > odd else "utf-16-le", "ignore")
    if even + odd > len(data) * 0.05:
        raise UndecodableError("not text: the file is full of NUL bytes")
    return text


def _decode_legacy(data: bytes) -> str:
    """Bytes that are not UTF-8 throughout."""
    high = len(_HIGH_BYTE.findall(data))
    lenient = data.decode("utf-8", "ignore")
    lost = len(data) - len(lenient.encode())
    if b"\0" in data:
        return _decode_with_nulls(data, lenient if lost * 20 <= len(data) else "\0" * len(data))
    if lost <= 3 or lost * 20 <= high:
        return lenient
    if 2 * len(_GB_PAIR.findall(data)) >= 0.8 * high:
        return data.decode("gb18030", "ignore")
    if len(_WESTERN_BYTE.findall(data)) >= 0.9 * high and high * 5 < len(data):
        return data.decode("cp1252", "ignore")
    raise UndecodableError("not text: neither UTF-8, UTF-16, GB18030 nor Windows-1252")
