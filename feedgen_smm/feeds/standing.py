"""What feeds say that are in the output folder already: pure, bytes in and values out.

They may be cut off, damaged or another program's: whatever can be read of them is.
"""

from datetime import datetime
from typing import NamedTuple

from lxml import etree

_ATOM = "{http://www.w3.org/2005/Atom}"


class Held(NamedTuple):
    """What readers of a feed hold: its id, and the ids of its entries with the dates on which they changed.

    A date is aware, and None where the feed does not say it; RSS says none. `leads_on` is whether it is an archive
    document that links to the next one, and so is full (RFC 5005, section 4).
    """

    feed_id: str | None
    entries: dict[str, datetime | None]
    leads_on: bool


def read_held(data: bytes) -> Held:
    """What a feed says, Atom or RSS; nothing where it is neither."""
    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(data, parser) if data.strip() else None
    if root is None:
        return Held(None, {}, leads_on=False)
    entries: dict[str, datetime | None] = {}
    for entry in root.iter(f"{_ATOM}entry", "item"):
        entry_id = entry.findtext(f"{_ATOM}id") or entry.findtext("guid")
        if entry_id:
            entries[entry_id] = _date(entry.findtext(f"{_ATOM}updated"))
    links = root.iter(f"{_ATOM}link")
    return Held(root.findtext(f"{_ATOM}id"), entries, any(link.get("rel") == "next-archive" for link in links))


def _date(text: str | None) -> datetime | None:
    try:
        date = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return date if date.tzinfo else None
