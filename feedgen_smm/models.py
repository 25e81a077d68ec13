"""The values that the program passes around: named tuples, with tuples inside, never lists.

Their text has no character that XML 1.0 forbids, and no run of white space longer than a space. Also what all parts of
the program need to show these values: China's time, shortened texts, times as RFC 3339.
"""

from datetime import datetime, timedelta, timezone
from enum import Enum, StrEnum
from typing import NamedTuple

AHEAD_OF_UTC = timedelta(hours=8)
CHINA = timezone(AHEAD_OF_UTC, "CST")
"""China Standard Time, the clock of SMM's pages, all year and everywhere in China."""
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
"""The months as pages and programs abbreviate them."""
CUT_MARKS = ("...", "…")
"""How the site ends a headline that it shortened."""


def shorten(text: str, letters: int) -> str:
    """`text`, or if it is longer than `letters`, its beginning, cut at a word and ended by `…`."""
    if len(text) <= letters:
        return text
    at = text.rfind(" ", letters // 2, letters)
    return text[: at if at > 0 else letters - 1].rstrip(" ,;:-–—") + "…"


def rfc_3339(instant: datetime) -> str:
    """A time in UTC to the second, as RFC 3339 writes it: `2020-08-10T02:51:00Z`."""
    return f"{instant.date()}T{instant.time().isoformat('seconds')}Z"


class Precision(StrEnum):
    """How much of a date the page shows."""

    MINUTE = "minute"
    DAY = "day"


class Kind(StrEnum):
    """How a page shows an article."""

    ARTICLE = "article"
    TEASER = "teaser"


class Extent(Enum):
    """How much of an article's text there is: a teaser, a text that may be cut off, or the whole text.

    NOTICE: none of it, because a person's words replace the text.
    """

    TEASER = "teaser"
    OPEN = "open"
    WHOLE = "whole"
    NOTICE = "notice"


class Why(Enum):
    """Why an entry has a revision."""

    NEW = "new"
    GROWN = "grown"
    """A page shows more of the text, or another headline, but no other words."""
    CORRECTED = "corrected"
    """The publisher changed the words of the text."""
    MENDED = "mended"
    """A newer parser understands the same pages better."""
    AMENDED = "amended"
    """A person wrote a correction, or took one back."""
    MERGED = "merged"
    """It is the same article as another entry, and continues under that id."""
    WITHDRAWN = "withdrawn"
    """No page shows it any more, or a person withdrew it."""
    RESTORED = "restored"
    """A page shows the article again after the entry was withdrawn."""
    SORTED = "sorted"
    """The rules of topics changed, and so did its topics."""


class State(Enum):
    """Whether an entry is in the feed, and if not, why."""

    SHOWN = "shown"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


class Capture(NamedTuple):
    """The bytes of one saved page, and what is known of where they came from.

    `source` is a printable path, and `member` the name of the page within a file that holds several. `address`,
    `charset` and `saved` are what the capture itself says: the address of the page, its encoding, and the time of
    saving (aware UTC). `file_time` is the file's modification time; copies lose it, so it only tells later from
    earlier. Each is None where it is unknown.
    """

    source: str
    data: bytes
    file_time: datetime | None = None
    member: str | None = None
    address: str | None = None
    charset: str | None = None
    saved: datetime | None = None


class Moment(NamedTuple):
    """A date as a page shows it. `instant` is aware UTC, to the minute.

    Where the page shows only the day, `instant` is that day's midnight in China.
    """

    instant: datetime
    precision: Precision


class Problem(NamedTuple):
    """What a person should know about a page; `line` counts from 1."""

    source: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.source}:{self.line}: {self.message}"


class Evidence(NamedTuple):
    """The lines that a sighting was read from, counted from 1; None or empty where the page has nothing."""

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

    `summary` is the standfirst of an article or the text of a teaser. `shown_date` is the date as printed, also where
    it is relative (`2 hours ago`) and `published` is None. `number` is SMM's own, `link` the address made of it.
    `is_ended`: the page continues after the text, so the text is not cut off. `saved` is when the page
    was saved, for the first time if it was seen more than once.
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
        """The texts that another sighting of the article may show: the summary, and the whole body as one text."""
        return [text for text in (self.summary, " ".join(self.paragraphs)) if text]

    @property
    def opening(self) -> str:
        """The first words of the text. They identify an article without a headline."""
        return self.summary or (self.paragraphs[0] if self.paragraphs else "")


class Page(NamedTuple):
    """What a capture means. `lines` is the text it was read from."""

    source: str
    lines: tuple[str, ...]
    article: Sighting | None
    related: tuple[Sighting, ...]
    problems: tuple[Problem, ...]

    @property
    def sightings(self) -> tuple[Sighting, ...]:
        """The article, if there is one, then the related items in the order of the page."""
        return self.related if self.article is None else (self.article, *self.related)


class Keyed(NamedTuple):
    """A sighting with the keys, besides its number, by which other sightings of the article are found.

    `headline` is made of the day and the beginning of the headline. `minute` is the minute of publication, aware UTC.
    Each is None where the page does not show it.
    """

    sighting: Sighting
    headline: str | None
    minute: datetime | None


class Reading(NamedTuple):
    """What one version of the parser understood of a capture; `digest` identifies the capture's bytes."""

    digest: bytes
    sightings: tuple[Keyed, ...]
    problems: tuple[Problem, ...]


class Topic(NamedTuple):
    """A subject that people follow. `name` is used in addresses and categories, `label` is for people."""

    name: str
    label: str


class TopicRule(NamedTuple):
    """A topic and its words: `include` has words that are about it, `exclude` phrases with them that are not."""

    topic: Topic
    include: tuple[str, ...]
    exclude: tuple[str, ...] = ()


class Entry(NamedTuple):
    """One article as the feed carries it, made of all its sightings.

    `id` is a `urn:uuid:` IRI, `updated` aware UTC, `language` a BCP 47 tag. `summary` and `paragraphs` are plain text,
    and empty where all sightings show only a headline. `saved` is when the page with the text was saved, None where
    that is unknown.
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
        """Whether the summary is the whole text, so that a feed should not show both."""
        return self.paragraphs == (self.summary,)


class Revision(NamedTuple):
    """What an entry said from the time `made` on (aware UTC), and why.

    `heir` is the id of the entry that a merged one continues as. `word` is a person's correction of the entry, as JSON,
    and empty where there is none.
    """

    why: Why
    made: datetime
    entry: Entry
    state: State = State.SHOWN
    heir: str | None = None
    word: str = ""


class Settled(NamedTuple):
    """What was decided about an entry: its next revision, None if it does not change, and its sightings.

    `conflicts` are dates that contradict the published one; their source is that of the sighting.
    """

    id: str
    revision: Revision | None
    sightings: tuple[Sighting, ...] = ()
    conflicts: tuple[Problem, ...] = ()


class Feed(NamedTuple):
    """The words of a feed and its entries, the newest first. With a topic, all entries are of that topic.

    `updated` is the time of the latest change to an entry.
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
    """The addresses of a document of a feed and of its neighbours; None where an address is unknown.

    `current` is the feed itself; only archive documents have it (RFC 5005, section 4).
    """

    own: str | None = None
    hub: str | None = None
    current: str | None = None
    prev_archive: str | None = None
    next_archive: str | None = None
