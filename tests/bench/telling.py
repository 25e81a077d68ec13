"""Figures in words, and the pages that they are measured on."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from tests.bench.timing import Cost


def report(what: str, ratio: float, aim: float, figures: str) -> None:
    """Print one measure."""
    verdict = "met" if ratio <= aim else "MISSED"
    click.echo(f"{what}\n    {ratio:.2f} (aim: at most {aim:g}, {verdict}): {figures}")


def seconds(cost: Cost) -> str:
    """A time in the unit that suits it."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if cost.seconds >= size:
            return f"{cost.seconds / size:.3g} {unit}"
    return f"{cost.seconds / 1e-6:.3g} µs"


def megabytes(folder: Path) -> str:
    """The size of the files in `folder`."""
    return f"{sum(path.stat().st_size for path in folder.iterdir()) / 1e6:.0f} MB"


def write_pages(folder: Path, pages: Iterator[str], count: int) -> None:
    """Write so many `pages` into `folder`, which is made."""
    folder.mkdir()
    with click.progressbar(pages, length=count, label="Generating pages", file=sys.stderr) as texts:
        for number, text in enumerate(texts):
            (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")
