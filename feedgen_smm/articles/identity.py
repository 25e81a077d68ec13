"""When two sightings are one article, and the id it is given.

Ids depend on nothing but the day of publication and the headline's letters, so that a page shows the same id whatever
else was read with it. Changing anything here changes ids that readers already hold.
"""

import re
import unicodedata
import uuid
from datetime import date

from feedgen_smm.models import AHEAD_OF_UTC, Moment, Precision

_NAMESPACE = uuid.UUID("8d8ac610-566d-4ef0-9c22-186b2a5ed793")
_ID_LETTERS = 60  # of a headline; the site cuts teasers' headlines at about a hundred characters
CUT_TITLE_LETTERS = 20  # fewer are no evidence that one headline is the beginning of another
SAME_TEXT_LETTERS = 200  # fewer are no evidence that two texts are one

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
_CUT_MARKS = ("...", "…")


def fold(text: str) -> str:
    """The letters and digits of `text`, compatibility forms and case made equal (NFKC, casefold)."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _NEITHER_LETTER_NOR_DIGIT.sub("", text.casefold())


def title_key(title: str) -> str:
    """What of a headline tells it from others: its letters and digits, or all of it where it has none."""
    return fold(title) or title


def is_cut(title: str) -> bool:
    """Whether the site shortened the headline."""
    return title.endswith(_CUT_MARKS)


def day_in_china(moment: Moment) -> date:
    """The day the article was published on, where it was published."""
    return (moment.instant + AHEAD_OF_UTC).date()


def name(published: Moment, key: str, *distinctions: str) -> str:
    """What the id is made of for the article published then under the headline that `key` folds.

    `distinctions` tell apart articles that would share an id.
    """
    return "\n".join((day_in_china(published).isoformat(), key[:_ID_LETTERS], *distinctions))


def mint(name: str) -> str:
    """The `urn:uuid:` made of a name."""
    return uuid.uuid5(_NAMESPACE, name).urn


def times_agree(one: Moment, other: Moment) -> bool:
    """The same minute; the same day where either shows only the day."""
    if Precision.DAY in (one.precision, other.precision):
        return day_in_china(one) == day_in_china(other)
    return one.instant == other.instant


def begins(cut_key: str, key: str) -> bool:
    """Whether a cut headline is the beginning of another, and long enough to tell."""
    return len(cut_key) >= CUT_TITLE_LETTERS and key.startswith(cut_key)


def texts_agree(one: str, other: str) -> bool:
    """Whether one folded text begins with the other, and neither is too short to tell."""
    return min(len(one), len(other)) >= SAME_TEXT_LETTERS and (one.startswith(other) or other.startswith(one))


def shared_words(one: str, other: str) -> float:
    """The share of the shorter text's words that stand in the other text too; 1 where either is empty.

    Words are compared as runs of eight folded letters, so that texts without spaces have some, too.
    """
    runs = [{text[at : at + _RUN] for at in range(len(text) - _RUN + 1)} for text in map(fold, (one, other))]
    shorter = min(map(len, runs))
    return len(runs[0] & runs[1]) / shorter if shorter else 1.0


_RUN = 8
