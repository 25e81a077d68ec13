"""`feedgen-smm backup`: a copy of the record and the corrections, while builds go on."""

import shutil
from pathlib import Path

import click

from feedgen_smm.cli.options import config_option, configured, record_option
from feedgen_smm.errors import FeedgenSmmError
from feedgen_smm.record.database import copy_record

_EPILOG = """\b
Examples:
  feedgen-smm backup /mnt/backup/smm.sqlite3
  feedgen-smm backup "smm-$(date +%F).sqlite3"

\b
Exit status:
  0  the copy is complete
  1  the record cannot be read, or the copy cannot be written
  2  a wrong option
"""


@click.command("backup", epilog=_EPILOG, short_help="Copy the record and the corrections.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@config_option
@record_option
def command(file: Path, config: Path | None, record: Path | None) -> None:
    """Copy the record to FILE, and the corrections to FILE.corrections.toml.

    Copies and builds wait for each other. An existing FILE is replaced once the new copy is complete. To go back to a
    backup, replace the record by it.
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
