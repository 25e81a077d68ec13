"""The date of a page's own article; and what shows by its dates that a page is a list or holds several articles."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.pages import boilerplate, dates
from feedgen_smm.pages.dates import DateLine
from feedgen_smm.pages.document import Document, Region
from feedgen_smm.pages.heading import find_opening
from feedgen_smm.pages.layouts import BREADCRUMB

_MOST_BARE_DATES = 2
_BARE_DATE_WITHIN = 6  # lines that are not blank; further down a bare date is part of the text
# A time run together with the next item's first word: what copying a list or a search page leaves.
_GLUED_TIME = r"[A-Z][a-z]{2} \d\d?, \d{4} \d\d:\d\d(?=[^\s.,;:)(])"


class _Dates(NamedTuple):
    """The date lines of a region by their kind, each with its index."""

    labelled: list[tuple[int, DateLine]]
    bare: list[tuple[int, DateLine]]
    relative: list[tuple[int, DateLine]]


def find_date(document: Document, region: Region) -> tuple[int, DateLine] | None:
    """The page's own date line.

    Raises NoArticleError where the dates are those of a list, or of several articles.
    """
    labelled, bare, relative = _dates_of(document, region)
    if labelled:
        below = Region(region.lines, region.end, len(region.lines))
        return _single(region, [*labelled, *_published_below(below)])
    _refuse_lists(region, [index for index, _ in relative], has_cards=bool(document.cards))
    bare, relative = ([one for one in found if _may_be_own(document, region, one[0])] for found in (bare, relative))
    timed = [(index, date) for index, date in bare if ":" in date.shown and not _is_below_text(region, index)]
    if timed:
        if any(date.moment != timed[0][1].moment for _, date in timed[1:]):
            lines = f"lines {timed[0][0] + 1} and {timed[1][0] + 1}"
            raise NoArticleError(
                f"no article but a list: several items, each with its time ({lines})", line=timed[0][0] + 1
            )
        return timed[0]
    days = [(index, date) for index, date in bare if ":" not in date.shown]
    if len(days) > _MOST_BARE_DATES:
        raise NoArticleError("no article but a list: several items, each with its date", line=days[0][0] + 1)
    early = [*((index, date) for index, date in days if _stands_early(region, index)), *relative]
    return next(((index, date) for index, date in early if not _is_below_text(region, index)), None)


def _dates_of(document: Document, region: Region) -> _Dates:
    """The date lines of `region`, without those of side blocks."""
    found = _Dates([], [], [])
    label_at = side_at = None
    for index, line in region.texts():
        if len(line) > dates.LONGEST_DATE_LINE:
            continue
        if dates.is_date_label(line):
            label_at = index
            continue
        if date := dates.read_date_line(line):
            if _is_in_side_block(region, index, side_at):
                side_at = index
                continue
            (found.labelled if date.labelled or label_at is not None else found.bare).append((index, date))
        elif date := dates.read_relative_line(line, document.saved):
            (found.labelled if date.labelled else found.relative).append((index, date))
        label_at = None
    return found


def _published_below(region: Region) -> Iterator[tuple[int, DateLine]]:
    """The labelled date lines below the related news that have a text below them: those of further articles."""
    for index, line in region.texts():
        if (
            len(line) <= dates.LONGEST_DATE_LINE
            and dates.has_label(line)
            and (date := dates.read_date_line(line))
            and _has_paragraph(region, index, region.end)
        ):
            yield index, date


def _is_in_side_block(region: Region, index: int, side_at: int | None) -> bool:
    """Whether the date at `index` stands below the heading of a side block, or below that and a headline.

    `side_at` is the last date of such a block: the next item of the block follows it.
    """
    above = [at for at in range(index - 1, max(region.start, index - _SIDE_BLOCK) - 1, -1) if region.lines[at]][:2]
    return any(boilerplate.is_side_heading(region.lines[at]) for at in above) or side_at in above[1:]


_SIDE_BLOCK = 5  # lines, blank ones among them


def _may_be_own(document: Document, region: Region, index: int) -> bool:
    """Whether a bare date stands below the marked headline, or first on the page. Others belong to price tables."""
    return not document.headings or index > min(document.headings) or index + 1 == region.first_line


def _single(region: Region, dates_found: list[tuple[int, DateLine]]) -> tuple[int, DateLine]:
    """The first of the page's own date lines, where the others repeat it."""
    first_at, first = dates_found[0]
    for index, date in dates_found[1:]:
        if date.moment != first.moment or _begins_article(region, first_at, index):
            raise NoArticleError(
                f"not published: several articles in one file, each with its date line (lines {first_at + 1} and"
                f" {index + 1}); save each in a file of its own",
                line=first_at + 1,
            )
    return first_at, first


def _begins_article(region: Region, first_at: int, index: int) -> bool:
    """Whether there is a text above the date line at `index`, and one below it, so that it is another article's."""
    end = len(region.lines) if index >= region.end else region.end
    return _has_paragraph(region, first_at, index) and _has_paragraph(region, index, end)


def _has_paragraph(region: Region, start: int, end: int) -> bool:
    texts = Region(region.lines, start, end).texts()
    return any(boilerplate.is_paragraph(line) and not boilerplate.ends_body(line) for _, line in texts)


def _is_below_text(region: Region, index: int) -> bool:
    """Whether running text stands above the line. A bare date below text is not the page's own."""
    return any(
        boilerplate.is_paragraph(line) and not BREADCRUMB.match(line) and not boilerplate.is_notice(line)
        for _, line in region._replace(end=max(index - 2, region.start)).texts()
    )


def _refuse_lists(region: Region, relative: list[int], *, has_cards: bool) -> None:
    if len(relative) > 1:
        raise NoArticleError("no article but a list: items with relative times", line=relative[0] + 1)
    glued = [index for index, line in region.texts() for _ in re.finditer(_GLUED_TIME, line)]
    if len(glued) > 1 and not has_cards:
        raise NoArticleError("no article but a list or search page: times run together with items", line=glued[0] + 1)


def _stands_early(region: Region, index: int) -> bool:
    opening_at, _ = find_opening(region, index)
    start = region.start if opening_at is None else opening_at
    return sum(map(bool, region.lines[start:index])) < _BARE_DATE_WITHIN
