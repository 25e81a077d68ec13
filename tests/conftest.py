"""What holds for every test."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

os.environ["TZ"] = "America/New_York"  # far from UTC and from China: a time of the machine's zone would show
if hasattr(time, "tzset"):
    time.tzset()


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record stands in the current folder: each test has its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def anywhere(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """In an empty folder that every user may enter and write."""
    folder = Path(tempfile.mkdtemp(dir=tmp_path_factory.getbasetemp().parents[1]))
    folder.chmod(0o777)
    monkeypatch.chdir(folder)
    yield
    shutil.rmtree(folder)
