"""The article of a page: its title, date, standfirst and body, whichever of the site's layouts it was saved in."""

import re
from itertools import islice
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Evidence, Kind, Sighting
from feedgen_smm.pages import boilerplate
from feedgen_smm.pages.addresses import Address, is_address
from feedgen_smm.pages.body import Body, StandfirstRule, read_body
from feedgen_smm.pages.dates import LONGEST_DATE_LINE, DateLine, read_date_line, read_relative_line
from feedgen_smm.pages.region import Region

_BREADCRUMB = re.compile(r"(?:Home|NewsFlash|Metals? News|News) / ")
_SECTION_HEADING = "Metals News"  # opens the pages that print the article's type under its title
_TYPE_LINE = re.compile(r"[a-z]+(?: [a-z]+){0,4}")
_CLOCK_LINE = re.compile(r"\d\d?:\d\d ?(?:[AaPp][Mm])?")
_LONGEST_TITLE = 400
_SHORTEST_PARAGRAPH = 80  # letters of a sentence; what stands above a headline is else a menu entry or another's
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "”", '"', ")", "）")
_SHORTEST_ARTICLE = 40
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


def read_article(
    source: str, region: Region, address: Address | None, closing_title: tuple[int, str] | None
) -> Sighting:
    """The one article of `region`.

    `closing_title` is the index and text of the title that closes the page, if any. Raises NoArticleError, saying what
    the page is instead.
    """
    found = _find_date(region)
    heading = _dated_heading(region, *found) if found else _undated_heading(region, closing_title)
    body = _body_of(region, heading)
    title, title_at = _whole_title(heading, closing_title)
    if found is None and title is None and not _is_prose(body):
        raise NoArticleError("no article: neither a date line nor running text", line=region.first_line)
    if title is None and not body.paragraphs and body.standfirst is None:
        raise NoArticleError("no article: a date line and nothing else", line=region.first_line)
    evidence = Evidence(
        title=None if title_at is None else title_at + 1,
        published=None if heading.date_at is None else heading.date_at + 1,
        summary=tuple([index + 1 for index in body.standfirst_at]),
        body=tuple([index + 1 for index in body.paragraphs_at]),
    )
    return Sighting(
        source=source,
        kind=Kind.ARTICLE,
        title=title,
        published=heading.date.moment if heading.date else None,
        shown_date=heading.date.shown if heading.date else None,
        summary=body.standfirst,
        paragraphs=body.paragraphs,
        number=address.number if address else None,
        link=address.link if address else None,
        evidence=evidence,
        is_ended=body.is_ended or region.end < len(region.lines),
    )


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
    if next(opening, (0, ""))[1] != _SECTION_HEADING:
        return None, None
    title_at, title = next(opening, (0, ""))
    return (title, title_at) if title and _can_be_title(title) else (None, None)


def _title_below_breadcrumb(region: Region) -> tuple[str, int] | tuple[None, None]:
    """A breadcrumb ends with the title, which the next line repeats; a title may hold a breadcrumb's slash."""
    opening = islice(region.texts(), 2)
    breadcrumb_at, breadcrumb = next(opening, (0, ""))
    if not _BREADCRUMB.match(breadcrumb):
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
        if _BREADCRUMB.match(line):
            return _last_crumb(line), index
        return (boilerplate.without_title_suffix(line), index) if _can_be_title(line) else (None, None)
    return None, None


def _is_type_line(region: Region, index: int) -> bool:
    """`price review forecast` and its like stand under the title on pages that open with the section's heading."""
    if not _TYPE_LINE.fullmatch(region.lines[index]):
        return False
    return any(line == _SECTION_HEADING for line in region.lines[region.start : index])


def _can_be_title(line: str) -> bool:
    return not (len(line) > _LONGEST_TITLE or boilerplate.is_menu_word(line) or is_address(line))


def _last_crumb(line: str) -> str:
    return line.rsplit(" / ", 1)[1]


def _whole_title(heading: Heading, closing: tuple[int, str] | None) -> tuple[str | None, int | None]:
    """The heading's title, or the closing one where there is no other or the other is cut."""
    if closing is None:
        return heading.title, heading.title_at
    is_cut = heading.title is not None and heading.title.endswith(("...", "…"))
    if heading.title is None or (is_cut and closing[1].startswith(heading.title.rstrip(".…"))):
        return closing[1], closing[0]
    return heading.title, heading.title_at


def _body_of(region: Region, heading: Heading) -> Body:
    opening = next((line for _, line in region.texts()), "")
    below = _after_heading(region, heading)
    if (above := _prose_above(region, heading)) is not None:
        standfirst = read_body(below, StandfirstRule.ALL, has_tags=False)
        body = read_body(above, StandfirstRule.NONE, has_tags=False)
        return body._replace(standfirst=standfirst.standfirst, standfirst_at=standfirst.standfirst_at, is_ended=True)
    has_tags = opening == _SECTION_HEADING or _BREADCRUMB.match(opening) is not None
    return read_body(below, _standfirst_rule(below, heading, opening), has_tags=has_tags)


def _prose_above(region: Region, heading: Heading) -> Region | None:
    """One layout of www.metal.com prints the body above the title."""
    if heading.date_at is None:
        return None
    above = _after_menu(Region(region.lines, region.start, _first_at(heading)))
    is_body = any(_is_paragraph(line) and not _BREADCRUMB.match(line) for _, line in above.texts())
    return above if is_body else None


def _is_paragraph(line: str) -> bool:
    return len(line) >= _SHORTEST_PARAGRAPH and line.endswith(_SENTENCE_ENDS)


def _standfirst_rule(below: Region, heading: Heading, opening: str) -> StandfirstRule:
    if heading.date is None or opening == _SECTION_HEADING:
        return StandfirstRule.NONE
    if below.start > heading.end and below.lines[below.start - 1].startswith("- "):
        return StandfirstRule.NONE  # the layout with a bulleted date and source
    return StandfirstRule.FIRST_LINE if ", at " in heading.date.shown else StandfirstRule.EVIDENT


def _after_heading(region: Region, heading: Heading) -> Region:
    """What follows the heading, less the lines of source, type and buttons that cling to it."""
    if heading.title is None and heading.date is None:
        return _after_menu(region)
    start = heading.end
    while start < region.end and _clings_to_heading(region, start):
        start += 1
    return Region(region.lines, start, region.end)


def _clings_to_heading(region: Region, index: int) -> bool:
    line = region.lines[index]
    return (
        line == "Save"
        or boilerplate.SOURCE_LINE.fullmatch(line) is not None
        or _CLOCK_LINE.fullmatch(line) is not None
        or _is_type_line(region, index)
    )


def _after_menu(region: Region) -> Region:
    """The region without the menus a saved copy begins with: short lines, at least two of them known entries."""
    known: list[int] = []
    for index, line in region.texts():
        if boilerplate.is_menu_word(line) or not boilerplate.without_images(line):
            known.append(index)
        elif not boilerplate.looks_like_tag(line):
            break
    return region._replace(start=known[-1] + 1) if len(known) > 1 else region


def _first_at(heading: Heading) -> int:
    """The index at which the heading begins."""
    positions = [at for at in (heading.title_at, heading.date_at) if at is not None]
    return min(positions)


def _is_prose(body: Body) -> bool:
    return any(len(paragraph.encode()) >= _SHORTEST_ARTICLE for paragraph in body.paragraphs)
