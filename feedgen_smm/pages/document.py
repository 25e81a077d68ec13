"""The document of a page: its lines, the facts that it states outside its text, and the numbers in SMM's addresses."""

import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import CUT_MARKS, Moment, Sighting

# A host of SMM's, at the beginning of an address: `evilmetal.com` and `metal.com.example.org` are none.
_HOST = r"(?:^|//|[\s<(\[\"'])(?:[a-z0-9-]+\.)*{}(?::[0-9]+)?/(?:[^\s?#]*/)?"
_NUMBER = "([0-9]{5,12})(?![0-9])"
# `…/newscontent/<n>`, `/newscontent/<n>-<slug>`, `/es/newscontent/<n>/<slug>`, and the Chinese site's forms.
_ENGLISH = "(?i)" + _HOST.format(r"metal\.com") + "newscontent/" + _NUMBER
_LIVE = "(?i)" + _HOST.format(r"smm\.cn") + "live/detail/" + _NUMBER
_CHINESE = "(?i)" + _HOST.format(r"smm\.cn") + "(?:news|newscontent)/(?:detail/)?" + _NUMBER
_HAS_NUMBER = re.compile("/[0-9]{5}")  # true of every address of an article, and quickly told
_SITE = r"(?i)(?:^(?:https?:)?|/https?:)//(?:[a-z0-9-]+\.)*(metal\.com|smm\.cn)(?![\w.-])"
_LOOKS_LIKE_ADDRESS = re.compile(
    r"(?:\w{1,12}[:：] ?)?[<(\[]?(?:https?:|//|www\.|(?:\w+\.)+(?:com|cn)/)\S|(?:[a-z0-9-]+\.)+(?:com|cn)/?$",
    re.IGNORECASE,
)

_HOST_FOLDER = r"(?i)(?:^|/)((?:[a-z0-9-]+\.)*(?:metal\.com|smm\.cn)/.*)"

_SITE_NAME = r" ?[-|_–—·»] ?[^-|_–—·»]{1,60}(?: ?[-|_–—·»] ?[^-|_–—·»]{1,60})?"
_SHORTEST_CUT = 20  # letters of a headline that the site cut

MOST_LINES = 20_000
"""No page has more lines. A longer file, such as a collection of notes, is refused at once."""


class Address(NamedTuple):
    """An article's number and its canonical link."""

    number: str
    link: str


def is_address(line: str) -> bool:
    """Whether a line is an address or a host, with or without a label before it: never a headline."""
    return _LOOKS_LIKE_ADDRESS.match(line) is not None


def read_address(line: str) -> Address | None:
    """The article that an SMM address names; None for any other line. Locale, slug and junk before it do not matter."""
    return find_address(line) if _HAS_NUMBER.search(line) and is_address(line) else None


def find_address(text: str) -> Address | None:
    """The article that is named by the first SMM address in `text`."""
    if not _HAS_NUMBER.search(text):
        return None
    if found := re.search(_ENGLISH, text):
        return Address(found[1], f"https://news.metal.com/newscontent/{found[1]}")
    if found := re.search(_LIVE, text):
        return Address(found[1], f"https://news.smm.cn/live/detail/{found[1]}")
    if found := re.search(_CHINESE, text):
        return Address(found[1], f"https://news.smm.cn/news/{found[1]}")
    return None


def find_in_path(path: str) -> Address | None:
    """The article that a file's path names, below a folder with the name of SMM's host, as wget saves pages."""
    path = path.replace("\\", "/")
    found = re.search(_HOST_FOLDER, path) if _HAS_NUMBER.search(path) else None
    return find_address(f"//{found[1]}") if found else None


def site_of(address: str) -> str | None:
    """`metal.com` or `smm.cn` where the address, or the one that the Wayback Machine has in its path, is SMM's."""
    found = re.search(_SITE, address)
    return found[1].casefold() if found else None


def resolve(link: str, site: str | None) -> Address | None:
    """The article that a link on a page of `site` leads to."""
    if not _HAS_NUMBER.search(link):
        return None
    if link.startswith("/") and not link.startswith("//") and "//" not in link:
        return find_address(f"//{site}{link}") if site else None
    return find_address(link)


class Facts(NamedTuple):
    """What a page says of itself outside its text.

    `addresses` are those of the page itself, the most trustworthy first. `titles` are titles of the whole
    page, as its head or front matter gives them. `published` is a date written for programs, with its offset; it
    counts only where the page shows none.
    """

    addresses: tuple[Address, ...] = ()
    titles: tuple[str, ...] = ()
    published: Moment | None = None


class Document(NamedTuple):
    """The lines of a page, white space folded; `numbers` are the lines of the file that they begin on.

    `headings` are the indices of lines that are marked as a page's headline, `standfirsts` of those marked as its
    summary. `cards` are items about other articles, which are not among the lines. `saved` is the time of saving,
    where the capture itself tells it. `is_complete`: the file has the end of the page.
    """

    lines: list[str]
    numbers: list[int] | None = None
    headings: frozenset[int] = frozenset()
    standfirsts: frozenset[int] = frozenset()
    facts: Facts = Facts()
    cards: tuple[Sighting, ...] = ()
    is_html: bool = False
    is_markdown: bool = False
    is_complete: bool = False
    saved: datetime | None = None

    @property
    def is_rejoined(self) -> bool:
        """Whether the lines were broken by a tool, which drops the spaces between Chinese words."""
        return self.numbers is not None and not self.is_html

    @property
    def address(self) -> Address | None:
        """The most trustworthy address of the page's article."""
        return self.facts.addresses[0] if self.facts.addresses else None

    def number_of(self, line: int) -> int:
        """The line of the file on which line `line`, from 1, of this document begins."""
        if self.numbers is None or not 1 <= line <= len(self.numbers):
            return line
        return self.numbers[line - 1]


class Region(NamedTuple):
    """The lines of a page from index `start` up to and without `end`; line numbers are indices plus one."""

    lines: list[str]
    start: int
    end: int

    def since(self, start: int) -> "Region":
        """The lines of the region from index `start` on."""
        return Region(self.lines, start, self.end)

    def until(self, end: int) -> "Region":
        """The lines of the region before index `end`."""
        return Region(self.lines, self.start, end)

    def texts(self) -> Iterator[tuple[int, str]]:
        """The index and text of each line that is not blank."""
        lines = self.lines
        for index in range(self.start, self.end):
            if line := lines[index]:
                yield index, line

    @property
    def first_line(self) -> int:
        """The number, from 1, of the first line that is not blank; of the line before the region where all are."""
        return next((index + 1 for index, _ in self.texts()), max(self.start, 1))


def agree(line: str, title: str) -> bool:
    """Whether two titles are one, where either may be cut."""
    if line == title or _folded(line) == _folded(title):
        return True
    if len(line) > _SHORTEST_CUT and title.startswith(line) and re.fullmatch(_SITE_NAME, title[len(line) :]):
        return True
    short, long = sorted((line, title), key=len)
    return short.endswith(CUT_MARKS) and len(short) > _SHORTEST_CUT and long.startswith(short.rstrip(".… "))


def _folded(title: str) -> str:
    return "".join(filter(str.isalnum, title)).casefold()


def longer(line: str, titles: list[str]) -> str:
    """The title in its full length, where the line has it cut."""
    if not line.endswith(CUT_MARKS):
        return line
    return max((line, *(title for title in titles if agree(line, title))), key=len)
