"""The values that flow through the program. All are tuples with names, and so are the sequences in them tuples.

Text in them is free of everything XML 1.0 cannot carry, and its white space is folded to single spaces.
"""

from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import NamedTuple

AHEAD_OF_UTC = timedelta(hours=8)
CHINA = timezone(AHEAD_OF_UTC, "CST")
"""China Standard Time, the clock of SMM's pages: all year, everywhere in China."""


class Precision(Enum):
    """How much of a date the page shows."""

    MINUTE = "minute"
    DAY = "day"


class Kind(Enum):
    """How a page shows an article."""

    ARTICLE = "article"
    TEASER = "teaser"


class Extent(Enum):
    """How much of an article's text there is: a teaser, a text that may have been cut off, or all of it.

    A notice is none of it: a person's words stand in its place.
    """

    TEASER = "teaser"
    OPEN = "open"
    WHOLE = "whole"
    NOTICE = "notice"


class Why(Enum):
    """Why an entry has a revision."""

    NEW = "new"
    GROWN = "grown"
    """A page shows more of it, or another headline; the text says no other words."""
    CORRECTED = "corrected"
    """The publisher's text says other words."""
    MENDED = "mended"
    """A newer parser understands the same pages better."""
    AMENDED = "amended"
    """A person said what the feed says instead, or took that back."""
    MERGED = "merged"
    """It turned out to be another entry, under whose id it goes on."""
    WITHDRAWN = "withdrawn"
    """No page shows it any more, or a person took it out."""
    RESTORED = "restored"
    """A page shows an article again whose entry had been withdrawn."""
    SORTED = "sorted"
    """Other topics, by other rules."""


class State(Enum):
    """Whether the feed has an entry."""

    SHOWN = "shown"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Capture(NamedTuple):
    """The bytes of one saved page, and what is known of where they came from.

    `source` is a path, fit to be printed, and `member` the page's name within a file that holds several. `address`,
    `charset` and `saved` are what the capture itself says of the page's address, its encoding, and when it was saved
    (aware UTC). `file_time` is the file's modification time, which copies lose: it only tells later from earlier. Each
    is None where it is unknown.
    """

    source: str
    data: bytes
    file_time: datetime | None = None
    member: str | None = None
    address: str | None = None
    charset: str | None = None
    saved: datetime | None = None


class Moment(NamedTuple):
    """A date as a page shows it: aware, in UTC, to the minute.

    Where the page shows only the day, `instant` is that day's midnight in China.
    """

    instant: datetime
    precision: Precision


class Problem(NamedTuple):
    """What a person should know of a page; `line` counts from 1."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.message}"


class Evidence(NamedTuple):
    """The lines, counted from 1, on which a sighting rests; None or empty where the page is silent."""

    title: int | None = None
    published: int | None = None
    summary: tuple[int, ...] = ()
    body: tuple[int, ...] = ()

    @property
    def anchor(self) -> int:
        """The line to point at: the title's, else the date's, else the text's first."""
        return self.title or self.published or min((*self.summary, *self.body), default=1)


class Sighting(NamedTuple):
    """One article as one page shows it, in full or as a teaser.

    `summary` is an article's standfirst or a teaser's text; `shown_date` is the date as printed, also where it
    is relative (`2 hours ago`) and `published` therefore unknown. `number` is SMM's own, `link` the address made of it.
    `is_ended` tells that the page goes on after the text, so that no copy of it lacks its end. `saved` is when the page
    was saved, the first time if it was seen more than once.
    """

    source: str
    kind: Kind
    title: str | None
    published: Moment | None
    shown_date: str | None
    summary: str | None
    paragraphs: tuple[str, ...]
    number: str | None
    link: str | None
    evidence: Evidence
    is_ended: bool = False
    saved: datetime | None = None

    @property
    def extent(self) -> Extent:
        """How much of the article's text it shows."""
        if self.kind is Kind.TEASER or not self.paragraphs:
            return Extent.TEASER
        return Extent.WHOLE if self.is_ended else Extent.OPEN

    @property
    def line(self) -> int:
        """The line to point at."""
        return self.evidence.anchor

    @property
    def texts(self) -> list[str]:
        """The texts that another sighting of the article may show: the summary, and the body in one piece."""
        return [text for text in (self.summary, " ".join(self.paragraphs)) if text]

    @property
    def opening(self) -> str:
        """The first words of the text; what an article without a headline is known by."""
        return self.summary or (self.paragraphs[0] if self.paragraphs else "")


class Page(NamedTuple):
    """What a capture means; `lines` are those it was read from."""

    source: str
    lines: tuple[str, ...]
    article: Sighting | None
    related: tuple[Sighting, ...]
    problems: tuple[Problem, ...]

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """The article, where there is one, then the related items in the page's order."""
        return self.related if self.article is None else (self.article, *self.related)


class Keyed(NamedTuple):
    """A sighting, and what other sightings of its article may share with it beside a number.

    `headline` is the day and the beginning of the headline, `minute` the minute of publication, aware UTC; each is None
    where the page does not show it.
    """

    sighting: Sighting
    headline: str | None
    minute: datetime | None


class Reading(NamedTuple):
    """What one version of the parser understood of bytes; `digest` tells the bytes from all others."""

    digest: bytes
    sightings: tuple[Keyed, ...]
    problems: tuple[Problem, ...]


class Topic(NamedTuple):
    """Something people follow: `name` stands in addresses and categories, `label` is what a person reads."""

    name: str
    label: str


class TopicRule(NamedTuple):
    """A topic and the words it is known by: `include` speak of it, `exclude` only seem to."""

    topic: Topic
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()


class Entry(NamedTuple):
    """One article as the feed carries it, made of all its sightings.

    `id` is a `urn:uuid:` IRI; `updated` is aware UTC; `summary` and `paragraphs` are plain text, and missing where all
    sightings show only a headline; `language` is a BCP 47 tag. `saved` is when the page of the text was saved, and None
    where it is unknown.
    """

    id: str
    title: str
    published: Moment
    updated: datetime
    summary: str | None
    paragraphs: tuple[str, ...]
    link: str | None
    language: str
    extent: Extent
    saved: datetime | None = None
    topics: tuple[Topic, ...] = ()

    @property
    def is_brief(self) -> bool:
        """Whether its summary is the whole text: to show both would be to say it twice."""
        return self.paragraphs == (self.summary,)


class Revision(NamedTuple):
    """What an entry said from a moment on, and why.

    `made` is aware UTC. `heir` is the id of the entry that a merged one turned out to be. `word` is what a person's
    correction says of the entry, as JSON, and empty where there is none.
    """

    why: Why
    made: datetime
    entry: Entry
    state: State = State.SHOWN
    heir: str | None = None
    word: str = ""


class Settled(NamedTuple):
    """What was decided of an entry: its next revision, None where it stays as it is, and the sightings it is made of.

    `conflicts` are dates that contradict the published one; their source is that of the sighting.
    """

    id: str
    revision: Revision | None
    sightings: tuple[Sighting, ...] = ()
    conflicts: tuple[Problem, ...] = ()


class Feed(NamedTuple):
    """Channel words and entries, newest first, all of one topic where there is one.

    `updated` is that of the newest change among the entries.
    """

    id: str
    title: str
    subtitle: str
    site: str
    author: str
    rights: str
    language: str
    updated: datetime
    entries: tuple[Entry, ...]
    topic: Topic | None = None


class Links(NamedTuple):
    """Where a document of a feed and those it belongs with are found; None where that is unknown.

    `current` is the feed itself, and told only in an archive document (RFC 5005, section 4).
    """

    own: str | None = None
    hub: str | None = None
    current: str | None = None
    prev_archive: str | None = None
    next_archive: str | None = None
