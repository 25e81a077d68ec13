"""Several articles in one file, one after the other → a capture of each.

A text is split where lines of one kind begin or end every article: front matter, addresses, closing titles, openings,
headlines, rules. That kind is the right one if each part, read by itself, is an article with a headline and a date.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Capture
from feedgen_smm.pages.dates import DateLine, has_label, read_date_line
from feedgen_smm.pages.document import read_address
from feedgen_smm.pages.heading import FEWEST_PARAGRAPHS, LONGEST_TITLE
from feedgen_smm.pages.layouts import TITLE_SUFFIXES, ends_body, is_contact, is_opening, is_paragraph
from feedgen_smm.pages.markup import is_html
from feedgen_smm.pages.page import parse
from feedgen_smm.pages.text import decode, split_lines

# What each article of a text has once, or once more than there are seams. Most files have fewer than two of all.
_MARKS = re.compile(
    rb"^(?:(?:Published|Posted|\xe5\x8f\x91\xe5\xb8\x83)|---[ \t]*\r?\n\w{2,20} ?:|# |(?:[A-Z]\w+ ?: ?)?<?https?://\S{0,99}/\d{5}"
    rb"|(?:Home|NewsFlash|Metals? News|News)(?: / |\r?$)|(?:-{4,}|={4,}|\*{3,}|_{4,}|(?:\* ){2,}\*)\s*$)"
    rb"|Shanghai Metals Market(?: \(SMM\))?[ \t]*\r?$",
    re.MULTILINE,
)
_FEWEST_MARKS = 2
_END_OF_PAGE = re.compile(r"</html\s*>\s*(?=<!doctype html|<html\b|<!-- ?saved from)", re.IGNORECASE)
_MOST_ARTICLES = 500  # in one file
_KEY = re.compile(r"[A-Za-z_-]{2,20} ?: ?\S")
_RULE = re.compile(r"-{4,}|={4,}|\*{3,}|_{4,}|(?:\* ){2,}\*")


def split(capture: Capture) -> list[Capture]:
    """The articles of a file that holds several; the capture itself if it holds one, or nothing tells them apart.

    The first part keeps the name of the file; the lines of each part have the numbers that they have in the file.
    """
    is_page = capture.data.lstrip()[:1] == b"<"
    if is_page and capture.data.count(b"</html") < _FEWEST_MARKS:
        return [capture]
    if not is_page and sum(1 for _ in _MARKS.finditer(capture.data)) < _FEWEST_MARKS:
        return [capture]
    try:
        text = decode(capture.data, capture.charset)
    except NoArticleError:
        return [capture]
    if is_html(text):
        ends = [text.count("\n", 0, found.end()) for found in _END_OF_PAGE.finditer(text)]
        return _parts(capture, split_lines(text), ends) if 0 < len(ends) < _MOST_ARTICLES else [capture]
    lines = [line.strip() for line in split_lines(text)]
    for seams, is_sure in _SEAMS:
        starts = sorted({_text_from(lines, start) for start in seams(lines) if any(lines[:start])} - {len(lines)})
        if not 0 < len(starts) < _MOST_ARTICLES:
            continue
        bounds = [0, *starts, len(lines)]
        texts = [lines[one:other] for one, other in pairwise(bounds)]
        if any(map(_goes_on, texts)) and seams is not _addresses:
            continue
        if not is_sure and not all(map(_is_dated, texts)):
            continue
        parts = _parts(capture, split_lines(text), starts)
        if all(map(_is_article, parts)):
            return parts
    return [capture]


def _text_from(lines: list[str], start: int) -> int:
    """The first line from `start` that is neither blank nor a rule."""
    return next((at for at in range(start, len(lines)) if lines[at] and not _RULE.fullmatch(lines[at])), len(lines))


def _parts(capture: Capture, lines: list[str], starts: list[int]) -> list[Capture]:
    """The lines up to the first of `starts`, and from each to the next."""
    name = f"{capture.member}/" if capture.member else ""
    bounds = [0, *starts, len(lines)]
    parts = [
        capture._replace(
            data=("\n" * start + "\n".join(lines[start:end])).encode("utf-8", "replace"),
            charset="utf-8",
            address=None,
            member=f"{name}article {number}",
        )
        for number, (start, end) in enumerate(pairwise(bounds), start=1)
    ]
    return [parts[0]._replace(member=capture.member), *parts[1:]]


def _is_article(part: Capture) -> bool:
    page = parse(part)
    article = page.article
    if article is None or article.published is None or article.title is None:
        return False
    return all(problem.line > article.line for problem in page.problems)  # those of related items do no harm


def _is_dated(lines: list[str]) -> bool:
    """Whether the lines have a date as only an article's own is written, or more text than a teaser."""
    dates = [date for line in lines if (date := read_date_line(line))]
    return any(date.labelled for date in dates) or (bool(dates) and sum(map(is_paragraph, lines)) >= FEWEST_PARAGRAPHS)


def _goes_on(lines: list[str]) -> bool:
    """Whether lines seem to end with the beginning of the next article: its front matter or its address."""
    texts = [line for line in lines if line]
    return read_address(texts[-1]) is not None or any(any(lines[:at]) for at in _front_matter(lines))


def _front_matter(lines: list[str]) -> Iterator[int]:
    for index, line in enumerate(lines[:-1]):
        if line == "---" and _KEY.match(lines[index + 1]):
            yield index


def _addresses(lines: list[str]) -> Iterator[int]:
    """Lines that are an article's address, where one of them is the first of the file or the last."""
    texts = [index for index, line in enumerate(lines) if line]
    found = [index for index in texts if read_address(lines[index])]
    if found and texts[0] == found[0]:
        yield from found
    elif found and texts[-1] == found[-1]:
        yield from (index + 1 for index in found[:-1])


def _closing_titles(lines: list[str]) -> Iterator[int]:
    found = [index for index, line in enumerate(lines) if line.endswith(TITLE_SUFFIXES)]
    yield from (index + 1 for index in found[:-1])


def _openings(lines: list[str]) -> Iterator[int]:
    return (index for index, line in enumerate(lines) if is_opening(line))


def _headings(lines: list[str]) -> Iterator[int]:
    return (index for index, line in enumerate(lines) if line.startswith("# "))


def _rules(lines: list[str]) -> Iterator[int]:
    return (index + 1 for index, line in enumerate(lines) if _RULE.fullmatch(line))


def _headlines(lines: list[str]) -> Iterator[int]:
    """Lines below the end of an article and a blank line, and above an article's own date."""
    return (at for at, date in _dated_lines(lines) if date is None or date.labelled)


def _teasers_too(lines: list[str]) -> Iterator[int]:
    """The same, above any date."""
    return (at for at, _ in _dated_lines(lines))


def _dated_lines(lines: list[str]) -> Iterator[tuple[int, DateLine | None]]:
    texts = [index for index, line in enumerate(lines) if line]
    for above, at, below in zip(texts, texts[1:], texts[2:], strict=False):
        date = read_date_line(lines[below])
        is_above_date = date is not None or has_label(lines[below])
        if above + 1 < at and is_above_date and _is_headline(lines[at]) and _is_end(lines[above]):
            yield at, date


def _is_headline(line: str) -> bool:
    return (
        len(line) <= LONGEST_TITLE
        and not _KEY.match(line)
        and not is_paragraph(line)
        and not ends_body(line)
        and not is_contact(line)
    )


def _is_end(line: str) -> bool:
    """Whether a line ends an article: a paragraph, a footer, the date of a related item, a rule."""
    return (
        line == "---" or is_paragraph(line) or ends_body(line) or is_contact(line) or read_date_line(line) is not None
    )


# Where each kind of line begins a part, and whether no teaser has such a line.
_SEAMS: tuple[tuple[Callable[[list[str]], Iterable[int]], bool], ...] = (
    (_front_matter, True),
    (_closing_titles, True),
    (_openings, True),
    (_addresses, False),
    (_headings, False),
    (_rules, False),
    (_headlines, False),
    (_teasers_too, False),
)
