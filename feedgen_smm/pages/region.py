"""A stretch of a page's lines."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Region:
    """The lines of a page from index `start` up to and without `end`; line numbers are indices plus one."""

    lines: list[str]
    start: int
    end: int

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """The index and text of each line that is not blank."""
        lines = self.lines
        for index in range(self.start, self.end):
            if line := lines[index]:
                yield index, line
