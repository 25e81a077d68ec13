"""Some of the days of `python -m tests.endurance`."""

import os
import random
from collections import Counter
from pathlib import Path

import pytest

from tests.endurance import World, live
from tests.forks import PARSER


@pytest.mark.skipif(not hasattr(os, "fork"), reason="builds are killed in forks")
def test_a_feed_stays_true_to_what_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After 30 random events the record says of each day what the feed said then, and nothing is lost or doubled."""
    for module, name in PARSER:
        monkeypatch.setattr(module, name, getattr(module, name))  # and back, when the world's parsers are gone
    seen: Counter[str] = Counter()
    live(World(random.Random(7), tmp_path), 30, seen, tells=False)
    assert seen["as-of equal at the end"] == 30
