"""Sightings → entries: which sightings are one article, and what the feed says of it.

The outcome is that of the set of sightings and not of the order in which pages were read: sightings are taken in an
order of their own, the surest first.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from feedgen_smm import identity, language
from feedgen_smm.models import Entry, Kind, Moment, Precision, Problem, Sighting

_SUMMARY_LETTERS = 300
_HEADLINE_LETTERS = 100  # of the text, where an article has no headline


@dataclass(frozen=True, slots=True, kw_only=True)
class Harvest:
    """All entries, in no order that matters, and what became of the sightings that made none.

    `undated` are the sightings whose pages show no complete date; `conflicts` are dates that contradict each other.
    """

    entries: tuple[Entry, ...]
    merged: int
    undated: tuple[Sighting, ...]
    conflicts: tuple[Problem, ...]


def gather(sightings: Iterable[Sighting]) -> Harvest:
    """The entries that `sightings` are of, each article once."""
    undated: list[Sighting] = []
    dated: list[_Dated] = []
    for sighting in sightings:
        if sighting.published is None:
            undated.append(sighting)
        else:
            dated.append(_Dated.of(sighting, sighting.published))
    articles = _cluster(dated)
    entries = _entries(articles)
    return Harvest(
        entries=entries,
        merged=len(dated) - len(entries),
        undated=tuple(undated),
        conflicts=tuple(conflict for article in articles for conflict in _conflicts(article)),
    )


def lone_id(sighting: Sighting) -> str | None:
    """The id of the entry that `sighting` alone makes; None where its date is unknown."""
    if sighting.published is None:
        return None
    return identity.mint(sighting.published, identity.headline_key([sighting]))


_Rank = tuple[bool, str, bool, bool, bool, datetime, int, str, bool, str, str, tuple[str, ...], str, int]


@dataclass(frozen=True, slots=True)
class _Dated:
    """A sighting with a date, and what its identity is judged by."""

    sighting: Sighting
    published: Moment
    key: str
    """The headline's letters; empty where there is no headline."""
    is_cut: bool
    text_keys: frozenset[str]
    """The first letters of each of its texts that is long enough to tell it from others."""

    @classmethod
    def of(cls, sighting: Sighting, published: Moment) -> Self:
        title = sighting.title or ""
        letters = identity.SAME_TEXT_LETTERS
        # Folding drops what is neither letter nor digit, so twice the letters mostly hold enough of them.
        beginnings = [identity.fold(text[: 2 * letters])[:letters] for text in _texts(sighting)]
        return cls(
            sighting,
            published,
            key=identity.title_key(title),
            is_cut=identity.is_cut(title),
            text_keys=frozenset(beginning for beginning in beginnings if len(beginning) == letters),
        )

    def rank(self) -> _Rank:
        """The place in the order in which sightings are taken: what can be known for sure comes first."""
        sighting = self.sighting
        return (
            sighting.number is None,
            sighting.number or "",
            self.published.precision is Precision.DAY,
            self.is_cut,
            not self.key,
            self.published.instant,
            -len(self.key),
            self.key,
            sighting.kind is Kind.TEASER,
            sighting.title or "",
            sighting.summary or "",
            sighting.paragraphs,
            sighting.source,
            sighting.line,
        )


def _texts(sighting: Sighting) -> list[str]:
    """The texts that another sighting of the article may show."""
    texts = (sighting.summary, " ".join(sighting.paragraphs))
    return [text for text in texts if text]


@dataclass(eq=False, slots=True)
class _Article:
    """The sightings found to be one article; grows while sightings are taken in."""

    members: list[_Dated] = field(default_factory=list)
    number: str | None = None
    minute: Moment | None = None
    whole_keys: set[str] = field(default_factory=set)
    cut_keys: set[str] = field(default_factory=set)

    def take(self, members: Iterable[_Dated]) -> None:
        for member in members:
            self.members.append(member)
            self.number = self.number or member.sighting.number
            if self.minute is None and member.published.precision is Precision.MINUTE:
                self.minute = member.published
            if member.key:
                (self.cut_keys if member.is_cut else self.whole_keys).add(member.key)

    def excludes(self, number: str | None, minute: Moment | None) -> bool:
        """Whether an article with this number, seen at this minute, is certainly another."""
        if number is not None and self.number is not None:
            return number != self.number
        return minute is not None and self.minute is not None and minute.instant != self.minute.instant

    def agrees_with(self, dated: _Dated) -> bool:
        """Whether the times, and the headlines or the texts, are those of one article."""
        minute = dated.published if dated.published.precision is Precision.MINUTE else None
        if self.excludes(dated.sighting.number, minute):
            return False
        return self._shares_headline(dated) or self._shares_text(dated)

    def _shares_headline(self, dated: _Dated) -> bool:
        key = dated.key
        if not key or not any(identity.times_agree(dated.published, member.published) for member in self.members):
            return False
        if key in self.whole_keys or (dated.is_cut and key in self.cut_keys):
            return True
        if dated.is_cut and any(identity.begins(key, other) for other in self.whole_keys | self.cut_keys):
            return True
        # Two whole headlines that a third, cut one would fit are still two.
        may_complete = dated.is_cut or not self.whole_keys
        return may_complete and any(identity.begins(other, key) for other in self.cut_keys)

    def _shares_text(self, dated: _Dated) -> bool:
        if dated.published.precision is Precision.DAY:
            return False
        alike = [
            member
            for member in self.members
            if member.published == dated.published and not dated.text_keys.isdisjoint(member.text_keys)
        ]
        others = {identity.fold(text) for member in alike for text in _texts(member.sighting)}
        own = [identity.fold(text) for text in _texts(dated.sighting)] if others else []
        return any(identity.texts_agree(text, other) for text in own for other in others)


class _Index:
    """Finds the articles a sighting may be of without looking at the others."""

    def __init__(self) -> None:
        self._by_number: dict[str, _Article] = {}
        self._by_key: defaultdict[object, list[_Article]] = defaultdict(list)
        self._became: dict[_Article, _Article] = {}

    def candidates(self, dated: _Dated) -> list[_Article]:
        """The articles that agree with `dated`, in the order in which they were found."""
        if (number := dated.sighting.number) in self._by_number:
            return [self._by_number[number]]
        found = dict.fromkeys(self._current(article) for key in self._keys(dated) for article in self._by_key[key])
        return [article for article in found if article.agrees_with(dated)]

    def add(self, dated: _Dated, article: _Article) -> None:
        if dated.sighting.number is not None:
            self._by_number[dated.sighting.number] = article
        for key in self._keys(dated):
            known = self._by_key[key]
            if not known or known[-1] is not article:
                known.append(article)

    def replace(self, article: _Article, by: _Article) -> None:
        """Send those who find `article` to the one it was found to be."""
        self._became[article] = by

    def _current(self, article: _Article) -> _Article:
        while article in self._became:
            article = self._became[article]
        return article

    @staticmethod
    def _keys(dated: _Dated) -> Iterator[object]:
        """What two sightings of one article without a common number share: the day and headline, or minute and text."""
        if dated.key:
            yield identity.day_in_china(dated.published), dated.key[: identity.CUT_TITLE_LETTERS]
        for text_key in dated.text_keys:
            yield dated.published.instant, text_key


def _cluster(sightings: list[_Dated]) -> list[_Article]:
    index = _Index()
    articles: dict[_Article, None] = {}
    for dated in sorted(sightings, key=_Dated.rank):
        candidates = index.candidates(dated)
        article = candidates[0] if candidates else _Article()
        articles[article] = None
        article.take([dated])
        index.add(dated, article)
        if dated.is_cut:
            continue  # a cut headline may fit two articles, and is no reason to take them for one
        for other in candidates[1:]:
            if not article.excludes(other.number, other.minute):
                article.take(other.members)
                index.replace(other, article)
                del articles[other]
    return list(articles)


def _conflicts(article: _Article) -> Iterator[Problem]:
    """Dates of one number that contradict each other; only the number says that the pages show one article."""
    published = _published(article)
    for member in article.members:
        if not identity.times_agree(member.published, published):
            yield Problem(
                member.sighting.source,
                member.sighting.line,
                f"SMM number {article.number} is dated {member.sighting.shown_date} here and differently elsewhere; "
                f"{published.instant:%Y-%m-%dT%H:%MZ} is published",
            )


def _entries(articles: list[_Article]) -> tuple[Entry, ...]:
    """An entry for each article; of those that would share an id, the first has it and the others add distinctions."""
    named = sorted(
        ((_published(article), identity.headline_key(_sightings(article)), article) for article in articles),
        key=lambda item: (item[0].instant, item[1], item[2].number or "", item[2].members[0].rank()),
    )
    taken: set[str] = set()
    entries: list[Entry] = []
    for published, key, article in named:
        entry_id = identity.mint(published, key)
        distinctions = [f"{published.instant:%Y-%m-%dT%H:%MZ}", key, article.number or ""]
        while entry_id in taken:
            entry_id = identity.mint(published, key, *distinctions)
            distinctions.append("again")
        taken.add(entry_id)
        entries.append(_entry(entry_id, published, _sightings(article)))
    return tuple(entries)


def _sightings(article: _Article) -> list[Sighting]:
    return [member.sighting for member in article.members]


def _published(article: _Article) -> Moment:
    """A minute before a day, an article's own date before a teaser's, then the earliest."""
    best = min(
        article.members,
        key=lambda member: (
            member.published.precision is Precision.DAY,
            member.sighting.kind is Kind.TEASER,
            member.published.instant,
        ),
    )
    return best.published


def _entry(entry_id: str, published: Moment, sightings: list[Sighting]) -> Entry:
    fullest = min(sightings, key=_fullness)
    paragraphs = fullest.paragraphs or ((fullest.summary,) if fullest.summary else ())
    title = _title(sightings) or shorten(identity.opening(fullest), _HEADLINE_LETTERS)
    return Entry(
        id=entry_id,
        title=title,
        published=published,
        updated=published.instant,
        summary=_summary(sightings, paragraphs),
        paragraphs=paragraphs,
        link=min((sighting.link for sighting in sightings if sighting.link), default=None),
        language=language.identify(" ".join((title, *paragraphs))),
    )


def _fullness(sighting: Sighting) -> tuple[bool, bool, int, str]:
    """Sorts the sighting with the most of an article's text first: an article before a teaser, then the longest."""
    text = " ".join(sighting.paragraphs) or sighting.summary or ""
    return not text, sighting.kind is Kind.TEASER or not sighting.paragraphs, -len(text), text


def _title(sightings: list[Sighting]) -> str | None:
    """A whole headline before a cut one, then the longest."""
    titles = {sighting.title for sighting in sightings if sighting.title}
    return min(titles, key=lambda title: (identity.is_cut(title), -len(title), title), default=None)


def _summary(sightings: list[Sighting], paragraphs: tuple[str, ...]) -> str | None:
    """The standfirst, whole; else the teaser's text, else the first paragraph, cut at a word."""
    for kind in (Kind.ARTICLE, Kind.TEASER):
        summaries = [sighting.summary for sighting in sightings if sighting.kind is kind and sighting.summary]
        if summaries:
            longest = min(summaries, key=lambda text: (-len(text), text))
            return longest if kind is Kind.ARTICLE else shorten(longest, _SUMMARY_LETTERS)
    return shorten(paragraphs[0], _SUMMARY_LETTERS) if paragraphs else None


def shorten(text: str, letters: int) -> str:
    """`text` where it has at most so many letters, else its beginning, cut at a word, and `…`."""
    if len(text) <= letters:
        return text
    at = text.rfind(" ", letters // 2, letters)
    return text[: at if at > 0 else letters - 1].rstrip(" ,;:-–—") + "…"
