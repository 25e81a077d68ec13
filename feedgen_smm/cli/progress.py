"""A progress bar where somebody waits."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import click

_LONG_RUN = 300  # pages; fewer are read before a bar could be seen

T = TypeVar("T")


def progress(pages: Sequence[T]) -> AbstractContextManager[Iterable[T]]:
    """The pages, to be gone through under a bar on a terminal's standard error; without one elsewhere."""
    if len(pages) < _LONG_RUN or not sys.stderr.isatty():
        return nullcontext(pages)
    return click.progressbar(pages, label="Reading pages", file=sys.stderr)
