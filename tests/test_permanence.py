"""An entry once published is never lost, doubled or re-dated: the decision, and builds over pages that change."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner, Result
from feedgen_smm.articles.revision import decide

from feedgen_smm.cli import main
from feedgen_smm.models import Action, Entry, Extent, Moment
from tests.mutations import live
from tests.samples import BODY, day, minute, page

NOW = minute("2026-11-24 12:00").instant
SAVED = minute("2025-03-05 08:00").instant


def entry(
    *paragraphs: str,
    title: str = "Tin smelters hold output steady",
    published: Moment | None = None,
    extent: Extent = Extent.WHOLE,
    saved: datetime | None = None,
) -> Entry:
    """An entry that was never corrected, published on 3 March 2025 at 01:30 UTC unless told otherwise."""
    published = published or minute("2025-03-03 01:30")
    return Entry(
        id="urn:uuid:1",
        title=title,
        published=published,
        updated=published.instant,
        summary=None,
        paragraphs=paragraphs or (BODY,),
        link=None,
        language="en",
        extent=extent,
        saved=saved,
    )


NO_CORRECTIONS = {
    "other white space": (entry("A b.", "C d."), entry("A  b. C\u00a0d.")),
    "other quotation marks": (entry("“Yes,” he said."), entry('"Yes," he said.')),
    "another headline": (entry(), entry(title="Tin output holds")),
    "a teaser that grows into its article": (entry("Short.", extent=Extent.TEASER), entry("Another beginning.")),
    "a teaser that was cut": (
        entry("Tin stocks fe", extent=Extent.TEASER),
        entry("Tin stocks fell.", extent=Extent.TEASER),
    ),
    "a text that goes on where it was cut": (entry("A b.", "C", extent=Extent.OPEN), entry("A b.", "C d.", "E.")),
    "a page that shows the end": (entry("A b.", extent=Extent.OPEN), entry("A b.")),
}
CORRECTIONS = {
    "a figure": (entry("421 mt."), entry("412 mt.")),
    "a decimal point": (entry("It rose 1.5%."), entry("It rose 15%.")),
    "a sign": (entry("It moved by -3%."), entry("It moved by 3%.")),
    "a word's case": (entry("Smm says."), entry("SMM says.")),
    "a paragraph added": (entry("A b."), entry("A b.", "C d.")),
    "a paragraph taken out at the end": (entry("A b.", "C d."), entry("A b.")),
    "a cut text that says other words": (entry("A b.", extent=Extent.OPEN), entry("A x.", extent=Extent.OPEN)),
}


@pytest.mark.parametrize(("stored", "sighted"), NO_CORRECTIONS.values(), ids=NO_CORRECTIONS.keys())
def test_what_is_no_correction_moves_no_date(stored: Entry, sighted: Entry) -> None:
    """The entry says what was seen, under its old id and dates."""
    decision = decide(stored, sighted._replace(id="urn:uuid:2"), NOW)
    assert decision.action is Action.ENRICH
    assert decision.entry == sighted


@pytest.mark.parametrize(("stored", "sighted"), CORRECTIONS.values(), ids=CORRECTIONS.keys())
def test_a_correction_moves_updated_and_nothing_else(stored: Entry, sighted: Entry) -> None:
    """To the time of the build where that of the saving is unknown."""
    decision = decide(stored, sighted, NOW)
    assert decision.action is Action.CORRECT
    assert decision.entry == sighted._replace(updated=NOW)


@pytest.mark.parametrize(
    ("saved", "updated"),
    [(SAVED, SAVED), (minute("2025-03-03 01:29").instant, NOW), (minute("2027-01-01 00:00").instant, NOW)],
    ids=["after it was published", "before it was published", "in the future"],
)
def test_updated_is_the_time_of_saving_if_that_can_be(saved: datetime, updated: datetime) -> None:
    """A clock that was wrong when the page was saved does not make the feed wrong."""
    assert decide(entry("421 mt."), entry("412 mt.", saved=saved), NOW).entry.updated == updated


def test_updated_moves_on_though_the_clock_stands_still() -> None:
    """A second correction within the same second, or at a clock that was set, is still seen."""
    first = decide(entry("421 mt."), entry("412 mt."), NOW).entry
    second = decide(first, entry("214 mt."), NOW)
    assert second.action is Action.CORRECT
    assert second.entry.updated == NOW + timedelta(seconds=1)


def test_a_new_entry_and_one_that_stays() -> None:
    """What is seen for the first time is inserted as it is; what is seen again, unchanged, is kept."""
    assert decide(None, entry(), NOW) == (Action.INSERT, entry())
    assert decide(entry(), entry(saved=SAVED), NOW).action is Action.KEEP


def test_published_moves_from_its_day_to_its_minute_only() -> None:
    """A minute on that day refines it, and `updated` with it; another minute does not replace one."""
    by_day, by_minute = entry(published=day("2025-03-02 16:00")), entry()
    assert decide(by_day, by_minute, NOW) == (Action.ENRICH, by_minute)
    assert decide(by_minute, by_day, NOW) == (Action.KEEP, by_minute)
    assert decide(by_minute, entry(published=minute("2025-03-03 05:00")), NOW) == (Action.KEEP, by_minute)


@pytest.mark.parametrize("seed", range(101, 107))
def test_pages_that_change_change_no_id(seed: int, tmp_path: Path) -> None:
    """Worlds of articles under random mutations: nothing is lost, doubled or re-dated, and no correction missed."""
    harm = live(seed, 15, tmp_path)
    del harm["unknowable"]
    assert not +harm


def build(*options: str) -> Result:
    """A build of the folder `pages` in this process."""
    return CliRunner().invoke(main, ["build", "pages", *options], catch_exceptions=False)


def save(name: str, data: bytes, hour: int) -> None:
    """A page saved at that hour of 5 March 2025."""
    path = Path("pages") / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    saved = minute(f"2025-03-05 {hour:02}:00").instant.timestamp()
    os.utime(path, (saved, saved))


def ids() -> list[str]:
    """The ids of the feed's entries."""
    return [item.id for item in feedparser.parse(Path("output/atom.xml").read_bytes()).entries]


def test_two_entries_found_to_be_one_keep_the_first_id() -> None:
    """The other is retired for good: later pages do not bring it back, and the account says so."""
    long_text = f"{BODY} {BODY} {BODY}"
    save("a.txt", page("Tin stocks fall", body="A short note."), 1)
    build()
    (first,) = ids()
    save("b.txt", page("Tin stocks down again", body=long_text), 2)
    build()
    (second,) = set(ids()) - {first}
    save("c.txt", page("Tin stocks fall", body=long_text), 3)
    result = build("--report", "report.json")
    assert "1 entry found to be another" in result.stdout
    assert result.stdout.endswith("3 pages: 3 sightings = 1 entry + 2 merged + 0 rejected\n")
    report = json.loads(Path("report.json").read_text(encoding="utf-8"))
    assert report["entries"] == {"new": 0, "enriched": 0, "corrected": 1, "retired": 1}
    assert ids() == [first]
    explained = CliRunner().invoke(main, ["explain", second])
    assert f"retired: later pages showed it to be {first}" in explained.stdout


def test_two_pages_that_claim_one_number_are_reported() -> None:
    """The date first published stays; the page that contradicts it is named, as long as it is there."""
    address = "https://news.metal.com/newscontent/100000001"
    save("a.txt", page(address=address), 1)
    assert build().exit_code == 0
    save("b.txt", page(address=address, published="Published: Mar 9, 2025 10:00"), 2)
    for _ in range(2):
        result = build()
        assert result.exit_code == 1
        assert result.stderr == (
            "pages/b.txt:2: SMM number 100000001 is dated Mar 9, 2025 10:00 here and differently elsewhere; "
            "2025-03-03T01:30Z is published\n"
        )
    (Path("pages") / "b.txt").unlink()
    assert build().exit_code == 0


@pytest.mark.parametrize("hour", [2, 1], ids=["the same time", "an earlier time"])
def test_a_page_that_replaces_another_is_the_later_one(hour: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some programs keep a file's time when they write it: what stands in it now was saved after what stood there."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(NOW.timestamp())))
    save("a.txt", page(body="Stocks were flat at 421 mt, and nobody minded."), 2)
    build()
    save("a.txt", page(body="Stocks were flat at 412 mt."), hour)
    assert "1 entry corrected" in build().stdout
    assert "412 mt" in Path("output/atom.xml").read_text(encoding="utf-8")


def test_an_entry_outlives_its_pages() -> None:
    """Pages deleted, renamed or gone bad take nothing from the feed."""
    save("a.txt", page(), 1)
    save("b.txt", page("Zinc premiums firm"), 1)
    build()
    before = Path("output/atom.xml").read_bytes()
    (Path("pages") / "a.txt").rename("pages/renamed.txt")
    save("b.txt", b"", 2)
    assert build().exit_code == 1
    assert Path("output/atom.xml").read_bytes() == before
    (Path("pages") / "renamed.txt").unlink()
    (Path("pages") / "b.txt").unlink()
    assert build().exit_code == 0
    assert Path("output/atom.xml").read_bytes() == before


def test_two_articles_that_would_share_an_id_keep_theirs() -> None:
    """The one first published has it, also when an earlier one of the same day and headline comes later."""
    save("noon.txt", page("Macro Roundup (Mar 3)", "Published: Mar 3, 2025 12:00"), 1)
    build()
    (noon,) = ids()
    save("morning.txt", page("Macro Roundup (Mar 3)", "Published: Mar 3, 2025 08:00"), 2)
    build()
    assert len(set(ids())) == 2
    assert ids()[0] == noon
