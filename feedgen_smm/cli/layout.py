"""How commands lay out what they print for a person: headings, rows of lines, label and value, and dates."""

import textwrap
from collections.abc import Sequence

import click

from feedgen_smm.articles.entries import shorten
from feedgen_smm.models import CHINA, Moment, Precision

MARGIN = 9  # letters on the left, for the lines of the page
_LABEL = 11
NARROWEST, _WIDEST = 60, 110


class Layout:
    """Lays out rows of lines, label and value, as wide as the terminal, but never too wide to read."""

    def __init__(self, width: int) -> None:
        self._width = min(max(width, NARROWEST), _WIDEST)

    def row(self, lines: Sequence[int], label: str, value: str | None) -> str:
        """A row; a long value continues under its beginning. Says `none on the page` where there is no value."""
        margin = f"{line_range(lines):>{MARGIN - 2}}  "
        start = margin + (f"{label:<{_LABEL}}" if label else "")
        text = value or "none on the page"
        wrapped = textwrap.wrap(text, self._width - len(start), break_long_words=True, break_on_hyphens=False)
        body = ("\n" + " " * len(start)).join(wrapped)
        return click.style(margin, dim=True) + start[len(margin) :] + (body if value else click.style(body, dim=True))

    def excerpt(self, text: str) -> str:
        """As much of a text as fits two lines."""
        return shorten(text, 2 * (self._width - MARGIN - _LABEL) - 4)


def heading(text: str, fg: str | None = None) -> str:
    """A heading above rows."""
    return click.style(text, bold=True, fg=fg)


def day_and_time(moment: Moment) -> str:
    """A date in China's time and in UTC, or only the day in China where no more is known."""
    local = moment.instant.astimezone(CHINA)
    if moment.precision is Precision.DAY:
        return f"{local:%Y-%m-%d} in China, the time of day is not shown"
    return f"{local:%Y-%m-%d %H:%M} in China = {moment.instant:%Y-%m-%d %H:%M} UTC"


def line_range(lines: Sequence[int]) -> str:
    """The first and the last of some lines: `5–9`, `5`, or nothing."""
    if not lines:
        return ""
    return f"{lines[0]}" if len(lines) == 1 else f"{lines[0]}–{lines[-1]}"
