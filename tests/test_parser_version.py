"""The parser's version is raised whenever what it understands of the fixtures changes.

A record remembers by which version each page was read, and only an older one is read again.
"""

import json

from feedgen_smm.pages import VERSION
from tests.understood import KNOWN, REMEDY, differences, understood


def test_what_is_understood_changes_with_the_version_only() -> None:
    """Each fixture is understood as when the version was raised last."""
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    assert known["version"] == VERSION, "run python -m tests.understood"
    assert sorted(differences(known["pages"], understood())) == [], REMEDY
