"""`corrections.toml` overrides what pages say, and is undone when a correction is removed."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner, Result

from feedgen_smm.cli import main
from tests.judges.programs import Newsboat, newsboat_reads, sfeed_reads
from tests.samples import page

ROOT = Path(__file__).parent.parent
ARTICLE = "urn:uuid:4bfc3347-567d-58fe-9ed2-360a5d9c5447"  # Serbian Zijin Copper …, Aug 10, 2020 10:51
FIRST = "urn:uuid:9742870a-d858-571f-b357-4432294fda84"  # Premier Li Qiang …, Feb 6, 2026 23:56
SECOND = "urn:uuid:9f600f0a-c099-52aa-8d78-88de37b60741"  # Guided by Xi Jinping …, Feb 6, 2026 23:54
THIRD = "urn:uuid:37400bb1-3c9a-5718-bd3b-d253eabd4c90"  # Indirect Iran-US Nuclear Talks …, Feb 6, 2026 23:47
NOW, LATER, LAST = 1_780_000_000, 1_780_100_000, 1_780_200_000  # 28, 29 and 30 May 2026
BASE = ("--base-url", "https://example.org/smm/")
CORRECTIONS = Path("corrections.toml")


def build(now: int) -> Result:
    """A build of the seed at that time. Built again, the same corrections change nothing."""
    command, environment = ["build", "seeds", *BASE], {"SOURCE_DATE_EPOCH": str(now)}
    result = CliRunner().invoke(main, command, env=environment, catch_exceptions=False)
    if result.exit_code == 0 and CORRECTIONS.exists():
        before = output()
        os.utime(CORRECTIONS, (now, now))  # else nothing would be settled again
        again = CliRunner().invoke(main, command, env={"SOURCE_DATE_EPOCH": str(now + 3600)}, catch_exceptions=False)
        assert (again.exit_code, output()) == (0, before), again.stderr
    return result


def correct(text: str) -> None:
    """Write the corrections."""
    CORRECTIONS.write_text(text, encoding="utf-8")


def entries() -> dict[str, tuple[str, str, str, str]]:
    """The Atom feed's entries by their ids: title, date, date of change, text."""
    found = feedparser.parse(Path("output/atom.xml").read_bytes()).entries
    return {one.id: (one.title, one.published, one.updated, one.content[0].value) for one in found}


def output() -> dict[Path, bytes]:
    """All that is published."""
    return {path: path.read_bytes() for path in Path("output").rglob("*") if path.is_file()}


@pytest.fixture(autouse=True)
def published() -> Iterator[None]:
    """The seed, published."""
    shutil.copytree(ROOT / "seeds", "seeds")
    assert build(NOW).exit_code == 0
    yield
    check = CliRunner().invoke(main, ["check", *map(str, Path("output").rglob("*.xml"))])
    assert check.exit_code == 0, check.output
    assert CliRunner().invoke(main, ["verify"]).exit_code == 0


def test_a_withdrawn_entry_is_found_in_no_byte() -> None:
    """It is in no file. After the correction is removed, all files are as before."""
    before = output()
    correct(f'["{FIRST}"]\nwithdraw = true\n')
    result = build(LATER)
    assert result.exit_code == 0
    assert "3 entries (1 withdrawn)" in result.stdout
    for path, data in output().items():
        assert b"Premier Li Qiang" not in data, path
        assert FIRST.encode() not in data, path
    CORRECTIONS.unlink()
    assert "(1 amended)" in build(LAST).stdout
    assert output() == before


def test_a_withdrawn_entry_leaves_feeds_that_are_no_longer_updated() -> None:
    """Those of a topic that was removed are deleted if they have it; others stay for whoever reads them."""
    topics = Path("feedgen-smm.toml")
    words = {"serbia": "Serbian", "iran": "Iran", "premier": "Premier"}
    topics.write_text("".join(f'[topics.{name}]\ninclude = ["{word}"]\n' for name, word in words.items()))
    build(NOW)
    topics.unlink()
    assert "output/topics/iran: no longer updated, 2 feeds" in build(NOW).stdout
    correct(f'["{THIRD}"]\nwithdraw = true\n["{FIRST}"]\nsame_as = "{THIRD}"\n')
    build(LATER)
    assert {path.parts[2] for path in output() if path.parts[1] == "topics"} == {"copper", "serbia"}
    assert not any(THIRD.encode() in data or FIRST.encode() in data for data in output().values())


def test_a_notice_replaces_what_readers_hold(tmp_path: Path) -> None:
    """It has the same id and date, and a new `updated`; newsboat and sfeed show it instead of the entry."""
    reader = Newsboat(tmp_path)
    reader.reads_all()
    title, date, _, _ = entries()[SECOND]
    correct(f'["{SECOND}"]\nwithdraw = "Published in error."\n')
    assert build(LATER).exit_code == 0
    notice = ("Published in error.", date, "2026-05-30T00:13:20+00:00", "<p>Published in error.</p>")
    assert entries()[SECOND] == notice
    assert not any(title.encode() in data or b"computing power" in data for data in output().values())
    for read in (newsboat_reads, sfeed_reads):
        shown = {item.id: item.title for item in read(Path("output/atom.xml"))}
        assert shown[SECOND] == "Published in error."
        assert len(shown) == 4
    assert reader.title_of(SECOND) == "Published in error."
    correct("")
    assert build(LAST).exit_code == 0
    assert entries()[SECOND][0] == title
    assert entries()[SECOND][2] == "2026-05-31T04:00:00+00:00"  # what comes back replaces the notice


def test_title_and_date_are_as_a_person_says() -> None:
    """The publisher corrected nothing, so `updated` stays."""
    before = entries()[ARTICLE]
    correct(f'["{ARTICLE}"]\ntitle = "A green mine in Serbia"\npublished = "Aug 10, 2020 09:51"\n')
    assert "(1 amended)" in build(LATER).stdout
    assert entries()[ARTICLE] == ("A green mine in Serbia", "2020-08-10T01:51:00+00:00", *before[2:])
    correct(f'["{ARTICLE}"]\npublished = "2020-08-10 12:00 UTC+00:00"\n')
    assert "(1 amended)" in build(LAST).stdout
    assert entries()[ARTICLE][:2] == (before[0], "2020-08-10T12:00:00+00:00")
    CORRECTIONS.unlink()
    build(LAST)
    assert entries()[ARTICLE] == before


def test_a_date_goes_with_its_correction_though_a_page_shows_it_too() -> None:
    """What a person said is no evidence once it is taken back."""
    address = "https://news.metal.com/newscontent/101234175"
    for name, date in (("a.txt", "Mar 3, 2025 09:30"), ("b.txt", "Mar 3, 2025 10:30")):
        Path("seeds", name).write_bytes(page(published=f"Published: {date}", address=address))
        os.utime(Path("seeds", name), (NOW, NOW))
    build(NOW)
    (entry_id,) = (one for one, (title, *_) in entries().items() if title == "Tin smelters hold output steady")
    before = entries()[entry_id]
    other = {"2025-03-03T01:30:00+00:00": "10:30", "2025-03-03T02:30:00+00:00": "09:30"}[before[1]]
    correct(f'["101234175"]\npublished = "Mar 3, 2025 {other}"\n')
    build(LATER)
    assert entries()[entry_id][1] != before[1]
    CORRECTIONS.unlink()
    build(LAST)
    assert entries()[entry_id] == before


def test_the_feed_of_a_topic_may_lose_all_its_entries() -> None:
    """It stays, empty, for those who subscribed to it; `check` finds no fault in it."""
    correct(f'["{ARTICLE}"]\nwithdraw = true\n')
    build(LATER)
    assert feedparser.parse(Path("output/topics/copper/atom.xml").read_bytes()).entries == []


def test_two_entries_are_one() -> None:
    """The named entry stays. The other returns with its own id when the correction is removed."""
    before = entries()
    correct(f'["{SECOND}"]\nsame_as = "{FIRST}"\n')
    assert "1 merged into another" in build(LATER).stdout
    assert entries().keys() == before.keys() - {SECOND}
    assert "corrections.toml says that it is" in CliRunner().invoke(main, ["explain", SECOND]).stdout
    correct(f'["{SECOND}"]\nsame_as = "{FIRST}"\n["{FIRST}"]\nsame_as = "{THIRD}"\n')
    build(LATER)
    assert entries().keys() == {ARTICLE, THIRD}
    explained = CliRunner().invoke(main, ["explain", SECOND]).stdout
    assert f"corrections.toml says that it is {THIRD}" in explained
    CORRECTIONS.unlink()
    build(LAST)
    assert entries() == before


def test_one_entry_is_two() -> None:
    """The article of the named page becomes another entry, until the correction is removed."""
    for name, minute in (("a", "10"), ("b", "10")):
        Path(f"seeds/{name}.txt").write_bytes(
            page("Tin roundup", f"Published: Mar 3, 2025 09:{minute}", f"Text {name}.")
        )
    build(NOW)
    (joined,) = (one for one, (title, *_) in entries().items() if title == "Tin roundup")
    correct(f'["{joined}"]\napart = ["seeds/b.txt"]\n')
    build(LATER)
    apart = {one: text for one, (title, _, _, text) in entries().items() if title == "Tin roundup"}
    assert sorted(apart.values()) == ["<p>Text a.</p>", "<p>Text b.</p>"]
    assert apart[joined] == "<p>Text a.</p>"
    (other,) = apart.keys() - {joined}
    CORRECTIONS.unlink()
    assert "1 merged into another" in build(LAST).stdout
    assert other not in entries()
    assert joined in entries()


def test_pages_are_named_relative_to_the_corrections() -> None:
    """Wherever the build is started, and wherever the file is."""
    (name,) = (path.name for path in Path("seeds").iterdir())
    Path("words").mkdir()
    Path("words/of-mine.toml").write_text(f'["{FIRST}"]\napart = ["../seeds/{name}"]\n', encoding="utf-8")
    command = ["build", "seeds", *BASE, "--corrections", "words/of-mine.toml"]
    assert CliRunner().invoke(main, command, catch_exceptions=False).exit_code == 0


def test_a_withdrawn_entry_leaves_full_documents() -> None:
    """Nothing else changes full documents; they are as before when the correction is removed."""
    for number in range(250):
        text = page(
            f"Number {number} of zinc", f"Published: Mar {number % 28 + 1}, 2024 {number % 24:02}:00", f"No. {number}."
        )
        Path(f"seeds/{number}.txt").write_bytes(text)
    build(NOW)
    full = {path for path, data in output().items() if b"next-archive" in data}
    assert len(full) == 4
    oldest = next(one.id for one in feedparser.parse(Path("output/archive/atom-1.xml").read_bytes()).entries)
    before = output()
    correct(f'["{oldest}"]\nwithdraw = true\n')
    assert build(LATER).exit_code == 0
    after = output()
    assert not any(oldest.encode() in data for data in after.values())
    assert {path for path in before if before[path] != after.get(path)} & full == {
        Path(f"output/archive/{name}-1.xml") for name in ("atom", "rss")
    } | {Path(f"output/archive/zinc/{name}-1.xml") for name in ("atom", "rss")}
    CORRECTIONS.unlink()
    build(LAST)
    assert {path: output()[path] for path in full} == {path: before[path] for path in full}


WRONG = {
    'title = "x"': '1: title: a table named by an id or a number, such as ["101234175"], is needed',
    '["1"]\ntitel = "x"': "2: titel: there is no such key here (known: withdraw, title, published, same_as, apart)",
    '["1"]\n\npublished = "soon"': '3: published: a date such as "Feb 6, 2026 23:56"',
    '["1"]\nwithdraw = false': "2: withdraw: true, or the words of a notice, is needed",
    '["101234175"]\nwithdraw = true': "1: no entry has the id or number 101234175",
    f'["{FIRST}"]\nsame_as = "urn:uuid:0"': "1: no entry has the id or number urn:uuid:0",
    f'["{FIRST}"]\nsame_as = "{FIRST}"': "1: an entry is always the same as itself",
    f'["{FIRST}"]\napart = ["seeds/none.txt"]': "1: apart: no page seeds/none.txt was read",
    "[": "1: not TOML",
}


@pytest.mark.parametrize(("text", "message"), WRONG.items(), ids=range(len(WRONG)))
def test_mistakes_are_told_with_their_line(text: str, message: str) -> None:
    """And nothing is built."""
    before = output()
    correct(text)
    result = build(LATER)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"corrections.toml:{message.replace('title: a table', 'a table')}"), result.stderr
    assert output() == before
    CORRECTIONS.unlink()


def test_what_explain_prints_can_be_pasted() -> None:
    """The printed title and date are those of the entry: pasting them changes nothing."""
    before = entries()
    explained = CliRunner().invoke(main, ["explain", ARTICLE]).stdout
    lines = explained.partition("corrections.toml\n")[2].splitlines()
    correct("\n".join(line for line in lines if not line.startswith(("withdraw", "same_as", "apart"))))
    assert build(LATER).exit_code == 0
    assert entries() == before
