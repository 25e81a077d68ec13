"""Writes feeds into their folder: all of them or none, and only those whose bytes changed.

A feed reader or a web server sees the old file or the new one, never a part of one. An unchanged file keeps its time,
by which web servers tell feed readers that nothing is new.
"""

import os
import stat
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from feedgen_smm.errors import PublishError

if sys.platform != "win32":
    import fcntl

_UNCHANGED = "the existing feeds were left unchanged"
_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_KERNEL = ("/proc/", "/sys/")  # what looks like a file below these is not one


class _Place(NamedTuple):
    """Where a file goes: its path in the output folder, and where that leads if it is a link."""

    path: Path
    target: Path

    @property
    def draft(self) -> Path:
        """Where the new file is written before it takes the old one's place."""
        return self.target.with_name(f".{self.target.name}.new")

    @property
    def kept(self) -> Path:
        """Where the file is kept while others are replaced."""
        return self.target.with_name(f".{self.target.name}.old")


class _Before(NamedTuple):
    """A file before it was replaced: `data` is None if it is kept under a second name, else its bytes."""

    data: bytes | None
    status: os.stat_result


def stale(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Return the names of those `files` whose bytes differ from what is in `folder`.

    Raises PublishError for a file that cannot be read, or that is no regular file.
    """
    return [name for name, data in files.items() if not _holds(_place(folder, name), data)]


@contextmanager
def drafting(folder: Path) -> Iterator["Drafts"]:
    """Lock `folder` against other builds, and yield new files for it, to be written in full before any old one goes.

    Raises PublishError, naming the file, if one cannot be written; then all files are as they were.
    """
    _make(folder)
    with _locked(folder):
        drafts = Drafts(folder)
        try:
            yield drafts
        finally:
            drafts.discard()


class Drafts:
    """New files beside those that they are to replace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._touched: dict[str, _Place] = {}
        self._changed: list[_Place] = []

    def add(self, files: Mapping[str, bytes]) -> None:
        """Write drafts of `files`."""
        self.clean(files)
        for name, data in files.items():
            place = self._touched[name]
            _make(place.target.parent)
            _write_draft(place, data)
            self._changed.append(place)

    def clean(self, names: Iterable[str]) -> None:
        """At the end, delete what a killed build left beside these files."""
        self._touched |= {name: _place(self._folder, name) for name in names if name not in self._touched}

    def replace(self) -> None:
        """Put all drafts in their places, in the order in which they were added."""
        _replace_all(self._changed)
        self._changed = []

    def discard(self) -> None:
        """Delete all drafts that were not put in their places."""
        for place in self._touched.values():
            for left in (place.draft, place.kept):
                with suppress(OSError):
                    left.unlink()


def remove(folder: Path, names: Iterable[str]) -> list[str]:
    """Delete these files from `folder`, and return the names of those that were there.

    Folders stay, even empty ones. Raises PublishError if a file cannot be deleted, or is no regular file.
    """
    if not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir raises where a folder above may not be entered
        return []
    with _locked(folder):
        found = {name: place for name in names if _status(place := _place(folder, name))}
        for place in found.values():
            try:
                place.target.unlink()
            except OSError as error:
                raise _failure(place, "deleted", error, "delete it by hand, or run the command again") from error
    return [*found]


def _place(folder: Path, name: str) -> _Place:
    """Find where `name` leads: a feed may be a link into a web server's folder. Raises ValueError for `../a`."""
    if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
        raise ValueError(f"not a name within the output folder: {name}")
    return _Place(folder / name, Path(os.path.realpath(folder / name)))


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Wait until no other build writes into `folder`. The lock is on the folder itself and ends with the process."""
    if sys.platform == "win32":
        yield
        return
    handle = -1
    try:
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX)
    except OSError as error:
        if handle >= 0:
            os.close(handle)
        raise _failure(folder, "locked", error) from error
    try:
        yield
    finally:
        os.close(handle)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _failure(folder, "made", error) from error


def _status(place: _Place) -> os.stat_result | None:
    """The status of the file, None if there is none. Raises PublishError if it is no regular file."""
    try:
        status = place.target.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _failure(place, "read", error) from error
    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
    if kind is None and place.target.as_posix().startswith(_KERNEL):
        kind = "a part of the kernel"
    if kind is not None:
        message = f"{_shown(place)}: is {kind}, not a file: move it away, or choose another folder for the feeds"
        raise PublishError(f"{message}; {_UNCHANGED}")
    return status


def _holds(place: _Place, data: bytes) -> bool:
    status = _status(place)
    return status is not None and status.st_size == len(data) and _read(place) == data


def _read(place: _Place) -> bytes:
    try:
        with open(place.target, "rb", opener=_without_waiting) as file:
            return file.read()
    except OSError as error:
        raise _failure(place, "read", error) from error


def _without_waiting(path: str, flags: int) -> int:
    """Open a file without waiting if it has become a pipe since its status was read."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _create(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _mode(place: _Place) -> int:
    """The permissions of the file; for a new file those of its folder, without the right to execute."""
    try:
        return stat.S_IMODE(place.target.stat().st_mode) & 0o777
    except FileNotFoundError:
        return place.target.parent.stat().st_mode & 0o666


def _write_draft(place: _Place, data: bytes) -> None:
    try:
        mode = _mode(place)
        place.draft.unlink(missing_ok=True)
        with open(place.draft, "xb", opener=_create) as file:
            file.write(data)
            file.flush()
            if sys.platform != "win32":
                with suppress(PermissionError):  # some file systems have no permissions to set
                    os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
    except OSError as error:
        raise _failure(place, "written", error) from error


def _replace_all(places: Sequence[_Place]) -> None:
    """Put each draft in its place; if one fails, restore the files that were replaced before it."""
    before = [(place, _before(place)) for place in places]
    for number, place in enumerate(places):
        try:
            place.draft.replace(place.target)
        except OSError as error:
            changed = [lost for done, was in before[:number] if (lost := _put_back(done, was))]
            raise _failure(place, "replaced", error, "; ".join(changed) or _UNCHANGED) from error


def _before(place: _Place) -> _Before | None:
    status = _status(place)
    if status is None:
        return None
    try:
        place.kept.unlink(missing_ok=True)
        os.link(place.target, place.kept)
    except OSError:
        return _Before(_read(place), status)
    return _Before(None, status)


def _put_back(place: _Place, before: _Before | None) -> str | None:
    """Restore the file, with its time; return a message if that fails."""
    try:
        if before is None:
            place.target.unlink(missing_ok=True)
        elif before.data is None:
            place.kept.replace(place.target)
        else:
            _write_draft(place, before.data)  # with the permissions that the new file took over
            os.utime(place.draft, ns=(before.status.st_atime_ns, before.status.st_mtime_ns))
            place.draft.replace(place.target)
    except (OSError, PublishError):
        return f"{_shown(place)} is new already, and could not be put back"
    return None


def _shown(place: _Place | Path) -> str:
    if isinstance(place, Path):
        return str(place)
    is_link = os.path.islink(place.path)  # noqa: PTH114 - Path.is_symlink may raise, and we are reporting an error
    return f"{place.path} (a link to {place.target})" if is_link else str(place.path)


def _failure(place: _Place | Path, action: str, error: OSError, outcome: str = _UNCHANGED) -> PublishError:
    return PublishError(f"{_shown(place)}: cannot be {action}: {error.strerror or error}; {outcome}")
