"""The values that flow through the program. All are tuples with names, and so are the sequences in them tuples.

Text in them is free of everything XML 1.0 cannot carry, and its white space is folded to single spaces.
"""

from datetime import datetime
from enum import Enum
from typing import NamedTuple


class Precision(Enum):
    """How much of a date the page shows."""

    MINUTE = "minute"
    DAY = "day"


class Kind(Enum):
    """How a page shows an article."""

    ARTICLE = "article"
    TEASER = "teaser"


class Capture(NamedTuple):
    """The bytes of one saved page, and where they came from (a path, fit to be printed)."""

    source: str
    data: bytes


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


class Entry(NamedTuple):
    """One article as the feed carries it, made of all its sightings.

    `id` is a `urn:uuid:` IRI; `updated` is aware UTC; `summary` and `paragraphs` are plain text, and missing where all
    sightings show only a headline; `language` is a BCP 47 tag.
    """

    id: str
    title: str
    published: Moment
    updated: datetime
    summary: str | None
    paragraphs: tuple[str, ...]
    link: str | None
    language: str


class Feed(NamedTuple):
    """Channel words and entries, newest first. `updated` is that of the newest change among the entries."""

    id: str
    title: str
    subtitle: str
    site: str
    author: str
    rights: str
    language: str
    updated: datetime
    entries: tuple[Entry, ...]
