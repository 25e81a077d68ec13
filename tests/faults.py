"""`python -m tests.faults`: a fault at every step of a build in turn, in search of feeds or a record that was harmed.

Steps are the SQL statements, and, where there is a C compiler, the system calls that change files: those of the program
and of SQLite alike. At each one a build is made to fail, to run out of disk, or is killed, in a half of a write. Then
the old or the new files must stand, whole; and an undisturbed build must come to what it would have come to anyway.
Prints how many points of each kind there were in each scene, and each harm; exits with 1 where there was one.
"""

import ctypes
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from enum import Enum
from hashlib import blake2b
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

import click

from feedgen_smm.captures.files import signature
from tests.forks import OUTPUT, RECORD, Ended, Files, HarmError, command, files, ledger, must_equal, scratch
from tests.scenes import DAY, FIRST, PLANS, Scene, make_scene

SOURCE = Path(__file__).with_name("faults.c")
LIBRARY = "FAULTS_LIBRARY"  # the variable that names the library that was loaded before the C library
NOW = FIRST + 10 * DAY
_WRITING = ("INSERT", "UPDATE", "DELETE", "CREATE", "COMMIT", "WITH RECURSIVE same")


class Kind(Enum):
    """What happens at a step; the numbers are those of faults.c."""

    IO_ERROR = 1
    NO_ROOM = 2
    FULL_DISK = 3
    KILL = 4


_NAMES = {Kind.IO_ERROR: "an I/O error", Kind.NO_ROOM: "no room once", Kind.FULL_DISK: "no room", Kind.KILL: "a kill"}


class Step(NamedTuple):
    """A step of a build, and whether a full disk can prevent it."""

    name: str
    needs_room: bool


class Point(NamedTuple):
    """A fault at a step, which is counted from 1; `is_sql` tells statements from system calls."""

    step: int
    kind: Kind
    is_sql: bool


class Statements:
    """Counts the SQL statements of this process, and lets one fail, or all from one on, or be the last."""

    def __init__(self, point: Point | None, note: Callable[[Step], None]) -> None:
        self._point = point
        self._note = note
        self._count = 0

    def arm(self) -> None:
        """Let all connections count their statements."""
        statements = self

        class Connection(sqlite3.Connection):
            """A connection that is told of its statements before they are run."""

            def execute(self, sql: str, *rest: Any) -> sqlite3.Cursor:
                statements.meet(self, sql)
                return super().execute(sql, *rest)

            def executemany(self, sql: str, *rest: Any) -> sqlite3.Cursor:
                statements.meet(self, sql)
                return super().executemany(sql, *rest)

        connect = sqlite3.connect
        sqlite3.connect = lambda *some, **named: connect(*some, **named, factory=Connection)  # type: ignore[assignment]

    def meet(self, connection: sqlite3.Connection, sql: str) -> None:
        """Count a statement, and do to it what is to be done."""
        self._count += 1
        needs_room = sql.lstrip().startswith(_WRITING)
        self._note(Step(" ".join(sql.split())[:60], needs_room))
        if self._point is None or self._count < self._point.step:
            return
        if self._count > self._point.step and (self._point.kind is not Kind.FULL_DISK or not needs_room):
            return
        if self._point.kind is Kind.KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        raise _sql_error(self._point.kind, connection)


def _sql_error(kind: Kind, connection: sqlite3.Connection) -> sqlite3.OperationalError:
    """What SQLite raises; where the disk is full it rolls back by itself."""
    if kind is Kind.IO_ERROR:
        error, code = sqlite3.OperationalError("disk I/O error"), sqlite3.SQLITE_IOERR_WRITE
    else:
        error, code = sqlite3.OperationalError("database or disk is full"), sqlite3.SQLITE_FULL
        connection.rollback()
    error.sqlite_errorcode = code
    return error


def arm_system_calls(kind: int, step: int, log: int = -1) -> None:
    """Let the library that was loaded first count the system calls of this process."""
    ctypes.CDLL(os.environ[LIBRARY]).arm(ctypes.c_int(kind), ctypes.c_long(step), ctypes.c_int(log))


def steps_of(scene: Scene, *, is_sql: bool) -> list[Step]:
    """The steps of an undisturbed build of a scene, in their order."""
    scene.reset()
    log = scene.place.with_name("steps.txt")

    def prepare() -> None:
        scene.prepare()
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        if is_sql:
            Statements(None, lambda step: _log(handle, step)).arm()
        else:
            arm_system_calls(0, 0, handle)

    ended = command(scene.arguments, NOW, prepare)
    if ended.status:
        raise HarmError(f"an undisturbed build exits with {ended.status}: {ended.said}")
    lines = log.read_text(encoding="utf-8").splitlines()
    return [Step(name, number == "1") for name, _, number in (line.rpartition(" ") for line in lines)]


def _log(handle: int, step: Step) -> None:
    os.write(handle, f"{step.name} {int(step.needs_room)}\n".encode())


def points_of(steps: Sequence[Step], *, is_sql: bool) -> list[Point]:
    """The faults at some steps; a full disk prevents those only that write."""
    kinds = {True: [*Kind], False: [Kind.IO_ERROR, Kind.KILL]}
    return [Point(at, kind, is_sql) for at, step in enumerate(steps, start=1) for kind in kinds[step.needs_room]]


class Trial:
    """Tries the points of a scene; knows the states from which all went well before."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._well: set[bytes] = set()
        self._record = b""
        self._signatures: dict[str, str] = {}
        self.seen: Counter[str] = Counter()

    def at(self, point: Point) -> None:
        """A build with a fault at a point, and what it leaves. Raises HarmError where that is wrong."""
        scene = self._scene
        self._put_back()
        ended = command(scene.arguments, NOW, lambda: _prepare(scene, point))
        stood = files(scene.place)
        self.seen[f"{'SQL' if point.is_sql else 'system calls'}: {self._outcome(point, ended, _output(stood))}"] += 1
        state = _digest(stood)
        if state not in self._well or self._signed() != self._signatures:
            hidden = {name for name in stood if Path(name).name.startswith(".") and ended.status == 0}
            _must_go_on(scene, hidden)
            self._well.add(state)

    def _put_back(self) -> None:
        """Make the place what it was: the record alone, where no file of the output was touched since."""
        place = self._scene.place
        if self._record and self._signed() == self._signatures:
            (place / f"{RECORD}-journal").unlink(missing_ok=True)
            (place / RECORD).write_bytes(self._record)
            return
        self._scene.reset()
        self._well.clear()
        self._record = (place / RECORD).read_bytes() if (place / RECORD).exists() else b""
        self._signatures = self._signed()

    def _signed(self) -> dict[str, str]:
        return {str(path): signature(path) for path in (self._scene.place / OUTPUT).rglob("*") if path.is_file()}

    def _outcome(self, point: Point, ended: Ended, output: Files) -> str:
        scene = self._scene
        feeds = {name: data for name, data in output.items() if not Path(name).name.startswith(".")}
        for name in {*scene.old, *scene.new, *feeds}:
            if feeds.get(name) not in (scene.old.get(name), scene.new.get(name)):
                raise HarmError(f"{name} is neither the old one nor the new")
        stand = "old" if feeds == scene.old else "new" if feeds == scene.new else "old and new"
        if ended.was_killed:
            if point.kind is not Kind.KILL:
                raise HarmError(f"a build ends by signal {-ended.status}")
            return f"killed, {stand} files stood"
        if ended.status == 0:
            if stand != "new":
                raise HarmError(f"exit 0, and {stand} files stand")
            return "went on, new files stood"
        if ended.status != 1 or not ended.said.startswith("Error: "):
            raise HarmError(f"exit {ended.status} with the message {ended.said!r}")
        if stand == "old and new" or feeds != output:
            left = [name for name in feeds if feeds[name] == scene.new.get(name) != scene.old.get(name)]
            raise HarmError(f"some files are new after an error: {left}, {sorted(output.keys() - feeds)}: {ended.said}")
        return f"told, {stand} files stood"


def _prepare(scene: Scene, point: Point) -> None:
    scene.prepare()
    if point.is_sql:
        Statements(point, lambda _: None).arm()
    else:
        arm_system_calls(point.kind.value, point.step)


def _output(stood: Files) -> Files:
    return {name.removeprefix(f"{OUTPUT}/"): data for name, data in stood.items() if name.startswith(f"{OUTPUT}/")}


def _digest(stood: Files) -> bytes:
    return blake2b(repr(sorted(stood.items())).encode()).digest()


def _must_go_on(scene: Scene, hidden: AbstractSet[str]) -> None:
    """Build, undisturbed, and see that nothing is otherwise than if nothing had happened.

    Hidden files may be left that a build could not delete which else went well.
    """
    for name in hidden:
        (scene.place / name).unlink()
    ended = command(scene.arguments, NOW, scene.prepare)
    if ended.status:
        raise HarmError(f"the next build exits with {ended.status}: {ended.said}")
    if (output := files(scene.place / OUTPUT)) != scene.new:
        wrong = sorted(name for name in {*output, *scene.new} if output.get(name) != scene.new.get(name))
        raise HarmError(f"the next build writes other files: {wrong}")
    must_equal(ledger(scene.place / RECORD), scene.all)
    left = {path.name for path in scene.place.iterdir()} ^ {RECORD, OUTPUT}
    if left:
        raise HarmError(f"left behind: {sorted(left)}")


class Found(NamedTuple):
    """What came of a share of the points of a scene."""

    points: Counter[str]
    seen: Counter[str]
    harms: list[str]


def search(name: str, share: int, shares: int, sample: int | None) -> Found:
    """Try a share of the points of a scene, or so many of them, evenly spread."""
    with scratch() as folder:
        scene = make_scene(name, PLANS[name], folder)
        trial = Trial(scene)
        found = Found(Counter(), trial.seen, [])
        for is_sql in (True, False) if LIBRARY in os.environ else (True,):
            steps = steps_of(scene, is_sql=is_sql)
            points = points_of(steps, is_sql=is_sql)[share::shares]
            for point in points if sample is None else _spread(points, sample):
                found.points[f"{'SQL' if is_sql else 'system calls'}, {_NAMES[point.kind]}"] += 1
                try:
                    trial.at(point)
                except HarmError as error:
                    what = "statement" if is_sql else "call"
                    step = f"{what} {point.step} ({steps[point.step - 1].name})"
                    found.harms.append(f"{name}: {_NAMES[point.kind]} at {step}: {error}")
    return found


def _spread(points: Sequence[Point], sample: int) -> Iterable[Point]:
    """Some of the points: of their whole range."""
    return [points[at * len(points) // sample] for at in range(min(sample, len(points)))]


def tell(name: str, found: Sequence[Found], seconds: float) -> int:
    """Print what came of a scene; returns how many harms there were."""
    points = sum((one.points for one in found), Counter[str]())
    seen = sum((one.seen for one in found), Counter[str]())
    harms = [harm for one in found for harm in one.harms]
    click.echo(f"{name}: {points.total()} points, {len(harms)} with harm, {seconds:.0f} s")
    for counts in (points, seen):
        for what, count in sorted(counts.items()):
            click.echo(f"    {count:5} {what}")
    for harm in harms:
        click.echo(harm, err=True)
    return len(harms)


def with_library() -> None:
    """Start anew with faults.c loaded, if there is a compiler; statements alone are tried otherwise."""
    compiler = shutil.which("cc")
    if LIBRARY in os.environ or compiler is None or sys.platform != "linux":
        return
    with scratch() as folder:
        library = folder / "faults.so"
        subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, SOURCE, "-ldl"], check=True)
        environment = {**os.environ, LIBRARY: str(library), "LD_PRELOAD": str(library), "PYTHONHASHSEED": "0"}
        ended = subprocess.run([sys.executable, "-m", "tests.faults", *sys.argv[1:]], env=environment, check=False)
    sys.exit(ended.returncode)


@click.command()
@click.option("--sample", type=int, help="How many points of each scene to try; all of them unless told.")
@click.option("--only", default="", help="Only the scenes whose names have these words.")
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, help="How many to try at a time.")
def main(sample: int | None, only: str, workers: int) -> None:
    """Let each step of a build fail in turn, and see that no harm is done."""
    with_library()
    harms = points = 0
    with get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        for name in [name for name in PLANS if only in name]:
            begin = time.monotonic()
            shares = [(name, share, workers, sample and -(-sample // workers)) for share in range(workers)]
            found = pool.starmap(search, shares, chunksize=1)
            harms += tell(name, found, time.monotonic() - begin)
            points += sum(one.points.total() for one in found)
    click.echo(f"{points} points, {harms} with harm")
    sys.exit(harms > 0)


if __name__ == "__main__":
    main()
