"""The fourth pass: the ledger's entries → files in the output folder.

The archive documents are written first, the last one before the others, and then the feeds: each link leads to a file
that exists already. A build that would lose published entries, or write the feeds of one record into two folders, is
refused before any file is touched.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import closing, nullcontext
from datetime import datetime
from functools import partial
from itertools import starmap
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from feedgen_smm.build import LAST_OPTIONS, LAST_SUMMARY, FeedFile, Order, Outcome
from feedgen_smm.build.mapping import Map
from feedgen_smm.captures.files import read_feed, signature
from feedgen_smm.errors import EmptyFeedError, PublishError, RefusedError, UnreadableCaptureError
from feedgen_smm.feeds.atom_and_rss import Held, read_held
from feedgen_smm.feeds.feed import newest_first
from feedgen_smm.feeds.formats import (
    ARCHIVE,
    ATOM,
    NOUNS,
    TOPICS,
    ArchiveDocument,
    Edition,
    File,
    Section,
    document_names,
    feed_names,
    render,
    render_document,
)
from feedgen_smm.feeds.replacing import Drafts, drafting, remove, stale
from feedgen_smm.feeds.validation import Fault
from feedgen_smm.models import Entry, Problem, Topic
from feedgen_smm.record.archive import (
    ALL,
    Kept,
    count_documents,
    feed_rows,
    fill_documents,
    has_feed,
    ids_filed,
    is_noted,
    keep_document,
    kept_document,
    kept_names,
    note_feed,
    number_arrivals,
)
from feedgen_smm.record.captures import Publication, note_publications, note_reported, publications
from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import Ledger
from feedgen_smm.record.readings import digest_of
from feedgen_smm.settings import Settings

_LAST_ADDRESS = "address"
"""The fact that says for which base URL the files were written last."""

_LAST_OUTPUT = "output"
"""The fact that says where the feeds of a record are, relative to the record's folder."""


class Written(NamedTuple):
    """The files that are in the folder now, how many each holds, which of them changed, and what was left out.

    `abandoned` are other feeds there, which are no longer updated.
    """

    holds: Mapping[str, int]
    changed: frozenset[str]
    left_out: tuple[Problem, ...]
    abandoned: tuple[str, ...] = ()


class _Valid(NamedTuple):
    """Files that are valid, and the entries left out to make them so."""

    files: Mapping[str, File]
    left_out: tuple[Problem, ...] = ()


class Writer:
    """Writes the feeds of a record, as an order says."""

    def __init__(self, record: Record, ledger: Ledger, order: Order, feed_id: str, topics: Sequence[Topic]) -> None:
        self._record = record
        self._ledger = ledger
        self._order = order
        self._feed_id = feed_id
        self._topics = (None, *topics)
        self._base_url = order.settings.base_url or ""
        self._kept = kept_names(record, self._base_url)  # before this build, which asks for each document once
        self._feeds: dict[str, tuple[int, ...]] = {}
        self._drafts: Drafts | None = None

    def write(self, mapped: Map, options: str, last: str | None, now: datetime) -> Written:
        """Write all files. Raises RefusedError where that would lose entries, and PublishError where it fails.

        `mapped` is how new archive documents are made, which may be many. `options` are remembered, and `last` has
        those of the last build, '' if it was stopped. `now` is aware UTC. The existing files are not trusted after a
        build that was stopped, which may have kept a document without writing it, nor with another base URL, because
        documents link to each other.
        """
        record, order, was_stopped = self._record, self._order, last == ""
        before = publications(record)
        existing = {name: one for name, one in before.items() if one.signature == signature(order.output / name)}
        refuse_loss(record, self._ledger, order, before)
        if was_stopped or record.fact(_LAST_ADDRESS) != self._base_url:
            existing = {}
        edition = [*self._sections(existing if last == options else {}, now)]
        if not edition:
            return Written({}, frozenset(), ())
        same = {name: existing[name].holds for one in edition if one.is_same for name in feed_names(one.topic)}
        wanted = _documents_of(edition)
        self._check(wanted, existing)
        record.commit()
        revealing: list[str] = []
        with nullcontext() if order.is_trial else drafting(order.output) as self._drafts:
            documents = [*self._documents(mapped, wanted, existing)]
            feeds = self._put(_valid(order.output, partial(self._render, edition)))
            result = self._together([*documents, feeds, Written(same, frozenset(), ())])
            if self._drafts is not None:
                record.commit()  # full documents are kept before any reader can fetch them
                revealing = self._revealing(result)
                # A damaged record shows here, before any file is touched.
                self._note(result, options, before, {name: Publication("", b"", 0) for name in result.holds})
                if was_stopped:
                    self._drafts.clean(result.holds)
                self._drafts.replace()
        if not order.is_trial:
            remove(order.output, revealing)
            result = result._replace(abandoned=tuple(name for name in result.abandoned if name not in revealing))
            self._note(result, options, before, self._publications(result, before))
        return result

    def _sections(self, trusted: Mapping[str, Publication], now: datetime) -> Iterator[Section]:
        """The feed of all entries and that of each topic, each with the number of its archive documents.

        A topic's feed stays as it is if its files are `trusted` and nothing in it changed.
        """
        record = self._record
        for topic in self._topics:
            name = _series(topic)
            number_arrivals(record, name)
            feed = feed_rows(record, name, self._order.settings.limit)
            is_trusted = topic is not None and trusted.keys() >= {*feed_names(topic)}
            is_same = is_trusted and bool(feed) and is_noted(record, name, feed, now)
            before = count_documents(record, name)
            archived = fill_documents(record, name, feed) if self._base_url else 0
            self._feeds[name] = feed
            if is_same and (archived == before or not self._base_url):
                yield Section(topic, (), archived, is_same=True)
            elif feed or has_feed(record, name):
                entries = newest_first(self._ledger.shown(name, feed))
                yield Section(topic, entries, archived, None if entries else self._ledger.last_withdrawal())

    def _check(self, wanted: Sequence[tuple[Section, int]], existing: Mapping[str, Publication]) -> None:
        """Read the documents to restore, before any file is touched. Raises DamagedError where one is damaged."""
        for section, number in wanted:
            for name in self._kept.intersection(document_names(section.topic, number)).difference(existing):
                kept_document(self._record, self._base_url, name)

    def _documents(
        self, mapped: Map, wanted: Sequence[tuple[Section, int]], existing: Mapping[str, Publication]
    ) -> Iterator[Written]:
        """Leave each archive document as it is, restore the one that is kept, or write a new one."""
        new = [one for one in wanted if not self._kept.issuperset(document_names(one[0].topic, one[1]))]
        make = partial(make_document, self._order.output, self._order.settings, self._feed_id)
        with closing(mapped(make, starmap(self._document, new))) as made:
            for section, number in wanted:
                names = document_names(section.topic, number)
                if not self._kept.issuperset(names):
                    yield self._put(self._keep(section, number, next(made)))
                elif existing.keys() >= {*names}:
                    yield Written({name: existing[name].holds for name in names}, frozenset(), ())
                else:
                    files = {name: File(*kept_document(self._record, self._base_url, name)) for name in names}
                    yield self._put(_Valid(files))

    def _keep(self, section: Section, number: int, made: _Valid) -> _Valid:
        """Keep a new document in the record before any reader can fetch it, if it is full; returns it."""
        if number < section.archived and not made.left_out:
            files = {name: Kept(file.data, file.holds) for name, file in made.files.items()}
            keep_document(self._record, self._base_url, _series(section.topic), number, files)
        return made

    def _document(self, section: Section, number: int) -> ArchiveDocument:
        """What is to be in a document. All but the last one are full."""
        entries = newest_first(self._ledger.document_entries(_series(section.topic), number))
        updated = None if entries else self._ledger.last_withdrawal()
        return ArchiveDocument(section.topic, number, number < section.archived, entries, updated)

    def _render(self, edition: Edition, faulty: set[str | None]) -> dict[str, File]:
        """The feeds, the list and the page, without the entries at fault."""
        main, *topics = (one._replace(entries=_others(one.entries, faulty)) for one in edition)
        shown = [main, *(one for one in topics if one.entries or one.updated or one.is_same)]
        return render(shown, self._order.settings, self._feed_id)

    def _put(self, valid: _Valid) -> Written:
        """Draft the files that changed; in a trial, none."""
        files = {name: file.data for name, file in valid.files.items()}
        changed = stale(self._order.output, files)
        if self._drafts is not None:
            self._drafts.clean(files)
            self._drafts.add({name: files[name] for name in changed})
        holds = {name: file.holds for name, file in valid.files.items()}
        return Written(holds, frozenset(changed), valid.left_out)

    def _together(self, written: Sequence[Written]) -> Written:
        holds = {name: holds for one in written for name, holds in one.holds.items()}
        changed = frozenset[str]().union(*(one.changed for one in written))
        left_out = tuple(problem for one in written for problem in one.left_out)
        return Written(holds, changed, left_out, abandoned(self._order.output, holds))

    def _revealing(self, written: Written) -> list[str]:
        """The files that are no longer updated, and still show entries that were withdrawn."""
        output = self._order.output
        withdrawn = {entry_id.encode() for entry_id in self._ledger.withdrawn()}
        others = written.abandoned if withdrawn else ()
        return [name for name in others if any(one in (output / name).read_bytes() for one in withdrawn)]

    def _publications(self, written: Written, before: Mapping[str, Publication]) -> dict[str, Publication]:
        """The files of the output as they are now."""
        output = self._order.output
        found: dict[str, Publication] = {}
        for name, holds in written.holds.items():
            one = before.get(name)
            now = signature(output / name)
            is_same = one is not None and one.signature == now
            digest = one.digest if one is not None and is_same else digest_of((output / name).read_bytes())
            found[name] = Publication(now, digest, holds)
        return found

    def _note(
        self, written: Written, options: str, before: Mapping[str, Publication], noted: Mapping[str, Publication]
    ) -> None:
        """Remember what was written, for the next build."""
        note_reported(self._record)
        record, output = self._record, self._order.output
        note_publications(record, noted, [name for name in before if name not in noted])
        for name, feed in self._feeds.items():
            if feed:
                note_feed(record, name, feed)
        record.remember(_LAST_OUTPUT, output_key(record, output))
        record.remember(_LAST_ADDRESS, self._base_url)
        record.remember(LAST_OPTIONS, f"in part, {options}" if written.left_out else options)
        files = feed_files(written, self._order)
        summary = [f"{one.path.relative_to(output)}\t{one.holds}\t{one.noun}\t{one.outcome.value}" for one in files]
        record.remember(LAST_SUMMARY, "\n".join(summary))


def _documents_of(edition: Edition) -> list[tuple[Section, int]]:
    """All archive documents, by their numbers, the last ones first.

    Those of about the same time share entries, so that they are written one after the other.
    """
    every = [(section, number) for section in edition for number in range(section.archived, 0, -1)]
    return sorted(every, key=lambda one: one[1] / one[0].archived, reverse=True)


def make_document(output: Path, settings: Settings, feed_id: str, document: ArchiveDocument) -> _Valid:
    """Make the files of an archive document, without the entries at fault if there are any.

    Such an entry may come later: until then the document is not full, and links to no next one. Raises PublishError if
    leaving them out does not help.
    """

    def rendered(faulty: set[str | None], *, is_fixed: bool) -> dict[str, File]:
        entries = _others(document.entries, faulty)
        return render_document(document._replace(entries=entries, is_fixed=is_fixed), settings, feed_id)

    valid = _valid(output, partial(rendered, is_fixed=document.is_fixed))
    if valid.left_out and document.is_fixed:
        valid = _valid(output, partial(rendered, is_fixed=False))
    # Without what they were made of, which another process would have to send back.
    return valid._replace(files={name: File(file.data, file.holds) for name, file in valid.files.items()})


def _valid(output: Path, rendered: Callable[[set[str | None]], dict[str, File]]) -> _Valid:
    """Render files, without the entries at fault if there are any. Raises PublishError if that does not help."""
    files = rendered(set())
    faults = _faults(output, files)
    if faults:
        try:
            files = rendered({fault.entry for _, fault in faults})
            remaining = _faults(output, files)
        except EmptyFeedError:
            remaining = faults
        if remaining:
            faulty = "\n".join(str(_problem(*fault)) for fault in remaining)
            raise PublishError(f"{faulty}; the existing feeds were left unchanged")
    left_out = [_problem(*fault, "; the entry is left out") for fault in faults if fault[1].entry is not None]
    return _Valid(files, tuple(left_out))


def _faults(output: Path, files: Mapping[str, File]) -> list[tuple[Path, Fault]]:
    """The faults of files. Feeds of topics repeat entries: each fault is reported once for each format."""
    faults = [(output / name, fault) for name, file in files.items() for fault in file.faults()]
    first = {(path.name, fault.entry, fault.rule): (path, fault) for path, fault in reversed(faults)}
    return [*reversed(first.values())]


def abandoned(output: Path, holds: Mapping[str, int]) -> tuple[str, ...]:
    """Feeds that are no longer updated: of topics that are no longer configured, and archives without a base URL."""
    found = [
        path.relative_to(output).as_posix() for folder in (TOPICS, ARCHIVE) for path in (output / folder).rglob("*.xml")
    ]
    return tuple(sorted(name for name in found if name not in holds and (output / name).is_file()))


def feed_files(written: Written, order: Order) -> tuple[FeedFile, ...]:
    """One line of the summary for each file or folder of files, and for what is no longer updated."""
    differs, equals = (Outcome.STALE, Outcome.CURRENT) if order.is_trial else (Outcome.WRITTEN, Outcome.UNCHANGED)
    lines: list[FeedFile] = []
    for name, noun in NOUNS.items():
        below = [file for file in written.holds if file.startswith(f"{name}/")]
        if below or name in written.holds:
            outcome = equals if written.changed.isdisjoint((name, *below)) else differs
            lines.append(FeedFile(order.output / name, outcome, written.holds.get(name, len(below)), noun))
    folders = [Path(name).parent if name.startswith(TOPICS) else Path(ARCHIVE) for name in written.abandoned]
    lost = [
        FeedFile(order.output / folder, Outcome.ABANDONED, folders.count(folder), NOUNS[folder.parts[0]])
        for folder in dict.fromkeys(folders)
    ]
    return (*lines, *lost)


def _series(topic: Topic | None) -> str:
    return ALL if topic is None else topic.name


def _others(entries: tuple[Entry, ...], faulty: set[str | None]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.id not in faulty) if faulty else entries


def _problem(path: Path, fault: Fault, outcome: str = "") -> Problem:
    return Problem(str(path), fault.line, f"{fault}{outcome}")


def refuse_another_output(record: Record, order: Order, feed_id: str) -> None:
    """Raise RefusedError where the feeds of the record are in another folder, and still exist there."""
    known = record.fact(_LAST_OUTPUT)
    if record.path is None or known is None or known == output_key(record, order.output):
        return
    other = Path(os.path.normpath(os.path.join(record.place, known)))  # noqa: PTH118 - no link is followed
    if _held(other / ATOM.file_name).feed_id == feed_id:
        raise RefusedError(
            f"{record.path}: is the record of the feeds in {other}; to go on, build into that folder, or name another"
            " record with --record. Move that folder away if its feeds are to move"
        )


def output_key(record: Record, output: Path) -> str:
    """The record's name for the output folder."""
    return os.path.relpath(output, record.place)


def refuse_loss(record: Record, ledger: Ledger, order: Order, written: Mapping[str, Publication]) -> None:
    """Raise RefusedError where the output holds something that the record does not know and the build would lose.

    Files that are as `written`, the last build from this record, are safe. In any other file, the record has to know
    each entry, in the same or a newer revision, and each full archive document: byte by byte, or by its entries where
    the document is not kept because one of them was withdrawn or became a notice.
    """
    for path, name in _feeds_in(order.output):
        one = written.get(name)
        if one is not None and (one.signature == signature(path) or one.digest == digest_of(_data(path))):
            continue
        held = _held(path)
        lost = next(
            (entry_id for entry_id, updated in held.entries.items() if _is_lost(ledger, entry_id, updated)), None
        )
        if lost or _is_unknown_document(record, order, path, name, held):
            what = f"the entry {lost}" if lost else "a full archive document"
            place = record.path or "a build without a record"
            raise RefusedError(
                f"{path}: has {what}, which would be lost: {place} does not know it. To go on, name the record of these"
                f" feeds with --record, or move {order.output} away to begin anew"
            )


def _is_unknown_document(record: Record, order: Order, path: Path, name: str, held: Held) -> bool:
    """Whether a file is a full archive document of this build's base URL that the record does not know."""
    base_url = order.settings.base_url
    if not base_url or not name.startswith(f"{ARCHIVE}/") or base_url.encode() not in _data(path) or not held.leads_on:
        return False
    if name in kept_names(record, base_url):
        return kept_document(record, base_url, name).data != _data(path)
    return not held.entries.keys() <= _ids_filed(record, name)


def _ids_filed(record: Record, name: str) -> AbstractSet[str]:
    """The ids of the entries that the record has in the archive document with a file name; none where it has none."""
    path = PurePosixPath(name)
    number = path.stem.rpartition("-")[2]
    series = ALL if path.parent.name == ARCHIVE else path.parent.name
    return ids_filed(record, series, int(number)) if number.isdecimal() else frozenset()


def _is_lost(ledger: Ledger, entry_id: str, updated: object) -> bool:
    """Whether the record does not know an entry, or knows only an older revision."""
    row = ledger.row_of(entry_id)
    if row is None:
        return True
    return updated is not None and ledger.last(row).entry.updated < updated  # type: ignore[operator]


def _feeds_in(output: Path) -> Iterator[tuple[Path, str]]:
    """The feeds in the output folder, and their names in it."""
    for pattern in ("*.xml", f"{TOPICS}/*/*.xml", f"{ARCHIVE}/**/*.xml"):
        for path in sorted(output.glob(pattern)):
            if path.is_file():
                yield path, path.relative_to(output).as_posix()


def _held(path: Path) -> Held:
    return read_held(_data(path))


def _data(path: Path) -> bytes:
    try:
        return read_feed(path)
    except UnreadableCaptureError:
        return b""
