"""Entries that were published, and all that was ever seen of their articles → what the entries are from now on.

What was seen is matched afresh, as if nothing had been published, so that it does not matter in which order, and in how
many builds, it was read. What was published is then given to the articles found: an id, once published, stays.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.articles import identity
from feedgen_smm.articles.entries import Draft, conflicts, draft, published_of, write_entry
from feedgen_smm.articles.matching import Article, Dated, match
from feedgen_smm.articles.revision import Decision, decide, refined
from feedgen_smm.models import Action, Entry, Problem, Sighting


class Settled(NamedTuple):
    """An article's entry, the sightings it is made of, and what is done with it.

    `absorbs` are the ids of published entries that turned out to be this one, and are retired.
    """

    decision: Decision
    sightings: tuple[Sighting, ...]
    absorbs: tuple[str, ...]
    conflicts: tuple[Problem, ...]


def settle(
    sightings: Mapping[Sighting, str | None], stored: Sequence[Entry], taken_ids: Collection[str], now: datetime
) -> list[Settled]:
    """What becomes of the entries of `sightings`, which are all that bear on each other.

    `sightings` have dates, and say under which id each was published, if it was. `stored` are those entries, the first
    published first. No id among `taken_ids` is given to a new one.
    """
    articles = match([Dated.of(sighting, sighting.published) for sighting in sightings if sighting.published])
    owners, absorbed = _assign(articles, sightings, stored)
    unpublished = [article for article in articles if article not in owners]
    drafts = draft(unpublished, {*taken_ids, *(entry.id for entry in stored)})
    settled = [
        _settled(article, owners[article], absorbed.get(article, ()), now) for article in articles if article in owners
    ]
    return settled + [_inserted(article, new) for article, new in drafts.items()]


def _assign(
    articles: Sequence[Article], published_as: Mapping[Sighting, str | None], stored: Sequence[Entry]
) -> tuple[dict[Article, Entry], dict[Article, tuple[str, ...]]]:
    """Which published entry each article is, and which others it turned out to be too."""
    places: dict[str, list[Article]] = {entry.id: [] for entry in stored}
    for article in articles:
        for entry_id in dict.fromkeys(published_as[sighting] for sighting in article.sightings):
            if entry_id is not None:
                places[entry_id].append(article)
    owners: dict[Article, Entry] = {}
    absorbed: dict[Article, tuple[str, ...]] = {}
    for entry in stored:
        free = [article for article in places[entry.id] if article not in owners]
        if free:
            owners[min(free, key=lambda article: not _agrees(article, entry))] = entry
        elif places[entry.id]:
            heir = places[entry.id][0]
            absorbed[heir] = (*absorbed.get(heir, ()), entry.id)
    return owners, absorbed


def _agrees(article: Article, entry: Entry) -> bool:
    return identity.times_agree(published_of(article), entry.published)


def _settled(article: Article, stored: Entry, absorbs: tuple[str, ...], now: datetime) -> Settled:
    sighted = write_entry(stored.id, refined(stored.published, published_of(article)), article.sightings)
    decision = decide(stored, sighted, now)
    return Settled(decision, article.sightings, absorbs, _conflicts(article, decision.entry))


def _inserted(article: Article, draft: Draft) -> Settled:
    entry = draft.entry()
    return Settled(Decision(Action.INSERT, entry), draft.sightings, (), _conflicts(article, entry))


def _conflicts(article: Article, entry: Entry) -> tuple[Problem, ...]:
    return tuple(conflicts(article, entry.published))
