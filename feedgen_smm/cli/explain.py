"""`feedgen-smm explain`: where each value of an entry comes from, and what became of a page."""

import os
import shutil
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import ndiff
from pathlib import Path
from typing import NamedTuple

import click

from feedgen_smm.articles.entries import Sources, sources_of
from feedgen_smm.articles.matching import Dated, Rule, match
from feedgen_smm.build.collect import key_of, shown_path
from feedgen_smm.cli.options import config_option, configured, record_option
from feedgen_smm.cli.printing import Layout, count, day_and_time, heading, line_range
from feedgen_smm.errors import FeedgenSmmError
from feedgen_smm.models import CHINA, MONTHS, Entry, Moment, Precision, Revision, Sighting, State, Why
from feedgen_smm.record.database import Record, read_record
from feedgen_smm.record.history import FileHistory, Seen, find, history_of, retired_into, seen_in
from feedgen_smm.record.ledger import Ledger

_EPILOG = """\b
Examples:
  feedgen-smm explain 101234175
  feedgen-smm explain "Serbian Zijin Copper"
  feedgen-smm explain urn:uuid:4bfc3347-567d-58fe-9ed2-360a5d9c5447
  feedgen-smm explain pages/b.txt

\b
Exit status:
  0  one entry or page was found
  1  none was found, or several entries, or the record cannot be read
  2  a wrong option
"""

_MOST_NAMED = 20
_REASONS = {
    Why.NEW: "first published",
    Why.GROWN: "a page shows more, or another headline",
    Why.CORRECTED: "the publisher corrected the text",
    Why.MENDED: "a better parser read the same page again",
    Why.AMENDED: "as corrections.toml says",
    Why.MERGED: "it is the same article as another entry",
    Why.WITHDRAWN: "taken out of the feeds",
    Why.RESTORED: "a page shows it again",
    Why.SORTED: "the rules of topics changed",
}


class _Known(NamedTuple):
    """All that is known of an entry: `seen` has its sightings, the rule by which each belongs to it, and its files."""

    entry: Entry
    last: Revision
    retired: Sequence[str]
    seen: Sequence[tuple[Sighting, Rule | None, Sequence[Seen]]]
    revisions: Sequence[Revision]


@click.command("explain", epilog=_EPILOG, short_help="Show where each value of an entry comes from.")
@click.argument("words", metavar="ID|TITLE|NUMBER|PAGE")
@config_option
@record_option
def explain_command(words: str, config: Path | None, record: Path | None) -> None:
    """Show where each value of an entry comes from, or what became of a page.

    Name an entry by its id, by SMM's number, or by its title or a part of it. For each value this prints the file and
    the lines; for each sighting, why it belongs to the article; for each revision, what changed and why; and the lines
    to paste into corrections.toml to change what the feed says.
    """
    try:
        with read_record(record or configured(config).record) as opened:
            text = _explained(opened, words, Layout(shutil.get_terminal_size().columns))
    except FeedgenSmmError as error:
        raise click.ClickException(str(error)) from error
    click.echo(text)


def _explained(record: Record, words: str, layout: Layout) -> str:
    folder, name = os.path.split(words)
    if files := history_of(record, key_of(record, os.fsencode(folder)), os.fsencode(name)):
        return "\n".join(_of_file(layout, record, file) for file in files)
    ledger = Ledger(record)
    rows = find(record, words) if words.isprintable() else []
    if not rows:
        raise click.ClickException(f"no entry has the id, the number or the title {words!r}, and no page that name")
    if len(rows) > 1:
        entries = [ledger.last(row).entry for row in rows[:_MOST_NAMED]]
        named = "".join(f"\n  {entry.id}  {entry.title}" for entry in entries)
        more = "\n  …" if len(rows) > _MOST_NAMED else ""
        raise click.ClickException(f"{len(rows)} entries match; name one by its id:{named}{more}")
    return _Explanation(layout, record, _known(record, ledger, rows[0])).text()


def _known(record: Record, ledger: Ledger, row: int) -> _Known:
    """What is known of an entry. Its sightings are matched again to find out which rules made them one article."""
    group = ledger.group_of(row)
    last = ledger.last(row)
    entry_id = last.entry.id
    places = seen_in(record, group)
    dated = [Dated.of(one, one.published) for one in group.rows if one.published]
    seen = [
        (member.sighting, rule, places[member.sighting])
        for article in match(dated, group.neighbours)
        for member, rule in zip(article.members, article.rules, strict=True)
        if entry_id in group.published_as[member.sighting]
    ]
    return _Known(last.entry, last, retired_into(record, entry_id), seen, ledger.revisions(row))


class _Explanation:
    """An entry in lines for a terminal."""

    def __init__(self, layout: Layout, record: Record, known: _Known) -> None:
        self._layout = layout
        self._record = record
        self._known = known
        self._places = {sighting: places for sighting, _, places in known.seen}

    def text(self) -> str:
        """The whole explanation, ending in an empty line."""
        known = self._known
        blocks = [click.style(known.entry.title, bold=True), known.entry.id]
        if known.last.state is State.MERGED:
            said = "corrections.toml says" if known.last.word else "later pages showed"
            blocks.append(f"retired: {said} that it is {known.last.heir}")
        if known.last.state is State.WITHDRAWN:
            blocks.append(
                f"withdrawn: {'corrections.toml says so' if known.last.word else 'no page shows it any more'}"
            )
        blocks += [f"is also {retired}, which was retired" for retired in known.retired]
        if known.seen:
            blocks += ["", heading("Values"), *self._values()]
            blocks += ["", heading(f"Sightings, {len(known.seen)}"), *self._sightings()]
        blocks += ["", heading(f"Revisions, {len(known.revisions)}"), *self._revisions()]
        blocks += ["", heading("To change what the feed says, put into corrections.toml"), *self._corrections()]
        return "\n".join([*blocks, ""])

    def _values(self) -> Iterator[str]:
        entry, row = self._known.entry, self._layout.row
        sources = sources_of(tuple(self._places))
        yield row((), "title", f"{entry.title}{self._from(sources.title, 'title')}")
        dated = next((one for one, *_ in self._known.seen if one.published == entry.published), None)
        shown = f", on the page {dated.shown_date!r}" if dated else ""
        yield row((), "published", f"{day_and_time(entry.published)}{shown}{self._from(dated, 'published')}")
        yield row((), "updated", self._updated())
        yield row((), "summary", self._summary(sources))
        text = self._from(sources.text, "body" if sources.text and sources.text.paragraphs else "summary")
        yield row((), "text", f"{count(len(entry.paragraphs), 'paragraph')}{text}")
        yield row((), "link", entry.link and f"{entry.link}{self._from(sources.link, 'title')}")
        if self._known.last.word:
            yield row((), "corrected", f"corrections.toml: {self._known.last.word}")

    def _updated(self) -> str:
        entry = self._known.entry
        moved = [
            number
            for number, (before, after) in enumerate(zip(self._known.revisions, self._known.revisions[1:]), start=2)  # noqa: B905
            if before.entry.updated != after.entry.updated
        ]
        if not moved:
            return "as published: the text was never corrected"
        return f"{_minute(entry.updated)}, by revision {moved[-1]}"

    def _summary(self, sources: Sources) -> str | None:
        summary = self._known.entry.summary
        if summary is None:
            return None
        if sources.summary is None:
            return f"{self._layout.excerpt(summary)}, the beginning of the text"
        return f"{self._layout.excerpt(summary)}{self._from(sources.summary, 'summary')}"

    def _from(self, source: Sighting | None, value: str) -> str:
        """The first file that shows a value, and the lines."""
        if source is None:
            return ""
        first = self._places[source][0]
        lines = getattr(first.evidence, value)
        shown = line_range(lines if isinstance(lines, tuple) else (lines,) if lines else ())
        return f" ({self._path(first)}{':' if shown else ''}{shown})"

    def _path(self, seen: Seen) -> str:
        return shown_path(self._record, *seen.place)

    def _sightings(self) -> Iterator[str]:
        for sighting, rule, places in self._known.seen:
            number = f", number {sighting.number}" if sighting.number else ""
            reason = f"; {rule.value}" if rule else ""
            title = f"{sighting.title or 'no headline'}, {sighting.shown_date}{number}{reason}"
            yield self._layout.row((), sighting.kind.value, title)
            for seen in places:
                saved = f"saved {_minute(seen.saved)}, " if seen.saved else ""
                gone = "" if seen.is_current else "; the file says something else by now"
                yield self._layout.row(
                    (), " ", f"{self._path(seen)}:{seen.evidence.anchor}, {saved}read {_minute(seen.read)}{gone}"
                )

    def _revisions(self) -> Iterator[str]:
        before: Entry | None = None
        for number, revision in enumerate(self._known.revisions, start=1):
            moved = before is not None and revision.entry.updated != before.updated
            updated = f"; updated is {_minute(revision.entry.updated)}" if moved else ""
            reason = _REASONS[revision.why]
            yield self._layout.row((number,), revision.why.value, f"{_minute(revision.made)}, {reason}{updated}")
            if before is not None:
                yield from _differences(before, revision.entry)
            before = revision.entry

    def _corrections(self) -> Iterator[str]:
        entry = self._known.entry
        yield f'["{entry.id}"]'
        yield "withdraw = true                    # or the words of a notice"
        yield "title = " + _quoted(entry.title)
        yield f'published = "{_as_pages_print_it(entry.published)}"'
        yield 'same_as = "urn:uuid:…"             # the entry of the same article'
        page = self._path(self._known.seen[-1][2][0]) if self._known.seen else "pages/b.txt"
        yield f"apart = [{_quoted(page)}]  # what that page shows is another article"


def _of_file(layout: Layout, record: Record, file: FileHistory) -> str:
    """What became of a file, in lines for a terminal."""
    ledger = Ledger(record)
    blocks = [click.style(shown_path(record, *file.place), bold=True)]
    blocks.append(f"read {_minute(file.read)}, by version {file.version} of the parser")
    for sighting, row in file.sightings:
        last = None if row is None else ledger.last(row)
        entry = "not published: its date is not known" if last is None else f"{last.entry.id}, {last.state.value}"
        title = f"{sighting.title or 'no headline'}, {sighting.shown_date}"
        blocks.append(layout.row((sighting.line,), sighting.kind.value, title))
        blocks.append(layout.row((), " ", entry))
    if file.problems:
        blocks += [
            "",
            heading("Problems", fg="red"),
            *(layout.row((one.line,), "", one.message) for one in file.problems),
        ]
    return "\n".join([*blocks, ""])


def _minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _as_pages_print_it(published: Moment) -> str:
    local = published.instant.astimezone(CHINA)
    time = f" {local:%H:%M}" if published.precision is Precision.MINUTE else ""
    return f"{MONTHS[local.month - 1]} {local.day}, {local.year}{time}"


def _quoted(text: str) -> str:
    """A text as a TOML string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _differences(before: Entry, after: Entry) -> Iterator[str]:
    for line in ndiff(_said(before), _said(after)):
        if line.startswith(("-", "+")):
            yield click.style(line, fg="red" if line[0] == "-" else "green")


def _said(entry: Entry) -> list[str]:
    published = f"published: {day_and_time(entry.published)}"
    values = [f"title: {entry.title}", published, f"summary: {entry.summary}", f"link: {entry.link}"]
    return [*values, *entry.paragraphs]
