"""A build from the pages alone: nothing is known but what they show, and nothing is remembered."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from feedgen_smm.articles.topics.metals import with_metals
from feedgen_smm.build import NOTHING, Bar, Order, PutOut, Result, feed_files
from feedgen_smm.build.putting_out import put_out
from feedgen_smm.captures.files import find_captures
from feedgen_smm.feeds.edition import Section
from feedgen_smm.articles.entries import Draft, Harvest, gather
from feedgen_smm.feeds.feed import newest_first
from feedgen_smm.models import Account, Kind, Problem, Sighting
from feedgen_smm.build.reading import read_page
from feedgen_smm.articles.topics import Sorter


def build_from_pages(order: Order, bar: Bar[Path]) -> Result:
    """Build the feeds of all pages. Raises PublishError where one cannot be written."""
    problems: list[Problem] = []
    sightings: list[Sighting] = []
    paths = find_captures(order.places)
    with bar(paths) as waited_for:
        for page in map(read_page, waited_for):
            problems += page.problems
            sightings += page.sightings
    harvest = gather(sightings)
    put = _put_out(harvest.drafts, order) if harvest.drafts else NOTHING
    return Result(
        feeds=feed_files(put, order),
        problems=(*problems, *harvest.conflicts, *put.problems),
        account=_account(len(paths), harvest),
        read=len(paths),
        skipped=0,
        actions=Counter(),  # what is new is known to who knows of another build
    )


def _put_out(drafts: Sequence[Draft], order: Order) -> PutOut:
    """Without a record nothing is known of earlier feeds, so that there are no archive documents."""
    window, sorter = order.settings.window, Sorter(with_metals(order.settings.topics))
    newest = [*map(sorter.mark, newest_first(draft.entry() for draft in drafts))]
    topics = [
        Section(rule.topic, tuple([entry for entry in newest if rule.topic in entry.topics][:window]))
        for rule in with_metals(order.settings.topics)
    ]
    return put_out([Section(None, tuple(newest[:window])), *(one for one in topics if one.entries)], order)


def _account(captures: int, harvest: Harvest) -> Account:
    undated = Counter(sighting.kind for sighting in harvest.undated)
    return Account(
        captures=captures,
        sightings=len(harvest.drafts) + harvest.merged + len(harvest.undated),
        undated_articles=undated[Kind.ARTICLE],
        undated_teasers=undated[Kind.TEASER],
        entries=len(harvest.drafts),
    )
