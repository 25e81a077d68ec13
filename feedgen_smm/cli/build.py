"""`feedgen-smm build`: saved pages → feeds."""

import os
from datetime import UTC, datetime
from pathlib import Path
from time import time

import click

from feedgen_smm.build import Order, Outcome, Result
from feedgen_smm.build.with_archive import build_with_archive
from feedgen_smm.cli.account import say, to_json
from feedgen_smm.cli.configured import settings_of
from feedgen_smm.cli.options import archive_option
from feedgen_smm.cli.progress import progress
from feedgen_smm.errors import ConfigurationError, FeedgenSmmError
from feedgen_smm.record import open_archive
from feedgen_smm.settings import DEFAULTS, LARGEST_WINDOW

_DEFAULT_PAGES = Path("seeds")

_EPILOG = """\b
Examples:
  feedgen-smm build
  feedgen-smm build ~/smm/2026 ~/smm/extra.txt -o feeds
  feedgen-smm build --base-url https://example.org/smm/ --limit 500
  feedgen-smm build --check || echo "the feeds are stale"

\b
Exit status:
  0  all well
  1  a page had a problem, nothing could be published, a feed could not be
     written, or --check found a stale feed
  2  a wrong option or configuration, or a path that is not there
"""


@click.command("build", epilog=_EPILOG, short_help="Turn saved pages into feeds.")
@click.argument("pages", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("output"),
    show_default=True,
    help="The folder the feeds are written to; made if it is not there.",
)
@click.option(
    "--base-url",
    metavar="URL",
    help="Where OUTPUT will be found on the web; each feed then says its own address.",
)
@click.option(
    "--limit",
    type=click.IntRange(1, LARGEST_WINDOW),
    metavar="N",
    help=f"Entries in each feed at most, the newest.  [default: {DEFAULTS.window}]",
)
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The configuration; options win over it.  [default: feedgen-smm.toml, if it is there]",
)
@archive_option
@click.option(
    "--no-archive", is_flag=True, help="Build from the pages alone: remember nothing, know of no other build."
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where the feeds in OUTPUT are stale.")
@click.option(
    "--report",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    metavar="FILE",
    help="Write what the build did to FILE, as JSON.",
)
def command(  # noqa: PLR0913, PLR0917 - as many as the command has options
    pages: tuple[Path, ...],
    output: Path,
    base_url: str | None,
    limit: int | None,
    config: Path | None,
    archive: Path,
    *,
    report: Path | None,
    no_archive: bool,
    check: bool,
) -> None:
    """Turn saved PAGES into feeds: files, or folders of them; seeds if none is named.

    Writes atom.xml, rss.xml and feed.json, a list of all feeds, a page to look at, feeds of each topic, and archives
    of what the feeds have no room for; each file is replaced in one step and only where its content changed. Messages
    about pages go to standard error as path:line: message; standard output ends with where every sighting went.

    The archive remembers every page, entry and id: only pages that changed are read, and an entry once published stays
    the same one, whatever becomes of its pages.
    """
    if not pages and not _DEFAULT_PAGES.exists():
        raise click.UsageError("there is no folder seeds here: name the saved pages or a folder of them")
    try:
        settings = settings_of(config, base_url, limit)
        order = Order(pages or (_DEFAULT_PAGES,), output, settings, is_trial=check)
        result = _build_alone(order) if no_archive else _build(order, archive)
    except ConfigurationError as error:
        click.echo(error, err=True)
        raise click.exceptions.Exit(2) from error
    except FeedgenSmmError as error:
        raise click.ClickException(str(error)) from error
    say(result)
    if report is not None:
        _write_report(report, result)
    if not result.feeds:
        raise click.ClickException("nothing to publish: the feeds that stand were left alone")
    if result.problems or any(feed.outcome is Outcome.STALE for feed in result.feeds):
        raise click.exceptions.Exit(1)


def _build(order: Order, archive: Path) -> Result:
    with open_archive(archive, keeps=not order.is_trial) as opened:
        return build_with_archive(order, opened, _now(), progress)


def _build_alone(order: Order) -> Result:
    from feedgen_smm.build.from_pages import build_from_pages  # noqa: PLC0415 - with an archive it is not needed

    return build_from_pages(order, progress)


def _now() -> datetime:
    """The one look at the clock; SOURCE_DATE_EPOCH, seconds since 1970, stands for it where it is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    try:
        return datetime.fromtimestamp(int(epoch) if epoch else int(time()), UTC)
    except (ValueError, OverflowError) as error:
        raise click.UsageError("SOURCE_DATE_EPOCH is no number of seconds since 1970") from error


def _write_report(path: Path, result: Result) -> None:
    try:
        path.write_text(to_json(result), encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror}") from error
