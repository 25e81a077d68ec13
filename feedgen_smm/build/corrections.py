"""`corrections.toml`: what a person says of entries. It counts more than what their pages say.

The name of a table is an entry's id or SMM number; its keys are `withdraw`, `title`, `published`, `same_as`, `apart`.
"""

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from feedgen_smm.articles.settlement import Word
from feedgen_smm.build.collect import key_of
from feedgen_smm.captures.files import read_text
from feedgen_smm.errors import ConfigurationError
from feedgen_smm.models import Moment, State
from feedgen_smm.pages.dates import read_date_line
from feedgen_smm.record.captures import readings_of
from feedgen_smm.record.database import Record
from feedgen_smm.record.ledger import Group, Ledger
from feedgen_smm.record.readings import only_shown_there
from feedgen_smm.record.schema import insert
from feedgen_smm.settings import lines_of_keys, read_toml

_APPLIED = "corrected"  # the fact that has the ids of the entries that the last build corrected


class Correction(NamedTuple):
    """What a person says of the entry with an id or a number, and on which line, counted from 1."""

    key: str
    line: int
    values: Mapping[str, Any]


class Corrections:
    """The corrections of a file, applied to the entries of a record."""

    def __init__(self, path: Path, record: Record, ledger: Ledger) -> None:
        """Read the file. Raises ConfigurationError with a line for each mistake in it."""
        self._path = path
        self._record = record
        self._ledger = ledger
        self._given = read_corrections(read_text(path), str(path)) if os.path.lexists(path) else []
        self._words: dict[str, Word] = {}
        self._unknown: list[str] = []
        self.resolve()

    def resolve(self) -> None:
        """Find the entries that the corrections name, as far as they are known by now."""
        self._words, self._unknown = {}, []
        bonds: list[tuple[int, int]] = []
        for correction in self._given:
            entry_id = self._meant(correction.key)
            other = correction.values.get("same_as")
            heir = self._meant(other) if other else None
            if entry_id is None or (other and heir is None):
                self._complain(correction, f"no entry has the id or number {other if entry_id else correction.key}")
                continue
            if entry_id == heir:
                self._complain(correction, "an entry is always the same as itself")
                continue
            self._words[entry_id] = _word(correction.values, heir)
            if heir:
                one, two = self._ledger.row_of(entry_id) or 0, self._ledger.row_of(heir) or 0
                bonds += [(one, two), (two, one)]
        self._record.execute("DELETE FROM bond")
        self._record.executemany(insert("bond", "entry, other", replacing="OR IGNORE"), bonds)

    def require_all(self) -> None:
        """Raise ConfigurationError where a correction names an entry or a page that is not known."""
        for correction in self._given:
            for page in correction.values.get("apart", ()):
                if not readings_of(self._record, *self._place(page)):
                    self._complain(correction, f"apart: no page {page} was read")
        if self._unknown:
            raise ConfigurationError("\n".join(self._unknown))

    def note_changes(self) -> bool:
        """Mark the entries whose correction changed to be settled again; returns whether there are any."""
        before: list[str] = json.loads(self._record.fact(_APPLIED) or "[]")
        changed: set[str] = set()
        for entry_id in sorted({*before, *self._words}):
            last = self._ledger.last(self._ledger.row_of(entry_id) or 0)
            word = self._words.get(entry_id)
            if last.word != (word.text if word else ""):
                changed |= {entry_id, *filter(None, (last.heir, word and word.same_as))}
        rows = [(self._ledger.row_of(entry_id),) for entry_id in sorted(changed)]
        self._record.executemany(insert("agenda", "entry", replacing="OR IGNORE"), rows)
        if sorted(self._words) != before:
            self._record.remember(_APPLIED, json.dumps(sorted(self._words)))
        return bool(changed)

    def words_on(self, group: Group) -> dict[str, Word]:
        """The corrections of the entries of a group, by their ids."""
        words = {entry_id: self._words[entry_id] for entry_id in group.stored if entry_id in self._words}
        for entry_id, word in words.items():
            pages = json.loads(word.text).get("apart", ())
            readings = [reading for page in pages for reading in readings_of(self._record, *self._place(page))]
            if readings:
                rows = only_shown_there(self._record, readings)
                apart = frozenset(sighting for sighting, row in group.rows.items() if row[0] in rows)
                words[entry_id] = word._replace(apart=apart)
        return words

    def _meant(self, key: str) -> str | None:
        """The id of the entry that a key names. Where pages showed that it is another entry, that entry's id."""
        row = self._ledger.row_of(key) if key.startswith("urn:") else self._ledger.row_of_number(key)
        if row is None:
            return None
        last = self._ledger.last(row)
        is_by_pages = last.state is State.MERGED and not last.word
        return self._meant(last.heir) if is_by_pages and last.heir else last.entry.id

    def _place(self, page: str) -> tuple[bytes, bytes]:
        """The record's folder and name of a page whose path is relative to the file of the corrections."""
        folder, name = os.path.split(os.path.join(os.path.dirname(self._path), page))  # noqa: PTH118, PTH120 - no link is followed
        return key_of(self._record, os.fsencode(folder)), os.fsencode(name)

    def _complain(self, correction: Correction, message: str) -> None:
        self._unknown.append(f"{self._path}:{correction.line}: {message}")


def _word(values: Mapping[str, Any], heir: str | None) -> Word:
    withdraw = values.get("withdraw", False)
    return Word(
        text=json.dumps(dict(values), ensure_ascii=False, sort_keys=True, default=str),
        is_withdrawn=withdraw is True,
        notice=_one_line(withdraw) if isinstance(withdraw, str) else None,
        title=_one_line(values["title"]) if "title" in values else None,
        published=_moment(values["published"]) if "published" in values else None,
        same_as=heir,
    )


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _moment(text: str) -> Moment | None:
    date = read_date_line(text)
    return date and date.moment


def read_corrections(text: str, source: str) -> list[Correction]:
    """Read corrections. Raises ConfigurationError with a line `source:line: message` for each mistake."""
    document, lines = read_toml(text, source), lines_of_keys(text)
    faults: list[str] = []
    found: list[Correction] = []
    for key, table in document.items():
        if not isinstance(table, dict):
            faults.append(
                f'{source}:{lines[key,]}: a table named by an id or a number, such as ["101234175"], is needed'
            )
            continue
        faults += [f"{source}:{lines[key, name]}: {name}: {fault}" for name, fault in _faults(table)]
        found.append(Correction(key, lines[key,], table))
    if faults:
        raise ConfigurationError("\n".join(faults))
    return found


def _faults(table: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if name not in _KEYS:
            yield name, f"there is no such key here (known: {', '.join(_KEYS)})"
        elif not _KEYS[name].fits(value):
            yield name, f"{_KEYS[name].wanted} is needed"


class _Key(NamedTuple):
    fits: Callable[[object], bool]
    wanted: str


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and value.isprintable()


_KEYS = {
    "withdraw": _Key(lambda value: value is True or _is_text(value), "true, or the words of a notice,"),
    "title": _Key(_is_text, "a text of one line, in quotation marks,"),
    "published": _Key(
        lambda value: isinstance(value, str) and _moment(value) is not None,
        'a date such as "Feb 6, 2026 23:56", China\'s time or with an offset,',
    ),
    "same_as": _Key(_is_text, "the id of an entry"),
    "apart": _Key(
        lambda value: isinstance(value, list) and bool(value) and all(map(_is_text, value)),
        'a list of pages such as ["pages/b.txt"]',
    ),
}
