"""A page as a person wants to see it at midnight: each thing found with its lines, and each thing that was not."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

import click

from feedgen_smm.articles import language
from feedgen_smm.articles.entries import lone_id, shorten
from feedgen_smm.cli.canvas import MARGIN, NARROWEST, Canvas, day_and_time, heading
from feedgen_smm.models import Page, Sighting


def portray(page: Page, width: int) -> str:
    """The page in lines of at most `width` letters, with terminal styles, ending in an empty line."""
    canvas = Canvas(width)
    blocks = [click.style(page.source, bold=True)]
    if page.article is not None:
        blocks += ["", heading("Article"), *_article(canvas, page.article)]
    if page.related:
        blocks += ["", heading(f"Related news, {len(page.related)}")]
        for position, item in enumerate(page.related):
            blocks += [*([""] if position else []), *_related(canvas, item)]
    if left_out := list(_left_out(page)):
        blocks += ["", heading("Left out")]
        blocks += [canvas.row(lines, "", text) for lines, text in left_out]
    if page.problems:
        blocks += ["", heading("Problems", fg="red")]
        blocks += [canvas.row((problem.line,), "", problem.message) for problem in page.problems]
    return "\n".join([*blocks, ""])


def _article(canvas: Canvas, article: Sighting) -> Iterator[str]:
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


def _related(canvas: Canvas, item: Sighting) -> Iterator[str]:
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
    return day_and_time(moment)


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
            yield numbers, shorten(lines[0], NARROWEST - MARGIN)


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
