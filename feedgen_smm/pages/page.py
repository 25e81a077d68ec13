"""A saved page, as text: its parts, its article and its related items."""

from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Capture, Page, Problem, Sighting
from feedgen_smm.pages.addresses import Address, read_address
from feedgen_smm.pages.article import read_article
from feedgen_smm.pages.boilerplate import RELATED_HEADINGS, TITLE_SUFFIXES, without_title_suffix
from feedgen_smm.pages.region import Region
from feedgen_smm.pages.related import pictured, read_related
from feedgen_smm.pages.text import read_lines

_HTML_BEGINS = ("<!doctype html", "<html")


class _Outline(NamedTuple):
    """The parts of a page: its address, the lines of the article and of the related items, the title that closes it."""

    address: Address | None
    article: Region
    related: Region
    closing_title: tuple[int, str] | None


def parse(capture: Capture) -> Page:
    """What `capture` shows. Never raises for what a page holds: what is wrong with one is among its problems."""
    lines: list[str] = []
    article: Sighting | None = None
    related: list[Sighting] = []
    problems: list[Problem] = []
    try:
        lines = read_lines(capture.data)
        outline = _outline(lines)
        related, problems = read_related(capture.source, outline.related)
        article = read_article(capture.source, outline.article, outline.address, outline.closing_title)
        related = [*_pictured_below(article, outline.article), *related]
    except NoArticleError as error:
        problems = [Problem(capture.source, error.line, str(error)), *problems]
    if article is not None and article.published is None:
        problems = [Problem(capture.source, article.line, _undated_message(article)), *problems]
    return Page(
        source=capture.source,
        lines=tuple(lines),
        article=article,
        related=tuple(related),
        problems=tuple(problems),
    )


def _outline(lines: list[str]) -> _Outline:
    first = next((index for index, line in enumerate(lines) if line), None)
    if first is None:
        raise NoArticleError("no article: the page is empty")
    if lines[first].casefold().startswith(_HTML_BEGINS):
        raise NoArticleError("no article: HTML, and only pages saved as text are read", line=first + 1)
    address = read_address(lines[first])
    start = first if address is None else first + 1
    closing_title = _closing_title(lines, start)
    end = len(lines) if closing_title is None else closing_title[0]
    related_at = min((lines.index(heading) for heading in RELATED_HEADINGS if heading in lines), default=end)
    return _Outline(address, Region(lines, start, related_at), Region(lines, related_at + 1, end), closing_title)


def _pictured_below(article: Sighting, region: Region) -> list[Sighting]:
    """Thumbnails under an article are of other articles."""
    last = max((article.line, *article.evidence.body, *article.evidence.summary))
    return [
        item
        for index, line in Region(region.lines, last, region.end).texts()
        if "![" in line
        for item in pictured(article.source, index, line)
    ]


def _undated_message(article: Sighting) -> str:
    if article.shown_date is not None:
        return f"not published: the date {article.shown_date!r} cannot be read"
    return "not published: the article shows no date"


def _closing_title(lines: list[str], start: int) -> tuple[int, str] | None:
    """The index and the title of a page's last line, where it is the title with the site's name behind it."""
    for index in range(len(lines) - 1, start, -1):
        if lines[index]:
            return (index, without_title_suffix(lines[index])) if lines[index].endswith(TITLE_SUFFIXES) else None
    return None
