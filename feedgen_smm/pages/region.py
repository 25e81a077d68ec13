"""A stretch of a page's lines."""

from collections.abc import Iterator
from typing import NamedTuple


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
