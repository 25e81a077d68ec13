"""A build from the pages alone: nothing is known but what they show, and nothing is remembered."""

from collections import Counter
from pathlib import Path

from feedgen_smm.building import NOTHING, Bar, Order, Result
from feedgen_smm.building.putting_out import put_out
from feedgen_smm.captures import find_captures
from feedgen_smm.entries import Harvest, gather
from feedgen_smm.feed import newest
from feedgen_smm.models import Account, Action, Kind, Problem, Sighting
from feedgen_smm.reading import read_page


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
    put = put_out(newest(harvest.drafts, order.limit), order) if harvest.drafts else NOTHING
    return Result(
        feeds=put.feeds,
        problems=(*problems, *harvest.conflicts, *put.problems),
        account=_account(len(paths), harvest),
        read=len(paths),
        skipped=0,
        actions=Counter({Action.INSERT: len(harvest.drafts)}),
    )


def _account(captures: int, harvest: Harvest) -> Account:
    undated = Counter(sighting.kind for sighting in harvest.undated)
    return Account(
        captures=captures,
        sightings=len(harvest.drafts) + harvest.merged + len(harvest.undated),
        undated_articles=undated[Kind.ARTICLE],
        undated_teasers=undated[Kind.TEASER],
        entries=len(harvest.drafts),
    )
