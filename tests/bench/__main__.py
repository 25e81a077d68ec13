"""Prints a table of what the program costs, each figure beside its floor and its aim. A missed aim is no failure."""

import contextlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import click

from tests.bench import plain_script
from tests.bench.measure import (
    ROOT,
    Cost,
    adopt_orphans,
    least,
    print_floor,
    print_ratio,
    print_share,
    print_size,
    run,
    show_progress,
)
from tests.bench.pages import generate, generate_digests, generate_faulty, write_pages

SEEDS = ROOT / "seeds"
EVERY_ENTRY = ("--limit", "1000000")
ARCHIVES = ("--base-url", "https://example.org/smm/", "--jobs", "1")
STAT_ALL = "import click, os, sqlite3, sys; [item.stat() for item in os.scandir(sys.argv[1])]"
ENTRIES_A_PAGE = 40


class Scale(NamedTuple):
    """How much is measured: text pages, entries of the large record, HTML pages; runs of long and of short builds."""

    pages: int
    entries: int
    html: int
    long: int
    short: int


WHOLE = Scale(10_000, 100_000, 200, long=3, short=15)
QUICK = Scale(1_000, 10_000, 20, long=1, short=5)


@click.command()
@click.option("--quick", is_flag=True, help="A tenth of everything, once: less than a minute, for a first impression.")
@click.option(
    "--entries", type=click.IntRange(min=1000), help="How many entries the large record has; the aim: 1000000."
)
def main(quick: bool, entries: int | None) -> None:  # noqa: FBT001 - click's way
    """Print what the program costs, beside what cannot be avoided."""
    scale = QUICK if quick else WHOLE
    scale = scale._replace(entries=entries or scale.entries)
    click.echo(
        "CPU seconds, user and system, of whole processes. What is compared runs in turn, and the least counts,\n"
        f"for others may be using the machine: long builds of {scale.long}, short ones of {scale.short}."
    )
    adopt_orphans()
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        pages = scratch / "pages"
        texts = generate(scale.pages + scale.short)
        write_pages(pages, islice(texts, scale.pages))
        first_builds(scratch, pages, scale)
        nothing_new(scratch, pages, scale)
        little_new(scratch, pages, texts, scale)
        reading(scale)
        many_entries(scratch, scale)


def build(pages: Path, place: Path, *options: str) -> Cost:
    """What a build costs whose record and feeds are in `place`."""
    return run("-m", "feedgen_smm", *_arguments(pages, place, *options))


def build_from_nothing(pages: Path, place: Path, *options: str) -> Cost:
    """The same where neither exists yet."""
    shutil.rmtree(place, ignore_errors=True)
    return build(pages, place, *options)


def _arguments(pages: Path, place: Path, *options: str) -> list[str]:
    record, output = place / "record.sqlite3", place / "feeds"
    return ["build", str(pages), "--record", str(record), "--output", str(output), *options]


def first_builds(scratch: Path, pages: Path, scale: Scale) -> None:
    """From nothing, beside the plain script and beside their own validation. Leaves the record in `first`."""
    place = scratch / "other"
    script, first, every, archives = least(
        "First builds",
        scale.long,
        partial(run, plain_script.__file__, pages, scratch / "script"),
        partial(build_from_nothing, pages, scratch / "first"),
        partial(build_from_nothing, pages, place, *EVERY_ENTRY),
        partial(build_from_nothing, pages, place, *ARCHIVES),
    )
    print_floor("a plain script with feedgen, over the same pages")
    print_ratio(f"first build of {scale.pages:,} text pages", first, script, 3.5)
    print_ratio("first build with every entry in the feed", every, script, 6)
    print_ratio("first build with a base URL: archive documents, also of topics", archives, script, 6)
    print_floor("the whole build")
    for what, options in (("validation in the first build", ()), ("the same, with archive documents", ARCHIVES)):
        show_progress(what)
        shutil.rmtree(place)
        whole = run("-m", "tests.bench.inside", "validation", *_arguments(pages, place, *options))
        show_progress("")
        print_share(what, Cost(last_line(whole)[0]), whole, 0.05)


def last_line(cost: Cost) -> list[float]:
    """The numbers on the last line that was printed."""
    return [float(number) for number in cost.printed.splitlines()[-1].split()]


def nothing_new(scratch: Path, pages: Path, scale: Scale) -> None:
    """Cron's usual build: no page changed, with and without pages that have a problem."""
    mixed, count = scratch / "mixed", scale.pages * 3 // 10
    write_pages(mixed, generate(scale.pages - count))
    write_pages(mixed, generate_faulty(count), "faulty")
    build(mixed, scratch / "faulty")
    sound, faulty, floor = least(
        "Nothing new",
        scale.short,
        partial(build, pages, scratch / "first"),
        partial(build, mixed, scratch / "faulty"),
        partial(run, "-c", STAT_ALL, pages),
    )
    print_floor("`import click, sqlite3` and a stat of each page")
    print_ratio(f"build of {scale.pages:,} pages when nothing is new", sound, floor, 1.25)
    print_ratio(f"the same where {count:,} of the pages have a problem", faulty, floor, 1.25)


def little_new(scratch: Path, pages: Path, unseen: Iterator[str], scale: Scale) -> None:
    """Builds that are mostly starting up."""
    one_new, seed, imports = least(
        "One new page",
        scale.short,
        partial(build_another, pages, unseen, scratch / "first"),
        partial(build_from_nothing, SEEDS, scratch / "seed"),
        partial(run, "-c", "import click, feedgen.feed"),
    )
    print_floor("`import click, feedgen.feed`")
    print_ratio("first build of the sample page in seeds/", seed, imports, 1.8)
    print_floor("the first build of the sample page")
    print_ratio(f"build when one page is new among {scale.pages:,}", one_new, seed, 1.6)


def build_another(folder: Path, unseen: Iterator[str], place: Path) -> Cost:
    """What a build costs of `folder` and one more page in it."""
    write_pages(folder, islice(unseen, 1), f"new-{len(list(folder.iterdir()))}")
    return build(folder, place)


def many_entries(scratch: Path, scale: Scale) -> None:
    """What depends on how many entries the record has, and what must not."""
    small, _ = _prepared(scratch / "small", 1000)
    large, cost = _prepared(scratch / "large", scale.entries)
    after_many, after_few = least("One new page", scale.short, large, small)
    print_floor("one new page with a record of 1,000 entries")
    print_ratio(f"build of one new page with a record of {scale.entries:,}", after_many, after_few, 1.3)
    click.echo("\nSizes")
    print_size(f"peak memory of a first build of {scale.entries:,} entries", cost.peak / 1e6, 200, "MB")
    record = scratch / "first" / "record.sqlite3"
    what = f"record of {scale.pages:,} text pages, an entry, without its text"
    print_size(what, bytes_beside_text(record), 2000, "B")


def _prepared(place: Path, entries: int) -> tuple[Callable[[], Cost], Cost]:
    """What builds a folder of one new page with a record of so many entries; and what the record's first build cost."""
    pages, new = place / "pages", place / "new"
    count = entries // ENTRIES_A_PAGE
    write_pages(pages, generate_digests(count, ENTRIES_A_PAGE))
    new.mkdir()
    show_progress(f"First build of {entries:,} entries")
    cost = run("-m", "feedgen_smm", *_arguments(pages, place), watches_memory=True)
    return partial(build_another, new, generate_digests(count + 1000, ENTRIES_A_PAGE, first=count), place), cost


def bytes_beside_text(record: Path) -> float:
    """The size of a record for each of its entries, without the texts."""
    with contextlib.closing(sqlite3.connect(record)) as database:
        texts, entries = database.execute(
            "SELECT (SELECT sum(length(data)) FROM text), (SELECT count(*) FROM entry)"
        ).fetchone()
    return (record.stat().st_size - int(texts)) / int(entries)


def reading(scale: Scale) -> None:
    """Understanding HTML."""
    show_progress("Reading HTML")
    ours, theirs = map(Cost, last_line(run("-m", "tests.bench.inside", "reading", str(scale.html))))
    show_progress("")
    print_floor("lxml's parse of the same pages")
    print_ratio(f"reading {scale.html} HTML pages of 200 kB: bytes to article and cards", ours, theirs, 2)


if __name__ == "__main__":
    main()
