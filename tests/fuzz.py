"""`python -m tests.fuzz`: mutated pages by the hundred thousand, in search of a traceback or an ill-formed feed.

Prints how many were read, the slowest, and the most memory taken. Stops at the first fault, with the seed that makes it
again. With `--containers`, the pages are put into MHTML, WARC and other files, which are mutated too.
"""

import gzip
import json
import plistlib
import random
import re
import resource
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from quopri import encodestring
from xml.etree import ElementTree as ET

import click

from feedgen_smm.articles.metals import METALS
from feedgen_smm.articles.topics import Sorter
from feedgen_smm.captures.containers import unpack
from feedgen_smm.feeds.formats import Section, render
from feedgen_smm.models import Capture, Problem
from feedgen_smm.pages.page import parse
from feedgen_smm.settings import DEFAULTS
from tests.samples import entries_of
from tests.test_captures import ADDRESS, ALTERNATIVE, PICTURE, SOUND, WARCINFO, mhtml, notes, response, zipped

ROOT = Path(__file__).parent.parent
SPICES = [
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\xbd", b"\xef\xbf\xbe", b"\x1b[2J", b"\r", b"\n\n", b"\n", b"\t",
    b"]]>", b"<script>", b"&#0;", "\u2028".encode(), "\u3000".encode(), "【标题】".encode(), b"...", b"Published: ",
    b"2 hours ago", b"Read More", b"Related News\n", b"Feb 30, 2020 25:61", b"Jan 1, 0001 00:00", b"Metals News\n",
    b"Dec 31, 9999, at 11:59 pm", b"![a b c d e f g h](//x)", b" - Shanghai Metals Market (SMM)",
    b"https://news.metal.com/newscontent/123456789/x\n", b"<p>", b"</div>", b"<h1>", b"<!--", b"&#xD800;", b"&#1;",
    b'<a href="/newscontent/123456789">', b"<table><tr><td>", b'<div style="display:none">', b"<br>" * 50, b"   " * 99,
    b'<div class="summary">', b'<time datetime="9999-12-31T23:59:00-12:00">', b"<plaintext>", b"---\n", b"# ", b"](//",
    b"|---|---|\n", b"Updated: ", b"<style>.a{display:none}", b'<script type="application/ld+json">{"@type":"Article",',
    b"Content-Length: 99999999999\r\n", b"Content-Type: text/html; charset=utf-7\r\n", b"\r\n\r\n", b"WARC/1.0\r\n",
    b"Content-Transfer-Encoding: base64\r\n", b"\r\n----=_b\r\n", b"\r\n--b\r\n", b"\x1f\x8b\x08\0", b"PK\x05\x06",
    b"Content-Type: message/rfc822\r\n\r\n", b"Content-Encoding: br\r\n", b"Transfer-Encoding: chunked\r\n",
]  # fmt: skip
Mutation = Callable[[random.Random, bytes, bytes], bytes]


def cut(chance: random.Random, page: bytes, _other: bytes) -> bytes:
    """The page up to some byte."""
    return page[: chance.randrange(len(page) + 1)]


def splice(chance: random.Random, page: bytes, other: bytes) -> bytes:
    """The beginning of one page and the end of another."""
    return page[: chance.randrange(len(page) + 1)] + other[chance.randrange(len(other) + 1) :]


def shuffle_lines(chance: random.Random, page: bytes, _other: bytes) -> bytes:
    """The page with some of its lines moved, doubled or deleted."""
    lines = page.split(b"\n")
    return (
        b"\n".join(chance.choices(lines, k=len(lines)))
        if chance.random() < 0.3
        else b"\n".join(_swapped(chance, lines))
    )


def _swapped(chance: random.Random, lines: list[bytes]) -> list[bytes]:
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return lines


def flip_bytes(chance: random.Random, page: bytes, _other: bytes) -> bytes:
    """The page with some bytes changed."""
    changed = bytearray(page)
    for _ in range(min(len(changed), chance.randrange(1, 8))):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def season(chance: random.Random, page: bytes, _other: bytes) -> bytes:
    """The page with some troublesome characters in it."""
    at = chance.randrange(len(page) + 1)
    return page[:at] + chance.choice(SPICES) + page[at:]


def reencode(chance: random.Random, page: bytes, _other: bytes) -> bytes:
    """The page in another encoding, or with other line ends."""
    encoding = chance.choice(["utf-16", "utf-16-le", "gb18030", "cp1252", "utf-8-sig", "latin-1"])
    return page.decode("utf-8", "replace").encode(encoding, "replace")


def noise(chance: random.Random, _page: bytes, _other: bytes) -> bytes:
    """Random bytes."""
    return chance.randbytes(chance.randrange(200))


SORTER = Sorter(METALS)
KNOWN_TAGS = set(
    b"a article body code details div footer h1 h2 h3 h4 head header html li link main meta p section span style "
    b"summary time title ul".split()
)
MUTATIONS: list[Mutation] = [cut, splice, shuffle_lines, flip_bytes, season, season, reencode, noise]


def mutated(chance: random.Random, pages: list[bytes]) -> bytes:
    """A page, changed one to four times."""
    page = chance.choice(pages)
    for _ in range(chance.randrange(1, 5)):
        page = chance.choice(MUTATIONS)(chance, page, chance.choice(pages))
    return page


def packed(page: bytes) -> Iterator[bytes]:
    """Files of each kind with the page in them."""
    headers = f"Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: {ADDRESS}"
    yield mhtml(PICTURE, (headers, encodestring(page)), headers=f"Snapshot-Content-Location: {ADDRESS}\r\n")
    yield b"%b--b\r\nContent-Type: text/html\r\n\r\n%b\r\n--b--" % (ALTERNATIVE.encode(), page)
    yield WARCINFO + response(body=page) + response(body=page)
    yield gzip.compress(WARCINFO) + gzip.compress(response(body=page))
    yield zipped({"a.html": page})
    yield plistlib.dumps({"WebMainResource": {"WebResourceData": page}}, fmt=plistlib.FMT_BINARY)
    yield notes(page, page)


def judge(data: bytes) -> None:
    """Read what is in the file, and make feeds of it; raises if a promise is broken."""
    found = list(unpack(Capture("page.txt", data)))
    if not found:
        raise AssertionError("a file that gives nothing, and no reason")
    for item in found:
        if not isinstance(item, Problem):
            _judge_page(item)


def _judge_page(capture: Capture) -> None:
    page = parse(capture)
    if not page.sightings and not page.problems:
        raise AssertionError("a page that gives nothing, and no reason")
    entries = tuple(entry._replace(topics=SORTER.topics_of(entry)) for entry in entries_of(page.sightings))
    if entries:
        topics = dict.fromkeys([None, *(topic for entry in entries for topic in entry.topics)])
        for name, file in render([Section(topic, entries) for topic in topics], DEFAULTS).items():
            JUDGES[name.rpartition(".")[2]](file.data)


def judge_web_page(data: bytes) -> None:
    """Raise if a page has another element than those of the template."""
    tags = set(re.findall(rb"<([a-z][a-z0-9]*)(?:\s|>)", data))
    if tags - KNOWN_TAGS:
        raise AssertionError(f"elements that are none of ours: {tags - KNOWN_TAGS}")


JUDGES: dict[str, Callable[[bytes], object]] = {
    "xml": ET.fromstring,
    "opml": ET.fromstring,
    "json": json.loads,
    "html": judge_web_page,
}


@click.command()
@click.option("--pages", "count", default=200_000, show_default=True, help="How many pages to make.")
@click.option("--minutes", default=60.0, show_default=True, help="Stop after so long.")
@click.option("--seed", default=1, show_default=True, help="Of the random numbers; another makes other pages.")
@click.option("--containers", is_flag=True, help="Put them into MHTML, WARC and other files, mutated too.")
def main(count: int, minutes: float, seed: int, *, containers: bool) -> None:
    """Read mutated pages until one breaks a promise."""
    paths = [path for folder in ("seeds", "tests/pages") for path in sorted((ROOT / folder).iterdir())]
    pages = [path.read_bytes() for path in paths if path.suffix != ".json"]
    end = time.monotonic() + 60 * minutes
    slowest = (0.0, 0)
    for number in range(count):
        chance = random.Random(f"{seed}:{number}")
        data = mutated(chance, pages)
        if containers:
            data = mutated(chance, [*SOUND, *packed(data)])
        start = time.process_time()
        try:
            judge(data)
        except BaseException:
            click.echo(f"page {number} of seed {seed}: {data!r}", err=True)
            raise
        slowest = max(slowest, (time.process_time() - start, number))
        if time.monotonic() > end:
            count = number + 1
            break
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 2**10
    click.echo(f"{count} pages of {len(pages)} kinds: no traceback, no ill-formed feed")
    click.echo(f"slowest: page {slowest[1]}, {slowest[0]:.2f} s; at most {memory} MiB of memory")


if __name__ == "__main__":
    sys.exit(main())
