"""The first pass: which files changed since they were last read. Also how the record names files."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from feedgen_smm.captures.files import printable, survey
from feedgen_smm.record.captures import File, listings, signatures
from feedgen_smm.record.database import Record


class Collected(NamedTuple):
    """What a look at the pages found.

    `changed` are the files to read, ordered by folder and name. `listings` has the new checksum of each folder whose
    listing changed, empty if the folder is gone, and `lost` the files that are no longer in it.
    """

    changed: tuple[File, ...]
    unchanged: int
    listings: Mapping[bytes, bytes]
    lost: Mapping[bytes, Sequence[bytes]]


def collect(record: Record, places: Sequence[Path]) -> Collected:
    """Look at files and folders. The signatures of files are compared only in folders whose listing changed."""
    known = listings(record)
    changed: dict[File, None] = {}
    listed: dict[bytes, bytes] = {}
    lost: dict[bytes, Sequence[bytes]] = {}
    seen: set[bytes] = set()
    roots: list[bytes] = []
    count = 0
    for place in dict.fromkeys(places):
        is_whole = place.is_dir()
        if is_whole:
            roots.append(key_of(record, os.fsencode(place)))
        for folder in survey([place]):
            key = key_of(record, folder.path)
            count += len(folder.files)
            listing = _checksum(folder.files) if is_whole and "" not in folder.files.values() else b""
            if listing:
                seen.add(key)
                if known.get(key) == listing:
                    continue
            before = signatures(record, key)
            if listing:
                listed[key], lost[key] = listing, [name for name in before if name not in folder.files]
            names = sorted(name for name, one in folder.files.items() if not one or before.get(name) != one)
            changed |= dict.fromkeys(File(key, name, folder.files[name]) for name in names)
    for path, listing in known.items():
        if listing and path not in seen and any(_is_below(path, root) for root in roots):
            listed[path], lost[path] = b"", [*signatures(record, path)]
    return Collected(tuple(changed), count - len(changed), listed, lost)


def key_of(record: Record, folder: bytes) -> bytes:
    """The record's name for a folder: relative to the record's own, so that all of it may be moved together."""
    return os.fsencode(os.path.relpath(os.fsdecode(folder) or os.curdir, record.place))


def path_of(record: Record, folder: bytes, name: bytes) -> Path:
    """The path of a file that the record names: relative if it is below the current folder, else absolute."""
    path = os.path.normpath(os.path.join(record.place, os.fsdecode(folder), os.fsdecode(name)))  # noqa: PTH118 - no link is followed
    near = os.path.relpath(path)
    return Path(path if near.startswith(os.pardir) else near)


def shown_path(record: Record, folder: bytes, name: bytes, member: str = "") -> str:
    """The same path as messages show it, followed by the member where the file holds several pages."""
    path = printable(path_of(record, folder, name))
    return f"{path}!{member}" if member else path


def _checksum(files: Mapping[bytes, str]) -> bytes:
    """A checksum of a folder's listing, which depends on its order: in another order the folder is read again."""
    return b"%d %d %d" % (len(files), crc32(b"\0".join(files)), crc32("\0".join(files.values()).encode()))


def _is_below(path: bytes, root: bytes) -> bool:
    return root in (path, b".") or path.startswith(root + b"/")
