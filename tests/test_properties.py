"""Promises that hold for every page: any bytes are read or refused, what is read is rendered, order never matters."""

import calendar
import random
from typing import Any
from xml.etree import ElementTree as ET

import feedparser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedgen_smm.feeds.feed import Contents, make_feed
from feedgen_smm.feeds.formats import ATOM, RSS, TOPIC_FEEDS
from feedgen_smm.models import Capture, Entry, Sighting
from feedgen_smm.pages.page import parse
from tests.judges.programs import paragraphs
from tests.samples import Published, article, day, entries_of, minute, related_item, teaser

TITLES = ["Tin smelters hold output steady", 'Zinc <b>premiums</b> & "quotes"', "【锌价】今日上涨]]>", "…", "Copper..."]
FRAGMENTS = st.sampled_from(
    [
        *TITLES,
        "Published: Mar 3, 2025 09:30",
        "Published : Mar 04, 2025 00:00",
        "iconMar 5, 2025 18:10",
        "Mar 6,2025 10:51CST",
        "Mar 7,2025",
        "- Mei 8, 2024, at 9:51 pm",
        "Published: Mar 2025",
        "Home / Metal News / Tin smelters hold output steady",
        "Metals News",
        "price review forecast",
        "Source: SMM",
        "- SMM",
        "SHANGHAI, Mar 3 (SMM) – Stocks of refined tin fell by 120 mt in the week, and no smelter changed its plans.",
        "Stocks of refined tin fell by 120 mt in the week, and no smelter changed its plans.",
        "The content below was translated by Tencent automatically for reference.",
        "Data Source Statement: Except for publicly available information,",
        "For queries, please contact Lemon Zhao at",
        "Related News",
        "Related Price",
        related_item("Nickel ore arrivals fall", "Mar 2, 2025 18:00", "Arrivals at seven ports fell."),
        related_item("Tin smelters hold output steady", "2 hours ago"),
        "Read More",
        "Latest News",
        "3 hours ago",
        "https://news.metal.com/newscontent/100000001/tin",
        "![Lead battery makers restock again](https://img.example/1.jpg)",
        "Tin smelters hold output steady - Shanghai Metals Market (SMM)",
        "<script>alert(1)</script>&amp;&#0;",
        "\x00\x1b[2J\ufffe\ud83d",
        "",
        " ",
    ]
)
LINES = st.lists(st.one_of(FRAGMENTS, st.text(max_size=80)), max_size=30)
PAGES = LINES.map(lambda lines: "\n".join(lines).encode("utf-8", "surrogatepass"))
CAPTURES = st.one_of(PAGES, st.binary(max_size=400)).map(lambda data: Capture("page.txt", data))

MOMENTS = st.sampled_from([minute("2025-03-03 01:30"), minute("2025-03-03 01:31"), day("2025-03-02 16:00")])
TEXTS = st.sampled_from(
    [None, "Short.", "Stocks of refined tin fell, " * 12, "Stocks of refined tin fell, " * 12 + "and so on."]
)
SIGHTINGS = st.one_of(
    st.builds(teaser, st.sampled_from(TITLES), MOMENTS, summary=TEXTS),
    st.builds(
        article,
        st.sampled_from([*TITLES, TITLES[0] + " again", TITLES[0][:25] + "..."]),
        MOMENTS,
        number=st.sampled_from([None, "100000001", "100000002"]),
        summary=TEXTS,
        paragraphs=TEXTS.map(lambda text: (text,) if text else ()),
        source=st.sampled_from(["a.txt", "b.txt"]),
    ),
)

lasting = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@lasting
@given(CAPTURES)
def test_any_bytes_are_understood_or_refused_with_words(capture: Capture) -> None:
    """No bytes make the parser fail. A page without an article has a problem, which points at a line of the page."""
    page = parse(capture)
    assert page.article is not None or page.problems
    for problem in page.problems:
        assert problem.message
        ends = sum(map(capture.data.count, (b"\n", b"\r")))  # those of HTML may be many, and none a line of text
        assert 1 <= problem.line <= max(len(page.lines), ends + 1)


@lasting
@given(CAPTURES)
def test_every_word_of_a_sighting_is_on_the_page(capture: Capture) -> None:
    """On the lines that the sighting names as its evidence."""
    page = parse(capture)
    for sighting in page.sightings:
        lines = sighting.evidence
        if sighting.title is not None:
            assert lines.title is not None
            assert sighting.title in page.lines[lines.title - 1]
        if sighting.published is not None:
            assert lines.published is not None
            assert str(sighting.shown_date) in page.lines[lines.published - 1]
        for paragraph, line in zip(sighting.paragraphs, lines.body, strict=True):
            assert paragraph[:10] in page.lines[line - 1]


@lasting
@given(st.lists(CAPTURES, max_size=4))
def test_what_is_accepted_is_well_formed_and_reads_back(captures: list[Capture]) -> None:
    """Whatever pages say, the feeds are well-formed, and feedparser reads from them what the entries say."""
    entries = entries_of(sighting for capture in captures for sighting in parse(capture).sightings)
    if not entries:
        return
    feed = make_feed(entries)
    for writer in TOPIC_FEEDS:
        ET.fromstring(writer.write(Contents(feed)))
    assert_reads_back(ATOM.write(Contents(feed)), feed.entries)
    assert_reads_back(RSS.write(Contents(feed)), feed.entries)


def assert_reads_back(document: bytes, entries: tuple[Entry, ...]) -> None:
    """Check that feedparser sees the entries in order, with ids, titles, dates and texts."""
    read: Any = feedparser.parse(document, sanitize_html=False)
    assert not read.bozo
    assert [item.id for item in read.entries] == [entry.id for entry in entries]
    for item, entry in zip(read.entries, entries, strict=True):
        assert half_width(item.title) == half_width(as_feedparser_reads(entry.title))
        assert calendar.timegm(item.published_parsed) == entry.published.instant.timestamp()
        shown = paragraphs(item.content[0].value if "content" in item else item.summary)
        assert shown == as_feedparser_reads("\n".join(entry.paragraphs or (entry.title,))).split("\n")


def half_width(title: str) -> str:
    """A title with the signs of markup that RSS titles have in another width."""
    return title.replace("＜", "<").replace("＆", "&")


def as_feedparser_reads(text: str) -> str:
    """The text with the changes that feedparser makes where it looks like UTF-8 read as Latin-1."""
    try:
        return text.encode("iso-8859-1").decode("utf-8")
    except UnicodeError:
        return text


def atom_of(sightings: list[Sighting]) -> bytes:
    """The Atom feed of the sightings' entries."""
    return ATOM.write(Contents(make_feed(entries_of(sightings))))


def decided(sightings: list[Sighting]) -> set[tuple[object, ...]]:
    """What is decided and reported of sightings, without its order."""
    return {
        (one.id, one.revision, frozenset(one.sightings), frozenset(one.conflicts))
        for one in Published().see(*sightings)
    }


@lasting
@given(st.lists(SIGHTINGS, max_size=8), st.randoms(use_true_random=False))
def test_order_never_matters(sightings: list[Sighting], shuffler: random.Random) -> None:
    """The same pages in another order give the same bytes, entries and conflicts."""
    shuffled = sightings.copy()
    shuffler.shuffle(shuffled)
    assert decided(sightings) == decided(shuffled)
    if sightings:
        assert atom_of(sightings) == atom_of(shuffled)


@lasting
@given(st.lists(SIGHTINGS, min_size=1, max_size=8))
def test_copies_of_pages_change_nothing(sightings: list[Sighting]) -> None:
    """Pages saved twice, under other names, change no entry and add none; no two entries share an id."""
    copies = [sighting._replace(source=f"copy of {sighting.source}") for sighting in sightings]
    entries = entries_of(sightings)
    assert set(entries_of([*sightings, *copies])) == set(entries)
    assert len({entry.id for entry in entries}) == len(entries)
