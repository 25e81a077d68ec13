"""A few points of `python -m tests.faults` and `tests.flips`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import Kind, Point, Trial, steps_of
from tests.flips import PLAN as DAMAGED
from tests.flips import Damage, attempt
from tests.forks import RECORD
from tests.scenes import PLANS, make_scene

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="builds are killed in forks")
def test_a_build_that_fails_at_any_step_does_no_harm() -> None:
    """Errors, full disks and kills at steps of whole builds: the old files or the new, and the next build is right."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--only", "document", "--sample", "5", "--workers", "1"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.endswith(" points, 0 with harm\n")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="builds are killed in forks")
@pytest.mark.parametrize("name", ["a new page, a changed one, a correction", "an entry withdrawn from a full document"])
def test_what_was_kept_before_a_kill_is_written_by_the_next_build(tmp_path: Path, name: str) -> None:
    """After a kill behind any COMMIT, the next build updates every file and deletes the drafts."""
    scene = make_scene(name, PLANS[name], tmp_path)
    trial = Trial(scene)
    kept = [at for at, step in enumerate(steps_of(scene, is_sql=True), start=1) if step.name == "COMMIT"]
    for at in kept:
        trial.at(Point(at + 1, Kind.KILL, is_sql=True))
    assert len(kept) > 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="builds run in forks")
def test_a_damaged_record_is_told_of_or_harmless(tmp_path: Path) -> None:
    """One flipped bit gives a message and unchanged feeds, or the feeds of an undamaged record."""
    scene = make_scene("flipped bits", DAMAGED, tmp_path)
    size = (scene.before / RECORD).stat().st_size
    seen = {attempt(scene, Damage((bit,)))[1] for bit in range(500, 8 * size, 8 * size // 8)}
    assert seen <= {"told", "harmless"}
