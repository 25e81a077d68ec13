"""What builds from the pages alone cost."""

import hashlib
import shutil
from functools import partial
from pathlib import Path

import click

from feedgen_smm.models import Capture
from feedgen_smm.pages.page import parse
from tests.bench import plain_script
from tests.bench.telling import megabytes, report, seconds
from tests.bench.timing import Cost, in_process, pairs, run

SEEDS = Path(__file__).parent.parent.parent / "seeds"
READ_AND_HASH = """
import hashlib, os, sys
for item in os.scandir(sys.argv[1]):
    with open(item, "rb") as file:
        hashlib.sha256(file.read()).digest()
"""
LIBRARIES = "import click, feedgen.feed, jinja2"
EVERY_ENTRY = ("--limit", "1000000")


def build(pages: Path, output: Path, *options: str) -> Cost:
    """What a build costs that finds no feeds standing: it would spare itself the writing of those."""
    shutil.rmtree(output, ignore_errors=True)
    return run(["-m", "feedgen_smm", "build", "--no-record", str(pages), "--output", str(output), *options])


def script(pages: Path, output: Path) -> Cost:
    """What the plain script costs."""
    shutil.rmtree(output, ignore_errors=True)
    return run([str(plain_script.__file__), str(pages), str(output)])


def start_up(scratch: Path) -> None:
    """A small build is mostly imports, feedgen's before all, and the compilation of the page's template."""
    whole, imports = pairs("Starting up", partial(build, SEEDS, scratch / "seed"), partial(run, ["-c", LIBRARIES]), 31)
    report(
        "A build of the seed, whole process, to importing click, feedgen and jinja2",
        whole.seconds / imports.seconds, 1.5, f"{seconds(whole)} to {seconds(imports)}",
    )  # fmt: skip


def parsing() -> None:
    """Understanding a page, beside reading every byte of it once."""
    path = min(SEEDS.glob("*.txt"))
    data = path.read_bytes()
    capture = Capture(path.name, data)
    ours, hashing = pairs(
        "Parsing",
        partial(in_process, lambda: parse(capture), 200),
        partial(in_process, lambda: hashlib.sha256(data).digest(), 200),
        101,
    )
    report(
        f"Parsing the seed, {len(data):,} bytes, to SHA-256 of them",
        ours.seconds / hashing.seconds, 25, f"{seconds(ours)} to {seconds(hashing)}",
    )  # fmt: skip


def large_build(scratch: Path, pages: Path, count: int) -> None:
    """Many pages, the feed's usual window."""
    whole, reading = pairs(
        "Building", partial(build, pages, scratch / "large"), partial(run, ["-c", READ_AND_HASH, str(pages)]), 3
    )
    report(
        f"A build of {count:,} pages, {megabytes(pages)}, to reading and hashing them",
        whole.seconds / reading.seconds, 20, f"{seconds(whole)} to {seconds(reading)}",
    )  # fmt: skip
    report("Its peak memory in MB", whole.peak / 1e6, 300, f"{whole.peak / count / 1e3:.1f} kB a page")


def every_entry(scratch: Path, pages: Path) -> None:
    """The whole work of feedgen, beside a script that does little else."""
    ours, theirs = scratch / "ours", scratch / "theirs"
    whole, plain = pairs(
        "Building every entry", partial(build, pages, ours, *EVERY_ENTRY), partial(script, pages, theirs), 3
    )
    report(
        "The same build, every entry written, to a plain script",
        whole.seconds / plain.seconds, 1.5, f"{seconds(whole)} to {seconds(plain)}",
    )  # fmt: skip
    our_count, their_count = entries_in(ours), entries_in(theirs)
    click.echo(
        f"    {our_count:,} entries in {megabytes(ours)} to {their_count:,} in {megabytes(theirs)}, "
        f"peak {whole.peak / 1e6:.0f} MB to {plain.peak / 1e6:.0f} MB; "
        f"time an entry {(whole.seconds / our_count) / (plain.seconds / their_count):.2f} of the plain script's"
    )


def entries_in(folder: Path) -> int:
    """How many entries the Atom feed in `folder` has; read by lines, to stay small."""
    with (folder / "atom.xml").open(encoding="utf-8") as lines:
        return sum("<entry>" in line or "<entry " in line for line in lines)
