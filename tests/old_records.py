"""A record of each version of the tables, as that version left it: what users have must be read by all later ones.

`python -m tests.old_records` makes the record of today's version. Run it once after `schema.VERSION` was raised. Files
that exist are never written again: only the program of their time could make them.
"""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from unittest.mock import patch

from click.testing import CliRunner, Result

from feedgen_smm.build import LAST_OPTIONS
from feedgen_smm.cli import main
from feedgen_smm.record import schema
from feedgen_smm.record.database import open_record
from tests.samples import page

FOLDER = Path(__file__).parent / "records"
RECORD = Path(".feedgen-smm/record.sqlite3")
BASE = "https://example.org/smm/"
DAY = 86_400
FIRST_BUILD = 1_745_000_000  # 18 April 2025
HEADLINES = ("Tin falls", "Zinc falls", "Lead falls", "Nickel falls", "Copper falls", "Aluminum falls", "Silver falls")
WITHDRAWN = "Zinc falls"


def write_pages(first: int, end: int) -> None:
    """Write a page for each headline, dated a day later than the one before it."""
    Path("pages").mkdir(exist_ok=True)
    for number in range(first, end):
        text = page(HEADLINES[number], f"Published: Mar {number + 1}, 2025 09:30", f"Text number {number}.")
        Path(f"pages/{number}.txt").write_bytes(text)


def build(now: int) -> Result:
    """Build in the current folder, with feeds of three entries and archive documents of two."""
    options = ["build", "pages", "--base-url", BASE, "--limit", "3"]
    with patch("feedgen_smm.record.archive.FULL", 2):
        return CliRunner().invoke(main, options, env={"SOURCE_DATE_EPOCH": str(now)}, catch_exceptions=False)


@contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Make `folder` the current one for a while."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def make(path: Path) -> None:
    """Make a record of two builds, an article that was corrected, one that was withdrawn, and a full document."""
    with tempfile.TemporaryDirectory() as folder, inside(Path(folder)):
        write_pages(0, 4)
        build(FIRST_BUILD)
        write_pages(4, 6)
        Path("pages/4.txt").write_bytes(page(HEADLINES[4], "Published: Mar 5, 2025 09:30", "Text to be corrected."))
        shown = CliRunner().invoke(main, ["list"]).stdout.splitlines()
        (entry_id,) = (line.split("  ")[1] for line in shown if line.endswith(WITHDRAWN))
        Path("corrections.toml").write_text(f'["{entry_id}"]\nwithdraw = true\n', encoding="utf-8")
        build(FIRST_BUILD + DAY)
        write_pages(4, 5)
        build(FIRST_BUILD + 2 * DAY)
        with open_record(RECORD) as record:
            record.remember(LAST_OPTIONS, "")  # it names the folder of this moment; a build without it writes all files
        with closing(sqlite3.connect(RECORD)) as connection:
            connection.execute("PRAGMA page_size = 512")  # for a small file
            connection.execute("VACUUM")
        shutil.copy(RECORD, path)


if __name__ == "__main__":
    made = FOLDER / f"{schema.VERSION}.sqlite3"
    if made.exists():
        sys.exit(f"{made} is there already")
    make(made)
