"""Finds files in folders, opens them, and tells what kind each is: by its first bytes, never by its name."""

import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path
from typing import BinaryIO, NamedTuple

from feedgen_smm.errors import ConfigurationError, UnreadableCaptureError, spelled_out

LARGEST_PAGE = 8 * 2**20  # bytes; a saved page has some kilobytes, or a few megabytes with pictures in it
_LARGEST_FEED = 32 * 2**20  # bytes; no feed reader accepts as much

# What browsers append to a page's name, each in its language, to name the folder of its pictures and scripts.
_FOLDER_ENDINGS = (
    *("_files", ".files", "-Dateien", "_fichiers", "_archivos", "_arquivos", "_ficheiros", "_file", "_bestanden"),
    *("-filer", "_pliki", "_soubory", "_subory", "_elemei", "_dosyalar", "_tiedostot", "_datoteke", "_fitxers"),
)
_PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".shtml")

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)  # Windows has no such flag, and no such files

HEAD = 2**16
"""How many of a file's first bytes are looked at."""

REMEDY = "and only HTML and text can be read: save the page as one of them"
"""Ends the message on any other file: `a PDF file, and only …`."""

# What may come before the first element of an XML or HTML file.
_PROLOGUE = rb"\A(?:\xef\xbb\xbf)?\s*(?:(?:<\?[^>]*>|<!--(?:(?!-->)[\s\S]){0,4096}-->|<!DOCTYPE[^>]*>)\s*){0,20}"

_TIME_OF_CHAT = rb"(?:\d{1,4}[./-]){2}\d{2,4}, \d\d?:\d\d[^\n\]-]{0,9}"

# Files that people keep beside pages, and that are not pages.
_OTHERS = (
    (rb"\A\s*%PDF-", "a PDF file"),
    (rb"\A\s*\{\\rtf", "an RTF (rich text) file"),
    (rb"\A\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a Word document, an Outlook message or another Office file"),
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
    (rb"(?=(?:\xef\xbb\xbf)?\s*<\?xml\b)" + _PROLOGUE + rb"<(?!(?i:html|head|body|div)\b)[A-Za-z]", "XML data"),
    (rb"\ASQLite format 3\x00", "an SQLite database"),
    (rb"\A[\s\S]{257}ustar", "a tar archive"),
    (rb"\A(?:7z\xbc\xaf\x27\x1c|Rar!\x1a\x07|\xfd7zXZ\x00|BZh[1-9]1AY&SY)", "a compressed file"),
    (rb"\A(?:\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18)", "a compressed file (zstd)"),
    (rb"\AZIM\x04", "a ZIM file of Kiwix"),
    (rb"\Afiledesc://", "an ARC file, the older form of WARC"),
    (rb"\A(?: CDX [A-Za-z]|!OpenWayback-CDXJ|[a-z0-9-]+(?:,[a-z0-9-]+)+\)/\S* \d{14} )", "an index of a WARC file"),
    # WhatsApp's: `[26/11/2026, 09:20:02] Ann: `, or `11/26/26, 9:20 AM - Ann: `.
    (
        rb"\A(?:\xe2\x80\x8e)?(?:\[" + _TIME_OF_CHAT + rb"\]|" + _TIME_OF_CHAT + rb" -) [^\n:]{1,60}: ",
        "a chat",
    ),
    (rb"\A(?:\x7fELF|MZ[\s\S]{3}\x00\x00\x00|\xca\xfe\xba\xbe)", "a program"),
    (rb"\A(?:wOFF|wOF2|OTTO\x00|\x00\x01\x00\x00\x00)", "a font"),
)

DOCUMENTS = ("a PDF", "an RTF", "a Word")
"""How the names of files begin that a person may have saved a page as."""

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
    NOTES = "notes"  # Evernote's export


_KINDS = (
    (rb"\A\x1f\x8b\x08", FileKind.GZIP),
    (rb"\APK(?:\x03\x04|\x05\x06)", FileKind.ZIP),
    (rb"\AWARC/\d", FileKind.WARC),
    (rb"\AHTTP/(?:1\.[01]|2|3) \d{3}", FileKind.ANSWER),
    (rb"\Abplist0", FileKind.PROPERTY_LIST),
    (_PROLOGUE + rb"<plist\b", FileKind.PROPERTY_LIST),
    (_PROLOGUE + rb"<en-export\b", FileKind.NOTES),
    (_PROLOGUE + rb"<html data-sfz\b", FileKind.ZIP),  # SingleFile's, which unpacks itself in a browser
)

# Each table as one expression, in which a group stands for a row: trying row by row would take longer.
_ANY_OTHER, _ANY_KIND = (b"|".join(b"(%b)" % row[0] for row in table) for table in (_OTHERS, _KINDS))


class Folder(NamedTuple):
    """A folder: its path, and the signatures of its files by their names."""

    path: bytes
    files: dict[bytes, str]


def find_captures(places: Iterable[Path]) -> list[Path]:
    """The files among `places` and in folders among them, each once, ordered by name within a folder.

    Left out are hidden files and folders, pipes, sockets and devices unless `places` names them, and the folders in
    which browsers keep the pictures and scripts of a page. A link to a folder, and a folder that cannot be listed, are
    returned like files: reading them fails, and the failure is reported.
    """
    found = (
        Path(os.fsdecode(os.path.join(folder.path, name)))  # noqa: PTH118 - bytes
        for folder in survey(places)
        for name in sorted(folder.files)
    )
    return list(dict.fromkeys(found))


def survey(places: Iterable[Path]) -> Iterator[Folder]:
    """The files that `find_captures` finds, folder by folder in no order, with their signatures."""
    for place in dict.fromkeys(places):
        path = os.fsencode(place)
        if os.path.isdir(path):  # noqa: PTH112 - unlike Path.is_dir, False if it may not be asked
            yield from _walk(path)
        else:
            folder, name = os.path.split(path)
            yield Folder(folder, {name: signature(place)})


def _walk(top: bytes) -> Iterator[Folder]:
    waiting = [top]
    while waiting:
        path = waiting.pop()
        files: dict[bytes, str] = {}
        folders: list[bytes] = []
        try:
            with os.scandir(path) as listing:
                _sort(listing, files, folders)
        except OSError:
            parent, name = os.path.split(path)
            yield Folder(parent, {name: ""})  # reading it says why
            if not files and not folders:
                continue
        yield Folder(path, files)
        folders.sort(reverse=True)
        waiting += [os.path.join(path, name) for name in folders if not _belongs_to_a_page(name, files)]  # noqa: PTH118


def _sort(listing: Iterable[os.DirEntry[bytes]], files: dict[bytes, str], folders: list[bytes]) -> None:
    for item in listing:
        name = item.name
        if name.startswith(b"."):
            continue
        try:
            if item.is_file(follow_symlinks=False) or item.is_symlink():
                files[name] = signature(item)
            elif item.is_dir(follow_symlinks=False):
                folders.append(name)
        except OSError:
            files[name] = ""  # reading it says why


def _belongs_to_a_page(folder: bytes, files: dict[bytes, str]) -> bool:
    return any(os.fsencode(page) in files for page in pages_with_folder(os.fsdecode(folder)))


def pages_with_folder(folder: str) -> list[str]:
    """The names of the pages that `folder` may have been saved with: `zinc.html` and others for `zinc_files`."""
    stems = [folder.removesuffix(ending) for ending in _FOLDER_ENDINGS if folder.endswith(ending)]
    return [stem + ending for stem in stems for ending in _PAGE_ENDINGS]


def signature(file: Path | os.DirEntry[bytes]) -> str:
    """A text that changes when the file does: its size, times and inode. Empty if there is no file."""
    try:
        status = file.stat()
    except OSError:
        return ""
    numbers = status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino
    return "%x %x %x %x" % numbers  # noqa: UP031 - an f-string takes twice as long


def read_feed(path: Path) -> bytes:
    """The feed at `path`. Raises UnreadableCaptureError if it cannot be read or is too large for a feed."""
    with opened(path) as (file, status):
        if status.st_size > _LARGEST_FEED:
            raise UnreadableCaptureError(f"larger than {_LARGEST_FEED // 2**20} MiB: no feed is")
        return file.read(status.st_size)  # not more: a file of the kernel (/proc) has size 0, and may never end


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """Open the regular file at `path`, and yield it with its status. Never waits for a pipe or a device.

    Raises UnreadableCaptureError if it is no regular file, cannot be opened, or cannot be read in the `with` block.
    """
    try:
        _refuse_what_is_not_a_file(path, path.stat())  # opening a device may already have an effect
        with open(path, "rb", opener=_open_without_waiting) as file:
            status = os.fstat(file.fileno())
            _refuse_what_is_not_a_file(path, status)
            yield file, status
    except OSError as error:
        raise UnreadableCaptureError(f"cannot be read: {error.strerror}") from error


def _open_without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _WITHOUT_WAITING)


def _refuse_what_is_not_a_file(path: Path, status: os.stat_result) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    if not stat.S_ISDIR(status.st_mode):
        raise UnreadableCaptureError("not a file")
    if path.is_symlink():
        raise UnreadableCaptureError("a link to a folder, which is not followed: name the folder itself")
    raise UnreadableCaptureError("a folder that cannot be read")


def file_time(status: os.stat_result) -> datetime | None:
    """When the file was last changed; None if that is before 1970 or after the year 9999."""
    try:
        return datetime.fromtimestamp(status.st_mtime, UTC) if status.st_mtime >= 0 else None
    except (OverflowError, ValueError, OSError):
        return None


def printable(path: Path) -> str:
    """The path for messages and files: what cannot be printed, or would move a cursor, is escaped."""
    text = str(path)
    return text if text.isprintable() else spelled_out(os.fsencode(text).decode("utf-8", "backslashreplace"))


def member_name(container: str | None, name: str) -> str:
    """The printable name of a member; if its container is a member too, after the name of the container."""
    name = name if name.isprintable() else spelled_out(name)
    return f"{container}/{name}" if container else name


def read_text(path: Path) -> str:
    """The text of a configuration file. Raises ConfigurationError if it cannot be read, or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}:{line}: not UTF-8, in which TOML is written") from error


def kind_of(head: bytes) -> FileKind:
    """The kind of the file that begins with `head`."""
    if found := re.match(_ANY_KIND, head):
        return _KINDS[(found.lastindex or 0) - 1][1]
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
    if found := re.match(_ANY_OTHER, head):
        return _OTHERS[(found.lastindex or 0) - 1][1]
    sample = head[:_SAMPLE]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    is_text = controls <= max(_FEW_CONTROLS, _MANY_CONTROLS * len(sample)) or head.startswith(_BYTE_ORDER_MARKS)
    return None if is_text else "a binary file"


def is_html(data: bytes) -> bool:
    """Whether the first thing in `data` is a tag, a comment or a declaration."""
    return re.match(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\x00]*<", data) is not None
