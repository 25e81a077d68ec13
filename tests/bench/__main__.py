"""Prints each cost as a ratio to something that cannot be avoided, with the figures behind it and the aim.

All is measured in one run, in pairs; a ratio holds where seconds do not. Ratios go to standard output, progress to
standard error, and a missed aim is no failure.
"""

import tempfile
from pathlib import Path

import click

from tests.bench import alone, remembering
from tests.bench.pages import generate
from tests.bench.telling import write_pages


@click.command()
@click.option(
    "--pages", "count", type=click.IntRange(min=1), default=20_000, show_default=True, help="How many to generate."
)
@click.option("--entries", default=1_000_000, show_default=True, help="How many the large record holds.")
def main(count: int, entries: int) -> None:
    """Print what the program costs."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        pages = scratch / "pages"
        alone.start_up(scratch)
        alone.parsing()
        write_pages(pages, generate(count), count)
        alone.large_build(scratch, pages, count)
        alone.every_entry(scratch, pages)
        half = scratch / "half"
        write_pages(half, generate(count // 2), count // 2)
        remembering.nothing_changed(scratch, half, count // 2)
        remembering.seed_again(scratch)
        remembering.one_new_page(scratch, entries)


if __name__ == "__main__":
    main()
