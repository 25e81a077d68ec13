"""`feedgen-smm show`: what the program understands of each page, for a person or for a program."""

import json
import shutil
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path

import click

from feedgen_smm.articles.entries import language_of, lone_id
from feedgen_smm.build.read import read_pages
from feedgen_smm.captures.files import find_captures
from feedgen_smm.cli.printing import MARGIN, NARROWEST, Layout, count, day_and_time, heading
from feedgen_smm.models import Capture, Page, Sighting, rfc_3339, shorten

_EPILOG = """\b
Examples:
  feedgen-smm show seeds
  feedgen-smm show page.txt
  feedgen-smm show --json pages/*.txt | jq -r .article.title

\b
Exit status:
  0  no page had a problem
  1  a page had a problem
  2  a wrong option, or a path that does not exist
"""


@click.command("show", epilog=_EPILOG, short_help="Show what the program understands of a page.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print each page as a JSON object on a line of its own, in UTF-8."
)
@click.argument("pages", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PAGE...")
def show_command(pages: tuple[Path, ...], *, as_json: bool) -> None:
    """Show what the program understands of each PAGE, a file or a folder: what was found and where, and what was not.

    Nothing is written. Each page is read by itself, so its id is the one that it would have without other pages.
    """
    faulty = False
    width = shutil.get_terminal_size().columns
    for path in find_captures(pages):
        for capture, page in read_pages(path):
            faulty = faulty or bool(page.problems)
            if as_json:
                click.echo(json.dumps(_as_json(page, capture), ensure_ascii=False).encode())
            else:
                click.echo(_as_text(page, width))
    if faulty:
        raise click.exceptions.Exit(1)


def _as_json(page: Page, capture: Capture) -> dict[str, object]:
    return {
        "source": page.source,
        "address": capture.address,
        "article": None if page.article is None else _facts_of_article(page.article),
        "related": [{**_facts_of(item), "lines": item.evidence._asdict()} for item in page.related],
        "problems": [{"line": problem.line, "message": problem.message} for problem in page.problems],
    }


def _facts_of_article(article: Sighting) -> dict[str, object]:
    return {
        **_facts_of(article),
        "paragraphs": article.paragraphs,
        "language": language_of(" ".join((article.title or "", article.summary or "", *article.paragraphs))),
        "lines": article.evidence._asdict(),
    }


def _facts_of(sighting: Sighting) -> dict[str, object]:
    moment = sighting.published
    return {
        "id": lone_id(sighting),
        "title": sighting.title,
        "published": rfc_3339(moment.instant) if moment else None,
        "precision": moment.precision.value if moment else None,
        "shown_date": sighting.shown_date,
        "number": sighting.number,
        "link": sighting.link,
        "summary": sighting.summary,
    }


def _as_text(page: Page, width: int) -> str:
    """A page for a person: each thing found with its lines, and each thing that was not; ends in an empty line."""
    layout = Layout(width)
    blocks = [click.style(page.source, bold=True)]
    if page.article is not None:
        blocks += ["", heading("Article"), *_article(layout, page.article)]
    if page.related:
        blocks += ["", heading(f"Related news, {len(page.related)}")]
        for position, item in enumerate(page.related):
            blocks += [*([""] if position else []), *_related(layout, item)]
    if left_out := list(_left_out(page)):
        blocks += ["", heading("Left out")]
        blocks += [layout.row(lines, "", text) for lines, text in left_out]
    if page.problems:
        blocks += ["", heading("Problems", fg="red")]
        blocks += [layout.row((problem.line,), "", problem.message) for problem in page.problems]
    return "\n".join([*blocks, ""])


def _article(layout: Layout, article: Sighting) -> Iterator[str]:
    lines = article.evidence
    yield layout.row(_one(lines.title), "title", article.title)
    yield layout.row(_one(lines.published), "published", _date(article))
    yield layout.row((), "number", article.number)
    if article.link:
        yield layout.row((), "link", article.link)
    yield layout.row(lines.summary, "standfirst", article.summary and layout.excerpt(article.summary))
    yield layout.row(lines.body, "text", _measure(article.paragraphs))
    for text in _ends(article.paragraphs):
        yield layout.row((), " ", layout.excerpt(text))
    yield layout.row((), "id", lone_id(article) or "none: without a date nothing is published")


def _related(layout: Layout, item: Sighting) -> Iterator[str]:
    lines = item.evidence
    yield layout.row(_one(lines.title), "title", item.title)
    yield layout.row(_one(lines.published), "published", _date(item))
    yield layout.row(lines.summary, "text", item.summary and layout.excerpt(item.summary))
    yield layout.row((), "id", lone_id(item) or "none: without a date nothing is published")


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
    letters, tag = sum(map(len, paragraphs)), language_of(" ".join(paragraphs))
    return f"{count(len(paragraphs), 'paragraph')}, {letters:,} letters, language {tag}"


def _ends(paragraphs: Sequence[str]) -> Sequence[str]:
    """The first and the last paragraph: a parser errs where a text begins and ends."""
    return paragraphs if len(paragraphs) < 3 else (paragraphs[0], "…", paragraphs[-1])  # noqa: PLR2004


def _left_out(page: Page) -> Iterator[tuple[tuple[int, ...], str]]:
    """The lines that no value was taken from: for each run of them, their numbers and the text of the first."""
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
    # Between an item's title and its date are only its text, its title again, and a button.
    for item in page.related:
        last = max((item.line, *item.evidence.summary, item.evidence.published or 0))
        again = {item.title, item.shown_date, "Read More"}
        yield from range(item.line, last)
        yield from _repeated(page.lines, last, again)


def _repeated(lines: Sequence[str], after: int, again: Iterable[str | None]) -> Iterator[int]:
    number = after + 1
    while number <= len(lines) and lines[number - 1] in again:
        yield number
        number += 1
