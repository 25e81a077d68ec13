"""A record of any earlier version is read, listed and built on; see `old_records` for how they were made."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner

from feedgen_smm.cli import main
from feedgen_smm.record import schema
from feedgen_smm.record.archive import kept_document
from feedgen_smm.record.database import Record, damaged, open_record, read_record
from feedgen_smm.record.schema import Row
from tests.old_records import BASE, DAY, FIRST_BUILD, FOLDER, HEADLINES, RECORD, WITHDRAWN, build, inside, write_pages

RECORDS = sorted(FOLDER.glob("*.sqlite3"))
NOW = FIRST_BUILD + 10 * DAY
NEXT = schema.VERSION + 1
STEPS = "CREATE TABLE added (value INTEGER);\nINSERT INTO added SELECT count(*) FROM entry"
WITHDRAWN_ID = "urn:uuid:e1407406-5c72-5019-84f3-d0ed10010dcc"
LISTED = [headline for headline in reversed(HEADLINES[:6]) if headline != WITHDRAWN]


@pytest.fixture(params=RECORDS, ids=lambda path: f"version {path.stem}")
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """A copy of an old record where a build looks for it, and the pages it was made of."""
    with inside(tmp_path):
        RECORD.parent.mkdir()
        shutil.copy(request.param, RECORD)
        write_pages(0, 6)
        Path("corrections.toml").write_text(f'["{WITHDRAWN_ID}"]\nwithdraw = true\n', encoding="utf-8")
        yield


def listed() -> list[list[str]]:
    """Id and headline of each entry in the record, the newest first."""
    result = CliRunner().invoke(main, ["list"], catch_exceptions=False)
    assert result.exit_code == 0
    return [line.split("  ")[1:] for line in result.stdout.splitlines()]


def update(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that a later version of the program runs, whose record has one table more."""
    monkeypatch.setattr(schema, "VERSION", NEXT)
    monkeypatch.setattr(schema, "MIGRATIONS", {**schema.MIGRATIONS, NEXT - 1: STEPS})


def test_there_is_a_record_of_each_version() -> None:
    """A version whose records no test opens would be forgotten."""
    versions = [str(number) for number in range(1, schema.VERSION + 1)]
    assert [path.stem for path in RECORDS] == versions, "run python -m tests.old_records"


def tables(record: Record) -> list[Row]:
    """The columns of all tables, in any order, and the indexes."""
    columns = 'SELECT m.name, c.name, c.type, "notnull", pk FROM sqlite_schema AS m, pragma_table_info(m.name) AS c'
    indexes = "SELECT name, sql, '', 0, 0 FROM sqlite_schema WHERE type = 'index'"
    return record.execute(f"{columns} WHERE m.type = 'table' UNION {indexes} ORDER BY 1, 2").fetchall()


@pytest.mark.usefixtures("old")
def test_an_old_record_gets_the_tables_of_a_new_one() -> None:
    """With all columns and indexes: the statements in `MIGRATIONS` make every change that was made in `TABLES`."""
    with read_record(RECORD) as record, open_record(None) as new:
        assert tables(record) == tables(new), "to change a table, see record/schema.py"


@pytest.mark.usefixtures("old")
def test_an_old_record_is_sound_and_listed() -> None:
    """Nothing in it is damaged, and the entry that was withdrawn is not in the list."""
    assert [headline for _, headline in listed()] == LISTED
    with read_record(RECORD) as record:
        assert [*damaged(record.connection)] == []


@pytest.mark.usefixtures("old")
def test_a_later_version_builds_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ids, dates of change and full documents stay; a new page is an entry more; the steps were taken once."""
    before = listed()
    with read_record(RECORD) as record:
        full = {name: kept_document(record, BASE, name).data for name in ("archive/atom-1.xml", "archive/rss-1.xml")}
    update(monkeypatch)
    write_pages(6, 7)
    for told in ("7 pages read: 6 entries (1 new)", "nothing new: 6 entries"):
        result = build(NOW)
        assert (result.exit_code, result.stderr) == (0, "")
        assert told in result.stdout
    assert listed()[1:] == before
    feed = feedparser.parse(Path("output/atom.xml").read_bytes()).entries
    assert [(entry.title, entry.updated[:10]) for entry in feed] == [
        ("Silver falls", "2025-03-07"),
        ("Aluminum falls", "2025-03-06"),
        ("Copper falls", "2025-04-20"),  # it was corrected by the last build
    ]
    assert {name: Path("output", name).read_bytes() for name in full} == full
    with closing(sqlite3.connect(RECORD)) as connection:
        assert connection.execute("SELECT value FROM added").fetchall() == [(6,)]
        assert connection.execute("PRAGMA user_version").fetchone() == (NEXT,)


@pytest.mark.usefixtures("old")
def test_reading_an_old_record_does_not_change_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """`list` and `build --check` take the steps without keeping them."""
    before = RECORD.read_bytes(), RECORD.stat().st_mtime_ns
    update(monkeypatch)
    assert len(listed()) == len(LISTED)
    assert CliRunner().invoke(main, ["build", "pages", "--check"]).exit_code == 1
    assert (RECORD.read_bytes(), RECORD.stat().st_mtime_ns) == before
