"""Options that several commands have."""

from pathlib import Path

import click

DEFAULT_ARCHIVE = Path(".feedgen-smm/archive.sqlite3")

archive_option = click.option(
    "--archive",
    type=click.Path(dir_okay=False, path_type=Path),
    default=DEFAULT_ARCHIVE,
    show_default=True,
    metavar="PATH",
    help="The record of all builds.",
)
