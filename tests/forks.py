"""Builds in a fork of this process, which has all it needs imported: fast as a call, and free to be killed."""

import os
import shutil
import signal
import sqlite3
import sys
import tempfile
import traceback
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from importlib import import_module
from io import FileIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from feedgen_smm import build
from feedgen_smm.build import read
from feedgen_smm.captures.files import signature
from feedgen_smm.cli import main
from feedgen_smm.models import Capture, Page

LONGEST = 120  # seconds; a build that takes more hangs
TRACEBACK = "Traceback (most recent call last)"
FAULT_OF_OURS = 70
RECORD, OUTPUT = "record.sqlite3", "output"

for _module in ("feedgen_smm.build.passes", "feedgen_smm.cli.build", "feedgen_smm.cli.list", "feedgen_smm.cli.upkeep"):
    import_module(_module)  # or each fork would

PARSER = ((read, "VERSION"), (build, "VERSION"), (read, "parse"))
"""Where a build finds its parser, and the version of it."""

Files = dict[str, bytes]


class HarmError(Exception):
    """A promise that was broken; the text says which."""


class Ended(NamedTuple):
    """How a command ended: its exit status, less than 0 where it was killed, and what it said on standard error."""

    status: int
    said: str

    @property
    def was_killed(self) -> bool:
        """Whether it did not come to its end."""
        return self.status < 0


def command(arguments: Sequence[str], epoch: int, prepare: Callable[[], None] = lambda: None) -> Ended:
    """Run the program in a fork at that time, after `prepare`. Raises HarmError for a traceback, or where it hangs."""
    sys.stdout.flush()
    sys.stderr.flush()
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            _run(arguments, epoch, prepare, said.fileno())
        _, status = os.waitpid(child, 0)
        said.seek(0)
        ended = Ended(os.waitstatus_to_exitcode(status), said.read().decode(errors="backslashreplace"))
    if ended.status == -signal.SIGALRM:
        raise HarmError("a build hangs")
    if TRACEBACK in ended.said:
        raise HarmError(f"a traceback: {ended.said[ended.said.index(TRACEBACK) :]}")
    return ended


def _run(arguments: Sequence[str], epoch: int, prepare: Callable[[], None], said: int) -> None:
    """Be the program, and never return."""
    status = FAULT_OF_OURS
    try:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(LONGEST)
        os.environ["SOURCE_DATE_EPOCH"] = str(epoch)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(said, 2)
        sys.stdout, sys.stderr = (TextIOWrapper(FileIO(number, "w", closefd=False)) for number in (1, 2))
        prepare()
        main([*arguments], prog_name="feedgen-smm")
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 0
    except BaseException:  # noqa: BLE001 - it is the end of the process, and the parent looks for it
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def be_parser(version: int, parse: Callable[[Capture], Page]) -> Callable[[], None]:
    """What makes of a fork the program with another parser, of that version."""

    def prepare() -> None:
        for module, name in PARSER:
            setattr(module, name, version if name == "VERSION" else parse)

    return prepare


def files(folder: Path) -> Files:
    """All files in a folder, by their names in it, hidden ones too."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def restore(before: Path, place: Path) -> None:
    """Make `place` what `before` is, with a record that knows its output's files as it wrote them."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(before, place)
    if not (place / RECORD).exists():
        return
    with closing(sqlite3.connect(place / RECORD, isolation_level=None)) as connection:
        names = [name for (name,) in connection.execute("SELECT name FROM publication")]
        signed = [(signature(place / OUTPUT / name), name) for name in names]
        connection.executemany("UPDATE publication SET signature = ? WHERE name = ?", signed)


_LEDGER = {
    "revisions": "SELECT e.id, r.revision, why, made, state, heir, word, published, precision, updated, title, a.data,"
    " b.data, link, language, extent, topics FROM revision AS r JOIN entry AS e USING (entry)"
    " LEFT JOIN text AS a ON a.text = r.summary LEFT JOIN text AS b ON b.text = r.body",
    "last": "SELECT id, revision FROM entry",
    "counts": "SELECT series, entries, queued, arrivals, (SELECT group_concat(id) FROM (SELECT id FROM entry"
    " WHERE entry IN (SELECT value FROM json_each(feed)) ORDER BY id)) FROM series",
    "members": "SELECT series, published, id FROM member JOIN entry USING (entry)",
    "queue": "SELECT series, id, arrival FROM queue JOIN entry USING (entry)",
    "filed": "SELECT series, place, id, filed.revision FROM filed JOIN entry USING (entry)",
    "documents": "SELECT base_url, name, series, number, holds, data FROM document",
    "published": "SELECT name, digest, holds FROM publication",
    "pages": "SELECT name, version, problems, is_told, signature = '' FROM file",
    "sightings": "SELECT hex(s.digest), id, saved, pending FROM sighting AS s LEFT JOIN entry USING (entry)",
    "conflicts": "SELECT id, line, message, is_told FROM conflict JOIN entry USING (entry)",
    "left to do": "SELECT id FROM agenda JOIN entry USING (entry)",
}
Ledger = dict[str, list[tuple[object, ...]]]


def ledger(record: Path) -> Ledger:
    """What a record knows, however its rows are numbered. Raises HarmError where SQLite finds it damaged."""
    with closing(sqlite3.connect(record)) as connection:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise HarmError("the record is damaged")
        return {name: sorted(map(_plain, connection.execute(query)), key=repr) for name, query in _LEDGER.items()}


def _plain(row: tuple[object, ...]) -> tuple[object, ...]:
    """A row with its texts uncompressed."""
    return tuple(zlib.decompress(value) if isinstance(value, bytes) and value[:1] == b"x" else value for value in row)


def must_equal(what: Ledger, expected: Ledger) -> None:
    """Raise HarmError where two ledgers differ."""
    for name, rows in expected.items():
        if what[name] != rows:
            lost, more = [row for row in rows if row not in what[name]], [row for row in what[name] if row not in rows]
            raise HarmError(f"the ledger's {name} differ: lacks {lost[:2]}, has {more[:2]}")


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder in memory where there is one: nothing here has to outlive the power."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of our own is made in it
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)
