"""Published entries, and all that was ever seen of their articles → what the entries are from now on. Pure.

What was seen is matched afresh, as if nothing had been published, so that it does not matter in which order, and in how
many builds, it was read. What was published is then given to the articles found: an id, once published, stays. Readers
announce an entry again whenever its id or a date moves, so both move as rarely as the truth allows.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from feedgen_smm.articles import identity, wording
from feedgen_smm.articles.entries import HEADLINE_LETTERS, conflicts, new_ids, published_of, shorten, write_entry
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
)

_SECOND = timedelta(seconds=1)


class Word(NamedTuple):
    """What a person says of an entry; it stands over pages.

    `is_withdrawn` takes the entry out of every file, `notice` puts these words in place of its text. `same_as` is the
    id of the entry that it is. `apart` are the sightings that are of another article. `text` is all of it as JSON, to
    tell when it changes.
    """

    text: str
    is_withdrawn: bool = False
    notice: str | None = None
    title: str | None = None
    published: Moment | None = None
    same_as: str | None = None
    apart: frozenset[Sighting] = frozenset()


class Case(NamedTuple):
    """What has to be settled together: dated sightings that bear on each other, and the entries published of them.

    `published_as` says under which ids each was published, `neighbours` which sightings stood in one file. `stored` are
    the last revisions of those entries, the first published first, and `words` what a person says of them. No id among
    `taken` is given to a new entry; those in `vacant` were withdrawn, and are theirs who would have them anyway.
    `is_mending` says that nothing was seen that was not seen before: then the publisher corrected nothing.
    """

    published_as: Mapping[Sighting, Sequence[str]]
    stored: Mapping[str, Revision]
    neighbours: Mapping[Sighting, Collection[Sighting]] = {}
    words: Mapping[str, Word] = {}
    taken: Collection[str] = ()
    vacant: Mapping[str, Revision] = {}
    is_mending: bool = False


TopicsOf = Callable[[Entry], tuple[Topic, ...]]
_NO_WORD = Word("")


def settle(case: Case, topics_of: TopicsOf, now: datetime) -> list[Settled]:
    """What becomes of the entries of a case at `now`, aware UTC."""
    return [*_Settlement(case, topics_of, now).settled()]


class _Settlement:
    """One case on its way to being settled."""

    def __init__(self, case: Case, topics_of: TopicsOf, now: datetime) -> None:
        self._case = case
        self._topics_of = topics_of
        self._now = now
        self._owners: dict[Article, str] = {}
        self._absorbed: dict[str, Article] = {}

    def settled(self) -> Iterator[Settled]:
        """What is decided of each entry."""
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
        for entry_id in case.stored:
            if entry_id not in self._absorbed and entry_id not in self._owners.values():
                yield self._unseen(entry_id)

    def _word(self, entry_id: str) -> Word:
        return self._case.words.get(entry_id, _NO_WORD)

    def _set_apart(self, articles: Sequence[Article]) -> tuple[list[Article], dict[Article, str]]:
        """The articles, those parted that a person says are several; and from which entry the parts were taken."""
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
        """An article without the sightings that are set apart from an entry, and these."""
        others = [member for member in article.members if member.sighting not in word.apart]
        is_entrys = any(entry_id in self._case.published_as[member.sighting] for member in others)
        if not is_entrys or len(others) == len(article.members):
            return article, None
        return Article.of(others), Article.of([one for one in article.members if one.sighting in word.apart])

    def _assign(self, articles: Sequence[Article], set_apart: Mapping[Article, str]) -> None:
        """Find which published entry each article is, and which entries turned out to be another."""
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
        """The articles that a person says are another entry, by their own ids."""
        known = {*self._owners.values(), *self._case.stored}
        return {
            entry_id: article
            for article, entry_id in self._owners.items()
            if self._word(entry_id).same_as in known and self._heir(entry_id) != entry_id
        }

    def _heir(self, entry_id: str) -> str:
        """The entry that a person says an entry is, at the end of the chain; itself where nobody says so."""
        seen = {entry_id}
        while (other := self._word(entry_id).same_as) is not None and other not in seen:
            seen.add(other)
            entry_id = other
        return entry_id

    def _shown(self, entry_id: str, article: Article, joined: Sequence[Article]) -> Settled:
        """An entry of an article, and of those that a person joined with it."""
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
        """An entry that is another one; `sightings` are its own where a person, who may take it back, said so."""
        stored, text = self._case.stored.get(entry_id), self._word(entry_id).text
        if stored is None:
            raise AssertionError(f"{entry_id} is merged before it was published")
        if (stored.state, stored.heir, stored.word) == (State.MERGED, heir, text):
            return Settled(entry_id, None, sightings)
        revision = Revision(Why.MERGED, self._now, stored.entry, State.MERGED, heir, text)
        return Settled(entry_id, revision, sightings)

    def _unseen(self, entry_id: str) -> Settled:
        """An entry that no page shows any more."""
        stored = self._case.stored[entry_id]
        if stored.state is not State.SHOWN:
            return Settled(entry_id, None)
        return Settled(entry_id, Revision(Why.WITHDRAWN, self._now, stored.entry, State.WITHDRAWN))


def _published(article: Article, stored: Revision | None) -> Moment:
    """The date first published, as long as a page shows it; it moves from a day to its minute."""
    best = published_of(article)
    if stored is None:
        return best
    known = stored.entry.published
    if known.precision is Precision.DAY and identity.times_agree(known, best):
        return best
    return known if any(member.published == known for member in article.members) else best


class _Decision:
    """What an article, as it is seen and as a person says, does to the entry that is stored of it."""

    def __init__(self, stored: Revision | None, sighted: Entry, word: Word, topics_of: TopicsOf, now: datetime) -> None:
        self._stored = stored
        self._word = word
        self._now = now
        self._is_notice = word.notice is not None
        self._was_notice = stored is not None and stored.entry.extent is Extent.NOTICE
        entry = _as_a_person_says(sighted, word)
        self._entry = entry._replace(topics=topics_of(sighted if self._is_notice else entry))

    def revision(self, *, is_mending: bool) -> Revision | None:
        """The next revision of the entry; None where it stays as it is."""
        stored, text = self._stored, self._word.text
        if self._word.is_withdrawn:
            return self._withdrawn()
        if stored is None:
            entry = self._entry._replace(updated=self._now if self._is_notice else self._entry.published.instant)
            return Revision(Why.NEW, self._now, entry, word=text)
        is_corrected = not (is_mending or self._is_notice or self._was_notice) and is_correction(
            stored.entry, self._entry
        )
        updated = self._updated(stored.entry, is_corrected=is_corrected, is_mending=is_mending)
        entry = self._entry._replace(updated=updated)  # a date that is mended may move beyond it
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

        A notice, and what comes back in its place, have to replace what readers hold; a correction moves the date to
        when the corrected page was saved; nothing else moves it, but that it follows a date whose minute becomes known.
        """
        if self._is_notice or self._was_notice:
            is_same = self._entry.paragraphs == stored.paragraphs
            return stored.updated if is_same else max(stored.updated + _SECOND, self._now)
        if is_corrected:
            return _time_of_correction(self._entry.saved, stored.updated, self._now)
        return stored.updated if is_mending else max(stored.updated, self._refined(stored))

    def _refined(self, stored: Entry) -> datetime:
        """The new date where only the day was known."""
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
    """The entry with a person's words in the place of what pages say."""
    if word.notice is not None:
        return sighted._replace(
            title=shorten(word.notice, HEADLINE_LETTERS),
            summary=None,
            paragraphs=(word.notice,),
            link=None,
            extent=Extent.NOTICE,
        )
    return sighted._replace(title=word.title or sighted.title, published=word.published or sighted.published)


def resorted(stored: Revision, topics: tuple[Topic, ...], now: datetime) -> Revision | None:
    """The revision of an entry that is of other topics by now; None where they are the same."""
    if stored.entry.topics == topics:
        return None
    return Revision(Why.SORTED, now, stored.entry._replace(topics=topics), word=stored.word)


def is_correction(stored: Entry, sighted: Entry) -> bool:
    """Whether the text says other words. A text that grows where it may have been cut off is no correction."""
    if stored.extent is Extent.TEASER and sighted.extent is not Extent.TEASER:
        return False
    if stored.extent is not Extent.WHOLE and any(
        wording.continues(text, _text(stored)) for text in (_text(sighted), _text_with_standfirst(sighted))
    ):
        return False
    return _wordings(stored).isdisjoint(_wordings(sighted))


def _wordings(entry: Entry) -> set[str]:
    """The entry's words; some layouts set the standfirst apart, others print it as the first paragraph."""
    return {wording.key(_text(entry)), wording.key(_text_with_standfirst(entry))}


def _text(entry: Entry) -> str:
    return " ".join(entry.paragraphs)


def _text_with_standfirst(entry: Entry) -> str:
    return f"{entry.summary or ''} {_text(entry)}"


def _time_of_correction(saved: datetime | None, updated: datetime, now: datetime) -> datetime:
    """When the correction was saved, if that can be: after what it corrects, and not in the future.

    Whatever the clocks say, `updated` moves on: readers know a correction by nothing else.
    """
    if saved is not None and updated < saved <= now:
        return saved
    return max(updated + _SECOND, now)


def successors(before: Iterable[tuple[int, Kind, Evidence]], after: Sequence[Sighting]) -> dict[int, int]:
    """Which sighting of a better reading each of an older parser's was a misreading of, by its place.

    An article becomes one of the page's articles, a teaser a teaser: the one that shares most lines with it. A teaser
    that shares no line with any has no successor.
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
