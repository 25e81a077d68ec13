"""Entries → files in their folder, by way of the gate: what it finds at fault is not published."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from feedgen_smm.build import Order, PutOut
from feedgen_smm.feeds.edition import ArchiveDocument, Edition, File, render, render_document
from feedgen_smm.errors import EmptyFeedError, PublishError
from feedgen_smm.feeds.formats import Fault
from feedgen_smm.models import Entry, Problem
from feedgen_smm.feeds.replacing import publish, stale

_JUDGED = ".xml"  # the gate knows Atom and RSS; what else is put out says the same


class Sound(NamedTuple):
    """Files by their names, that keep all demands, and what had to be left out of them for it."""

    files: Mapping[str, File]
    problems: tuple[Problem, ...]


def put_out(edition: Edition, order: Order) -> PutOut:
    """Render an edition, and replace the files that changed; only tell which, if that is the order.

    An entry that would break a demand of a format is left out, and reported. Raises PublishError where a file cannot be
    written, or would still be at fault.
    """
    return write(_sound(lambda faulty: render(_without(edition, faulty), order.settings), order), order)


def sound_document(document: ArchiveDocument, order: Order) -> Sound:
    """An archive document as it may be put out. Raises PublishError where a file would be at fault."""

    def rendered(faulty: set[str | None]) -> dict[str, File]:
        return render_document(document._replace(entries=_others(document.entries, faulty)), order.settings)

    return _sound(rendered, order)


def write(sound: Sound, order: Order) -> PutOut:
    """Replace the files that changed; only tell which, if that is the order. Raises PublishError where that fails."""
    data = {name: file.data for name, file in sound.files.items()}
    return PutOut(
        {name: file.holds for name, file in sound.files.items()},
        frozenset(stale(order.output, data) if order.is_trial else publish(order.output, data)),
        sound.problems,
    )


def _sound(rendered: Callable[[set[str | None]], dict[str, File]], order: Order) -> Sound:
    """The files that come of rendering all entries, or all but those at fault."""
    files = rendered(set())
    faults = _faults(order, files)
    if faults:
        files = _rendered_again(rendered, order, faults)
    left_out = [_problem(*fault, "; the entry is left out") for fault in faults if fault[1].entry is not None]
    return Sound(files, tuple(left_out))


def _rendered_again(
    rendered: Callable[[set[str | None]], dict[str, File]], order: Order, faults: list[tuple[Path, Fault]]
) -> dict[str, File]:
    """The files without the entries at fault. Raises PublishError where that does not help, or leaves none."""
    try:
        files = rendered({fault.entry for _, fault in faults})
        remaining = _faults(order, files)
    except EmptyFeedError:
        remaining = faults
    if remaining:
        raise PublishError("\n".join(f"{_problem(*fault)}; the feeds that stood still stand" for fault in remaining))
    return files


def _without(edition: Edition, faulty: set[str | None]) -> Edition:
    main, *topics = (section._replace(entries=_others(section.entries, faulty)) for section in edition)
    return [main, *(section for section in topics if section.entries)]


def _others(entries: tuple[Entry, ...], faulty: set[str | None]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.id not in faulty) if faulty else entries


def _faults(order: Order, files: Mapping[str, File]) -> list[tuple[Path, Fault]]:
    """The faults of feeds that differ from those that stand; what stands was found sound when it was written."""
    feeds = {name: file.data for name, file in files.items() if name.endswith(_JUDGED)}
    faults = [(order.output / name, fault) for name in stale(order.output, feeds) for fault in files[name].faults()]
    # The feeds of topics say the same again: each fault is told once a format.
    told = {(path.name, fault.entry, fault.rule): (path, fault) for path, fault in reversed(faults)}
    return [*reversed(told.values())]


def _problem(path: Path, fault: Fault, outcome: str = "") -> Problem:
    entry = "" if fault.entry is None else f"{fault.entry}: "
    return Problem(str(path), fault.line, f"{entry}{fault.rule}: {fault.message} [{fault.source}]{outcome}")
