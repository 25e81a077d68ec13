"""Decides what becomes of published entries when pages show something new.

All sightings are matched again, as if nothing had been published; so the order of pages, and the number of builds in
which they were read, do not matter. Then each article found gets the entry that was published of it, because a
published id stays. Feed readers announce an entry again when its id or a date changes; both change as rarely as can be.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from feedgen_smm.articles import identity
from feedgen_smm.articles.entries import HEADLINE_LETTERS, conflicts, new_ids, published_of, write_entry
from feedgen_smm.articles.matching import Article, Dated, match
from feedgen_smm.models import (
    Entry,
    Evidence,
    Extent,
    Kind,
    Moment,
    Precision,
    Revision,
    Settled,
    Sighting,
    State,
    Topic,
    Why,
    shorten,
)

_SECOND = timedelta(seconds=1)

TopicsOf = Callable[[Entry], tuple[Topic, ...]]


class Word(NamedTuple):
    """What a person's correction says of an entry; it overrules pages.

    `is_withdrawn` takes the entry out of every file; `notice` replaces its text. `same_as` is the id of the entry that
    is the same article. `apart` are sightings that show another article. `text` is the whole correction as JSON, by
    which a change is noticed.
    """

    text: str
    is_withdrawn: bool = False
    notice: str | None = None
    title: str | None = None
    published: Moment | None = None
    same_as: str | None = None
    apart: frozenset[Sighting] = frozenset()


class Case(NamedTuple):
    """What has to be decided together: sightings that may show the same articles, and the entries published from them.

    `published_as` has the sightings, each with the ids under which it was published; `neighbours` says which of them
    one file showed. `stored` has the last revisions of those entries, the first published first; `words`, what a person
    says of them. A new entry gets no id that is `taken`; if its id is in `vacant`, it continues that withdrawn entry.
    `is_mending`: only our reading of the pages changed, the publisher corrected nothing.
    """

    published_as: Mapping[Sighting, Sequence[str]]
    stored: Mapping[str, Revision]
    neighbours: Mapping[Sighting, Collection[Sighting]] = {}
    words: Mapping[str, Word] = {}
    taken: Collection[str] = ()
    vacant: Mapping[str, Revision] = {}
    is_mending: bool = False


_NO_WORD = Word("")


def settle(case: Case, topics_of: TopicsOf, now: datetime) -> list[Settled]:
    """Decide what becomes of the entries of a case. `now` is aware UTC."""
    return [*_Settlement(case, topics_of, now).settled()]


class _Settlement:
    """One case while it is being decided."""

    def __init__(self, case: Case, topics_of: TopicsOf, now: datetime) -> None:
        self._case = case
        self._topics_of = topics_of
        self._now = now
        self._owners: dict[Article, str] = {}
        self._absorbed: dict[str, Article] = {}

    def settled(self) -> Iterator[Settled]:
        """The decision on each entry."""
        case = self._case
        dated = [Dated.of(one, one.published) for one in case.published_as if one.published]
        articles, set_apart = self._set_apart(match(dated, case.neighbours))
        self._assign(articles, set_apart)
        new = [article for article in articles if article not in self._owners]
        self._owners |= new_ids(new, {*case.taken, *case.stored})
        joined = self._joined()
        for article, entry_id in self._owners.items():
            if entry_id not in joined:
                yield self._shown(
                    entry_id, article, [other for one, other in joined.items() if self._heir(one) == entry_id]
                )
            else:
                yield self._merged(entry_id, self._heir(entry_id), article.sightings)
        for entry_id, heir in self._absorbed.items():
            yield self._merged(entry_id, self._heir(self._owners[heir]))
        seen = {*self._absorbed, *self._owners.values()}
        for entry_id in case.stored:
            if entry_id not in seen:
                yield self._unseen(entry_id)

    def _word(self, entry_id: str) -> Word:
        return self._case.words.get(entry_id, _NO_WORD)

    def _set_apart(self, articles: Sequence[Article]) -> tuple[list[Article], dict[Article, str]]:
        """Split articles that a person says are several; also return from which entry each new article was split."""
        set_apart: dict[Article, str] = {}
        for entry_id, word in self._case.words.items():
            rest: list[Article] = []
            for article in articles:
                here, there = self._parts(article, entry_id, word)
                rest.append(here)
                if there is not None:
                    set_apart[there] = entry_id
            articles = rest
        return [*articles, *set_apart], set_apart

    def _parts(self, article: Article, entry_id: str, word: Word) -> tuple[Article, Article | None]:
        """An article without the sightings that a person says are of another, and that other, if there is one."""
        others = [member for member in article.members if member.sighting not in word.apart]
        is_entrys = any(entry_id in self._case.published_as[member.sighting] for member in others)
        if not is_entrys or len(others) == len(article.members):
            return article, None
        return Article.of(others), Article.of([one for one in article.members if one.sighting in word.apart])

    def _assign(self, articles: Sequence[Article], set_apart: Mapping[Article, str]) -> None:
        """Find the published entry of each article, and the entries that turned out to be the same as another."""
        case = self._case
        places: dict[str, list[Article]] = {entry_id: [] for entry_id in case.stored}
        for article in articles:
            claimed = (entry_id for one in article.sightings for entry_id in case.published_as[one])
            for entry_id in dict.fromkeys(claimed):
                if set_apart.get(article) != entry_id:
                    places[entry_id].append(article)
        heirs = {word.same_as for word in case.words.values()}
        for entry_id in sorted(places, key=lambda entry_id: entry_id not in heirs):
            stored = case.stored[entry_id]
            if stored.state is State.MERGED and not stored.word:
                continue  # its sightings are those of its heir
            free = [article for article in places[entry_id] if article not in self._owners]
            if free:
                best = min(
                    free, key=lambda article: not identity.times_agree(published_of(article), stored.entry.published)
                )
                self._owners[best] = entry_id
            elif places[entry_id]:
                self._absorbed[entry_id] = places[entry_id][0]

    def _joined(self) -> dict[str, Article]:
        """The articles that a person says are the same as another entry, by their own ids."""
        known = {*self._owners.values(), *self._case.stored}
        return {
            entry_id: article
            for article, entry_id in self._owners.items()
            if self._word(entry_id).same_as in known and self._heir(entry_id) != entry_id
        }

    def _heir(self, entry_id: str) -> str:
        """The entry that a person says is the same, followed to the end of the chain; `entry_id` if nobody says so."""
        seen = {entry_id}
        while (other := self._word(entry_id).same_as) is not None and other not in seen:
            seen.add(other)
            entry_id = other
        return entry_id

    def _shown(self, entry_id: str, article: Article, joined: Sequence[Article]) -> Settled:
        """The decision on the entry of an article, and of others that a person says are the same."""
        stored = self._case.stored.get(entry_id) or self._case.vacant.get(entry_id)
        published = _published(article, stored)
        sightings = (*article.sightings, *(one for other in joined for one in other.sightings))
        sighted = write_entry(entry_id, published, sightings)
        word = self._word(entry_id)
        revision = _Decision(stored, sighted, word, self._topics_of, self._now).revision(
            is_mending=self._case.is_mending
        )
        said = () if word.published else tuple(conflicts(article, published))
        return Settled(entry_id, revision, article.sightings, said)

    def _merged(self, entry_id: str, heir: str, sightings: tuple[Sighting, ...] = ()) -> Settled:
        """The decision on an entry that is the same as another. If a person said so, it keeps its `sightings`."""
        stored, text = self._case.stored.get(entry_id), self._word(entry_id).text
        if stored is None:
            raise AssertionError(f"{entry_id} is merged before it was published")
        if (stored.state, stored.heir, stored.word) == (State.MERGED, heir, text):
            return Settled(entry_id, None, sightings)
        revision = Revision(Why.MERGED, self._now, stored.entry, State.MERGED, heir, text)
        return Settled(entry_id, revision, sightings)

    def _unseen(self, entry_id: str) -> Settled:
        """The decision on an entry that no page shows any more."""
        stored = self._case.stored[entry_id]
        if stored.state is not State.SHOWN:
            return Settled(entry_id, None)
        return Settled(entry_id, Revision(Why.WITHDRAWN, self._now, stored.entry, State.WITHDRAWN))


def _published(article: Article, stored: Revision | None) -> Moment:
    """The published date as long as a page shows it, or its minute once that is known; else the best of the dates.

    A date that a person said does not count: it goes with the correction.
    """
    best = published_of(article)
    if stored is None or "published" in json.loads(stored.word or "{}"):
        return best
    known = stored.entry.published
    if known.precision is Precision.DAY and identity.times_agree(known, best):
        return best
    return known if any(member.published == known for member in article.members) else best


class _Decision:
    """Compares an entry, as pages show it and a person corrects it, with what is stored."""

    def __init__(self, stored: Revision | None, sighted: Entry, word: Word, topics_of: TopicsOf, now: datetime) -> None:
        self._stored = stored
        self._word = word
        self._now = now
        self._is_notice = word.notice is not None
        self._was_notice = stored is not None and stored.entry.extent is Extent.NOTICE
        entry = _as_a_person_says(sighted, word)
        self._entry = entry._replace(topics=topics_of(sighted if self._is_notice else entry))

    def revision(self, *, is_mending: bool) -> Revision | None:
        """The next revision of the entry; None if nothing changes."""
        stored, text = self._stored, self._word.text
        if self._word.is_withdrawn:
            return self._withdrawn()
        if stored is None:
            entry = self._entry._replace(updated=self._now) if self._is_notice else self._entry
            return Revision(Why.NEW, self._now, entry, word=text)
        is_corrected = not (is_mending or self._is_notice or self._was_notice) and is_correction(
            stored.entry, self._entry
        )
        updated = self._updated(stored.entry, is_corrected=is_corrected, is_mending=is_mending)
        entry = self._entry._replace(updated=updated)  # stays, even if a mended date of publication is later
        if (entry._replace(saved=None), State.SHOWN, text) == (stored.entry, stored.state, stored.word):
            return None
        return Revision(self._why(stored, entry, is_corrected, is_mending), self._now, entry, word=text)

    def _withdrawn(self) -> Revision | None:
        stored, text = self._stored, self._word.text
        if stored is not None and (stored.state, stored.word) == (State.WITHDRAWN, text):
            return None
        entry = self._entry if stored is None else stored.entry
        return Revision(Why.WITHDRAWN, self._now, entry, State.WITHDRAWN, word=text)

    def _updated(self, stored: Entry, *, is_corrected: bool, is_mending: bool) -> datetime:
        """When the entry last changed for its readers.

        The date changes when a notice comes or goes, so that feed readers replace their copy; when the publisher
        corrects the text, to when that page was saved; and when the minute of publication becomes known.
        """
        if self._is_notice or self._was_notice:
            is_same = self._entry.paragraphs == stored.paragraphs
            return stored.updated if is_same else max(stored.updated + _SECOND, self._now)
        if is_corrected:
            return _time_of_correction(self._entry.saved, stored.updated, self._now)
        return stored.updated if is_mending else max(stored.updated, self._refined(stored))

    def _refined(self, stored: Entry) -> datetime:
        """The date of publication if it was known to the day only, else the stored date of change."""
        return self._entry.published.instant if stored.published.precision is Precision.DAY else stored.updated

    def _why(self, stored: Revision, entry: Entry, is_corrected: bool, is_mending: bool) -> Why:  # noqa: FBT001
        if stored.word != self._word.text:
            return Why.AMENDED
        if stored.state is not State.SHOWN:
            return Why.RESTORED
        if is_corrected:
            return Why.CORRECTED
        if entry._replace(saved=None, topics=stored.entry.topics) == stored.entry:
            return Why.SORTED
        return Why.MENDED if is_mending else Why.GROWN


def _as_a_person_says(sighted: Entry, word: Word) -> Entry:
    """The entry with a person's words in place of what pages say."""
    if word.notice is not None:
        return sighted._replace(
            title=shorten(word.notice, HEADLINE_LETTERS),
            summary=None,
            paragraphs=(word.notice,),
            link=None,
            extent=Extent.NOTICE,
        )
    if word.published is not None:
        sighted = sighted._replace(published=word.published, updated=word.published.instant)
    return sighted if word.title is None else sighted._replace(title=word.title)


def resorted(stored: Revision, topics: tuple[Topic, ...], now: datetime) -> Revision | None:
    """The revision that gives an entry other topics; None if they are the same."""
    if stored.entry.topics == topics:
        return None
    return Revision(Why.SORTED, now, stored.entry._replace(topics=topics), word=stored.word)


def is_correction(stored: Entry, sighted: Entry) -> bool:
    """Whether the words of the text changed. A text that may have been cut off, and now goes on, does not count."""
    if stored.extent is Extent.TEASER and sighted.extent is not Extent.TEASER:
        return False
    if stored.extent is not Extent.WHOLE and any(
        identity.continues(text, _text(stored)) for text in (_text(sighted), _text_with_standfirst(sighted))
    ):
        return False
    return _wordings(stored).isdisjoint(_wordings(sighted))


def _wordings(entry: Entry) -> set[str]:
    """The entry's words without and with the standfirst, which some layouts print as the first paragraph."""
    return {identity.words_of(_text(entry)), identity.words_of(_text_with_standfirst(entry))}


def _text(entry: Entry) -> str:
    return " ".join(entry.paragraphs)


def _text_with_standfirst(entry: Entry) -> str:
    return f"{entry.summary or ''} {_text(entry)}"


def _time_of_correction(saved: datetime | None, updated: datetime, now: datetime) -> datetime:
    """When the corrected page was saved, if that is after the last change and not in the future; else now.

    The date always gets later, because feed readers notice a correction by nothing else.
    """
    if saved is not None and updated < saved <= now:
        return saved
    return max(updated + _SECOND, now)


def successors(before: Iterable[tuple[int, Kind, Evidence]], after: Sequence[Sighting]) -> dict[int, int]:
    """For each sighting of an older parser, the index of the one that replaces it in a newer reading of the page.

    It is the one of the same kind that shares most lines with it. A teaser that shares no line with any has none.
    """
    found: dict[int, int] = {}
    for row, kind, evidence in before:
        shared = {
            place: len(_lines(evidence) & _lines(one.evidence)) for place, one in enumerate(after) if one.kind is kind
        }
        best = max(shared, key=lambda place: (shared[place], -place), default=None)
        if best is not None and (shared[best] or kind is Kind.ARTICLE):
            found[row] = best
    return found


def _lines(evidence: Evidence) -> set[int | None]:
    return {evidence.title, evidence.published, *evidence.summary, *evidence.body} - {None}
