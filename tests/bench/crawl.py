"""`python -m tests.bench.crawl`: what the feeds of a whole crawl cost, which is kept as WARC files, phase by phase.

Each article is seen ten times: once on its own page, six times as an item below others, and three times in lists.
"""

import gzip
import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from functools import wraps
from itertools import chain, islice
from pathlib import Path
from typing import Any

import click

from feedgen_smm.build import passes
from feedgen_smm.build.settle import Settler
from feedgen_smm.build.write import Writer
from feedgen_smm.cli import main as feedgen_smm
from tests.bench.measure import adopt_orphans, run
from tests.bench.pages import _CLAUSES, _METALS, _PLACES, _prose, _title

RELATED, LISTED, ARTICLES_A_LIST = 6, 30, 10
SIGHTINGS_AN_ARTICLE = 1 + RELATED + LISTED // ARTICLES_A_LIST
PAGES_A_FILE = 10_000
PHASES = {"read": (passes, "read_changed"), "settle": (Settler, "settle_all"), "write": (Writer, "write")}
ARCHIVES = ("--base-url", "https://example.org/smm/")
TIMED = "import sys; from tests.bench.crawl import build_timed; build_timed(sys.argv[1], sys.argv[2:])"
_FIRST = datetime(2019, 1, 1, 8, 0)  # noqa: DTZ001 - a page's clock has no zone
_APART = timedelta(minutes=20)
_CRAWLED = datetime(2026, 1, 1, tzinfo=UTC)
_MENU = "".join(
    f'<li><a href="/list/{metal}/{place}">{metal} in {place}</a></li>' for metal in _METALS for place in _PLACES
)
_SCRIPT = "".join(f'(self.c=self.c||[]).push([{number},"{number * 7919}"]);' for number in range(600))


def generate(sightings: int) -> Iterator[tuple[str, str]]:
    """The pages of a crawl that show about so many sightings in all, of 40 kB each, with their addresses."""
    articles = max(LISTED, sightings // SIGHTINGS_AN_ARTICLE)
    for number in range(articles):
        chance = random.Random(number)
        if number % ARTICLES_A_LIST == 0:
            listed = _cards(chance.sample(range(articles), LISTED))
            yield f"https://news.metal.com/list/{number}", _html("News", f"<h1>News</h1>{listed}")
        related = [other for other in chance.sample(range(articles), RELATED + 1) if other != number][:RELATED]
        yield _address(number), _article(chance, number, related)


def _article(chance: random.Random, number: int, related: list[int]) -> str:
    body = "".join(f"<p>{_prose(chance, 350)}</p>\n" for _ in range(chance.randrange(4, 10)))
    content = (
        f"<article><h1>{_title(number)}</h1><div>Published: {_dated(number)}</div>\n<p>{_summary(number)}</p>\n{body}"
        f"</article><section><h2>Related News</h2>{_cards(related)}</section>"
    )
    return _html(f"{_title(number)} - Shanghai Metals Market (SMM)", content, _address(number))


def _html(title: str, content: str, address: str = "https://news.metal.com/") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n'
        f'<link rel="canonical" href="{address}"></head><body><header><nav><ul>{_MENU}</ul></nav></header>\n'
        f"<main>{content}</main>\n<footer><p>Data Source Statement: Except for public data, all is SMM's.</p>"
        f"<ul>{_MENU}</ul></footer><script>{_SCRIPT}</script></body></html>\n"
    )


def _cards(numbers: Iterable[int]) -> str:
    return "\n".join(
        f'<div class="newsItem___1wZtK"><a href="{_address(number)}"><div class="title___1baLV">{_title(number)}</div>'
        f'<div class="description___1z7kt">{_summary(number)}</div></a><div class="date___3dzkE">{_dated(number)}</div>'
        "</div>"
        for number in numbers
    )


def _address(number: int) -> str:
    return f"https://news.metal.com/newscontent/{100_000_000 + number}"


def _summary(number: int) -> str:
    return f"{_CLAUSES[number % len(_CLAUSES)]} ({number}).".format(n=number % 9000 + 10, p=number % 60 + 30)


def _dated(number: int) -> str:
    clock = _FIRST + number * _APART
    return f"{clock:%b} {clock.day}, {clock.year} {clock:%H:%M}"


def write_crawl(folder: Path, sightings: int) -> int:
    """Write a crawl into WARC files of ten thousand pages; returns how many pages it has."""
    folder.mkdir(parents=True)
    records = enumerate(generate(sightings))
    count = 0
    for first in records:
        with (folder / f"crawl-{count:07}.warc.gz").open("wb") as file:
            for place, page in chain([first], islice(records, PAGES_A_FILE - 1)):
                file.write(gzip.compress(_record(place, *page), 6))
                count = place + 1
    return count


def _record(place: int, address: str, html: str) -> bytes:
    """The page as a record of a WARC file."""
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\n"
        f"WARC-Date: {_CRAWLED + timedelta(seconds=place):%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{place:012}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"


def build_timed(times: str, arguments: list[str]) -> None:
    """Run feedgen-smm, and write into the file `times` how many seconds each phase took; of the clock, and of CPU."""
    spent = {what: [0.0, 0.0] for what in PHASES}

    def timed(what: str, phase: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(phase)
        def run_phase(*given: Any, **named: Any) -> object:
            clock, cpu = time.perf_counter(), time.process_time()
            result: object = phase(*given, **named)
            spent[what][0] += time.perf_counter() - clock
            spent[what][1] += time.process_time() - cpu
            return result

        return run_phase

    for what, (owner, name) in PHASES.items():
        setattr(owner, name, timed(what, getattr(owner, name)))
    feedgen_smm(arguments, standalone_mode=False)
    Path(times).write_text(json.dumps(spent), encoding="utf-8")


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--sightings", default=100_000, show_default=True, help="How many the crawl shows in all.")
@click.option("--keep", type=click.Path(path_type=Path), help="A folder for the crawl and what is made of it.")
@click.argument("options", nargs=-1)
def main(sightings: int, keep: Path | None, options: tuple[str, ...]) -> None:
    """Build the feeds of a crawl from nothing, with archive documents, and print the costs. OPTIONS are build's."""
    adopt_orphans()
    with nullcontext(str(keep)) if keep else tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        crawl = place / "crawl"
        pages = sum(1 for _ in generate(sightings)) if crawl.exists() else write_crawl(crawl, sightings)
        click.echo(f"{sightings:,} sightings on {pages:,} pages in {megabytes(crawl)} of WARC files")
        print_costs(place, pages, sightings, options)


def print_costs(place: Path, pages: int, sightings: int, options: tuple[str, ...]) -> None:
    """Build in `place`, and print what it costs; then what it costs to find that nothing is new."""
    record, feeds, times = place / "record.sqlite3", place / "feeds", place / "times.json"
    record.unlink(missing_ok=True)
    shutil.rmtree(feeds, ignore_errors=True)
    build = ["build", str(place / "crawl"), "--record", str(record), "-o", str(feeds), *ARCHIVES, *options]
    start = time.perf_counter()
    cost = run("-c", TIMED, times, *build, watches_memory=True)
    whole = time.perf_counter() - start
    first = 0.0
    for what, (seconds, cpu) in json.loads(times.read_text(encoding="utf-8")).items():
        first += cpu
        click.echo(f"  {what:<13}{seconds:8.1f} s{pages / seconds:10,.0f} pages a second{cpu:10.1f} s of CPU")
    click.echo(f"  {'whole':<13}{whole:8.1f} s{pages / whole:10,.0f} pages a second{cost.seconds:10.1f} s of CPU")
    click.echo(f"  CPU of the processes beside the first: {cost.seconds - first:,.1f} s, with starting all")
    click.echo(f"  memory of all processes together at the peak: {cost.peak / 1e6:,.0f} MB")
    size = record.stat().st_size
    click.echo(f"  record: {size / 1e6:,.0f} MB, {size / sightings:,.0f} bytes a sighting")
    click.echo(f"  output: {megabytes(feeds)}, {len([*feeds.glob('archive/**/*.xml')]):,} archive documents")
    again = run("-m", "feedgen_smm", *build)
    click.echo(f"  the same build again, nothing new: {again.seconds:.2f} s of CPU")


def megabytes(folder: Path) -> str:
    """The size of all files in a folder."""
    return f"{sum(path.stat().st_size for path in folder.rglob('*') if path.is_file()) / 1e6:,.0f} MB"


if __name__ == "__main__":
    main()
