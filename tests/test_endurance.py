"""Thirty days of `python -m tests.endurance`, and the faults that long runs of it found."""

import os
import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from feedgen_smm.models import Capture, Page
from feedgen_smm.pages.page import parse
from tests.endurance import World, live
from tests.forks import PARSER, be_parser
from tests.samples import BODY, related_item
from tests.scenes import ARCHIVING, DAY, FIRST, article, digest, must_build, write_pages

forked = pytest.mark.skipif(not hasattr(os, "fork"), reason="builds run in forks")
OLD, NEW = BODY, BODY.replace("421", "9")  # the shorter one, which nothing but its time prefers


@forked
def test_a_feed_stays_true_to_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 30 random events the record says of each day what the feed said then, and nothing is lost or doubled."""
    for module, name in PARSER:
        monkeypatch.setattr(module, name, getattr(module, name))  # and back, when the world's parsers are gone
    seen: Counter[str] = Counter()
    live(World(random.Random(7), tmp_path), 30, seen, tells=False)
    assert seen["as-of equal at the end"] == 30


def page(body: str) -> bytes:
    """A page of the one article, with a related item that another page shows as well."""
    related = related_item("Lead slips", "Mar 2, 2025 07:00", "It fell by 1%.")
    return article("Tin holds steady", "Mar 5, 2025 11:00", body) + f"\nRelated News\n{related}\n".encode()


class Place:
    """A folder of pages, and its feed."""

    def __init__(self, folder: Path) -> None:
        self.pages = folder / "pages"
        self.pages.mkdir()
        self._output = folder / "output"
        self._arguments = (
            "build",
            str(self.pages),
            "-o",
            str(self._output),
            "--record",
            str(folder / "record.sqlite3"),
        )

    def build(self, day: int, version: int = 1, parser: Callable[[Capture], Page] = parse) -> str:
        """The feed after a build on a day, by a parser of a version."""
        must_build(self._arguments, FIRST + day * DAY, be_parser(version, parser))
        return (self._output / "atom.xml").read_text(encoding="utf-8")


@forked
def test_an_old_copy_that_turns_up_does_not_undo_a_reversion(tmp_path: Path) -> None:
    """The publisher restored the first text. Renaming an old page with that text changes nothing."""
    place = Place(tmp_path)
    for day, pages in enumerate([{"first.txt": page(OLD)}, {"later.txt": page(NEW)}, {"later.txt": page(OLD)}]):
        write_pages(place.pages, pages, FIRST + day * DAY - 60)
        before = place.build(day)
    (place.pages / "first.txt").rename(place.pages / "renamed.txt")
    assert "421 mt" in before
    assert place.build(9) == before


@forked
def test_a_page_that_is_read_again_keeps_its_time_of_saving(tmp_path: Path) -> None:
    """An article that an older parser refused is as old as its page, not as a teaser on another one."""

    def refuse(capture: Capture) -> Page:
        return parse(capture)._replace(article=None)

    place = Place(tmp_path)
    for day, pages in enumerate([{"first.txt": page(OLD)}, {"later.txt": page(NEW)}]):
        write_pages(place.pages, pages, FIRST + day * DAY - 60)
        before = place.build(day)
    place.build(3, 2, refuse)
    assert "flat at 9 mt" in before
    assert place.build(4, 3) == before


@forked
def test_a_date_that_is_mended_to_a_later_one_leaves_updated(tmp_path: Path) -> None:
    """No reader announces the entry again."""

    def a_day_early(capture: Capture) -> Page:
        return parse(capture._replace(data=capture.data.replace(b"Mar 5,", b"Mar 4,")))

    place = Place(tmp_path)
    write_pages(place.pages, {"first.txt": page(OLD)}, FIRST - 60)
    assert "<published>2025-03-04T03:00:00+00:00</published>" in place.build(0, 1, a_day_early)
    mended = place.build(1, 2)
    assert "<published>2025-03-05T03:00:00+00:00</published>" in mended
    assert "<updated>2025-03-04T03:00:00+00:00</updated>" in mended


@forked
def test_a_notice_reaches_full_documents_when_there_is_an_address_again(tmp_path: Path) -> None:
    """An entry becomes a notice while there is no base URL; its full document is written when there is one again."""
    record, output, corrections = tmp_path / "record.sqlite3", tmp_path / "output", tmp_path / "corrections.toml"
    (tmp_path / "pages").mkdir()
    write_pages(tmp_path / "pages", {"old.txt": digest(1, 103), "new.txt": digest(2, 7)}, FIRST - 60)
    paths = ("-o", str(output), "--record", str(record), "--corrections", str(corrections))
    arguments = ("build", str(tmp_path / "pages"), *paths)
    must_build((*arguments, *ARCHIVING), FIRST)
    must_build(arguments, FIRST + DAY)
    entry_id = (output / "archive" / "atom-1.xml").read_text().split("<entry>")[1].split("<id>")[1].split("</id>")[0]
    corrections.write_text(f'["{entry_id}"]\nwithdraw = "Published in error."\n')
    must_build(arguments, FIRST + 2 * DAY)
    must_build((*arguments, *ARCHIVING), FIRST + 3 * DAY)
    assert "Published in error." in (output / "archive" / "atom-1.xml").read_text()
