"""The record: damage, backups, permissions, migrations, kills, races and full disks; and builds with nothing to do."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feedgen_smm.cli import main
from feedgen_smm.errors import RecordError
from feedgen_smm.record import database, schema
from feedgen_smm.record.database import Record, open_record, read_record
from tests import crashes
from tests.bench.pages import generate, write_pages
from tests.samples import page
from tests.users import as_nobody

ROOT = Path(__file__).parent.parent
RECORD = Path("record.sqlite3")
READ_CAPTURES = "feedgen_smm.build.read.read_captures"
TIN_ID = "urn:uuid:b0b049e7-7c6d-52a4-9c96-aff92105d230"
POSIX = pytest.mark.skipif(os.name == "nt", reason="of POSIX systems")


def build(*options: str | Path, record: Path = RECORD) -> Result:
    """A build of the folder `pages` into `output`, in this process; an unexpected error is raised."""
    arguments = ["build", "pages", "-o", "output", "--record", record, *options]
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def run(command: str, *arguments: str, record: Path = RECORD) -> Result:
    """Another command on the record, in this process."""
    return CliRunner().invoke(main, [command, *arguments, "--record", str(record)], catch_exceptions=False)


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
    (folder / "b.txt").write_bytes(page("Zinc premiums firm", body="Premiums were firm, as they had been all week."))
    return folder


# What goes wrong with the file, and what the message says of it.


def another_program(record: Path) -> None:
    """A database of something else."""
    record.unlink()
    with closing(sqlite3.connect(record)) as connection:
        connection.execute("CREATE TABLE bookmark (address TEXT)")


def no_database(record: Path) -> None:
    """A file of something else."""
    record.write_bytes(page() * 20)


def newer(record: Path) -> None:
    """Written by a later version of the program."""
    with closing(sqlite3.connect(record)) as connection:
        connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")


def overwritten(record: Path) -> None:
    """Bytes of something else in the middle."""
    size = record.stat().st_size
    with record.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xa5" * (size - 8192))


def truncated(record: Path) -> None:
    """The first half."""
    os.truncate(record, record.stat().st_size // 2)


DAMAGED = "is damaged; put a backup in its place, or move it away and build again from all pages"
SPOILED: dict[Callable[[Path], None], str] = {
    another_program: "is the database of another program; name another file with --record",
    no_database: "is not a record of feedgen-smm; name another file with --record",
    newer: (
        f"was written by a newer feedgen-smm (version {schema.VERSION + 1} of the record;"
        f" {schema.VERSION} is known here); update feedgen-smm"
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
    spoil(RECORD)
    before = standing(RECORD, "output")
    result = build(*options)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {RECORD}: {message}\n"
    assert result.stdout == ""
    assert standing(RECORD, "output") == before


# Changed by hand, or by a disk: SQLite finds nothing wrong with any of these.
ALTERED = {
    "a title that was published": "UPDATE revision SET title = 'Tin smelters hold output steady!'",
    "a date that was published": "UPDATE revision SET published = published + 60000000",
    "a text": "UPDATE text SET data = (SELECT data FROM text AS other WHERE other.text != text.text)",
    "no text any more": "UPDATE text SET data = ''",
    "an id": "UPDATE entry SET id = 'urn:uuid:00000000-0000-4000-8000-00000000000' || entry",
    "which revision is the last": "UPDATE entry SET revision = 7",
    "what a page shows": "UPDATE sighting SET title = 'Tin smelters hold output steady!'",
    "whose a sighting is": "UPDATE sighting SET entry = entry % 2 + 1",
    "how many entries a feed is of": "UPDATE series SET entries = 1",
    "a feed's entries": "UPDATE series SET feed = '[1]'",
    "the feed's id": "UPDATE fact SET value = 'urn:uuid:00000000-0000-4000-8000-000000000000' WHERE name = 'feed id'",
    "the tables": "ALTER TABLE entry ADD COLUMN more TEXT",
    "the name of a column": "ALTER TABLE fact RENAME COLUMN name TO nome",
}


def alter(statement: str, record: Path = RECORD) -> None:
    """Change what the record says, so that SQLite finds nothing wrong with it."""
    with closing(sqlite3.connect(record)) as connection, connection:
        connection.execute(statement)


@pytest.mark.parametrize("options", [[], ["--check"]], ids=["build", "trial"])
@pytest.mark.parametrize("statement", ALTERED.values(), ids=ALTERED.keys())
def test_damage_is_never_published(pages: Path, statement: str, options: list[str]) -> None:
    """A build that needs damaged rows says what to do, and leaves the feeds unchanged."""
    build()
    alter(statement)
    for path in pages.iterdir():
        path.write_bytes(path.read_bytes() + b"\nMore was said.\n")
    before = standing("output")
    result = build(*options)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {RECORD}: {DAMAGED}\n"
    assert standing("output") == before


@pytest.mark.parametrize("statement", ALTERED.values(), ids=ALTERED.keys())
@pytest.mark.usefixtures("pages")
def test_verify_finds_damage(statement: str) -> None:
    """Whether a build would need the damaged rows or not. `verify` changes nothing."""
    build()
    assert run("verify").stdout == "record and output are as they were written\n"
    alter(statement)
    before = standing(".")
    result = run("verify")
    assert result.exit_code == 1
    assert all(
        line.startswith(f"{RECORD}: ") for line in (result.stdout + result.stderr.removeprefix("Error: ")).splitlines()
    )
    assert result.output
    assert standing(".") == before


@pytest.mark.usefixtures("pages")
def test_verify_names_the_row() -> None:
    """A line for each damaged row, with its table."""
    build()
    alter("UPDATE revision SET title = 'Tin' WHERE entry = 2")
    alter("DELETE FROM text WHERE text = 1")
    alter("UPDATE queue SET entry = 99 WHERE entry = 1")  # it waits for two feeds
    assert run("verify").stdout.splitlines() == [
        f"{RECORD}: table revision: row 2 (2) is not as it was written",
        f"{RECORD}: table sighting: 1 of its rows refer to rows of table text that are missing",
        f"{RECORD}: table revision: 1 of its rows refer to rows of table text that are missing",
        f"{RECORD}: table revision: 1 of its rows refer to rows of table text that are missing",
        f"{RECORD}: table queue: 2 of its rows refer to rows of table entry that are missing",
    ]


def test_verify_tells_of_the_output(pages: Path) -> None:
    """Files that were changed or deleted; the next build writes them again."""
    build("--base-url", "https://example.org/")
    (pages / "a.txt").unlink()
    with Path("output/rss.xml").open("ab") as file:
        file.write(b"<!-- by hand -->")
    Path("output/feed.json").unlink()
    result = run("verify")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "output/feed.json: cannot be read: No such file or directory",
        "output/rss.xml: is not as it was written; the next build replaces it",
    ]
    build("--base-url", "https://example.org/")
    assert run("verify").exit_code == 0


def test_verify_tells_of_a_full_archive_document() -> None:
    """The record keeps its bytes, and `verify` checks them."""
    write_pages(Path("pages"), generate(130))
    build("--base-url", "https://example.org/", "--limit", "5")
    assert run("verify").exit_code == 0
    alter("UPDATE document SET holds = 99 WHERE name = 'archive/rss-1.xml'")
    assert run("verify").stdout.splitlines() == [
        f"{RECORD}: table document: row 8 ('archive/rss-1.xml') is not as it was written"
    ]


# Backups.


def test_a_backup_is_a_copy_to_go_back_to(pages: Path) -> None:
    """It copies the record and the corrections. Builds continue from it once it replaces the record."""
    Path("corrections.toml").write_text(f'["{TIN_ID}"]\ntitle = "Said"\n', encoding="utf-8")
    build()
    result = run("backup", "copy.sqlite3")
    assert (result.exit_code, result.stdout) == (
        0,
        "copy.sqlite3: written\ncopy.sqlite3.corrections.toml: written\n",
    )
    assert Path("copy.sqlite3.corrections.toml").read_bytes() == Path("corrections.toml").read_bytes()
    listed = run("list").stdout
    RECORD.write_bytes(b"lost")
    assert build().exit_code == 1
    shutil.copy("copy.sqlite3", RECORD)
    assert run("list").stdout == listed
    (pages / "c.txt").write_bytes(page("Lead stocks fall"))
    assert "1 page read: 3 entries (1 new)" in build().stdout
    assert run("verify").exit_code == 0


def test_a_backup_replaces_the_last_one_when_it_is_complete(pages: Path) -> None:
    """A backup that fails leaves the last one unchanged, and no other file."""
    build()
    run("backup", "copy.sqlite3")
    (pages / "c.txt").write_bytes(page("Lead stocks fall"))
    build()
    run("backup", "copy.sqlite3")
    assert "Lead stocks fall" in run("list", record=Path("copy.sqlite3")).stdout
    before = standing(".")
    RECORD.write_bytes(b"damaged" * 1000)
    result = run("backup", "copy.sqlite3")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {RECORD}: is not a record of feedgen-smm; name another file with --record\n"
    assert {path for path in standing(".") if standing(".")[path] != before.get(path)} == {RECORD}
    assert run("backup", "nowhere/copy.sqlite3").exit_code == 1


@POSIX
@pytest.mark.usefixtures("pages")
def test_a_backup_waits_for_a_build(monkeypatch: pytest.MonkeyPatch) -> None:
    """The copy holds what a finished build left, never a half-written state."""
    build()
    monkeypatch.setattr(database, "_LONGEST_WAIT", 0.1)
    with open_record(RECORD) as record:
        record.remember("half", "written")
        result = run("backup", "copy.sqlite3")
    assert result.exit_code == 1
    assert "has been in use by another build" in result.stderr
    assert not Path("copy.sqlite3").exists()
    assert run("backup", "copy.sqlite3").exit_code == 0


def test_a_folder_is_no_record(pages: Path) -> None:
    """The path of a folder is a wrong option."""
    build()
    before = standing("output")
    result = build(record=pages)
    assert result.exit_code == 2
    assert f"'--record': File '{pages}' is a directory" in result.stderr
    assert standing("output") == before


@pytest.mark.usefixtures("pages")
def test_a_folder_that_cannot_be_made() -> None:
    """Where a file stands in the way of the record's folder, the message names it."""
    build()
    before = standing("output")
    result = build(record=RECORD / "record.sqlite3")
    assert result.exit_code == 1
    assert result.stderr == f"Error: {RECORD}: cannot be made: File exists\n"
    assert standing("output") == before


READ_ONLY = "cannot be written; the file or its folder is read-only"
FORBIDDEN = {
    "a file to read only": (0o444, 0o777, READ_ONLY),
    "a folder to read only": (0o666, 0o555, READ_ONLY),
    "a closed folder": (0o666, 0o000, "cannot be opened; the file or its folder may not be read and written"),
}


@POSIX
@pytest.mark.parametrize(("file", "folder", "message"), FORBIDDEN.values(), ids=FORBIDDEN.keys())
@pytest.mark.usefixtures("anywhere")
def test_what_may_not_be_written_is_named(file: int, folder: int, message: str, pages: Path) -> None:
    """If the record or its folder is read-only, the message names the record, and the feeds stay unchanged."""
    record = Path("kept/record.sqlite3")
    build(record=record)
    before = standing("output", record)
    (pages / "c.txt").write_bytes(page("Lead stocks fall"))
    record.chmod(file)
    record.parent.chmod(folder)
    with as_nobody():
        result = build(record=record)
    record.parent.chmod(0o755)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {record}: {message}\n"
    assert standing("output", record) == before


# From an older record to today's.

STEPS = "CREATE TABLE added (value INTEGER);\nINSERT INTO added SELECT count(*) FROM entry"


def update(monkeypatch: pytest.MonkeyPatch, steps: str = STEPS) -> None:
    """Pretend that a later version of the program runs, whose record has one table more."""
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    monkeypatch.setattr(schema, "MIGRATIONS", {schema.VERSION - 1: steps})


@pytest.mark.usefixtures("pages")
def test_an_older_record_is_migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each missing migration runs once, on the data that is there; no page is read again."""
    build()
    update(monkeypatch)
    monkeypatch.setattr(READ_CAPTURES, None)
    before = standing("output")
    for _ in range(2):
        assert build().exit_code == 0
    assert standing("output") == before
    with closing(sqlite3.connect(RECORD)) as connection:
        assert connection.execute("SELECT value FROM added").fetchall() == [(2,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
        assert connection.execute("PRAGMA application_id").fetchone() == (0x464D534D,)
    assert run("verify").exit_code == 0


@pytest.mark.usefixtures("pages")
def test_a_migration_that_fails_leaves_the_record_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """All migrations are one transaction: an error in the last undoes the first."""
    build()
    before = standing(".")
    update(monkeypatch, f"{STEPS};\nINSERT INTO nowhere VALUES (1)")
    with pytest.raises(sqlite3.OperationalError, match="no such table: nowhere"):
        build()
    assert standing(".") == before


def test_a_missing_record_is_told() -> None:
    """Reading makes no record; the message says which command does."""
    with pytest.raises(RecordError, match=r"record\.sqlite3: there is no record here; feedgen-smm build makes one"):
        read_record(RECORD).__enter__()
    assert not RECORD.exists()


# Builds that find nothing to do, or are told to do nothing.


@pytest.mark.usefixtures("pages")
def test_where_nothing_changed_nothing_is_read_or_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """No page is opened, and the files of record and output keep their bytes and times."""
    first = build()
    before = standing(".")
    monkeypatch.setattr(READ_CAPTURES, None)
    second = build()
    assert second.exit_code == 0
    first_again = first.stdout.replace("2 pages read: 2 entries (2 new)", "nothing new: 2 entries")
    assert second.stdout == first_again.replace("written", "unchanged")
    assert standing(".") == before
    trial = build("--check")
    assert trial.exit_code == 0
    assert trial.stdout == first_again.replace("written", "up to date")
    assert standing(".") == before


@pytest.mark.usefixtures("pages")
def test_where_nothing_changed_little_is_imported() -> None:
    """feedgen, lxml and dateutil are slow to import, and not needed then."""
    build()
    program = (
        "import sys; from feedgen_smm.cli import main; "
        f"main(['build', 'pages', '-o', 'output', '--record', '{RECORD}'], standalone_mode=False); "
        "print(*sorted({'feedgen', 'lxml', 'dateutil'} & {*sys.modules}))"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert "atom.xml: unchanged, 2 entries" in told
    assert told.splitlines()[-1] == ""


def test_a_touched_page_counts_once(pages: Path) -> None:
    """A page whose time changed, but not its bytes, is read again and makes no second entry."""
    first = build()
    os.utime(pages / "a.txt", (1_900_000_000, 1_900_000_000))
    second = build()
    assert second.exit_code == 0
    assert first.stdout.splitlines()[-1] == "2 pages read: 2 entries (2 new)"
    assert second.stdout.splitlines()[-1] == "1 page read: 2 entries"


def test_a_trial_leaves_the_record_alone(pages: Path) -> None:
    """`--check` says what a build would do and writes nothing, whether there is a record, an empty file or none."""
    assert build("--check").exit_code == 1
    assert standing(".").keys() == standing(pages).keys()
    RECORD.touch()
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


def test_no_record_writes_no_record(pages: Path) -> None:
    """`--no-record` leaves the feeds and nothing else."""
    assert build("--no-record").exit_code == 0
    assert {path.parts[0] for path in standing(".").keys() - standing(pages).keys()} == {"output"}


@POSIX
def test_what_cannot_be_read_is_told_by_every_build(pages: Path) -> None:
    """A broken link is named each time, also if a page was read there before; the entry of that page stays."""
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
    """Twenty old pages that were built, and 210 new ones."""
    return crashes.make_scene(tmp_path_factory.mktemp("scene") / "scratch", 20, 210)


@pytest.fixture(scope="module")
def racing(tmp_path_factory: pytest.TempPathFactory) -> crashes.Scene:
    """Two folders of new pages, and feeds that have room for all entries: others depend on which came last."""
    return crashes.make_scene(tmp_path_factory.mktemp("racing") / "scratch", 20, 60, 60, options=crashes.ROOMY)


@POSIX
@pytest.mark.parametrize("seconds", [0.2, 0.4])
def test_a_killed_build_harms_nothing(scene: crashes.Scene, seconds: float) -> None:
    """The feeds are the old set or the new one, and the next build gives what an undisturbed one gives."""
    crashes.kill(scene, seconds)


@POSIX
@pytest.mark.parametrize("apart", [False, True], ids=["the same folders", "a folder each"])
def test_two_builds_at_once_do_each_other_no_harm(racing: crashes.Scene, *, apart: bool) -> None:
    """One waits for the other; both end well, and together they leave what one build of all leaves."""
    crashes.race(racing, 0, apart=apart)


@POSIX
def test_a_build_that_waits_holds_no_lock(pages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the first build could not commit."""
    build()
    prepare, seconds = database._prepare, []  # noqa: SLF001 - called when the lock is had, and nothing written

    def linger(record: Record) -> None:
        prepare(record)
        record.remember("linger", "now")
        seconds.append(crashes.start(Path(), [pages]))
        time.sleep(1)  # until it waits

    monkeypatch.setattr(database, "_prepare", linger)
    monkeypatch.setattr(database, "_LONGEST_WAIT", 2)
    assert build().exit_code == 0
    assert [crashes.end(second) for second in seconds] == [(0, "")]


@POSIX
@pytest.mark.parametrize("share", [0.0, 0.2])
def test_a_full_disk_harms_nothing(scene: crashes.Scene, share: float) -> None:
    """The message names the file, the old feeds stay, and the next build with room succeeds."""
    assert crashes.fill(scene, share) == (
        "a limit: record.sqlite3: cannot be read or written; the disk is full or fails, or refuses locks"
        " (old feeds stood)"
    )


# The program with small steps, killed as it opens the page of that number.
KILLED_AT = """
import os, signal, sys
from feedgen_smm.build import read as reading
from feedgen_smm.cli import main
read, left = reading.read_captures, int(sys.argv.pop(1))
reading._COMMIT, reading._BATCH = 20, 1
def read_or_die(path):
    global left
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(path)
reading.read_captures = read_or_die
main()
"""


@POSIX
def test_a_kill_loses_at_most_the_last_batch(tmp_path: Path) -> None:
    """Pages are kept step by step, here twenty at a time: a build killed at the 45th goes on with the 41st."""
    pages = tmp_path / "pages"
    write_pages(pages, generate(46))
    killed = crashes.start(tmp_path, [pages], program=("-c", KILLED_AT, "45"))
    assert crashes.end(killed)[0] == -signal.SIGKILL
    assert crashes.must_complete(tmp_path, [pages], ()) == 6


# The program, killed after its last word: all was kept, and only to close the record is left.
KILLED_AT_LAST = """
import os, signal
from feedgen_smm.record import database
from feedgen_smm.cli import main
class Closing:
    def __init__(self, connection):
        self.connection = connection
    def __enter__(self):
        return self.connection
    def __exit__(self, *_):
        os.kill(os.getpid(), signal.SIGKILL)
database.closing = Closing
main()
"""


@POSIX
def test_a_kill_after_the_last_commit_leaves_nothing_behind(scene: crashes.Scene) -> None:
    """Not even a journal, which the next build, having nothing to do, would not delete."""
    with crashes.copy_of(scene) as place:
        assert crashes.end(crashes.start(place, scene.pages, program=("-c", KILLED_AT_LAST)))[0] == -signal.SIGKILL
        crashes.must_be_whole(scene, place)
