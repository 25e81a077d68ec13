"""`feedgen-smm check`: whether feeds, the program's own or anybody's, keep their formats' demands."""

from pathlib import Path

import click

from feedgen_smm.captures.files import printable, read_feed
from feedgen_smm.errors import UnreadableCaptureError, spelled_out
from feedgen_smm.feeds.validation import Fault, inspect
from feedgen_smm.models import Problem

_EPILOG = """\b
Examples:
  feedgen-smm check output/atom.xml output/rss.xml
  curl -s https://example.org/feed.xml > feed.xml; feedgen-smm check feed.xml

\b
Exit status:
  0  all feeds are sound
  1  a feed has a fault, or could not be read
  2  a wrong option, or a path that is not there
"""


@click.command("check", epilog=_EPILOG, short_help="Tell whether feeds keep their formats' demands.")
@click.argument(
    "feeds", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FEED..."
)
def command(feeds: tuple[Path, ...]) -> None:
    """Tell whether each FEED, a file of Atom 1.0 or RSS 2.0, keeps its format's demands; nothing is fetched.

    A fault is a line, path:line: entry: rule: message [source], where source is the document and section that makes the
    demand. The entry is left out where the feed itself is at fault.
    """
    faults: list[tuple[Fault, ...]] = []
    for path in feeds:
        try:
            found = inspect(read_feed(path))
        except UnreadableCaptureError as error:
            click.echo(Problem(printable(path), 1, str(error)), err=True)
            continue
        faults.append(found)
        for fault in found:
            click.echo(Problem(printable(path), fault.line, spelled_out(_told(fault))))
    click.echo(_account(len(feeds), faults))
    if len(faults) < len(feeds) or any(faults):
        raise click.exceptions.Exit(1)


def _told(fault: Fault) -> str:
    entry = "" if fault.entry is None else f"{fault.entry}: "
    return f"{entry}{fault.rule}: {fault.message} [{fault.source}]"


def _account(feeds: int, faults: list[tuple[Fault, ...]]) -> str:
    """How many feeds are what, on one line."""
    number = sum(map(len, faults))
    faulty = sum(map(bool, faults))
    parts = [f"{len(faults) - faulty} sound"]
    if faulty:
        parts.append(f"{faulty} with {_count(number, 'fault')}")
    if unread := feeds - len(faults):
        parts.append(f"{unread} unread")
    return f"{_count(feeds, 'feed')}: {', '.join(parts)}"


def _count(number: int, noun: str) -> str:
    return f"1 {noun}" if number == 1 else f"{number} {noun}s"
