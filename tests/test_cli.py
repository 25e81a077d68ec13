"""The commands as people and cron run them: outcomes, messages, exit status."""

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feedgen_smm.cli import main
from tests.samples import BODY, page, related_item

ROOT = Path(__file__).parent.parent


def run(*arguments: str | Path) -> Result:
    """The command run in this process; a fault of ours comes out as it is."""
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


def files_in(folder: Path) -> list[Path]:
    """All files of a folder, and of those in it."""
    return [path for path in folder.rglob("*") if path.is_file()]


@pytest.fixture
def pages() -> Path:
    """A folder of one sound page."""
    folder = Path("pages")
    folder.mkdir()
    (folder / "a.txt").write_bytes(page())
    return folder


@pytest.fixture
def output() -> Path:
    """A folder that is not there yet."""
    return Path("output")


def test_build_says_what_it_wrote_and_where_everything_went(pages: Path, output: Path) -> None:
    """Standard output has a line for each file, and one for pages and entries; standard error is empty."""
    (pages / "b.txt").write_bytes(
        page("Zinc premiums firm")
        + b"Related News\n"
        + "\n".join(
            [
                related_item("Tin smelters hold output steady", "Mar 3, 2025 09:30"),
                related_item("Lead battery makers restock", "2 hours ago"),
                related_item("Nickel ore arrivals fall", "Mar 2, 2025 18:00", "Arrivals at seven ports fell."),
            ]
        ).encode()
    )
    result = run("build", pages, "-o", output)
    assert result.exit_code == 0
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0] == f"{output / 'atom.xml'}: written, 3 entries"
    assert f"{output / 'feeds.opml'}: written, 9 feeds" in lines
    assert lines[-2:] == [f"{output / 'topics'}: written, 6 feeds", "2 pages read: 3 entries (3 new)"]


def test_the_seed_gives_the_committed_feeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without arguments the command builds output/ from seeds/; the committed files are what it builds."""
    monkeypatch.chdir(ROOT)
    result = run("build", "--no-record", "--check")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "1 page read: 4 entries (4 new)"


@pytest.mark.parametrize(
    "arguments",
    [
        ["build", "nowhere"],
        ["build"],
        ["show"],
        ["show", "nowhere"],
        ["check"],
        ["check", "nowhere"],
        ["build", "--limit", "0"],
        ["build", "--frobnicate"],
        ["build", "--base-url", "example.org/feeds"],
        ["build", "--base-url", "ftp://example.org/"],
        ["build", "--base-url", "https://example.org/?q=1"],
        ["build", "--base-url", "https:///feeds"],
        ["build", "--base-url", "http://[/"],
        ["build", "--base-url", "https://me:secret@example.org/"],
        ["build", "--base-url", "https://example.org/a b/"],
        ["build", "--base-url", "https://example.org/{a}/"],
        ["frobnicate"],
    ],
    ids=" ".join,
)
def test_what_is_asked_wrongly_is_a_usage_error(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A missing path or a bad option is click's usage error, exit 2, on standard error."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_bytes(page())
    if arguments[-1] != "nowhere" and len(arguments) > 1:
        arguments = [*arguments, "a.txt"]
    result = run(*arguments)
    assert result.exit_code == 2
    assert "Usage:" in result.stderr
    assert result.stdout == ""


BROKEN = {
    "empty": (b"", "1: no article: the page is empty"),
    "blank": (b" \n\n\t\n", "1: no article: the page is empty"),
    "binary": (b"\x89PNG\r\n\x1a\n" + bytes(2000), "1: a picture (PNG), and only HTML and text can be read"),
    "nuls": (bytes(4096), "1: not text"),
    "sign-in": (b"Sign In\nEmail\nPassword\nGot it\n", "1: no article"),
    "undated": (page(published=""), "1: not published: the article shows no date"),
    "a date that cannot be read": (
        page(published="Published: Aug 2020"),
        "1: not published: the date 'Aug 2020' cannot be read",
    ),
    "html": (
        b"<!DOCTYPE html>\n<title>Just a moment...</title><body><p>Checking your browser before you go on.</p></body>",
        "2: no article but a bot check, an error page or a sign-in page; save the page again",
    ),
    "a list": (b"Latest News\n\nTin up\n2 hours ago\nZinc down\n3 hours ago\n", "4: no article but a list"),
}


@pytest.mark.parametrize(("data", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_page_is_reported_and_the_others_go_on(data: bytes, message: str, pages: Path, output: Path) -> None:
    """It gets a message `path:line: …` and does not fail the build; the other page is published."""
    (pages / "broken.txt").write_bytes(data)
    result = run("build", pages, "-o", output)
    assert result.exit_code == 0
    assert result.stderr.startswith(f"{pages / 'broken.txt'}:{message}")
    assert result.stderr.count("\n") == 1
    assert result.stdout.splitlines()[-2:] == [
        "2 pages read: 1 entry (1 new)",
        "1 page with problems: feedgen-smm list --unpublished",
    ]
    assert (output / "rss.xml").read_text(encoding="utf-8").count("<item>") == 1


def test_nothing_publishable_leaves_the_feeds_alone(pages: Path, output: Path) -> None:
    """Published entries stay; a build without a record writes no empty feed."""
    run("build", pages, "-o", output)
    before = {path: path.read_bytes() for path in files_in(output)}
    (pages / "a.txt").write_bytes(b"")
    remembering = run("build", pages, "-o", output)
    assert remembering.exit_code == 0  # what was published stays
    alone = run("build", "--no-record", pages, "-o", output)
    assert alone.exit_code == 1
    elsewhere = run("build", "--no-record", pages, "-o", output.with_name("elsewhere"))
    assert elsewhere.exit_code == 1
    assert elsewhere.stderr.endswith("Error: nothing to publish; the existing feeds were left unchanged\n")
    assert not output.with_name("elsewhere").exists()
    assert remembering.stderr.endswith("no article: the page is empty\n")
    assert {path: path.read_bytes() for path in files_in(output)} == before


@pytest.mark.skipif(os.name == "nt", reason="of POSIX systems")
def test_what_cannot_be_read_is_reported(pages: Path, output: Path) -> None:
    """Broken links are named; pipes and hidden files in a folder are left out; a pipe that is named is refused."""
    (pages / "dangling.txt").symlink_to("nowhere")
    os.mkfifo(pages / "pipe")
    (pages / ".hidden").write_bytes(b"no page")
    result = run("build", pages, "-o", output)
    assert result.exit_code == 1
    assert result.stderr == f"{pages / 'dangling.txt'}:1: cannot be read: No such file or directory\n"
    result = run("build", pages / "pipe", "-o", output)
    assert result.stderr.startswith(f"{pages / 'pipe'}:1: not a file\n")


def test_a_file_that_cannot_be_opened(pages: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that may not be read is named with the system's reason, by every build."""
    real = os.open

    def forbidding(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if str(path).endswith("secret.txt"):
            raise PermissionError(13, "Permission denied")
        return real(path, flags, mode, dir_fd=dir_fd)

    (pages / "secret.txt").write_bytes(page("Secret"))
    monkeypatch.setattr(os, "open", forbidding)
    for _ in range(2):
        result = run("build", pages, "-o", output)
        assert result.exit_code == 1
        assert result.stderr == f"{pages / 'secret.txt'}:1: cannot be read: Permission denied\n"


def test_bytes_do_not_depend_on_the_machine() -> None:
    """Builds under another hash seed, time zone, locale and order, with a record or without, give the same files."""
    pages = Path("pages")
    pages.mkdir()
    sources = [*sorted((ROOT / "tests" / "pages").glob("*.txt")), *sorted((ROOT / "seeds").iterdir())]
    for index, source in enumerate(sources):
        shutil.copy(source, pages / f"{index:03}.txt")
    zones = ["UTC", "Asia/Shanghai", "America/New_York", "Australia/Adelaide", "Pacific/Apia"]
    locales = ["C", "C.UTF-8", "de_DE.ISO-8859-1", "tr_TR.UTF-8", "zh_CN.GB18030"]
    names = sorted(pages.iterdir())
    written: list[dict[str, bytes]] = []
    for turn, (zone, locale) in enumerate(zip(zones, locales, strict=True)):
        random.Random(turn).shuffle(names)
        output = Path(f"output-{turn}")
        memory = ["--record", f"{turn}.sqlite3"] if turn % 2 else ["--no-record"]
        command: list[str | Path] = [sys.executable, "-m", "feedgen_smm", "build", *names, "-o", output, *memory]
        environment = {**os.environ, "PYTHONHASHSEED": str(turn), "TZ": zone, "LC_ALL": locale}
        subprocess.run(command, env=environment, capture_output=True, check=False)
        written.append({str(path.relative_to(output)): path.read_bytes() for path in files_in(output)})
    assert "atom.xml" in written[0]
    assert all(files == written[0] for files in written)


def test_show_for_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each value has its lines; missing values and lines that were left out are named."""
    monkeypatch.chdir(ROOT)
    result = run("show", "seeds")
    assert result.exit_code == 0
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "3 published 2020-08-10 10:51 in China = 2020-08-10 02:51 UTC" in lines
    assert "5–9 text 3 paragraphs, 1,639 letters, language en" in lines
    assert "standfirst none on the page" in lines
    assert "Related news, 3" in lines
    assert any(line.startswith('11–19 "SMM online Q & A" has come') for line in lines)


def test_show_reports_problems_and_exits_with_1(pages: Path) -> None:
    """A page that is not an article is shown with the reason, also if a good page follows."""
    (pages / "0.txt").write_bytes(b"Sign In\nGot it\n")
    result = run("show", pages)
    assert result.exit_code == 1
    assert "Problems" in result.stdout
    assert "no article: neither a date line nor running text" in " ".join(result.stdout.split())


def test_show_json_is_one_object_a_line(pages: Path) -> None:
    """One object for each page, in UTF-8 whatever the locale is."""
    (pages / "b.txt").write_bytes(page("锌价上涨 🇨🇳"))
    command: list[str | Path] = [sys.executable, "-m", "feedgen_smm", "show", "--json", pages]
    shown = subprocess.run(
        command, env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0"}, capture_output=True, check=True
    )
    first, second = map(json.loads, shown.stdout.decode("utf-8").splitlines())
    assert first == {
        "source": f"{pages / 'a.txt'}",
        "address": None,
        "article": {
            "id": "urn:uuid:b0b049e7-7c6d-52a4-9c96-aff92105d230",
            "title": "Tin smelters hold output steady",
            "published": "2025-03-03T01:30:00Z",
            "precision": "minute",
            "shown_date": "Mar 3, 2025 09:30",
            "number": None,
            "link": None,
            "summary": None,
            "paragraphs": [BODY],
            "language": "en",
            "lines": {"title": 1, "published": 3, "summary": [], "body": [5]},
        },
        "related": [],
        "problems": [],
    }
    assert second["article"]["title"] == "锌价上涨 🇨🇳"


def test_what_a_terminal_cannot_show_is_escaped(pages: Path) -> None:
    """An old encoding does not stop the program."""
    (pages / "a.txt").write_bytes(page("锌价上涨"))
    command: list[str | Path] = [sys.executable, "-m", "feedgen_smm", "show", pages]
    environment = {**os.environ, "PYTHONIOENCODING": "latin-1"}
    shown = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert rb"\u950c\u4ef7" in shown.stdout


@pytest.mark.skipif(os.name == "nt", reason="of POSIX systems")
def test_names_that_are_not_text(pages: Path, output: Path) -> None:
    """A file name may be any bytes; what cannot be printed, or would move the cursor, is escaped."""
    name = os.fsdecode(b"caf\xe9\x1b[2J.txt")
    (pages / name).write_bytes(b"")
    result = run("build", pages, "-o", output)
    assert result.stderr == f"{pages}/caf\\xe9\\x1b[2J.txt:1: no article: the page is empty\n"


def test_version() -> None:
    """`--version` says the name and a number."""
    assert re.fullmatch(r"feedgen-smm, version \d+\.\d+\.\d+\n", run("--version").stdout)


@pytest.mark.parametrize("command", ["build", "show", "list", "explain", "check", "verify", "backup", "init"])
def test_help_has_examples_and_exit_status(command: str) -> None:
    """A newcomer learns from the help what to type and what the outcome means."""
    shown = run(command, "--help").stdout
    assert "Examples:" in shown
    assert f"feedgen-smm {command}" in shown
    assert "Exit status:" in shown


def test_a_fault_of_ours_is_a_traceback(pages: Path, output: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unexpected errors are never hidden."""

    def broken(*_arguments: object, **_options: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("feedgen_smm.feeds.formats.make_feed", broken)
    with pytest.raises(ZeroDivisionError):
        run("build", pages, "-o", output)


def test_an_entry_that_would_break_a_format_is_left_out(
    pages: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other entries are published in every format, and the message says why."""
    (pages / "b.txt").write_bytes(page("Zinc premiums firm", "Published: Mar 4, 2025 09:30"))
    (pages / "c.txt").write_bytes(page("Lead stocks fall", "Published: Mar 5, 2025 09:30"))
    monkeypatch.setattr(
        "feedgen_smm.articles.entries.language_of", lambda text: "en_GB!" if text.startswith("Zinc") else "en"
    )
    for options in (["--no-record"], [], []):
        result = run("build", pages, "-o", output, *options)
        assert result.exit_code == 1
        first, second = result.stderr.splitlines()
        assert re.fullmatch(
            rf"{output}/atom\.xml:\d+: urn:uuid:[0-9a-f-]+: language: .*\[.+\]; the entry is left out", first
        )
        assert second.startswith(f"{output}/rss.xml:")
        for path in files_in(output):
            text = path.read_text(encoding="utf-8")
            assert "Zinc" not in text, path
            assert ("Lead stocks fall" in text) == (path.suffix != ".opml" and "tin" not in path.parts), path


def test_a_feed_that_would_break_a_format_is_not_published(
    pages: Path, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """If leaving entries out does not help, the existing feeds stay."""
    run("build", pages, "-o", output)
    before = {path: path.read_bytes() for path in files_in(output)}
    (pages / "b.txt").write_bytes(page("Zinc premiums firm", "Published: Mar 4, 2025 09:30"))
    monkeypatch.setattr("feedgen_smm.articles.entries.language_of", lambda _text: "en_GB!")
    result = run("build", "--no-record", pages, "-o", output)
    assert result.exit_code == 1
    assert "; the existing feeds were left unchanged" in result.stderr
    assert {path: path.read_bytes() for path in files_in(output)} == before
