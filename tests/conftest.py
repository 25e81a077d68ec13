"""What holds for every test."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest


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
