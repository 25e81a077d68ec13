"""The archive's file through kills, races, full disks, damage and years; and builds that find nothing to do."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from feedgen_smm.record.opening import read_archive

from feedgen_smm.cli import main
from feedgen_smm.errors import ArchiveError
from feedgen_smm.record import Archive, open_archive, opening
from feedgen_smm.record.schema import APPLICATION_ID, STEPS
from tests import crashes
from tests.bench.pages import generate
from tests.bench.telling import write_pages
from tests.samples import page

ROOT = Path(__file__).parent.parent
ARCHIVE = Path("archive.sqlite3")
POSIX = pytest.mark.skipif(os.name == "nt", reason="of POSIX systems")


def build(*options: str | Path, archive: Path = ARCHIVE) -> Result:
    """A build of the folder `pages` into `output`, in this process; a fault of ours comes out as it is."""
    arguments = ["build", "pages", "-o", "output", "--record", archive, *options]
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def standing(*places: str | Path) -> dict[Path, tuple[int, bytes]]:
    """Every file in `places`, with its time and its bytes."""
    files = (path for place in places for path in [Path(place), *Path(place).rglob("*")] if path.is_file())
    return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


@pytest.fixture
def pages() -> Path:
    """A folder of two sound pages."""
    folder = Path("pages")
    folder.mkdir()
    (folder / "a.txt").write_bytes(page())
    (folder / "b.txt").write_bytes(page("Zinc premiums firm"))
    return folder


# What goes wrong with the file, and what the message says of it.


def another_program(archive: Path) -> None:
    """A database of something else."""
    archive.unlink()
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute("CREATE TABLE bookmark (address TEXT)")


def no_database(archive: Path) -> None:
    """A file of something else."""
    archive.write_bytes(page() * 20)


def newer(archive: Path) -> None:
    """As a later release of the program leaves it."""
    with closing(sqlite3.connect(archive)) as connection:
        connection.execute(f"PRAGMA user_version = {len(STEPS) + 1}")


def overwritten(archive: Path) -> None:
    """Bytes of something else in the middle."""
    size = archive.stat().st_size
    with archive.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 8192))


def truncated(archive: Path) -> None:
    """The first half."""
    os.truncate(archive, archive.stat().st_size // 2)


DAMAGED = "is damaged: move it away and build again, from all pages that are left"
SPOILED: dict[Callable[[Path], None], str] = {
    another_program: "is another program's database: name another file with --archive",
    no_database: "is no archive of feedgen-smm: name another file with --archive",
    newer: (
        "was written by a newer feedgen-smm (version 4 of the archive, 3 is known here): bring feedgen-smm up to date"
    ),
    overwritten: DAMAGED,
    truncated: DAMAGED,
}


@pytest.mark.parametrize("options", [[], ["--check"]], ids=["build", "trial"])
@pytest.mark.parametrize(("spoil", "message"), SPOILED.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_a_file_that_cannot_be_used_is_refused_with_words(
    pages: Path, spoil: Callable[[Path], None], message: str, options: list[str]
) -> None:
    """The message names the file and what to do about it; neither the file nor the feeds are touched."""
    build()
    (pages / "c.txt").write_bytes(page("Lead stocks fall"))
    spoil(ARCHIVE)
    before = standing(ARCHIVE, "output")
    result = build(*options)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {ARCHIVE}: {message}; the feeds that stood still stand\n"
    assert result.stdout == ""
    assert standing(ARCHIVE, "output") == before


BROKEN = {
    "no text in the tables' names": (b"CREATE TABLE page", b"CREATE TABLE \xff\xfe\xff\xfe"),
    "no text any more": (b"Smelters in Yunnan", b"Smelters in \xff\xfennan"),
    "no value of the program's": (b'["Smelters', b"['Smelters"),
}


@pytest.mark.parametrize("options", [[], ["--check"]], ids=["build", "trial"])
@pytest.mark.parametrize(("value", "other"), BROKEN.values(), ids=BROKEN.keys())
def test_what_the_program_cannot_have_written_is_damage(
    pages: Path, value: bytes, other: bytes, options: list[str]
) -> None:
    """What SQLite finds in order, or quotes without being able to, gets the same words, and the feeds stand."""
    build()
    (pages / "c.txt").write_bytes(page("Lead stocks fall"))
    ARCHIVE.write_bytes(ARCHIVE.read_bytes().replace(value, other))
    before = standing("output")
    result = build(*options)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {ARCHIVE}: {DAMAGED}; the feeds that stood still stand\n"
    assert standing("output") == before


def test_a_folder_is_no_archive(pages: Path) -> None:
    """The path of a folder is a wrong option."""
    build()
    before = standing("output")
    result = build(archive=pages)
    assert result.exit_code == 2
    assert f"'--record': File '{pages}' is a directory" in result.stderr
    assert standing("output") == before


@pytest.mark.usefixtures("pages")
def test_a_folder_that_cannot_be_made() -> None:
    """Where a file stands in the way of the archive's folder, the message names it."""
    build()
    before = standing("output")
    result = build(archive=ARCHIVE / "archive.sqlite3")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {ARCHIVE}: cannot be made: File exists; the feeds that stood still stand\n"
    assert standing("output") == before


READ_ONLY = "cannot be written: it or its folder may be read only"
FORBIDDEN = {
    "a file to read only": (0o444, 0o777, READ_ONLY),
    "a folder to read only": (0o666, 0o555, READ_ONLY),
    "a closed folder": (0o666, 0o000, "cannot be opened: the file or its folder may not be read and written"),
}


@pytest.fixture
def anywhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In a folder that every user may enter, as one to whom something can be forbidden."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp().parents[1]))
    folder.chmod(0o755)
    monkeypatch.chdir(folder)
    yield
    shutil.rmtree(folder)


@POSIX
@pytest.mark.parametrize(("file", "folder", "message"), FORBIDDEN.values(), ids=FORBIDDEN.keys())
@pytest.mark.usefixtures("anywhere")
def test_what_may_not_be_written_is_named(file: int, folder: int, message: str, pages: Path) -> None:
    """Where the archive or its folder may not be written, the message names the archive, and the feeds stand."""
    archive = Path("archive/archive.sqlite3")
    build(archive=archive)
    before = standing("output", archive)
    (pages / "c.txt").write_bytes(page("Lead stocks fall"))
    archive.chmod(file)
    archive.parent.chmod(folder)
    with as_nobody():
        result = build(archive=archive)
    archive.parent.chmod(0o755)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {archive}: {message}; the feeds that stood still stand\n"
    assert standing("output", archive) == before


@contextmanager
def as_nobody() -> Iterator[None]:
    """As another user where this one is root, to whom nothing is forbidden."""
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield
    finally:
        if is_root:
            os.seteuid(0)


# From an older archive to today's.

NEXT_STEPS = (*STEPS, "CREATE TABLE added (value INTEGER);\nINSERT INTO added SELECT captures FROM total;\n")


@pytest.mark.usefixtures("pages")
def test_an_older_archive_is_brought_forward(monkeypatch: pytest.MonkeyPatch) -> None:
    """The steps that an archive has not taken are taken, with what it holds, and nothing is read again."""
    build()
    monkeypatch.setattr(opening, "STEPS", NEXT_STEPS)
    monkeypatch.setattr("feedgen_smm.build.taking_in.read_capture", None)
    before = standing("output")
    assert build().exit_code == 0
    assert standing("output") == before
    with closing(sqlite3.connect(ARCHIVE)) as connection:
        assert connection.execute("SELECT value FROM added").fetchall() == [(2,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (4,)
        assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


@pytest.mark.usefixtures("pages")
def test_a_step_that_fails_leaves_the_archive_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """All steps are one transaction: what goes wrong in the last undoes the first."""
    build()
    before = standing(".")
    monkeypatch.setattr(opening, "STEPS", (*NEXT_STEPS, "INSERT INTO nowhere VALUES (1);\n"))
    with pytest.raises(sqlite3.OperationalError, match="no such table: nowhere"):
        build()
    assert standing(".") == before


@pytest.mark.parametrize("look", [read_archive, lambda path: open_archive(path, keeps=False)], ids=["read", "trial"])
@pytest.mark.usefixtures("pages")
def test_a_look_brings_nothing_forward(
    monkeypatch: pytest.MonkeyPatch, look: Callable[[Path], AbstractContextManager[Archive]]
) -> None:
    """Who only looks sees today's tables and leaves the older archive to an older program."""
    build()
    before = standing(".")
    monkeypatch.setattr(opening, "STEPS", NEXT_STEPS)
    with look(ARCHIVE) as archive:
        assert archive.connection.execute("SELECT value FROM added").fetchall() == [(2,)]
    assert standing(".") == before


def test_there_must_be_an_archive_to_be_read() -> None:
    """A look makes no archive; the message says what does."""
    with pytest.raises(ArchiveError, match=r"archive\.sqlite3: there is no archive here: feedgen-smm build makes one"):
        read_archive(ARCHIVE).__enter__()
    assert not ARCHIVE.exists()


# Builds that find nothing to do, or are told to do nothing.


@pytest.mark.usefixtures("pages")
def test_where_nothing_changed_nothing_is_read_or_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page is opened, and archive and feeds keep their bytes and their times."""
    first = build()
    before = standing(".")
    monkeypatch.setattr("feedgen_smm.build.taking_in.read_capture", None)
    second = build()
    assert second.exit_code == 0
    first_again = first.stdout.replace("2 pages read: 2 entries new\n", "")
    assert second.stdout == first_again.replace("written", "unchanged")
    assert standing(".") == before
    trial = build("--check")
    assert trial.exit_code == 0
    assert trial.stdout == first_again.replace("written", "up to date")
    assert standing(".") == before


@pytest.mark.usefixtures("pages")
def test_where_nothing_changed_little_is_imported() -> None:
    """What renders, judges and parses is slow to import, and left out where it is not needed."""
    build()
    program = (
        "import sys; from feedgen_smm.cli import main; "
        f"main(['build', 'pages', '-o', 'output', '--record', '{ARCHIVE}'], standalone_mode=False); "
        "print(*sorted({'feedgen', 'lxml', 'dateutil'} & {*sys.modules}))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "atom.xml: unchanged, 2 entries" in told
    assert told.splitlines()[-1] == ""


def test_a_touched_page_counts_once(pages: Path) -> None:
    """A page that is read again because its time changed, and says the same, adds nothing to the account."""
    first = build()
    os.utime(pages / "a.txt", (1_900_000_000, 1_900_000_000))
    second = build()
    assert second.exit_code == 0
    assert second.stdout.splitlines()[-1] == first.stdout.splitlines()[-1]
    assert "new" not in second.stdout


def test_a_trial_leaves_the_archive_alone(pages: Path) -> None:
    """`--check` tells what a build would do and leaves no trace, with an archive, an empty file or none."""
    assert build("--check").exit_code == 1
    assert standing(".").keys() == standing(pages).keys()
    ARCHIVE.touch()
    before = standing(".")
    assert build("--check").exit_code == 1
    assert standing(".") == before
    build()
    (pages / "c.txt").write_bytes(page("Lead stocks fall"))
    before = standing(".")
    result = build("--check")
    assert result.exit_code == 1
    assert "atom.xml: stale, 3 entries" in result.stdout
    assert standing(".") == before


def test_no_archive_makes_none(pages: Path) -> None:
    """`--no-record` leaves the feeds and nothing else."""
    assert build("--no-record").exit_code == 0
    assert {path.parts[0] for path in standing(".").keys() - standing(pages).keys()} == {"output"}


def test_problems_of_pages_that_are_not_read_again_are_told_again(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page at fault goes on being reported, with exit 1, until it is mended or gone."""
    (pages / "broken.txt").write_bytes(b"Sign In\n")
    first = build()
    with monkeypatch.context() as patches:
        patches.setattr("feedgen_smm.build.taking_in.read_capture", None)
        second = build()
    for result in (first, second):
        assert result.exit_code == 1
        assert result.stderr.startswith(f"{pages / 'broken.txt'}:1: no article")
        assert result.stderr.count("\n") == 1
    (pages / "broken.txt").unlink()
    third = build()
    assert third.exit_code == 0
    assert third.stderr == ""


@POSIX
def test_what_cannot_be_read_is_told_by_every_build(pages: Path) -> None:
    """A link that leads nowhere is named each time, also where a page was read there before; its entry stays."""
    build()
    (pages / "a.txt").unlink()
    (pages / "a.txt").symlink_to("nowhere")
    for _ in range(2):
        result = build()
        assert result.exit_code == 1
        assert result.stderr == f"{pages / 'a.txt'}:1: cannot be read: No such file or directory\n"
        assert "atom.xml: unchanged, 2 entries" in result.stdout


# Kills, races and full disks: some of what `python -m tests.crashes` does by the hundred.


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> crashes.Scene:
    """Old pages that were built, and two folders of new ones."""
    return crashes.make_scene(tmp_path_factory.mktemp("scene") / "scratch", 20, 210, 210)


@pytest.fixture(scope="module")
def racing(tmp_path_factory: pytest.TempPathFactory) -> crashes.Scene:
    """The same, with feeds that have room for all: in others old entries stand for a while that came last."""
    return crashes.make_scene(tmp_path_factory.mktemp("racing") / "scratch", 20, 60, 60, options=crashes.ROOMY)


@POSIX
@pytest.mark.parametrize("seconds", [0.15, 0.25, 0.35, 0.5])
def test_a_killed_build_harms_nothing(scene: crashes.Scene, seconds: float) -> None:
    """The feeds are the old set or the new one, and the next build completes as if there had been no kill."""
    crashes.kill(scene, seconds)


@POSIX
@pytest.mark.parametrize("apart", [False, True], ids=["the same folders", "a folder each"])
def test_two_builds_at_once_do_each_other_no_harm(racing: crashes.Scene, *, apart: bool) -> None:
    """One waits for the other; both end well, and together they leave what one build of all leaves."""
    crashes.race(racing, 0, apart=apart)


@POSIX
def test_who_waits_keeps_nobody_waiting(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build that came second holds nothing of the archive that the first needs to keep what it did."""
    build()
    migrate, seconds = opening._migrate, []  # noqa: SLF001 - called when the lock is had, and nothing written

    def linger(path: Path, connection: sqlite3.Connection, steps: Sequence[str]) -> None:
        migrate(path, connection, steps)
        connection.execute("UPDATE total SET changes = changes")
        seconds.append(crashes.start(Path(), [pages]))
        time.sleep(1)  # until it waits

    monkeypatch.setattr(opening, "_migrate", linger)
    monkeypatch.setattr(opening, "_LONGEST_WAIT", 2)
    assert build().exit_code == 0
    assert [crashes.end(second) for second in seconds] == [(0, "")]


@POSIX
@pytest.mark.parametrize("share", [0.0, 0.3, 0.6])
def test_a_full_disk_harms_nothing(scene: crashes.Scene, share: float) -> None:
    """The message names the file, the old feeds stand, and the build completes once there is room."""
    assert crashes.fill(scene, share) == (
        "a limit: archive.sqlite3: cannot be read or written: the disk fails; the feeds that stood still stand"
        " (old feeds stood)"
    )


# The program, killed as it opens the page of that number.
KILLED_AT = """
import os, signal, sys
from feedgen_smm.build import taking_in
from feedgen_smm.cli import main
read, left = taking_in.read_capture, int(sys.argv.pop(1))
def read_or_die(path):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(path)
taking_in.read_capture = read_or_die
main()
"""


@POSIX
def test_a_kill_loses_at_most_the_last_batch(tmp_path: Path) -> None:
    """The pages are kept two hundred at a time: a build killed at the 450th goes on with the 401st."""
    pages = tmp_path / "pages"
    write_pages(pages, generate(460), 460)
    killed = crashes.start(tmp_path, [pages], program=("-c", KILLED_AT, "450"))
    assert crashes.end(killed)[0] == -signal.SIGKILL
    assert crashes.must_complete(tmp_path, [pages], ()) == 60


# The program, killed after its last word: all was kept, and only to close the archive is left.
KILLED_AT_LAST = """
import os, signal
from feedgen_smm.record import opening
from feedgen_smm.cli import main
class Closing:
    def __init__(self, connection):
        self.connection = connection
    def __enter__(self):
        return self.connection
    def __exit__(self, *_):
        os.kill(os.getpid(), signal.SIGKILL)
opening.closing = Closing
main()
"""


@POSIX
def test_a_kill_after_the_last_commit_leaves_nothing_behind(scene: crashes.Scene) -> None:
    """Where all is kept the journal is gone: the next build, finding nothing to do, would not clear it away."""
    with crashes.copy_of(scene) as place:
        assert crashes.end(crashes.start(place, scene.pages, program=("-c", KILLED_AT_LAST)))[0] == -signal.SIGKILL
        crashes.must_be_whole(scene, place)
