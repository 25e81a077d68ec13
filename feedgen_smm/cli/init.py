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
  0  all well
  1  there is such a file already, or it cannot be written
"""


@click.command("init", epilog=_EPILOG, short_help="Write a configuration file to begin with.")
@click.argument("path", type=click.Path(dir_okay=False, path_type=Path), default=CONFIGURATION, metavar="[FILE]")
def command(path: Path) -> None:
    """Write a configuration FILE, feedgen-smm.toml if none is named, that shows every key and its meaning.

    All of it is commented out, so that it changes nothing until it is edited. A file that is there is left alone.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise click.ClickException(f"{path}: is there already, and was left alone") from None
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror}") from error
    reader = "feedgen-smm build" if path == CONFIGURATION else f"feedgen-smm build --config {path}"
    click.echo(f"{path}: written; {reader} reads it")
