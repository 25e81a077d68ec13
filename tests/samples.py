"""Saved pages and sightings for tests, complete but for what the test is about."""

from collections.abc import Collection, Iterable, Mapping
from datetime import UTC, datetime

from feedgen_smm.articles.settlement import Case, Word, settle
from feedgen_smm.feeds.feed import newest_first
from feedgen_smm.models import Entry, Evidence, Kind, Moment, Precision, Revision, Settled, Sighting, State, Topic

TIN = Topic("tin", "Tin")
BODY = (
    "Smelters in Yunnan kept to their plans this week, and traders saw no reason to hurry; stocks were flat at 421 mt."
)


def page(
    title: str = "Tin smelters hold output steady",
    published: str = "Published: Mar 3, 2025 09:30",
    body: str = BODY,
    address: str = "",
) -> bytes:
    """A page in the site's commonest layout."""
    return "\n".join([*([address] if address else []), title, "", published, "", body, ""]).encode()


def related_item(title: str, date: str, summary: str = "") -> str:
    """One item of a Related News block, as its lines."""
    return "\n".join([title, date, title, "Read More", title, title, *([summary] if summary else []), date])


def minute(text: str) -> Moment:
    """`2025-03-03 01:30`, in UTC."""
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), Precision.MINUTE)


def day(text: str) -> Moment:
    """The day in China that begins at `2025-03-02 16:00` UTC."""
    return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), Precision.DAY)


def article(
    title: str | None = "Tin smelters hold output steady",
    published: Moment | None = None,
    *,
    number: str | None = None,
    summary: str | None = None,
    paragraphs: tuple[str, ...] = (BODY,),
    source: str = "page.txt",
    saved: datetime | None = None,
    is_ended: bool = False,
) -> Sighting:
    """An article in full; published on 3 March 2025 at 09:30 in China unless told otherwise."""
    return Sighting(
        source=source,
        kind=Kind.ARTICLE,
        title=title,
        published=published or minute("2025-03-03 01:30"),
        shown_date="Mar 3, 2025 09:30",
        summary=summary,
        paragraphs=paragraphs,
        number=number,
        link=number and f"https://news.metal.com/newscontent/{number}",
        evidence=Evidence(title=1, published=3, body=(5,)),
        is_ended=is_ended,
        saved=saved,
    )


def teaser(
    title: str = "Tin smelters hold output steady",
    published: Moment | None = None,
    *,
    summary: str | None = None,
    source: str = "other.txt",
    saved: datetime | None = None,
) -> Sighting:
    """A related item; published on 3 March 2025 at 09:30 in China unless told otherwise."""
    return Sighting(
        source=source,
        kind=Kind.TEASER,
        title=title,
        published=published or minute("2025-03-03 01:30"),
        shown_date="Mar 3, 2025 09:30",
        summary=summary,
        paragraphs=(),
        number=None,
        link=None,
        evidence=Evidence(title=20, published=21),
        saved=saved,
    )


class Published:
    """What was published, kept from one time to the next as the record keeps it."""

    def __init__(self) -> None:
        self.published_as: dict[Sighting, tuple[str, ...]] = {}
        self.stored: dict[str, Revision] = {}

    def see(
        self,
        *sightings: Sighting,
        now: datetime | None = None,
        neighbours: Mapping[Sighting, Collection[Sighting]] | None = None,
        words: Mapping[str, Word] | None = None,
        is_mending: bool = False,
    ) -> list[Settled]:
        """What is decided when these sightings are seen beside all that were seen before."""
        self.published_as = self.published_as | {one: self.published_as.get(one, ()) for one in sightings}
        case = Case(
            published_as={one: ids for one, ids in self.published_as.items() if one.published},
            stored=self.stored,
            neighbours=neighbours or {},
            words=words or {},
            is_mending=is_mending,
        )
        decided = settle(case, lambda _: (), now or NOW)
        for one in decided:
            self.published_as |= dict.fromkeys(one.sightings, (one.id,))
            if one.revision:
                # When a page was saved is remembered of what it shows, and not of what was published.
                entry = one.revision.entry._replace(saved=None)
                self.stored[one.id] = one.revision._replace(entry=entry)
        return decided

    def entries(self) -> tuple[Entry, ...]:
        """The entries that the feed has, newest first."""
        return newest_first(one.entry for one in self.stored.values() if one.state is State.SHOWN)


def entries_of(sightings: Iterable[Sighting]) -> tuple[Entry, ...]:
    """All entries that sightings make, newest first."""
    published = Published()
    published.see(*sightings)
    return published.entries()


NOW = datetime(2026, 11, 24, tzinfo=UTC)


def varied_entries() -> tuple[Entry, ...]:
    """Three entries: one with number, summary, paragraphs and topic; one in Chinese; one that is a headline alone."""
    sightings = [
        article("Tin & zinc rose 5 %", number="100000001", summary="Smelters & traders wait.", paragraphs=("A.", "B.")),
        article("锌价上涨", minute("2025-03-02 01:30"), paragraphs=("今日锌价上涨，市场成交清淡。",)),
        teaser("Lead fell", day("2025-02-28 16:00")),
    ]
    first, *others = entries_of(sightings)
    return (first._replace(topics=(TIN,)), *others)
