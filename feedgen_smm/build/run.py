"""One build, with a record in a file or in memory."""

import json
from datetime import datetime
from typing import Any

from feedgen_smm.build import FILES, WRITTEN, Bar, FeedFile, Order, Outcome, Result
from feedgen_smm.build.collect import Collected, collect
from feedgen_smm.captures.files import signature
from feedgen_smm.pages import VERSION
from feedgen_smm.record.database import Record
from feedgen_smm.record.standing import (
    count_entries,
    count_faulty,
    has_untold,
    is_read_by_older,
    is_settled,
    publications,
)


def run(order: Order, record: Record, now: datetime, bar: Bar[Any]) -> Result:
    """Bring the record up to date with the pages, then the feeds. `now` is aware UTC.

    Raises ConfigurationError for corrections that cannot be meant, RefusedError where something would be lost, and
    RecordError and PublishError where the record or a feed cannot be written; the feeds then are as they were.
    """
    collected = collect(record, order)
    if files := _standing(record, order, collected):
        faulty, entries = count_faulty(record), count_entries(record)
        return Result(files, unchanged=collected.unchanged, faulty=faulty, entries=entries)
    # What parses, decides and renders is slow to import, and most builds find nothing to do.
    from feedgen_smm.build.work import work  # noqa: PLC0415

    return work(order, record, collected, now, bar)


def _standing(record: Record, order: Order, collected: Collected) -> tuple[FeedFile, ...]:
    """The files of the output, if all is as the last build left it; none where there is something to do."""
    if collected.changed or collected.found or collected.gone or record.fact(WRITTEN) != collected.options:
        return ()
    if not is_settled(record) or is_read_by_older(record, VERSION) or has_untold(record):
        return ()
    if any(one.signature != signature(order.output / name) for name, one in publications(record).items()):
        return ()
    return told_files(record.fact(FILES) or "[]", order)


def told_files(files: str, order: Order) -> tuple[FeedFile, ...]:
    """What was told of the files when they were written, as it is told where nothing changed."""
    same = Outcome.CURRENT if order.is_trial else Outcome.UNCHANGED
    return tuple(
        FeedFile(order.output / name, same if is_updated else Outcome.ABANDONED, holds, noun)
        for name, holds, noun, is_updated in json.loads(files)
    )
