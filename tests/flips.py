"""`python -m tests.flips`: bits of a record flipped at random, in search of a feed that was harmed without a word.

After each damage a page is new. The build has to tell of the damage and leave the files as they were, or to write what
it would have written anyway. Of the same damage `verify` has to tell, or all that was ever published is as it was.
"""

import os
import random
import sqlite3
import sys
from collections import Counter
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import click

from tests.forks import OUTPUT, RECORD, HarmError, command, files, ledger, scratch
from tests.samples import related_item
from tests.scenes import ARCHIVING, DAY, FEW, FIRST, Plan, Scene, article, digest, make_scene

NOW = FIRST + 10 * DAY
MOST_BITS = 8
_EVER_PUBLISHED = ("revisions", "last", "filed", "documents")
_OLD = related_item("Copper in Yunnan, week 1: plant 7", "Jan 8, 2001 00:07", "Plant 7 ran.")
PLAN = Plan(
    ({"old.txt": digest(1, 103)}, {"new.txt": digest(2, 7), **FEW}),
    {"extra.txt": article("Copper stocks rise", "Mar 9, 2025 09:30") + f"\nRelated News\n{_OLD}\n".encode()},
    ARCHIVING,
)


class Damage(NamedTuple):
    """Which bits of a file are flipped, counted from its first."""

    bits: tuple[int, ...]


def flip(path: Path, damage: Damage) -> None:
    """Damage a file."""
    data = bytearray(path.read_bytes())
    for bit in damage.bits:
        data[bit // 8] ^= 1 << bit % 8
    path.write_bytes(data)


def attempt(scene: Scene, damage: Damage) -> tuple[str, str]:
    """What a build and `verify` do about a damage. Raises HarmError where they let it pass."""
    scene.reset()
    record = scene.place / RECORD
    flip(record, damage)
    return _verified(scene, record), _built(scene)


def _verified(scene: Scene, record: Path) -> str:
    ended = command(["verify", "--record", str(record), "-o", str(scene.place / OUTPUT)], NOW)
    if ended.status == 0:
        try:
            known, before = ledger(record), ledger(scene.before / RECORD)
        except sqlite3.DatabaseError as error:
            raise HarmError(f"verify finds a record sound that cannot be read: {error}") from error
        for name in _EVER_PUBLISHED:
            if known[name] != before[name]:
                raise HarmError(f"verify does not tell that {name} are damaged")
        return "finds nothing, and all that was published is right"
    if ended.status != 1:
        raise HarmError(f"verify exits with {ended.status}: {ended.said}")
    return "tells"


def _built(scene: Scene) -> str:
    ended = command(scene.arguments, NOW)
    output = files(scene.place / OUTPUT)
    if ended.status == 1 and ended.said.startswith("Error: "):
        if output != scene.old:
            raise HarmError(f"a build tells, and files were touched: {ended.said}")
        return "told"
    if ended.status != 0:
        raise HarmError(f"a build exits with {ended.status}: {ended.said}")
    if output != scene.new:
        wrong = sorted(name for name in {*output, *scene.new} if output.get(name) != scene.new.get(name))
        raise HarmError(f"a build says nothing and writes other files: {wrong}")
    return "harmless"


def search(seed: int, numbers: Sequence[int]) -> tuple[Counter[str], list[str]]:
    """Try the damages of these numbers; returns what was seen, and each harm."""
    seen: Counter[str] = Counter()
    harms: list[str] = []
    with scratch() as folder:
        scene = make_scene("flipped bits", PLAN, folder)
        size = (scene.before / RECORD).stat().st_size
        for number in numbers:
            chance = random.Random(f"{seed}:{number}")
            bits = tuple(chance.randrange(8 * size) for _ in range(chance.randint(1, MOST_BITS)))
            try:
                verified, built = attempt(scene, Damage(bits))
            except HarmError as error:
                harms.append(f"trial {number} of seed {seed}: {error}")
                seen["build: HARM"] += 1
            else:
                seen[f"build: {built}"] += 1
                seen[f"verify: {verified}"] += 1
    return seen, harms


@click.command()
@click.option("--count", default=300, show_default=True, help="How many records to damage.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers; another flips other bits.")
@click.option("--workers", default=os.cpu_count() or 1, show_default=True, help="How many to try at a time.")
def main(count: int, seed: int, workers: int) -> None:
    """Flip bits, build, and count what was told, was harmless, and was not."""
    with get_context("fork").Pool(workers) as pool:
        found = pool.starmap(search, [(seed, range(share, count, workers)) for share in range(workers)])
    for what, times in sorted(sum((seen for seen, _ in found), Counter[str]()).items()):
        click.echo(f"{times:5} {what}")
    harms = [harm for _, some in found for harm in some]
    for harm in harms:
        click.echo(harm, err=True)
    sys.exit(bool(harms))


if __name__ == "__main__":
    main()
