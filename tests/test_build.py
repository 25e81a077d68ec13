"""Builds: problems reported once, reports, refusals to lose entries, late entries, and odd files."""

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner, Result

from feedgen_smm.cli import main
from tests.samples import BODY, page, related_item
from tests.users import as_nobody

NOW = 1_764_115_200  # 2025-11-26 00:00:00 UTC
POSIX = pytest.mark.skipif(os.name == "nt", reason="of POSIX systems")
SAMPLES = Path(__file__).parent / "pages"
SIGN_IN = b"Sign In\nGot it\n"
SIGN_IN_TOLD = "pages/broken.txt:1: no article"
LEFT = "1 page with problems: feedgen-smm list --unpublished\n"


def build(*options: str, now: int = NOW) -> Result:
    """A build of the folder `pages`, at that time."""
    environment = {"SOURCE_DATE_EPOCH": str(now)}
    return CliRunner().invoke(main, ["build", "pages", *options], env=environment, catch_exceptions=False)


def save(name: str, data: bytes) -> None:
    """A page, saved long ago."""
    path = Path("pages", name)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (1_746_000_000, 1_746_000_000))  # 2025-04-30


def everything(*places: str) -> dict[Path, tuple[bytes, int]]:
    """The files in `places`, with their bytes and times."""
    files = [path for place in places for path in Path(place).rglob("*") if path.is_file()]
    return {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in files}


def titles(output: str = "output") -> list[str]:
    """The titles of the feed in a folder."""
    return [entry.title for entry in feedparser.parse(Path(output, "atom.xml").read_bytes()).entries]


@pytest.fixture(autouse=True)
def _pages() -> None:
    save("tin.txt", page())
    save("zinc.txt", page("Zinc premiums firm", "Published: Mar 4, 2025 10:00"))


# Problems of pages, told once.


def test_a_problem_is_told_once() -> None:
    """By the build that finds it, and again if it becomes another problem; each build counts what remains."""
    save("broken.txt", SIGN_IN)
    first = build()
    assert (first.exit_code, first.stderr.count("\n")) == (0, 1)
    assert first.stderr.startswith(SIGN_IN_TOLD)
    for result in (build(), build("--limit", "50"), build("--check", "--limit", "50")):
        assert (result.exit_code, result.stderr) == (0, "")
        assert result.stdout.endswith(LEFT)
    save("broken.txt", b"")
    assert build().stderr == "pages/broken.txt:1: no article: the page is empty\n"
    save("broken.txt", page("Lead stocks fall"))
    mended = build()
    assert (mended.exit_code, mended.stderr) == (0, "")
    assert "with problems" not in mended.stdout


def test_a_problem_that_is_not_new_is_not_told_with_one_that_is() -> None:
    """The same bytes in another file are another problem; the first file is not reported again."""
    save("broken.txt", SIGN_IN)
    build()
    save("copy.txt", SIGN_IN)
    result = build()
    assert result.stderr.startswith("pages/copy.txt:1: no article")
    assert result.stderr.count("\n") == 1
    assert result.stdout.endswith("2 pages with problems: feedgen-smm list --unpublished\n")


def test_a_trial_tells_what_a_build_will_tell_again() -> None:
    """`--check` remembers nothing: the build after it reports the same problems."""
    save("broken.txt", SIGN_IN)
    assert build("--check").stderr == build("--check").stderr == build().stderr != ""


def test_a_problem_that_a_failed_build_found_is_told_by_the_next() -> None:
    """A build that could not write the feeds printed no problem, even if the page is read again."""
    save("broken.txt", SIGN_IN)
    Path("output").write_bytes(b"a file in the place of the folder")
    assert SIGN_IN_TOLD not in build("-o", "output/feeds").stderr
    Path("output").unlink()
    os.utime("pages/broken.txt", (1_747_000_000, 1_747_000_000))
    assert SIGN_IN_TOLD in build("-o", "output/feeds").stderr


def test_the_problems_of_a_deleted_folder_are_gone() -> None:
    """Nobody has to correct pages that do not exist."""
    save("new/broken.txt", SIGN_IN)
    assert build().stdout.endswith(LEFT)
    shutil.rmtree("pages/new")
    assert "with problems" not in build().stdout
    assert CliRunner().invoke(main, ["list", "--unpublished"]).stdout == ""


def test_a_deleted_folder_is_noticed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The build after that finds nothing to do; what the pages said stays published."""
    save("new/lead.txt", page("Lead stocks fall"))
    build()
    shutil.rmtree("pages/new")
    build()
    monkeypatch.setattr("feedgen_smm.build.passes.run_passes", None)
    assert "nothing new: 3 entries" in build().stdout


def test_a_file_is_reported_again_only_for_a_problem_that_is_new() -> None:
    """A second problem reports the file again; one problem less does not."""
    for names, told in (("a", ["a"]), ("ab", ["a", "b"]), ("b", []), ("ab", ["a", "b"])):
        with zipfile.ZipFile("pages/saved.zip", "w") as container:
            for name in names:
                container.writestr(f"{name}.pdf", b"%PDF-1.7")
        result = build()
        assert [line.split(": ")[1] for line in result.stderr.splitlines()] == [f"{name}.pdf" for name in told]


def test_a_build_of_one_folder_forgets_nothing_of_another() -> None:
    """Even if the name of one folder begins with the name of the other."""
    Path("pages-2026").mkdir()
    Path("pages-2026/broken.txt").write_bytes(SIGN_IN)
    assert "pages-2026/broken.txt:1: no article" in build("pages-2026").stderr
    save("lead.txt", page("Lead stocks fall"))
    build()
    listed = CliRunner().invoke(main, ["list", "--unpublished"]).stdout
    assert "pages-2026/broken.txt:1: no article" in listed


def test_a_page_elsewhere_is_named_by_its_whole_path(monkeypatch: pytest.MonkeyPatch) -> None:
    """`../../pages` would mean another folder to whoever reads the message later."""
    save("broken.txt", SIGN_IN)
    project = Path.cwd()
    Path("elsewhere").mkdir()
    monkeypatch.chdir("elsewhere")
    result = CliRunner().invoke(main, ["build", "../pages"], catch_exceptions=False)
    assert result.stderr.startswith(f"{project}/pages/broken.txt:1: no article")


def test_a_date_in_the_future_is_told_and_not_published() -> None:
    """A day is left for clocks that differ. Saved again once that day has come, the page is published."""
    item = related_item("Copper rods sell", "Nov 28, 2025 09:00", "They sold at once.")
    ahead = page("Lead stocks fall", "Published: Nov 27, 2025 08:01") + f"\nRelated News\n{item}\n".encode()
    save("lead.txt", ahead)
    save("gold.txt", page("Gold holds firm", "Published: Nov 27, 2025 08:00"))
    result = build()
    assert result.exit_code == 0
    told = {
        "3: not published: the article": "Nov 27, 2025 08:01",
        "9: not published: the related item 'Copper rods sell'": "Nov 28, 2025 09:00",
    }
    assert result.stderr.splitlines() == [
        f"pages/lead.txt:{one} is dated {date}, in the future; correct the date in the page"
        for one, date in told.items()
    ]
    assert titles() == ["Gold holds firm", "Zinc premiums firm", "Tin smelters hold output steady"]
    Path("pages/lead.txt").write_bytes(ahead)
    assert build(now=NOW + 3 * 86_400).stderr == ""
    assert titles()[:2] == ["Copper rods sell", "Lead stocks fall"]


AT_FAULT = {"broken.txt": SIGN_IN, "related.txt": (SAMPLES / "related-damaged.txt").read_bytes()}


@pytest.mark.parametrize("name", AT_FAULT)
def test_strict_fails_for_every_page_that_is_not_published(name: str) -> None:
    """Also for a part of one, until it is corrected; the feeds are written nevertheless."""
    save(name, AT_FAULT[name])
    for _ in range(2):
        result = build("--strict")
        assert result.exit_code == 1
        assert result.stdout.endswith(LEFT)
    assert "Zinc premiums firm" in titles()
    assert build().exit_code == 0
    Path("pages", name).unlink()
    assert build("--strict").exit_code == 0


# Reports.


def report() -> dict[str, object]:
    """What the last build wrote into its report."""
    found: dict[str, object] = json.loads(Path("report.json").read_text(encoding="utf-8"))
    return found


def test_a_report_of_a_build_that_ends_well() -> None:
    """It says when the build began, how it ended, and what it did."""
    save("broken.txt", SIGN_IN)
    Path("pages/link.txt").symlink_to("nowhere")
    assert build("--report", "report.json").exit_code == 1
    found = report()
    problems = found.pop("problems")
    files = found.pop("files")
    assert found == {
        "started": "2025-11-26T00:00:00Z",
        "status": 1,
        "error": None,
        "pages": {"read": 3, "read again": 0, "unchanged": 0, "unreadable": 1, "with problems": 1},
        "entries": {
            "all": 2, "new": 2, "grown": 0, "corrected": 0, "mended": 0, "amended": 0, "merged": 0, "withdrawn": 0,
            "restored": 0, "sorted": 0,
        },
        "notes": [],
    }  # fmt: skip
    assert isinstance(problems, list)
    assert [(one["source"], one["line"], one["message"].partition(":")[0]) for one in problems] == [
        ("pages/broken.txt", 1, "no article"),
        ("pages/link.txt", 1, "cannot be read"),
    ]
    assert isinstance(files, list)
    assert files[0] == {"path": "output/atom.xml", "outcome": "written", "entries": 2}
    Path("pages/link.txt").unlink()
    assert build("--report", "report.json", now=NOW + 60).exit_code == 0
    again = report()
    assert (again["started"], again["status"], again["error"]) == ("2025-11-26T00:01:00Z", 0, None)
    assert again["problems"] == []


def test_a_report_where_there_is_nothing_to_publish() -> None:
    """It has the reason and the problems."""
    shutil.rmtree("pages")
    save("broken.txt", SIGN_IN)
    assert build("--report", "report.json").exit_code == 1
    found = report()
    assert (found["status"], found["error"]) == (1, "nothing to publish; the existing feeds were left unchanged")
    assert isinstance(found["problems"], list)
    assert len(found["problems"]) == 1


FAILURES = {
    "a refusal": (["--record", "other.sqlite3"], 1, "output/atom.xml: has the entry urn:uuid:"),
    "a damaged record": (["--record", "pages/tin.txt"], 1, "pages/tin.txt: is not a record of feedgen-smm"),
    "a configuration": (["--config", "wrong.toml"], 2, "wrong.toml:1: limit: a whole number from 1 to 1000000 is"),
    "a correction": (["--corrections", "wrong.toml"], 2, "wrong.toml:1: a table named by an id or a number"),
    "an output": (["-o", "pages/tin.txt/output", "--record", "new.sqlite3"], 1, "pages/tin.txt/output: cannot be made"),
}


@pytest.mark.parametrize(("options", "status", "error"), FAILURES.values(), ids=FAILURES.keys())
def test_a_report_of_a_build_that_fails(options: list[str], status: int, error: str) -> None:
    """A monitor that reads the report sees status and error of this build, not of an earlier one."""
    build("--report", "report.json")
    Path("wrong.toml").write_text("limit = 0\n", encoding="utf-8")
    Path("pages/zinc.txt").unlink()
    result = build("--report", "report.json", *options, now=NOW + 60)
    assert result.exit_code == status
    found = report()
    assert found.keys() == {"started", "status", "error"}
    assert (found["started"], found["status"]) == ("2025-11-26T00:01:00Z", status)
    assert str(found["error"]).startswith(error)
    assert result.stderr.removeprefix("Error: ").startswith(error)
    assert result.stdout == ""


def test_a_report_of_pages_that_are_not_there() -> None:
    """A monitor has to notice a disk that is not mounted."""
    Path("feedgen-smm.toml").write_text('pages = ["gone"]\n', encoding="utf-8")
    result = CliRunner().invoke(main, ["build", "--report", "report.json"])
    message = "gone does not exist: name the saved pages, or a folder of them"
    assert result.exit_code == 2
    assert message in result.stderr
    assert (report()["status"], report()["error"]) == (2, message)


def test_a_report_that_cannot_be_written() -> None:
    """The build fails, because a monitor would read an old report."""
    result = build("--report", "nowhere/report.json")
    assert result.exit_code == 1
    assert "nowhere/report.json: cannot be written: No such file or directory" in result.stderr


# One record, one output.


@pytest.mark.parametrize("options", [["--record", "other.sqlite3"], ["--no-record"]], ids=["another", "none"])
def test_a_record_that_does_not_know_published_entries_is_refused(options: list[str]) -> None:
    """Else entries would vanish from the feed. Nothing is changed, and the message says how to go on."""
    build()
    Path("pages/tin.txt").unlink()
    before = everything("output")
    for trial in ([], ["--check"]):
        result = build(*options, *trial)
        assert result.exit_code == 1
        assert result.stdout == ""
        place = "other.sqlite3" if "--record" in options else "a build without a record"
        assert result.stderr == (
            "Error: output/atom.xml: has the entry urn:uuid:b0b049e7-7c6d-52a4-9c96-aff92105d230, which would be lost: "
            f"{place} does not know it. To go on, name the record of these feeds with --record, or move output away to "
            "begin anew\n"
        )
        assert everything("output") == before
    shutil.move("output", "old")
    assert build(*options).exit_code == 0
    assert titles() == ["Zinc premiums firm"]


def test_a_lost_record_whose_pages_are_all_there_loses_nothing() -> None:
    """All entries are found again, under their ids: there is nothing to refuse."""
    build()
    before = {path: data for path, (data, _) in everything("output").items()}
    shutil.rmtree(".feedgen-smm")
    assert build().exit_code == 0
    assert {path: data for path, (data, _) in everything("output").items()} == before


def test_a_backup_that_does_not_know_a_correction_is_refused() -> None:
    """It would publish the uncorrected text again. Once a page shows the correction, the build succeeds."""
    build()
    shutil.copy(".feedgen-smm/record.sqlite3", "backup")
    save("tin.txt", page(body=BODY.replace("421", "412")))
    build()
    corrected = Path("pages/tin.txt").read_bytes()
    shutil.copy("backup", ".feedgen-smm/record.sqlite3")
    save("tin.txt", page())
    before = everything("output")
    result = build()
    assert result.exit_code == 1
    assert "which would be lost: .feedgen-smm/record.sqlite3 does not know it" in result.stderr
    assert everything("output") == before
    save("tin.txt", corrected)
    assert build(now=NOW + 60).exit_code == 0
    assert "412 mt" in Path("output/atom.xml").read_text(encoding="utf-8")


def test_a_record_of_another_output_is_refused() -> None:
    """One record cannot serve two folders. Nothing is changed, and the message says how to go on."""
    build()
    before = everything("output", ".feedgen-smm")
    result = build("-o", "elsewhere")
    assert result.exit_code == 1
    assert result.stderr == (
        f"Error: .feedgen-smm/record.sqlite3: is the record of the feeds in {Path.cwd() / 'output'}; to go on, build "
        "into that folder, or name another record with --record. Move that folder away if its feeds are to move\n"
    )
    assert not Path("elsewhere").exists()
    assert {path: data for path, (data, _) in everything("output").items()} == {
        path: data for path, (data, _) in before.items() if path.parts[0] == "output"
    }
    assert build("-o", "elsewhere", "--record", "other.sqlite3").exit_code == 0
    shutil.move("output", "moved")
    assert build("-o", "moved").exit_code == 0
    assert titles("moved") == titles("elsewhere")


def test_a_project_that_moves_goes_on() -> None:
    """Pages, record and output together: no page is read again, no file is written, and nothing is refused."""
    Path("old").mkdir()
    shutil.move("pages", "old")
    Path("old/feedgen-smm.toml").write_text('pages = ["pages"]\n', encoding="utf-8")
    command = ["build", "--config", "old/feedgen-smm.toml"]
    assert CliRunner().invoke(main, command).exit_code == 0
    before = everything("old/output")
    shutil.move("old", "new")
    result = CliRunner().invoke(main, ["build", "--config", "new/feedgen-smm.toml"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "new/output/atom.xml: unchanged, 2 entries" in result.stdout
    assert result.stdout.splitlines()[-1] == "nothing new: 2 entries"
    assert [data for data, _ in everything("new/output").values()] == [data for data, _ in before.values()]
    listed = CliRunner().invoke(main, ["list", "--config", "new/feedgen-smm.toml"]).stdout
    assert listed.count("\n") == 2


def test_feeds_of_others_are_not_overwritten() -> None:
    """A build refuses to replace a feed with entries that the record does not know."""
    Path("output").mkdir()
    Path("output/atom.xml").write_text(
        '<feed xmlns="http://www.w3.org/2005/Atom"><id>urn:x:1</id><entry><id>urn:x:2</id></entry></feed>', "utf-8"
    )
    result = build()
    assert result.exit_code == 1
    assert "output/atom.xml: has the entry urn:x:2, which would be lost" in result.stderr
    Path("output/atom.xml").write_bytes(b"no feed at all")
    assert build().exit_code == 0


# What is made again without any page being other.


def test_an_upgrade_renders_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new version of the program may write the same entries differently, and does so in its first build."""
    build()
    from feedgen_smm.feeds import feed  # noqa: PLC0415

    make = feed.make_feed
    monkeypatch.setattr(
        "feedgen_smm.feeds.formats.make_feed",
        lambda *given, **named: make(*given, **named)._replace(rights="New words"),
    )
    assert "atom.xml: unchanged" in build().stdout
    monkeypatch.setattr("feedgen_smm.build.__version__", "99.0.0")
    result = build()
    assert "output/atom.xml: written, 2 entries" in result.stdout
    assert "New words" in Path("output/atom.xml").read_text(encoding="utf-8")
    assert "output/atom.xml: unchanged, 2 entries" in build().stdout


def test_a_feed_that_was_changed_by_hand_is_written_again() -> None:
    """The next build restores files that were changed or deleted."""
    build()
    before = {path: data for path, (data, _) in everything("output").items()}
    Path("output/rss.xml").write_bytes(b"")
    shutil.rmtree("output/topics")
    assert build("--check").exit_code == 1
    assert build().exit_code == 0
    assert {path: data for path, (data, _) in everything("output").items()} == before


# Which late entries stand in a feed that has no room for all.


def numbered(first: int, end: int, body: str = BODY) -> None:
    """A page for each number, each of a day later than the one before."""
    for number in range(first, end):
        save(f"{number}.txt", page(f"Lead report {number}", f"Published: Mar {number}, 2025 12:00", body))


def late(name: str, day: int) -> None:
    """A page of an old date."""
    save(f"{name}.txt", page(f"Late {name}", f"Published: Jan {day}, 2025 12:00"))


def test_late_entries_take_a_quarter_of_a_full_feed_at_most() -> None:
    """The latest arrivals are in it. Each stays until as many entries as the feed has room for came after it."""
    numbered(10, 31)
    build("--limit", "12")
    assert titles() == [f"Lead report {number}" for number in range(30, 18, -1)]
    late("a", 9)
    build("--limit", "12")
    assert titles() == [f"Lead report {number}" for number in range(30, 19, -1)] + ["Late a"]
    for name, day in (("b", 8), ("c", 7), ("d", 6)):
        late(name, day)
        build("--limit", "12")
    assert titles() == [f"Lead report {number}" for number in range(30, 21, -1)] + ["Late b", "Late c", "Late d"]
    numbered(22, 31, "Corrected.")
    build("--limit", "12")  # nine arrivals after d, eleven after b
    assert titles() == [f"Lead report {number}" for number in range(30, 21, -1)] + ["Late b", "Late c", "Late d"]
    numbered(30, 31, "Corrected again.")
    build("--limit", "12")  # and twelve: a reader who looks at each feedful has seen it
    assert titles() == [f"Lead report {number}" for number in range(30, 20, -1)] + ["Late c", "Late d"]


def test_what_is_late_in_the_first_build_is_not_late() -> None:
    """The first feed has the newest entries, in whatever order the pages were saved."""
    numbered(10, 22)
    late("a", 5)
    build("--limit", "8")
    assert "Late a" not in titles()


# What the file system may hold, and where messages may go.


@POSIX
def test_a_circular_link_is_told_and_all_else_is_read() -> None:
    """By every build. Pages below a folder that a link leads back to are read once."""
    Path("pages/circle").symlink_to("circle")
    Path("pages/below").mkdir()
    Path("pages/below/back").symlink_to("..")
    shutil.move("pages/zinc.txt", "pages/below/zinc.txt")
    for _ in range(2):
        result = build()
        assert (result.exit_code, result.stderr.splitlines()[:1]) == (
            1,
            ["pages/circle:1: cannot be read: Too many levels of symbolic links"],
        )
        assert sorted(titles()) == ["Tin smelters hold output steady", "Zinc premiums firm"]


@POSIX
@pytest.mark.parametrize("mode", [0o000, 0o311], ids=["closed", "not to be listed"])
@pytest.mark.usefixtures("anywhere")
def test_a_folder_that_may_not_be_listed_is_told(mode: int) -> None:
    """By every build. All other pages are read, and the entries of the pages in it stay."""
    save("tin.txt", page())
    save("closed/lead.txt", page("Lead stocks fall"))
    build()
    save("copper.txt", page("Copper rods sell"))
    for path in Path().rglob("*"):
        path.chmod(0o777 if path.is_dir() else 0o666)
    Path("pages/closed").chmod(mode)
    with as_nobody():
        result = build()
    Path("pages/closed").chmod(0o755)
    assert result.exit_code == 1
    assert result.stderr == "pages/closed:1: a folder that cannot be read\n"
    assert {"Lead stocks fall", "Copper rods sell"} <= {*titles()}
    assert build().exit_code == 0


@pytest.mark.parametrize("seconds", [253_402_300_800, 2**40, -(2**33)], ids=["10000", "36812", "1697"])
def test_times_that_no_calendar_has_are_unknown(seconds: int) -> None:
    """A file dated after the year 9999, or before 1970, is read like any other."""
    os.utime("pages/tin.txt", (seconds, seconds))
    result = build()
    assert (result.exit_code, result.stderr) == (0, "")
    assert len(titles()) == 2
    assert CliRunner().invoke(main, ["explain", "tin"]).exit_code == 0


@POSIX
def test_a_pipe_in_the_place_of_a_feed_is_not_waited_for() -> None:
    """It is not opened either: the message names it and says what to do."""
    build()
    Path("output/atom.xml").unlink()
    os.mkfifo("output/atom.xml")
    result = build()
    assert result.exit_code == 1
    assert "output/atom.xml: is a pipe, not a file: move it away" in result.stderr
    assert CliRunner().invoke(main, ["verify"]).stdout == "output/atom.xml: not a file\n"


@POSIX
@pytest.mark.parametrize("unbuffered", ["", "1"], ids=["buffered", "unbuffered"])
@pytest.mark.parametrize("command", [["build", "pages"], ["list"]], ids=["build", "list"])
def test_a_full_standard_output_is_told(command: list[str], unbuffered: str) -> None:
    """A message on standard error, exit 1 and no traceback; the feeds are written all the same."""
    build()
    save("lead.txt", page("Lead stocks fall"))
    program = [sys.executable, "-m", "feedgen_smm", *command]
    environment = {**os.environ, "PYTHONUNBUFFERED": unbuffered}
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(program, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert ended.returncode == 1
    assert ended.stderr == "Error: standard output cannot be written: No space left on device\n"
    if command[0] == "build":
        assert "Lead stocks fall" in titles()


@POSIX
@pytest.mark.parametrize("redirection", [">&-", "| true", ">&- 2>&-"], ids=["closed", "a pipe nobody reads", "both"])
def test_a_closed_standard_output_is_no_traceback(redirection: str) -> None:
    """The feeds are written nevertheless."""
    command = f"set -o pipefail; {sys.executable} -m feedgen_smm build pages {redirection}"
    ended = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr
    assert len(titles()) == 2
