"""Validation: what is about to be published is what it was made of, and `check` finds each single fault in a feed."""

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from feedgen_smm.feeds.feed import Contents, make_feed
from feedgen_smm.feeds.formats import (
    ATOM,
    RSS,
    TOPIC_FEEDS,
    ArchiveDocument,
    Format,
    Section,
    render,
    render_document,
)
from feedgen_smm.feeds.validation import Fault, check
from feedgen_smm.models import CHINA, Entry, Links, Sighting
from feedgen_smm.settings import DEFAULTS, is_language_tag, is_web_address
from tests.judges.faults import FAULTS, GOOD
from tests.judges.faults import Fault as Edit
from tests.samples import TIN, article, entries_of, minute, varied_entries

ROOT = Path(__file__).parent.parent
EVERYTHING = DEFAULTS._replace(base_url="https://example.org/smm/", hub="https://hub.example.org/")
ID = "urn:uuid:00000000-0000-4000-8000-000000000001"

lasting = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def faults_of(row: Format, entries: tuple[Entry, ...], change: Callable[[bytes], bytes] = bytes) -> list[Fault]:
    """The faults found in a feed of `entries`, with a topic and all links, after a change to its bytes."""
    links = Links(own="https://example.org/a", hub="https://example.org/b", prev_archive="https://example.org/c")
    contents = Contents(make_feed(entries, topic=TIN), links)
    return list(row.validate(change(row.write(contents)), contents))


@pytest.fixture(params=TOPIC_FEEDS, ids=lambda row: row.name)
def row(request: pytest.FixtureRequest) -> Format:
    """Each format that is validated."""
    chosen: Format = request.param
    return chosen


# What is about to be published


def test_what_was_written_correctly_has_no_fault() -> None:
    """The main feed, the feed of a topic, and archive documents, one of them without entries."""
    entries = varied_entries()
    files = render([Section(None, entries, 2), Section(TIN, entries[:1], 1)], EVERYTHING, ID)
    for document in (
        ArchiveDocument(None, 1, is_fixed=True, entries=entries),
        ArchiveDocument(TIN, 2, is_fixed=False, entries=(), updated=datetime(2026, 1, 1, tzinfo=UTC)),
    ):
        files |= render_document(document, EVERYTHING, ID)
    assert len([name for name in files if name.endswith(".xml")]) == 8
    for name, file in files.items():
        assert file.faults() == (), name
        if name.endswith(".xml"):
            assert check(file.data) == (), name


def test_what_was_written_correctly_is_not_parsed(row: Format, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its bytes are compared, which is fast: most feeds have no fault."""
    monkeypatch.setattr(etree, "fromstring", None)
    assert faults_of(row, varied_entries()) == []


# Of the first entry: what is replaced in its bytes, by what, and the name of the element that is then at fault.
CHANGES = {
    ATOM: [
        (b"Tin &amp; zinc", b"Tin &amp; lead", "title"),
        (b"<title>Tin &amp; zinc rose 5 %</title>", b"", "title"),
        (b"<published>2025-03-03T01:30", b"<published>2025-03-03T09:30", "published"),
        (b"    <updated>2025-03-03T01:30:00+00:00", b"    <updated>2026-03-03T01:30:00+00:00", "updated"),
        (b"newscontent/100000001", b"newscontent/100000002", "link"),
        (b"&lt;p&gt;B.&lt;/p&gt;", b"", "content"),
        (b'<content type="html"', b'<content type="text"', "content"),
        (b"<summary>Smelters", b"<summary>smelters", "summary"),
        (b'    <category term="tin"', b'    <category term="zinc"', "category"),
        (
            b"<name>Shanghai Metals Market (SMM)</name>\n    </author>\n    <content",
            b"<name/></author><content",
            "name",
        ),
        (b"<entry>", b'<entry xml:lang="zh">', "entry"),
    ],
    RSS: [
        (b"Tin &amp; zinc", b"Tin &amp; lead", "title"),
        (b"<pubDate>Mon, 03 Mar 2025 01:30", b"<pubDate>Mon, 03 Mar 2025 09:30", "pubDate"),
        (b"newscontent/100000001", b"newscontent/100000002", "link"),
        (b"&lt;p&gt;B.&lt;/p&gt;", b"", "encoded"),
        (b"<description>Smelters", b"<description>smelters", "description"),
        (b'isPermaLink="false"', b'isPermaLink="true"', "guid"),
        (b"\n      <category domain", b"\n      <category  term", "category"),
        (b"<dc:creator>", b"<dc:creator>The ", "creator"),
    ],
}


@pytest.mark.parametrize(
    ("row", "old", "new", "element"),
    [(row, *change) for row, changes in CHANGES.items() for change in changes],
    ids=lambda value: value.name if isinstance(value, Format) else None,
)
def test_an_entry_that_was_written_differently_is_found(row: Format, old: bytes, new: bytes, element: str) -> None:
    """Every value must be in the XML as it was given. Otherwise the entry is reported, and left out."""
    entries = varied_entries()
    before = row.write(Contents(make_feed(entries, topic=TIN)))
    assert old in before
    faults = faults_of(row, entries, lambda data: data.replace(old, new, 1))
    assert {(fault.entry, fault.rule) for fault in faults} == {(entries[0].id, element)}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"https://example.org/a", b"https://example.org/z"),
        (b"https://example.org/b", b"https://example.org/z"),
        (b"https://example.org/c", b"https://example.org/z"),
        (b"news: Tin<", b"news<"),
        (b"feedgen-smm<", b"feedgen<"),
        (b"</generator>", b"</generator>words"),
    ],
)
def test_a_feed_that_was_written_differently_is_found(row: Format, old: bytes, new: bytes) -> None:
    """Its own values and links, and stray text, are faults of the feed: none of it is published."""
    faults = faults_of(row, varied_entries(), lambda data: data.replace(old, new, 1))
    assert faults
    assert {fault.entry for fault in faults} == {None}


def test_an_entry_that_is_missing_is_found(row: Format) -> None:
    """Entries are compared in pairs, so their number is checked too."""
    start, end = (b"<entry", b"</entry>") if row is ATOM else (b"<item", b"</item>")
    faults = faults_of(
        row, varied_entries(), lambda data: data[: data.rindex(start)] + data[data.rindex(end) + len(end) :]
    )
    assert [(fault.entry, fault.rule) for fault in faults] == [(None, "entries")]


def test_one_id_for_two_entries_is_found(row: Format) -> None:
    """A feed reader would show only one of them."""
    first, second, third = varied_entries()
    assert "entries" in {fault.rule for fault in faults_of(row, (first, second, third._replace(id=first.id)))}


def test_bytes_that_are_no_xml_are_found(row: Format) -> None:
    """They are never published."""
    assert [fault.rule for fault in faults_of(row, varied_entries(), lambda data: data[:-3])] == ["xml"]


@pytest.mark.parametrize(
    ("rule", "entry"),
    [
        ("id", varied_entries()[0]._replace(id="100000001")),
        ("id", varied_entries()[0]._replace(id=ID.upper())),
        ("title", varied_entries()[0]._replace(title="")),
        ("text", varied_entries()[0]._replace(title="Tin ")),
        ("text", varied_entries()[0]._replace(summary=" ")),
        ("text", varied_entries()[0]._replace(title="Tin\x00")),
        ("text", varied_entries()[0]._replace(summary="Tin\ufffd rose")),
        ("text", varied_entries()[0]._replace(paragraphs=("Tin rose.", "Zinc\x9b fell."))),
        ("text", varied_entries()[0]._replace(paragraphs=("Tin \ud800 rose.",))),
        ("link", varied_entries()[0]._replace(link="news.metal.com/1")),
        ("link", varied_entries()[0]._replace(link="javascript:alert(1)")),
        ("language", varied_entries()[0]._replace(language="en_GB")),
        # At a second of its own: `rss_date` keeps what it wrote of the same instant in UTC.
        ("updated", varied_entries()[0]._replace(updated=datetime(2025, 3, 4, 0, 0, 7, tzinfo=CHINA))),
    ],
)
def test_a_value_that_no_feed_may_have_is_found(row: Format, rule: str, entry: Entry) -> None:
    """As a fault of the entry, not as a traceback that would stop all others."""
    faults = faults_of(row, (entry, *varied_entries()[1:]))
    assert {fault.entry for fault in faults} == {entry.id}
    assert rule in {fault.rule for fault in faults}


# What `check` finds in a file


@pytest.mark.parametrize("format_", GOOD)
def test_a_good_feed_has_no_fault(format_: str) -> None:
    """These are the feeds into which the faults below are put."""
    assert check(GOOD[format_].encode()) == ()


@pytest.mark.parametrize(
    "path", sorted((ROOT / "output").rglob("*.xml")), ids=lambda path: path.parent.name + path.name
)
def test_the_projects_feeds_have_no_fault(path: Path) -> None:
    """The feeds committed in `output`."""
    assert check(path.read_bytes()) == ()


@pytest.mark.parametrize("edit", FAULTS, ids=lambda edit: f"{edit.format}: {edit.name}")
def test_a_fault_is_found_where_it_is(edit: Edit) -> None:
    """One fault gives one finding, with the right element, entry and line."""
    (fault,) = check(edit.document.encode())
    line = GOOD[edit.format][: GOOD[edit.format].index(edit.old)].count("\n") + 1
    assert fault.rule == edit.rule
    assert fault.line <= line + 2
    assert fault.source
    entries = {"atom": 10, "rss": 12}[edit.format]
    assert (fault.entry is not None) == (fault.line > entries and fault.rule != "xml")


def test_a_message_says_what_is_needed_and_who_says_so() -> None:
    """Nobody has to know the RFC to see what to change, or where to look it up."""
    (edit,) = [edit for edit in FAULTS if edit.name == "a date without a zone" and edit.format == "atom"]
    (fault,) = check(edit.document.encode())
    assert str(fault) == (
        f"{ID}: published: needs a date in UTC such as 2025-03-03T01:30:00+00:00; it has '2025-03-03T01:30:00' "
        "[RFC 4287, section 3.3]"
    )
    assert fault.line == 19


def test_all_faults_are_found_at_once() -> None:
    """Nobody has to mend and check a file fault by fault."""
    broken = GOOD["rss"].replace(">en<", ">American English<").replace("01:30:00 +0000</pubDate>", "9:30</pubDate>")
    assert [(fault.line, fault.rule) for fault in check(broken.encode())] == [(10, "language"), (19, "pubDate")]


@pytest.mark.parametrize(
    ("form", "good", "bad"),
    [
        (
            is_web_address,
            "https://a.example http://a.example:80/b?c=%E8#d http://[::1]:80/ HTTPS://a.example/(b)",
            (
                "a.example //a.example/ https:/a https://:80/ https://a:b/ http://[::1/ http://a/[b] urn:a:b "
                "https://a/b|c https://a/%zz https://a/b#c#d https://例.example/ ftp://a.example/"
            ),
        ),
        (
            is_language_tag,
            "en zh-Hans-CN de-CH-1996 sr-Latn es-419 x-own i-klingon en-a-bbb-x-a sl-rozaj-biske-1994",
            "e en_GB en- english-language-of-old en--GB 1 x-",
        ),
    ],
)
def test_addresses_and_languages(form: Callable[[str], bool], good: str, bad: str) -> None:
    """The forms that are valid, beyond those in the feeds of this file."""
    assert [text for text in good.split() if not form(text)] == []
    assert [text for text in (*bad.split(), "") if form(text)] == []


# What must never happen

SPICES = [
    b"", b"<", b">", b"&", b'"', b"'", b"\x00", b"\xff", b"\xe9", b"\xc2\x9b", b"]]>", b"<![CDATA[", b"<!--",
    b"<?x y?>", b"&amp;", b"&x;", b"<!DOCTYPE rss [<!ENTITY x 'y'>]>", b"<?xml version='1.0' encoding='utf-7'?>",
    b"<entry/>", b"<item/>", b"<item><guid> </guid></item>", b"<link/>", b"<title/>", b"<channel>", b"<pubDate/>",
    b' type="xhtml"', b' xml:base="a:"', b' rel="self"', b' href=""', b"0001-01-01T00:00:00+23:59", b"http://[",
    b"Mon, 99 Mar 2025 01:30:00 +0000",
]  # fmt: skip
DOCUMENTS = [*(text.encode() for text in GOOD.values()), *(edit.document.encode() for edit in FAULTS)]


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A feed with pieces inserted, deleted and moved at random."""
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
    """`check` may be given any file."""
    for fault in check(document):
        assert 1 <= fault.line <= document.count(b"\n") + document.count(b"\r") + 1
        assert fault.message
        assert fault.source


@pytest.mark.parametrize(
    "document",
    [
        b"<a>" * 1_000_000,
        b"<rss>" * 250 + b"</rss>" * 250,
        b'<rss version="2.0"><channel>' + b"<item/>" * 20_000 + b"</channel></rss>",
        b'<rss version="2.0"><channel><title>' + b"&lt;a " * 500_000 + b"</title></channel></rss>",
        GOOD["rss"].encode().replace(b"&lt;p&gt;Tin", b"&lt;p&gt;" + b"a " * 1_500_000 + b"&lt;/p&gt;&lt;/p&gt;"),
        b'<rss version="2.0"><channel><link>http:' + b"/" * 3_000_000 + b"</link></channel></rss>",
        b"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>"
        + b"".join(b"<!ENTITY %c '%s'>" % (letter + 1, b"&%c;" % letter * 10) for letter in range(97, 117))
        + b"]><rss version='&u;'>&u;</rss>",
        b"<!DOCTYPE rss SYSTEM 'file:///dev/zero' [<!ENTITY x SYSTEM 'file:///dev/zero'>]><rss>&x;</rss>",
    ],
    ids=["deep", "not too deep", "wide", "tags", "text", "slashes", "bomb", "external"],
)
def test_hostile_documents_are_judged_in_seconds(document: bytes) -> None:
    """A file may be made to keep the program busy, or to make it open other files."""
    start = time.monotonic()
    assert check(document)
    assert time.monotonic() - start < 10


# What the program writes

TEXTS = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters="\ufffd\ufeff"), min_size=1
)
FEATURES = st.sampled_from(["<b>", "&amp;", "&#60;", "]]>", "<script>", "锌", "&nbsp", "😀", "<a href='x'>", "S&P"])
LINES = st.lists(st.one_of(FEATURES, TEXTS), min_size=1, max_size=4).map(" ".join).map(str.strip).filter(bool)
ARTICLES = st.builds(
    article,
    LINES,
    st.sampled_from([minute("2025-03-03 01:30"), minute("1999-12-31 16:00")]),
    number=st.one_of(st.none(), st.integers(10**8, 10**9).map(str)),
    summary=st.one_of(st.none(), LINES),
    paragraphs=st.lists(LINES, max_size=3).map(tuple),
)


@lasting
@given(st.lists(ARTICLES, min_size=1, max_size=5))
def test_what_the_program_writes_is_valid(sightings: list[Sighting]) -> None:
    """Validation must not stop a good feed, whatever its texts are."""
    for row in TOPIC_FEEDS:
        contents = Contents(make_feed(entries_of(sightings)))
        data = row.write(contents)
        assert row.validate(data, contents) == ()
        assert check(data) == ()
