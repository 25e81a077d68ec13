"""Refuses a build that would lose published entries, or write the feeds of one record into two folders."""

import os
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path, PurePosixPath

from feedgen_smm.build import Order
from feedgen_smm.captures.files import read_feed, signature
from feedgen_smm.errors import RefusedError, UnreadableCaptureError
from feedgen_smm.feeds.atom_and_rss import Held, read_held
from feedgen_smm.feeds.outputs import ARCHIVE, ATOM, TOPICS
from feedgen_smm.record.archive import ALL, ids_filed, kept_document, kept_names
from feedgen_smm.record.database import Record
from feedgen_smm.record.files import Publication, digest_of
from feedgen_smm.record.ledger import Ledger

OUTPUT = "output"
"""The fact that says where the feeds of a record are, relative to the record's folder."""


def refuse_another_output(record: Record, order: Order, feed_id: str) -> None:
    """Raise RefusedError where the feeds of the record are in another folder, and still exist there."""
    known = record.fact(OUTPUT)
    if record.path is None or known is None or known == output_key(record, order.output):
        return
    other = Path(os.path.normpath(os.path.join(record.place, known)))  # noqa: PTH118 - no link is followed
    if _held(other / ATOM.file_name).feed_id == feed_id:
        raise RefusedError(
            f"{record.path}: is the record of the feeds in {other}; to go on, build into that folder, or name another"
            " record with --record. Move that folder away if its feeds are to move"
        )


def output_key(record: Record, output: Path) -> str:
    """The record's name for the output folder."""
    return os.path.relpath(output, record.place)


def refuse_loss(record: Record, ledger: Ledger, order: Order, written: Mapping[str, Publication]) -> None:
    """Raise RefusedError where the output holds something that the record does not know and the build would lose.

    Files that are as `written`, the last build from this record, are safe. In any other file, the record has to know
    each entry, in the same or a newer revision, and each full archive document: byte by byte, or by its entries where
    the document is not kept because one of them was withdrawn or became a notice.
    """
    for path, name in _feeds_in(order.output):
        one = written.get(name)
        if one is not None and (one.signature == signature(path) or one.digest == digest_of(_data(path))):
            continue
        held = _held(path)
        lost = next(
            (entry_id for entry_id, updated in held.entries.items() if _is_lost(ledger, entry_id, updated)), None
        )
        if lost or _is_unknown_document(record, order, path, name, held):
            what = f"the entry {lost}" if lost else "a full archive document"
            place = record.path or "a build without a record"
            raise RefusedError(
                f"{path}: has {what}, which would be lost: {place} does not know it. To go on, name the record of these"
                f" feeds with --record, or move {order.output} away to begin anew"
            )


def _is_unknown_document(record: Record, order: Order, path: Path, name: str, held: Held) -> bool:
    """Whether a file is a full archive document of this build's base URL that the record does not know."""
    base_url = order.settings.base_url
    if not base_url or not name.startswith(f"{ARCHIVE}/") or base_url.encode() not in _data(path) or not held.leads_on:
        return False
    if name in kept_names(record, base_url):
        return kept_document(record, base_url, name).data != _data(path)
    return not held.entries.keys() <= _ids_filed(record, name)


def _ids_filed(record: Record, name: str) -> AbstractSet[str]:
    """The ids of the entries that the record has in the archive document with a file name; none where it has none."""
    path = PurePosixPath(name)
    number = path.stem.rpartition("-")[2]
    series = ALL if path.parent.name == ARCHIVE else path.parent.name
    return ids_filed(record, series, int(number)) if number.isdecimal() else frozenset()


def _is_lost(ledger: Ledger, entry_id: str, updated: object) -> bool:
    """Whether the record does not know an entry, or knows only an older revision."""
    row = ledger.row_of(entry_id)
    if row is None:
        return True
    return updated is not None and ledger.last(row).entry.updated < updated  # type: ignore[operator]


def _feeds_in(output: Path) -> Iterator[tuple[Path, str]]:
    """The feeds in the output folder, and their names in it."""
    for pattern in ("*.xml", f"{TOPICS}/*/*.xml", f"{ARCHIVE}/**/*.xml"):
        for path in sorted(output.glob(pattern)):
            if path.is_file():
                yield path, path.relative_to(output).as_posix()


def _held(path: Path) -> Held:
    return read_held(_data(path))


def _data(path: Path) -> bytes:
    try:
        return read_feed(path)
    except UnreadableCaptureError:
        return b""
