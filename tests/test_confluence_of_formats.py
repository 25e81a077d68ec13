"""A page saved as text, as HTML, as MHTML, and met in a WARC: one entry, one id, the best text, in whatever order."""

import os
from itertools import permutations
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner

from feedgen_smm.cli import main
from tests.samples import BODY, page

ADDRESS = "https://news.metal.com/newscontent/100000042"
TITLE = "Tin smelters hold output steady as rains end"
MORE = "Buyers in the delta came back on Tuesday, and paid 131,500 yuan/mt for what they needed at once."
HTML = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{TITLE} - Shanghai Metals Market (SMM)</title>
<link rel="canonical" href="{ADDRESS}"></head>
<body><nav><a href="/">Home</a> <a href="/copper">Copper</a></nav>
<article><h1>{TITLE}</h1><div>Published: Mar 3, 2025 09:30</div>
<p>{BODY}</p><p>{MORE}</p></article>
<footer><p>Data Source Statement: Except for public data, all is SMM's.</p></footer></body></html>
"""
MHTML = f"""From: <Saved by Blink>
Snapshot-Content-Location: {ADDRESS}
Subject: {TITLE}
Date: Tue, 4 Mar 2025 08:00:00 -0000
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="----edge"

------edge
Content-Type: text/html
Content-Transfer-Encoding: 8bit
Content-Location: {ADDRESS}

{HTML}
------edge--
"""
ANSWER = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{HTML}".encode()
WARC = (
    (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: {ADDRESS}\r\nWARC-Date: 2025-03-04T09:00:00Z\r\n"
        "WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(ANSWER)}\r\n\r\n"
    ).encode()
    + ANSWER
    + b"\r\n\r\n"
)
FORMS = {
    "page.txt": page(TITLE, body=BODY),  # a copy by hand, of the beginning, that shows no number
    "page.html": HTML.encode(),
    "page.mhtml": MHTML.replace("\n", "\r\n").encode(),
    "page.warc": WARC,
}


@pytest.mark.parametrize("order", [*permutations(FORMS)], ids="-".join)
def test_the_order_in_which_they_come_does_not_matter(order: tuple[str, ...]) -> None:
    """Each is saved a day after the one before, and built; the entry is announced once and never again."""
    Path("pages").mkdir()
    seen: set[tuple[str, str]] = set()
    for day, name in enumerate(order):
        (Path("pages") / name).write_bytes(FORMS[name])
        saved = 1_741_000_000 + 86_400 * day
        os.utime(Path("pages") / name, (saved, saved))
        result = CliRunner().invoke(main, ["build", "pages"], catch_exceptions=False)
        assert (result.exit_code, result.stderr) == (0, "")
        (entry,) = feedparser.parse(Path("output/atom.xml").read_bytes()).entries
        seen.add((entry.id, entry.updated))
    assert len(seen) == 1
    assert entry.title == TITLE
    assert entry.published == "2025-03-03T01:30:00+00:00"
    assert entry.link == ADDRESS
    assert entry.content[0].value == f"<p>{BODY}</p><p>{MORE}</p>"
