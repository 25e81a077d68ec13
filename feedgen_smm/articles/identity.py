"""Ids of articles, and how titles, times and texts are compared.

An id depends only on the day of publication and the letters of the headline, so that a page gives the same id whatever
other pages are read. A change to anything here changes ids that feed readers already know.
"""

import re
import unicodedata
import uuid
from datetime import date

from feedgen_smm.models import AHEAD_OF_UTC, CUT_MARKS, Moment, Precision

_NAMESPACE = uuid.UUID("8d8ac610-566d-4ef0-9c22-186b2a5ed793")
_ID_LETTERS = 60  # of a headline; the site cuts the headlines of teasers at about a hundred characters
CUT_TITLE_LETTERS = 20  # with fewer, a headline that begins another proves nothing
_RUN = 8  # letters, compared at a time
SAME_TEXT_LETTERS = 200  # with fewer, two texts that begin alike prove nothing

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")
_OF_ASCII = bytes(code for code in range(128) if not chr(code).isalnum())

# White space, and quotation marks of every style: a text that differs only in these was not corrected.
_IGNORED = re.compile(
    "[\\s\"'`\u00b4\u2018-\u201f\u2032\u2033\u2039\u203a\u00ab\u00bb\u3008-\u300f\u301d-\u301f\uff02\uff07]+"
)


def fold(text: str) -> str:
    """The letters and digits of `text`, in normal form (NFKC) and without case."""
    if text.isascii():
        return text.encode().translate(None, _OF_ASCII).decode().lower()
    return _NEITHER_LETTER_NOR_DIGIT.sub("", unicodedata.normalize("NFKC", text).casefold())


def title_key(title: str) -> str:
    """What headlines are compared by: the letters and digits, or the whole headline if it has none."""
    return fold(title) or title


def is_cut(title: str) -> bool:
    """Whether the site shortened the headline."""
    return title.endswith(CUT_MARKS)


def day_in_china(moment: Moment) -> date:
    """The day of a moment, in China."""
    return (moment.instant + AHEAD_OF_UTC).date()


def name(published: Moment, key: str, *distinctions: str) -> str:
    """The text from which an id is made: the day of publication, and the folded headline `key`.

    `distinctions` are added for articles that would otherwise share an id.
    """
    return "\n".join((day_in_china(published).isoformat(), key[:_ID_LETTERS], *distinctions))


def mint(name: str) -> str:
    """Make a `urn:uuid:` of a name."""
    return uuid.uuid5(_NAMESPACE, name).urn


def times_agree(one: Moment, other: Moment) -> bool:
    """Whether two times are the same minute, or the same day if either is known to the day only."""
    if Precision.DAY in (one.precision, other.precision):
        return day_in_china(one) == day_in_china(other)
    return one.instant == other.instant


def begins(cut_key: str, key: str) -> bool:
    """Whether a cut headline begins another one, and is long enough to prove that they are the same."""
    return len(cut_key) >= CUT_TITLE_LETTERS and key.startswith(cut_key)


def texts_agree(one: str, other: str) -> bool:
    """Whether one folded text begins with the other, and both are long enough to prove that they are the same."""
    return min(len(one), len(other)) >= SAME_TEXT_LETTERS and (one.startswith(other) or other.startswith(one))


def shared_words(one: str, other: str) -> float:
    """The share of the shorter text's words that the other text has too; 1 if either is empty.

    Runs of eight folded letters stand for words, because some texts have no spaces.
    """
    runs = [{text[at : at + _RUN] for at in range(len(text) - _RUN + 1)} for text in map(fold, (one, other))]
    shorter = min(map(len, runs))
    return len(runs[0] & runs[1]) / shorter if shorter else 1.0


def words_of(text: str) -> str:
    """`text` without white space and quotation marks, to compare its words, figures and punctuation with another's."""
    return _IGNORED.sub("", text if text.isascii() else unicodedata.normalize("NFC", text))


def continues(longer: str, shorter: str) -> bool:
    """Whether one text has all the words of the other, and more after them."""
    longer_words, shorter_words = words_of(longer), words_of(shorter)
    return len(longer_words) > len(shorter_words) and longer_words.startswith(shorter_words)
