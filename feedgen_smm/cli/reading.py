"""Saved pages as the commands read them: with a progress bar where somebody waits, and faults as problems."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from feedgen_smm.captures import printable, read_capture
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Page, Problem
from feedgen_smm.pages import parse

_LONG_RUN = 300  # pages; fewer are read before a bar could be seen


def read_pages(paths: Sequence[Path]) -> Iterator[Page]:
    """The page at each path, in order; of one that cannot be read, a page with nothing but that problem."""
    if len(paths) < _LONG_RUN or not sys.stderr.isatty():
        yield from map(read_page, paths)
        return
    with click.progressbar(paths, label="Reading pages", file=sys.stderr) as bar:
        yield from map(read_page, bar)


def read_page(path: Path) -> Page:
    """The page at `path`."""
    try:
        return parse(read_capture(path))
    except UnreadableCaptureError as error:
        source = printable(path)
        return Page(source=source, lines=(), article=None, related=(), problems=(Problem(source, 1, str(error)),))
