"""Any pages, in any order, split over any number of builds, give the entries of one build of all of them."""

import os
import random
import shutil
import sqlite3
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import feedparser
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from feedgen_smm.articles.identity import fold, is_cut
from feedgen_smm.cli import main
from feedgen_smm.models import Entry, Sighting
from tests.samples import Published
from tests.test_properties import SIGHTINGS, lasting

ROOT = Path(__file__).parent.parent
PAGES = [path for folder in ("seeds", "tests/pages") for path in sorted((ROOT / folder).glob("*.txt"))]


def settled_in_parts(parts: Sequence[Sequence[Sighting]]) -> tuple[Entry, ...]:
    """The entries after several builds, each of which saw one part of the sightings."""
    published = Published()
    for part in parts:
        published.see(*part)
    return published.entries()


def known(entries: Sequence[Entry]) -> set[tuple[object, ...]]:
    """What must not depend on the order of builds. Ids of articles that would share one may, and so may corrections."""
    return {(entry.published, entry.title, entry.summary, entry.paragraphs, entry.link) for entry in entries}


@lasting
@given(st.lists(SIGHTINGS, max_size=8, unique=True), st.randoms(use_true_random=False), st.integers(1, 4))
def test_any_split_gives_the_entries_of_one_build(
    sightings: list[Sighting], chance: random.Random, builds: int
) -> None:
    """With the same dates, titles and texts, and no article lost or doubled."""
    parts = [[sighting for sighting in sightings if sighting in part] for part in _split(sightings, chance, builds)]
    at_once = settled_in_parts([sightings])
    in_parts = settled_in_parts(parts)
    assert len(in_parts) == len(at_once)
    assert len({entry.id for entry in in_parts}) == len(in_parts)
    if not _contradictory(sightings) and not _ambiguous(sightings):
        assert known(in_parts) == known(at_once)


def _split(sightings: list[Sighting], chance: random.Random, builds: int) -> list[list[Sighting]]:
    parts: list[list[Sighting]] = [[] for _ in range(builds)]
    for sighting in chance.sample(sightings, len(sightings)):
        chance.choice(parts).append(sighting)
    return parts


def _contradictory(sightings: Sequence[Sighting]) -> bool:
    """Whether pages give one number different dates: the date published first then stays, and the other is reported."""
    return any(one.conflicts for one in Published().see(*sightings))


def _ambiguous(sightings: Sequence[Sighting]) -> bool:
    """Whether a cut headline fits articles of several minutes: the minute published first then stays."""
    beginnings = {fold(sighting.title or "") for sighting in sightings if is_cut(sighting.title or "")}
    return any(
        len({one.published for one in sightings if fold(one.title or "").startswith(beginning)}) > 1
        for beginning in beginnings
    )


def build(pages: Path, output: Path, record: Path) -> None:
    """Build a folder; problems of pages are expected."""
    arguments = ["build", str(pages), "-o", str(output), "--record", str(record), "--limit", "100000"]
    CliRunner().invoke(main, arguments, catch_exceptions=False)


def read(output: Path) -> Counter[tuple[Any, ...]]:
    """The entries of the Atom feed as a reader sees them, but for when they were corrected.

    Of articles of one day and headline, the one published first has the id that all of them would have had.
    """
    entries = feedparser.parse((output / "atom.xml").read_bytes()).entries
    alike = Counter((item.published[:10], item.title) for item in entries)
    return Counter(
        (
            item.id if alike[item.published[:10], item.title] == 1 else None,
            item.title,
            item.published,
            item.get("summary"),
            item.content[0].value,
        )
        for item in entries
    )


@pytest.mark.parametrize("seed", range(5))
def test_shuffled_and_split_builds_of_files(seed: int, tmp_path: Path) -> None:
    """The same with files, command and record: each page comes in one of several builds, and some are deleted."""
    split, whole = split_and_whole(PAGES, seed, tmp_path)
    assert split == whole


def split_and_whole(
    paths: Sequence[Path], seed: int, folder: Path
) -> tuple[Counter[tuple[Any, ...]], Counter[tuple[Any, ...]]]:
    """The entries after a build for each part of the pages, and those of one build of all of them."""
    chance = random.Random(seed)
    pages, everything = folder / "pages", folder / "everything"
    pages.mkdir()
    everything.mkdir()
    for part in _parts(chance, paths):
        for path in part:
            saved = 1_700_000_000 + 1000 * paths.index(path)  # the same wherever it is copied to
            _save(path, pages / f"{chance.randrange(10**9)}.txt", saved)
            _save(path, everything / path.name, saved)
        build(pages, folder / "split", folder / "split.sqlite3")
        standing = sorted(pages.iterdir())
        if standing and chance.random() < 0.3:
            chance.choice(standing).unlink()
    build(everything, folder / "whole", folder / "whole.sqlite3")
    with sqlite3.connect(folder / "split.sqlite3") as record:
        assert record.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    return read(folder / "split"), read(folder / "whole")


def _parts(chance: random.Random, paths: Sequence[Path]) -> list[list[Path]]:
    shuffled = chance.sample(paths, len(paths))
    cuts = sorted(chance.choices(range(len(paths) + 1), k=chance.randrange(1, 6)))
    return [shuffled[start:end] for start, end in zip([0, *cuts], [*cuts, len(paths)], strict=True)]


def _save(page: Path, path: Path, saved: int) -> None:
    """Copy a page, with a time of saving in seconds since 1970."""
    shutil.copyfile(page, path)
    os.utime(path, (saved, saved))
