"""Files replaced whole, all or none, and only when their bytes differ."""

import errno
import fcntl
import os
import resource
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from feedgen_smm.errors import PublishError
from feedgen_smm.feeds.replacing import drafting, remove, stale

OLD = {"atom.xml": b"old atom", "rss.xml": b"old rss"}
NEW = {"atom.xml": b"new atom", "rss.xml": b"new rss"}
POSIX = pytest.mark.skipif(os.name == "nt", reason="of POSIX systems")


def publish(folder: Path, files: Mapping[str, bytes]) -> list[str]:
    """Replace files as a build does, and return the names of those that changed."""
    with drafting(folder) as drafts:
        changed = stale(folder, files)
        drafts.clean(files)
        drafts.add({name: files[name] for name in changed})
        drafts.replace()
    return changed


def standing(folder: Path) -> dict[str, bytes]:
    """All files in the folder, hidden ones too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_files_are_written_and_named(tmp_path: Path) -> None:
    """The folder is made, and holds these files only."""
    folder = tmp_path / "a" / "b"
    assert publish(folder, NEW) == ["atom.xml", "rss.xml"]
    assert standing(folder) == NEW


def test_unchanged_files_are_left_alone(tmp_path: Path) -> None:
    """By a file's time, web servers tell feed readers whether it is new; an unchanged file keeps its time."""
    publish(tmp_path, OLD)
    for path in tmp_path.iterdir():
        os.utime(path, (1_000_000_000, 1_000_000_000))
    changed = publish(tmp_path, {**OLD, "rss.xml": b"new rss"})
    assert changed == ["rss.xml"]
    assert (tmp_path / "atom.xml").stat().st_mtime == 1_000_000_000
    assert (tmp_path / "rss.xml").stat().st_mtime > 1_000_000_000


def test_stale_writes_nothing(tmp_path: Path) -> None:
    """Not even the folder is made."""
    publish(tmp_path, OLD)
    assert stale(tmp_path, {**OLD, "rss.xml": b"new rss"}) == ["rss.xml"]
    assert standing(tmp_path) == OLD
    assert stale(tmp_path / "nowhere", OLD) == ["atom.xml", "rss.xml"]
    assert not (tmp_path / "nowhere").exists()


def test_a_linked_file_is_replaced_where_the_link_leads(tmp_path: Path) -> None:
    """A feed may be a link into a web server's folder."""
    (tmp_path / "www").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "rss.xml").symlink_to(tmp_path / "www" / "feed.xml")
    publish(tmp_path / "out", {"rss.xml": b"new"})
    assert (tmp_path / "out" / "rss.xml").is_symlink()
    assert standing(tmp_path / "www") == {"feed.xml": b"new"}


def test_if_one_file_cannot_be_replaced_none_is(tmp_path: Path) -> None:
    """A folder in the place of a feed is named in the message, and the other feed is left unchanged."""
    (tmp_path / "atom.xml").write_bytes(b"old atom")
    (tmp_path / "rss.xml").mkdir()
    with pytest.raises(PublishError, match=r"rss\.xml"):
        publish(tmp_path, NEW)
    assert (tmp_path / "atom.xml").read_bytes() == b"old atom"


@pytest.mark.parametrize("before", [OLD, {}], ids=["old feeds", "no feeds"])
def test_if_one_file_cannot_be_replaced_the_others_are_restored(
    before: dict[str, bytes], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that is mounted into a container cannot be replaced, for example."""
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
    """The message names the file, the existing feeds are left unchanged, and no draft remains."""
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
    """The message names the file."""
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


@contextmanager
def umask(mask: int) -> Iterator[None]:
    """Set the umask of the process for a while."""
    before = os.umask(mask)
    try:
        yield
    finally:
        os.umask(before)


def mode(path: Path) -> int:
    """The permissions of a file."""
    return stat.S_IMODE(path.stat().st_mode)


# What is no file


def a_socket(path: Path) -> None:
    """Make a socket, at a path of any length."""
    before = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(before)


@POSIX
@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (Path.mkdir, "a folder"),
        (os.mkfifo, "a pipe"),
        (a_socket, "a socket"),
        (lambda path: path.symlink_to("/dev/zero"), "a device"),
        (lambda path: path.symlink_to("/proc/version"), "a part of the kernel"),
    ],
    ids=["folder", "pipe", "socket", "device", "kernel"],
)
@pytest.mark.parametrize("action", [publish, stale, remove])
def test_pipes_sockets_and_folders_are_left_alone(
    make: Callable[[Path], None], kind: str, action: Callable[[Path, dict[str, bytes]], list[str]], tmp_path: Path
) -> None:
    """They are not waited for, overwritten or deleted; the message names them and says what to do."""
    (tmp_path / "atom.xml").write_bytes(b"old atom")
    make(tmp_path / "rss.xml")
    before = (tmp_path / "rss.xml").lstat()
    with pytest.raises(PublishError) as told:
        action(tmp_path, NEW)
    assert str(told.value).startswith(f"{tmp_path / 'rss.xml'}")
    assert str(told.value).endswith(
        f"is {kind}, not a file: move it away, or choose another folder for the feeds; "
        "the existing feeds were left unchanged"
    )
    assert (tmp_path / "rss.xml").lstat()[:2] == before[:2]
    assert (tmp_path / "atom.xml").read_bytes() == b"old atom"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["atom.xml", "rss.xml"]


@POSIX
def test_a_file_that_has_just_become_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Somebody may put a pipe in its place after its status was read."""
    os.mkfifo(tmp_path / "atom.xml")
    (tmp_path / "as it was").write_bytes(b"old atom")
    program = (
        "import pathlib, sys; from feedgen_smm.feeds import replacing; folder = pathlib.Path(sys.argv[1]); "
        "replacing._status = lambda place: (folder / 'as it was').stat(); "
        "print(replacing.stale(folder, {'atom.xml': b'old atom'}))"
    )
    told = subprocess.run([sys.executable, "-c", program, tmp_path], timeout=60, check=True, capture_output=True)
    assert told.stdout == b"['atom.xml']\n"


@POSIX
def test_a_circular_link_is_reported(tmp_path: Path) -> None:
    """The message names it."""
    (tmp_path / "rss.xml").symlink_to("rss.xml")
    with pytest.raises(PublishError, match=r"rss\.xml.*: cannot be read: Too many levels of symbolic links"):
        publish(tmp_path, NEW)


@POSIX
def test_a_draft_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """Nobody who may write into the folder can make us write elsewhere."""
    victim = tmp_path / "victim"
    victim.write_bytes(b"precious")
    output = tmp_path / "output"
    publish(output, OLD)
    (output / ".atom.xml.new").symlink_to(victim)
    publish(output, NEW)
    assert victim.read_bytes() == b"precious"
    assert not (output / "atom.xml").is_symlink()
    assert standing(output) == NEW


def test_a_folder_in_the_place_of_a_draft_is_reported(tmp_path: Path) -> None:
    """It is not ours, so it is not deleted."""
    publish(tmp_path, OLD)
    (tmp_path / ".rss.xml.new").mkdir()
    with pytest.raises(PublishError, match=r"rss\.xml: cannot be written: .*; the existing feeds were left unchanged"):
        publish(tmp_path, NEW)
    assert (tmp_path / ".rss.xml.new").is_dir()
    assert (tmp_path / "atom.xml").read_bytes() == b"old atom"


def test_a_file_of_another_size_is_not_read(tmp_path: Path) -> None:
    """Its size shows that it differs, even if it is a terabyte."""
    with (tmp_path / "atom.xml").open("wb") as file:
        file.truncate(2**40)
    assert stale(tmp_path, OLD) == ["atom.xml", "rss.xml"]


# Permissions


@POSIX
def test_a_replaced_file_keeps_its_permissions(tmp_path: Path) -> None:
    """Somebody may have set them for a web server, or for privacy."""
    publish(tmp_path, OLD)
    (tmp_path / "atom.xml").chmod(0o640)
    (tmp_path / "rss.xml").chmod(0o600)
    publish(tmp_path, NEW)
    assert (mode(tmp_path / "atom.xml"), mode(tmp_path / "rss.xml")) == (0o640, 0o600)


@POSIX
@pytest.mark.parametrize(("folder", "file"), [(0o755, 0o644), (0o750, 0o640), (0o700, 0o600), (0o775, 0o664)])
def test_a_new_file_is_as_open_as_its_folder(tmp_path: Path, folder: int, file: int) -> None:
    """A web server that may read the folder may read the file, even if cron has a umask of 077."""
    tmp_path.chmod(folder)
    with umask(0o077):
        publish(tmp_path, NEW)
    assert {mode(path) for path in tmp_path.iterdir()} == {file}


@POSIX
@pytest.mark.parametrize(("mask", "file"), [(0o022, 0o644), (0o077, 0o600)])
def test_in_a_folder_of_ours_files_obey_the_umask(tmp_path: Path, mask: int, file: int) -> None:
    """In folders that we make, a private umask makes private files."""
    with umask(mask):
        publish(tmp_path / "output", {"topics/tin/atom.xml": b"tin"})
    assert mode(tmp_path / "output/topics/tin/atom.xml") == file


# What the file system refuses


@POSIX
@pytest.mark.parametrize("number", [errno.ENOLCK, errno.ENOTSUP, errno.EACCES])
def test_a_refused_lock_is_reported(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some network file systems have no locks. Nothing is written without one."""

    def refusing(_handle: int, _operation: int) -> None:
        raise OSError(number, os.strerror(number))

    publish(tmp_path, OLD)
    monkeypatch.setattr(fcntl, "flock", refusing)
    for action in (publish, remove):
        with pytest.raises(PublishError, match=f"cannot be locked: {os.strerror(number)}; the existing feeds were"):
            action(tmp_path, NEW)
    assert standing(tmp_path) == OLD


CALLS = ("open", "fsync", "fchmod", "replace", "unlink", "stat", "mkdir", "utime")


@POSIX
@pytest.mark.parametrize("before", [OLD, {}], ids=["old feeds", "no feeds"])
@pytest.mark.parametrize("failures", [1, 1000])
def test_an_error_at_any_call_is_reported_and_mixes_no_files(
    before: dict[str, bytes], failures: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails at each call in turn, once or from then on: a message, no traceback; the next build is right."""
    for failing in range(1, 100):
        folder = tmp_path / str(failing)
        folder.mkdir()
        if before:
            publish(folder, before)
        calls = 0

        def counted(name: str, real: Callable[..., object], failing: int = failing) -> Callable[..., object]:
            def stub(*arguments: object, **options: object) -> object:
                nonlocal calls
                calls += 1
                if failing <= calls < failing + failures:
                    raise OSError(errno.EIO, f"Input/output error at {name}")
                return real(*arguments, **options)

            return stub

        told = ""
        with monkeypatch.context() as patched:
            for name in CALLS:
                patched.setattr(os, name, counted(name, getattr(os, name)))
            try:
                publish(folder, NEW)
            except PublishError as error:
                told = str(error)
        now = {name: data for name, data in standing(folder).items() if not name.startswith(".")}
        is_whole = now in (before, NEW)
        assert is_whole or "could not be put back" in told, (failing, told)
        assert failures > 1 or is_whole, (failing, told)
        assert told or now == NEW
        assert "left unchanged" not in told or now == before
        publish(folder, NEW)
        assert standing(folder) == NEW
        if calls < failing:
            return
    raise AssertionError("more calls than were tried")


@POSIX
@pytest.mark.parametrize("has_links", [True, False], ids=["hard links", "no hard links"])
def test_a_restored_file_is_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, has_links: bool) -> None:
    """With its time and permissions, so that no web server reports it as new."""

    def forbidden(*_paths: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not has_links:
        monkeypatch.setattr(os, "link", forbidden)
    publish(tmp_path, OLD)
    (tmp_path / "atom.xml").chmod(0o640)
    os.utime(tmp_path / "atom.xml", (1_000_000_000, 1_000_000_000))
    real = os.replace

    def refusing(source: Path, target: Path) -> None:
        if target.name == "rss.xml":
            raise OSError(errno.EBUSY, "Device or resource busy")
        real(source, target)

    monkeypatch.setattr(os, "replace", refusing)
    with pytest.raises(PublishError):
        publish(tmp_path, NEW)
    assert standing(tmp_path) == OLD
    assert (mode(tmp_path / "atom.xml"), (tmp_path / "atom.xml").stat().st_mtime) == (0o640, 1_000_000_000)


# Documents that are withdrawn


def test_files_are_removed_and_nothing_else(tmp_path: Path) -> None:
    """Folders and files of others stay."""
    publish(tmp_path, {"archive/atom-1.xml": b"1", "archive/atom-2.xml": b"2"})
    (tmp_path / "archive" / "notes.txt").write_bytes(b"mine")
    assert remove(tmp_path, ["archive/atom-2.xml", "archive/atom-3.xml", "topics/tin/atom.xml"]) == [
        "archive/atom-2.xml"
    ]
    assert standing(tmp_path / "archive") == {"atom-1.xml": b"1", "notes.txt": b"mine"}
    assert remove(tmp_path / "nowhere", ["atom.xml"]) == []
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize("name", ["../victim", "archive/../../victim", "/etc/hostname"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    """Such a name would be a fault of ours."""
    (tmp_path / "victim").write_bytes(b"precious")
    (tmp_path / "output").mkdir()
    with pytest.raises(ValueError, match="not a name within the output folder"):
        remove(tmp_path / "output", [name])
    with pytest.raises(ValueError, match="not a name within the output folder"):
        publish(tmp_path / "output", {name: b""})
    assert (tmp_path / "victim").read_bytes() == b"precious"


def test_a_file_that_cannot_be_removed_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a person withdrew must not stay published unnoticed."""

    def refusing(_path: Path) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    publish(tmp_path, OLD)
    monkeypatch.setattr(os, "unlink", refusing)
    with pytest.raises(PublishError, match=r"atom\.xml: cannot be deleted: Operation not permitted; delete it by hand"):
        remove(tmp_path, OLD)


# Kills and races


@POSIX
def test_all_files_are_on_the_disk_before_the_first_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a power cut, no feed is empty."""
    calls: list[str] = []

    def noted(name: str, real: Callable[..., object]) -> Callable[..., object]:
        def stub(*arguments: object) -> object:
            calls.append(name)
            return real(*arguments)

        return stub

    for name in ("fsync", "replace"):
        monkeypatch.setattr(os, name, noted(name, getattr(os, name)))
    publish(tmp_path, NEW)
    assert calls == ["fsync", "fsync", "replace", "replace"]


KILLED_WHILE_WRITING = """
import os, pathlib, signal, sys
from feedgen_smm.feeds.replacing import drafting
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
with drafting(pathlib.Path(sys.argv[1])) as drafts:
    drafts.add({"atom.xml": b"new atom", "rss.xml": b"new rss"})
    drafts.replace()
"""


@POSIX
@pytest.mark.parametrize("step", range(1, 5))
def test_a_kill_at_any_step_leaves_each_file_whole(tmp_path: Path, step: int) -> None:
    """Each feed is the old one or the new one, and the next build deletes the drafts."""
    publish(tmp_path, OLD)
    killed = subprocess.run([sys.executable, "-c", KILLED_WHILE_WRITING, tmp_path, str(step)], check=False)
    assert killed.returncode == -signal.SIGKILL
    for name, old in OLD.items():
        assert (tmp_path / name).read_bytes() in (old, NEW[name])
    publish(tmp_path, NEW)
    assert standing(tmp_path) == NEW


RACING = """
import pathlib, sys
from feedgen_smm.feeds.replacing import drafting
for _ in range(20):
    with drafting(pathlib.Path(sys.argv[1])) as drafts:
        drafts.add({"atom.xml": sys.argv[2].encode() * 99999})
        drafts.replace()
"""


@POSIX
def test_builds_at_the_same_time_do_no_harm(tmp_path: Path) -> None:
    """Ten builds that race leave the complete files of one of them."""
    racers = [subprocess.Popen([sys.executable, "-c", RACING, tmp_path, str(letter)]) for letter in range(10)]
    assert [racer.wait() for racer in racers] == [0] * 10
    (data,) = standing(tmp_path).values()
    assert data in [str(letter).encode() * 99999 for letter in range(10)]
