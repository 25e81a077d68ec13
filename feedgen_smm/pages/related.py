"""The related-news items of a page.

An item is: title, date, title, `Read More`, title, title, summary, date. Its end is where its own date comes again, or
where the next item begins; summaries may be missing or cut, and the block may stop anywhere.
"""

from typing import NamedTuple

from feedgen_smm.models import Evidence, Kind, Problem, Sighting
from feedgen_smm.pages.boilerplate import NOT_RELATED, image_titles
from feedgen_smm.pages.dates import DateLine, read_date_line, read_relative_line
from feedgen_smm.pages.heading import LONGEST_TITLE
from feedgen_smm.pages.region import Region

_READ_MORE = "Read More"


class _Block(NamedTuple):
    """The lines of the block that are not blank, their numbers, from 1, and the dates among them by their text."""

    texts: list[str]
    numbers: list[int]
    dates: dict[str, DateLine | None]


def read_related(source: str, region: Region) -> tuple[list[Sighting], list[Problem]]:
    """The items of `region`, and what there could not be understood."""
    block = _block(region)
    items: list[Sighting] = []
    problems: list[Problem] = []
    at, end = 0, len(block.texts)
    while at < end:
        stray_from = at
        while at < end and not _is_dated_title(block, at):
            at += 1
        if at > stray_from:
            problems.append(_stray(source, block, stray_from, at))
        if at < end:
            item, at = _read_item(source, block, at)
            items.append(item)
    return items, problems


def pictured(source: str, index: int, line: str) -> list[Sighting]:
    """The articles whose thumbnails a line shows, by title alone: the page shows no date of theirs."""
    return [_teaser(source, title, Evidence(title=index + 1)) for title in image_titles(line)]


def _block(region: Region) -> _Block:
    """The block, up to the site's own words behind it."""
    texts: list[str] = []
    numbers: list[int] = []
    for index, line in region.texts():
        if line.startswith(NOT_RELATED):
            break
        texts.append(line)
        numbers.append(index + 1)
    # Most lines stand two to four times.
    return _Block(texts, numbers, {text: read_date_line(text) or read_relative_line(text) for text in set(texts)})


def _is_dated_title(block: _Block, at: int) -> bool:
    """Whether the line is a title, told by the date behind it."""
    if at + 1 >= len(block.texts) or block.dates[block.texts[at + 1]] is None or len(block.texts[at]) > LONGEST_TITLE:
        return False
    return block.dates[block.texts[at]] is None and block.texts[at] != _READ_MORE


def _read_item(source: str, block: _Block, at: int) -> tuple[Sighting, int]:
    """The item that begins at `at`, and where the next one may begin."""
    texts, numbers = block.texts, block.numbers
    title, date = texts[at], texts[at + 1]
    end = len(texts)
    summary_from = at + 2
    while summary_from < end and _repeats_title(texts, summary_from, title):
        summary_from += 1
    following = summary_from
    while following < end and texts[following] != date and not _begins_item(block, following, date):
        following += 1
    evidence = Evidence(numbers[at], numbers[at + 1], tuple(numbers[summary_from:following]))
    summary = " ".join(texts[summary_from:following]) or None
    item = _teaser(source, title, evidence, block.dates[date], summary)
    is_closed = following < end and texts[following] == date
    return item, following + is_closed


def _repeats_title(texts: list[str], at: int, title: str) -> bool:
    """Whether the line says the title again, be it cut by the end of the page."""
    return texts[at] in (title, _READ_MORE) or (at == len(texts) - 1 and title.startswith(texts[at]))


def _begins_item(block: _Block, at: int, date_before: str) -> bool:
    """Whether the next item begins here: a title, a date, and the title again, or a new date where the page is cut."""
    if not _is_dated_title(block, at):
        return False
    if at + 2 < len(block.texts):
        return block.texts[at + 2] in (block.texts[at], _READ_MORE)
    return block.texts[at + 1] != date_before


def _stray(source: str, block: _Block, start: int, end: int) -> Problem:
    more = f" and {end - start - 1} more lines" if end - start > 1 else ""
    opening = block.texts[start][:60]
    return Problem(source, block.numbers[start], f"Related News: no item with a date begins at {opening!r}{more}")


def _teaser(
    source: str, title: str, evidence: Evidence, date: DateLine | None = None, summary: str | None = None
) -> Sighting:
    return Sighting(
        source=source,
        kind=Kind.TEASER,
        title=title,
        published=date.moment if date else None,
        shown_date=date.shown if date else None,
        summary=summary,
        paragraphs=(),
        number=None,
        link=None,
        evidence=evidence,
    )
