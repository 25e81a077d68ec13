"""`feedgen-smm show`: what the program understands of each page, for a person or for a program."""

import json
import shutil
from pathlib import Path

import click

from feedgen_smm.articles import language
from feedgen_smm.articles.entries import lone_id
from feedgen_smm.build.read import read_pages
from feedgen_smm.captures.files import find_captures
from feedgen_smm.cli.portrait import portray
from feedgen_smm.models import Capture, Moment, Page, Sighting

_EPILOG = """\b
Examples:
  feedgen-smm show seeds
  feedgen-smm show page.txt
  feedgen-smm show --json pages/*.txt | jq -r .article.title

\b
Exit status:
  0  all well
  1  a page had a problem
  2  a wrong option, or a path that is not there
"""


@click.command("show", epilog=_EPILOG, short_help="Tell what the program understands of a page.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a page, a line each, in UTF-8.")
@click.argument("pages", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path), metavar="PAGE...")
def command(pages: tuple[Path, ...], *, as_json: bool) -> None:
    """Tell what the program understands of each PAGE, a file or a folder: what was found, in which lines, what was not.

    Nothing is written, and no page bears on another: an id is the one the page would give by itself.
    """
    faulty = False
    width = shutil.get_terminal_size().columns
    for path in find_captures(pages):
        for capture, page in read_pages(path):
            faulty = faulty or bool(page.problems)
            if as_json:
                click.echo(json.dumps(_page(page, capture), ensure_ascii=False).encode())
            else:
                click.echo(portray(page, width))
    if faulty:
        raise click.exceptions.Exit(1)


def _page(page: Page, capture: Capture) -> dict[str, object]:
    return {
        "source": page.source,
        "address": capture.address,
        "article": None if page.article is None else _article(page.article),
        "related": [_related(item) for item in page.related],
        "problems": [{"line": problem.line, "message": problem.message} for problem in page.problems],
    }


def _article(article: Sighting) -> dict[str, object]:
    return {
        "id": lone_id(article),
        "title": article.title,
        "published": _instant(article.published),
        "precision": article.published.precision.value if article.published else None,
        "shown_date": article.shown_date,
        "number": article.number,
        "link": article.link,
        "summary": article.summary,
        "paragraphs": article.paragraphs,
        "language": language.identify(" ".join((article.title or "", article.summary or "", *article.paragraphs))),
        "lines": article.evidence._asdict(),
    }


def _related(item: Sighting) -> dict[str, object]:
    return {
        "id": lone_id(item),
        "title": item.title,
        "published": _instant(item.published),
        "precision": item.published.precision.value if item.published else None,
        "shown_date": item.shown_date,
        "number": item.number,
        "link": item.link,
        "summary": item.summary,
        "lines": item.evidence._asdict(),
    }


def _instant(moment: Moment | None) -> str | None:
    return f"{moment.instant:%Y-%m-%dT%H:%M:%SZ}" if moment else None
