"""Entries → feeds in their folder, by way of the gate: what it finds at fault is not published."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from feedgen_smm.building import FeedFile, Order, Outcome, PutOut
from feedgen_smm.errors import PublishError
from feedgen_smm.feed import make_feed
from feedgen_smm.gate import Fault, inspect
from feedgen_smm.models import Entry, Problem
from feedgen_smm.publish import publish, stale
from feedgen_smm.writers import WRITERS


def put_out(entries: Sequence[Entry], order: Order) -> PutOut:
    """Render the feeds of `entries`, newest first, and replace those that changed; only tell, if that is the order.

    An entry that would break a demand of a format is left out, and reported. Raises PublishError where a feed cannot
    be written, or would still be at fault.
    """
    sound, files, problems = _sound(entries, order)
    changed = stale(order.output, files) if order.is_trial else publish(order.output, files)
    differs, equals = (Outcome.STALE, Outcome.CURRENT) if order.is_trial else (Outcome.WRITTEN, Outcome.UNCHANGED)
    feeds = [FeedFile(order.output / name, differs if name in changed else equals, len(sound)) for name in files]
    return PutOut(tuple(feeds), problems)


def _sound(entries: Sequence[Entry], order: Order) -> tuple[Sequence[Entry], dict[str, bytes], tuple[Problem, ...]]:
    """The entries that keep the formats' demands, the feeds of them, and why others were left out."""
    files = _render(entries, order)
    faults = _faults(order, files)
    at_fault = {fault.entry for _, fault in faults}
    sound = [entry for entry in entries if entry.id not in at_fault]
    if len(sound) < len(entries) and sound:
        files = _render(sound, order)
        remaining = _faults(order, files)
    else:
        remaining = faults
    if remaining:
        raise PublishError("\n".join(f"{_problem(*fault)}; the feeds that stood still stand" for fault in remaining))
    return sound, files, tuple(_problem(*fault, "; the entry is left out") for fault in faults)


def _render(entries: Sequence[Entry], order: Order) -> dict[str, bytes]:
    feed = make_feed(entries)
    return {
        writer.file_name: writer.render(feed, order.base_url and order.base_url + writer.file_name)
        for writer in WRITERS
    }


def _faults(order: Order, files: Mapping[str, bytes]) -> list[tuple[Path, Fault]]:
    """The faults of feeds that differ from those that stand; what stands was found sound when it was written."""
    names: Iterable[str] = stale(order.output, files)
    return [(order.output / name, fault) for name in names for fault in inspect(files[name])]


def _problem(path: Path, fault: Fault, outcome: str = "") -> Problem:
    entry = "" if fault.entry is None else f"{fault.entry}: "
    return Problem(str(path), fault.line, f"{entry}{fault.rule}: {fault.message} [{fault.source}]{outcome}")
