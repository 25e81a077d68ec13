"""`python -m tests.bench.crawl`: what it costs to build the feeds of a whole crawl, kept as WARC files."""

import gzip
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from tests.bench.pages import _CLAUSES, _prose, _title

RELATED, LISTED = 6, 30  # items below an article, and on a list page
ARTICLES_A_LIST = 10  # so that each article is seen ten times: once in full, six times below others, three times listed
A_FILE = 10_000  # pages
_FIRST = datetime(2019, 1, 1, 8, 0)  # noqa: DTZ001 - a page's clock has no zone
_APART = timedelta(minutes=20)
_CRAWLED = datetime(2026, 1, 1, tzinfo=UTC)
_MENU = "".join(
    f'<li><a href="/en/{w}/{n}">{w} {n}</a></li>'
    for n in range(10)
    for w in "Copper Nickel Lead Zinc Tin Steel".split()
)


def generate(sightings: int) -> Iterator[tuple[str, str]]:
    """The pages of a crawl that show so many sightings in all, with their addresses."""
    articles = sightings // (1 + RELATED + LISTED // ARTICLES_A_LIST)
    for number in range(articles):
        chance = random.Random(number)
        if number % ARTICLES_A_LIST == 0:
            shown = chance.sample(range(articles), LISTED)
            yield f"https://news.metal.com/list/{number}", _html("News", f"<h1>News</h1>{_cards(shown)}")
        yield _address(number), _article(chance, number, chance.sample(range(articles), RELATED))


def _article(chance: random.Random, number: int, related: list[int]) -> str:
    body = "".join(f"<p>{_prose(chance, 350)}</p>\n" for _ in range(chance.randrange(4, 10)))
    return _html(
        f"{_title(number)} - Shanghai Metals Market (SMM)",
        f'<nav><a href="/">Home</a> / <a href="/news">Metal News</a></nav><article><h1>{_title(number)}</h1>\n'
        f"<div>Published: {_dated(number)}</div>\n<p>{_summary(number)}</p>\n{body}</article>\n"
        f"<section><h2>Related News</h2>{_cards(n for n in related if n != number)}</section>",
        f'<link rel="canonical" href="{_address(number)}">',
    )


def _html(title: str, content: str, head: str = "") -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{title}</title>\n{head}\n</head>\n'
        f"<body><header><nav><ul>{_MENU}</ul></nav></header>\n<main>{content}</main>\n"
        f"<footer><p>Data Source Statement: Except for public data, all is SMM's.</p><ul>{_MENU}</ul></footer>"
        f"{FILLER}</body></html>\n"
    )


FILLER = ""


def _cards(numbers) -> str:
    return "\n".join(
        f'<div class="newsItem___a1b2"><a href="{_address(number)}"><div class="title___c3d4">{_title(number)}</div>'
        f'<div class="description___e5f6">{_summary(number)}</div><div class="date___g7h8">{_dated(number)}</div></a></div>'
        for number in numbers
    )


def _address(number: int) -> str:
    return f"https://news.metal.com/newscontent/{100_000_000 + number}"


def _summary(number: int) -> str:
    return f"{_CLAUSES[number % len(_CLAUSES)]} ({number}).".format(n=number % 9000 + 10, p=number % 60 + 30)


def _dated(number: int) -> str:
    clock = _FIRST + number * _APART
    return f"{clock:%b} {clock.day}, {clock.year} {clock:%H:%M}"


def write_warcs(folder: Path, sightings: int) -> int:
    """Write a crawl into WARC files, ten thousand pages each; returns how many pages it has."""
    folder.mkdir()
    pages = enumerate(generate(sightings))
    count = 0
    for number in range(10**9):
        batch = [*islice(pages, A_FILE)]
        if not batch:
            return count
        count += len(batch)
        with (folder / f"crawl-{number:05}.warc.gz").open("wb") as file:
            for place, (address, html) in batch:
                file.write(gzip.compress(_record(place, address, html), 6))
    return count


def _record(place: int, address: str, html: str) -> bytes:
    answer = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}".encode()
    saved = _CRAWLED + timedelta(seconds=place)
    head = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {address}\r\nWARC-Date: {saved:%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-{place:012}>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(answer)}\r\n\r\n"
    )
    return head.encode() + answer + b"\r\n\r\n"
