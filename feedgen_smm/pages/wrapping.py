"""Text that a tool broke into lines of one width: lines are joined again where the wrap column shows.

Text-mode browsers, mail programs and converters break lines at 72 to 80 columns. A break is theirs where the next
line's first word would not have fit. Columns that stand side by side are set one below the other first.
"""

import re
import unicodedata

from feedgen_smm.pages import boilerplate
from feedgen_smm.pages.dates import is_update_line, read_date_line, read_relative_line
from feedgen_smm.pages.layouts import BREADCRUMB, is_opening

_NARROWEST, _WIDEST = 50, 132  # columns
_WIDEST_OF_TWO = 400  # columns, where two stand side by side
_FEWEST_BREAKS = 2  # inside sentences, before a text is taken for broken
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "”", '"', ":", "：", ";", "；")
_BOX = re.compile("[\u2500-\u257f]")
_ITEM = re.compile(r"\s*(?:[•◦▪●○■·*+‣] |[-–] |\d{1,2}[.)] |#{1,6} |\||>|\u3000|!\[)")
_GAP = re.compile(r"(?<=\S) {2,}(?=\S)")
_LEAST_LEFT = 40  # columns of the left one of two
_FEWEST_ROWS = 4
_ROOM = 0.6  # of the width, that a line broken inside a sentence fills at least

Lines = tuple[list[str], list[int]]
"""Lines, and for each the line of the file that it begins on, from 1."""


def unwrap(raw: list[str]) -> Lines | None:
    """The lines of a page without the breaks of a tool; None where there are none."""
    lengths = [len(line) for line in raw]
    if not raw or max(lengths) > _WIDEST_OF_TWO:
        return None
    blocks = _columns(raw)
    joined = [_join(lines, numbers) for lines, numbers in blocks]
    if len(blocks) == 1 and len(joined[0][0]) == len(raw):
        return None
    return [line for lines, _ in joined for line in lines], [number for _, numbers in joined for number in numbers]


def _columns(raw: list[str]) -> list[Lines]:
    """The page as one block of lines, or as two where they stand side by side."""
    lines = [line.expandtabs().rstrip() for line in raw]
    numbers = list(range(1, len(raw) + 1))
    at = _right_column(lines)
    if at is None:
        return [(raw, numbers)]
    left = [line[:at].rstrip() for line in lines]
    right = [line[at:] for line in lines]
    return [([*left, ""], [*numbers, len(raw)]), (right, numbers)]


def _right_column(lines: list[str]) -> int | None:
    """Where the right one of two columns begins: a gap that no line runs across, with words on both sides of it."""
    longer = [line for line in lines if len(line) > _LEAST_LEFT and not _BOX.search(line)]
    starts = {gap.end() for line in longer for gap in _GAP.finditer(line) if gap.end() > _LEAST_LEFT}
    for at in sorted(starts):
        beside = [line for line in lines if len(line) > at]
        both = [line for line in beside if line[:at].strip()]
        if len(both) < _FEWEST_ROWS or any(line[at - 2 : at].strip() for line in beside):
            continue
        if _is_prose([line[at:] for line in beside]):
            return at
    return None


def _is_prose(texts: list[str]) -> bool:
    """Whether the texts are words and no figures of a table."""
    text = "".join(texts)
    return 2 * sum(map(str.isalpha, text)) > len(text)


def _join(lines: list[str], numbers: list[int]) -> Lines:
    width = _wrap_column(lines)
    if width is None:
        return lines, numbers
    joined: list[str] = []
    begun: list[int] = []
    before = ""
    for line, number in zip(lines, numbers, strict=True):
        if before and line.strip() and _is_broken(before, line, width):
            joined[-1] = _glued(joined[-1], line)
        else:
            joined.append(line)
            begun.append(number)
        before = line.rstrip()
    return joined, begun


def _wrap_column(lines: list[str]) -> int | None:
    """The width at which a tool broke the lines; None where that does not show."""
    texts = [line.rstrip() for line in lines]
    widths = [_width(text) for text in texts if _is_running(text)]
    width = max(widths, default=0)
    if not _NARROWEST <= width <= _WIDEST:
        return None
    breaks = sum(
        1
        for one, other in zip(texts, texts[1:], strict=False)
        if one and other and _runs_on(one, other) and _is_full(one, other, width)
    )
    return width if breaks >= _FEWEST_BREAKS else None


def _is_running(text: str) -> bool:
    """Whether a line is one that a tool breaks: not an address, nor a row of a table or a menu."""
    return not ("://" in text or " | " in text or "](" in text or _BOX.search(text))


def _width(text: str) -> int:
    """Columns of a terminal: two for each Chinese letter."""
    if text.isascii():
        return len(text)
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" else not unicodedata.combining(letter) for letter in text
    )


def _is_full(one: str, other: str, width: int) -> bool:
    """Whether the first word of the line `other` has no room behind the line `one`."""
    word = other.split(maxsplit=1)[0] if other.strip() else ""
    if _is_wide(word[:1]) or _is_wide(one[-1:]):
        return _width(one) >= width - 2
    return _width(one) + 1 + _width(word) > width


def _runs_on(one: str, other: str) -> bool:
    """Whether a sentence goes on from one line to the other."""
    first = other.lstrip()[:1]
    if _is_wide(first):
        return not one.endswith(_SENTENCE_ENDS) and not _ITEM.match(other)
    return not one.endswith(_SENTENCE_ENDS) and (first.islower() or first.isdigit())


def _is_wide(letter: str) -> bool:
    return bool(letter) and unicodedata.east_asian_width(letter) in "WF"


def _is_broken(one: str, other: str, width: int) -> bool:
    """Whether the break between two lines is the tool's."""
    if _ITEM.match(other) or _BOX.search(one) or _BOX.search(other) or _stands_alone(other.strip()):
        return False
    if _stands_alone(one.strip()) and not BREADCRUMB.match(one):
        return False
    if _indent(other) > _indent(one) + 1 and not _ITEM.match(one):
        return False
    if _is_full(one, other, width):
        return True
    return _runs_on(one, other) and other.lstrip()[:1].islower() and _width(one) >= _ROOM * width


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _stands_alone(line: str) -> bool:
    """Whether a line is one by itself in every layout: a date, a button, a footer's beginning."""
    return (
        read_date_line(line) is not None
        or read_relative_line(line) is not None
        or is_update_line(line)
        or is_opening(line)
        or line in boilerplate.RELATED_HEADINGS
        or boilerplate.is_whole_button(line)
        or boilerplate.SOURCE_LINE.fullmatch(line) is not None
    )


def _glued(one: str, other: str) -> str:
    one, other = one.rstrip(), other.strip()
    is_hyphened = one.endswith("-") and one[-2:-1].isalnum()
    return one + ("" if is_hyphened or _is_wide(one[-1:]) or _is_wide(other[:1]) else " ") + other
