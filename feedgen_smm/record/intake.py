"""Captures into the archive: what their pages show, and where each thing was seen."""

import os
from datetime import datetime

from feedgen_smm.models import Capture, Kind, Page, Sighting
from feedgen_smm.record.opening import Archive
from feedgen_smm.record.rows import SIGHTING, digest, evidence_text, shared_keys, sighting_row, to_number
from feedgen_smm.record.state import File


def known_page(archive: Archive, sha256: bytes) -> int | None:
    """The row of the page with these bytes, if they were read before."""
    row = archive.connection.execute("SELECT page FROM page WHERE sha256 = ?", (sha256,)).fetchone()
    return None if row is None else int(row[0])


def add_page(archive: Archive, sha256: bytes, page: Page) -> int:
    """Take in what a page shows that was not read before, and return its row."""
    undated = [sighting.kind for sighting in page.sightings if sighting.published is None]
    counts = (len(page.sightings), undated.count(Kind.ARTICLE), undated.count(Kind.TEASER))
    row = archive.connection.execute("INSERT INTO page VALUES (NULL, ?, ?, ?, ?)", (sha256, *counts)).lastrowid
    if row is None:
        raise AssertionError("an insertion without a row")
    for sighting in page.sightings:
        _add_sighting(archive, row, sighting)
    for problem in page.problems:
        archive.connection.execute("INSERT INTO problem VALUES (?, ?, ?, NULL)", (row, problem.line, problem.message))
    return row


def _add_sighting(archive: Archive, page: int, sighting: Sighting) -> None:
    content = sighting_row(sighting)
    known = digest(content)
    headline, minute = shared_keys(sighting)
    execute = archive.connection.execute
    execute(
        f"INSERT INTO sighting ({SIGHTING}, digest, headline, minute, is_settled) VALUES ({', '.join('?' * 14)})"  # noqa: S608 - our own words
        " ON CONFLICT (digest) DO NOTHING",
        (*content, known, headline, minute, sighting.published is None),
    )
    execute(
        "INSERT OR IGNORE INTO appearance SELECT sighting, ?, ? FROM sighting WHERE digest = ?",
        (page, evidence_text(sighting.evidence), known),
    )


def add_capture(archive: Archive, file: File, page: int, capture: Capture, now: datetime) -> None:
    """Note that the page was found in a file, and read `now`, an aware time."""
    execute = archive.connection.execute
    standing = execute(
        "SELECT capture, page, saved FROM file JOIN capture USING (capture) WHERE folder = ? AND name = ?",
        (file.folder, file.name),
    ).fetchone()
    if standing and standing[1] == page:  # touched, not changed
        execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", (*file, standing[0]))
        return
    saved_at = _time_of_saving(capture, standing and standing[2])
    row = execute(
        "INSERT INTO capture VALUES (NULL, ?, ?, ?, ?, ?)",
        (os.path.join(file.folder, file.name), len(capture.data), saved_at, to_number(now), page),  # noqa: PTH118 - bytes
    ).lastrowid
    execute("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", (*file, row))
    _count(archive, page)
    if saved_at is not None:
        _note_saving(archive, page, saved_at, is_sure=standing is not None)


def _time_of_saving(capture: Capture, before: int | None) -> int | None:
    """When a capture was saved; after the one that stood in its place, whatever the file's time says."""
    if capture.file_time is None:
        return None
    saved = to_number(capture.file_time)
    return saved if before is None else max(saved, before + 1)


def _count(archive: Archive, page: int) -> None:
    archive.connection.execute(
        "UPDATE total SET captures = captures + 1, sightings = total.sightings + page.sightings,"
        " undated_articles = total.undated_articles + page.undated_articles,"
        " undated_teasers = total.undated_teasers + page.undated_teasers FROM page WHERE page.page = ?",
        (page,),
    )


def _note_saving(archive: Archive, page: int, saved_at: int, *, is_sure: bool) -> None:
    """What a page shows was saved then, if no earlier saving is known: a later one may be of a copy.

    `is_sure` tells that it is none, for it took another page's place; then what it shows is the latest again.
    """
    archive.connection.execute(
        "UPDATE sighting SET saved = :saved, is_settled = published IS NULL"
        " WHERE sighting IN (SELECT sighting FROM appearance WHERE page = :page)"
        " AND (saved IS NULL OR saved > :saved OR (:is_sure AND saved < :saved))",
        {"saved": saved_at, "page": page, "is_sure": is_sure},
    )
