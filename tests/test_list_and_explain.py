"""What the archive tells a person: which entries there are, and where everything an entry says comes from."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feedgen_smm.cli import main
from tests.samples import BODY, page, related_item


def run(*arguments: str) -> Result:
    """The command run in this process; a fault of ours comes out as it is."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def save(name: str, data: bytes, saved: int) -> None:
    """A page in the folder `pages`, saved so many seconds after 1970."""
    path = Path("pages") / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (saved, saved))


def flat(result: Result) -> str:
    """What was printed, on one line."""
    return " ".join(result.stdout.split())


SAVED = 1_741_000_000  # 2025-03-03 11:06:40 UTC
ADDRESS = "https://news.metal.com/newscontent/100000001/tin"


@pytest.fixture(autouse=True)
def archive(monkeypatch: pytest.MonkeyPatch) -> None:
    """An archive of a corrected article, seen as a teaser before, and of another, of another day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(SAVED + 50_000))
    teaser = related_item("Tin smelters hold output steady", "Mar 3, 2025 09:30", "Traders saw no reason to hurry.")
    save("zinc.txt", page("Zinc premiums firm", "Published: Mar 4, 2025") + f"Related News\n{teaser}\n".encode(), SAVED)
    assert run("build", "pages").exit_code == 0
    save("tin.txt", page(address=ADDRESS), SAVED + 10_000)
    assert run("build", "pages").exit_code == 0
    save("tin.txt", page(address=ADDRESS, body=BODY.replace("421", "412")), SAVED + 20_000)
    assert "1 page read: 1 entry corrected" in run("build", "pages").stdout


def test_list_shows_date_id_and_title_newest_first() -> None:
    """A line an entry, in China's time; a day without a time shows none."""
    lines = run("list").stdout.splitlines()
    assert [line.split("  ")[-1] for line in lines] == ["Zinc premiums firm", "Tin smelters hold output steady"]
    assert [line[:16] for line in lines] == ["2025-03-04      ", "2025-03-03 09:30"]
    assert all("urn:uuid:" in line for line in lines)


@pytest.mark.parametrize(
    ("options", "titles"),
    [
        (["--since", "2025-03-04"], ["Zinc premiums firm"]),
        (["--until", "2025-03-03"], ["Tin smelters hold output steady"]),
        (["--since", "2025-03-03", "--until", "2025-03-04"], ["Zinc premiums firm", "Tin smelters hold output steady"]),
        (["412", "TIN"], ["Tin smelters hold output steady"]),
        (["421", "tin"], []),
    ],
)
def test_list_finds_by_day_and_words(options: list[str], titles: list[str]) -> None:
    """Days are China's and count whole; words are looked for in title and text, in any case."""
    result = run("list", "--json", *options)
    assert [json.loads(line)["title"] for line in result.stdout.splitlines()] == titles
    assert result.exit_code == 0


def test_list_as_json_says_all_of_an_entry() -> None:
    """One object a line, with the dates in UTC."""
    entry = json.loads(run("list", "--json", "tin").stdout)
    assert entry["published"] == "2025-03-03T01:30:00Z"
    assert entry["updated"] == "2025-03-03T16:40:00Z"  # when the corrected page was saved
    assert entry["precision"] == "minute"
    assert entry["link"] == "https://news.metal.com/newscontent/100000001"
    assert entry["paragraphs"] == [BODY.replace("421", "412")]


@pytest.mark.parametrize("words", ["100000001", "Tin smelters hold output steady", "SMELTERS"])
def test_explain_says_where_every_value_comes_from(words: str) -> None:
    """File and lines of each value, the rule that made sightings one, and what each revision changed."""
    result = run("explain", words)
    shown = flat(result)
    assert result.exit_code == 0
    assert "title Tin smelters hold output steady (pages/tin.txt:2)" in shown
    assert "published 2025-03-03 09:30 in China = 2025-03-03 01:30 UTC, on the page 'Mar 3, 2025 09:30'" in shown
    assert "updated 2025-03-03 16:40 UTC, by the correction of revision 3" in shown
    assert "text 1 paragraph (pages/tin.txt:6)" in shown
    assert "summary Traders saw no reason to hurry. (pages/zinc.txt:" in shown
    assert "Sightings, 3" in shown
    assert "number 100000001; the same SMM number" in shown
    assert "; the same headline at the same time" in shown
    assert "1 insert" in shown
    assert "2 enrich" in shown
    assert "3 correct" in shown
    assert f"- {BODY}" in result.stdout
    assert f"+ {BODY.replace('421', '412')}" in result.stdout


def test_explain_asks_which_entry_is_meant() -> None:
    """Words that mean several entries, or none, are no answer."""
    save("other.txt", page("Tin imports fall"), SAVED)
    run("build", "pages")
    several = run("explain", "tin")
    assert several.exit_code == 1
    assert "2 entries are meant; name one by its id:\n  urn:uuid:" in several.stderr
    none = run("explain", "molybdenum")
    assert none.exit_code == 1
    assert "no entry has the id, the number or the title 'molybdenum'" in none.stderr


@pytest.mark.parametrize("command", [["list"], ["explain", "tin"]])
def test_without_an_archive_there_is_nothing_to_tell(command: list[str]) -> None:
    """The message says how to make one."""
    result = run(*command, "--record", "elsewhere.sqlite3")
    assert result.exit_code == 1
    assert "elsewhere.sqlite3: there is no archive here: feedgen-smm build makes one" in result.stderr
    assert not Path("elsewhere.sqlite3").exists()
