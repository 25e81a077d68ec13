"""`feedgen-smm check`: validate feeds that this program wrote."""

from pathlib import Path

import click

from feedgen_smm.captures.files import printable, read_feed
from feedgen_smm.cli.report import count
from feedgen_smm.errors import UnreadableCaptureError, spelled_out
from feedgen_smm.feeds.validation import Fault, check
from feedgen_smm.models import Problem

_EPILOG = """\b
Examples:
  feedgen-smm check output/atom.xml output/rss.xml
  curl -s https://example.org/smm/atom.xml > atom.xml; feedgen-smm check atom.xml

\b
Exit status:
  0  all feeds are valid
  1  a feed has a fault, or could not be read
  2  a wrong option, or a path that does not exist
"""


@click.command("check", epilog=_EPILOG, short_help="Validate feeds that feedgen-smm wrote.")
@click.argument(
    "feeds", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FEED..."
)
def command(feeds: tuple[Path, ...]) -> None:
    """Validate each FEED, an Atom or RSS file that feedgen-smm wrote, for instance after copying or editing it.

    Do not use this for feeds of other programs: the formats allow more than feedgen-smm writes, and than this accepts.
    Nothing is fetched.

    Each fault is printed as path:line: entry: element: message [source], where source is the document and section that
    is violated. A fault of the feed itself has no entry.
    """
    faults: list[tuple[Fault, ...]] = []
    for path in feeds:
        try:
            found = check(read_feed(path))
        except UnreadableCaptureError as error:
            click.echo(Problem(printable(path), 1, str(error)), err=True)
            continue
        faults.append(found)
        for fault in found:
            click.echo(Problem(printable(path), fault.line, spelled_out(str(fault))))
    click.echo(_summary(len(feeds), faults))
    if len(faults) < len(feeds) or any(faults):
        raise click.exceptions.Exit(1)


def _summary(feeds: int, faults: list[tuple[Fault, ...]]) -> str:
    """How many feeds are valid, in one line."""
    faulty = sum(map(bool, faults))
    parts = [f"{len(faults) - faulty} valid"]
    if faulty:
        parts.append(f"{faulty} with {count(sum(map(len, faults)), 'fault')}")
    if unread := feeds - len(faults):
        parts.append(f"{unread} not read")
    return f"{count(feeds, 'feed')}: {', '.join(parts)}"
