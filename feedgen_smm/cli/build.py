"""`feedgen-smm build`: saved pages → feeds."""

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import click

from feedgen_smm.captures import find_captures
from feedgen_smm.cli.reading import read_pages
from feedgen_smm.entries import Harvest, gather
from feedgen_smm.errors import PublishError
from feedgen_smm.feed import DEFAULT_LIMIT, make_feed, newest
from feedgen_smm.models import Kind, Problem, Sighting
from feedgen_smm.publish import publish, stale
from feedgen_smm.writers import WRITERS

# Host and path in the characters that RFC 3986 allows there; no user's name, no query, no fragment.
_BASE_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w.~!$&'()*+,;=:@%-]*)*", re.ASCII | re.IGNORECASE)
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
  2  a wrong option, or a path that is not there
"""


def _check_base_url(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    if not _BASE_URL.fullmatch(value):
        raise click.BadParameter("an address such as https://example.org/feeds/ is needed")
    return value if value.endswith("/") else value + "/"


@click.command("build", epilog=_EPILOG, short_help="Turn saved pages into Atom and RSS feeds.")
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
    callback=_check_base_url,
    help="Where OUTPUT will be found on the web; each feed then says its own address.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=DEFAULT_LIMIT,
    metavar="N",
    help=f"Entries in each feed at most, the newest.  [default: {DEFAULT_LIMIT}]",
)
@click.option("--check", is_flag=True, help="Write nothing; exit with 1 where the feeds in OUTPUT are stale.")
def command(pages: tuple[Path, ...], output: Path, base_url: str | None, limit: int, *, check: bool) -> None:
    """Turn saved PAGES into Atom and RSS feeds: files, or folders of them; seeds if none is named.

    Writes atom.xml and rss.xml, each replaced in one step and only where its content changed. Messages about pages go
    to standard error as path:line: message; standard output ends with where every sighting of an article went.
    """
    if not pages and not _DEFAULT_PAGES.exists():
        raise click.UsageError("there is no folder seeds here: name the saved pages or a folder of them")
    problems: list[Problem] = []
    sightings: list[Sighting] = []
    paths = find_captures(pages or (_DEFAULT_PAGES,))
    for page in read_pages(paths):
        problems += page.problems
        sightings += page.sightings
    harvest = gather(sightings)
    problems += harvest.conflicts
    _report(problems)
    if not harvest.drafts:
        click.echo(_account(len(paths), harvest))
        raise click.ClickException("nothing to publish: the feeds that stand were left alone")
    feed = make_feed(newest(harvest.drafts, limit))
    files = {writer.file_name: writer.render(feed, base_url and base_url + writer.file_name) for writer in WRITERS}
    try:
        changed = stale(output, files) if check else publish(output, files)
    except PublishError as error:
        raise click.ClickException(str(error)) from error
    for name in files:
        click.echo(f"{output / name}: {_outcome(name in changed, check=check)}, {_count(len(feed.entries), 'entry')}")
    click.echo(_account(len(paths), harvest))
    if problems or (check and changed):
        raise click.exceptions.Exit(1)


def _report(problems: Iterable[Problem]) -> None:
    for problem in problems:
        click.echo(problem, err=True)


def _outcome(is_stale: bool, *, check: bool) -> str:  # noqa: FBT001 - the one thing the outcome is of
    if check:
        return "stale" if is_stale else "up to date"
    return "written" if is_stale else "unchanged"


def _account(pages: int, harvest: Harvest) -> str:
    """Where every sighting went: the sum on one line."""
    entries, merged, rejected = len(harvest.drafts), harvest.merged, len(harvest.undated)
    kinds = Counter(sighting.kind for sighting in harvest.undated)
    reasons = [
        _count(kinds[kind], f"{noun} without a date")
        for kind, noun in ((Kind.ARTICLE, "article"), (Kind.TEASER, "related item"))
        if kinds[kind]
    ]
    return (
        f"{_count(pages, 'page')}: {_count(entries + merged + rejected, 'sighting')} = "
        f"{_count(entries, 'entry')} + {merged} merged + {rejected} rejected"
        + (f" ({', '.join(reasons)})" if reasons else "")
    )


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    first, _, rest = noun.partition(" without")
    plural = first[:-1] + "ies" if first.endswith("y") else first + "s"
    return f"{number} {plural}" + (f" without{rest}" if rest else "")
