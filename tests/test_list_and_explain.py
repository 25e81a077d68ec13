"""`list` and `explain`: which entries there are and were, what is not published, and where each value comes from."""

import json
import os
import tomllib
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
def record(monkeypatch: pytest.MonkeyPatch) -> None:
    """A record of a corrected article, seen as a teaser before, and of another, of another day."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(SAVED + 50_000))
    teaser = related_item("Tin smelters hold output steady", "Mar 3, 2025 09:30", "Buyers wait for rain.")
    save("zinc.txt", page("Zinc premiums firm", "Published: Mar 4, 2025") + f"Related News\n{teaser}\n".encode(), SAVED)
    assert run("build", "pages").exit_code == 0
    save("tin.txt", page(address=ADDRESS), SAVED + 10_000)
    assert run("build", "pages").exit_code == 0
    save("tin.txt", page(address=ADDRESS, body=BODY.replace("421", "412")), SAVED + 20_000)
    assert "1 page read: 2 entries (1 corrected)" in run("build", "pages").stdout


def test_list_shows_date_id_and_title_newest_first() -> None:
    """One line for each entry, in China's time; no time if only the day is known."""
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
        (["RAIN"], ["Tin smelters hold output steady"]),
        (["421", "tin"], []),
    ],
)
def test_list_finds_by_day_and_words(options: list[str], titles: list[str]) -> None:
    """Days are China's and count whole; words are looked for in title, summary and text, ignoring case."""
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
    assert "updated 2025-03-03 16:40 UTC, by revision 3" in shown
    assert "text 1 paragraph (pages/tin.txt:6)" in shown
    assert "summary Buyers wait for rain. (pages/zinc.txt:" in shown
    assert "Sightings, 3" in shown
    assert "number 100000001; the same SMM number" in shown
    assert "; the same headline at the same time" in shown
    assert "pages/tin.txt:2, saved 2025-03-03 16:40 UTC, read 2025-03-04 01:00 UTC article" in shown
    first = "pages/tin.txt:2, saved 2025-03-03 13:53 UTC, read 2025-03-04 01:00 UTC"
    assert f"{first}; the file says something else by now" in shown
    assert "1 new" in shown
    assert "2 grown" in shown
    assert "3 corrected" in shown
    assert f"- {BODY}" in result.stdout
    assert f"+ {BODY.replace('421', '412')}" in result.stdout


def test_explain_asks_which_entry_is_meant() -> None:
    """Words that match several entries, or none, are an error."""
    save("other.txt", page("Tin imports fall"), SAVED)
    run("build", "pages")
    several = run("explain", "tin")
    assert several.exit_code == 1
    assert "2 entries match; name one by its id:\n  urn:uuid:" in several.stderr
    for number in range(22):
        save(f"{number}.txt", page(f"Tin in week {number}"), SAVED)
    run("build", "pages")
    many = run("explain", "tin").stderr
    assert many.startswith("Error: 24 entries match; name one by its id:\n  urn:uuid:")
    assert (many.count("urn:uuid:"), many[-5:]) == (20, "\n  …\n")
    none = run("explain", "molybdenum")
    assert none.exit_code == 1
    assert "no entry has the id, the number or the title 'molybdenum', and no page that name" in none.stderr


@pytest.mark.parametrize(
    "command", [["list"], ["list", "--unpublished"], ["explain", "tin"], ["verify"], ["backup", "copy"]]
)
def test_without_a_record_there_is_nothing_to_tell(command: list[str]) -> None:
    """The message says how to make one."""
    result = run(*command, "--record", "elsewhere.sqlite3")
    assert result.exit_code == 1
    assert "elsewhere.sqlite3: there is no record here; feedgen-smm build makes one" in result.stderr
    assert not Path("elsewhere.sqlite3").exists()


CORRECTED = BODY.replace("421", "412")
MIDNIGHT = 1_741_104_000  # 00:00 of 5 March in China, and of that day
LATE = SAVED + 272_800  # 22:53 of 6 March


def listed(*options: str) -> list[tuple[str, str, list[str]]]:
    """Title, date of change and text of each entry."""
    entries = map(json.loads, run("list", "--json", *options).stdout.splitlines())
    return [(entry["title"], entry["updated"], entry["paragraphs"]) for entry in entries]


def test_list_as_of_shows_what_the_feed_said() -> None:
    """At the end of each day in China: before the first build nothing, then each state, also of what was withdrawn."""
    day = 24 * 3600
    for number, (now, body) in enumerate([(MIDNIGHT, "Stocks were 1 mt."), (LATE, "Stocks were 2 mt.")], start=1):
        os.environ["SOURCE_DATE_EPOCH"] = str(now)
        save("lead.txt", page("Lead stocks fall", "Published: Mar 2, 2025 09:00", body), SAVED + number * day)
        assert run("build", "pages").exit_code == 0
    (entry,) = [json.loads(line) for line in run("list", "--json", "lead").stdout.splitlines()]
    Path("corrections.toml").write_text(f'["{entry["id"]}"]\nwithdraw = true\n', encoding="utf-8")
    os.environ["SOURCE_DATE_EPOCH"] = str(LATE + day)
    assert run("build", "pages").exit_code == 0
    zinc = ("Zinc premiums firm", "2025-03-03T16:00:00Z", [BODY])
    tin = ("Tin smelters hold output steady", "2025-03-03T16:40:00Z", [CORRECTED])
    first = ("Lead stocks fall", "2025-03-02T01:00:00Z", ["Stocks were 1 mt."])
    second = ("Lead stocks fall", "2025-03-05T11:06:40Z", ["Stocks were 2 mt."])
    assert listed("--as-of", "2025-03-03") == []
    assert listed("--as-of", "2025-03-04") == [zinc, tin]
    assert listed("--as-of", "2025-03-05") == [zinc, tin, first]
    assert listed("--as-of", "2025-03-06") == [zinc, tin, second]
    assert listed("--as-of", "2025-03-07") == [zinc, tin] == listed()
    assert listed("--as-of", "2025-03-06", "--until", "2025-03-02") == [second]


def test_list_unpublished_has_every_problem_and_its_remedy() -> None:
    """By file and line, until it is corrected; a build reports it once, and this each time."""
    save("a.txt", b"Sign In\nGot it\n", SAVED)
    save("b.txt", page(published=""), SAVED)
    built = run("build", "pages")
    told = run("list", "--unpublished")
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout == built.stderr
    assert [line.split(" ", 2)[0] for line in told.stdout.splitlines()] == ["pages/a.txt:1:", "pages/b.txt:1:"]
    assert run("build", "pages").stderr == ""
    save("b.txt", page("Lead stocks fall"), SAVED)
    Path("pages/a.txt").unlink()
    run("build", "pages")
    assert run("list", "--unpublished").stdout == ""


def test_explain_shows_what_became_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Named by its path, from whatever folder: each sighting with the id of its entry, and its problems."""
    item = related_item("Copper rods sell", "2 hours ago")
    save("zinc.txt", page("Zinc premiums firm", "Published: Mar 4, 2025") + f"Related News\n{item}\n".encode(), SAVED)
    run("build", "pages")
    shown = run("explain", "pages/zinc.txt").stdout
    assert shown.startswith("pages/zinc.txt\nread 2025-03-04 01:00 UTC, by version ")
    (entry,) = [json.loads(line)["id"] for line in run("list", "--json", "zinc").stdout.splitlines()]
    flatly = " ".join(shown.split())
    assert f"article Zinc premiums firm, Mar 4, 2025 {entry}, shown" in flatly
    assert "teaser Copper rods sell, 2 hours ago not published: its date is not known" in flatly
    save("empty.txt", b"", SAVED)
    run("build", "pages")
    monkeypatch.chdir("pages")
    shown = run("explain", "empty.txt", "--record", "../.feedgen-smm/record.sqlite3").stdout
    assert "Problems" in shown
    assert "no article: the page is empty" in " ".join(shown.split())


def test_explain_prints_what_to_paste(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines for corrections.toml have the values of the feed, so pasting them changes no value."""
    shown = run("explain", "tin").stdout
    paste = shown[shown.index('["urn:uuid:') :]
    assert paste.splitlines()[:4] == [
        '["urn:uuid:b0b049e7-7c6d-52a4-9c96-aff92105d230"]',
        "withdraw = true                    # or the words of a notice",
        'title = "Tin smelters hold output steady"',
        'published = "Mar 3, 2025 09:30"',
    ]
    before = listed()
    lines = [line for line in paste.splitlines() if line.startswith(("[", "title", "published"))]
    Path("corrections.toml").write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(SAVED + 60_000))
    assert run("build", "pages").exit_code == 0
    assert listed() == before
    assert "corrected corrections.toml: {" in flat(run("explain", "tin"))


def test_any_title_can_be_pasted() -> None:
    """Quotation marks and backslashes are written as TOML wants them."""
    save("odd.txt", page('Ores at "C:\\tin" rise'), SAVED)
    run("build", "pages")
    (line,) = [line for line in run("explain", "Ores at").stdout.splitlines() if line.startswith("title = ")]
    assert tomllib.loads(line) == {"title": 'Ores at "C:\\tin" rise'}
