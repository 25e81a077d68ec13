"""`feedgen-smm verify`: checks that record and output are as they were written."""

from collections.abc import Iterator
from pathlib import Path

import click

from feedgen_smm.captures.files import read_feed
from feedgen_smm.cli.options import config_option, configured, record_option
from feedgen_smm.errors import FeedgenSmmError, UnreadableCaptureError
from feedgen_smm.record.database import Record, read_record
from feedgen_smm.record.files import digest_of, publications
from feedgen_smm.record.verification import damaged

_EPILOG = """\b
Examples:
  feedgen-smm verify
  feedgen-smm verify --record /mnt/backup/smm.sqlite3

\b
Exit status:
  0  everything is as it was written
  1  something is not, or the record cannot be read
  2  a wrong option
"""


@click.command("verify", epilog=_EPILOG, short_help="Check that record and output are as they were written.")
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), help="The folder of the feeds.")
@config_option
@record_option
def command(output: Path | None, config: Path | None, record: Path | None) -> None:
    """Read all of the record and the output, and print a line for each row, document and file that is not as written.

    A build checks only what it publishes; this checks everything. The next build replaces a feed that was changed by
    hand; a damaged record has to be replaced by a backup.
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
