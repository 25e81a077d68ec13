"""The settings of a run: the configuration file's, and over them what the options say."""

import os
from pathlib import Path

import click

from feedgen_smm.errors import ConfigurationError
from feedgen_smm.settings import DEFAULTS, Settings

CONFIGURATION = Path("feedgen-smm.toml")


def settings_of(config: Path | None, base_url: str | None, limit: int | None) -> Settings:
    """The settings of the file named, or of the one that stands in the current folder, if one does.

    Raises ConfigurationError for what is wrong with the file, and with the base URL click's usage error.
    """
    path = config or CONFIGURATION
    settings = _read(path) if config or os.path.lexists(path) else DEFAULTS
    if base_url is not None:
        settings = settings._replace(base_url=_checked(base_url))
    return settings if limit is None else settings._replace(window=limit)


def _read(path: Path) -> Settings:
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(f"{path}:{line}: not UTF-8, in which TOML is written") from error
    from feedgen_smm.settings.configuration import read  # noqa: PLC0415 - most runs have neither file nor address to check

    return read(text, str(path))


def _checked(address: str) -> str:
    from feedgen_smm.settings.configuration import base_url  # noqa: PLC0415 - as above

    try:
        return base_url(address)
    except ValueError as error:
        raise click.BadParameter(f"{error} is needed", param_hint="--base-url") from error
