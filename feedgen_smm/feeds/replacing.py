"""Feeds onto the disk: all of them or none, and only those whose bytes changed.

A reader, or a web server, sees the old file or the new one and never a part; an unchanged file keeps its time, from
which servers tell readers that there is nothing new.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from feedgen_smm.errors import PublishError

if sys.platform != "win32":
    import fcntl


def stale(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """The names in `files` whose bytes are not those that stand in `folder`.

    Raises PublishError where one cannot be read.
    """
    return [name for name, data in files.items() if _standing(folder / name) != data]


def publish(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Make `folder` hold `files`, and return the names of those that were replaced.

    All new files are written out in full before the first takes its place. Raises PublishError, naming the file, where
    one cannot be written; what stood then still stands.
    """
    _make(folder)
    with _alone_in(folder):
        changed = stale(folder, files)
        staged: list[tuple[Path, Path]] = []
        try:
            for name in changed:
                target = Path(os.path.realpath(folder / name))  # a link goes on leading where it leads
                _make(target.parent)
                draft = _draft_of(target)
                staged.append((draft, target))
                _write_out(draft, files[name], target)
            _replace_all(staged)
        finally:
            for draft, _ in staged:
                draft.unlink(missing_ok=True)
    return changed


@contextmanager
def _alone_in(folder: Path) -> Iterator[None]:
    """Wait until no other build writes into `folder`; the lock is the folder's own and ends with the process."""
    if sys.platform == "win32":
        yield
        return
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise _failure(folder, "opened", error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _failure(folder, "made", error) from error


def _standing(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise _failure(path, "read", error) from error


def _write_out(draft: Path, data: bytes, target: Path) -> None:
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise _failure(target, "written", error) from error


def _draft_of(target: Path) -> Path:
    return target.with_name(f".{target.name}.new")


def _replace_all(staged: Sequence[tuple[Path, Path]]) -> None:
    """Let each draft take its target's place; where one cannot, those that could give theirs back."""
    before = [(target, _standing(target)) for _, target in staged]
    for done, (draft, target) in enumerate(staged):
        try:
            _replace(draft, target)
        except PublishError:
            for replaced, data in before[:done]:
                _restore(replaced, data)
            raise


def _restore(target: Path, data: bytes | None) -> None:
    if data is None:
        target.unlink()
        return
    _write_out(_draft_of(target), data, target)
    _replace(_draft_of(target), target)


def _replace(draft: Path, target: Path) -> None:
    try:
        draft.replace(target)
    except OSError as error:
        raise _failure(target, "replaced", error) from error


def _failure(path: Path, action: str, error: OSError) -> PublishError:
    return PublishError(f"{path}: cannot be {action}: {error.strerror}; the feeds that stood still stand")
