"""Feeds as bytes: what feedgen would get wrong, one test a trap, and what the formats demand."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from feedgen_smm.feeds.feed import Contents, make_feed, newest_first, plain_title
from feedgen_smm.feeds.formats import ATOM, RSS, TOPIC_FEEDS, Format
from feedgen_smm.models import Entry, Feed, Links
from feedgen_smm.settings import DEFAULTS
from tests.samples import article, entries_of, minute, teaser

ROOT = Path(__file__).parent.parent
NAMESPACES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
SELF = "https://example.org/feeds/"


def feed_of(*entries: Entry) -> Feed:
    """A feed of entries as they are."""
    return make_feed(entries or entries_of([article(number="100000001", summary="A standfirst.")]))


def rendered(writer: Format, feed: Feed | None = None, self_address: str | None = None) -> ET.Element:
    """The document that a format makes of a feed."""
    return ET.fromstring(writer.write(Contents(feed or feed_of(), Links(own=self_address))))


def texts(document: ET.Element, path: str) -> list[str | None]:
    """The texts of the elements at a path."""
    return [element.text for element in document.findall(path, NAMESPACES)]


@pytest.fixture(params=TOPIC_FEEDS, ids=lambda writer: writer.file_name)
def writer(request: pytest.FixtureRequest) -> Format:
    """Each format."""
    chosen: Format = request.param
    return chosen


def test_the_only_alternate_link_of_an_entry_is_the_article() -> None:
    """feedgen drops `rel` in Atom, so that any other link would become a second alternate."""
    (link,) = rendered(ATOM).findall("atom:entry/atom:link", NAMESPACES)
    assert link.attrib == {"href": "https://news.metal.com/newscontent/100000001"}
    assert texts(rendered(RSS), "channel/item/link") == ["https://news.metal.com/newscontent/100000001"]


def test_entries_are_ordered_newest_first() -> None:
    """Feedgen prepends entries unless told otherwise."""
    sightings = [teaser(f"Headline {number}", minute(f"2025-03-0{number} 01:30")) for number in (2, 3, 1)]
    feed = make_feed(entries_of(sightings))
    assert texts(rendered(ATOM, feed), "atom:entry/atom:title") == ["Headline 3", "Headline 2", "Headline 1"]
    assert texts(rendered(RSS, feed), "channel/item/title") == ["Headline 3", "Headline 2", "Headline 1"]


def test_entries_of_one_minute_are_ordered_by_id() -> None:
    """So that the bytes do not depend on which was found first."""
    one, other = sorted(entries_of([article("Tin rose"), article("Zinc fell")]), key=lambda entry: entry.id)
    assert newest_first([one, other]) == newest_first([other, one]) == (one, other)


def test_no_date_is_taken_from_the_clock(writer: Format) -> None:
    """feedgen takes every date that it is not given from the clock."""
    document = writer.write(Contents(feed_of())).decode()
    assert str(datetime.now(tz=UTC).year) not in document
    assert document.count("2025") == {"atom.xml": 3, "rss.xml": 2}[writer.file_name]


def test_updated_is_that_of_the_newest_change() -> None:
    """By this date a feed reader decides whether to read on."""
    (old,) = entries_of([article("Old", minute("2024-01-01 00:10"))])
    (new,) = entries_of([article("New", minute("2025-01-01 00:10"))])
    corrected = old._replace(updated=datetime(2026, 5, 1, 6, 30, tzinfo=UTC))
    feed = make_feed([new, corrected])
    assert texts(rendered(ATOM, feed), "atom:updated") == ["2026-05-01T06:30:00+00:00"]
    assert texts(rendered(RSS, feed), "channel/lastBuildDate") == ["Fri, 01 May 2026 06:30:00 +0000"]
    assert texts(rendered(ATOM, feed), "atom:entry/atom:updated") == [
        "2025-01-01T00:10:00+00:00",
        "2026-05-01T06:30:00+00:00",
    ]


def test_the_channels_link_is_the_site_and_never_the_feed() -> None:
    """In RSS, feedgen writes the link that it was given last, of any kind."""
    document = rendered(RSS, self_address=SELF + "rss.xml")
    assert texts(document, "channel/link") == ["https://news.metal.com/"]


def test_each_format_names_its_own_address_and_type() -> None:
    """feedgen would write the same self link in both formats."""
    atom = rendered(ATOM, self_address=SELF + "atom.xml").find("atom:link[@rel='self']", NAMESPACES)
    rss = rendered(RSS, self_address=SELF + "rss.xml").find("channel/atom:link[@rel='self']", NAMESPACES)
    assert atom is not None
    assert rss is not None
    assert atom.attrib == {"rel": "self", "href": SELF + "atom.xml", "type": "application/atom+xml"}
    assert rss.attrib == {"rel": "self", "href": SELF + "rss.xml", "type": "application/rss+xml"}


def test_without_an_address_there_is_no_self_link(writer: Format) -> None:
    """The address of the feed is then unknown."""
    assert b'rel="self"' not in writer.write(Contents(feed_of()))


def test_content_is_declared_as_html_and_is_paragraphs() -> None:
    """Without a type, feed readers would show the markup of the content as text."""
    feed = feed_of(*entries_of([article(paragraphs=("One & two.", "Three < four."))]))
    (content,) = rendered(ATOM, feed).findall("atom:entry/atom:content", NAMESPACES)
    assert content.attrib == {"type": "html"}
    assert content.text == "<p>One &amp; two.</p><p>Three &lt; four.</p>"


def test_rss_has_the_summary_and_then_the_full_text() -> None:
    """In feedgen, a description that is set after the content replaces it."""
    feed = feed_of(*entries_of([article(summary="Smelters & traders wait.", paragraphs=("One.", "Two."))]))
    (item,) = rendered(RSS, feed).findall("channel/item")
    tags = [child.tag for child in item]
    assert texts(item, "description") == ["Smelters &amp; traders wait."]  # HTML, so escaped twice
    assert texts(item, "content:encoded") == ["<p>One.</p><p>Two.</p>"]
    assert tags.index("description") < tags.index(f"{{{NAMESPACES['content']}}}encoded")


def test_atoms_summary_is_plain_text() -> None:
    """It has no markup, and `&` and `<` are shown unchanged."""
    feed = feed_of(*entries_of([article(summary="Smelters & traders <wait>.")]))
    (summary,) = rendered(ATOM, feed).findall("atom:entry/atom:summary", NAMESPACES)
    assert summary.get("type", "text") == "text"
    assert summary.text == "Smelters & traders <wait>."


def test_the_author_is_named_in_both_formats() -> None:
    """feedgen drops a name without an e-mail address in RSS. Atom demands an author, which feedgen does not."""
    assert texts(rendered(ATOM), "atom:author/atom:name") == ["Shanghai Metals Market (SMM)"]
    assert texts(rendered(ATOM), "atom:entry/atom:author/atom:name") == ["Shanghai Metals Market (SMM)"]
    assert texts(rendered(RSS), "channel/item/dc:creator") == ["Shanghai Metals Market (SMM)"]


def test_dates_are_english_whatever_the_locale(tmp_path: Path) -> None:
    """Even in a German locale, in which Python's own dates are German."""
    if shutil.which("localedef") is None:
        pytest.skip("localedef is not installed")
    subprocess.run(["localedef", "-i", "de_DE", "-f", "UTF-8", tmp_path / "de_DE.UTF-8"], check=True)
    program = (
        "import locale; from datetime import date; from tests.samples import day, entries_of, article; "
        "from feedgen_smm.feeds.formats import FORMATS; from feedgen_smm.feeds.feed import Contents, make_feed; "
        "locale.setlocale(locale.LC_ALL, 'de_DE.UTF-8'); print(date(2025, 3, 1).strftime('%A, %B')); "
        "feed = make_feed(entries_of([article(published=day('2025-03-01 16:00'))])); "
        "[print(row.write(Contents(feed)).decode()) for row in FORMATS]"
    )
    environment = {**os.environ, "LOCPATH": str(tmp_path), "PYTHONUTF8": "1"}
    result = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, encoding="utf-8", check=True
    )
    proof, _, written = result.stdout.partition("\n")
    assert proof == "Samstag, März"
    assert "<pubDate>Sat, 01 Mar 2025 16:00:00 +0000</pubDate>" in written
    assert "<dateModified>Sat, 01 Mar 2025 16:00:00 GMT</dateModified>" in written
    assert "<h3>2 March 2025</h3>" in written
    assert "März" not in written


def test_dates_are_in_utc() -> None:
    """Some feed readers ignore offsets."""
    assert texts(rendered(ATOM), "atom:entry/atom:published") == ["2025-03-03T01:30:00+00:00"]


def test_the_generator_is_this_program_without_a_version() -> None:
    """A version would change every feed with every release."""
    for document in (ATOM.write(Contents(feed_of())), RSS.write(Contents(feed_of()))):
        assert b"<generator>feedgen-smm</generator>" in document


def test_ids_are_the_same_in_both_formats_and_no_addresses() -> None:
    """So a feed reader that changes format shows nothing twice, and does not follow ids as links."""
    (guid,) = rendered(RSS).findall("channel/item/guid")
    assert texts(rendered(ATOM), "atom:entry/atom:id") == [guid.text]
    assert guid.attrib == {"isPermaLink": "false"}


def test_the_values_of_the_feed() -> None:
    """Title, language, rights and id are in both formats."""
    atom, rss = rendered(ATOM), rendered(RSS)
    assert texts(atom, "atom:id") == ["urn:uuid:f6aaf234-358a-49ed-af1c-553cb1704a0d"]
    assert texts(atom, "atom:title") == texts(rss, "channel/title") == ["Shanghai Metals Market (SMM) news"]
    assert texts(atom, "atom:rights") == texts(rss, "channel/copyright") == ["© SMM Information & Technology Co., Ltd."]
    assert atom.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert texts(rss, "channel/language") == ["en"]


def test_an_entry_in_another_language_is_marked() -> None:
    """The language of the feed is that of most entries."""
    sightings = [article(), article("Tin falls"), article("锌价上涨", paragraphs=("今日锌价上涨，市场成交清淡。",))]
    feed = make_feed(entries_of(sightings))
    lang = "{http://www.w3.org/XML/1998/namespace}lang"
    marked = [entry.get(lang) for entry in rendered(ATOM, feed).findall("atom:entry", NAMESPACES)]
    assert sorted(marked, key=str) == [None, None, "zh"]
    assert texts(rendered(RSS, feed), "channel/item/dc:language") == ["zh"]


def test_the_language_of_the_feed_is_that_of_most_entries() -> None:
    """Of languages with as many entries the first in alphabetical order, whatever the order of the entries."""
    entries = entries_of([article(), article("锌价上涨", paragraphs=("今日锌价上涨，市场成交清淡。",))])
    tin, zinc = sorted(entries, key=lambda entry: entry.language)
    assert make_feed([tin, zinc, zinc]).language == "zh"
    assert make_feed([tin, tin, zinc]).language == "en"
    assert make_feed([zinc, tin]).language == "en"


def test_an_entry_without_text_has_its_headline_as_content() -> None:
    """Atom demands content or a link, and a teaser without text and number has neither."""
    feed = feed_of(*entries_of([teaser("Zinc rose", summary=None)]))
    assert texts(rendered(ATOM, feed), "atom:entry/atom:content") == ["<p>Zinc rose</p>"]
    assert texts(rendered(RSS, feed), "channel/item/description") == ["<p>Zinc rose</p>"]


def test_a_summary_that_is_the_whole_text_is_not_repeated() -> None:
    """Atom then has the content only. RSS always has a description."""
    feed = feed_of(*entries_of([article(paragraphs=("One short flash.",))]))
    assert texts(rendered(ATOM, feed), "atom:entry/atom:summary") == []
    assert texts(rendered(ATOM, feed), "atom:entry/atom:content") == ["<p>One short flash.</p>"]
    assert texts(rendered(RSS, feed), "channel/item/description") == ["One short flash."]


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Zinc rose", "Zinc rose"),
        ("S&P and AT&T at 5 > 4", "S&P and AT&T at 5 > 4"),
        ("<script>alert(1)</script>", "＜script>alert(1)＜/script>"),
        ("Ore < 5%", "Ore ＜ 5%"),
        ("&lt;b&gt; and &#60;", "＆lt;b＆gt; and ＆#60;"),
        ("R&copy D", "R＆copy D"),
        ("Q&A on S&P500 &nbsp;", "Q&A on S＆P500 ＆nbsp;"),
        ("R&and", "R＆and"),
    ],
)
def test_rss_titles_are_text_to_every_reader(title: str, plain: str) -> None:
    """Some feed readers show an RSS title as HTML and some as text; both must show what the page says."""
    assert plain_title(title) == plain


def test_an_entry_is_written_as_each_feed_needs_it(writer: Format) -> None:
    """It is written once and used again, but not where a feed has another author or another language."""
    (english,) = entries_of([article("Tin fell")])
    (chinese,) = entries_of([article("锌价上涨", paragraphs=("今日锌价上涨，市场成交清淡。",))])
    both = make_feed([english, chinese], DEFAULTS._replace(language="en"))
    for _ in range(2):
        assert texts(rendered(writer, make_feed([chinese])), "channel/item/dc:language") == []
        assert "zh" not in writer.write(Contents(make_feed([english]))).decode()
        assert writer.write(Contents(both)).count(b"zh") == 1
        assert b"Somebody" not in writer.write(Contents(both))
        by_another = writer.write(Contents(both._replace(author="Somebody")))
        assert by_another.count(b"Somebody") == {"atom.xml": 3, "rss.xml": 2}[writer.file_name]
