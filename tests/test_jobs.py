"""Pages are read in one process, in several, or on a cluster: what comes of it is the same, whatever fails."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from copy import copy
from itertools import count
from multiprocessing import active_children
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from click.testing import CliRunner, Result

from feedgen_smm.build import mapping, read, write
from feedgen_smm.build.mapping import in_processes, on_dask
from feedgen_smm.cli import main
from feedgen_smm.models import Capture, Page
from feedgen_smm.pages.page import parse
from feedgen_smm.record import archive
from feedgen_smm.record.archive import keep_document
from feedgen_smm.record.readings import Readings
from tests.bench.crawl import write_crawl
from tests.forks import OUTPUT, RECORD, Files, command, files
from tests.samples import page

NOW = "1790000000"
FIXTURES = Path(__file__).parent / "pages"
SIGHTINGS, CRAWLED = 500, 55
ARGUMENTS = ["build", "pages", "-o", OUTPUT, "--record", RECORD, "--limit", "1000"]
KILLED = "Note: a process of --jobs could not start, was killed, or crashed; one process did the work that was left\n"


@pytest.fixture(autouse=True)
def _pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder of pages of all kinds, which are handed out in small batches from the first one on."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", NOW)
    monkeypatch.setattr(mapping, "LITTLE", 0)
    monkeypatch.setattr(read, "_BATCH", 100_000)
    monkeypatch.setattr(read, "_AT_ONCE", 5)
    write_crawl(Path("pages"), SIGHTINGS)
    shutil.copytree(FIXTURES, "pages/fixtures")
    for name in ("ahead.txt", "copy of ahead.txt"):
        Path("pages", name).write_bytes(page("Tin of tomorrow", "Published: Mar 3, 2036 09:30"))
    Path("pages/no page.txt").symlink_to("nowhere")


def build(*options: str) -> Result:
    """Build the folder."""
    return CliRunner().invoke(main, [*ARGUMENTS, *options], catch_exceptions=False)


def built(*options: str) -> tuple[Result, Files, list[str]]:
    """The same from nothing: what was said, the files of the output, and all that is in the record."""
    shutil.rmtree(OUTPUT, ignore_errors=True)
    Path(RECORD).unlink(missing_ok=True)
    result = build(*options)
    return result, files(Path(OUTPUT)), recorded()


def recorded() -> list[str]:
    """All rows of the record, but for those about the output's files, which are new ones each time."""
    with closing(sqlite3.connect(RECORD)) as connection:
        return [row for row in connection.iterdump() if not row.startswith('INSERT INTO "publication"')]


def must_equal(one: tuple[Result, Files, list[str]], other: tuple[Result, Files, list[str]], note: str = "") -> None:
    """Both builds came to the same; the second one said `note` as well."""
    assert (one[0].exit_code, one[0].stdout) == (other[0].exit_code, other[0].stdout)
    assert one[0].stderr + note == other[0].stderr
    assert one[1] == other[1]
    assert one[2] == other[2]


@pytest.mark.parametrize("jobs", ["2", "3"])
def test_the_number_of_processes_makes_no_difference(jobs: str) -> None:
    """Output, messages and record are the same, row by row."""
    must_equal(built("--jobs", "1"), built("--jobs", jobs))


def test_the_pages_are_of_all_kinds() -> None:
    """Or the test above would say little."""
    result, output, _ = built("--jobs", "1")
    assert result.exit_code == 1
    assert "pages/no page.txt:1: cannot be read: No such file or directory" in result.stderr
    assert "pages/ahead.txt:3: not published: the article is dated" in result.stderr
    assert output["atom.xml"].count(b"<entry") > 90


def test_little_is_read_without_other_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Starting them would take longer than reading."""
    monkeypatch.setattr(mapping, "LITTLE", 16)
    monkeypatch.setattr(read, "_BATCH", 2**20)
    monkeypatch.setattr("feedgen_smm.build.worker.begin_workers", None)  # a call would fail
    assert "entries (" in build("--jobs", "2").stdout


def before_storing(monkeypatch: pytest.MonkeyPatch, action: Callable[[], None]) -> None:
    """Do something each time before what a batch of pages shows is stored."""
    store = Readings.save

    def acting(readings: Readings) -> None:
        action()
        store(readings)

    monkeypatch.setattr(Readings, "save", acting)


def kill_first() -> int:
    """Kill one of the processes that this one began; returns its pid."""
    pid = min(process.pid or 0 for process in active_children())
    assert pid
    os.kill(pid, signal.SIGKILL)
    return pid


def test_a_worker_that_is_killed_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The feeds and the record are the same, and a message says what happened."""
    expected = built("--jobs", "1")
    killed: list[int] = []

    def kill_one() -> None:
        if not killed:
            killed.append(kill_first())

    before_storing(monkeypatch, kill_one)
    must_equal(expected, built("--jobs", "2"), KILLED)
    assert killed


def test_archive_documents_are_the_same_whoever_makes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when a process is killed while it makes them."""
    monkeypatch.setattr(archive, "FULL", 5)
    options = ("--base-url", "https://example.org/smm/", "--limit", "10")
    expected = built("--jobs", "1", *options)
    assert len([name for name in expected[1] if name.startswith("archive/")]) > 40
    must_equal(expected, built("--jobs", "2", *options))
    killed: list[int] = []

    def kill_and_keep(*document: Any) -> None:
        if not killed:
            killed.append(kill_first())
        keep_document(*document)

    monkeypatch.setattr(write, "keep_document", kill_and_keep)
    must_equal(expected, built("--jobs", "2", *options), KILLED)
    assert killed


@pytest.mark.parametrize("moment", [0, 1, 7, 20, 28, 29])
def test_a_worker_may_be_killed_at_any_moment(moment: int) -> None:
    """Also while items or results that are too large for a pipe's buffer are on their way."""
    told: list[str] = []
    items = [bytes([number]) * 2_000_000 for number in range(30)]
    results = []
    for number, result in enumerate(in_processes(2, told.append, bytes.upper, items)):
        results.append(result)
        if number == moment:
            kill_first()
    assert results == [item.upper() for item in items]
    assert len(told) == (moment < 28)  # after the last item of both, nothing is lost


def crash_at_seven(item: tuple[int, int]) -> int:
    """End the process at item 7, unless it is the one that began; else the square."""
    beginner, number = item
    if number == 7 and os.getpid() != beginner:
        os._exit(1)
    return number * number


def test_a_worker_that_crashes_loses_nothing() -> None:
    """Each result comes once, in order, also those of the items that were under way."""
    told: list[str] = []
    items = [(os.getpid(), number) for number in range(20)]
    assert [*in_processes(2, told.append, crash_at_seven, items)] == [number * number for number in range(20)]
    assert len(told) == 1


def fail(number: int) -> int:
    """A fault of ours."""
    return 1 // (number - 3)


def test_a_fault_of_ours_is_raised() -> None:
    """It is not taken for a crash, and shows where it was."""
    told: list[str] = []
    with pytest.raises(ZeroDivisionError):
        [*in_processes(2, told.append, fail, range(20))]
    assert told == []


def test_few_items_are_under_way() -> None:
    """Memory does not grow with the number of pages."""
    begun = count(1)
    items = iter(lambda: next(begun), 101)
    for done, _ in enumerate(in_processes(2, print, abs, items), start=1):
        assert next(copy(begun)) - done <= 8
    assert done == 100


ENDLESS = """
import os, sys, time
from feedgen_smm.build.mapping import in_processes, on_dask
def show(number):
    os.write(1, b"%d\\n" % os.getpid())  # at once, for two do it at the same time
    time.sleep(60)
if __name__ == "__main__":
    [*in_processes(2, print, show, range(9))]
"""


def test_processes_end_with_the_first_one() -> None:
    """A build that is killed leaves nothing running."""
    Path("endless.py").write_text(ENDLESS, encoding="utf-8")
    with subprocess.Popen([sys.executable, "endless.py"], stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        workers = [program.stdout.readline().strip() for _ in range(2)]
        program.kill()
    assert all(map(str.isdecimal, workers)), workers
    for _ in range(100):
        if not any(map(is_running, workers)):
            return
        time.sleep(0.1)
    pytest.fail("a process goes on")


def is_running(pid: str) -> bool:
    """Whether there is such a process, and it did not end."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state not in "ZX"


class Cluster(NamedTuple):
    """The address of a Dask cluster, and a function that returns the pids of its workers."""

    address: str
    pids: Callable[[], list[int]]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """A cluster of two workers on this machine."""
    distributed = pytest.importorskip("distributed", reason="Dask is not installed: pip install 'feedgen-smm[dask]'")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as found:
        yield Cluster(found.scheduler_address, lambda: [worker.pid for worker in found.workers.values()])


def test_a_cluster_makes_no_difference(cluster: Cluster) -> None:
    """Output, messages and record are the same, row by row."""
    must_equal(built("--jobs", "1"), built("--dask", cluster.address))


def test_a_worker_of_a_cluster_that_is_killed_loses_nothing(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """The cluster repeats what the worker had, and nobody has to be told."""
    expected = built("--jobs", "1")
    killed: list[int] = []

    def kill_one() -> None:
        if not killed:
            killed.append(cluster.pids()[0])
            os.kill(killed[0], signal.SIGKILL)

    before_storing(monkeypatch, kill_one)
    must_equal(expected, built("--dask", cluster.address))
    assert killed


def test_a_cluster_that_does_not_answer_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pages are read here, and a message says why."""
    pytest.importorskip("distributed", reason="Dask is not installed: pip install 'feedgen-smm[dask]'")
    monkeypatch.setattr(mapping, "_LONGEST_WAIT", 1)
    expected, other = built("--jobs", "1"), built("--dask", "tcp://127.0.0.1:9")
    must_equal(expected, other, other[0].stderr.removeprefix(expected[0].stderr))
    assert "Note: tcp://127.0.0.1:9: " in other[0].stderr


def test_a_cluster_of_another_version_is_not_used(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its readings would be another parser's."""
    monkeypatch.setattr(mapping, "_VERSIONS", "0.2, parser 9")
    told: list[str] = []
    assert [*on_dask(cluster.address, told.append, abs, [-1, -2])] == [1, 2]
    (note,) = told
    assert "0.2, parser 9 is needed" in note


def test_without_dask_its_option_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an extra."""
    monkeypatch.setattr("feedgen_smm.cli.build.find_spec", lambda _: None)
    result = build("--dask", "tcp://127.0.0.1:9")
    assert result.exit_code == 2
    assert "pip install 'feedgen-smm[dask]'" in result.stderr


def test_a_build_that_was_killed_goes_on_in_the_middle_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one parses the other pages of the file only, and comes to the same feeds."""
    expected = built("--jobs", "1")
    shutil.rmtree(OUTPUT)
    Path(RECORD).unlink()
    monkeypatch.setattr(read, "_PART", 10)
    monkeypatch.setattr(read, "_AT_ONCE", 100)
    stored = count(1)

    def die_at_the_fourth_part() -> None:
        if next(stored) == 4:
            os.kill(os.getpid(), signal.SIGKILL)

    with monkeypatch.context() as patches:
        before_storing(patches, die_at_the_fourth_part)
        assert command([*ARGUMENTS, "--jobs", "1"], int(NOW)).was_killed
    parsed: list[str] = []

    def noting(capture: Capture) -> Page:
        parsed.append(f"{capture.source} {capture.member}")
        return parse(capture)

    monkeypatch.setattr(read, "parse", noting)
    result = build("--jobs", "1")
    assert len([name for name in parsed if "warc" in name]) == CRAWLED - 30
    assert result.stderr == expected[0].stderr
    assert files(Path(OUTPUT)) == expected[1]
