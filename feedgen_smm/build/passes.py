"""The passes of a build that has something to do, one after the other."""

from datetime import datetime
from typing import Any

from feedgen_smm.articles.metals import with_metals
from feedgen_smm.build import LAST_OPTIONS, Bar, Order, Result, options_of
from feedgen_smm.build.collect import Collected, shown_path
from feedgen_smm.build.corrections import Corrections
from feedgen_smm.build.mapping import Map, choose
from feedgen_smm.build.read import note_collected, read_again, read_changed
from feedgen_smm.build.settle import Settler
from feedgen_smm.build.write import Writer, feed_files, refuse_another_output
from feedgen_smm.feeds.feed import default_feed_id
from feedgen_smm.models import Problem
from feedgen_smm.record.captures import File, count_entries, count_faulty, note_reported, unreported
from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import Ledger

_FEED_ID = "feed id"


def run_passes(order: Order, record: Record, collected: Collected, now: datetime, bar: Bar[Any]) -> Result:
    """Read what changed, settle it, and write the feeds. Raises what `run` raises."""
    feed_id = _feed_id(record, order)
    refuse_another_output(record, order, feed_id)
    rules = with_metals(order.settings.topics)
    ledger = Ledger(record)
    corrections = Corrections(order.corrections, record, ledger)
    settler = Settler(record, ledger, corrections, rules, now)
    last = record.fact(LAST_OPTIONS)
    record.remember(LAST_OPTIONS, "")  # first of all: if this build is stopped, the next one has to write the files

    notes: list[str] = []
    mapped = choose(order.jobs, order.dask, notes.append)
    settler.sort_again()
    reread, unreadable = _read_and_settle(record, settler, collected, mapped, bar)
    corrections.resolve()
    corrections.require_all()
    if corrections.note_changes():
        settler.settle_all()
    record.commit()

    problems = [Problem(shown_path(record, *place), one.line, one.message) for place, one in unreported(record)]
    faulty, entries = count_faulty(record), count_entries(record)  # before any file is touched: damage may show here
    writer = Writer(record, ledger, order, feed_id, [rule.topic for rule in rules])
    here = choose(order.jobs, None, notes.append)  # to send entries to other machines would take longer
    written = writer.write(here, options_of(order), last, now)
    note_reported(record)
    return Result(
        files=feed_files(written, order) if written.holds else (),
        problems=tuple(problems),
        unreadable=tuple(unreadable.values()),
        left_out=written.left_out,
        read=len(collected.changed) - len(unreadable),
        reread=reread,
        unchanged=collected.unchanged,
        faulty=faulty,
        entries=entries,
        changes=settler.changes,
        notes=tuple(notes),
    )


def _read_and_settle(
    record: Record, settler: Settler, collected: Collected, mapped: Map, bar: Bar[Any]
) -> tuple[int, dict[File, Problem]]:
    """Read files again, then those that changed; returns how many were read again, and what could not be read.

    What a better parser understands is settled before what is new, or it would count as a correction by the publisher.
    """
    reread = read_again(record, settler.now, mapped, bar)
    settler.settle_all()
    unreadable = read_changed(record, collected.changed, settler.now, mapped, bar)
    note_collected(record, collected, unreadable)
    settler.settle_all()
    return reread, unreadable


def _feed_id(record: Record, order: Order) -> str:
    """The id of the main feed: as configured, else as the first build made it."""
    feed_id = order.settings.id or record.fact(_FEED_ID) or default_feed_id(order.settings)
    if record.fact(_FEED_ID) != feed_id:
        record.remember(_FEED_ID, feed_id)
    return feed_id
