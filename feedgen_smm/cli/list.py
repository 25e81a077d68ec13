"""`feedgen-smm list`: the entries of the record, now or on an earlier day, and the pages that are not published."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import click

from feedgen_smm.build.collect import shown_path
from feedgen_smm.cli.options import config_option, configured, record_option
from feedgen_smm.errors import FeedgenSmmError
from feedgen_smm.models import CHINA, Entry, Precision, Problem, rfc_3339
from feedgen_smm.record import captures
from feedgen_smm.record.database import Record, read_record
from feedgen_smm.record.ledger import Ledger

_EPILOG = """\b
Examples:
  feedgen-smm list
  feedgen-smm list --since 2026-02-01 --until 2026-02-28 nickel ore
  feedgen-smm list --as-of 2026-03-31 --json > entries-of-the-quarter.jsonl
  feedgen-smm list --unpublished

\b
Exit status:
  0  success, also if no entry is found
  1  the record cannot be read
  2  a wrong option
"""


class _Day(click.ParamType):  # type: ignore[type-arg]  # generic in newer releases only
    """A day in China."""

    name = "day"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            return datetime.strptime(str(value), "%Y-%m-%d").replace(tzinfo=CHINA)
        except ValueError:
            self.fail(f"{value!r}: a day like 2026-11-26 is needed", param, ctx)


_DAY = _Day()


class _Options(NamedTuple):
    """The arguments and options of the command."""

    words: tuple[str, ...]
    since: datetime | None
    until: datetime | None
    as_of: datetime | None
    unpublished: bool
    as_json: bool
    config: Path | None
    record: Path | None


@click.command("list", epilog=_EPILOG, short_help="List the entries of the record.")
@click.argument("words", nargs=-1)
@click.option("--since", type=_DAY, metavar="DAY", help="Only entries of this day or later.")
@click.option("--until", type=_DAY, metavar="DAY", help="Only entries of this day or earlier.")
@click.option("--as-of", type=_DAY, metavar="DAY", help="List what had been published by the end of this day.")
@click.option(
    "--unpublished", is_flag=True, help="List the pages that are not fully published instead, with what to do."
)
@click.option(
    "--json", "as_json", is_flag=True, help="Print each entry as a JSON object on a line of its own, in UTF-8."
)
@config_option
@record_option
def list_command(**given: Any) -> None:
    """List the entries of the record, the newest first: date, id and title.

    With WORDS, lists only entries whose title or text has all of them, ignoring case. A day is written like
    2026-02-06; days and times are China's.
    """
    options = _Options(**given)
    try:
        with read_record(options.record or configured(options.config).record) as record:
            if options.unpublished:
                for problem in _unpublished(record):
                    click.echo(problem)
                return
            for entry in _between(Ledger(record).as_of(_end_of(options.as_of)), options.since, options.until):
                if _has_all(entry, options.words):
                    click.echo(_as_json(entry) if options.as_json else _as_line(entry))
    except FeedgenSmmError as error:
        raise click.ClickException(str(error)) from error


def _end_of(day: datetime | None) -> datetime | None:
    return day and day + timedelta(days=1)


def _unpublished(record: Record) -> Iterator[Problem]:
    for place, problem in captures.unpublished(record):
        yield problem._replace(source=shown_path(record, *place))


def _between(entries: Iterable[Entry], since: datetime | None, until: datetime | None) -> Iterator[Entry]:
    end = _end_of(until)
    for entry in entries:
        published = entry.published.instant
        if (since is None or published >= since) and (end is None or published < end):
            yield entry


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
        "published": rfc_3339(entry.published.instant),
        "precision": entry.published.precision.value,
        "updated": rfc_3339(entry.updated),
        "summary": entry.summary,
        "paragraphs": entry.paragraphs,
        "link": entry.link,
        "language": entry.language,
        "topics": [topic.name for topic in entry.topics],
    }
    return json.dumps(value, ensure_ascii=False).encode()
