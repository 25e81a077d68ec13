"""The rival: the script that a competent user writes in an hour. Regular expressions, strptime, feedgen.

It knows the layouts its author has seen, takes every article and related item it meets for an entry, and has no notion
of one article seen twice, of damaged pages, or of files that did not change.

usage: python plain_script.py PAGES OUTPUT
"""

import re
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

from feedgen.feed import FeedGenerator

CHINA = timezone(timedelta(hours=8))
DATE = r"[A-Z][a-z]{2} \d{1,2}, ?\d{4}(?: \d{2}:\d{2})?"
HEADED = re.compile(rf"(?:Home / .*\n+|Metals News\n+)?(.+)\n+(?:[a-z ]+\n+)?(?:Published: |icon)?({DATE})\n")
RELATED = re.compile(rf"^(.+)\n({DATE})\n\1\nRead More\n\1\n\1\n(.*)\n\2$", re.MULTILINE)
FOOTERS = re.compile(
    r"^(?:Data Source Statement|For queries|For any inquiries|Related [Nn]ews|Related Price)", re.MULTILINE
)
Item = tuple[str, datetime, list[str]]


def read_date(text: str) -> datetime:
    """The time a page shows, in China."""
    text = re.sub(r",(?=\d)", ", ", text)
    form = "%b %d, %Y %H:%M" if ":" in text else "%b %d, %Y"
    return datetime.strptime(text, form).replace(tzinfo=CHINA)


def read_page(text: str) -> list[Item]:
    """The article of a page, then its related items."""
    items: list[Item] = []
    if headed := HEADED.match(text):
        body = FOOTERS.split(text[headed.end() :], maxsplit=1)[0]
        paragraphs = [line for line in body.splitlines() if line and not line.startswith("Source:")]
        items.append((headed[1], read_date(headed[2]), paragraphs))
    items += [(title, read_date(date), [summary]) for title, date, summary in RELATED.findall(text)]
    return items


def main(pages: Path, output: Path) -> None:
    """Write both feeds."""
    feed = FeedGenerator()
    feed.id("https://news.metal.com/")
    feed.title("SMM news")
    feed.link(href="https://news.metal.com/")
    feed.description("SMM news")
    feed.author(name="SMM")
    items = [item for path in sorted(pages.glob("*.txt")) for item in read_page(path.read_text(encoding="utf-8"))]
    for title, published, paragraphs in sorted(items, key=lambda item: item[1], reverse=True)[:100]:
        entry = feed.add_entry(order="append")
        entry.id(uuid5(NAMESPACE_URL, f"{published} {title}").urn)
        entry.title(title)
        entry.published(published)
        entry.updated(published)
        entry.summary(paragraphs[0] if paragraphs else title)
        entry.content("".join(f"<p>{paragraph}</p>" for paragraph in paragraphs), type="html")
    output.mkdir(exist_ok=True)
    feed.atom_file(str(output / "atom.xml"), pretty=True)
    feed.rss_file(str(output / "rss.xml"), pretty=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
