"""Where bytes come from: saved pages in files and folders, and feeds in files."""

import os
import stat
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from feedgen_smm.errors import ConfigurationError, UnreadableCaptureError, spelled_out
from feedgen_smm.models import Capture

LARGEST_PAGE = 8 * 2**20  # bytes; saved pages are some kilobytes, with pictures set in the text a few megabytes
LARGEST_FEED = 32 * 2**20  # bytes; no reader asks for as much


class Folder(NamedTuple):
    """A folder's path, and its files' names with their signatures."""

    path: bytes
    files: dict[bytes, str]


def find_captures(places: Iterable[Path]) -> list[Path]:
    """The files that `places` are or hold, each once, the files of a folder in the order of their names.

    Hidden files and folders are left out, as are things that are no files (pipes, sockets), unless named themselves.
    A folder that cannot be listed stands for itself, so that reading it fails and is reported.
    """
    found = (path_of(folder.path, name) for folder in survey(places) for name in sorted(folder.files))
    return list(dict.fromkeys(found))


def survey(places: Iterable[Path]) -> Iterator[Folder]:
    """The files of `find_captures` in no order, folder by folder, with their signatures."""
    for place in dict.fromkeys(places):
        path = os.fsencode(place)
        if place.is_dir():
            yield from _walk(path)
        else:
            folder, name = os.path.split(path)
            yield Folder(folder, {name: signature(place)})


def _walk(path: bytes) -> Iterator[Folder]:
    files: dict[bytes, str] = {}
    folders: list[bytes] = []
    try:
        with os.scandir(path) as listing:
            for item in listing:
                if item.name.startswith(b"."):
                    continue
                if item.is_dir(follow_symlinks=False):
                    folders.append(item.path)
                elif item.is_file() or item.is_symlink():
                    files[item.name] = signature(item)
    except OSError:
        folder, name = os.path.split(path)
        yield Folder(folder, {name: ""})  # reading it says why
        return
    yield Folder(path, files)
    for folder in sorted(folders):
        yield from _walk(folder)


def signature(file: Path | os.DirEntry[bytes]) -> str:
    """A text that changes whenever the file does: its size, its times, its place on the disk; empty without a file."""
    try:
        status = file.stat()
    except OSError:
        return ""
    return f"{status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


def path_of(folder: bytes, name: bytes) -> Path:
    """The path of a file of a folder."""
    return Path(os.fsdecode(os.path.join(folder, name)))  # noqa: PTH118 - bytes


def read_capture(path: Path) -> Capture:
    """The saved page at `path`. Raises UnreadableCaptureError where it cannot be read or is too large for a page."""
    data, saved = _read(path, LARGEST_PAGE, "saved page")
    return Capture(printable(path), data, saved)


def read_feed(path: Path) -> bytes:
    """The feed at `path`. Raises UnreadableCaptureError where it cannot be read or is too large for a feed."""
    data, _ = _read(path, LARGEST_FEED, "feed")
    return data


def _read(path: Path, largest: int, kind: str) -> tuple[bytes, datetime]:
    """The bytes of a file and when they were saved."""
    try:
        # Looked at before it is opened: a pipe would keep us waiting, and a large file is not read to be refused.
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableCaptureError("a folder that cannot be read" if path.is_dir() else "not a file")
        if status.st_size > largest:
            raise UnreadableCaptureError(f"larger than {largest // 2**20} MiB: no {kind} is")
        return path.read_bytes(), datetime.fromtimestamp(status.st_mtime, UTC)
    except OSError as error:
        raise UnreadableCaptureError(f"cannot be read: {error.strerror}") from error


def printable(path: Path) -> str:
    """The path as it can be shown and written: what is no character, or would move the cursor, is spelled out."""
    text = str(path)
    return text if text.isprintable() else spelled_out(os.fsencode(text).decode("utf-8", "backslashreplace"))


def read_text(path: Path) -> str:
    """The text of a configuration. Raises ConfigurationError where it cannot be read, or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}:{line}: not UTF-8, in which TOML is written") from error
