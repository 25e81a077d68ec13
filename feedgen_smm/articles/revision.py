"""What becomes of a published entry when its article is seen again. Pure: it decides, the archive carries out.

Readers announce an entry again whenever its id or a date of it moves, so both move as rarely as the truth allows.
"""

from datetime import datetime, timedelta
from typing import NamedTuple

from feedgen_smm.articles import identity, wording
from feedgen_smm.models import Action, Entry, Extent, Moment, Precision

_SECOND = timedelta(seconds=1)


class Decision(NamedTuple):
    """What is done, and the entry as it is from then on."""

    action: Action
    entry: Entry


def decide(stored: Entry | None, sighted: Entry, now: datetime) -> Decision:
    """What `sighted`, made of all that was ever seen of an article, does to the entry that is `stored` of it.

    The id stays. `published` moves from a day to its minute and in no other way. `updated` moves on a correction, to
    the time at which the corrected page was saved, or to `now`, aware UTC, where that is unknown.
    """
    if stored is None:
        return Decision(Action.INSERT, sighted)
    published = refined(stored.published, sighted.published)
    entry = sighted._replace(id=stored.id, published=published, updated=max(stored.updated, published.instant))
    if is_correction(stored, sighted):
        updated = _time_of_correction(sighted.saved, stored.updated, now)
        return Decision(Action.CORRECT, entry._replace(updated=updated))
    is_same = entry._replace(saved=stored.saved) == stored  # another copy of the same text may be older
    return Decision(Action.KEEP if is_same else Action.ENRICH, entry)


def refined(stored: Moment, sighted: Moment) -> Moment:
    """The stored date, or its minute where only its day was known."""
    if stored.precision is Precision.DAY and identity.times_agree(stored, sighted):
        return sighted
    return stored


def is_correction(stored: Entry, sighted: Entry) -> bool:
    """Whether the text says other words. A text that grows where it may have been cut off is no correction."""
    if stored.extent is Extent.TEASER and sighted.extent is not Extent.TEASER:
        return False
    if stored.extent is not Extent.WHOLE and any(
        wording.continues(text, _text(stored)) for text in (_text(sighted), _text_with_standfirst(sighted))
    ):
        return False
    return _wordings(stored).isdisjoint(_wordings(sighted))


def _wordings(entry: Entry) -> set[str]:
    """The entry's words; some layouts set the standfirst apart, others print it as the first paragraph."""
    return {wording.key(_text(entry)), wording.key(_text_with_standfirst(entry))}


def _text(entry: Entry) -> str:
    return " ".join(entry.paragraphs)


def _text_with_standfirst(entry: Entry) -> str:
    return f"{entry.summary or ''} {_text(entry)}"


def _time_of_correction(saved: datetime | None, updated: datetime, now: datetime) -> datetime:
    """When the correction was saved, if that can be: after what it corrects, and not in the future.

    Whatever the clocks say, `updated` moves on: readers know a correction by nothing else.
    """
    if saved is not None and updated < saved <= now:
        return saved
    return max(updated + _SECOND, now)
