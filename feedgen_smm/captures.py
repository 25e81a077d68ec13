"""Where bytes come from: saved pages in files and folders, and feeds in files."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Capture

LARGEST_PAGE = 8 * 2**20  # bytes; saved pages are some kilobytes, with pictures set in the text a few megabytes
LARGEST_FEED = 32 * 2**20  # bytes; no reader asks for as much


def find_captures(places: Iterable[Path]) -> list[Path]:
    """The files that `places` are or hold, each once, the files of a folder in the order of their names.

    Hidden files and folders are left out, as are things that are no files (pipes, sockets), unless named themselves.
    A folder that cannot be listed stands for itself, so that reading it fails and is reported.
    """
    found = (file for place in places for file in (_walk(place) if place.is_dir() else (place,)))
    return list(dict.fromkeys(found))


def _walk(folder: Path) -> Iterator[Path]:
    try:
        with os.scandir(folder) as listing:
            items = sorted(listing, key=lambda item: item.name)
    except OSError:
        yield folder  # reading it says why
        return
    for item in items:
        if item.name.startswith("."):
            continue
        if item.is_dir(follow_symlinks=False):
            yield from _walk(folder / item.name)
        elif item.is_file() or item.is_symlink():
            yield folder / item.name


def read_capture(path: Path) -> Capture:
    """The saved page at `path`. Raises UnreadableCaptureError where it cannot be read or is too large for a page."""
    return Capture(printable(path), _read(path, LARGEST_PAGE, "saved page"))


def read_feed(path: Path) -> bytes:
    """The feed at `path`. Raises UnreadableCaptureError where it cannot be read or is too large for a feed."""
    return _read(path, LARGEST_FEED, "feed")


def _read(path: Path, largest: int, kind: str) -> bytes:
    try:
        # Looked at before it is opened: a pipe would keep us waiting, and a large file is not read to be refused.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableCaptureError("a folder that cannot be read" if path.is_dir() else "not a file")
        if status.st_size > largest:
            raise UnreadableCaptureError(f"larger than {largest // 2**20} MiB: no {kind} is")
        return path.read_bytes()
    except OSError as error:
        raise UnreadableCaptureError(f"cannot be read: {error.strerror}") from error


def printable(path: Path) -> str:
    """The path as it can be shown and written: what is no character, or would move the cursor, is spelled out."""
    text = str(path)
    return text if text.isprintable() else spelled_out(os.fsencode(text).decode("utf-8", "backslashreplace"))


def spelled_out(text: str) -> str:
    """The text with what cannot be printed as Python would write it."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)
