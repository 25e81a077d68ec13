"""The command line: options, messages and exit status, and nothing that decides what a page means."""

import gc
import sys
from importlib import import_module

import click

from feedgen_smm import __version__

_COMMANDS = ("build", "show", "list", "explain", "check", "init")

_EPILOG = """\b
Examples:
  feedgen-smm build                      saved pages in seeds/, feeds in output/
  feedgen-smm build ~/smm -o ~/feeds     the same from and to other folders
  feedgen-smm show page.txt              what the program understands of a page
  feedgen-smm explain "Zijin Copper"     where everything an entry says comes from
  feedgen-smm check output/*.xml         whether feeds keep their formats' demands
  feedgen-smm init                       a configuration file to begin with
"""


class _Commands(click.Group):
    """The commands, each in the module of its name, imported when it is called: most runs need one of them."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return [*_COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return command


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EPILOG)
@click.version_option(__version__, prog_name="feedgen-smm")
def main() -> None:
    """Feeds from saved pages of the Shanghai Metals Market (SMM)."""
    gc.disable()  # a run is short and makes no cycles; the collector would walk all pages again and again
    for stream in (sys.stdout, sys.stderr):
        # A page may hold any character; a terminal or a pipe in an old encoding is no reason to stop.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
