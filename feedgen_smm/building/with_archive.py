"""A build with the archive: what was read is not read again, and what was published stays what it was."""

import os
from datetime import datetime
from pathlib import Path

from feedgen_smm import __version__
from feedgen_smm.archive import Archive, state
from feedgen_smm.building import FEED_FILES, NOTHING, Bar, FeedFile, Order, Outcome, PutOut, Result
from feedgen_smm.building.updating import update
from feedgen_smm.captures import signature


def build_with_archive(order: Order, archive: Archive, now: datetime, bar: Bar[state.File]) -> Result:
    """Bring the archive up to date, then the feeds. `now` is aware UTC.

    Raises ArchiveError and PublishError where one of them cannot be written; the feeds that stood then stand.
    """
    done = update(archive, order.places, now, bar)
    account = state.account(archive)
    put = (_standing(archive, order) or _put_out(archive, order)) if account.entries else NOTHING
    return Result(
        feeds=put.feeds,
        problems=(*done.problems, *put.problems),
        account=account,
        read=done.read,
        skipped=done.skipped,
        actions=done.actions,
    )


def _standing(archive: Archive, order: Order) -> PutOut | None:
    """The feeds, if they stand as they were written last, and would be written so again."""
    changes, options = state.changes(archive), _options(order)
    outcome = Outcome.CURRENT if order.is_trial else Outcome.UNCHANGED
    feeds: list[FeedFile] = []
    for name in FEED_FILES:
        path = order.output / name
        known = state.publication(archive, _key(path))
        if known is None or known[:3] != (signature(path), changes, options):
            return None
        feeds.append(FeedFile(path, outcome, known.entries))
    return PutOut(tuple(feeds), ())


def _put_out(archive: Archive, order: Order) -> PutOut:
    from feedgen_smm.archive.queries import newest  # noqa: PLC0415 - feedgen is slow to import, and seldom needed
    from feedgen_smm.building.putting_out import put_out  # noqa: PLC0415

    put = put_out(newest(archive, order.limit), order)
    if order.is_trial or put.problems:
        return put  # an entry that was left out is reported again by the next build
    changes, options = state.changes(archive), _options(order)
    for feed in put.feeds:
        written = state.Publication(signature(feed.path), changes, options, feed.entries)
        state.note_publication(archive, _key(feed.path), written)
    return put


def _options(order: Order) -> str:
    """All that a feed depends on beside the entries."""
    return f"{__version__} {order.limit} {order.base_url}"


def _key(path: Path) -> bytes:
    return os.fsencode(path.absolute())
