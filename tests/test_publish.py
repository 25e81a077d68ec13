"""Files replaced whole, all or none, and only when their bytes differ."""

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from feedgen_smm.errors import PublishError
from feedgen_smm.feeds.replacing import publish, stale

OLD = {"atom.xml": b"old atom", "rss.xml": b"old rss"}
NEW = {"atom.xml": b"new atom", "rss.xml": b"new rss"}
POSIX = pytest.mark.skipif(os.name == "nt", reason="of POSIX systems")


def standing(folder: Path) -> dict[str, bytes]:
    """What a web server would find: every file in the folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_written_and_named(tmp_path: Path) -> None:
    """The folder is made where it is not there, holds the files and nothing else."""
    folder = tmp_path / "a" / "b"
    assert publish(folder, NEW) == ["atom.xml", "rss.xml"]
    assert standing(folder) == NEW


def test_unchanged_files_are_left_alone(tmp_path: Path) -> None:
    """Servers tell readers by a file's time whether there is news; an unchanged file keeps its own."""
    publish(tmp_path, OLD)
    for path in tmp_path.iterdir():
        os.utime(path, (1_000_000_000, 1_000_000_000))
    changed = publish(tmp_path, {**OLD, "rss.xml": b"new rss"})
    assert changed == ["rss.xml"]
    assert (tmp_path / "atom.xml").stat().st_mtime == 1_000_000_000
    assert (tmp_path / "rss.xml").stat().st_mtime > 1_000_000_000


def test_stale_writes_nothing(tmp_path: Path) -> None:
    """To ask what is stale changes nothing, not even the folder."""
    publish(tmp_path, OLD)
    assert stale(tmp_path, {**OLD, "rss.xml": b"new rss"}) == ["rss.xml"]
    assert standing(tmp_path) == OLD
    assert stale(tmp_path / "nowhere", OLD) == ["atom.xml", "rss.xml"]
    assert not (tmp_path / "nowhere").exists()


def test_a_link_goes_on_leading_where_it_led(tmp_path: Path) -> None:
    """A feed that is a link into a web server's folder is replaced there."""
    (tmp_path / "www").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "rss.xml").symlink_to(tmp_path / "www" / "feed.xml")
    publish(tmp_path / "out", {"rss.xml": b"new"})
    assert (tmp_path / "out" / "rss.xml").is_symlink()
    assert standing(tmp_path / "www") == {"feed.xml": b"new"}


def test_one_file_that_cannot_be_replaced_replaces_none(tmp_path: Path) -> None:
    """Where a folder stands in a feed's place, the message names it and the other feed still stands."""
    (tmp_path / "atom.xml").write_bytes(b"old atom")
    (tmp_path / "rss.xml").mkdir()
    with pytest.raises(PublishError, match=r"rss\.xml"):
        publish(tmp_path, NEW)
    assert (tmp_path / "atom.xml").read_bytes() == b"old atom"


@pytest.mark.parametrize("before", [OLD, {}], ids=["old feeds", "no feeds"])
def test_a_file_that_cannot_be_replaced_takes_the_others_back(
    before: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the second feed cannot take its place (a file bound into a container cannot), the first does not either."""
    for name, data in before.items():
        (tmp_path / name).write_bytes(data)
    real = Path.replace

    def refusing(path: Path, target: Path) -> Path:
        if target.name == "rss.xml":
            raise OSError(16, "Device or resource busy")
        return real(path, target)

    monkeypatch.setattr(Path, "replace", refusing)
    with pytest.raises(PublishError, match=r"rss\.xml: cannot be replaced: Device or resource busy"):
        publish(tmp_path, NEW)
    assert standing(tmp_path) == before


@POSIX
def test_a_full_disk_leaves_the_old_feeds(tmp_path: Path) -> None:
    """Where the disk is full the message names the file, the feeds that stood still stand, and no draft is left."""
    publish(tmp_path, OLD)
    large = {"atom.xml": b"x" * 100, "rss.xml": b"y" * 100_000}
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(
            PublishError, match=r"rss\.xml: cannot be written: File too large; the existing feeds were left unchanged"
        ):
            publish(tmp_path, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    assert standing(tmp_path) == OLD


@POSIX
def test_a_folder_that_may_not_be_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Where a folder may not be written the message names the file."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp().parents[1]))
    folder.chmod(0o755)
    publish(folder, OLD)
    folder.chmod(0o555)
    as_root = os.geteuid() == 0
    if as_root:  # to whom nothing is forbidden
        os.seteuid(65534)
    try:
        with pytest.raises(PublishError, match=r"atom\.xml: cannot be written: Permission denied"):
            publish(folder, NEW)
    finally:
        if as_root:
            os.seteuid(0)
    assert standing(folder) == OLD
    shutil.rmtree(folder)


KILLED_WHILE_WRITING = """
import os, pathlib, signal, sys
from feedgen_smm.feeds import replacing as publish
step = int(sys.argv[2])
calls = 0
def die_at(name):
    real = getattr(os, name)
    def stub(*arguments, **options):
        global calls
        calls += 1
        if calls == step:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    setattr(os, name, stub)
for name in ("fsync", "replace", "rename"):
    die_at(name)
publish.publish(pathlib.Path(sys.argv[1]), {"atom.xml": b"new atom", "rss.xml": b"new rss"})
"""


@POSIX
@pytest.mark.parametrize("step", range(1, 5))
def test_a_kill_at_any_step_leaves_each_file_whole(tmp_path: Path, step: int) -> None:
    """After kill -9 each feed is the old one or the new one, and the next build clears what was left."""
    publish(tmp_path, OLD)
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, tmp_path, str(step)], check=False)
    assert killed.returncode == -signal.SIGKILL
    for name, old in OLD.items():
        assert (tmp_path / name).read_bytes() in (old, NEW[name])
    publish(tmp_path, NEW)
    assert standing(tmp_path) == NEW


@POSIX
def test_two_builds_at_once_do_each_other_no_harm(tmp_path: Path) -> None:
    """Ten builds that race leave the files of one of them, whole."""
    program = (
        "import pathlib, sys; from feedgen_smm.feeds.replacing import publish; "
        "[publish(pathlib.Path(sys.argv[1]), {'atom.xml': sys.argv[2].encode() * 99999}) for _ in range(20)]"
    )
    racers = [subprocess.Popen([sys.executable, "-c", program, tmp_path, str(letter)]) for letter in range(10)]
    assert [racer.wait() for racer in racers] == [0] * 10
    (data,) = standing(tmp_path).values()
    assert data in [str(letter).encode() * 99999 for letter in range(10)]
