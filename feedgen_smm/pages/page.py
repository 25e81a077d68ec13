"""Parses a saved page: bytes in, the article, related items and problems out. Splits a file of several articles.

A file of several is split where lines of one kind begin or end every article: front matter, addresses, closing titles,
openings, headlines, rules. That kind is the right one if each part, read by itself, is an article with its own date.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from itertools import chain, islice, pairwise
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Capture, Page, Problem, Sighting
from feedgen_smm.pages.article import read_article
from feedgen_smm.pages.dates import LONGEST_DATE_LINE, DateLine, has_label, read_date_line
from feedgen_smm.pages.document import MOST_LINES, Address, Document, Region, find_address, find_in_path, read_address
from feedgen_smm.pages.heading import FEWEST_PARAGRAPHS, LONGEST_TITLE
from feedgen_smm.pages.layouts import (
    RELATED_HEADINGS,
    TITLE_SUFFIXES,
    ends_body,
    is_contact,
    is_opening,
    is_paragraph,
    is_text,
    without_title_suffix,
)
from feedgen_smm.pages.plain import read_text
from feedgen_smm.pages.related import pictured, read_related
from feedgen_smm.pages.text import decode, is_html, split_lines

_A_DAY = timedelta(days=1)

_HEADING = 10  # lines, blank ones among them, from an opening to its date

# What each article of a text has once, or once more than there are seams. Most files have fewer than two of all. Each
# pattern begins with what is searched for fast: the end of the line before and a letter, or the site's name.
_FIRST_WORDS = (
    rb"(?m)\n(?![^-=*_#PHNM\xe5])(?:---[ \t]*\r?\n\w{2,20} ?:"
    rb"|(?=Published|Posted|\xe5\x8f\x91\xe5\xb8\x83|# |(?:Home|NewsFlash|Metals? News|News)(?: / |\r?$)"
    rb"|(?:-{4,}|={4,}|\*{3,}|_{4,}|(?:\* ){2,}\*)\s*$))"
)
_FIRST_ADDRESS = rb"\n(?!Published|Posted)(?=(?:[A-Z]\w+ ?: ?)?<?https?://\S{0,99}/\d{5})"
_CLOSING_WORDS = rb"(?m)Shanghai Metals Market(?: \(SMM\))?[ \t]*\r?$"
_FEWEST_MARKS = 2
_END_OF_PAGE = r"(?i)</html\s*>\s*(?=<!doctype html|<html\b|<!-- ?saved from)"
_MOST_ARTICLES = 100  # in one file
_KEY = r"[A-Za-z_-]{2,20} ?: ?\S"
_ENDS_WITH_LINK = r"\]\([^)\s]*\)$"
_RULE = r"-{4,}|={4,}|\*{3,}|_{4,}|(?:\* ){2,}\*"


class _Outline(NamedTuple):
    """The parts of a page: the lines of the article and of the related items, and the title that closes it."""

    article: Region
    related: Region
    closing_title: tuple[int, str] | None


def parse(capture: Capture) -> Page:
    """Parse `capture`. Never raises because of a page's content: faults are reported as problems of the page."""
    document = Document([])
    article: Sighting | None = None
    related: list[Sighting] = []
    problems: list[Problem] = []
    try:
        document = _read_document(capture)
        related = [*document.cards]
        outline = _outline(document)
        items, problems = read_related(capture.source, outline.related, document.saved)
        related += items
        found = read_article(capture.source, document, outline.article, outline.closing_title)
        _refuse_several(document, found)
        article = found
        if article.published is None:
            related = [*document.cards, *_sure_items(items, document.lines)]
        related = [*_pictured_below(article, outline.article), *related]
    except NoArticleError as error:
        related = [*document.cards]  # nothing tells whose items those of a text are
        if not (document.cards and str(error).startswith("no article")):  # else it is a list, and its items are read
            problems = [Problem(capture.source, error.line, str(error)), *problems]
    if article is not None:
        article, doubts = _without_doubts(article, document)
        problems = [*doubts, *problems]
    return Page(
        source=capture.source,
        lines=tuple(document.lines),
        article=article,
        related=tuple(related),
        problems=tuple([problem._replace(line=document.number_of(problem.line)) for problem in problems]),
    )


def _read_document(capture: Capture) -> Document:
    text = decode(capture.data, capture.charset)
    if is_html(text):
        from feedgen_smm.pages.markup import read_html  # noqa: PLC0415 - slow to import, and many builds meet only text

        document = read_html(text, capture)
    elif len(text) > MOST_LINES and text.count("\n") > MOST_LINES:
        raise NoArticleError(f"no article: more than {MOST_LINES} lines, as no page has")
    else:
        document = read_text(text, capture.saved)
    if len(document.lines) > MOST_LINES:
        raise NoArticleError(f"no article: more than {MOST_LINES} lines, as no page has")
    if named := _named_by(capture):
        addresses = (named, *(address for address in document.facts.addresses if address != named))
        document = document._replace(facts=document.facts._replace(addresses=addresses))
    return document


def _named_by(capture: Capture) -> Address | None:
    """The article that the capture's address names, else the one that its path names below a folder like SMM's host."""
    return find_address(capture.address or "") or find_in_path(capture.member or capture.source)


def _outline(document: Document) -> _Outline:
    lines = document.lines
    first = next((index for index, line in enumerate(lines) if line), None)
    if first is None:
        raise NoArticleError("no article: the page is empty")
    text_at = next((at for at in range(first, len(lines)) if _is_of_article(lines[at])), len(lines))
    closing_title = _closing_title(lines, first)
    end = closing_title[0] if closing_title and closing_title[0] > text_at else len(lines)
    related_at = next((at for at in range(text_at + 1, end) if lines[at].rstrip(" :：") in RELATED_HEADINGS), end)
    return _Outline(Region(lines, first, related_at), Region(lines, related_at + 1, end), closing_title)


def _is_of_article(line: str) -> bool:
    """Whether a line belongs to an article and not to a menu: running text, or a labelled date line."""
    if not line or is_paragraph(line):
        return bool(line)
    date = read_date_line(line)
    return date is not None and date.labelled


def _closing_title(lines: list[str], start: int) -> tuple[int, str] | None:
    """The index and the title of the last line that is the title with the site's name behind it."""
    for index in range(len(lines) - 1, start - 1, -1):
        if lines[index].endswith(TITLE_SUFFIXES):
            return index, without_title_suffix(lines[index])
    return None


def _refuse_several(document: Document, article: Sighting) -> None:
    """Raise NoArticleError if another article follows in a text: a date, with more text below it than a teaser has."""
    lines, start = document.lines, article.evidence.published or 0
    end = 0 if document.is_html else _end_of_texts(lines)
    if not any(len(line) <= LONGEST_DATE_LINE and read_date_line(line) for line in lines[start:end]):
        return
    opened_at = dated_at = 0  # the line of a layout's opening, and of a date below the text
    for others in _above_texts(lines, start, end):
        for index in others:
            line = lines[index]
            if is_opening(line):
                opened_at = index
            elif (date := read_date_line(line)) and (":" in date.shown or 0 < opened_at > index - _HEADING):
                dated_at = index + 1
            elif ends_body(line):  # what follows is the site's, or its readers'
                dated_at = 0
        if dated_at:
            raise NoArticleError(
                "not published: several articles in one file, for another date and its text follow on line"
                f" {document.number_of(dated_at)}; save each in a file of its own",
                line=article.line,
            )


def _end_of_texts(lines: list[str]) -> int:
    """The index behind the last line that ends as a sentence, with another such line right above it."""
    end = 0
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].endswith((".", "。")):
            if end:
                return end
            end = index + 1
        elif lines[index]:
            end = 0
    return 0


def _above_texts(lines: list[str], start: int, end: int) -> Iterator[list[int]]:
    """The other lines above each text of several paragraphs. Of those above the first paragraph, only openings."""
    paragraphs: set[str] = set()  # a teaser's headline is said several times
    others: list[int] = []
    count = 0  # new paragraphs one below the other
    for index in range(start, end):
        line = lines[index]
        if not line.endswith((".", "。")) or line.endswith("..") or not is_text(line):
            if line:
                others.append(index)
                count = 0
        elif line not in paragraphs:
            if not paragraphs:
                others = [other for other in others if is_opening(lines[other])]
            paragraphs.add(line)
            count += 1
            if count == FEWEST_PARAGRAPHS:
                yield others
                others = []


def _sure_items(items: list[Sighting], lines: list[str]) -> list[Sighting]:
    """The certain items of a page that shows no date of its own: those whose headline the page repeats.

    A headline and a date that it shows once may be the article's: one layout has them below the text.
    """
    return [item for item in items if item.published is None or lines.count(item.title or "") > 1]


def _pictured_below(article: Sighting, region: Region) -> list[Sighting]:
    """Thumbnails under an article are of other articles."""
    last = max((article.line, *article.evidence.body, *article.evidence.summary))
    return [
        item
        for index, line in Region(region.lines, last, region.end).texts()
        if "!" in line and "![" in line
        for item in pictured(article.source, index, line)
    ]


def _without_doubts(article: Sighting, document: Document) -> tuple[Sighting, list[Problem]]:
    """The article, without its date if that lies in the future, and problems with its date, title or address."""
    messages: list[str] = []
    if article.published and document.saved and article.published.instant > document.saved + _A_DAY:
        messages.append(
            f"not published: the date {article.shown_date or 'in the head of the page'!r} is later than the time of"
            f" saving, {document.saved:%Y-%m-%d %H:%M} UTC; mend the date line"
        )
        article = article._replace(published=None)
    elif article.published is None and article.shown_date is not None:
        messages.append(
            f"not published: the date {article.shown_date!r} cannot be read; write it as"
            ' "Published: Nov 20, 2026 10:30", China\'s time'
        )
    elif article.published is None:
        messages.append(
            'not published: the article shows no date; add a line "Published: Nov 20, 2026 10:30" under its title'
        )
    if article.title is None and article.evidence.title is not None:
        messages.append(
            "the headline is left out: the tool that broke the lines dropped its spaces; save the page as HTML"
        )
    numbers = [address.number for address in document.facts.addresses]
    if len(set(numbers)) > 1:
        messages.append(f"the page names two articles as itself, {numbers[0]} and {numbers[1]}: the first is believed")
    return article, [Problem(article.source, article.line, message) for message in messages]


def split(capture: Capture) -> list[Capture]:
    """The articles of a file that holds several; the capture itself if it holds one, or nothing tells them apart.

    The first part keeps the name of the file. Lines keep the numbers that they have in the file.
    """
    if _count_marks(capture.data) < _FEWEST_MARKS:
        return [capture]
    try:
        text = decode(capture.data, capture.charset)
    except NoArticleError:
        return [capture]
    if is_html(text):
        text = re.sub(_END_OF_PAGE, lambda end: end[0] if "\n" in end[0] else f"{end[0]}\n", text)
        starts = [text.count("\n", 0, end.end()) for end in islice(re.finditer(_END_OF_PAGE, text), _MOST_ARTICLES)]
        return _parts(capture, split_lines(text), [0, *starts]) if 0 < len(starts) < _MOST_ARTICLES else [capture]
    lines = split_lines(text)
    starts = _starts(capture, lines) if len(lines) <= MOST_LINES else []
    return _parts(capture, lines, starts) if len(starts) > 1 else [capture]


def _count_marks(data: bytes) -> int:
    if data.lstrip()[:1] == b"<":
        return data.count(b"</html")
    patterns = (_FIRST_WORDS, _CLOSING_WORDS, *([_FIRST_ADDRESS] if b"http" in data else []))
    lines = b"\n" + data
    marks = chain.from_iterable(re.finditer(pattern, lines) for pattern in patterns)
    return sum(1 for _ in islice(marks, _FEWEST_MARKS))


def _starts(capture: Capture, lines: list[str]) -> list[int]:
    """The indices of the lines at which the articles of a text begin; empty if that is not certain."""
    bare = [line.strip() for line in lines]
    first = next((at for at, line in enumerate(bare) if line), 0)
    for seams, is_sure, may_go_on in _kinds_of_seams(bare):
        found = {_text_from(bare, start) for start in islice(seams, _MOST_ARTICLES) if start > first}
        starts = [0, *sorted(found - {len(bare)})]
        if not 1 < len(starts) < _MOST_ARTICLES:
            continue
        texts = [bare[one:other] for one, other in pairwise([*starts, len(bare)])]
        if (not may_go_on and any(map(_goes_on, texts))) or not (is_sure or all(map(_is_dated, texts))):
            continue
        if all(_is_article(capture._replace(data="\n".join(text).encode("utf-8", "replace"))) for text in texts):
            return starts
    return []


def _kinds_of_seams(lines: list[str]) -> Iterator[tuple[Iterable[int], bool, bool]]:
    """The indices of the lines at which a part may begin, kind by kind.

    With each kind, whether teasers never have such a line, and whether a part may end with the address of the next.
    """
    beginnings = {line[:2] for line in lines}
    for seams, is_sure, letters in _SEAMS:
        if not letters or not beginnings.isdisjoint(letters):
            yield seams(lines), is_sure, seams is _addresses
    headlines = [*_dated_lines(lines)]
    yield (at for at, date in headlines if date is None or date.labelled), False, False
    yield (at for at, _ in headlines), False, False


def _text_from(lines: list[str], start: int) -> int:
    """The first line from `start` that is neither blank nor a rule."""
    return next((at for at in range(start, len(lines)) if lines[at] and not re.fullmatch(_RULE, lines[at])), len(lines))


def _parts(capture: Capture, lines: list[str], starts: list[int]) -> list[Capture]:
    """The lines from each of `starts` to the next, below as many blank lines as stand above them in the file."""
    name = f"{capture.member}/" if capture.member else ""
    parts = [
        capture._replace(
            data=("\n" * start + "\n".join(lines[start:end])).encode("utf-8", "replace"),
            charset="utf-8",
            address=None,
            member=f"{name}article {number}",
        )
        for number, (start, end) in enumerate(pairwise([*starts, len(lines)]), start=1)
    ]
    return [parts[0]._replace(member=capture.member), *parts[1:]]


def _is_article(part: Capture) -> bool:
    page = parse(part._replace(charset="utf-8", address=None, member="part"))
    article = page.article
    if article is None or article.published is None or article.title is None or not article.paragraphs:
        return False
    return all(problem.line > article.line for problem in page.problems)  # those of related items do no harm


def _is_dated(lines: list[str]) -> bool:
    """Whether the lines have a date with a label, which only an article has, or a date and more text than a teaser."""
    dates = [(at, date) for at, line in enumerate(lines) if (date := read_date_line(line))]
    if any(date.labelled for _, date in dates) or not dates:
        return bool(dates)
    end = dates[1][0] if len(dates) > 1 else len(lines)
    texts = (is_text(line) and not re.search(_ENDS_WITH_LINK, line) for line in lines[dates[0][0] : end])
    return sum(texts) >= FEWEST_PARAGRAPHS


def _goes_on(lines: list[str]) -> bool:
    """Whether lines seem to end with the beginning of the next article: its front matter or its address."""
    texts = [line for line in lines if line]
    return read_address(texts[-1]) is not None or any(any(lines[:at]) for at in _front_matter(lines))


def _front_matter(lines: list[str]) -> Iterator[int]:
    for index, line in enumerate(lines[:-1]):
        if line == "---" and re.match(_KEY, lines[index + 1]):
            yield index


def _addresses(lines: list[str]) -> Iterator[int]:
    """Lines that are an article's address, where one of them is the first of the file or the last."""
    first, last = (next(filter(None, texts), "") for texts in (lines, reversed(lines)))
    is_first = read_address(first) is not None
    if is_first or read_address(last):
        found = [index for index, line in enumerate(lines) if read_address(line)]
        yield from found if is_first else (index + 1 for index in found[:-1])


def _closing_titles(lines: list[str]) -> Iterator[int]:
    found = [index for index, line in enumerate(lines) if line.endswith(TITLE_SUFFIXES)]
    yield from (index + 1 for index in found[:-1])


def _openings(lines: list[str]) -> Iterator[int]:
    return (index for index, line in enumerate(lines) if is_opening(line))


def _headings(lines: list[str]) -> Iterator[int]:
    return (index for index, line in enumerate(lines) if line.startswith("# "))


def _rules(lines: list[str]) -> Iterator[int]:
    return (index + 1 for index, line in enumerate(lines) if re.fullmatch(_RULE, line))


def _dated_lines(lines: list[str]) -> Iterator[tuple[int, DateLine | None]]:
    """The lines below the end of an article and a blank line, and above a date, with that date or None for a label."""
    texts = [index for index, line in enumerate(lines) if line]
    for above, at, below in zip(texts, texts[1:], texts[2:], strict=False):
        if above + 1 == at or lines[above].rstrip(" :：") in RELATED_HEADINGS:
            continue
        date = read_date_line(lines[below])
        if (date or has_label(lines[below])) and _may_be_headline(lines[at]) and _is_end(lines[above]):
            yield at, date


def _may_be_headline(line: str) -> bool:
    return (
        len(line) <= LONGEST_TITLE
        and not re.match(_KEY, line)
        and not is_paragraph(line)
        and not ends_body(line)
        and not is_contact(line)
    )


def _is_end(line: str) -> bool:
    """Whether a line ends an article: a paragraph, a footer, the date of a related item, a rule."""
    return (
        line == "---" or is_paragraph(line) or ends_body(line) or is_contact(line) or read_date_line(line) is not None
    )


# The kinds of lines at which a part begins; whether teasers never have such a line; the letters that it begins with.
_SEAMS: tuple[tuple[Callable[[list[str]], Iterable[int]], bool, frozenset[str]], ...] = (
    (_front_matter, True, frozenset({"--"})),
    (_closing_titles, True, frozenset()),
    (_openings, True, frozenset({"Me", "Ho", "Ne", "SM"})),
    (_addresses, False, frozenset()),
    (_headings, False, frozenset({"# "})),
    (_rules, False, frozenset({"--", "==", "**", "__", "* "})),
)
