"""The heading of an article: its title and its date, wherever a layout puts them, and what is no single article's."""

import re
from itertools import islice
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.pages import boilerplate
from feedgen_smm.pages.addresses import is_address
from feedgen_smm.pages.dates import LONGEST_DATE_LINE, DateLine, read_date_line, read_relative_line
from feedgen_smm.pages.region import Region

BREADCRUMB = re.compile(r"(?:Home|NewsFlash|Metals? News|News) / ")
SECTION_HEADING = "Metals News"  # opens the pages that print the article's type under its title
LONGEST_TITLE = 400
_MOST_BARE_DATES = 2
_BARE_DATE_WITHIN = 6  # lines that are not blank; further down a bare date is part of the text

# A time run together with the next item's first word: what copying a list or a search page leaves.
_GLUED_TIME = r"[A-Z][a-z]{2} \d\d?, \d{4} \d\d:\d\d(?=[^\s.,;:)])"


class Heading(NamedTuple):
    """Where an article's title and date stand, as indices, and where what follows them begins."""

    title: str | None
    title_at: int | None
    date: DateLine | None
    date_at: int | None
    end: int

    @property
    def first_at(self) -> int | None:
        """The index at which the heading begins; None where the article has none."""
        return min((at for at in (self.title_at, self.date_at) if at is not None), default=None)

    @property
    def is_missing(self) -> bool:
        """Whether there is neither title nor date."""
        return self.title is None and self.date is None


def find_heading(region: Region, closing_title: tuple[int, str] | None) -> Heading:
    """The heading of the one article of `region`.

    `closing_title` is the index and text of the title that closes the page, if any. Raises NoArticleError where the
    dates are those of a list, or of several articles.
    """
    found = _find_date(region)
    return _dated_heading(region, *found) if found else _undated_heading(region, closing_title)


def _find_date(region: Region) -> tuple[int, DateLine] | None:
    """The page's own date line; raises NoArticleError where the dates are those of a list."""
    labelled: list[tuple[int, DateLine]] = []
    bare: list[tuple[int, DateLine]] = []
    relative: list[int] = []
    for index, line in region.texts():
        if len(line) > LONGEST_DATE_LINE:
            continue
        if date := read_date_line(line):
            (labelled if date.labelled else bare).append((index, date))
        elif read_relative_line(line):
            relative.append(index)
    if labelled:
        return _single(labelled, "several articles, each with its date line")
    _refuse_lists(region, relative)
    timed = [(index, date) for index, date in bare if ":" in date.shown]
    if timed:
        return _single(timed, "a list: several items, each with its time")
    if len(bare) > _MOST_BARE_DATES:
        raise NoArticleError("no article but a list: several items, each with its date", line=bare[0][0] + 1)
    return next(((index, date) for index, date in bare if _stands_early(region, index)), None)


def _single(dates: list[tuple[int, DateLine]], otherwise: str) -> tuple[int, DateLine]:
    first_at, first = dates[0]
    for index, date in dates[1:]:
        if date.moment != first.moment:
            raise NoArticleError(
                f"no article but {otherwise} (lines {first_at + 1} and {index + 1})", line=first_at + 1
            )
    return first_at, first


def _refuse_lists(region: Region, relative: list[int]) -> None:
    if len(relative) > 1 or (relative and "Latest News" in region.lines):
        raise NoArticleError("no article but a list: items with relative times", line=relative[0] + 1)
    glued = [index for index, line in region.texts() for _ in re.finditer(_GLUED_TIME, line)]
    if len(glued) > 1:
        raise NoArticleError("no article but a list or search page: times run together with items", line=glued[0] + 1)


def _stands_early(region: Region, index: int) -> bool:
    return sum(map(bool, region.lines[region.start : index])) < _BARE_DATE_WITHIN


def _dated_heading(region: Region, date_at: int, date: DateLine) -> Heading:
    """The title stands under the section's heading, else it is the nearest line above the date that can be one."""
    title, title_at = _title_below_section(region)
    if title_at is None or title_at >= date_at:
        title, title_at = _title_above(region, date_at)
    return Heading(title, title_at, date, date_at, date_at + 1)


def _undated_heading(region: Region, closing: tuple[int, str] | None) -> Heading:
    """Without a date a title shows under the section's heading or a breadcrumb, or by being said again at the end."""
    title, title_at = _title_below_section(region)
    if title_at is None:
        title, title_at = _title_below_breadcrumb(region)
    if title_at is None and closing is not None:
        title, title_at = _title_said_again(region, closing[1])
    return Heading(title, title_at, None, None, region.start if title_at is None else title_at + 1)


def _title_below_section(region: Region) -> tuple[str, int] | tuple[None, None]:
    opening = islice(region.texts(), 2)
    if next(opening, (0, ""))[1] != SECTION_HEADING:
        return None, None
    title_at, title = next(opening, (0, ""))
    return (title, title_at) if title and _can_be_title(title) else (None, None)


def _title_below_breadcrumb(region: Region) -> tuple[str, int] | tuple[None, None]:
    """A breadcrumb ends with the title, which the next line repeats; a title may hold a breadcrumb's slash."""
    opening = islice(region.texts(), 2)
    breadcrumb_at, breadcrumb = next(opening, (0, ""))
    if not BREADCRUMB.match(breadcrumb):
        return None, None
    title_at, title = next(opening, (0, ""))
    if title and breadcrumb.endswith(f" / {title}"):
        return title, title_at
    return _last_crumb(breadcrumb), breadcrumb_at


def _title_said_again(region: Region, closing_title: str) -> tuple[str, int] | tuple[None, None]:
    index, line = next(region.texts(), (0, ""))
    return (line, index) if line == closing_title else (None, None)


def _title_above(region: Region, date_at: int) -> tuple[str, int] | tuple[None, None]:
    for index in range(date_at - 1, region.start - 1, -1):
        line = region.lines[index]
        if not line or boilerplate.SOURCE_LINE.fullmatch(line):
            continue
        if BREADCRUMB.match(line):
            return _last_crumb(line), index
        return (boilerplate.without_title_suffix(line), index) if _can_be_title(line) else (None, None)
    return None, None


def _can_be_title(line: str) -> bool:
    return not (len(line) > LONGEST_TITLE or boilerplate.is_menu_word(line) or is_address(line))


def _last_crumb(line: str) -> str:
    return line.rsplit(" / ", 1)[1]


def whole_title(heading: Heading, closing: tuple[int, str] | None) -> tuple[str | None, int | None]:
    """The heading's title, or the closing one where there is no other or the other is cut."""
    if closing is None:
        return heading.title, heading.title_at
    is_cut = heading.title is not None and heading.title.endswith(("...", "…"))
    if heading.title is None or (is_cut and closing[1].startswith(heading.title.rstrip(".…"))):
        return closing[1], closing[0]
    return heading.title, heading.title_at
