"""Parses a saved page: bytes in, the article, related items and problems out."""

from datetime import timedelta
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Capture, Page, Problem, Sighting
from feedgen_smm.pages.article import read_article
from feedgen_smm.pages.dates import read_date_line
from feedgen_smm.pages.document import MOST_LINES, Address, Document, Region, find_address, find_in_path
from feedgen_smm.pages.heading import FEWEST_PARAGRAPHS
from feedgen_smm.pages.layouts import (
    RELATED_HEADINGS,
    TITLE_SUFFIXES,
    is_opening,
    is_paragraph,
    is_text,
    without_title_suffix,
)
from feedgen_smm.pages.markup import is_html, read_html
from feedgen_smm.pages.plain import read_text
from feedgen_smm.pages.related import pictured, read_related
from feedgen_smm.pages.text import decode

_A_DAY = timedelta(days=1)


class _Outline(NamedTuple):
    """The parts of a page: the lines of the article and of the related items, and the title that closes it."""

    article: Region
    related: Region
    closing_title: tuple[int, str] | None


def parse(capture: Capture) -> Page:
    """Parse `capture`. Never raises because of a page's content: faults are reported as problems of the page."""
    document = Document([])
    article: Sighting | None = None
    related: list[Sighting] = []
    problems: list[Problem] = []
    try:
        document = _read_document(capture)
        related = [*document.cards]
        outline = _outline(document)
        items, problems = read_related(capture.source, outline.related, document.saved)
        related += items
        found = read_article(capture.source, document, outline.article, outline.closing_title)
        _refuse_several(document, found)
        article = found
        if article.published is None:
            related = [*document.cards, *_sure_items(items, document.lines)]
        related = [*_pictured_below(article, outline.article), *related]
    except NoArticleError as error:
        related = [*document.cards]  # whose the items of a text are, nothing tells
        if not (document.cards and str(error).startswith("no article")):  # else a list, whose items are read
            problems = [Problem(capture.source, error.line, str(error)), *problems]
    if article is not None:
        article, doubts = _without_doubts(article, document)
        problems = [*doubts, *problems]
    return Page(
        source=capture.source,
        lines=tuple(document.lines),
        article=article,
        related=tuple(related),
        problems=tuple([problem._replace(line=document.number_of(problem.line)) for problem in problems]),
    )


def _read_document(capture: Capture) -> Document:
    text = decode(capture.data, capture.charset)
    markup = is_html(text)
    if not markup and len(text) > MOST_LINES and text.count("\n") > MOST_LINES:
        raise NoArticleError(f"no article: more than {MOST_LINES} lines, as no page has")
    document = read_html(text, capture) if markup else read_text(text, capture.saved)
    if len(document.lines) > MOST_LINES:
        raise NoArticleError(f"no article: more than {MOST_LINES} lines, as no page has")
    if named := _named_by(capture):
        addresses = (named, *(address for address in document.facts.addresses if address != named))
        document = document._replace(facts=document.facts._replace(addresses=addresses))
    return document


def _named_by(capture: Capture) -> Address | None:
    """The article that the capture's address names, else its path below a folder that is named like SMM's host."""
    return find_address(capture.address or "") or find_in_path(capture.member or capture.source)


def _outline(document: Document) -> _Outline:
    lines = document.lines
    first = next((index for index, line in enumerate(lines) if line), None)
    if first is None:
        raise NoArticleError("no article: the page is empty")
    text_at = next((at for at in range(first, len(lines)) if _is_of_article(lines[at])), len(lines))
    closing_title = _closing_title(lines, first)
    end = closing_title[0] if closing_title and closing_title[0] > text_at else len(lines)
    related_at = next((at for at in range(text_at + 1, end) if _is_related_heading(lines[at])), end)
    return _Outline(Region(lines, first, related_at), Region(lines, related_at + 1, end), closing_title)


def _is_related_heading(line: str) -> bool:
    return bool(line) and line.rstrip(" :：") in RELATED_HEADINGS


def _is_of_article(line: str) -> bool:
    """Whether a line belongs to an article and not to a menu: running text, or a labelled date line."""
    if not line or is_paragraph(line):
        return bool(line)
    date = read_date_line(line)
    return date is not None and date.labelled


def _closing_title(lines: list[str], start: int) -> tuple[int, str] | None:
    """The index and the title of the last line that is the title with the site's name behind it."""
    for index in range(len(lines) - 1, start - 1, -1):
        if lines[index].endswith(TITLE_SUFFIXES):
            return index, without_title_suffix(lines[index])
    return None


def _refuse_several(document: Document, article: Sighting) -> None:
    """Raise NoArticleError where a text goes on with another article: below it a date, and more text than a teaser."""
    if document.is_html:
        return
    first = article.evidence.published or 0
    paragraphs: set[str] = set()  # a teaser's headline is said several times
    opened_at = dated_at = 0  # the line of a layout's opening, and of a date below the text
    count = 0  # new paragraphs one below the other
    for index, line in Region(document.lines, first, len(document.lines)).texts():
        if is_text(line) and line.endswith((".", "。")) and not line.endswith(".."):
            count += line not in paragraphs
            paragraphs.add(line)
            if dated_at and count == FEWEST_PARAGRAPHS:
                raise NoArticleError(
                    "not published: several articles in one file, for another date and its text follow on line"
                    f" {document.number_of(dated_at)}; save each in a file of its own",
                    line=article.line,
                )
            continue
        count = 0
        if is_opening(line):
            opened_at = index
        elif paragraphs and (date := read_date_line(line)) and (":" in date.shown or 0 < opened_at > index - _HEADING):
            dated_at = index + 1
        elif line.rstrip(" :：") in RELATED_HEADINGS:
            dated_at = 0


_HEADING = 10  # lines, blank ones among them, from an opening to its date


def _sure_items(items: list[Sighting], lines: list[str]) -> list[Sighting]:
    """The items that stand on a page which shows no date of its own: those whose headline the page repeats.

    A headline and a date that stand there once may be the article's, for one layout has them below the text.
    """
    return [item for item in items if item.published is None or lines.count(item.title or "") > 1]


def _pictured_below(article: Sighting, region: Region) -> list[Sighting]:
    """Thumbnails under an article are of other articles."""
    last = max((article.line, *article.evidence.body, *article.evidence.summary))
    return [
        item
        for index, line in Region(region.lines, last, region.end).texts()
        if "!" in line and "![" in line
        for item in pictured(article.source, index, line)
    ]


def _without_doubts(article: Sighting, document: Document) -> tuple[Sighting, list[Problem]]:
    """The article, without its date if that lies in the future, and problems with its date, title or address."""
    messages: list[str] = []
    if article.published and document.saved and article.published.instant > document.saved + _A_DAY:
        messages.append(
            f"not published: the date {article.shown_date or 'in the head of the page'!r} is later than the time of"
            f" saving, {document.saved:%Y-%m-%d %H:%M} UTC; mend the date line"
        )
        article = article._replace(published=None)
    elif article.published is None and article.shown_date is not None:
        messages.append(
            f"not published: the date {article.shown_date!r} cannot be read; write it as"
            ' "Published: Nov 20, 2026 10:30", China\'s time'
        )
    elif article.published is None:
        messages.append(
            'not published: the article shows no date; add a line "Published: Nov 20, 2026 10:30" under its title'
        )
    if article.title is None and article.evidence.title is not None:
        messages.append(
            "the headline is left out: the tool that broke the lines dropped its spaces; save the page as HTML"
        )
    numbers = [address.number for address in document.facts.addresses]
    if len(set(numbers)) > 1:
        messages.append(f"the page names two articles as itself, {numbers[0]} and {numbers[1]}: the first is believed")
    return article, [Problem(article.source, article.line, message) for message in messages]
