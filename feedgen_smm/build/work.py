"""The passes of a build that has something to do, one after the other."""

from datetime import datetime
from typing import Any

from feedgen_smm.articles.topics.metals import with_metals
from feedgen_smm.build import WRITTEN, Bar, Order, Result
from feedgen_smm.build.collect import Collected, shown_path
from feedgen_smm.build.corrections import Corrections
from feedgen_smm.build.read import note_collected, read_again, read_changed
from feedgen_smm.build.refuse import refuse_another_output
from feedgen_smm.build.settle import Settler, sorter_of
from feedgen_smm.build.write import Writer, feed_files
from feedgen_smm.feeds.feed import default_feed_id
from feedgen_smm.models import Problem
from feedgen_smm.record.captures import note_told, untold
from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import Ledger
from feedgen_smm.record.standing import count_entries, count_faulty

_FEED_ID = "feed id"


def work(order: Order, record: Record, collected: Collected, now: datetime, bar: Bar[Any]) -> Result:
    """Read what changed, settle it, and write the feeds; raises what `run` raises."""
    feed_id = _feed_id(record, order)
    refuse_another_output(record, order, feed_id)
    rules = with_metals(order.settings.topics)
    topics_of = sorter_of(rules)
    ledger = Ledger(record)
    corrections = Corrections(order.corrections, record, ledger)
    settler = Settler(record, ledger, corrections, now)

    was_stopped = record.fact(WRITTEN) == ""
    record.remember(WRITTEN, "")  # before anything is kept: where we are stopped, the next build has to write the files
    settler.sort_again(rules, topics_of)
    reread = read_again(record, now, bar)
    settler.settle_all(topics_of)
    unreadable = read_changed(record, collected.changed, now, bar)
    note_collected(record, collected, unreadable)
    settler.settle_all(topics_of)
    corrections.resolve()
    corrections.require_all()
    if corrections.note_changes():
        settler.settle_all(topics_of)
    record.commit()

    problems = [Problem(shown_path(record, *place), one.line, one.message) for place, one in untold(record)]
    written = Writer(record, ledger, order, feed_id, [rule.topic for rule in rules]).write(
        collected.options, was_stopped=was_stopped
    )
    note_told(record)
    return Result(
        files=feed_files(written, order) if written.holds else (),
        problems=tuple(problems),
        unreadable=tuple(unreadable.values()),
        left_out=written.left_out,
        read=len(collected.changed) - len(unreadable),
        reread=reread,
        unchanged=collected.unchanged,
        faulty=count_faulty(record),
        entries=count_entries(record),
        changes=settler.changes,
    )


def _feed_id(record: Record, order: Order) -> str:
    """The id of the main feed: as configured, else as it was made at the first build."""
    feed_id = order.settings.id or record.fact(_FEED_ID) or default_feed_id(order.settings)
    if record.fact(_FEED_ID) != feed_id:
        record.remember(_FEED_ID, feed_id)
    return feed_id
