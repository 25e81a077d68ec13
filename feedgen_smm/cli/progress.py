"""A progress bar where somebody waits."""

import sys
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TypeVar

import click

_LONG_RUN = 300  # pages; fewer are read before a bar could be seen

T = TypeVar("T")


def progress(label: str, items: Sequence[T]) -> AbstractContextManager[Iterable[T]]:
    """The items, to be gone through under a bar on a terminal's standard error; without one elsewhere."""
    if len(items) < _LONG_RUN or sys.stderr is None or not sys.stderr.isatty():
        return nullcontext(items)
    return click.progressbar(items, label=label, file=sys.stderr)
