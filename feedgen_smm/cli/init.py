"""`feedgen-smm init`: a configuration file to begin with."""

from pathlib import Path

import click

from feedgen_smm.cli.options import CONFIGURATION
from feedgen_smm.configuration import template

_EPILOG = """\b
Examples:
  feedgen-smm init
  feedgen-smm init nickel.toml; feedgen-smm build --config nickel.toml

\b
Exit status:
  0  the file was written
  1  the file exists already, or cannot be written
"""


@click.command("init", epilog=_EPILOG, short_help="Write a configuration file to begin with.")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), default=CONFIGURATION, metavar="[FILE]")
def command(path: Path) -> None:
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
