"""Where bytes come from: saved pages in files and folders, and feeds in files."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from feedgen_smm.errors import ConfigurationError, UnreadableCaptureError, spelled_out
from feedgen_smm.models import Capture

LARGEST_PAGE = 8 * 2**20  # bytes; saved pages are some kilobytes, with pictures set in the text a few megabytes
LARGEST_FEED = 32 * 2**20  # bytes; no reader asks for as much

# What browsers add to a page's name, in their languages, to name the folder of its pictures and scripts.
_FOLDER_ENDINGS = (
    *("_files", ".files", "-Dateien", "_fichiers", "_archivos", "_arquivos", "_ficheiros", "_file", "_bestanden"),
    *("-filer", "_pliki", "_soubory", "_subory", "_elemei", "_dosyalar", "_tiedostot", "_datoteke", "_fitxers"),
)
_PAGE_ENDINGS = (".html", ".htm", ".xhtml", ".shtml")

_WITHOUT_WAITING = getattr(os, "O_NONBLOCK", 0)  # Windows has neither the flag nor such files


class Folder(NamedTuple):
    """A folder's path, and its files' names with their signatures."""

    path: bytes
    files: dict[bytes, str]


def find_captures(places: Iterable[Path]) -> list[Path]:
    """The files that `places` are or hold, each once, the files of a folder in the order of their names.

    Leaves out hidden files and folders, what is not a file (pipes, sockets) unless `places` names it, and the folders
    in which browsers keep the pictures and scripts of a page. A link to a folder and a folder that cannot be listed
    stand for themselves: reading them fails, and is reported.
    """
    found = (path_of(folder.path, name) for folder in survey(places) for name in sorted(folder.files))
    return list(dict.fromkeys(found))


def survey(places: Iterable[Path]) -> Iterator[Folder]:
    """The files of `find_captures` in no order, folder by folder, with their signatures."""
    for place in dict.fromkeys(places):
        path = os.fsencode(place)
        if os.path.isdir(path):  # noqa: PTH112 - unlike Path.is_dir, False where it may not be asked
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
                for item in listing:
                    _sort(item, files, folders)
        except OSError:
            parent, name = os.path.split(path)
            yield Folder(parent, {name: ""})  # reading it says why
            if not files and not folders:
                continue
        yield Folder(path, files)
        folders.sort(reverse=True)
        waiting += [os.path.join(path, name) for name in folders if not _belongs_to_a_page(name, files)]  # noqa: PTH118


def _sort(item: os.DirEntry[bytes], files: dict[bytes, str], folders: list[bytes]) -> None:
    name = item.name
    if name.startswith(b"."):
        return
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
    """The names of pages beside `folder` whose pictures and scripts it may hold: `zinc.html` for `zinc_files`."""
    stems = [folder.removesuffix(ending) for ending in _FOLDER_ENDINGS if folder.endswith(ending)]
    return [stem + ending for stem in stems for ending in _PAGE_ENDINGS]


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
    """The bytes of the file at `path`. Raises UnreadableCaptureError where it cannot be read or is too large."""
    with opened(path) as (file, status):
        return Capture(printable(path), _read(file, status, LARGEST_PAGE, "saved page"), file_time(status))


def read_feed(path: Path) -> bytes:
    """The feed at `path`. Raises UnreadableCaptureError where it cannot be read or is too large for a feed."""
    with opened(path) as (file, status):
        return _read(file, status, LARGEST_FEED, "feed")


def _read(file: BinaryIO, status: os.stat_result, largest: int, kind: str) -> bytes:
    if status.st_size > largest:
        raise UnreadableCaptureError(f"larger than {largest // 2**20} MiB: no {kind} is")
    return file.read(status.st_size)  # no more: what the kernel makes up (/proc) has size 0, and may never end


@contextmanager
def opened(path: Path) -> Iterator[tuple[BinaryIO, os.stat_result]]:
    """The regular file at `path`, open, and its status; anything else is refused, and never waited for.

    Raises UnreadableCaptureError where it cannot be opened, and where the disk fails while it is read.
    """
    try:
        _refuse_what_is_not_a_file(path, path.stat())  # to open a device may already do something
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
    """When the file was changed last; None where its time is before 1970 or beyond the year 9999."""
    try:
        return datetime.fromtimestamp(status.st_mtime, UTC) if status.st_mtime >= 0 else None
    except (OverflowError, ValueError, OSError):
        return None


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


def member_name(container: str | None, name: str) -> str:
    """The name of what a file holds, fit to be printed, after the name of the member of the file that it is in."""
    name = name if name.isprintable() else spelled_out(name)
    return f"{container}/{name}" if container else name
