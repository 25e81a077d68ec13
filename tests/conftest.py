"""What holds for every test."""

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The record stands in the current folder: each test has its own."""
    monkeypatch.chdir(tmp_path)
