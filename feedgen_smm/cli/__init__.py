"""The command line: options, messages and exit status, and nothing that decides what a page means."""

import sys

import click

from feedgen_smm.cli import build, show

_EPILOG = """\b
Examples:
  feedgen-smm build                      saved pages in seeds/, feeds in output/
  feedgen-smm build ~/smm -o ~/feeds     the same from and to other folders
  feedgen-smm show page.txt              what the program understands of a page
"""


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, epilog=_EPILOG)
@click.version_option(package_name="feedgen-smm", prog_name="feedgen-smm")
def main() -> None:
    """Atom and RSS feeds from saved pages of the Shanghai Metals Market (SMM)."""
    for stream in (sys.stdout, sys.stderr):
        # A page may hold any character; a terminal or a pipe in an old encoding is no reason to stop.
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


main.add_command(build.build)
main.add_command(show.show)
