"""What builds with a record cost: where nothing changed, and where little did."""

from collections.abc import Callable
from functools import partial
from itertools import count
from pathlib import Path

from tests.bench.alone import SEEDS
from tests.bench.pages import generate_digests
from tests.bench.telling import report, seconds, write_pages
from tests.bench.timing import Cost, pairs, run

LIST_AND_STAT = """
import os, sys
for item in os.scandir(sys.argv[1]):
    item.stat()
"""
ENTRIES_A_PAGE = 40


def build(pages: Path, place: Path) -> Cost:
    """What a build costs whose record and feeds are in `place`."""
    return run([
        *("-m", "feedgen_smm", "build", str(pages)),
        *("--record", str(place / "record.sqlite3"), "--output", str(place / "feeds")),
    ])  # fmt: skip


def nothing_changed(scratch: Path, pages: Path, number: int) -> None:
    """Cron's usual run."""
    place = scratch / "unchanged"
    build(pages, place)
    ours, listing = pairs(
        "Building what did not change",
        partial(build, pages, place), partial(run, ["-c", LIST_AND_STAT, str(pages)]), 15,
    )  # fmt: skip
    report(
        f"A build of {number:,} pages of which none changed, to listing and stat-ing them",
        ours.seconds / listing.seconds, 3, f"{seconds(ours)} to {seconds(listing)}",
    )  # fmt: skip


def seed_again(scratch: Path) -> None:
    """The same for a single page: what is left is starting up."""
    place = scratch / "seed-again"
    build(SEEDS, place)
    ours, imports = pairs(
        "Building the seed again",
        partial(build, SEEDS, place), partial(run, ["-c", "import click, sqlite3"]), 31,
    )  # fmt: skip
    report(
        "A build of the seed that did not change, whole process, to importing click and sqlite3",
        ours.seconds / imports.seconds, 1.5, f"{seconds(ours)} to {seconds(imports)}",
    )  # fmt: skip


def one_new_page(scratch: Path, entries: int) -> None:
    """What a page costs does not depend on how much is known already."""
    small, _ = _prepared(scratch, "small", 1000)
    large, cost = _prepared(scratch, "large", entries)
    after_many, after_few = pairs("Building one new page", large, small, 9)
    report(
        f"A build of one new page at {entries:,} entries, to one at 1,000",
        after_many.seconds / after_few.seconds, 1.5, f"{seconds(after_many)} to {seconds(after_few)}",
    )  # fmt: skip
    report("Peak memory of building those entries in MB", cost.peak / 1e6, 200, f"it took {seconds(cost)}")


def _prepared(scratch: Path, name: str, entries: int) -> tuple[Callable[[], Cost], Cost]:
    """What builds a page that was not seen before, after so many entries; and what those cost."""
    place, pages, new = scratch / name, scratch / f"{name}-pages", scratch / f"{name}-new"
    number = entries // ENTRIES_A_PAGE
    write_pages(pages, generate_digests(number, ENTRIES_A_PAGE), number)
    new.mkdir()
    cost = build(pages, place)
    unseen = generate_digests(number + 1000, ENTRIES_A_PAGE, first=number)
    names = count()

    def build_one() -> Cost:
        (new / f"{next(names)}.txt").write_text(next(unseen), encoding="utf-8")
        return build(new, place)

    return build_one, cost
