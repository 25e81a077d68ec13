"""What the archive knows of one entry: where it was seen, why that is one article, and what it said when."""

from datetime import datetime
from typing import NamedTuple

from feedgen_smm.articles.matching import Dated, Rule, match
from feedgen_smm.models import Action, Entry, Evidence, Sighting
from feedgen_smm.record.opening import Archive
from feedgen_smm.record.rows import REVISION, to_entry, to_evidence, to_time
from feedgen_smm.record.settling import read_bearing, read_entry


class Place(NamedTuple):
    """A file that showed a sighting, with the lines it stood on; `saved` and `read` are aware UTC."""

    path: bytes
    evidence: Evidence
    saved: datetime | None
    read: datetime


class Seen(NamedTuple):
    """A sighting, by which rule it is of the entry (None for the first), and the files that showed it."""

    sighting: Sighting
    rule: Rule | None
    places: tuple[Place, ...]


class Revision(NamedTuple):
    """What was done with an entry, when, and what it said from then on."""

    action: Action
    made: datetime
    entry: Entry


class History(NamedTuple):
    """All that is known of an entry. `retired_ids` were found to be it; `heir` is what it was itself found to be."""

    entry: Entry
    heir: str | None
    retired_ids: tuple[str, ...]
    seen: tuple[Seen, ...]
    revisions: tuple[Revision, ...]


def find(archive: Archive, words: str) -> list[int]:
    """The rows of the entries that `words` mean: an id, an SMM number, a title, or else a part of titles."""
    execute = archive.connection.execute
    titled = "SELECT entry FROM entry JOIN revision USING (entry, revision) WHERE merged_into IS NULL"
    for query in (
        "SELECT entry FROM entry WHERE id = ?1",
        "SELECT DISTINCT entry FROM sighting WHERE number = ?1 AND entry IS NOT NULL",
        f"{titled} AND title = ?1",
        f"{titled} AND instr(lower(title), lower(?1))",
    ):
        if rows := execute(f"{query} ORDER BY entry", (words,)).fetchall():
            return [row for (row,) in rows]
    return []


def history(archive: Archive, row: int) -> History:
    """All that is known of the entry of a row."""
    heirs = archive.connection.execute(
        "SELECT heir.id FROM entry JOIN entry AS heir ON heir.entry = entry.merged_into WHERE entry.entry = ?", (row,)
    )
    retired = archive.connection.execute("SELECT id FROM entry WHERE merged_into = ? ORDER BY entry", (row,))
    return History(
        entry=read_entry(archive, row),
        heir=next((heir for (heir,) in heirs), None),
        retired_ids=tuple(entry_id for (entry_id,) in retired),
        seen=tuple(_seen(archive, row)),
        revisions=tuple(_revisions(archive, row)),
    )


def _seen(archive: Archive, row: int) -> list[Seen]:
    """The entry's sightings, the surest first; why they are one is found as it was when they were settled."""
    bearing = read_bearing(archive, "entry = ?", row)
    own_id = read_entry(archive, row).id
    dated = [Dated.of(sighting, sighting.published) for sighting in bearing.rows if sighting.published]
    return [
        Seen(member.sighting, rule, _places(archive, bearing.rows[member.sighting]))
        for article in match(dated)
        for member, rule in zip(article.members, article.rules, strict=True)
        if bearing.published_as[member.sighting] == own_id
    ]


def _places(archive: Archive, sighting: int) -> tuple[Place, ...]:
    rows = archive.connection.execute(
        "SELECT path, lines, saved, read FROM appearance JOIN capture USING (page) WHERE sighting = ? ORDER BY capture",
        (sighting,),
    )
    return tuple(
        Place(path, to_evidence(lines), None if saved is None else to_time(saved), to_time(read))
        for path, lines, saved, read in rows
    )


def _revisions(archive: Archive, row: int) -> list[Revision]:
    rows = archive.connection.execute(
        f"SELECT action, made, id, published, precision, {REVISION} FROM revision JOIN entry USING (entry)"  # noqa: S608 - our own words
        " WHERE entry = ? ORDER BY revision.revision",
        (row,),
    )
    return [Revision(Action(action), to_time(made), to_entry(tuple(said))) for action, made, *said in rows]
