"""The commands around a build.

`feedgen-smm check` validates feeds that this program wrote; `feedgen-smm verify` checks that record and output are as
they were written; `feedgen-smm backup` copies the record and the corrections while builds go on; `feedgen-smm init`
writes a configuration file to start from.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import click

from feedgen_smm.captures.files import printable, read_feed
from feedgen_smm.cli.options import CONFIGURATION, config_option, configured, record_option
from feedgen_smm.cli.printing import count
from feedgen_smm.errors import FeedgenSmmError, UnreadableCaptureError, spelled_out
from feedgen_smm.feeds.validation import Fault, check
from feedgen_smm.models import Problem
from feedgen_smm.record.captures import publications
from feedgen_smm.record.database import Record, copy_record, damaged, read_record
from feedgen_smm.record.readings import digest_of
from feedgen_smm.settings import template

_CHECK_EXAMPLES = """\b
Examples:
  feedgen-smm check output/atom.xml output/rss.xml
  curl -s https://example.org/smm/atom.xml > atom.xml; feedgen-smm check atom.xml

\b
Exit status:
  0  all feeds are valid
  1  a feed has a fault, or could not be read
  2  a wrong option, or a path that does not exist
"""

_VERIFY_EXAMPLES = """\b
Examples:
  feedgen-smm verify
  feedgen-smm verify --record /mnt/backup/smm.sqlite3

\b
Exit status:
  0  everything is as it was written
  1  something is not, or the record cannot be read
  2  a wrong option
"""

_BACKUP_EXAMPLES = """\b
Examples:
  feedgen-smm backup /mnt/backup/smm.sqlite3
  feedgen-smm backup "smm-$(date +%F).sqlite3"

\b
Exit status:
  0  the copy is complete
  1  the record cannot be read, or the copy cannot be written
  2  a wrong option
"""

_INIT_EXAMPLES = """\b
Examples:
  feedgen-smm init
  feedgen-smm init nickel.toml; feedgen-smm build --config nickel.toml

\b
Exit status:
  0  the file was written
  1  the file exists already, or cannot be written
  2  a wrong option
"""


@click.command("check", epilog=_CHECK_EXAMPLES, short_help="Validate feeds that feedgen-smm wrote.")
@click.argument(
    "feeds", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FEED..."
)
def check_command(feeds: tuple[Path, ...]) -> None:
    """Validate each FEED, an Atom or RSS file that feedgen-smm wrote, for instance after copying or editing it.

    Feeds of other programs may be valid and yet fail: this accepts only what feedgen-smm writes. Nothing is fetched.

    Each fault is printed as path:line: entry: element: message [source], where source is the section of the standard
    that is violated. A fault of the feed itself has no entry.
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


@click.command("verify", epilog=_VERIFY_EXAMPLES, short_help="Check that record and output are as they were written.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="The folder of the feeds.")
@config_option
@record_option
def verify_command(output: Path | None, config: Path | None, record: Path | None) -> None:
    """Read the whole record and the output, and print a line for everything that is not as it was written.

    A build checks only what it publishes; this checks everything. The next build replaces a feed that was changed by
    hand; a damaged record has to be replaced with a backup.
    """
    try:
        found = configured(config)
        path = record or found.record
        with read_record(path) as opened:
            faults = [f"{path}: {fault}" for fault in damaged(opened.connection)]
            faults += _changed_files(opened, output or found.output)
    except FeedgenSmmError as error:
        raise click.ClickException(str(error)) from error
    for fault in faults:
        click.echo(fault)
    if faults:
        raise click.exceptions.Exit(1)
    click.echo("record and output are as they were written")


def _changed_files(record: Record, output: Path) -> Iterator[str]:
    for name, one in publications(record).items():
        path = output / name
        try:
            is_same = digest_of(read_feed(path)) == one.digest
        except UnreadableCaptureError as error:
            yield f"{path}: {error}"
            continue
        if not is_same:
            yield f"{path}: is not as it was written; the next build replaces it"


@click.command("backup", epilog=_BACKUP_EXAMPLES, short_help="Copy the record and the corrections.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@config_option
@record_option
def backup_command(file: Path, config: Path | None, record: Path | None) -> None:
    """Copy the record to FILE, and the corrections to FILE.corrections.toml.

    Copies and builds wait for each other. An existing FILE is replaced once the new copy is complete. To go back to a
    backup, replace the record with it.
    """
    try:
        found = configured(config)
        copy_record(record or found.record, file)
        click.echo(f"{file}: written")
        if found.corrections.is_file():
            copy = file.with_name(f"{file.name}.corrections.toml")
            shutil.copyfile(found.corrections, copy)
            click.echo(f"{copy}: written")
    except FeedgenSmmError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{file}: cannot be written: {error.strerror}") from error


@click.command("init", epilog=_INIT_EXAMPLES, short_help="Write a configuration file to start from.")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), default=CONFIGURATION, metavar="[FILE]")
def init_command(path: Path) -> None:
    """Write a configuration FILE that shows every key and its meaning; feedgen-smm.toml if none is named.

    All of it is commented out, so it changes nothing until you edit it. An existing file is left unchanged.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise click.ClickException(f"{path}: exists already, and was left unchanged") from None
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror}") from error
    reader = "feedgen-smm build" if path == CONFIGURATION else f"feedgen-smm build --config {path}"
    click.echo(f"{path}: written; {reader} reads it")
