"""`feedgen-smm build`: saved pages → feeds."""

import os
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from time import time

import click

from feedgen_smm.build import Order, Outcome, Result
from feedgen_smm.build.run import run
from feedgen_smm.cli.configured import Configured, configured, with_options
from feedgen_smm.cli.options import config_option, record_option
from feedgen_smm.cli.progress import progress
from feedgen_smm.cli.summary import say, to_json
from feedgen_smm.errors import ConfigurationError, FeedgenSmmError
from feedgen_smm.record.database import open_record
from feedgen_smm.settings import DEFAULTS, LARGEST_LIMIT

_EPILOG = """\b
Examples:
  feedgen-smm build
  feedgen-smm build ~/smm/2026 ~/smm/extra.txt -o feeds
  feedgen-smm build --base-url https://example.org/smm/ --limit 500
  feedgen-smm build --check || echo "the feeds are stale"

\b
Exit status:
  0  the feeds are what the pages say; pages without anything to publish are
     reported, and do not count, but with --strict
  1  a file could not be read, nothing could be published, a feed or the record
     could not be written, the build refused, or --check found a stale feed
  2  a wrong option, configuration or correction, or a path that is not there
"""


@click.command("build", epilog=_EPILOG, short_help="Turn saved pages into feeds.")
@click.argument("pages", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    help="The folder the feeds are written to; made if it is not there.  [default: output]",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="Where OUTPUT will be found on the web; each feed then says its own address.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, LARGEST_LIMIT),
    metavar="N",
    help=f"Entries in each feed at most, the newest.  [default: {DEFAULTS.limit}]",
)
@config_option
@record_option
@click.option("--no-record", is_flag=True, help="Build from the pages alone, with a record in memory.")
@click.option(
    "--corrections",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What you say of entries, over what pages say.  [default: corrections.toml, if it is there]",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where the feeds in OUTPUT are stale.")
@click.option("--strict", is_flag=True, help="Exit with 1 where a page is not published.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write what the build did to FILE, as JSON, however it ended.",
)
def command(  # noqa: PLR0913, PLR0917 - as many as the command has options
    pages: tuple[Path, ...],
    output: Path | None,
    base_url: str | None,
    limit: int | None,
    config: Path | None,
    record: Path | None,
    corrections: Path | None,
    report: Path | None,
    *,
    no_record: bool,
    check: bool,
    strict: bool,
) -> None:
    """Turn saved PAGES into feeds: files, or folders of them; seeds if none is named.

    Writes atom.xml, rss.xml and feed.json, a list of all feeds, a page to look at, feeds of each topic, and archives
    of what the feeds have no room for; each file is replaced in one step and only where its content changed. A page's
    problem is reported once, on standard error, as path:line: message; standard output ends with what was done.

    The record remembers every page, entry and id: only pages that changed are read, and an entry once published stays
    the same one, whatever becomes of its pages. A page that an older version misread is read again by a newer one.
    """
    started = _now()
    try:
        found = configured(config)
        order = Order(
            pages or _existing(found),
            output or found.output,
            with_options(found.settings, base_url, limit),
            corrections or found.corrections,
            is_trial=check,
        )
        with ExitStack() as stack:
            opened = stack.enter_context(open_record(None if no_record else record or found.record, keeps=not check))
            result = run(order, opened, started, progress)
    except click.UsageError as error:
        _report(report, to_json(started, 2, error.format_message(), None))
        raise
    except FeedgenSmmError as error:
        status = 2 if isinstance(error, ConfigurationError) else 1
        _report(report, to_json(started, status, str(error), None))
        click.echo(error if status == 2 else f"Error: {error}", err=True)  # noqa: PLR2004 - a usage error
        raise click.exceptions.Exit(status) from error
    status = _status(result, is_strict=strict)
    nothing = None if result.files else "nothing to publish; the existing feeds were left unchanged"
    _report(report, to_json(started, status, nothing, result))
    say(result)
    if nothing:
        click.echo(f"Error: {nothing}", err=True)
    if status:
        raise click.exceptions.Exit(status)


def _existing(found: Configured) -> tuple[Path, ...]:
    """The configured pages. Raises click's usage error where one is not there."""
    for path in found.pages:
        if not path.exists():
            raise click.UsageError(f"{path} is not there: name the saved pages, or a folder of them")
    return found.pages


def _status(result: Result, *, is_strict: bool) -> int:
    is_stale = any(file.outcome is Outcome.STALE for file in result.files)
    failed = not result.files or result.unreadable or result.left_out or is_stale
    return 1 if failed or (is_strict and result.faulty) else 0


def _now() -> datetime:
    """The one look at the clock; SOURCE_DATE_EPOCH, seconds since 1970, stands for it where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(epoch) if epoch else int(time()), UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise click.UsageError("SOURCE_DATE_EPOCH is not a number of seconds since 1970") from error


def _report(path: Path | None, report: str) -> None:
    if path is None:
        return
    try:
        path.write_text(report, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        click.echo(f"Error: {path}: cannot be written: {error.strerror}", err=True)
        raise click.exceptions.Exit(1) from error
