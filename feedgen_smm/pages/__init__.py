"""What a saved page means. Pure: bytes in, values out, and no line of a page is trusted to stand at a fixed place.

Structure is found by evidence: the date line, the breadcrumb, the footers, a title that is said twice. Which layout a
page has depends on how it was saved and not on when it was written, so no rule asks for a year.
"""

from collections.abc import Iterable

from feedgen_smm.errors import NoArticleError, UndecodableError
from feedgen_smm.models import Capture, Page, Problem, Sighting
from feedgen_smm.pages.addresses import read_address
from feedgen_smm.pages.article import read_article
from feedgen_smm.pages.boilerplate import RELATED_HEADINGS, TITLE_SUFFIXES, without_title_suffix
from feedgen_smm.pages.region import Region
from feedgen_smm.pages.related import pictured, read_related
from feedgen_smm.pages.text import read_lines

__all__ = ["parse"]


def parse(capture: Capture) -> Page:
    """What `capture` shows. Never raises for what a page holds: what is wrong with one is among its problems."""
    try:
        lines = read_lines(capture.data)
    except UndecodableError as error:
        return _page(capture, (), problems=[Problem(capture.source, 1, str(error))])
    first = next((index for index, line in enumerate(lines) if line), None)
    if first is None:
        return _page(capture, lines, problems=[Problem(capture.source, 1, "no article: the page is empty")])
    address = read_address(lines[first])
    start = first if address is None else first + 1
    closing_title = _closing_title(lines, start)
    end = len(lines) if closing_title is None else closing_title[0]
    related_at = _related_heading(lines, end)
    related, problems = read_related(capture.source, Region(lines, related_at + 1, end))
    article = None
    try:
        article = read_article(
            capture.source, Region(lines, start, related_at), address=address, closing_title=closing_title
        )
    except NoArticleError as error:
        problems.insert(0, Problem(capture.source, error.line, str(error)))
    else:
        if article.published is None:
            problems.insert(0, Problem(capture.source, article.line, _undated_message(article)))
        related = [*_pictured_below(article, lines, related_at), *related]
    return _page(capture, lines, article, related, problems)


def _page(
    capture: Capture,
    lines: Iterable[str],
    article: Sighting | None = None,
    related: list[Sighting] | None = None,
    problems: list[Problem] | None = None,
) -> Page:
    return Page(
        source=capture.source,
        lines=tuple(lines),
        article=article,
        related=tuple(related or ()),
        problems=tuple(problems or ()),
    )


def _pictured_below(article: Sighting, lines: list[str], end: int) -> list[Sighting]:
    """Thumbnails under an article are of other articles."""
    last = max(article.line, *article.evidence.body, *article.evidence.summary)
    return [
        item
        for index in range(last, end)
        if "![" in lines[index]
        for item in pictured(article.source, index, lines[index])
    ]


def _undated_message(article: Sighting) -> str:
    if article.shown_date is not None:
        return f"not published: the date {article.shown_date!r} cannot be read"
    return "not published: the article shows no date"


def _related_heading(lines: list[str], end: int) -> int:
    """The index of the line that opens the related items, or `end`."""
    return min((lines.index(heading) for heading in RELATED_HEADINGS if heading in lines), default=end)


def _closing_title(lines: list[str], start: int) -> tuple[int, str] | None:
    """The index and the title of a page's last line, where it is the title with the site's name behind it."""
    for index in range(len(lines) - 1, start, -1):
        if lines[index]:
            return (index, without_title_suffix(lines[index])) if lines[index].endswith(TITLE_SUFFIXES) else None
    return None
