"""The document of a page: its lines, and the facts that it states outside its text."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from feedgen_smm.models import Moment, Sighting
from feedgen_smm.pages.addresses import Address

MOST_LINES = 20_000
"""No page has more lines. A longer file, such as a collection of notes, is refused at once."""


class Facts(NamedTuple):
    """What a page says of itself outside its text.

    `addresses` are those of the page itself, the most trustworthy first. `titles` are titles of the whole
    page, as its head or front matter gives them. `published` is a date that was written for programs, with its offset;
    it counts only where the page shows none.
    """

    addresses: tuple[Address, ...] = ()
    titles: tuple[str, ...] = ()
    published: Moment | None = None


class Document(NamedTuple):
    """The lines of a page, white space folded; `numbers` are the lines of the file that they begin on.

    `headings` are the indices of lines that are marked as a page's headline, `standfirsts` of those marked as its
    summary. `cards` are items about other articles, which are not among the lines. `saved` is the time of saving,
    where the capture itself tells it. `is_complete` tells that the file has the end of the page.
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
        """The address that the page's article goes by."""
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
