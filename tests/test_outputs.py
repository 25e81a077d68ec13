"""The files of the output folder: which there are, what stands in each, and under which ids and addresses.

`tests/outputs` holds, for each format, the file that the same three entries make: a new format needs one more.
"""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from feedgen_smm.articles import identity
from feedgen_smm.errors import EmptyFeedError
from feedgen_smm.feeds.feed import default_feed_id, make_feed
from feedgen_smm.feeds.formats import (
    FEEDS,
    FORMATS,
    NOUNS,
    TOPIC_FEEDS,
    ArchiveDocument,
    File,
    Format,
    Section,
    document_names,
    render,
    render_document,
)
from feedgen_smm.settings import DEFAULTS
from tests.samples import TIN, varied_entries

EXPECTED = Path(__file__).parent / "outputs"
SETTINGS = DEFAULTS._replace(base_url="https://example.org/smm/", hub="https://hub.example.org/")
ID = "urn:uuid:00000000-0000-4000-8000-000000000001"
EDITION = [Section(None, varied_entries(), 2), Section(TIN, varied_entries()[:1])]


@pytest.mark.parametrize("row", FORMATS, ids=lambda row: row.name)
def test_each_format_has_the_expected_bytes(row: Format) -> None:
    """The expected files were read by a person."""
    assert render(EDITION, SETTINGS, ID)[row.file_name].data == (EXPECTED / row.file_name).read_bytes()


def test_each_format_has_its_own_file() -> None:
    """No two rows share a file name, and each expected file has a row."""
    assert len({row.file_name for row in FORMATS}) == len(FORMATS)
    assert {path.name for path in EXPECTED.iterdir()} == {row.file_name for row in FORMATS}


def test_the_files_of_an_edition() -> None:
    """Every format has a main file, the XML formats one for each topic; the summary knows what to count in each."""
    files = render(EDITION, SETTINGS, ID)
    assert files.keys() == {row.file_name for row in FORMATS} | {"topics/tin/atom.xml", "topics/tin/rss.xml"}
    assert {name: files[name].holds for name in ("atom.xml", "topics/tin/atom.xml", "feeds.opml", "index.html")} == {
        "atom.xml": 3,
        "topics/tin/atom.xml": 1,
        "feeds.opml": 5,
        "index.html": 3,
    }
    assert (NOUNS["atom.xml"], NOUNS["feeds.opml"], NOUNS["topics"], NOUNS["archive"]) == (
        "entry",
        "feed",
        "feed",
        "document",
    )
    feeds = [row.feed_name(None) for row in FEEDS] + [row.feed_name(TIN) for row in TOPIC_FEEDS]
    assert feeds == [name for name in files if name.split(".")[-1] in {"xml", "json"}]


def test_the_files_of_an_archive_document() -> None:
    """They have the feed's file name with the document's number, in a folder of the topic if there is one."""
    document = ArchiveDocument(TIN, 7, is_fixed=False, entries=varied_entries())
    files = render_document(document, SETTINGS, ID)
    assert [*files] == document_names(TIN, 7) == ["archive/tin/atom-7.xml", "archive/tin/rss-7.xml"]
    assert document_names(None, 1) == ["archive/atom-1.xml", "archive/rss-1.xml"]
    assert {file.holds for file in files.values()} == {3}


@pytest.mark.parametrize(
    ("number", "is_fixed", "others"),
    [
        (1, True, {"next-archive": 2}),
        (2, True, {"prev-archive": 1, "next-archive": 3}),
        (3, False, {"prev-archive": 2}),
    ],
)
def test_archive_documents_are_a_chain(number: int, is_fixed: bool, others: dict[str, int]) -> None:  # noqa: FBT001
    """Each links to its neighbours and to the feed; only a full one links to the next (RFC 5005, section 4)."""
    document = ArchiveDocument(None, number, is_fixed, varied_entries())
    atom = render_document(document, SETTINGS, ID)[f"archive/atom-{number}.xml"].data.decode()
    names = {relation: f"archive/atom-{other}.xml" for relation, other in others.items()}
    for relation in ("self", "current", "prev-archive", "next-archive", "hub"):
        name = {"self": f"archive/atom-{number}.xml", "current": "atom.xml", **names}.get(relation)
        link = f'<link href="https://example.org/smm/{name}" rel="{relation}" type="application/atom+xml"/>'
        assert (link in atom) == (name is not None)
        assert (f'rel="{relation}"' in atom) == (name is not None)


def test_a_file_finds_its_own_faults() -> None:
    """A file knows what it was made of. A stored one does not, and was validated before."""
    file = render(EDITION, SETTINGS, ID)["topics/tin/rss.xml"]
    changed = file._replace(data=file.data.replace(b"Smelters", b"Traders"))
    assert file.faults() == ()
    assert {fault.entry for fault in changed.faults()} == {varied_entries()[0].id}
    assert File(changed.data, changed.holds).faults() == ()


# Ids


def id_in(data: bytes) -> str:
    """The id of a feed in Atom."""
    return data.decode().partition("<id>")[2].partition("</id>")[0]


def test_a_feed_has_the_id_that_it_is_given() -> None:
    """A topic's feed has an id made from it; an archive document has the id of its feed."""
    files = render(EDITION, SETTINGS, ID)
    topic = id_in(files["topics/tin/atom.xml"].data)
    assert id_in(files["atom.xml"].data) == ID
    assert topic == identity.mint(f"{ID} tin")
    for about, expected in ((None, ID), (TIN, topic)):
        document = ArchiveDocument(about, 1, is_fixed=False, entries=varied_entries())
        atom, _ = render_document(document, SETTINGS, ID).values()
        assert id_in(atom.data) == expected


def test_the_default_id_is_made_of_the_address() -> None:
    """So two people's feeds have different ids. Without an address, the title is used."""
    assert default_feed_id(SETTINGS) == "urn:uuid:25ed93ce-7cfa-591a-ac16-a1bb011f121a"
    assert default_feed_id(SETTINGS._replace(title="Other", hub=None)) == default_feed_id(SETTINGS)
    unknown = [default_feed_id(DEFAULTS), default_feed_id(DEFAULTS._replace(title="Other")), default_feed_id(SETTINGS)]
    assert len(set(unknown)) == 3


# Dates


def test_a_feed_needs_a_date() -> None:
    """Without entries it needs the date of the last withdrawal."""
    withdrawn = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(EmptyFeedError):
        make_feed([])
    emptied = make_feed([], updated=withdrawn)
    assert (emptied.updated, emptied.entries, emptied.language) == (withdrawn, (), "en")


def test_a_feed_is_updated_at_its_last_change() -> None:
    """The change of an entry, or a withdrawal."""
    entries = varied_entries()
    newest = entries[0].updated
    assert make_feed(entries).updated == newest
    assert make_feed(entries, updated=datetime(2026, 1, 1, tzinfo=UTC)).updated == datetime(2026, 1, 1, tzinfo=UTC)
    assert make_feed(entries, updated=datetime(2020, 1, 1, tzinfo=UTC)).updated == newest
