"""The heading of an article: its title and its date."""

import re
from itertools import islice
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.pages import boilerplate, dates
from feedgen_smm.pages.addresses import is_address
from feedgen_smm.pages.dates import DateLine
from feedgen_smm.pages.document import Document, Region
from feedgen_smm.pages.layouts import BREADCRUMB, Layout, is_opening, layout_of

LONGEST_TITLE = 400
_MOST_CANDIDATES = 8  # lines above a date that are looked at for its title
_FEWEST_OF_A_MENU = 4  # unknown lines in a row, and they are a menu, not two headlines

# What ends with a date and is none: an entry of a table of prices.
_TYPE_LINE = re.compile(r"[a-z]+(?: [a-z]+){0,4}")
_IS_A_PATH = re.compile(" [>\u203a»] ")
_ENDS_WITH_DATE = re.compile(r"[A-Z][a-z]{2} \d\d?, ?\d{4}(?: \d\d:\d\d)?$|\d{4}-\d\d-\d\d$")


class Heading(NamedTuple):
    """Where an article's title and date stand, as indices, and where what follows them begins."""

    title: str | None
    title_at: int | None
    date: DateLine | None
    date_at: int | None
    end: int
    layout: Layout

    @property
    def first_at(self) -> int | None:
        """The index at which the heading begins; None where the article has none."""
        return min((at for at in (self.title_at, self.date_at) if at is not None), default=None)

    @property
    def is_missing(self) -> bool:
        """Whether there is neither title nor date."""
        return self.title is None and self.date is None


class _Title(NamedTuple):
    text: str
    at: int | None


def find_heading(document: Document, region: Region, date: tuple[int, DateLine] | None, titles: list[str]) -> Heading:
    """The heading of the one article of `region`, whose date line is `date`.

    `titles` are those that the page gives of itself elsewhere: in its head, its breadcrumb, its last line.
    Raises NoArticleError where nothing tells which of several lines is the title.
    """
    opening_at, opening = find_opening(region, region.end if date is None else date[0])
    layout = layout_of(opening, "" if date is None else region.lines[date[0]])
    titles = [title for title in map(boilerplate.without_title_suffix, titles) if title]
    if crumb := _last_crumb(opening):
        titles.append(crumb)
    known = _titles_by_evidence(document, region, titles, opening_at if layout.is_titled_below else None, date)
    title = known or _announced(titles, crumb, opening_at)
    if date is None:
        end = region.start if title is None or title.at is None else title.at + 1
        return Heading(title and title.text, title and title.at, None, None, end, layout)
    end = max(date[0], (known and known.at) or 0) + 1
    if known is None:
        above = region if opening_at is None else region._replace(start=opening_at + 1)
        title = _agreed(title, _title_above(above, date[0]))
    return Heading(title and title.text, title and title.at, date[1], date[0], end, layout)


def _agreed(announced: _Title | None, above: _Title | None) -> _Title | None:
    """The title that the page announces, else the line above its date. Raises NoArticleError where they differ."""
    if announced is None or above is None or above.at is None:
        return announced or above
    if _is_headline(above.text):
        raise NoArticleError(
            f"not published: line {above.at + 1} is where the headline stands, but elsewhere the page is called"
            f" {announced.text!r}; delete what is wrong",
            line=above.at + 1,
        )
    return announced


def find_opening(region: Region, end: int) -> tuple[int | None, str]:
    """The last line before `end` that opens an article in one of the layouts; it is among the first without a date."""
    found: tuple[int | None, str] = (None, "")
    for index, line in islice(region._replace(end=end).texts(), _LONGEST_MENU):
        below = next((text for _, text in region._replace(start=index + 1, end=end).texts()), "")
        if is_opening(line) and not (BREADCRUMB.match(line) is None and _is_menu_entry(below)):
            found = (index, line)
        elif below and line.endswith((f" / {below}", f" > {below}")):  # a breadcrumb, whatever its language
            found = (index, f"{_OPENS_A_BREADCRUMB}{below}")
    return found


_OPENS_A_BREADCRUMB = "Home / "
_LONGEST_MENU = 200
_BELOW_DATE = 4  # lines


def _is_menu_entry(below: str) -> bool:
    """Whether a line that could be a section's heading is one of a menu's entries, as the line `below` it is."""
    return not below or boilerplate.is_menu_word(below)


def _last_crumb(breadcrumb: str) -> str:
    return breadcrumb.rsplit(" / ", 1)[1] if BREADCRUMB.match(breadcrumb) else ""


def _titles_by_evidence(
    document: Document, region: Region, titles: list[str], opening_at: int | None, date: tuple[int, DateLine] | None
) -> _Title | None:
    """The title that is confirmed by a heading element, the page's head, the breadcrumb or the closing line."""
    end = region.end if date is None else date[0]
    if opening_at is not None and (below := _below_opening(region, opening_at, end)):
        return below
    last = end if date is None else min(end + _BELOW_DATE, region.end)  # one layout has its date above the headline
    marked = [at for at in document.headings if region.start <= at < last and _can_be_title(region.lines[at])]
    agreeing = [at for at in marked if any(_agree(region.lines[at], title) for title in titles)]
    if agreeing or (len(marked) == 1 and not (document.is_html and _contradicts(region.lines[marked[0]], titles))):
        at = max(agreeing or marked)
        return _Title(_longer(region.lines[at], titles), at)
    said = _said_again(region._replace(end=end), titles, within=_MOST_CANDIDATES if date is None else _LONGEST_MENU)
    if said is None and len(marked) == 1 and date is not None:
        raise NoArticleError(
            f"not published: the headline is {region.lines[marked[0]]!r}, but the head of the page says {titles[0]!r};"
            " load the page again and save it",
            line=marked[0] + 1,
        )
    return said


def _below_opening(region: Region, opening_at: int, end: int) -> _Title | None:
    """The title right below the opening line; a breadcrumb, which may be cut, begins or ends with it."""
    at, line = next(region._replace(start=opening_at + 1, end=end).texts(), (0, ""))
    opening = region.lines[opening_at]
    if not BREADCRUMB.match(opening):
        return _Title(line, at) if line and len(line) <= LONGEST_TITLE and not is_address(line) else None
    crumb = _last_crumb(opening)
    if line and (opening.endswith(f" / {line}") or _begin_alike(crumb, line)):
        return _Title(line, at)
    return None


def _begin_alike(one: str, other: str) -> bool:
    return len(one) >= _SHORTEST_CUT and one[:_SHORTEST_CUT] == other[:_SHORTEST_CUT]


def _said_again(region: Region, titles: list[str], within: int) -> _Title | None:
    """The last line that says one of `titles`."""
    found = None
    for index, line in islice(region.texts(), within):
        if not is_opening(line) and any(_agree(boilerplate.without_title_suffix(line), title) for title in titles):
            found = _Title(_longer(boilerplate.without_title_suffix(line), titles), index)
    return found


def _announced(titles: list[str], crumb: str, crumb_at: int | None) -> _Title | None:
    """The title given by the breadcrumb, the head or the last line of the page, where no other line repeats it."""
    if crumb:
        return _Title(crumb, crumb_at)
    whole = [title for title in titles if not title.endswith(_CUT_MARKS)]
    return _Title((whole or titles)[0], None) if titles else None


_CUT_MARKS = ("...", "…")


def _agree(line: str, title: str) -> bool:
    """Whether two titles are one, where either may be cut."""
    if line == title or _folded(line) == _folded(title):
        return True
    if len(line) > _SHORTEST_CUT and title.startswith(line) and _SITE_NAME.fullmatch(title[len(line) :]):
        return True
    short, long = sorted((line, title), key=len)
    return short.endswith(_CUT_MARKS) and len(short) > _SHORTEST_CUT and long.startswith(short.rstrip(".… "))


_SHORTEST_CUT = 20
_SITE_NAME = re.compile(r" ?[-|_–—·»] ?[^-|_–—·»]{1,60}(?: ?[-|_–—·»] ?[^-|_–—·»]{1,60})?")


def _folded(title: str) -> str:
    return "".join(filter(str.isalnum, title)).casefold()


def _longer(line: str, titles: list[str]) -> str:
    """The title in its full length, where the line has it cut."""
    if not line.endswith(_CUT_MARKS):
        return line
    return max((line, *(title for title in titles if _agree(line, title))), key=len)


def _contradicts(line: str, titles: list[str]) -> bool:
    return bool(titles) and not any(_agree(line, title) for title in titles)


def _title_above(region: Region, date_at: int) -> _Title | None:
    """The title by position alone: the only line above the date that can be a title.

    Raises NoArticleError where two lines can be.
    """
    candidates: list[tuple[int, str]] = []
    is_below_menu = False  # of which one entry may be the headline: then only what reads like one is
    for index in range(date_at - 1, region.start - 1, -1):
        line = region.lines[index]
        if not line or is_between(line):
            continue
        if not _can_be_title(line):
            break
        if boilerplate.is_menu_word(line) and (candidates or _has_texts(region, index)):
            if candidates:
                break
            is_below_menu = True
            continue
        if candidates and _IS_A_PATH.search(line):
            break
        is_row = line.count(" | ") > 1 or _IS_A_PATH.search(line) or _ENDS_WITH_DATE.search(line)
        if not is_row and not boilerplate.is_notice(line) and not _TYPE_LINE.fullmatch(line):
            candidates.append((index, line))
        if len(candidates) == _MOST_CANDIDATES:
            break
    return _choose([one for one in candidates if _is_headline(one[1])] if is_below_menu else candidates)


def _has_texts(region: Region, end: int) -> bool:
    return any(True for _ in region._replace(end=end).texts())


def _choose(candidates: list[tuple[int, str]]) -> _Title | None:
    """The headline among candidate lines, which are ordered from the date upwards."""
    headlines = [(at, line) for at, line in candidates if _is_headline(line)]
    if len(headlines) == 1 and (headlines[0] == candidates[0] or not _is_row_of_words(headlines[0][1])):
        at, line = headlines[0]
    elif len(candidates) == 1 or (candidates and len(candidates) >= _FEWEST_OF_A_MENU):
        at, line = (headlines or candidates)[0]
    elif not candidates:
        return None
    else:
        (at, line), (other_at, _) = (headlines if len(headlines) > 1 else candidates)[:2]
        raise NoArticleError(
            f"not published: line {other_at + 1} or line {at + 1} may be the headline; delete the one that is not",
            line=other_at + 1,
        )
    return _Title(boilerplate.without_title_suffix(line), at)


def _is_row_of_words(line: str) -> bool:
    """Whether a line may be a menu in a row: words with capitals, and neither a figure nor a mark among them."""
    words = line.split()
    return all(map(str.isalpha, words)) and 2 * sum(word[0].isupper() for word in words) > len(words)


def _is_headline(line: str) -> bool:
    """Whether a line reads like a headline: some words, and neither a whole sentence nor a label."""
    if boilerplate.is_paragraph(line) and not line.endswith(("]", ")", '"', "”", "】", "?", "？")):
        return False
    return line.count(" ") >= _FEWEST_SPACES or (not line.isascii() and len(line) >= _SHORTEST_CHINESE_HEADLINE)


_FEWEST_SPACES = 3
_SHORTEST_CHINESE_HEADLINE = 8


def is_between(line: str) -> bool:
    """Whether the line may stand between a headline and its date: a source, a byline, a button, an address."""
    return (
        boilerplate.SOURCE_LINE.fullmatch(line) is not None
        or boilerplate.stands_between(line)
        or is_address(line)
        or dates.is_update_line(line)
        or dates.is_date_label(line)
    )


def _can_be_title(line: str) -> bool:
    return not (
        len(line) > LONGEST_TITLE
        or (boilerplate.is_button(line) and not line.startswith("No Data "))
        or is_address(line)
        or line in boilerplate.SITE_NAMES
        or line.startswith(_BULLETS)
        or dates.read_date_line(line)
    )


_BULLETS = ("• ", "● ", "○ ", "■ ", "▪ ", "◦ ", "‣ ", "* ", "+ ", "o ")
