"""The command line: options, messages and exit status. Nothing here decides what a page means."""

import os
import sys
from errno import EPIPE
from importlib import import_module

import click

from feedgen_smm import __version__

_MODULES = {
    "build": "build",
    "show": "show",
    "list": "list",
    "explain": "explain",
    "check": "upkeep",
    "verify": "upkeep",
    "backup": "upkeep",
    "init": "upkeep",
}
"""The module of each command, in the order of `--help`."""

_EPILOG = """\b
Examples:
  feedgen-smm build                      turn the pages in seeds/ into feeds in output/
  feedgen-smm build ~/smm -o ~/feeds     the same with folders of your own
  feedgen-smm show page.txt              show what the program understands of a page
  feedgen-smm list --unpublished         list the pages that need your attention
  feedgen-smm explain "Zijin Copper"     show where each value of an entry comes from
  feedgen-smm check output/*.xml         validate the feeds
  feedgen-smm backup smm.sqlite3         copy the record while builds go on
  feedgen-smm init                       write a configuration file to start from
"""


class _Commands(click.Group):
    """The commands. A command's module is imported only when it is called."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command and flush its output. A full disk gives a message and exit status 1."""
        try:
            result = super().invoke(ctx)
            if sys.stdout is not None:
                sys.stdout.flush()
        except OSError as error:
            if error.errno == EPIPE or not _is_of_standard_output(error):
                raise
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # else Python would try again when it exits
            click.echo(f"Error: standard output cannot be written: {error.strerror}", err=True)
            raise click.exceptions.Exit(1) from error
        return result

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*_MODULES]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _MODULES:
            return None
        module = import_module(f"{__name__}.{_MODULES[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


def _is_of_standard_output(error: OSError) -> bool:
    """Whether the error is that standard output cannot be written.

    The buffer then still holds the text, so a flush fails again. Without a buffer (PYTHONUNBUFFERED) the error
    names no file.
    """
    if sys.stdout.write_through:  # type: ignore[union-attr]
        return error.filename is None
    try:
        sys.stdout.flush()
    except OSError:
        return True
    return False


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EPILOG)
@click.version_option(__version__, prog_name="feedgen-smm")
def main() -> None:
    """Turn saved pages of the Shanghai Metals Market (SMM) into feeds."""
    for stream in (sys.stdout, sys.stderr):
        # A page may hold any character; one that the terminal's encoding lacks must not stop the program.
        if stream is not None:
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
