"""Text that a tool broke into lines of one width: lines are joined again where the wrap column shows.

Text-mode browsers, mail programs and converters break lines at 72 to 80 columns. A break is theirs if the next
line's first word would not have fit. Columns side by side are first put one below the other.
"""

import re
import unicodedata
from collections.abc import Callable
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.pages import layouts
from feedgen_smm.pages.dates import is_update_line, read_date_line, read_relative_line
from feedgen_smm.pages.layouts import BREADCRUMB, is_opening
from feedgen_smm.pages.text import is_row_of_figures

_NARROWEST, _WIDEST = 50, 168  # columns
_FEWEST_BREAKS = 2  # inside sentences, before a text is taken for broken
_MOST_EARLY = 1.5  # breaks inside sentences for each that stands at the width; more, and no tool broke the lines there
_FULL_STOPS = (".", "!", "?", "。", "！", "？", "”", '"')
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "”", '"', ":", "：", ";", "；")
_BOX = "[\u2500-\u257f]"
_ITEM = r"\s*(?:[•◦▪●○■·*+‣](?: |$)|[-–] |\d{1,2}[.)] |#{1,6} |\||>|\u3000|!\[)"
_WIDE_GAP = r"(?<=\S) {8,}(?=\S)"
_HEADING_BEFORE = 6  # columns that the heading of a right column may begin before its text
_GAP = r"(?<=\S) {2,}(?=\S)"
_LEAST_LEFT = 40  # columns of the left one of two
_FEWEST_ROWS = 4  # of the right one of two columns
_MOST_LEFT_ALONE = 4  # lines with words in the left one alone, between two with words in the right one
_FEWEST_BESIDE = 2  # of them beside one of the left
_CLOSING = tuple("。，、；：！？）》】”’")  # no line of a text begins with one
_SLACK = 4  # columns that a line of Chinese may lack: no line may begin with a comma
_ROOM_BEFORE_A_FIGURE = 0.85
_ROOM = 0.6  # of the width, that a line broken inside a sentence fills at least

_MOST_WIDTHS = 5  # that are tried, the widest first
_FEWEST_FULL = 3  # full lines for each that is wider

Lines = tuple[list[str], list[int]]
"""Lines, and for each the line of the file that it begins on, from 1."""

_LONG = 80  # columns
_BESIDE = r" *(?:\S+ {1,2}){8,}\S* {3,}(\S.*)"
_FIRST_UNLIKE = "\u0300"  # all letters before this one take one column
_FILLER = "\0"  # behind a letter that takes two columns
_NARROW = r"[\x20-\x7e]*"
_LINK_NUMBER = r"^\[\d{1,4}\] ?"
_ADDRESS = r"https?://\S+"
_UNDERLINE = r"={4,}|-{4,}|~{4,}"
_DASH = r"\s*– [a-z]"  # before an item of a list, a word with a capital follows
_FIGURE = r"\s*[-+$€(]?\d"
_OFF_CENTRE = 4  # columns, by which a centred line may be off


def unwrap(text: str, raw: list[str]) -> Lines | None:
    """The lines `raw` of a page without the line breaks of a tool; None if it has no such breaks."""
    has_columns = text.count("   ") >= _FEWEST_ROWS
    if not has_columns and any(len(line) > _WIDEST and _is_running(line) for line in raw):
        return None
    is_padded = 2 * sum(line.endswith(" ") for line in raw) > sum(map(bool, raw))  # as `links` does
    lines = [line.rstrip().expandtabs() if is_padded else _without_tabs(line) for line in raw]
    blocks = _columns_in(lines, text) if has_columns else [(lines, list(range(1, len(lines) + 1)))]
    if len(blocks) == 1 and has_columns and (beside := next(filter(_is_beside, lines), None)):
        raise NoArticleError(
            "not published: the tool that made this text set its parts side by side; save the page as HTML",
            line=lines.index(beside) + 1,
        )
    joined = [_join(texts, numbers) for texts, numbers in blocks]
    if len(blocks) == 1 and len(joined[0][0]) == len(raw):
        return None
    return [line for texts, _ in joined for line in texts], [number for _, numbers in joined for number in numbers]


def _is_beside(line: str) -> bool:
    """Whether other words stand beside running text, and not the date of an item."""
    found = re.match(_BESIDE, line) if len(line) > _LONG else None
    return found is not None and read_date_line(found[1].strip()) is None


def _without_tabs(line: str) -> str:
    """The line with tabs expanded. Two spaces behind a sentence, which is a line break in Markdown, are kept."""
    bare = line.rstrip()
    is_broken = line.endswith("  ") and bare.endswith(_SENTENCE_ENDS)
    return bare.expandtabs() + "  " * is_broken


def _columns_in(lines: list[str], text: str) -> list[Lines]:
    """The blocks of the page; while they are looked for, each letter is as long as it is wide."""
    if text.isascii():
        return _columns(lines)
    blocks = _columns([line if line.isascii() else _filled(line) for line in lines])
    return [([line.replace(_FILLER, "") for line in texts], numbers) for texts, numbers in blocks]


def _filled(line: str) -> str:
    return "".join(letter + _FILLER if _is_wide(letter) else letter for letter in line)


def _columns(lines: list[str]) -> list[Lines]:
    """The page as one block of lines, or as two where a part of it is set in two columns: the right one is the last."""
    numbers = list(range(1, len(lines) + 1))
    found = _right_column(lines)
    if found is None:
        return [(lines, numbers)]
    at, first, end = found
    halves = [_halves(line, at) for line in lines[first:end]]
    left = [*lines[:first], *(one for one, _ in halves), *lines[end:], ""]
    return [(left, [*numbers, len(lines)]), ([other for _, other in halves], numbers[first:end])]


def _halves(line: str, at: int) -> tuple[str, str]:
    """A line's two columns; the right one's heading may begin a little before its text."""
    if not line[: at - _HEADING_BEFORE].strip():
        return "", line[min(at, _indent(line)) :]
    gap = re.search(_WIDE_GAP, line)
    if gap and at - _HEADING_BEFORE <= gap.end() < at:
        at = gap.end()
    return line[:at].rstrip(), line[at:]


def _right_column(lines: list[str]) -> tuple[int, int, int] | None:
    """Where a right column begins, and on which lines: a gap that no line runs across, with words on both sides."""
    longer = [line for line in lines if len(line) > _LEAST_LEFT and not re.search(_BOX, line)]
    starts = {gap.end() for line in longer for gap in re.finditer(_GAP, line) if gap.end() > _LEAST_LEFT}
    for at in sorted(starts):
        both = [
            index
            for index, line in enumerate(lines)
            if len(line) > at and line[:at].strip() and not line[at - 2 : at].strip()
        ]
        if len(both) < _FEWEST_BESIDE:
            continue
        first, end = both[0], both[-1] + 1
        while first and (gap := re.search(_WIDE_GAP, lines[first - 1])) and gap.end() >= at - _HEADING_BEFORE:
            first -= 1
        end = _end_of_columns(lines, end, at)
        beside = [line for line in lines[both[0] : end] if len(line) > at]
        is_apart = len(beside) >= _FEWEST_ROWS and not any(line[at - 1 : at].strip() for line in beside)
        if is_apart and _is_prose([line[at:] for line in beside]):
            return at, first, end
    return None


def _end_of_columns(lines: list[str], end: int, at: int) -> int:
    """Where the right column ends that begins at column `at`: behind the last lines with words in it alone."""
    for index in range(end, len(lines)):
        line = lines[index]
        if line and not line[: at - _HEADING_BEFORE].strip():
            end = index + 1
        elif len(line) > at or index - end >= _MOST_LEFT_ALONE:
            break
    return end


def _is_prose(texts: list[str]) -> bool:
    """Whether the texts are words, and neither figures of a table nor their units, which are the same in each row."""
    text = "".join(texts)
    return 2 * sum(map(str.isalpha, text)) > len(text) and 2 * len(set(texts)) > len(texts)


def _join(lines: list[str], numbers: list[int]) -> Lines:
    wrap = _find_wrap(lines)
    if wrap is None:
        return lines, numbers
    joined: list[str] = []
    begun: list[int] = []
    before = ""
    unsure: list[int] = []  # sentences that end with a full line, between which a paragraph may end
    is_dense = False  # whether paragraphs stand below one another without blank lines
    for line, number in zip(lines, numbers, strict=True):
        if before and line.strip() and _is_broken(before, line, wrap):
            joined[-1] = _glued(joined[-1], line)
            if before.endswith(_FULL_STOPS):
                unsure.append(number)
        else:
            is_dense = is_dense or (_ends_paragraph(before, joined) and _begins_paragraph(line, wrap))
            joined.append(line)
            begun.append(number)
        before = line
    if is_dense and unsure:
        raise NoArticleError(
            f"not published: line {unsure[0]} may begin a paragraph, for the tool that broke the lines left no blank"
            " lines between them; save the page as HTML",
            line=unsure[0],
        )
    return joined, begun


def _ends_paragraph(before: str, joined: list[str]) -> bool:
    return (
        before.endswith(_FULL_STOPS)
        and layouts.is_paragraph(joined[-1].strip())
        and not _stands_alone(joined[-1].strip())
    )


def _begins_paragraph(line: str, wrap: "_Wrap") -> bool:
    is_long = wrap.measure(line) >= _ROOM * wrap.width or layouts.is_paragraph(line.strip())
    return is_long and not _stands_alone(line.strip()) and not re.match(_ITEM, line)


def _weight(other: str) -> int:
    """The weight of a break as evidence: it counts twice where the next line ends the sentence."""
    return _FEWEST_BREAKS if other.endswith((".", "。")) else 1


class _Wrap(NamedTuple):
    """The width at which a tool broke lines, and how it measures them: some take a Chinese letter for one column."""

    width: int
    measure: Callable[[str], int]


def _find_wrap(lines: list[str]) -> _Wrap | None:
    """The wrap of the lines, which explains most of the breaks inside sentences; None where there is no clear one."""
    found: list[tuple[int, _Wrap]] = []
    running = [line for line in lines if _is_running(line)]
    pairs = [(one, other) for one, other in pairwise(lines) if one and other and _may_be_broken(one, other)]
    for measure in (len,) if all(map(str.isascii, running)) else (_columns_of, len):
        for width in sorted({measure(one) for one, _ in pairs}, reverse=True)[:_MOST_WIDTHS]:
            wrap = _Wrap(width, measure)
            full = [other for one, other in pairs if measure(one) <= width and _is_full(one, other, wrap)]
            breaks = sum(map(_weight, full))
            is_clear = breaks >= _FEWEST_BREAKS and len(pairs) <= _MOST_EARLY * len(full)
            if _NARROWEST <= width <= _WIDEST and is_clear and _count_wider(running, wrap) * _FEWEST_FULL <= len(full):
                found.append((breaks, wrap))
    return max(found, key=itemgetter(0))[1] if found else None


def _count_wider(lines: list[str], wrap: _Wrap) -> int:
    """How many lines are longer than the wrap, as those of a headline are, which have no margin."""
    return sum(wrap.measure(line) > wrap.width for line in lines)


def _may_be_broken(one: str, other: str) -> bool:
    """Whether a sentence goes on from one line to the other, and both begin in one column."""
    is_block = abs(_indent(other) - _indent(one)) <= 1 or re.match(_ITEM, one) is not None
    return is_block and _runs_on(one, other) and _is_running(one)


def _is_running(text: str) -> bool:
    """Whether a line is one that a tool breaks: not an address, nor a row of a table or a menu."""
    if "://" in text or " | " in text or "](" in text or (" " * 8 in text and re.search(_WIDE_GAP, text)):
        return False
    return text.isascii() or re.search(_BOX, text) is None


def _columns_of(text: str) -> int:
    """Columns of a terminal: two for each Chinese letter."""
    if text.isascii():
        return len(text)
    return sum(
        1 if letter < _FIRST_UNLIKE else 2 if _is_wide(letter) else not unicodedata.combining(letter) for letter in text
    )


def _is_full(one: str, other: str, wrap: _Wrap) -> bool:
    """Whether the first word of the line `other` has no room behind the line `one`."""
    word = other.split(maxsplit=1)[0]
    if _is_wide(word[:1]):
        return wrap.measure(one) >= wrap.width - _SLACK
    if _is_wide(one[-1:]):  # the word begins without a space, and ends where Chinese goes on
        return wrap.measure(one) + len(re.match(_NARROW, word)[0]) > wrap.width - _SLACK  # type: ignore[index]
    return wrap.measure(one) + 1 + wrap.measure(word) > wrap.width


def _runs_on(one: str, other: str) -> bool:
    """Whether a sentence goes on from one line to the other."""
    first = other.lstrip()[:1]
    if first in _CLOSING or (first == "/" and one[-1:].isalnum()):
        return True
    if _is_wide(first):
        return not one.endswith(_SENTENCE_ENDS) and not re.match(_ITEM, other)
    return not one.endswith(_SENTENCE_ENDS) and (first.islower() or re.match(_FIGURE, other) is not None)


def _is_wide(letter: str) -> bool:
    return letter >= _FIRST_UNLIKE and unicodedata.east_asian_width(letter) in "WF"


def _is_broken(one: str, other: str, wrap: _Wrap) -> bool:
    """Whether the break between two lines is the tool's."""
    if _is_full(one, other, wrap) and _goes_on(one.strip(), other.strip()):
        return True
    if (
        one.endswith("  ")
        or re.search(_BOX, one)
        or re.search(_BOX, other)
        or re.match(_ITEM, other)
        or _stands_alone(other.strip())
        or (is_row_of_figures(one) and is_row_of_figures(other))
    ):
        return False
    if _stands_alone(one.strip()) and not (BREADCRUMB.match(one.strip()) or layouts.ends_body(one.strip())):
        return False
    if _indent(other) > _indent(one) + 1 and not re.match(_ITEM, one) and not _are_centred(one, other):
        return False
    if _is_full(one, other, wrap) or other.lstrip()[:1] in _CLOSING:
        return True
    least = _ROOM if other.lstrip()[:1].islower() else _ROOM_BEFORE_A_FIGURE
    return _runs_on(one, other) and wrap.measure(one) >= least * wrap.width


def _goes_on(one: str, other: str) -> bool:
    """Whether a full line certainly goes on: an address, a dash in a sentence, a date with its author or update."""
    if one.endswith("/") and re.fullmatch(_ADDRESS, one):
        return " " not in other
    return re.match(_DASH, other) is not None or bool(read_date_line(one) and read_date_line(f"{one} {other}"))


def _are_centred(one: str, other: str) -> bool:
    """Whether two lines have one middle, as those of a centred headline have."""
    return abs(_indent(one) + len(one.rstrip()) - _indent(other) - len(other.rstrip())) <= _OFF_CENTRE


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _stands_alone(line: str) -> bool:
    """Whether a line is never joined with another: a date, a button, the beginning of a footer."""
    line = re.sub(_LINK_NUMBER, "", line)
    return (
        re.fullmatch(_UNDERLINE, line) is not None
        or read_date_line(line) is not None
        or read_relative_line(line) is not None
        or is_update_line(line)
        or is_opening(line)
        or layouts.ends_body(line)
        or layouts.is_whole_button(line)
        or layouts.is_placeholder(line)
        or layouts.is_read_more(line)
        or layouts.SOURCE_LINE.fullmatch(line) is not None
    )


def _glued(one: str, other: str) -> str:
    one, other = one.rstrip(), other.strip()
    is_one_word = one.endswith(("-", "/")) and (one[-2:-1].isalnum() or one[-2:-1] == "%")
    is_one_word = is_one_word or (other.startswith("/") and one[-1:].isalnum()) or one.endswith("://")
    return one + ("" if is_one_word or _is_wide(one[-1:]) or _is_wide(other[:1]) else " ") + other
