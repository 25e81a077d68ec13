"""`feedgen-smm check`: what it prints of files, and its exit status."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from feedgen_smm.cli import main

ROOT = Path(__file__).parent.parent
ENTRY = "urn:uuid:9742870a-d858-571f-b357-4432294fda84"


def check(*paths: Path) -> Result:
    """The outcome of the command."""
    return CliRunner().invoke(main, ["check", *map(str, paths)], catch_exceptions=False)


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    """A folder of the committed feeds."""
    return Path(shutil.copytree(ROOT / "output", tmp_path / "feeds"))


def test_valid_feeds_are_counted(feeds: Path) -> None:
    """Valid feeds are only counted, in one line."""
    result = check(feeds / "atom.xml", feeds / "rss.xml")
    assert result.exit_code == 0
    assert result.output == "2 feeds: 2 valid\n"


def test_each_fault_is_told_with_its_place_and_its_source(feeds: Path) -> None:
    """A line for each fault, of an entry or of the feed, in the order of the lines; other feeds are validated too."""
    rss = feeds / "rss.xml"
    text = rss.read_text(encoding="utf-8").replace("<language>en</language>", "<language>English?</language>")
    rss.write_text(text.replace(f'<guid isPermaLink="false">{ENTRY}', f"<guid>{ENTRY}"), encoding="utf-8")
    result = check(rss, feeds / "atom.xml")
    assert result.exit_code == 1
    assert result.stderr == ""
    assert result.stdout.splitlines() == [
        f"{rss}:10: language: needs a language such as en; it has 'English?' [RSS 2.0, Optional channel elements]",
        (
            f"{rss}:16: {ENTRY}: guid: needs isPermaLink=\"false\", and a UUID; it has '{ENTRY}' "
            "[RSS 2.0, Elements of item]"
        ),
        "2 feeds: 1 valid, 1 with 2 faults",
    ]


def test_what_cannot_be_read_is_told(feeds: Path) -> None:
    """A file that is too large for a feed is not read; its message goes to standard error, as it is no feed's fault."""
    with (feeds / "huge.xml").open("wb") as file:
        file.truncate(50 * 2**20)
    (feeds / "text.xml").write_bytes(b"no feed")
    result = check(feeds / "huge.xml", feeds / "text.xml", feeds / "atom.xml")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"{feeds / 'huge.xml'}:1: larger than 32 MiB")
    assert result.stdout.splitlines() == [
        f"{feeds / 'text.xml'}:1: xml: is not well-formed: Start tag expected, '<' not found [XML 1.0, section 2.1]",
        "3 feeds: 1 valid, 1 with 1 fault, 1 not read",
    ]
    assert check(feeds / "huge.xml", feeds / "atom.xml").exit_code == 1


def test_a_feed_of_another_program_is_told_apart(feeds: Path) -> None:
    """Other XML is named for what it is."""
    (feeds / "page.xml").write_bytes(b"<html/>")
    assert "this is neither Atom nor RSS: it begins with an element html" in check(feeds / "page.xml").stdout


def test_no_cursor_is_moved(feeds: Path) -> None:
    """Control characters in a feed are escaped."""
    entry = "<entry><id>Tin\u009b2J</id></entry>"
    (feeds / "a.xml").write_text(f'<feed xmlns="http://www.w3.org/2005/Atom">{entry}</feed>', encoding="utf-8")
    result = check(feeds / "a.xml")
    assert r"Tin\x9b2J: id: needs" in result.stdout
    assert "\u009b" not in result.stdout
