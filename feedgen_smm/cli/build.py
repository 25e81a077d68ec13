"""`feedgen-smm build`: saved pages → feeds."""

import os
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from time import time
from typing import Any, NamedTuple

import click

from feedgen_smm.build import Order, Outcome, Result, run
from feedgen_smm.cli.options import (
    DEFAULT_CORRECTIONS,
    DEFAULT_OUTPUT,
    Configured,
    config_option,
    configured,
    record_option,
)
from feedgen_smm.cli.printing import progress, say, to_json
from feedgen_smm.errors import ConfigurationError, FeedgenSmmError
from feedgen_smm.record.database import open_record
from feedgen_smm.settings import DEFAULTS, LARGEST_JOBS, LARGEST_LIMIT

_USAGE = 2  # the exit status of a usage error

_EPILOG = """\b
Examples:
  feedgen-smm build
  feedgen-smm build ~/smm/2026 ~/smm/extra.txt -o feeds
  feedgen-smm build --base-url https://example.org/smm/ --limit 500
  feedgen-smm build --check || echo "the feeds are stale"

\b
Exit status:
  0  the feeds are what the pages say; pages with nothing to publish are
     reported, and count only with --strict
  1  a file could not be read, nothing could be published, a feed or the record
     could not be written, the build refused, or --check found a stale feed
  2  a wrong option, configuration or correction, or a path that does not exist
"""


class _Options(NamedTuple):
    """The arguments and options of the command."""

    pages: tuple[Path, ...]
    output: Path | None
    base_url: str | None
    limit: int | None
    config: Path | None
    record: Path | None
    no_record: bool
    corrections: Path | None
    check: bool
    strict: bool
    report: Path | None
    jobs: int | None
    dask: str | None


@click.command("build", epilog=_EPILOG, short_help="Turn saved pages into feeds.")
@click.argument("pages", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help=f"The folder to write the feeds to; made if it does not exist.  [default: {DEFAULT_OUTPUT}]",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="The address of OUTPUT on the web; each feed then says its own address.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, LARGEST_LIMIT),
    metavar="N",
    help=f"The largest number of entries in a feed.  [default: {DEFAULTS.limit}]",
)
@config_option
@record_option
@click.option("--no-record", is_flag=True, help="Build from the pages alone, and remember nothing.")
@click.option(
    "--corrections",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"The file of your corrections; it overrides the pages.  [default: {DEFAULT_CORRECTIONS}, if it exists]",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 if the feeds in OUTPUT are stale.")
@click.option("--strict", is_flag=True, help="Exit with 1 if a page is not published.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write what the build did to FILE, as JSON, even if it failed.",
)
@click.option(
    "--jobs",
    type=click.IntRange(1, LARGEST_JOBS),
    metavar="N",
    help="How many processes read pages and make archives, if there are many.  [default: one for each core]",
)
@click.option(
    "--dask",
    metavar="ADDRESS",
    help="Read pages on a Dask cluster, if there are many pages; ADDRESS is that of its scheduler.",
)
def build_command(**given: Any) -> None:
    """Turn saved PAGES, files or folders, into feeds. Without PAGES, those of the configuration are read, else seeds.

    Writes atom.xml, rss.xml and feed.json, a list of all feeds, a web page, feeds of each topic, and archives of older
    entries. Each file is replaced in one step, and only if its content changed. Standard output says what was done;
    each problem of a page is reported once, on standard error, as path:line: message.

    The record remembers every page, entry and id: only pages that changed are read, and an entry keeps its id, whatever
    becomes of its pages. A version that understands pages better reads all of them again.
    """
    options = _Options(**given)
    started = _now()
    try:
        result = _build(options, started)
    except click.UsageError as error:
        _report(options.report, started, _USAGE, error.format_message())
        raise
    except FeedgenSmmError as error:
        status = _USAGE if isinstance(error, ConfigurationError) else 1
        _report(options.report, started, status, str(error))
        click.echo(error if status == _USAGE else f"Error: {error}", err=True)
        raise click.exceptions.Exit(status) from error
    status = _status(result, is_strict=options.strict)
    nothing = None if result.files else "nothing to publish; the existing feeds were left unchanged"
    _report(options.report, started, status, nothing, result)
    say(result)
    if nothing:
        click.echo(f"Error: {nothing}", err=True)
    if status:
        raise click.exceptions.Exit(status)


def _build(options: _Options, started: datetime) -> Result:
    if options.dask is not None and find_spec("distributed") is None:
        raise click.UsageError("--dask needs Dask: pip install 'feedgen-smm[dask]'")
    found = configured(options.config, options.base_url, options.limit)
    order = Order(
        options.pages or _existing(found),
        options.output or found.output,
        found.settings,
        options.corrections or found.corrections,
        is_trial=options.check,
        jobs=options.jobs or found.jobs or _cores(),
        dask=options.dask,
    )
    path = None if options.no_record else options.record or found.record
    with open_record(path, keeps=not options.check) as record:
        return run(order, record, started, progress)


def _cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _existing(found: Configured) -> tuple[Path, ...]:
    """The configured pages. Raises click's usage error where one does not exist."""
    for path in found.pages:
        if not path.exists():
            raise click.UsageError(f"{path} does not exist: name the saved pages, or a folder of them")
    return found.pages


def _status(result: Result, *, is_strict: bool) -> int:
    is_stale = any(file.outcome is Outcome.STALE for file in result.files)
    failed = not result.files or result.unreadable or result.left_out or is_stale
    return 1 if failed or (is_strict and result.faulty) else 0


def _now() -> datetime:
    """The time, or SOURCE_DATE_EPOCH, in seconds since 1970, if that is set. Nothing else reads the clock."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(epoch) if epoch else int(time()), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise click.UsageError("SOURCE_DATE_EPOCH is not a number of seconds since 1970") from error


def _report(path: Path | None, started: datetime, status: int, error: str | None, result: Result | None = None) -> None:
    if path is None:
        return
    try:
        path.write_text(to_json(started, status, error, result), encoding="utf-8", errors="backslashreplace")
    except OSError as failure:
        click.echo(f"Error: {path}: cannot be written: {failure.strerror}", err=True)
        raise click.exceptions.Exit(1) from failure
