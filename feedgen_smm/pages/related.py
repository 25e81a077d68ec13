"""The related-news items of a page.

In a saved page an item is: title, date, title, `Read More`, title, title, summary, date. Its end is where its own date
comes again, or where the next item begins; summaries may be missing or cut, and the block may stop anywhere. In text
that was copied from a browser or made by another tool, nothing is repeated: an item is title, summary, date, or title,
date, summary.
"""

import re
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple

from feedgen_smm.models import CUT_MARKS, Evidence, Kind, Problem, Sighting
from feedgen_smm.pages.dates import LONGEST_DATE_LINE, DateLine, has_label, read_date_line, read_relative_line
from feedgen_smm.pages.document import Address, Region
from feedgen_smm.pages.heading import LONGEST_TITLE
from feedgen_smm.pages.layouts import READ_MORE, ends_body, image_titles, is_button, is_placeholder

# The orders of an item's lines.
_TITLE_FIRST, _TITLE_LAST = "title, summary, date", "title, date, summary"

_BUTTONS = tuple(READ_MORE)
_BULLETS = tuple(f"{bullet} " for bullet in "•●○■▪◦‣*+")
_CLOCK = r"[A-Z][a-z]{2} \d\d?, ?\d{4} \d\d:\d\d"
_COLON_OF_A_CLOCK = re.compile(r":(?<=\d{4} \d\d:)\d\d")  # found faster
_ENDS_WITH_DAY = re.compile(r"\D[A-Z][a-z]{2} \d\d?, ?\d{4}$")
# A headline and its date on one line.
_DATE_ON_A_LINE = re.compile(rf"(?!{_CLOCK}$)(.*[^\s,(]) ?({_CLOCK})")
_NUMBERED = re.compile(r"^\d{1,2}\. (?=\S)")
_SHORTEST_CUT = 20  # letters of a title that the site cut

_Piece = tuple[str, DateLine | None]  # a text, and the date that it is


class _Block(NamedTuple):
    """The lines of the block that are not blank, their numbers, counted from 1, and the dates that they are."""

    texts: list[str]
    numbers: list[int]
    dates: list[DateLine | None]


def read_related(source: str, region: Region, saved: datetime | None = None) -> tuple[list[Sighting], list[Problem]]:
    """The items of `region`, and problems for the lines that are no item; `saved` is when the page was saved."""
    block = _block(region, saved)
    if not any(block.dates):
        return [], []  # a list of links, of which nothing can be published
    if unsure := _unsure_date(block):
        message = "Related News: left out, for nothing tells whose a date is; save the page as HTML"
        return [], [Problem(source, unsure, message)]
    if broken := _broken_title(block):
        message = "Related News: left out, for a tool broke its headlines into lines; save the page as HTML"
        return [], [Problem(source, broken, message)]
    if _is_copied(block):
        return _copied_items(source, block)
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


def _is_copied(block: _Block) -> bool:
    """Whether the block was copied out of a browser: neither titles nor dates are said again."""
    texts = block.texts
    dated = [at for at, date in enumerate(block.dates) if date]
    if dated[0] == 0 or any(one + 1 == other for one, other in pairwise(dated)):
        return False
    return not any(_repeats_copied_title(texts, at) or texts[at] in texts[at + 1 : at + 5] for at in dated)


def _repeats_copied_title(texts: list[str], date_at: int) -> bool:
    return any(text.startswith(texts[date_at - 1]) for text in texts[date_at + 1 : date_at + 3])


def _copied_items(source: str, block: _Block) -> tuple[list[Sighting], list[Problem]]:
    """The items of a copied block: each is title, summary, date, or each is title, date, summary."""
    groups, tail = _groups(block)
    ends = {order for at, group in enumerate(groups) if (order := _ends_with_title(block, group, is_first=at == 0))}
    if any(block.texts[at] in READ_MORE for at in tail):
        ends.add(_TITLE_LAST)
    pairs = zip(block.texts, block.texts[1:], block.dates, strict=False)
    broken = (other for one, other, date in pairs if date is None and not _is_text(one))
    if len(ends) > 1 or not all(groups) or any(text[0].islower() for text in broken):
        message = "Related News: left out, for nothing tells its headlines from its texts; save the page as HTML"
        return [], [Problem(source, block.numbers[0], message)]
    items: list[Sighting] = []
    problems: list[Problem] = []
    is_dated_first = ends == {_TITLE_LAST}
    for at, group in enumerate(groups):
        title_at = group[-1] if is_dated_first else group[0]
        if not _may_be_title(block.texts[title_at]) or _is_text(block.texts[title_at]):
            problems.append(_stray(source, block, group.start, group.stop + 1))
            continue
        following = groups[at + 1][:-1] if at + 1 < len(groups) else tail
        texts = _summary_at(block, following, needs_end=at + 1 == len(groups)) if is_dated_first else [*group[1:]]
        title = block.texts[title_at].casefold()
        texts = [one for one in texts if block.texts[one] not in READ_MORE and block.texts[one].casefold() != title]
        evidence = Evidence(
            block.numbers[title_at], block.numbers[group.stop], tuple([block.numbers[one] for one in texts])
        )
        summary = " ".join(block.texts[one] for one in texts) or None
        items.append(teaser(source, block.texts[title_at], evidence, block.dates[group.stop], summary))
    return items, problems


def _groups(block: _Block) -> tuple[list[range], range]:
    """The lines before each date of the block, from the date before it, and the lines behind the last one."""
    groups: list[range] = []
    start = 0
    for at, text in enumerate(block.texts):
        if text in READ_MORE and at == start:
            start = at + 1
        elif block.dates[at] is not None:
            groups.append(range(start, at))
            start = at + 1
    return groups, range(start, len(block.texts))


def _may_be_title(text: str) -> bool:
    """Whether a line may be a headline: it is not too long, and has neither signs of Markdown nor an item's date."""
    has_date = text[-1:].isdecimal() and _ENDS_WITH_DAY.search(text)
    is_marked = "](" in text or "<http" in text or "/newscontent/" in text or text.startswith("[[")
    return len(text) <= LONGEST_TITLE and not is_marked and not has_date and not _holds_clock(text)


def _ends_with_title(block: _Block, group: range, *, is_first: bool) -> str | None:
    """The order of items that the lines between two dates show: a text and the next title, or a title and its text."""
    texts = [block.texts[at] for at in group]
    if len(texts) <= 1:
        return None
    if is_first or (_is_text(texts[-1]) and not _is_text(texts[0])):
        return _TITLE_FIRST
    is_title_last = _is_text(texts[0]) and not _is_text(texts[-1])
    return _TITLE_LAST if is_title_last or any(text in READ_MORE for text in texts[:-1]) else None


def _is_text(text: str) -> bool:
    return text.endswith((".", "。")) and not text.endswith(CUT_MARKS)


def _summary_at(block: _Block, lines: range, *, needs_end: bool) -> list[int]:
    """The lines of a summary that a button may end. With `needs_end` it must: the site's own words follow."""
    end = next((at for at in lines if block.texts[at] in READ_MORE), None)
    if end is None:
        return [] if needs_end else [*lines]
    return [*range(lines.start, end)]


def pictured(source: str, index: int, line: str) -> list[Sighting]:
    """The articles whose thumbnails a line shows, by title alone: the page shows no date of theirs."""
    return [teaser(source, title, Evidence(title=index + 1)) for title in image_titles(line)]


def _block(region: Region, saved: datetime | None) -> _Block:
    """The block, up to the site's own words behind it."""
    block = _Block([], [], [])
    texts, numbers, dates = block
    known: dict[str, list[_Piece] | None] = {}  # most lines stand two to four times
    lines = [*region.texts()]
    is_numbered = len([line for _, line in lines if line[0].isdecimal() and _NUMBERED.match(line)]) > 1
    for index, shown in lines:
        if shown not in known:
            line = _without_button(shown[2:] if shown.startswith(_BULLETS) else shown)
            line = _NUMBERED.sub("", line, count=1) if is_numbered else line
            known[shown] = _pieces(line, saved)
        pieces = known[shown]
        if pieces is None:
            if has_label(line):  # another article's own date line, below its title
                del texts[-1:], numbers[-1:], dates[-1:]
            break
        for text, date in pieces:
            if texts and texts[-1][0] == "[" and texts[-1] == f"[{text}]":  # of its picture
                del texts[-1:], numbers[-1:], dates[-1:]
            texts.append(text)
            numbers.append(index + 1)
            dates.append(date)
    return block


def _pieces(line: str, saved: datetime | None) -> list[_Piece] | None:
    """The line, with the date that it is; or the headline and the date that stand on it one behind the other.

    Empty for a button, and None for what ends a block.
    """
    if len(line) <= LONGEST_DATE_LINE and has_label(line):
        return None
    date = read_date_line(line) or read_relative_line(line, saved)
    if date is None:
        if ends_body(line):
            return None
        is_word = any(map(str.isalnum, line))
        if (is_button(line) and line not in READ_MORE) or is_placeholder(line) or not is_word:
            return []
    found = _DATE_ON_A_LINE.fullmatch(line) if line[-3:-2] == ":" else None
    if found is None or _is_text(found[1]):
        return [(line, date)]
    return [(piece, read_date_line(piece)) for piece in found.group(1, 2)]


def _without_button(line: str) -> str:
    """The line without the button that a tool ran together with a date: `Feb 11, 2026 19:50Read More`."""
    if not line.endswith(_BUTTONS):
        return line
    date = line.removesuffix(next(filter(line.endswith, _BUTTONS)))
    return date if read_date_line(date) else line


def _is_dated_title(block: _Block, at: int) -> bool:
    """Whether the line is a title, told by the date behind it."""
    if at + 1 >= len(block.texts) or block.dates[at + 1] is None or block.dates[at] is not None:
        return False
    return block.texts[at] not in READ_MORE and _may_be_title(block.texts[at])


def _unsure_date(block: _Block) -> int | None:
    """The line of a date above all headlines, or of one that is run together with a text."""
    if block.dates[0] is not None:
        return block.numbers[0]
    lines = zip(*block, strict=True)
    return next((at for text, at, date in lines if date is None and ":" in text and _holds_clock(text)), None)


def _holds_clock(text: str) -> bool:
    return _COLON_OF_A_CLOCK.search(text) is not None and re.search(_CLOCK, text) is not None


def _broken_title(block: _Block) -> int | None:
    """The line of the first date with the end of a broken title above it."""
    pairs = zip(block.texts, block.numbers, block.dates[1:], strict=False)
    return next((at for text, at, date_below in pairs if date_below and _is_end_of_title(text)), None)


def _is_end_of_title(line: str) -> bool:
    """Whether the line is the last one of a title that a tool broke: `After...`, `15)`."""
    is_cut = len(line) < _SHORTEST_CUT and line.endswith(CUT_MARKS)
    return is_cut or (line.endswith(")") and line.count(")") > line.count("("))


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
    item = teaser(source, title, evidence, block.dates[at + 1], summary)
    is_closed = following < end and texts[following] == date
    return item, following + is_closed


def _repeats_title(texts: list[str], at: int, title: str) -> bool:
    """Whether the line repeats the title, in full or cut off by the end of the page."""
    text = texts[at]
    if text == title or text in READ_MORE or (at == len(texts) - 1 and title.startswith(text)):
        return True
    return text.startswith(title) and text.replace(title, "").strip() in ("", *READ_MORE)  # run together


def _begins_item(block: _Block, at: int, date_before: str) -> bool:
    """Whether the next item begins here: a title, a date, and the title again, or a new date where the page is cut."""
    if at + 2 < len(block.texts):
        is_new = _repeats_title(block.texts, at + 2, block.texts[at])
    else:
        is_new = block.texts[-1] != date_before
    return is_new and _is_dated_title(block, at)


def _stray(source: str, block: _Block, start: int, end: int) -> Problem:
    more = f" and {end - start - 1} more lines" if end - start > 1 else ""
    opening = block.texts[start][:60]
    return Problem(source, block.numbers[start], f"Related News: no item with a date begins at {opening!r}{more}")


def teaser(  # noqa: PLR0913, PLR0917 - an item has as many parts
    source: str,
    title: str,
    evidence: Evidence,
    date: DateLine | None = None,
    summary: str | None = None,
    address: Address | None = None,
) -> Sighting:
    """An item about another article."""
    return Sighting(
        source=source,
        kind=Kind.TEASER,
        title=title,
        published=date.moment if date else None,
        shown_date=date.shown if date else None,
        summary=summary,
        paragraphs=(),
        number=address.number if address else None,
        link=address.link if address else None,
        evidence=evidence,
    )
