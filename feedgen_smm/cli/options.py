"""What several commands share: options, and the configuration file that they override."""

import os
from pathlib import Path
from typing import NamedTuple

import click

from feedgen_smm.captures.files import read_text
from feedgen_smm.settings import Configuration, Settings, checked_base_url, read_configuration

CONFIGURATION = Path("feedgen-smm.toml")
DEFAULT_PAGES = Path("seeds")
DEFAULT_OUTPUT = Path("output")
DEFAULT_RECORD = Path(".feedgen-smm/record.sqlite3")
DEFAULT_CORRECTIONS = Path("corrections.toml")

config_option = click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=f"The configuration file; options override it.  [default: {CONFIGURATION}, if it exists]",
)
record_option = click.option(
    "--record",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="PATH",
    help=f"The record of all builds.  [default: {DEFAULT_RECORD}]",
)


class Configured(NamedTuple):
    """The settings, the paths of pages, output, record and corrections, and how many processes are to read pages."""

    settings: Settings
    pages: tuple[Path, ...]
    output: Path
    record: Path
    corrections: Path
    jobs: int | None


def configured(path: Path | None, base_url: str | None = None, limit: int | None = None) -> Configured:
    """The options, else what the file at `path` says, or feedgen-smm.toml if it exists, else the defaults.

    Paths in a file are relative to its folder, so that a build does the same wherever it is started. Raises
    ConfigurationError for mistakes in the file, and click's usage error for a base URL that is not one.
    """
    file = path or CONFIGURATION
    is_file = path is not None or os.path.lexists(file)
    said = read_configuration(read_text(file), str(file)) if is_file else Configuration()
    settings = said.settings
    if base_url is not None:
        settings = settings._replace(base_url=_checked(base_url))
    if limit is not None:
        settings = settings._replace(limit=limit)
    return Configured(
        settings=settings,
        pages=tuple(file.parent / page for page in said.pages or (DEFAULT_PAGES,)),
        output=file.parent / (said.output or DEFAULT_OUTPUT),
        record=file.parent / (said.record or DEFAULT_RECORD),
        corrections=file.parent / (said.corrections or DEFAULT_CORRECTIONS),
        jobs=said.jobs,
    )


def _checked(base_url: str) -> str:
    try:
        return checked_base_url(base_url)
    except ValueError as error:
        raise click.BadParameter(f"{error} is needed", param_hint="--base-url") from error
