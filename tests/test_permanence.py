"""An entry once published is never lost, doubled or re-dated: what is decided, and builds over pages that change.

What is decided is held against values written down here, case by case; builds are held by what a reader sees.
"""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner, Result

from feedgen_smm.articles.settlement import Case, Word, settle, successors
from feedgen_smm.cli import main
from feedgen_smm.models import Evidence, Extent, Kind, Revision, Settled, Sighting, State, Topic, Why
from tests.mutations import live
from tests.samples import BODY, Published, article, day, entries_of, minute, page, related_item, teaser

NOW = minute("2026-11-24 12:00").instant
PUBLISHED = minute("2025-03-03 01:30").instant
SAVED = minute("2025-03-05 08:00").instant
LATER = minute("2025-03-05 09:00").instant
ID = "urn:uuid:b0b049e7-7c6d-52a4-9c96-aff92105d230"  # of the articles of tests.samples, for ever


def whole(*paragraphs: str, title: str = "Tin smelters hold output steady", summary: str | None = None) -> Sighting:
    """A page that has certainly all of the article."""
    return article(title, paragraphs=paragraphs, summary=summary, is_ended=True)


def open_ended(*paragraphs: str) -> Sighting:
    """A page that may have been cut off."""
    return article(paragraphs=paragraphs)


def settled_again(first: Sighting, second: Sighting, **times: datetime) -> Settled:
    """What is decided of an entry when a second page of its article is saved later."""
    published = Published()
    published.see(first._replace(saved=SAVED), now=SAVED)
    saved = times.get("saved", LATER)
    (one,) = published.see(second._replace(source="second.txt", saved=saved), now=times.get("now", NOW))
    return one


NO_CORRECTIONS = {
    "other white space": (whole("A b.", "C d."), whole("A  b. C\u00a0d.")),
    "other quotation marks": (whole("“Yes,” he said."), whole('"Yes," he said.')),
    "another headline": (whole(BODY), whole(BODY, title="TIN SMELTERS hold output: steady")),
    "a teaser that grows into its article": (teaser(summary="Short."), whole("Another beginning.")),
    "a teaser that was cut": (teaser(summary="Tin stocks fe"), teaser(summary="Tin stocks fell.")),
    "a text that goes on where it was cut": (open_ended("A b.", "C"), whole("A b.", "C d.", "E.")),
    "a page that shows the end": (open_ended("A b."), whole("A b.")),
    "a standfirst that was the first paragraph": (whole("A b.", "C d."), whole("C d.", summary="A b.")),
}
CORRECTIONS = {
    "a figure": (whole("421 mt."), whole("412 mt.")),
    "a decimal point": (whole("It rose 1.5%."), whole("It rose 15%.")),
    "a sign": (whole("It moved by -3%."), whole("It moved by 3%.")),
    "a word's case": (whole("Smm says."), whole("SMM says.")),
    "a paragraph added": (whole("A b."), whole("A b.", "C d.")),
    "a paragraph taken out at the end": (whole("A b.", "C d."), whole("A b.")),
    "a cut text that says other words": (open_ended("A b."), open_ended("A x.")),
}


@pytest.mark.parametrize(("first", "second"), NO_CORRECTIONS.values(), ids=NO_CORRECTIONS.keys())
def test_the_date_of_change_stays_without_a_correction(first: Sighting, second: Sighting) -> None:
    """The entry says what was seen last, with the same id and dates."""
    one = settled_again(first, second)
    assert one.id == ID
    assert one.revision is not None
    assert one.revision.why is Why.GROWN
    assert one.revision.entry.title == second.title
    assert one.revision.entry.paragraphs == (second.paragraphs or (second.summary,))
    assert (one.revision.entry.published.instant, one.revision.entry.updated) == (PUBLISHED, PUBLISHED)


@pytest.mark.parametrize(("first", "second"), CORRECTIONS.values(), ids=CORRECTIONS.keys())
def test_a_correction_moves_updated_and_nothing_else(first: Sighting, second: Sighting) -> None:
    """It becomes the time at which the corrected page was saved."""
    one = settled_again(first, second)
    assert one.id == ID
    assert one.revision is not None
    assert (one.revision.why, one.revision.made) == (Why.CORRECTED, NOW)
    assert one.revision.entry.paragraphs == second.paragraphs
    assert (one.revision.entry.published.instant, one.revision.entry.updated) == (PUBLISHED, LATER)


@pytest.mark.parametrize(("first", "second"), CORRECTIONS.values(), ids=CORRECTIONS.keys())
def test_a_better_reading_is_no_correction(first: Sighting, second: Sighting) -> None:
    """The publisher changed nothing, so `updated` stays."""
    published = Published()
    published.see(first._replace(saved=SAVED), now=SAVED)
    published.published_as = {second._replace(saved=SAVED): (ID,)}
    (one,) = published.see(now=NOW, is_mending=True)
    assert one.id == ID
    assert one.revision is not None
    assert one.revision.why is Why.MENDED
    assert one.revision.entry.paragraphs == second.paragraphs
    assert one.revision.entry.updated == PUBLISHED


@pytest.mark.parametrize(
    ("saved", "updated"),
    [(SAVED + timedelta(seconds=1), SAVED + timedelta(seconds=1)), (NOW + timedelta(days=40), NOW)],
    ids=["after what it corrects", "in the future"],
)
def test_an_impossible_time_of_saving_is_not_used(saved: datetime, updated: datetime) -> None:
    """The clock may have been wrong when the page was saved."""
    one = settled_again(whole("421 mt."), whole("412 mt."), saved=saved)
    assert one.revision is not None
    assert one.revision.entry.updated == updated


def test_updated_always_gets_later() -> None:
    """Even for a second correction in the same second, or after the clock was set back."""
    published = Published()
    published.see(whole("421 mt."), now=NOW)
    for text, updated in (("412 mt.", NOW), ("214 mt.", NOW + timedelta(seconds=1))):
        saved = NOW + timedelta(days=len(published.published_as))  # in the future, and so of no use
        (one,) = published.see(whole(text)._replace(saved=saved), now=NOW)
        assert one.revision is not None
        assert (one.revision.why, one.revision.entry.updated) == (Why.CORRECTED, updated)


def test_a_new_entry_and_one_that_stays() -> None:
    """A new entry is dated as published. Seen again unchanged, it has no revision."""
    published = Published()
    (new,) = published.see(article(), now=NOW)
    assert new.id == ID
    assert new.revision == Revision(Why.NEW, NOW, entries_of([article()])[0])
    assert new.revision.entry.updated == PUBLISHED
    (same,) = published.see(article(source="copy.txt", saved=SAVED))
    assert (same.id, same.revision, len(same.sightings)) == (ID, None, 2)


def test_published_moves_from_its_day_to_its_minute_only() -> None:
    """A minute on the known day replaces the day, and `updated` with it; another minute never replaces a minute."""
    published = Published()
    published.see(article(published=day("2025-03-02 16:00")))
    (refined,) = published.see(article())
    assert refined.revision is not None
    assert refined.revision.why is Why.GROWN
    assert (refined.revision.entry.published, refined.revision.entry.updated) == (
        minute("2025-03-03 01:30"),
        PUBLISHED,
    )
    (same,) = published.see(article(published=day("2025-03-02 16:00"), source="again.txt"))
    assert same.revision is None


def test_the_date_first_published_stays_as_long_as_a_page_shows_it() -> None:
    """A different date of the same number is reported; it is used once no page shows the first date."""
    first, other = (
        article(number="100000001", published=minute(text)) for text in ("2025-03-05 01:30", "2025-03-03 01:30")
    )
    published = Published()
    published.see(first)
    (one,) = published.see(other._replace(source="other.txt"))
    assert one.revision is None
    assert [(conflict.source, conflict.message[:34]) for conflict in one.conflicts] == [
        ("other.txt", "SMM number 100000001 is dated Mar ")
    ]
    del published.published_as[first]
    (one,) = published.see(is_mending=True)
    assert one.revision is not None
    assert (one.revision.why, one.revision.entry.published) == (Why.MENDED, minute("2025-03-03 01:30"))
    assert one.conflicts == ()


def test_a_minute_of_another_day_does_not_replace_the_day() -> None:
    """It contradicts the published date, and is reported."""
    published = Published()
    published.see(article(number="100000001", published=day("2025-03-02 16:00")))
    (one,) = published.see(article(number="100000001", published=minute("2025-03-05 01:30"), source="other.txt"))
    assert one.revision is None
    assert [conflict.source for conflict in one.conflicts] == ["other.txt"]


# What becomes of an entry when it turns out that its sightings are of another, of two, or of none.


@pytest.mark.parametrize("numbers", [("100000001", "100000002"), ("100000002", "100000001")])
def test_of_two_articles_the_one_of_the_published_date_keeps_the_id(numbers: tuple[str, str]) -> None:
    """Even if the other has the smaller number, and so is matched first."""
    was = article(number=numbers[0])
    other = article("Tin exports fall", number=numbers[1], published=minute("2025-03-03 09:00"))
    revision = Revision(Why.NEW, SAVED, entries_of([was])[0])
    decided = settle(Case({was: (ID,), other: (ID,)}, {ID: revision}, is_mending=True), lambda _: (), NOW)
    owners = {sighting: one.id for one in decided for sighting in one.sightings}
    assert owners[was] == ID
    assert owners[other] == entries_of([other])[0].id != ID
    assert [one.revision.why for one in decided if one.revision] == [Why.NEW]


def test_what_no_page_shows_any_more_is_withdrawn_and_can_come_back() -> None:
    """A list that was taken for an article is withdrawn. An article that is understood again gets its id back."""
    published = Published()
    published.see(article())
    published.published_as = {}
    (gone,) = published.see(now=LATER, is_mending=True)
    assert gone.revision is not None
    assert (gone.id, gone.revision.why, gone.revision.state) == (ID, Why.WITHDRAWN, State.WITHDRAWN)
    assert published.entries() == ()
    assert [one.revision for one in published.see()] == [None]
    case = Case({article(): ()}, {}, vacant=published.stored)
    (back,) = settle(case, lambda _: (), NOW)
    assert back.revision is not None
    assert (back.id, back.revision.why, back.revision.state) == (ID, Why.RESTORED, State.SHOWN)


def test_what_a_newer_parser_reads_succeeds_what_an_older_one_read() -> None:
    """By kind and by the lines they share; of several that share as many, the first."""
    old = Evidence(title=1, published=3, body=(5, 6))
    after = [
        teaser()._replace(evidence=Evidence(title=1, published=3)),
        article()._replace(evidence=Evidence(title=5)),
        article()._replace(evidence=Evidence(title=1, published=3)),
        article()._replace(evidence=Evidence(title=5, published=6)),
    ]
    assert successors([(7, Kind.ARTICLE, old), (8, Kind.TEASER, old)], after) == {7: 2, 8: 0}
    elsewhere = Evidence(title=40)
    assert successors([(7, Kind.ARTICLE, elsewhere), (8, Kind.TEASER, elsewhere)], after) == {7: 1}


def test_no_id_is_given_twice() -> None:
    """Not even if the article that has it is seen in none of these pages."""
    (one,) = settle(Case({article(): ()}, {}, taken={ID}), lambda _: (), NOW)
    assert one.id != ID
    assert one.id.startswith("urn:uuid:")


def test_topics_are_those_of_what_the_entry_says() -> None:
    """Topics are found in the entry as the feed has it. A change of topics is a revision, and changes no date."""
    published = Published()
    published.see(article())
    tin = Topic("tin", "Tin")
    (one,) = settle(
        Case(published.published_as, published.stored), lambda entry: (tin,) * entry.title.count("Tin"), NOW
    )
    assert one.revision is not None
    assert (one.revision.why, one.revision.entry.topics, one.revision.entry.updated) == (Why.SORTED, (tin,), PUBLISHED)


# What a person says stands over pages.


def test_corrections_overrule_pages() -> None:
    """Title and date are as a person says, `updated` stays, and removing the correction undoes it."""
    published = Published()
    published.see(article(), now=SAVED)
    text = '{"published": "Mar 4, 2025 10:00", "title": "Tin smelters hold"}'
    word = Word(text, title="Tin smelters hold", published=minute("2025-03-04 02:00"))
    (said,) = published.see(now=LATER, words={ID: word}, is_mending=True)
    assert said.revision is not None
    assert (said.revision.why, said.revision.word) == (Why.AMENDED, text)
    assert (said.revision.entry.title, said.revision.entry.published) == (
        "Tin smelters hold",
        minute("2025-03-04 02:00"),
    )
    assert (said.id, said.revision.entry.updated, said.conflicts) == (ID, PUBLISHED, ())
    assert published.see(words={ID: word}, is_mending=True)[0].revision is None
    (undone,) = published.see(now=NOW, is_mending=True)
    assert undone.revision is not None
    assert undone.revision == Revision(Why.AMENDED, NOW, entries_of([article()])[0])


def test_a_notice_replaces_the_entry_in_feed_readers() -> None:
    """It is the title and the text, and `updated` changes both when it comes and when it goes."""
    published = Published()
    published.see(article(number="100000001"), now=SAVED)
    word = Word('{"withdraw": "Published in error."}', notice="Published in error.")
    (notice,) = published.see(now=LATER, words={ID: word}, is_mending=True)
    assert notice.revision is not None
    entry = notice.revision.entry
    assert (entry.title, entry.summary, entry.paragraphs) == ("Published in error.", None, ("Published in error.",))
    assert (entry.id, entry.updated, entry.extent, entry.link) == (ID, LATER, Extent.NOTICE, None)
    (back,) = published.see(now=NOW, is_mending=True)
    assert back.revision is not None
    assert (back.revision.entry.paragraphs, back.revision.entry.updated) == ((BODY,), NOW)
    (again,) = published.see(now=LATER, words={ID: word}, is_mending=True)
    assert again.revision is not None
    assert again.revision.entry.updated == NOW + timedelta(seconds=1)  # though the clock was set back


# Builds over pages that change.


@pytest.mark.parametrize("seed", range(101, 104))
def test_pages_that_change_change_no_id(seed: int, tmp_path: Path) -> None:
    """Random changes of pages lose, double or re-date no entry, and every correction is noticed."""
    harm = live(seed, 15, tmp_path)
    del harm["unknowable"]
    assert not +harm


def build(*options: str, now: datetime = NOW) -> Result:
    """A build of the folder `pages` in this process."""
    environment = {"SOURCE_DATE_EPOCH": str(int(now.timestamp()))}
    return CliRunner().invoke(main, ["build", "pages", *options], env=environment, catch_exceptions=False)


def save(name: str, data: bytes, hour: int) -> None:
    """A page saved at that hour of 5 March 2025."""
    path = Path("pages") / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    saved = minute(f"2025-03-05 {hour:02}:00").instant.timestamp()
    os.utime(path, (saved, saved))


def shown() -> dict[str, tuple[str, str, str, str]]:
    """Title, date, date of change and text of each entry in the feed, by id."""
    found = feedparser.parse(Path("output/atom.xml").read_bytes()).entries
    return {one.id: (one.title, one.published, one.updated, one.content[0].value) for one in found}


def ids() -> list[str]:
    """The ids of the feed's entries."""
    return [*shown()]


def test_two_entries_found_to_be_one_keep_the_first_id() -> None:
    """The other is retired for good, whatever later pages show; the summary reports it."""
    long_text = f"{BODY} {BODY} {BODY}"
    save("a.txt", page("Tin stocks fall", body="A short note."), 1)
    build()
    (first,) = ids()
    save("b.txt", page("Tin stocks down again", body=long_text), 2)
    build()
    (second,) = set(ids()) - {first}
    save("c.txt", page("Tin stocks fall", body=long_text), 3)
    result = build("--report", "report.json")
    assert result.stdout.endswith("1 page read: 1 entry (1 corrected, 1 merged into another)\n")
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert {name: count for name, count in report["entries"].items() if count} == {
        "all": 1,
        "corrected": 1,
        "merged": 1,
    }
    assert ids() == [first]
    save("d.txt", page("Tin stocks down again", body=long_text), 4)
    build()
    assert ids() == [first]
    explained = CliRunner().invoke(main, ["explain", second])
    assert f"retired: later pages showed that it is {first}" in explained.stdout


def test_two_pages_that_claim_one_number_are_reported_once() -> None:
    """The date published first stays. The page that contradicts it is reported once, and listed while it exists."""
    address = "https://news.metal.com/newscontent/100000001"
    save("a.txt", page(address=address), 1)
    assert build().exit_code == 0
    save("b.txt", page(address=address, published="Published: Mar 9, 2025 10:00"), 2)
    message = (
        "pages/b.txt:2: SMM number 100000001 is dated Mar 9, 2025 10:00 here and differently elsewhere; "
        "2025-03-03T01:30Z is published: if that is wrong, say so in corrections.toml\n"
    )
    result = build()
    assert (result.exit_code, result.stderr) == (0, message)
    assert build().stderr == ""
    assert CliRunner().invoke(main, ["list", "--unpublished"]).stdout == message
    Path("corrections.toml").write_text('["100000001"]\npublished = "Mar 3, 2025 09:30"\n', encoding="utf-8")
    assert build().stderr == ""
    assert CliRunner().invoke(main, ["list", "--unpublished"]).stdout == ""  # a person has said which is right
    Path("corrections.toml").unlink()
    assert build().stderr == message
    (Path("pages") / "b.txt").unlink()
    build()
    assert CliRunner().invoke(main, ["list", "--unpublished"]).stdout == ""
    assert [published for _, published, _, _ in shown().values()] == ["2025-03-03T01:30:00+00:00"]


@pytest.mark.parametrize("hour", [2, 1], ids=["the same time", "an earlier time"])
def test_new_bytes_in_a_file_are_later_than_the_old_ones(hour: int) -> None:
    """Some programs keep the time of a file when they write it."""
    save("a.txt", page(body="Stocks were flat at 421 mt, and nobody minded."), 2)
    build()
    save("a.txt", page(body="Stocks were flat at 412 mt."), hour)
    assert "1 entry (1 corrected)" in build().stdout
    assert "412 mt" in Path("output/atom.xml").read_text(encoding="utf-8")


def test_new_bytes_in_a_file_are_later_even_if_a_clock_was_wrong() -> None:
    """A checkout or an unpacked archive may date files before their articles."""
    for text in ("Stocks were flat at 421 mt, and nobody minded.", "Stocks were flat at 412 mt."):
        save("a.txt", page(body=text), 1)
        os.utime("pages/a.txt", (1_000_000_000, 1_000_000_000))
        build()
    ((_, published, updated, text),) = shown().values()
    assert "412 mt" in text
    assert (published, updated) == ("2025-03-03T01:30:00+00:00", "2026-11-24T12:00:00+00:00")  # of the build


def test_an_entry_outlives_its_pages() -> None:
    """Deleting, renaming or damaging pages removes nothing from the feed."""
    save("a.txt", page(), 1)
    save("b.txt", page("Zinc premiums firm"), 1)
    build()
    before = Path("output/atom.xml").read_bytes()
    (Path("pages") / "a.txt").rename("pages/renamed.txt")
    save("b.txt", b"", 2)
    assert build().exit_code == 0
    assert Path("output/atom.xml").read_bytes() == before
    (Path("pages") / "renamed.txt").unlink()
    (Path("pages") / "b.txt").unlink()
    assert build().exit_code == 0
    assert Path("output/atom.xml").read_bytes() == before


def test_two_articles_that_would_share_an_id_keep_theirs() -> None:
    """The one published first keeps the id, even if an earlier article of the same day and headline comes later."""
    save("noon.txt", page("Macro Roundup (Mar 3)", "Published: Mar 3, 2025 12:00"), 1)
    build()
    (noon,) = ids()
    save("morning.txt", page("Macro Roundup (Mar 3)", "Published: Mar 3, 2025 08:00"), 2)
    build()
    assert len(set(ids())) == 2
    assert ids()[0] == noon


# A page that is saved again in its own file.

OTHER_WORDS = (
    "Copper rods were sold at a premium in Tianjin, where three plants had closed for the holiday; nobody knew when "
    "they would open."
)


def test_a_page_redated_in_its_own_file_is_the_same_article() -> None:
    """The first date stays, and the other one is reported once."""
    save("a.txt", page(), 1)
    build()
    before = shown()
    save("a.txt", page(published="Published: Mar 4, 2025 10:00"), 2)
    result = build()
    assert result.stderr == (
        "pages/a.txt:1: the article is dated Mar 4, 2025 10:00 here and differently elsewhere; 2025-03-03T01:30Z is "
        "published: if that is wrong, say so in corrections.toml\n"
    )
    assert result.exit_code == 0
    assert shown() == before
    assert build().stderr == ""


def test_a_page_retitled_and_edited_in_its_own_file_is_the_same_article() -> None:
    """Same minute and most of the words: the id stays, and the new words are a correction."""
    save("a.txt", page(body=f"{BODY} {BODY} Nothing else was said."), 1)
    build()
    (before,) = ids()
    save("a.txt", page("Yunnan tin plants keep their plans", body=f"{BODY.replace('421', '412')} {BODY}"), 2)
    build()
    ((entry_id, (title, published, updated, text)),) = shown().items()
    assert entry_id == before
    assert (title, published, updated) == (
        "Yunnan tin plants keep their plans",
        "2025-03-03T01:30:00+00:00",
        "2025-03-05T02:00:00+00:00",
    )
    assert "412 mt" in text


@pytest.mark.parametrize(
    ("title", "published", "body"),
    [
        ("Tin smelters hold output steady", "Published: Mar 4, 2025 09:30", OTHER_WORDS),
        ("Copper rods sell at a premium", "Published: Mar 3, 2025 09:30", OTHER_WORDS),
        ("Copper rods sell at a premium", "Published: Mar 4, 2025 09:30", f"{BODY} {BODY}"),
    ],
    ids=["a recurring headline over other words", "the same minute, other words", "the same words, all else another"],
)
def test_another_article_in_the_same_file_is_another(title: str, published: str, body: str) -> None:
    """People reuse file names. What was published of the first article stays."""
    save("a.txt", page(body=f"{BODY} {BODY}"), 1)
    build()
    before = shown()
    save("a.txt", page(title, published, body), 2)
    result = build()
    assert result.stderr == ""
    assert len(shown()) == 2
    assert before.items() <= shown().items()


# Copies that were cut off, and times that cannot be.


def test_a_cut_off_copy_of_an_older_state_is_no_correction() -> None:
    """Even if it was saved after the corrected state: the corrected state stays published."""
    first = f"{BODY}\n\nStocks fell by 421 mt in the week.\n\nMore follows tomorrow, when the ports report."
    second = first.replace("fell by 421", "fell by 412")
    footer = "\n\nData Source Statement: Except for publicly available information, all was gathered by SMM."
    save("a.txt", page(body=first + footer), 1)
    build()
    save("b.txt", page(body=second + footer), 2)
    assert "(1 corrected)" in build().stdout
    before = shown()
    save("copy.txt", page(body=first[: first.index("when the ports")]), 3)
    result = build()
    assert "corrected" not in result.stdout
    assert shown() == before


def test_a_later_copy_of_an_older_state_is_as_old_as_its_first_saving() -> None:
    """Whatever its bytes are: it shows what was saved before the correction, which stays published."""
    footer = "\n\nData Source Statement: Except for publicly available information, all was gathered by SMM."
    save("a.txt", page(body=BODY + footer), 1)
    save("b.txt", page(body=BODY.replace("421", "412") + footer), 2)
    build()
    before = shown()
    assert "412" in str(before)
    save("copy.txt", page(body=BODY + footer) + b"\n\n", 3)
    build()
    assert shown() == before


def test_a_time_of_saving_in_the_future_is_unknown() -> None:
    """It neither dates a correction, nor makes its page the latest."""
    save("a.txt", page(body="Stocks were flat at 421 mt, and nobody minded."), 1)
    build()
    save("b.txt", page(body="Stocks were flat at 412 mt, and nobody minded."), 2)
    ahead = NOW.timestamp() + 400 * 24 * 3600
    os.utime("pages/b.txt", (ahead, ahead))
    build()
    ((_, _, updated, text),) = shown().values()
    assert "421 mt" in text
    assert updated == "2025-03-03T01:30:00+00:00"
    save("c.txt", page(body="Stocks were flat at 214 mt, and nobody minded."), 3)
    build()
    ((_, _, updated, text),) = shown().values()
    assert "214 mt" in text
    assert updated == "2025-03-05T03:00:00+00:00"


def test_a_page_saved_in_the_second_of_the_build_is_the_latest() -> None:
    """File systems store parts of a second, the build does not: such a time is not in the future."""
    save("a.txt", page(body="Stocks were flat at 421 mt, and nobody minded."), 1)
    save("b.txt", page(body="Stocks were flat at 412 mt."), 2)
    saved = int(NOW.timestamp()) * 10**9 + 999_999_999
    os.utime("pages/b.txt", ns=(saved, saved))
    build()
    ((_, _, _, text),) = shown().values()
    assert "412 mt" in text


def test_the_latest_standfirst_is_the_summary() -> None:
    """Even if it is shorter, and if a teaser was saved later."""

    def with_standfirst(text: str) -> bytes:
        return page(published=f"Published: Mar 3, 2025 09:30\n{text}")

    save("a.txt", with_standfirst("Smelters in Yunnan hold their output of tin for the fourth month in a row."), 1)
    save("b.txt", with_standfirst("Smelters in Yunnan hold their output."), 2)
    item = related_item(
        "Tin smelters hold output steady", "Mar 3, 2025 09:30", "Traders saw no reason to hurry, and waited."
    )
    save("c.txt", page("Zinc premiums firm") + f"Related News\n{item}\n".encode(), 3)
    build()
    entries = feedparser.parse(Path("output/atom.xml").read_bytes()).entries
    (summary,) = [one.summary for one in entries if one.title.startswith("Tin")]
    assert summary == "Smelters in Yunnan hold their output."
