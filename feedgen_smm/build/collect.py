"""The first pass: which files changed since they were last read."""

import os
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

from feedgen_smm import __version__
from feedgen_smm.build import Order
from feedgen_smm.captures.files import printable, signature, survey
from feedgen_smm.record.database import Record
from feedgen_smm.record.standing import File, listings, signatures


class Collected(NamedTuple):
    """What a look at the pages found.

    `changed` are the files to be read, in the order of folders and names. `found` are all files of the folders that
    changed, with their signatures, `listings` the digests of these, and `gone` folders that are there no longer.
    `options` is all that the files of the output depend on beside the pages.
    """

    changed: tuple[File, ...]
    unchanged: int
    found: Mapping[bytes, Mapping[bytes, str]]
    listings: Mapping[bytes, bytes]
    gone: tuple[bytes, ...]
    options: str


def collect(record: Record, order: Order) -> Collected:
    """Look at the files that an order names. What is known of a folder is looked up only where the folder changed."""
    known = listings(record)
    changed: dict[File, None] = {}
    found: dict[bytes, Mapping[bytes, str]] = {}
    listed: dict[bytes, bytes] = {}
    seen: set[bytes] = set()
    roots: list[bytes] = []
    count = 0
    for place in dict.fromkeys(order.places):
        is_whole = place.is_dir()
        if is_whole:
            roots.append(key_of(record, os.fsencode(place)))
        for folder in survey([place]):
            key = key_of(record, folder.path)
            count += len(folder.files)
            if is_whole and "" not in folder.files.values():
                seen.add(key)
                listed[key] = _digest(folder.files)
                if known.get(key) == listed[key]:
                    continue
                found[key] = folder.files
            before = signatures(record, key)
            names = sorted(name for name, one in folder.files.items() if not one or before.get(name) != one)
            changed |= dict.fromkeys(File(key, name, folder.files[name]) for name in names)
    gone = tuple(path for path in known if path not in seen and any(_is_below(path, root) for root in roots))
    return Collected(tuple(changed), count - len(changed), found, listed, gone, _options(order))


def _options(order: Order) -> str:
    """All that the files depend on beside the pages."""
    return f"{__version__} {order.settings} {os.path.abspath(order.output)} {signature(order.corrections)}"  # noqa: PTH100


def key_of(record: Record, folder: bytes) -> bytes:
    """How the record names a folder: relative to its own place, so that all may be moved together."""
    return os.fsencode(os.path.relpath(os.fsdecode(folder) or os.curdir, record.place))


def path_of(record: Record, folder: bytes, name: bytes) -> Path:
    """The path of a file that the record names: below the current folder if it is there, else from the root."""
    path = os.path.normpath(os.path.join(record.place, os.fsdecode(folder), os.fsdecode(name)))  # noqa: PTH118 - no link is followed
    near = os.path.relpath(path)
    return Path(path if near.startswith(os.pardir) else near)


def shown_path(record: Record, folder: bytes, name: bytes, member: str = "") -> str:
    """The same as messages show it; with the member of a file that holds several pages."""
    path = printable(path_of(record, folder, name))
    return f"{path}!{member}" if member else path


def _digest(files: Mapping[bytes, str]) -> bytes:
    """What tells the listing of a folder from all others; in another order it is looked up again, and found the same."""
    return blake2b(b"\0".join(files) + "\0".join(files.values()).encode(), digest_size=16).digest()


def _is_below(path: bytes, root: bytes) -> bool:
    return root in (path, b".") or path.startswith(root + b"/")
