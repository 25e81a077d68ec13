"""Entries → files in their folder, by way of the gate: what it finds at fault is not published."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from feedgen_smm import layout
from feedgen_smm.building import Order, PutOut
from feedgen_smm.edition import ArchiveDocument, Edition, File, render, render_document
from feedgen_smm.errors import EmptyFeedError, PublishError
from feedgen_smm.gate import Fault, inspect
from feedgen_smm.models import Entry, Problem
from feedgen_smm.publish import publish, stale

_JUDGED = ".xml"  # the gate knows Atom and RSS; what else is put out says the same


def put_out(edition: Edition, documents: Iterable[ArchiveDocument], order: Order) -> PutOut:
    """Render an edition, and replace the files that changed; only tell which, if that is the order.

    Of the archive documents those are given that have to be written: before the feeds, which lead to them. An entry
    that would break a demand of a format is left out, and reported. Raises PublishError where a file cannot be written,
    or would still be at fault.
    """
    put = [_put_out_document(document, order) for document in documents]
    main = _put_out(lambda faulty: render(_without(edition, faulty), order.settings), order)
    return PutOut(
        {**main.files, **({layout.ARCHIVE: edition.archived} if edition.archived else {})},
        main.changed.union(*(one.changed and {layout.ARCHIVE} for one in put)),
        (*(problem for one in put for problem in one.problems), *main.problems),
    )


def _put_out_document(document: ArchiveDocument, order: Order) -> PutOut:
    def rendered(faulty: set[str | None]) -> dict[str, File]:
        return render_document(document._replace(entries=_sound(document.entries, faulty)), order.settings)

    return _put_out(rendered, order)


def _put_out(rendered: Callable[[set[str | None]], dict[str, File]], order: Order) -> PutOut:
    """Put out the files that come of rendering all entries, or all but those at fault."""
    files = rendered(set())
    faults = _faults(order, files)
    at_fault = {fault.entry for _, fault in faults}
    if faults:
        files = _rendered_again(rendered, at_fault, order, faults)
    data = {name: file.data for name, file in files.items()}
    return PutOut(
        {name: file.holds for name, file in files.items()},
        frozenset(stale(order.output, data) if order.is_trial else publish(order.output, data)),
        tuple(_problem(*fault, "; the entry is left out") for fault in faults if fault[1].entry is not None),
    )


def _rendered_again(
    rendered: Callable[[set[str | None]], dict[str, File]],
    at_fault: set[str | None],
    order: Order,
    faults: list[tuple[Path, Fault]],
) -> dict[str, File]:
    """The files without the entries at fault. Raises PublishError where that does not help, or leaves none."""
    try:
        files = rendered(at_fault)
        remaining = _faults(order, files)
    except EmptyFeedError:
        remaining = faults
    if remaining:
        raise PublishError("\n".join(f"{_problem(*fault)}; the feeds that stood still stand" for fault in remaining))
    return files


def _without(edition: Edition, faulty: set[str | None]) -> Edition:
    if not faulty:
        return edition
    topics = {topic: _sound(entries, faulty) for topic, entries in edition.topics.items()}
    return edition._replace(
        entries=_sound(edition.entries, faulty),
        topics={topic: entries for topic, entries in topics.items() if entries},
    )


def _sound(entries: tuple[Entry, ...], faulty: set[str | None]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.id not in faulty)


def _faults(order: Order, files: Mapping[str, File]) -> list[tuple[Path, Fault]]:
    """The faults of feeds that differ from those that stand; what stands was found sound when it was written."""
    feeds = {name: file.data for name, file in files.items() if name.endswith(_JUDGED)}
    faults = [(order.output / name, fault) for name in stale(order.output, feeds) for fault in inspect(feeds[name])]
    # The feeds of topics say the same again: each fault is told once a format.
    told = {(path.name, fault.entry, fault.rule): (path, fault) for path, fault in reversed(faults)}
    return [*reversed(told.values())]


def _problem(path: Path, fault: Fault, outcome: str = "") -> Problem:
    entry = "" if fault.entry is None else f"{fault.entry}: "
    return Problem(str(path), fault.line, f"{entry}{fault.rule}: {fault.message} [{fault.source}]{outcome}")
