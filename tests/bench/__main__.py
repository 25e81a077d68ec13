"""Prints each cost as a ratio to something that cannot be avoided, with the figures behind it and the aim.

All is measured in one run, in pairs; a ratio holds where seconds do not.
"""

import hashlib
import re
import tempfile
from functools import partial
from pathlib import Path

import click

from feedgen_smm.models import Capture
from feedgen_smm.pages import parse
from tests.bench import plain_script
from tests.bench.pages import write_pages
from tests.bench.timing import Cost, in_process, pairs, run

ROOT = Path(__file__).parent.parent.parent
SEEDS = ROOT / "seeds"
READ_AND_HASH = """
import hashlib, os, sys
for item in os.scandir(sys.argv[1]):
    with open(item, "rb") as file:
        hashlib.sha256(file.read()).digest()
"""
EVERY_ENTRY = 10**9


def report(what: str, ratio: float, aim: float, figures: str) -> None:
    """A line for each measure."""
    verdict = "met" if ratio <= aim else "MISSED"
    click.echo(f"{what}\n    {ratio:.2f} (aim: at most {aim:g}, {verdict}): {figures}")


def seconds(cost: Cost) -> str:
    """A time in the unit that suits it."""
    return f"{cost.seconds:.2f} s" if cost.seconds > 1 else f"{cost.seconds * 1000:.3g} ms"


def build(pages: Path, output: Path, *options: str) -> list[str]:
    """Python's arguments for a build."""
    return ["-m", "feedgen_smm", "build", str(pages), "--output", str(output), *options]


def start_up(scratch: Path) -> None:
    """A small build is mostly imports, and feedgen's weigh most."""
    whole, imports = pairs(
        partial(run, build(SEEDS, scratch / "seed")), partial(run, ["-c", "import click, feedgen.feed"]), times=31
    )
    report(
        "A build of the seed, whole process, to importing click and feedgen",
        whole.seconds / imports.seconds, 1.5, f"{seconds(whole)} to {seconds(imports)}",
    )  # fmt: skip


def parsing() -> None:
    """Understanding a page, beside reading every byte of it once."""
    (path,) = SEEDS.iterdir()
    data = path.read_bytes()
    capture = Capture(path.name, data)
    ours, hashing = pairs(
        partial(in_process, lambda: parse(capture), 500),
        partial(in_process, lambda: hashlib.sha256(data).digest(), 500),
        times=21,
    )
    report(
        f"Parsing the seed, {len(data):,} bytes, to SHA-256 of them",
        ours.seconds / hashing.seconds, 25, f"{ours.seconds * 1e6:.1f} µs to {hashing.seconds * 1e6:.2f} µs",
    )  # fmt: skip


def large_build(scratch: Path, pages: Path, count: int) -> None:
    """Many pages, the feed's usual window."""
    whole, reading = pairs(
        partial(run, build(pages, scratch / "large")), partial(run, ["-c", READ_AND_HASH, str(pages)]), times=3
    )
    report(
        f"A build of {count:,} pages to reading and hashing them",
        whole.seconds / reading.seconds, 20, f"{seconds(whole)} to {seconds(reading)}",
    )  # fmt: skip
    report("    its peak memory, MiB", whole.peak, 300, f"{whole.peak / count * 1024:.1f} KiB a page")


def every_entry(scratch: Path, pages: Path) -> None:
    """The whole work of feedgen, beside a script that does little else."""
    ours, theirs = scratch / "ours", scratch / "theirs"
    whole, plain = pairs(
        partial(run, build(pages, ours, "--limit", str(EVERY_ENTRY))),
        partial(run, [str(plain_script.__file__), str(pages), str(theirs)]),
        times=3,
    )
    our_count, their_count = entries_in(ours), entries_in(theirs)
    report(
        "The same build, every entry written, to a plain script",
        whole.seconds / plain.seconds, 1.5, f"{seconds(whole)} to {seconds(plain)}",
    )  # fmt: skip
    click.echo(
        f"    {our_count:,} entries in {megabytes(ours)} to {their_count:,} in {megabytes(theirs)}; "
        f"an entry {(whole.seconds / our_count) / (plain.seconds / their_count):.2f} of the plain script's"
    )


def entries_in(folder: Path) -> int:
    """How many entries the Atom feed in `folder` has."""
    return len(re.findall("<entry[ >]", (folder / "atom.xml").read_text(encoding="utf-8")))


def megabytes(folder: Path) -> str:
    """The size of the feeds in `folder`."""
    return f"{sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.0f} MB"


@click.command()
@click.option("--pages", "count", default=20_000, show_default=True, help="How many pages to generate.")
def main(count: int) -> None:
    """Print what the program costs."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        start_up(scratch)
        parsing()
        pages = scratch / "pages"
        pages.mkdir()
        write_pages(pages, count)
        large_build(scratch, pages, count)
        every_entry(scratch, pages)


if __name__ == "__main__":
    main()
