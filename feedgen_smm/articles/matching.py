"""Decides which sightings show the same article.

Two sightings show the same article in these cases only:
- both have an SMM number, and the numbers are equal;
- at least one has no number, their times agree, and so do their headlines, of which one may be cut;
- at least one has no number, the minute is the same, and their texts agree (the headline was edited);
- a page was saved again in the same file, with the same headline, or with the same minute and most of the words.
A title alone, nearness in time, and neighbouring numbers prove nothing.

Where these rules leave a choice, as with a cut headline that fits two articles, sightings are matched in an order that
depends only on what they show, the most certain first, and never on the order in which pages were read.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime
from enum import Enum
from types import MappingProxyType
from typing import NamedTuple, Self

from feedgen_smm.articles import identity
from feedgen_smm.models import Keyed, Kind, Moment, Precision, Sighting

_SOME_WORDS, _MOST_WORDS = 0.2, 0.5  # shares of the words of the shorter text
_LATEST = datetime.max.replace(tzinfo=UTC)
_Rank = tuple[bool, str, bool, bool, bool, datetime, int, str, bool, str, str, tuple[str, ...]]


class Rule(Enum):
    """Why a sighting was found to show an article that is known already."""

    NUMBER = "the same SMM number"
    HEADLINE = "the same headline at the same time"
    TEXT = "the same text at the same minute"
    FILE = "saved again in the same file"


class Dated(NamedTuple):
    """A sighting with a date, and its headline as it is compared."""

    sighting: Sighting
    published: Moment
    key: str
    """The headline, folded; empty if there is none."""
    is_cut: bool

    @classmethod
    def of(cls, sighting: Sighting, published: Moment) -> Self:
        """Prepare a sighting for comparison."""
        title = sighting.title or ""
        return cls(sighting, published, identity.title_key(title), identity.is_cut(title))

    def text_keys(self) -> set[str]:
        """The first letters of each text that is long enough to be compared."""
        letters = identity.SAME_TEXT_LETTERS
        # Folding drops some characters, so twice as many are taken as are needed.
        beginnings = [identity.fold(text[: 2 * letters])[:letters] for text in self.sighting.texts]
        return {beginning for beginning in beginnings if len(beginning) == letters}

    def minutes(self) -> set[datetime]:
        """The minute of publication, if the page shows it."""
        return {self.published.instant} if self.published.precision is Precision.MINUTE else set()

    def rank(self) -> _Rank:
        """Sorts sightings in the order in which they are matched, the most certain first."""
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
        )


class Article:
    """The sightings that show one article; they are added one by one."""

    __slots__ = ("members", "minutes", "number", "rules")

    def __init__(self) -> None:
        self.members: list[Dated] = []
        self.rules: list[Rule | None] = []
        """By which rule each member was added; None for the first."""
        self.number: str | None = None
        self.minutes: set[datetime] = set()

    @classmethod
    def of(cls, members: Iterable[Dated]) -> Self:
        """The article of sightings that are known to show the same one."""
        article = cls()
        for member in members:
            article.take(member, None)
        return article

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """The sightings, in the order in which they were added."""
        return tuple([member.sighting for member in self.members])

    def headline_key(self) -> str:
        """The folded headline from which the id is made.

        It is the whole headline that was saved first; if that is unknown, the first in alphabetical order. Without a
        whole one, it is the longest cut one; without any, the beginning of the text.
        """
        if whole := [member for member in self.members if member.key and not member.is_cut]:
            return min(whole, key=lambda member: (member.sighting.saved or _LATEST, member.key)).key
        if cut := [member.key for member in self.members if member.key]:
            return min(cut, key=lambda key: (-len(key), key))
        return min(identity.title_key(member.sighting.opening) for member in self.members)

    def take(self, member: Dated, rule: Rule | None) -> None:
        """Add a sighting that shows this article by `rule`."""
        self.members.append(member)
        self.rules.append(rule)
        self.number = self.number or member.sighting.number
        self.minutes |= member.minutes()

    def take_all(self, other: "Article", rule: Rule) -> None:
        """Add the sightings of `other`, which was found to be this article by `rule`."""
        for member, own_rule in zip(other.members, other.rules, strict=True):
            self.take(member, own_rule or rule)

    def excludes(self, number: str | None, minutes: Collection[datetime]) -> bool:
        """Whether an article with this number, published in these minutes, is certainly another one."""
        if number is not None and self.number is not None:
            return number != self.number
        return bool(minutes) and bool(self.minutes) and self.minutes.isdisjoint(minutes)

    def agrees_with(self, dated: Dated) -> Rule | None:
        """The rule by which a sighting shows this article: by headline or by text; None if it does not."""
        if self.excludes(dated.sighting.number, dated.minutes()):
            return None
        if self._shares_headline(dated):
            return Rule.HEADLINE
        return Rule.TEXT if self._shares_text(dated) else None

    def _shares_headline(self, dated: Dated) -> bool:
        key = dated.key
        if not key or not any(identity.times_agree(dated.published, member.published) for member in self.members):
            return False
        whole_keys = {member.key for member in self.members if not member.is_cut}
        cut_keys = {member.key for member in self.members if member.is_cut}
        if whole_keys and not dated.is_cut:
            return key in whole_keys  # a cut headline that fits both does not make two whole ones the same
        if key in whole_keys or key in cut_keys:
            return True
        goes_on = dated.is_cut and any(identity.begins(key, other) for other in whole_keys | cut_keys)
        return goes_on or any(identity.begins(other, key) for other in cut_keys)

    def _shares_text(self, dated: Dated) -> bool:
        alike = [member for member in self.members if member.published == dated.published]
        if dated.published.precision is Precision.DAY or not alike:
            return False
        own = [identity.fold(text) for text in dated.sighting.texts]
        others = [identity.fold(text) for member in alike for text in member.sighting.texts]
        return any(identity.texts_agree(text, other) for text in own for other in others)


def match(
    sightings: Collection[Dated], neighbours: Mapping[Sighting, Collection[Sighting]] = MappingProxyType({})
) -> list[Article]:
    """The articles that `sightings` show. The order of the sightings does not matter.

    `neighbours` gives, for a sighting, the others that the same file showed at other times.
    """
    index = _Index(sightings, neighbours)
    articles: dict[Article, None] = {}
    for dated in sorted(sightings, key=Dated.rank):
        keys = index.keys(dated)
        candidates = index.candidates(dated, keys)
        article, rule = candidates[0] if candidates else (Article(), None)
        articles[article] = None
        article.take(dated, rule)
        index.add(dated, keys, article)
        if dated.is_cut:
            continue  # a cut headline that fits two articles does not make them one
        for other, other_rule in candidates[1:]:
            if not article.excludes(other.number, () if other_rule is Rule.FILE else other.minutes):
                article.take_all(other, other_rule)
                index.replace(other, article)
                del articles[other]
    return list(articles)


def keyed(sighting: Sighting) -> Keyed:
    """A sighting with the keys by which others of the same article are found: day and headline, and the minute.

    If there is no headline, the beginning of the text stands for it, as in the id.
    """
    published = sighting.published
    if published is None:
        return Keyed(sighting, None, None)
    key = identity.title_key(sighting.title or sighting.opening)[: identity.CUT_TITLE_LETTERS]
    is_minute = published.precision is Precision.MINUTE
    return Keyed(sighting, f"{identity.day_in_china(published)} {key}", published.instant if is_minute else None)


class _Index:
    """Finds the articles that a sighting may show, without comparing it with all others."""

    def __init__(self, sightings: Iterable[Dated], neighbours: Mapping[Sighting, Collection[Sighting]]) -> None:
        self._neighbours = neighbours
        self._by_sighting: dict[Sighting, tuple[Dated, Article]] = {}
        self._seen_at = Counter(minute for dated in sightings for minute in dated.minutes())
        self._by_number: dict[str, Article] = {}
        self._by_key: dict[object, list[Article]] = {}
        self._became: dict[Article, Article] = {}

    def keys(self, dated: Dated) -> list[object]:
        """Keys of which two sightings of one article share at least one, unless they share a number or a file."""
        by_headline = (identity.day_in_china(dated.published), dated.key[: identity.CUT_TITLE_LETTERS])
        by_text = [(at, key) for at in dated.minutes() if self._seen_at[at] > 1 for key in dated.text_keys()]
        return [by_headline, *by_text] if dated.key else [*by_text]

    def candidates(self, dated: Dated, keys: Iterable[object]) -> list[tuple[Article, Rule]]:
        """The articles that `dated` may show, in the order in which they were found, each with the rule."""
        if (number := dated.sighting.number) in self._by_number:
            return [(self._by_number[number], Rule.NUMBER)]
        found: dict[Article, None] = {}
        for key in keys:
            for article in self._by_key.get(key, ()):
                found[self._current(article)] = None
        agreeing = {article: rule for article in found if (rule := article.agrees_with(dated))}
        return [*(self._in_its_file(dated) | agreeing).items()]

    def _in_its_file(self, dated: Dated) -> dict[Article, Rule]:
        """The articles that the sighting's file showed at other times, and that are the same."""
        if dated.sighting not in self._neighbours:
            return {}
        known = [self._by_sighting.get(neighbour) for neighbour in self._neighbours[dated.sighting]]
        alike = [(other.rank(), article) for other, article in filter(None, known) if _is_saved_again(dated, other)]
        return {self._current(article): Rule.FILE for _, article in sorted(alike, key=lambda found: found[0])}

    def add(self, dated: Dated, keys: Iterable[object], article: Article) -> None:
        """Make `article` known by the number, the file and the keys of `dated`."""
        self._by_sighting[dated.sighting] = (dated, article)
        if dated.sighting.number is not None:
            self._by_number[dated.sighting.number] = article
        for key in keys:
            known = self._by_key.setdefault(key, [])
            if not known or known[-1] is not article:
                known.append(article)

    def replace(self, article: Article, by: Article) -> None:
        """From now on, find `by` wherever `article` would be found."""
        self._became[article] = by

    def _current(self, article: Article) -> Article:
        while article in self._became:
            article = self._became[article]
        return article


def _is_saved_again(one: Dated, other: Dated) -> bool:
    """Whether two sightings of one file show one article: same headline, or same minute and most of the words.

    Some words have to be the same even under the same headline: some headlines recur every day over other texts.
    """
    numbers = {one.sighting.number, other.sighting.number} - {None}
    if len(numbers) > 1:
        return False
    shared = identity.shared_words(_all_words(one), _all_words(other))
    if one.key and one.key == other.key:
        return shared >= _SOME_WORDS
    return not one.minutes().isdisjoint(other.minutes()) and shared > _MOST_WORDS


def _all_words(dated: Dated) -> str:
    return " ".join(dated.sighting.texts)
