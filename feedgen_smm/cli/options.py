"""Options that several commands have."""

from pathlib import Path

import click

config_option = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="The configuration; options win over it.  [default: feedgen-smm.toml, if it is there]",
)
record_option = click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="PATH",
    help="The record of all builds.  [default: .feedgen-smm/record.sqlite3]",
)
