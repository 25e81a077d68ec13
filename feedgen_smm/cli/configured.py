"""What a run is told: by the configuration file, and over it by the options."""

import os
from pathlib import Path
from typing import NamedTuple

import click

from feedgen_smm.captures.files import read_text
from feedgen_smm.settings import DEFAULTS, Settings

CONFIGURATION = Path("feedgen-smm.toml")
DEFAULT_PAGES = Path("seeds")
DEFAULT_OUTPUT = Path("output")
DEFAULT_RECORD = Path(".feedgen-smm/record.sqlite3")
DEFAULT_CORRECTIONS = Path("corrections.toml")


class Configured(NamedTuple):
    """The settings, and the paths of pages, output, record and corrections."""

    settings: Settings
    pages: tuple[Path, ...]
    output: Path
    record: Path
    corrections: Path


def configured(path: Path | None = None) -> Configured:
    """What the file named says, or the one in the current folder, if there is one; with defaults for the rest.

    Paths in a file are relative to its folder, so that a build does the same from whatever folder it is started.
    Raises ConfigurationError for what is wrong with the file.
    """
    file = path or CONFIGURATION
    folder = file.parent
    defaults = Configured(
        DEFAULTS,
        (folder / DEFAULT_PAGES,),
        folder / DEFAULT_OUTPUT,
        folder / DEFAULT_RECORD,
        folder / DEFAULT_CORRECTIONS,
    )
    if path is None and not os.path.lexists(file):
        return defaults
    from feedgen_smm.configuration import read  # noqa: PLC0415 - most runs have no file to check

    found = read(read_text(file), str(file))
    return Configured(
        settings=found.settings,
        pages=tuple(folder / page for page in found.pages) if found.pages else defaults.pages,
        output=folder / found.output if found.output else defaults.output,
        record=folder / found.record if found.record else defaults.record,
        corrections=folder / found.corrections if found.corrections else defaults.corrections,
    )


def with_options(settings: Settings, base_url: str | None, limit: int | None) -> Settings:
    """The settings with what options say instead. Raises click's usage error for a base URL that is none."""
    if base_url is not None:
        settings = settings._replace(base_url=_checked(base_url))
    return settings if limit is None else settings._replace(limit=limit)


def _checked(address: str) -> str:
    from feedgen_smm.configuration import base_url  # noqa: PLC0415 - as above

    try:
        return base_url(address)
    except ValueError as error:
        raise click.BadParameter(f"{error} is needed", param_hint="--base-url") from error
