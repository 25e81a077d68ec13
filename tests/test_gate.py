"""The gate, by feeds: each broken one has one fault, which is found where it is; the good ones have none."""

import random
import re
import time
from pathlib import Path

import feedparser
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from feedgen_smm.feeds.feed import make_feed
from feedgen_smm.feeds.formats import TOPIC_FEEDS, Contents
from feedgen_smm.feeds.validation import FORMATS, Fault, archives, common, inspect
from feedgen_smm.models import Links, Sighting
from feedgen_smm.settings import values
from tests.judges.programs import ruby_complains
from tests.samples import article, entries_of, minute

ROOT = Path(__file__).parent.parent
FEEDS = ROOT / "tests" / "feeds"
GOOD = sorted((FEEDS / "good").glob("*.xml"))
BAD = sorted((FEEDS / "bad").glob("*.xml"))
WRITTEN = sorted((ROOT / "output").glob("*.xml"))
PREFIXES = {"atom:feed": "atom", "rss": "rss"}  # of the broken feeds' names
COMMON = {rule.name for rule in (*common.RULES, *archives.RULES)}

lasting = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def told(fault: Fault) -> str:
    """Where a fault is and which rule found it, as the file beside a broken feed says it."""
    return ": ".join([str(fault.line), *([] if fault.entry is None else [fault.entry]), fault.rule])


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_a_broken_feed_has_its_one_fault(path: Path) -> None:
    """The fault that a feed was given is found, in its line and its entry; and nothing else is."""
    expected = path.with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    assert [told(fault) for fault in inspect(path.read_bytes())] == expected


@pytest.mark.parametrize("path", [*GOOD, *WRITTEN], ids=lambda path: path.stem)
def test_a_good_feed_has_none(path: Path) -> None:
    """What the formats allow, however unusual, is no fault; nor is anything in the feeds of this project."""
    assert inspect(path.read_bytes()) == ()


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_others_find_the_good_feeds_good(path: Path) -> None:
    """That the good feeds are good is not the gate's word alone: feedparser and Ruby, which validates, take them."""
    feed = feedparser.parse(path.read_bytes())
    assert feed.bozo is False
    assert feed.version == {"atom": "atom10", "rss": "rss20"}[path.stem.partition("-")[0]]
    assert ruby_complains(path) == ""


def test_there_are_feeds() -> None:
    """The tests above are as many as the files, and none of those is without its expectation."""
    assert len(BAD) >= 45
    assert len(GOOD) >= 10
    assert len(WRITTEN) == 2
    assert {path.stem for path in BAD} == {path.stem for path in (FEEDS / "bad").glob("*.txt")}


def broken_by(prefix: str) -> set[str]:
    """The rules that the broken feeds of a format break."""
    texts = [path.read_text(encoding="utf-8") for path in (FEEDS / "bad").glob(f"{prefix}-*.txt")]
    return {text.strip().rpartition(": ")[2] for text in texts}


@pytest.mark.parametrize("name", FORMATS)
def test_every_rule_is_broken_by_some_feed(name: str) -> None:
    """A rule that nothing breaks is not known to work. What both formats demand may be broken in either."""
    names = [rule.name for rule in FORMATS[name]]
    assert len(set(names)) == len(names)
    assert set(names) - COMMON <= broken_by(PREFIXES[name])
    assert broken_by("*") >= COMMON


@pytest.mark.parametrize("name", FORMATS)
def test_every_rule_names_its_source(name: str) -> None:
    """Whoever doubts a fault can read the demand where it was made."""
    for rule in FORMATS[name]:
        assert re.match(
            r"(RFC \d{4}, sections? \d|XML 1\.0, sections? \d|RSS 2\.0, \S|RSS Best Practices Profile, \S"
            r"|W3C feed validator, [A-Z]|Dublin Core, [a-z])",
            rule.source,
        )


@pytest.mark.parametrize(
    ("form", "sound", "faulty"),
    [
        (
            values.rfc3339,
            "2025-03-03T01:30:00Z 2025-03-03T01:30:00.123-00:00 2024-02-29T23:59:60Z 9999-12-31T23:59:59-23:59",
            (
                "2025-3-3T01:30:00Z 2025-03-03T24:00:00Z 2025-03-03T01:30:00+8 2025-03-03T01:30Z "
                "0000-01-01T00:00:00Z \uff12\uff10\uff12\uff15-03-03T01:30:00Z 2025-03-03T01:30:00+24:00 "
                "2023-02-29T00:00:00Z 2025-03-03T01:60:00Z"
            ),
        ),
        (values.w3c_date, "2025 2025-03 2025-03-03 2025-03-03T01:30:00Z", "25 2025-13 2025-02-30 2025-03-03T01:30:00"),
        (
            values.iri,
            "https://a.example urn:a:b tag:a,2025:b https://例.example/路?q=%E8#片 http://[::1]:80/ mailto:a@b.example",
            (
                "/a a.example //a.example/ https:/a https://:80/ https://a:b/ http://[::1/ http://a/[b] a:?b[]=c "
                "a:b|c a:{b} a:%zz a:b#c#d é:a"
            ),
        ),
        (
            values.language,
            "en zh-Hans-CN de-CH-1996 sr-Latn es-419 x-own i-klingon en-a-bbb-x-a sl-rozaj-biske-1994",
            "e en_GB en- english-language-of-old en--GB 1 x-",
        ),
        (values.media_type, 'text/html application/atom+xml a/b;c=d a/b;c="d"', "html text/ /html a/b/c text/html;"),
        (values.email_and_name, "a@b.example", "a a@b@c @b.example a@ Ida"),
        (values.number, "0 12", "-1 1.5 \uff11"),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_forms(form: values.Form, sound: str, faulty: str) -> None:
    """What a date, an address, a language may look like, beyond what the feeds show."""
    assert {text: form(text) for text in sound.split() if form(text)} == {}
    assert [text for text in (*faulty.split(), "") if form(text) is None] == []


@pytest.mark.parametrize(
    ("date", "complaint"),
    [
        ("Mon, 03 Mar 2025 01:30:00 +0000", None),
        ("3 Mar 2025 01:30 PST", None),
        ("mon, 03 mar 2025 01:30:00 gmt", None),
        ("Mon 03 Mar 2025 01:30:00 +0000", "is not of the form"),
        ("Mon, 03 March 2025 01:30:00 +0000", "is not of the form"),
        ("Mon, 03 Mar 2025 01:30:00 +08:00", "is not of the form"),
        ("Mon, 03 Mar 2025 01:30:00 CEST", "is not of the form"),
        ("Sun, 03 Mar 2025 01:30:00 +0000", "is not a Sun, but a Mon"),
        ("29 Feb 2025 01:30:00 +0000", "is no day of any calendar"),
        ("00 Mar 2025 01:30:00 +0000", "is no day of any calendar"),
    ],
)
def test_dates_of_rss(date: str, complaint: str | None) -> None:
    """RFC 822, with the year of four digits that RSS prefers, and a message that says what is wrong."""
    found = values.rfc822(date)
    assert (found or "").startswith(complaint or "") if found else complaint is None


def test_a_message_says_what_and_where_it_is_demanded() -> None:
    """A person who never read the RFC knows from the line what to change, and who has, where to look."""
    (fault,) = inspect((FEEDS / "bad" / "atom-date-without-zone.xml").read_bytes())
    assert fault == Fault(
        line=20,
        entry="urn:uuid:5a3c1d2e-0000-4000-8000-000000000001",
        rule="date",
        message="atom:updated '2025-03-03T06:15:00' has no zone",
        source="RFC 4287, section 3.3, and RFC 3339, section 5.6",
    )


# What must never happen

SPICES = [
    b"", b"<", b">", b"&", b'"', b"'", b"\x00", b"\xff", b"\xe9", b"\xc2\x9b", b"]]>", b"<![CDATA[", b"<!--",
    b"<?x y?>", b"&amp;", b"&x;", b"<!DOCTYPE rss [<!ENTITY x 'y'>]>", b"<?xml version='1.0' encoding='utf-7'?>",
    b"<entry/>", b"<item/>", b"<item><guid> </guid></item>", b"<link/>", b"<title/>", b"<channel>", b"<source/>",
    b' type="xhtml"', b' type="a/b"', b' src=""', b' xml:base="a:"', b' rel="self"', b' href=""',
    b'<content type="image/png">\xe9\x94\x8c</content>', b'<content type=";"/>',
    b"0001-01-01T00:00:00+23:59", b"9999-12-31T23:59:59-23:59", b"http://[", b"https://", b"urn:uuid:", b"tag:",
]  # fmt: skip
DOCUMENTS = [path.read_bytes() for path in (*GOOD, *BAD)]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A feed with pieces put in, taken out and moved, by a hand that does not look."""
    document = draw(st.sampled_from(DOCUMENTS))
    chance = random.Random(draw(st.integers(0, 2**32)))
    for _ in range(chance.randrange(1, 5)):
        start, end = sorted(chance.randrange(len(document) + 1) for _ in "ab")
        document = (
            document[:start] + chance.choice([*SPICES, document[start:end]]) + document[chance.choice([start, end]) :]
        )
    return document


@lasting
@given(st.one_of(st.binary(max_size=300), mutated()))
def test_any_bytes_give_faults_and_no_traceback(document: bytes) -> None:
    """A gate that falls over lets everything through, or nothing."""
    for fault in inspect(document):
        assert 1 <= fault.line <= document.count(b"\n") + document.count(b"\r") + 1
        assert fault.message
        assert fault.source


@pytest.mark.parametrize(
    "document",
    [
        b"<a>" * 1_000_000,
        b"<a>" * 250 + b"</a>" * 250,
        b'<rss version="2.0"><channel>' + b"<item/>" * 20_000 + b"</channel></rss>",
        b'<rss version="2.0"><channel><title>' + b"&lt;a " * 500_000 + b"</title></channel></rss>",
        b'<rss version="2.0"><channel><item><description>&lt;a '
        + b"a" * 3_000_000
        + b"&gt;</description></item></channel></rss>",
        b'<rss version="2.0"><channel><link>http:' + b"/" * 3_000_000 + b"</link></channel></rss>",
        b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
        + b"".join(b"<!ENTITY %c '%s'>" % (letter + 1, b"&%c;" % letter * 10) for letter in range(97, 117))
        + b"]><rss version='&u;'>&u;</rss>",
        b"<!DOCTYPE rss SYSTEM 'file:///dev/zero' [<!ENTITY x SYSTEM 'file:///dev/zero'>]><rss>&x;</rss>",
    ],
    ids=["deep", "not too deep", "wide", "tags", "attributes", "slashes", "bomb", "external"],
)
def test_hostile_documents_are_judged_in_seconds(document: bytes) -> None:
    """A feed is anybody's: it may be made to keep a reader busy, or to have it open files."""
    start = time.monotonic()
    assert inspect(document)
    assert time.monotonic() - start < 10


# What the program writes

TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufffd\ufeff"), min_size=1
)
FEATURES = st.sampled_from(["<b>", "&amp;", "&#60;", "]]>", "<script>", "锌", "&nbsp", "😀", "<a href='x'>", "S&P"])
LINES = st.lists(st.one_of(FEATURES, TEXTS), min_size=1, max_size=4).map(" ".join).filter(str.strip)
ARTICLES = st.builds(
    article,
    LINES,
    st.sampled_from([minute("2025-03-03 01:30"), minute("1999-12-31 16:00")]),
    number=st.one_of(st.none(), st.integers(10**8, 10**9).map(str)),
    summary=st.one_of(st.none(), LINES),
    paragraphs=st.lists(LINES, max_size=3).map(tuple),
)


@lasting
@given(st.lists(ARTICLES, min_size=1, max_size=5), st.sampled_from([None, "https://example.org/feeds/"]))
def test_whatever_the_program_writes_is_good(sightings: list[Sighting], base: str | None) -> None:
    """The gate stands before the feeds that are published: it must not stop a sound one, whatever its words are."""
    feed = make_feed(entries_of(sightings))
    for writer in TOPIC_FEEDS:
        assert inspect(writer.render(Contents(feed, Links(own=base and base + writer.file_name)))) == ()
