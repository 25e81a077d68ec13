"""Archive documents that stand where ours will, and are not ours: of a record that was lost, or is another machine's.

Readers were promised that they stay, and that what is in them is found. A record that was brought back as it was some
time ago, or that begins anew, would write over them what it knows.
"""

import html
import re
from collections.abc import Container
from pathlib import Path

from feedgen_smm.feeds import layout
from feedgen_smm.record import Archive
from feedgen_smm.record.shelf import kept, knows, names_kept
from feedgen_smm.errors import ArchiveError

_GUID = re.compile(rb"<guid[^>]*>([^<]*)<")
_END = re.compile(rb"</(?:feed|rss)>\s*\Z")


def refuse_strangers(archive: Archive, output: Path, base_url: str, standing: Container[str]) -> None:
    """Raise ArchiveError where a document stands that is fixed, and not as it is kept, or has an entry not known.

    `standing` are the names of files that stand as this archive wrote them. What stood at another address, or is
    damaged, may go.
    """
    fixed = names_kept(archive, base_url)
    leads_on = re.compile(f'href="{re.escape(html.escape(base_url))}[^"]*" rel="next-archive"'.encode())
    for path in sorted((output / layout.ARCHIVE).rglob("*.xml")):
        name = path.relative_to(output).as_posix()
        if name in standing:
            continue
        data = path.read_bytes()
        is_fixed = leads_on.search(data) and _END.search(data)
        is_kept = name in fixed and kept(archive, base_url, name)[0] == data
        if (is_fixed and not is_kept) or not knows(archive, _ids(data)):
            raise ArchiveError(
                f"{path}: is of another record than {archive.path}, or of a later state of it: bring that back, or "
                f"move {output / layout.ARCHIVE} away to begin anew; the feeds that stood still stand"
            )


def _ids(document: bytes) -> list[str]:
    """The ids of the entries of a document, if it is RSS; beside each in Atom stands one in RSS."""
    return [guid.decode("utf-8", "replace") for guid in _GUID.findall(document)]
