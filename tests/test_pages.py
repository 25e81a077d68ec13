"""Saved pages beside what a person says they mean; a misunderstood page becomes a pair here before it is mended."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from feedgen_smm.cli import main

FOLDER = Path(__file__).parent / "pages"
PAGES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_means_what_a_person_says(page: Path) -> None:
    """`show --json` says of the page what its expectation says, and finds no more items or problems than that."""
    result = CliRunner().invoke(main, ["show", "--json", str(page)], catch_exceptions=False)
    shown = json.loads(result.stdout)
    expected = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert only(expected["article"], shown["article"]) == expected["article"]
    assert [only(item, got) for item, got in zip(expected["related"], shown["related"], strict=True)] == expected[
        "related"
    ]
    for problem, got in zip(expected["problems"], shown["problems"], strict=True):
        assert (got["line"], problem["message"] in got["message"]) == (problem["line"], True), got
    assert result.exit_code == bool(expected["problems"])


def only(expected: dict[str, Any] | None, shown: dict[str, Any] | None) -> dict[str, Any] | None:
    """What is shown, in the keys that are expected."""
    return shown and {key: shown[key] for key in expected or shown}


def test_every_page_has_its_expectation() -> None:
    """No page without truth, no truth without page, and enough of both."""
    assert sorted(path.stem for path in FOLDER.glob("*.json")) == sorted(page.stem for page in PAGES)
    assert len(PAGES) > 50
