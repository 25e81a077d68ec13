"""`feedgen-smm list`: the entries of the archive."""

import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import click

from feedgen_smm.cli.options import archive_option
from feedgen_smm.errors import FeedgenSmmError
from feedgen_smm.models import CHINA, Entry, Precision
from feedgen_smm.record import queries, read_archive

_EPILOG = """\b
Examples:
  feedgen-smm list
  feedgen-smm list --since 2026-02-01 --until 2026-02-28 nickel ore
  feedgen-smm list --json | jq -r .title

\b
Exit status:
  0  all well, also if no entry is found
  1  the archive cannot be read
  2  a wrong option
"""


@click.command("list", epilog=_EPILOG, short_help="List the entries of the archive.")
@click.argument("words", nargs=-1)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only those of this day or later.")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), metavar="DAY", help="Only those of this day or earlier.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object an entry, a line each, in UTF-8.")
@archive_option
def command(
    words: tuple[str, ...], since: datetime | None, until: datetime | None, archive: Path, *, as_json: bool
) -> None:
    """List the entries of the archive, the newest first: date, id and title.

    Days are China's, as 2026-02-06, and so are the times shown. With WORDS, only entries whose title or text has them
    all, in any case.
    """
    first = since and since.replace(tzinfo=CHINA)
    end = until and until.replace(tzinfo=CHINA) + timedelta(days=1)
    try:
        with read_archive(archive) as opened:
            for entry in queries.published_between(opened, first, end):
                if _has_all(entry, words):
                    click.echo(_as_json(entry) if as_json else _as_line(entry))
    except FeedgenSmmError as error:
        raise click.ClickException(str(error)) from error


def _has_all(entry: Entry, words: Iterable[str]) -> bool:
    said = " ".join((entry.title, entry.summary or "", *entry.paragraphs)).casefold()
    return all(word.casefold() in said for word in words)


def _as_line(entry: Entry) -> str:
    local = entry.published.instant.astimezone(CHINA)
    shown = f"{local:%Y-%m-%d %H:%M}" if entry.published.precision is Precision.MINUTE else f"{local:%Y-%m-%d}      "
    return f"{shown}  {entry.id}  {entry.title}"


def _as_json(entry: Entry) -> bytes:
    value = {
        "id": entry.id,
        "title": entry.title,
        "published": f"{entry.published.instant:%Y-%m-%dT%H:%M:%SZ}",
        "precision": entry.published.precision.value,
        "updated": f"{entry.updated:%Y-%m-%dT%H:%M:%SZ}",
        "summary": entry.summary,
        "paragraphs": entry.paragraphs,
        "link": entry.link,
        "language": entry.language,
    }
    return json.dumps(value, ensure_ascii=False).encode()
