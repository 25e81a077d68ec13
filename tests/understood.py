"""`python -m tests.understood`: write down what the parser understands of each fixture, for this version of it.

Refuses where a page is understood differently, or is new, and the version was not raised: whoever used the program
before would keep what was misread. A page that came or went without a change of the parser is named:
`python -m tests.understood PAGE...`.
"""

import json
import sys
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

from feedgen_smm.models import Capture
from feedgen_smm.pages import VERSION
from feedgen_smm.pages.page import parse

HERE = Path(__file__).parent
KNOWN = HERE / "pages" / "understood.json"
REMEDY = (
    "raise feedgen_smm.pages.VERSION and run python -m tests.understood; or, for a page that came or went without a"
    " change of the parser, run python -m tests.understood PAGE"
)
PAGES = [
    path for folder in ("pages", "../seeds") for path in (HERE / folder).iterdir() if path.suffix in (".txt", ".html")
]


def understood() -> dict[str, str]:
    """A digest of what is understood of each page, but for the lines of problems, by the page's name."""
    return {path.name: _digest(path) for path in sorted(PAGES)}


def differences(known: Mapping[str, str], now: Mapping[str, str]) -> set[str]:
    """The pages that are understood differently now, or that came or went."""
    return {name for name in known.keys() | now.keys() if known.get(name) != now.get(name)}


def _digest(path: Path) -> str:
    page = parse(Capture(path.name, path.read_bytes()))
    said = [repr(sighting) for sighting in page.sightings] + [problem.message for problem in page.problems]
    return blake2b("\n".join(said).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def main() -> None:
    """Write down what is understood now."""
    known: dict[str, Any] = {"version": 0, "pages": {}}
    if KNOWN.exists():
        known = json.loads(KNOWN.read_text(encoding="utf-8"))
    now = understood()
    named = set(sys.argv[1:]) & (known["pages"].keys() ^ now.keys())
    changed = sorted(differences(known["pages"], now) - named)
    if changed and known["version"] == VERSION:
        sys.exit(f"{', '.join(changed)}: {REMEDY}")
    KNOWN.write_text(json.dumps({"version": VERSION, "pages": now}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
