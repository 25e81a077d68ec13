"""The fourth pass: the ledger's entries → files in the output folder.

First come the archive documents, the last one first, and then the feeds that lead to them: whoever follows a link finds
what it leads to.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from feedgen_smm.build import FILES, WRITTEN, FeedFile, Order, Outcome
from feedgen_smm.build.refuse import OUTPUT, output_key, refuse_loss
from feedgen_smm.captures.files import signature
from feedgen_smm.errors import EmptyFeedError, PublishError
from feedgen_smm.feeds.feed import newest_first
from feedgen_smm.feeds.outputs import (
    ARCHIVE,
    HELD,
    TOPICS,
    ArchiveDocument,
    File,
    Section,
    document_names,
    render,
    render_document,
)
from feedgen_smm.feeds.replacing import Drafts, drafting, remove, stale
from feedgen_smm.feeds.validation import Fault
from feedgen_smm.models import Entry, Problem, Topic
from feedgen_smm.record.database import Record
from feedgen_smm.record.documents import (
    Kept,
    digest_of,
    keep,
    kept,
    names_kept,
    note_publications,
    read_document,
)
from feedgen_smm.record.ledger import Ledger
from feedgen_smm.record.series import ALL, count_arrivals, feed_of, file_others, is_known, note_feed
from feedgen_smm.record.standing import Publication, publications

_ADDRESS = "address"
"""The fact that says for which base URL the files were written last."""


class Written(NamedTuple):
    """The files that are in the folder now, with how many each holds; which were changed; and what was left out."""

    holds: Mapping[str, int]
    changed: frozenset[str]
    left_out: tuple[Problem, ...]


class _Sound(NamedTuple):
    """Files that are valid, and what had to be left out of them for it."""

    files: Mapping[str, File]
    left_out: tuple[Problem, ...]


class Writer:
    """Writes what a record holds, as an order says."""

    def __init__(self, record: Record, ledger: Ledger, order: Order, feed_id: str, topics: Sequence[Topic]) -> None:
        self._record = record
        self._ledger = ledger
        self._order = order
        self._feed_id = feed_id
        self._topics = (None, *topics)
        self._base_url = order.settings.base_url or ""
        self._feeds: dict[str, tuple[int, ...]] = {}
        self._drafts: Drafts | None = None

    def write(self, options: str, *, was_stopped: bool) -> Written:
        """Write all files. Raises RefusedError where that would lose what stands, and PublishError where it fails.

        Where the last build was stopped, a document may be kept that was not written any more; where it was of another
        address, those that stand lead there.
        """
        record, order = self._record, self._order
        before = publications(record)
        standing = {name: one for name, one in before.items() if one.signature == signature(order.output / name)}
        refuse_loss(record, self._ledger, order, before)
        if was_stopped or record.fact(_ADDRESS) != self._base_url:
            standing = {}
        edition = [*self._sections()]
        if not edition:
            return Written({}, frozenset(), ())
        wanted = [(section, number) for section in edition for number in range(section.archived, 0, -1)]
        self._check(wanted, standing)
        record.commit()
        leaking: list[str] = []
        with nullcontext() if order.is_trial else drafting(order.output) as self._drafts:
            written = [self._document(section, number, standing) for section, number in wanted]
            sound = self._sound(lambda faulty: render(_without(edition, faulty), order.settings, self._feed_id))
            result = _together([*written, self._put(sound)])
            if self._drafts is not None:
                record.commit()  # documents that have become full are kept, before anybody can have them
                leaking = self._leaking(result)
                # What is damaged comes to light now, before any file is touched.
                self._note(result, options, before, {name: Publication("", b"", 0) for name in result.holds})
                if was_stopped:
                    self._drafts.clean(result.holds)
                self._drafts.replace()
        if not order.is_trial:
            remove(order.output, leaking)
            self._note(result, options, before, self._publications(result, before))
        return result

    def _sections(self) -> Iterator[Section]:
        """The newest entries of all and of each topic, with the number of archive documents that hold the others."""
        for topic in self._topics:
            name = _series(topic)
            count_arrivals(self._record, name)
            feed = feed_of(self._record, name, self._order.settings.limit)
            archived = file_others(self._record, name, feed) if self._base_url else 0
            self._feeds[name] = feed
            if feed or is_known(self._record, name):
                entries = newest_first(self._ledger.shown(name, row) for row in feed)
                yield Section(topic, entries, archived, None if entries else self._ledger.last_withdrawal())

    def _check(self, wanted: Sequence[tuple[Section, int]], standing: Mapping[str, Publication]) -> None:
        """Read what is to be brought back once, before any file is touched. Raises RecordError where it is damaged."""
        fixed = names_kept(self._record, self._base_url)
        for section, number in wanted:
            for name in fixed.intersection(document_names(section.topic, number)).difference(standing):
                kept(self._record, self._base_url, name)

    def _document(self, section: Section, number: int, standing: Mapping[str, Publication]) -> Written:
        """Write an archive document: as it stands or is kept; if it is new or may grow, as it is now."""
        names = document_names(section.topic, number)
        if not names_kept(self._record, self._base_url).issuperset(names):
            return self._put(self._new_document(section, number))
        if standing.keys() >= {*names}:
            return Written({name: standing[name].holds for name in names}, frozenset(), ())
        return self._put(_Sound({name: File(*kept(self._record, self._base_url, name)) for name in names}, ()))

    def _new_document(self, section: Section, number: int) -> _Sound:
        """A document as it is now; one that has become full is kept so, before anybody can have it."""
        series = _series(section.topic)
        entries = newest_first(read_document(self._record, self._ledger, series, number))
        updated = None if entries else self._ledger.last_withdrawal()
        document = ArchiveDocument(section.topic, number, number < section.archived, entries, updated)
        sound = self._sound_document(document)
        if sound.left_out:
            # What is missing may come yet: until then it is as if there were no next.
            return self._sound_document(document._replace(is_fixed=False))
        if document.is_fixed:
            files = {name: Kept(file.data, file.holds) for name, file in sound.files.items()}
            keep(self._record, self._base_url, series, number, files)
        return sound

    def _sound_document(self, document: ArchiveDocument) -> _Sound:
        return self._sound(
            lambda faulty: render_document(
                document._replace(entries=_others(document.entries, faulty)), self._order.settings, self._feed_id
            )
        )

    def _sound(self, rendered: Callable[[set[str | None]], dict[str, File]]) -> _Sound:
        """The files of all entries, or of all but those at fault. Raises PublishError where that does not help."""
        files = rendered(set())
        faults = self._faults(files)
        if faults:
            try:
                files = rendered({fault.entry for _, fault in faults})
                remaining = self._faults(files)
            except EmptyFeedError:
                remaining = faults
            if remaining:
                told = "\n".join(str(_problem(*fault)) for fault in remaining)
                raise PublishError(f"{told}; the existing feeds were left unchanged")
        left_out = [_problem(*fault, "; the entry is left out") for fault in faults if fault[1].entry is not None]
        return _Sound(files, tuple(left_out))

    def _faults(self, files: Mapping[str, File]) -> list[tuple[Path, Fault]]:
        """The faults of files that differ from those that stand, which were valid when they were written."""
        differing = stale(self._order.output, {name: file.data for name, file in files.items()})
        faults = [(self._order.output / name, fault) for name in differing for fault in files[name].faults()]
        # The feeds of topics say the same again: each fault is told once a format.
        told = {(path.name, fault.entry, fault.rule): (path, fault) for path, fault in reversed(faults)}
        return [*reversed(told.values())]

    def _put(self, sound: _Sound) -> Written:
        """Replace the files that changed; only tell which, if that is the order."""
        data = {name: file.data for name, file in sound.files.items()}
        changed = stale(self._order.output, data) if self._drafts is None else self._drafts.add(data)
        return Written({name: file.holds for name, file in sound.files.items()}, frozenset(changed), sound.left_out)

    def _leaking(self, written: Written) -> list[str]:
        """The files that nothing updates any more, and that still show entries that were withdrawn."""
        output = self._order.output
        withdrawn = {entry_id.encode() for entry_id in self._ledger.withdrawn()}
        others = abandoned(output, written.holds) if withdrawn else ()
        return [name for name in others if any(one in (output / name).read_bytes() for one in withdrawn)]

    def _publications(self, written: Written, before: Mapping[str, Publication]) -> dict[str, Publication]:
        """How the files are that were written, or stand."""
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
        """Remember what was written."""
        record, output = self._record, self._order.output
        note_publications(record, noted, [name for name in before if name not in noted])
        for name, feed in self._feeds.items():
            if feed:
                note_feed(record, name, feed)
        record.remember(OUTPUT, output_key(record, output))
        record.remember(_ADDRESS, self._base_url)
        record.remember(WRITTEN, f"in part, {options}" if written.left_out else options)
        files = feed_files(written, self._order)
        told = [
            (str(one.path.relative_to(output)), one.holds, one.noun, one.outcome is not Outcome.ABANDONED)
            for one in files
        ]
        record.remember(FILES, json.dumps(told))


def abandoned(output: Path, holds: Mapping[str, int]) -> list[str]:
    """Feeds that nothing updates any more: of topics that are no longer configured, and archives without an address."""
    found = [
        path.relative_to(output).as_posix() for folder in (TOPICS, ARCHIVE) for path in (output / folder).rglob("*.xml")
    ]
    return sorted(name for name in found if name not in holds and (output / name).is_file())


def feed_files(written: Written, order: Order) -> tuple[FeedFile, ...]:
    """What to tell of the files: those of a folder of the output together, and what is no longer updated."""
    differs, equals = (Outcome.STALE, Outcome.CURRENT) if order.is_trial else (Outcome.WRITTEN, Outcome.UNCHANGED)
    told: list[FeedFile] = []
    for name, noun in HELD.items():
        below = [file for file in written.holds if file.startswith(f"{name}/")]
        if below or name in written.holds:
            outcome = equals if written.changed.isdisjoint((name, *below)) else differs
            told.append(FeedFile(order.output / name, outcome, written.holds.get(name, len(below)), noun))
    left = abandoned(order.output, written.holds)
    folders = [Path(name).parent if name.startswith(TOPICS) else Path(ARCHIVE) for name in left]
    lost = [
        FeedFile(order.output / folder, Outcome.ABANDONED, folders.count(folder), HELD[folder.parts[0]])
        for folder in dict.fromkeys(folders)
    ]
    return (*told, *lost)


def _series(topic: Topic | None) -> str:
    return ALL if topic is None else topic.name


def _together(written: Sequence[Written]) -> Written:
    return Written(
        {name: holds for one in written for name, holds in one.holds.items()},
        frozenset[str]().union(*(one.changed for one in written)),
        tuple(problem for one in written for problem in one.left_out),
    )


def _without(edition: Sequence[Section], faulty: set[str | None]) -> list[Section]:
    main, *topics = (section._replace(entries=_others(section.entries, faulty)) for section in edition)
    return [main, *(section for section in topics if section.entries or section.updated)]


def _others(entries: tuple[Entry, ...], faulty: set[str | None]) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.id not in faulty) if faulty else entries


def _problem(path: Path, fault: Fault, outcome: str = "") -> Problem:
    return Problem(str(path), fault.line, f"{fault}{outcome}")
