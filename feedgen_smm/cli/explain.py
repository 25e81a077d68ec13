"""`feedgen-smm explain`: where everything that an entry says comes from."""

import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import ndiff
from pathlib import Path

import click

from feedgen_smm.articles.entries import Sources, sources_of
from feedgen_smm.captures.files import printable
from feedgen_smm.cli.canvas import Canvas, day_and_time, heading, line_range
from feedgen_smm.cli.options import archive_option
from feedgen_smm.errors import FeedgenSmmError
from feedgen_smm.models import Action, Entry, Kind, Sighting
from feedgen_smm.record import history, read_archive
from feedgen_smm.record.history import History, Place, Revision, Seen

_EPILOG = """\b
Examples:
  feedgen-smm explain 101234175
  feedgen-smm explain "Serbian Zijin Copper"
  feedgen-smm explain urn:uuid:4bfc3347-567d-58fe-9ed2-360a5d9c5447

\b
Exit status:
  0  all well
  1  no entry is meant, or more than one, or the archive cannot be read
  2  a wrong option
"""


@click.command("explain", epilog=_EPILOG, short_help="Tell where everything that an entry says comes from.")
@click.argument("words", metavar="ID|TITLE|NUMBER")
@archive_option
def command(words: str, archive: Path) -> None:
    """Tell where everything that an entry says comes from.

    The entry is named by its id, by SMM's number, or by its title or a part of it. For each value it says the file and
    the lines; for each sighting why it is of this article; for each revision what changed.
    """
    try:
        with read_archive(archive) as opened:
            rows = history.find(opened, words)
            found = [history.history(opened, row) for row in rows[:_MOST_NAMED]]
    except FeedgenSmmError as error:
        raise click.ClickException(str(error)) from error
    if not rows:
        raise click.ClickException(f"no entry has the id, the number or the title {words!r}")
    if len(rows) > 1:
        named = "".join(f"\n  {one.entry.id}  {one.entry.title}" for one in found)
        more = "\n  …" if len(rows) > _MOST_NAMED else ""
        raise click.ClickException(f"{len(rows)} entries are meant; name one by its id:{named}{more}")
    click.echo(_portray(found[0], Canvas(shutil.get_terminal_size().columns)))


_MOST_NAMED = 20


def _portray(known: History, canvas: Canvas) -> str:
    blocks = [click.style(known.entry.title, bold=True), known.entry.id]
    if known.heir:
        blocks.append(f"retired: later pages showed it to be {known.heir}")
    blocks += [f"is also {retired}, which was retired" for retired in known.retired_ids]
    if known.seen:
        blocks += ["", heading("Values"), *_values(canvas, known)]
        blocks += ["", heading(f"Sightings, {len(known.seen)}"), *_sightings(canvas, known.seen)]
    blocks += ["", heading(f"Revisions, {len(known.revisions)}"), *_revisions(canvas, known.revisions)]
    return "\n".join([*blocks, ""])


def _values(canvas: Canvas, known: History) -> Iterator[str]:
    entry = known.entry
    places = {one.sighting: one.places for one in known.seen}
    sources = sources_of(tuple(places))
    yield canvas.row((), "title", f"{entry.title}{_from(sources.title, places, 'title')}")
    dated = next((seen.sighting for seen in known.seen if seen.sighting.published == entry.published), None)
    shown = f", on the page {dated.shown_date!r}" if dated else ""
    yield canvas.row((), "published", f"{day_and_time(entry.published)}{shown}{_from(dated, places, 'published')}")
    yield canvas.row((), "updated", _updated(known))
    yield canvas.row((), "summary", _excerpt(canvas, entry.summary, sources, places))
    yield canvas.row((), "text", f"{_count(entry.paragraphs)}{_text_place(sources.text, places)}")
    yield canvas.row((), "link", entry.link and f"{entry.link}{_from(sources.link, places, 'title')}")


def _updated(known: History) -> str:
    corrections = [number for number, one in enumerate(known.revisions, start=1) if one.action is Action.CORRECT]
    if not corrections:
        return "as published: the text was never corrected"
    return f"{known.entry.updated:%Y-%m-%d %H:%M} UTC, by the correction of revision {corrections[-1]}"


def _excerpt(
    canvas: Canvas, summary: str | None, sources: Sources, places: dict[Sighting, tuple[Place, ...]]
) -> str | None:
    if summary is None:
        return None
    if sources.summary is None:
        return f"{canvas.excerpt(summary)}, the beginning of the text"
    return f"{canvas.excerpt(summary)}{_from(sources.summary, places, 'summary')}"


def _count(paragraphs: Sequence[str]) -> str:
    return "1 paragraph" if len(paragraphs) == 1 else f"{len(paragraphs)} paragraphs"


def _text_place(source: Sighting | None, places: dict[Sighting, tuple[Place, ...]]) -> str:
    return _from(source, places, "body" if source and source.paragraphs else "summary")


def _from(source: Sighting | None, places: dict[Sighting, tuple[Place, ...]], value: str) -> str:
    """Where a value stands: in the first file that shows it."""
    if source is None:
        return ""
    place = places[source][0]
    lines = getattr(place.evidence, value)
    shown = line_range(lines if isinstance(lines, tuple) else (lines,) if lines else ())
    return f" ({_path(place)}{':' if shown else ''}{shown})"


def _path(place: Place) -> str:
    return printable(Path(os.fsdecode(place.path)))


def _sightings(canvas: Canvas, seen: Sequence[Seen]) -> Iterator[str]:
    for sighting, rule, places in seen:
        kind = "article" if sighting.kind is Kind.ARTICLE else "teaser"
        number = f", number {sighting.number}" if sighting.number else ""
        reason = f"; {rule.value}" if rule else ""
        yield canvas.row((), kind, f"{sighting.title or 'no headline'}, {sighting.shown_date}{number}{reason}")
        for place in places:
            yield canvas.row((), " ", f"{_path(place)}:{place.evidence.anchor}, {_saved(place)}")


def _saved(place: Place) -> str:
    read = f"read {_minute(place.read)}"
    return read if place.saved is None else f"saved {_minute(place.saved)}, {read}"


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _revisions(canvas: Canvas, revisions: Sequence[Revision]) -> Iterator[str]:
    before: Entry | None = None
    for number, revision in enumerate(revisions, start=1):
        moved = before is not None and revision.entry.updated != before.updated
        updated = f"; updated is {_minute(revision.entry.updated)}" if moved else ""
        yield canvas.row((number,), revision.action.value, f"{_minute(revision.made)}{updated}")
        if before is not None:
            yield from _differences(before, revision.entry)
        before = revision.entry


def _differences(before: Entry, after: Entry) -> Iterator[str]:
    for line in ndiff(_said(before), _said(after)):
        if line.startswith(("-", "+")):
            yield click.style(line, fg="red" if line[0] == "-" else "green")


def _said(entry: Entry) -> list[str]:
    values = [f"title: {entry.title}", f"summary: {entry.summary}", f"link: {entry.link}"]
    return [*values, *entry.paragraphs]
