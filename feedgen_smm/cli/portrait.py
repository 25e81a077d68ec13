"""A page as a person wants to see it at midnight: each thing found with its lines, and each thing that was not."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import click

from feedgen_smm import language
from feedgen_smm.entries import lone_id, shorten
from feedgen_smm.models import Moment, Page, Precision, Sighting
from feedgen_smm.pages.dates import CHINA

_MARGIN = 9  # letters left of the values: the lines they stand in
_LABEL = 11
_NARROWEST, _WIDEST = 60, 110


def portray(page: Page, width: int) -> str:
    """The page in lines of at most `width` letters, with terminal styles, ending in an empty line."""
    canvas = _Canvas(min(max(width, _NARROWEST), _WIDEST))
    blocks = [click.style(page.source, bold=True)]
    if page.article is not None:
        blocks += ["", _heading("Article"), *_article(canvas, page.article)]
    if page.related:
        blocks += ["", _heading(f"Related news, {len(page.related)}")]
        for position, item in enumerate(page.related):
            blocks += [*([""] if position else []), *_related(canvas, item)]
    if left_out := list(_left_out(page)):
        blocks += ["", _heading("Left out")]
        blocks += [canvas.row(lines, "", text) for lines, text in left_out]
    if page.problems:
        blocks += ["", _heading("Problems", fg="red")]
        blocks += [canvas.row((problem.line,), "", problem.message) for problem in page.problems]
    return "\n".join([*blocks, ""])


class _Canvas:
    """Lays out rows of lines, label and value."""

    def __init__(self, width: int) -> None:
        self._width = width

    def row(self, lines: Sequence[int], label: str, value: str | None) -> str:
        """A row whose value goes on under itself; `none on the page` where there is no value."""
        margin = f"{_line_range(lines):>{_MARGIN - 2}}  "
        start = margin + (f"{label:<{_LABEL}}" if label else "")
        text = value or "none on the page"
        wrapped = textwrap.wrap(text, self._width - len(start), break_long_words=True, break_on_hyphens=False)
        body = ("\n" + " " * len(start)).join(wrapped)
        return click.style(margin, dim=True) + start[len(margin) :] + (body if value else click.style(body, dim=True))

    def excerpt(self, text: str) -> str:
        """As much of `text` as fits two lines."""
        return shorten(text, 2 * (self._width - _MARGIN - _LABEL) - 4)


def _heading(text: str, fg: str | None = None) -> str:
    return click.style(text, bold=True, fg=fg)


def _article(canvas: _Canvas, article: Sighting) -> Iterator[str]:
    lines = article.evidence
    yield canvas.row(_one(lines.title), "title", article.title)
    yield canvas.row(_one(lines.published), "published", _date(article))
    yield canvas.row((), "number", article.number)
    if article.link:
        yield canvas.row((), "link", article.link)
    yield canvas.row(lines.summary, "standfirst", article.summary and canvas.excerpt(article.summary))
    yield canvas.row(lines.body, "text", _measure(article.paragraphs))
    for text in _ends(article.paragraphs):
        yield canvas.row((), " ", canvas.excerpt(text))
    yield canvas.row((), "id", lone_id(article) or "none: without a date nothing is published")


def _related(canvas: _Canvas, item: Sighting) -> Iterator[str]:
    lines = item.evidence
    yield canvas.row(_one(lines.title), "title", item.title)
    yield canvas.row(_one(lines.published), "published", _date(item))
    yield canvas.row(lines.summary, "text", item.summary and canvas.excerpt(item.summary))
    yield canvas.row((), "id", lone_id(item) or "none: without a date nothing is published")


def _one(line: int | None) -> tuple[int, ...]:
    return () if line is None else (line,)


def _date(sighting: Sighting) -> str | None:
    moment = sighting.published
    if moment is None:
        return sighting.shown_date and f"unknown: the page says {sighting.shown_date!r}"
    return _day_and_time(moment)


def _day_and_time(moment: Moment) -> str:
    local = moment.instant.astimezone(CHINA)
    if moment.precision is Precision.DAY:
        return f"{local:%Y-%m-%d} in China, the time of day is not shown"
    return f"{local:%Y-%m-%d %H:%M} in China = {moment.instant:%Y-%m-%d %H:%M} UTC"


def _measure(paragraphs: Sequence[str]) -> str | None:
    if not paragraphs:
        return None
    letters = sum(map(len, paragraphs))
    plural = "" if len(paragraphs) == 1 else "s"
    return (
        f"{len(paragraphs)} paragraph{plural}, {letters:,} letters, language {language.identify(' '.join(paragraphs))}"
    )


def _ends(paragraphs: Sequence[str]) -> Sequence[str]:
    """The first paragraph and the last: where a body begins and ends is where a parser errs."""
    return paragraphs if len(paragraphs) < 3 else (paragraphs[0], "…", paragraphs[-1])  # noqa: PLR2004


def _left_out(page: Page) -> Iterator[tuple[tuple[int, ...], str]]:
    """The lines that are in no value, in runs: their numbers, and the first one's text."""
    used = set(_used_lines(page))
    texts = [(number, text) for number, text in enumerate(page.lines, start=1) if text]
    for is_used, run in groupby(texts, key=lambda line: line[0] in used):
        if not is_used:
            numbers, lines = zip(*run, strict=True)
            yield numbers, shorten(lines[0], _NARROWEST - _MARGIN)


def _used_lines(page: Page) -> Iterator[int]:
    for sighting in page.sightings:
        lines = sighting.evidence
        yield from (*_one(lines.title), *_one(lines.published), *lines.summary, *lines.body)
    # Between an item's title and its text stand only its title again and a button; its date closes it.
    for item in page.related:
        last = max((item.line, *item.evidence.summary, item.evidence.published or 0))
        again = {item.title, item.shown_date, "Read More"}
        yield from range(item.line, last)
        yield from _while_said_again(page.lines, last, again)


def _while_said_again(lines: Sequence[str], after: int, again: Iterable[str | None]) -> Iterator[int]:
    number = after + 1
    while number <= len(lines) and lines[number - 1] in again:
        yield number
        number += 1


def _line_range(lines: Sequence[int]) -> str:
    if not lines:
        return ""
    return f"{lines[0]}" if len(lines) == 1 else f"{lines[0]}–{lines[-1]}"
