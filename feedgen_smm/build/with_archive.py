"""A build with the archive: what was read is not read again, and what was published stays what it was."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from feedgen_smm import __version__
from feedgen_smm.record import Archive, state
from feedgen_smm.build import NOTHING, Bar, Order, PutOut, Result, feed_files
from feedgen_smm.build.updating import update
from feedgen_smm.captures.files import signature


def build_with_archive(order: Order, archive: Archive, now: datetime, bar: Bar[state.File]) -> Result:
    """Bring the archive up to date, then the feeds. `now` is aware UTC.

    Raises ArchiveError and PublishError where one of them cannot be written; the feeds that stood then stand.
    """
    done = update(archive, order.places, now, bar)
    account = state.account(archive)
    put = _put(archive, order) if account.entries else NOTHING
    return Result(
        feeds=feed_files(put, order),
        problems=(*done.problems, *put.problems),
        account=account,
        read=done.read,
        skipped=done.skipped,
        actions=done.actions,
    )


def _put(archive: Archive, order: Order) -> PutOut:
    known, options = state.publications(archive, _key(order.output)), _options(order)
    written = {os.fsdecode(name): one for name, one in known.items() if one.options == options}
    return _standing(archive, order, written) or _put_out(archive, order, written)


def _standing(archive: Archive, order: Order, written: Mapping[str, state.Publication]) -> PutOut | None:
    """The files, if they stand as they were written last, and would be written so again."""
    changes = state.changes(archive)
    for name, known in written.items():
        if (known.signature, known.changes) != (signature(order.output / name), changes):
            return None
    return PutOut({name: known.holds for name, known in written.items()}, frozenset(), ()) if written else None


def _put_out(archive: Archive, order: Order, known: Mapping[str, state.Publication]) -> PutOut:
    # feedgen is slow to import, and seldom needed
    from feedgen_smm.build.from_archive import put_out_archive  # noqa: PLC0415

    put = put_out_archive(archive, order, known)
    if order.is_trial or put.problems:
        return put  # an entry that was left out is reported again by the next build
    changes, options = state.changes(archive), _options(order)
    written = {
        os.fsencode(name): state.Publication(signature(order.output / name), changes, options, holds)
        for name, holds in put.files.items()
    }
    state.note_publications(archive, _key(order.output), written)
    return put


def _options(order: Order) -> str:
    """All that the files depend on beside the entries."""
    return f"{__version__} {order.settings}"


def _key(path: Path) -> bytes:
    return os.fsencode(path.absolute())
