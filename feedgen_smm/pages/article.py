"""The article of a page: its title, date, standfirst and body, whichever of the site's layouts it was saved in."""

import re

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Evidence, Kind, Sighting
from feedgen_smm.pages import boilerplate
from feedgen_smm.pages.addresses import Address
from feedgen_smm.pages.body import Body, StandfirstRule, read_body
from feedgen_smm.pages.heading import BREADCRUMB, SECTION_HEADING, Heading, find_heading, whole_title
from feedgen_smm.pages.region import Region

_TYPE_LINE = re.compile(r"[a-z]+(?: [a-z]+){0,4}")
_CLOCK_LINE = re.compile(r"\d\d?:\d\d ?(?:[AaPp][Mm])?")
_SHORTEST_PARAGRAPH = 80  # letters of a sentence; what stands above a headline is else a menu entry or another's
_SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "”", '"', ")", "）")
_SHORTEST_ARTICLE = 40


def read_article(
    source: str, region: Region, address: Address | None, closing_title: tuple[int, str] | None
) -> Sighting:
    """The one article of `region`.

    `closing_title` is the index and text of the title that closes the page, if any. Raises NoArticleError, saying what
    the page is instead.
    """
    heading = find_heading(region, closing_title)
    body = _body_of(region, heading)
    title, title_at = whole_title(heading, closing_title)
    if heading.date is None and title is None and not _is_prose(body):
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


def _is_type_line(region: Region, index: int) -> bool:
    """`price review forecast` and its like stand under the title on pages that open with the section's heading."""
    if not _TYPE_LINE.fullmatch(region.lines[index]):
        return False
    return any(line == SECTION_HEADING for line in region.lines[region.start : index])


def _body_of(region: Region, heading: Heading) -> Body:
    opening = next((line for _, line in region.texts()), "")
    below = _after_heading(region, heading)
    if (above := _prose_above(region, heading)) is not None:
        standfirst = read_body(below, StandfirstRule.ALL, has_tags=False)
        body = read_body(above, StandfirstRule.NONE, has_tags=False)
        return body._replace(standfirst=standfirst.standfirst, standfirst_at=standfirst.standfirst_at, is_ended=True)
    has_tags = opening == SECTION_HEADING or BREADCRUMB.match(opening) is not None
    return read_body(below, _standfirst_rule(below, heading, opening), has_tags=has_tags)


def _prose_above(region: Region, heading: Heading) -> Region | None:
    """One layout of www.metal.com prints the body above the title."""
    if heading.date_at is None or heading.first_at is None:
        return None
    above = _after_menu(Region(region.lines, region.start, heading.first_at))
    is_body = any(_is_paragraph(line) and not BREADCRUMB.match(line) for _, line in above.texts())
    return above if is_body else None


def _is_paragraph(line: str) -> bool:
    return len(line) >= _SHORTEST_PARAGRAPH and line.endswith(_SENTENCE_ENDS)


def _standfirst_rule(below: Region, heading: Heading, opening: str) -> StandfirstRule:
    if heading.date is None or opening == SECTION_HEADING:
        return StandfirstRule.NONE
    if below.start > heading.end and below.lines[below.start - 1].startswith("- "):
        return StandfirstRule.NONE  # the layout with a bulleted date and source
    return StandfirstRule.FIRST_LINE if ", at " in heading.date.shown else StandfirstRule.EVIDENT


def _after_heading(region: Region, heading: Heading) -> Region:
    """What follows the heading, less the lines of source, type and buttons that cling to it."""
    if heading.is_missing:
        return _after_menu(region)
    start = heading.end
    while (at := _next_text(region, start)) < region.end and _clings_to_heading(region, at, is_next=at == start):
        start = at + 1
    return Region(region.lines, start, region.end)


def _next_text(region: Region, start: int) -> int:
    """The index of the first line from `start` that is not blank."""
    return next((index for index, _ in region._replace(start=start).texts()), region.end)


def _clings_to_heading(region: Region, index: int, *, is_next: bool) -> bool:
    """Whether the line is the heading's; `is_next` is whether it follows at once, and not below blank lines."""
    line = region.lines[index]
    if line == "Save" or boilerplate.SOURCE_LINE.fullmatch(line):
        return True
    return is_next and (_CLOCK_LINE.fullmatch(line) is not None or _is_type_line(region, index))


def _after_menu(region: Region) -> Region:
    """The region without the menus a saved copy begins with: short lines, at least two of them known entries."""
    known: list[int] = []
    for index, line in region.texts():
        if boilerplate.is_menu_word(line) or not boilerplate.without_images(line):
            known.append(index)
        elif not boilerplate.looks_like_tag(line):
            break
    return region._replace(start=known[-1] + 1) if len(known) > 1 else region


def _is_prose(body: Body) -> bool:
    return any(len(paragraph.encode()) >= _SHORTEST_ARTICLE for paragraph in body.paragraphs)
