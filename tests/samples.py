"""Saved pages and sightings for tests, complete but for what the test is about."""

from collections.abc import Iterable
from datetime import UTC, datetime

from feedgen_smm.articles.entries import gather
from feedgen_smm.feeds.feed import newest_first
from feedgen_smm.models import Entry, Evidence, Kind, Moment, Precision, Sighting, Topic

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
    )


def teaser(
    title: str = "Tin smelters hold output steady",
    published: Moment | None = None,
    *,
    summary: str | None = None,
    source: str = "other.txt",
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
    )


def entries_of(sightings: Iterable[Sighting]) -> tuple[Entry, ...]:
    """All entries that sightings make, newest first."""
    return newest_first(draft.entry() for draft in gather(sightings).drafts)


def varied_entries() -> tuple[Entry, ...]:
    """Three entries: one with number, summary, paragraphs and topic; one in Chinese; one that is a headline alone."""
    sightings = [
        article("Tin & zinc rose 5 %", number="100000001", summary="Smelters & traders wait.", paragraphs=("A.", "B.")),
        article("锌价上涨", minute("2025-03-02 01:30"), paragraphs=("今日锌价上涨，市场成交清淡。",)),
        teaser("Lead fell", day("2025-02-28 16:00")),
    ]
    first, *others = entries_of(sightings)
    return (first._replace(topics=(TIN,)), *others)
