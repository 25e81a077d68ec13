"""`python -m tests.crashes`: builds killed, short of room and racing, in search of a feed or record that was harmed.

Prints what was seen of each kind, and each harm as it is found; exits with 1 where there was one.
"""

import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

import click

from tests.bench.pages import generate, write_pages

OLD_PAGES, NEW_PAGES, RACING_PAGES = 200, 2000, 300
WORKERS = os.cpu_count() or 1
LONGEST = 120  # seconds; a build that takes more hangs
ROOM = 256 * 2**20  # bytes; enough for all that a build writes
ARCHIVING = ("--base-url", "https://example.org/")
ROOMY = ("--limit", "10000")  # in smaller feeds old entries stand for a while that came last
OVER = "over before the kill"
FIRST_SAVED = 1_700_000_000
PROGRAM = ("-m", "feedgen_smm")
ATOM_IDS = re.compile(rb"<entry[^>]*>\s*<id>([^<]+)")
RSS_IDS = re.compile(rb"<guid[^>]*>([^<]+)")
# The program, with no file allowed to grow beyond so many bytes.
LIMITED = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))
runpy.run_module("feedgen_smm", run_name="__main__", alter_sys=True)
"""
# A fault of ours, or of SQLite's that nobody put into words.
TRACEBACK = "Traceback (most recent call last)"


class HarmError(Exception):
    """A promise that was broken; the text says which."""


class Contents(NamedTuple):
    """What a record knows: how much of each kind, and each entry's id, dates and words."""

    counts: tuple[int, ...]
    entries: tuple[tuple[object, ...], ...]


Feeds = dict[str, bytes]  # the files of the output by their names, but for the archive documents


class Scene(NamedTuple):
    """Pages, the folder in which a build of the old ones left record and feeds, and what a build of all comes to.

    `size` is how many bytes that build writes, and `options` are what it is told.
    """

    pages: tuple[Path, ...]
    before: Path
    old: Feeds
    new: Feeds
    all: Contents
    size: int
    options: tuple[str, ...]


def start(place: Path, pages: Sequence[Path], *options: str, program: Sequence[str] = PROGRAM) -> subprocess.Popen[str]:
    """A build of `pages` under way that keeps its record and its feeds in `place`."""
    record = ["--record", str(place / "record.sqlite3"), *options]
    return subprocess.Popen(
        [sys.executable, *program, "build", *map(str, pages), "-o", str(place / "output"), *record],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def end(build: subprocess.Popen[str]) -> tuple[int, str]:
    """Its exit status and what it said on standard error. Raises HarmError where it hangs, or shows a traceback."""
    try:
        _, said = build.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired:
        build.kill()
        build.communicate()
        raise HarmError("a build hangs") from None
    if TRACEBACK in said:
        raise HarmError(f"a traceback: {said[said.index(TRACEBACK) :]}")
    return build.returncode, said


def must_complete(place: Path, pages: Sequence[Path], options: Sequence[str]) -> int:
    """Build, undisturbed, and return how many pages were read. Raises HarmError where it does not end well."""
    report = place.with_name("report.json")
    status, said = end(start(place, pages, "--report", str(report), *options))
    if status:
        raise HarmError(f"an undisturbed build exits with {status}: {said}")
    return int(json.loads(report.read_text(encoding="utf-8"))["pages"]["read"])


def feeds(place: Path) -> Feeds:
    """The feeds that stand in `place`."""
    output = place / "output"
    paths = {str(path.relative_to(output)): path for path in output.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in paths.items() if not name.startswith("archive/")}


def published(place: Path) -> set[bytes]:
    """The ids of the entries in the feed and its archive documents, in each of their formats."""
    atom, rss = (
        {entry for path in (place / "output").glob(f"**/{name}*.xml") for entry in ids.findall(path.read_bytes())}
        for name, ids in (("atom", ATOM_IDS), ("rss", RSS_IDS))
    )
    if atom != rss:
        raise HarmError("the formats do not hold the same entries")
    return atom


def contents(place: Path) -> Contents:
    """What the record in `place` knows. Raises HarmError where SQLite finds it damaged."""
    with closing(sqlite3.connect(place / "record.sqlite3")) as connection:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise HarmError("the record is damaged")
        counts = [
            connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - our own words
            for table in ("file", "reading", "sighting", "appearance", "problem", "entry")
        ]
        entries = connection.execute(
            "SELECT id, published, precision, updated, title, summary.data, body.data, link"
            " FROM entry JOIN revision USING (entry, revision) LEFT JOIN text AS summary ON summary.text = summary"
            " LEFT JOIN text AS body ON body.text = body WHERE state = 'shown' ORDER BY id"
        )
        return Contents(tuple(counts), tuple(entries))


def which(scene: Scene, place: Path) -> str:
    """Whether the old feeds stand in `place`, the new ones, or, caught between two renames, some of each.

    Raises HarmError where a file is neither the old one nor the new.
    """
    standing = feeds(place)
    for name in {*scene.old, *scene.new}:
        if standing.get(name) not in (scene.old.get(name), scene.new.get(name)):
            raise HarmError(f"{name} is neither the old one nor the new")
    return "old" if standing == scene.old else "new" if standing == scene.new else "old and new"


def must_be_whole(scene: Scene, place: Path) -> None:
    """Raises HarmError unless `place` holds what an undisturbed build of all pages leaves, and nothing else."""
    if feeds(place) != scene.new:
        raise HarmError("the feeds are not those of an undisturbed build")
    if contents(place) != scene.all:
        raise HarmError("the record knows another thing than after an undisturbed build")
    if scene.options == ARCHIVING and published(place) != {str(entry).encode() for entry, *_ in scene.all.entries}:
        raise HarmError("the feeds and their archive documents do not hold every entry")
    left = {path.name for path in place.iterdir()} ^ {"record.sqlite3", "output"}
    left |= {path.name for path in (place / "output").rglob(".*")}
    if left:
        raise HarmError(f"left over: {sorted(left)}")


def make_scene(scratch: Path, old: int, *new: int, options: tuple[str, ...] = ()) -> Scene:
    """A scene of `old` pages that were built once, and a folder of pages for each number of `new` ones."""
    pages = tuple(scratch / f"pages-{number}" for number in range(len(new)))
    source = scratch / "source"
    scratch.mkdir(parents=True, exist_ok=True)
    write_pages(source, generate(old + sum(new)))
    waiting = sorted(source.iterdir())
    for saved, path in enumerate(waiting, start=FIRST_SAVED):
        os.utime(path, (saved, saved))
    for folder in pages:
        folder.mkdir()
        _move(waiting, folder, old // len(new))
    before, after = scratch / "before" / "place", scratch / "after" / "place"  # as deep as the places of trials
    before.mkdir(parents=True)
    if old:
        must_complete(before, pages, options)
    for folder, count in zip(pages, new, strict=True):
        _move(waiting, folder, count)
    shutil.copytree(before, after)
    must_complete(after, pages, options)
    return Scene(pages, before, feeds(before), feeds(after), contents(after), _size(after), options)


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*"))


def _move(waiting: list[Path], folder: Path, count: int) -> None:
    for _ in range(count):
        path = waiting.pop(0)
        path.rename(folder / path.name)


@contextmanager
def copy_of(scene: Scene) -> Iterator[Path]:
    """A place in which the old pages were built, for one trial."""
    with tempfile.TemporaryDirectory(dir=scene.before.parents[1]) as folder:
        yield Path(shutil.copytree(scene.before, Path(folder) / "place"))


def kill(scene: Scene, seconds: float) -> str:
    """Kill a build after so long, and see what it left; says how far it was, or that it was over."""
    with copy_of(scene) as place:
        build = start(place, scene.pages, *scene.options)
        time.sleep(seconds)
        build.kill()
        status, _ = end(build)
        stood = which(scene, place)
        read = must_complete(place, scene.pages, scene.options)
        must_be_whole(scene, place)
    return OVER if status >= 0 else f"{stood} feeds stood, {_kept(read)}"


def _kept(read: int) -> str:
    """How much a killed build had kept, if the one that goes on with it had to read so many pages."""
    return "all pages were kept" if not read else "some pages were kept" if read < NEW_PAGES else "nothing was kept"


def fill(scene: Scene, share: float) -> str:
    """Build where no file may grow beyond a share of what the record needs, and then without a limit."""
    with copy_of(scene) as place:
        limit = int(share * scene.size)
        outcome = _cramped(scene, place, start(place, scene.pages, *scene.options, program=("-c", LIMITED, str(limit))))
        must_complete(place, scene.pages, scene.options)
        must_be_whole(scene, place)
    return f"a limit: {outcome}"


def fill_disk(scene: Scene, share: float) -> str:
    """Build on a disk with room for a share of what a build writes, and then with room for all of it."""
    with _disk(scene.before.parents[1]) as disk:
        place = Path(shutil.copytree(scene.before, disk / "place"))
        used = shutil.disk_usage(disk).used
        _resize(disk, used + int(share * (scene.size - used)))
        outcome = _cramped(scene, place, start(place, scene.pages, *scene.options))
        _resize(disk, ROOM)
        must_complete(place, scene.pages, scene.options)
        must_be_whole(scene, place)
    return f"a full disk: {outcome}"


def _cramped(scene: Scene, place: Path, build: subprocess.Popen[str]) -> str:
    """What a build says that has not room enough, and what it leaves. Raises HarmError where that is wrong."""
    status, said = end(build)
    stood = which(scene, place)
    if not status:
        if stood == "old" or said:
            raise HarmError(f"exit 0 with {stood} feeds: {said}")
        return "room enough"
    path, _, message = said.removeprefix("Error: ").partition(": ")
    if status != 1 or not Path(path).is_relative_to(place):
        raise HarmError(f"exit {status} with a message that names no file: {said!r}")
    return f"{Path(path).name}: {message.strip()} ({stood} feeds stood)"


@contextmanager
def _disk(scratch: Path) -> Iterator[Path]:
    """A disk in memory, for one trial."""
    with tempfile.TemporaryDirectory(dir=scratch) as folder:
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "crashes", folder], check=True)
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def _resize(disk: Path, size: int) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", disk], check=True)


def race(scene: Scene, seconds: float, *, apart: bool) -> str:
    """Two builds of the same pages, or `apart`, of a folder of them each; the second starts so long after the first."""
    one, other = ([folder] for folder in scene.pages) if apart else (scene.pages, scene.pages)
    with copy_of(scene) as place:
        with start(place, one, *scene.options) as first:
            time.sleep(seconds)
            together = first.poll() is None
            with start(place, other, *scene.options) as second:
                ended = [end(first), end(second)]
        for status, said in ended:
            if status:
                raise HarmError(f"one of two builds exits with {status}: {said}")
        must_be_whole(scene, place)
    return f"{'a folder each' if apart else 'the same folders'}, {'together' if together else 'one after the other'}"


def duration(scene: Scene) -> float:
    """Seconds that a build takes while the others that are tried at the same time take theirs."""

    def once(_number: int) -> float:
        with copy_of(scene) as place:
            begin = time.perf_counter()
            must_complete(place, scene.pages, scene.options)
            return time.perf_counter() - begin

    with ThreadPoolExecutor(WORKERS) as pool:
        return median(pool.map(once, range(3 * WORKERS)))


Trial = Callable[[random.Random], str]


def trials(name: str, trial: Trial, count: int, seed: int) -> bool:
    """Go through so many trials, tell what was seen, and whether all went well."""
    seen: Counter[str] = Counter()
    harms: list[str] = []

    def one(number: int) -> None:
        try:
            seen[trial(random.Random(f"{seed}:{name}:{number}"))] += 1
        except HarmError as error:
            harms.append(f"{name} {number} of seed {seed}: {error}")

    begin = time.monotonic()
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(one, range(count)))
    click.echo(f"{name}: {count}, {len(harms)} with harm, {time.monotonic() - begin:.0f} s")
    for outcome, times in sorted(seen.items()):
        click.echo(f"    {times:4} {outcome}")
    for harm in harms:
        click.echo(harm, err=True)
    return not harms


def kills(scenes: Sequence[Scene]) -> Trial:
    """Kills at moments of the whole of a build; a build that is over before is tried again."""
    seconds = [duration(scene) for scene in scenes]

    def trial(chance: random.Random) -> str:
        while True:
            number = chance.randrange(len(scenes))
            seen = kill(scenes[number], chance.uniform(0, seconds[number]))
            if seen != OVER:
                return seen

    return trial


def fills(scenes: Sequence[Scene]) -> Trial:
    """Too little room in files, and on disks where those can be made; most often nearly enough."""
    ways = (fill, fill_disk) if os.geteuid() == 0 and sys.platform == "linux" else (fill,)
    return lambda chance: chance.choice(ways)(chance.choice(scenes), chance.triangular(0, 1.4, 1.2))


def races(scenes: Sequence[Scene]) -> Trial:
    """Two builds, the second started before the first is over."""
    seconds = [duration(scene) for scene in scenes]

    def trial(chance: random.Random) -> str:
        number = chance.randrange(len(scenes))
        return race(scenes[number], chance.uniform(0, seconds[number]), apart=chance.random() < 0.5)

    return trial


@click.command()
@click.option("--kills", "kill_count", default=200, show_default=True, help="How many builds to kill.")
@click.option("--races", "race_count", default=100, show_default=True, help="How many pairs of builds to race.")
@click.option("--full", "full_count", default=50, show_default=True, help="How many builds to give too little room.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers; another makes other moments.")
def main(kill_count: int, race_count: int, full_count: int, seed: int) -> None:
    """Do builds harm, and see that none is done to record and feeds."""
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        large = [make_scene(scratch / f"large-{old}", old, NEW_PAGES, options=ARCHIVING) for old in (OLD_PAGES, 0)]
        racing = [
            make_scene(scratch / f"racing-{old}", old, RACING_PAGES, RACING_PAGES, options=ROOMY)
            for old in (OLD_PAGES, 0)
        ]
        all_is_well = [
            trials("kills", kills(large), kill_count, seed),
            trials("races", races(racing), race_count, seed),
            trials("too little room", fills(large), full_count, seed),
        ]
    sys.exit(not all(all_is_well))


if __name__ == "__main__":
    main()
