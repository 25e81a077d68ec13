"""The article of a page: its title, date, standfirst and body, whichever of the site's layouts it was saved in."""

import re
from itertools import pairwise, takewhile
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Evidence, Kind, Sighting
from feedgen_smm.pages import dates, layouts
from feedgen_smm.pages.document import Document, Region
from feedgen_smm.pages.heading import Heading, find_date, find_heading, is_between
from feedgen_smm.pages.layouts import BREADCRUMB, Standfirst
from feedgen_smm.pages.text import is_row_of_figures

_CLOCK_LINE = r"\d\d?:\d\d ?(?:[AaPp][Mm])?"
_CHINESE_TITLE = r"【([^】]*[\u4e00-\u9fff][^】]*)】 ?\S"
_UNSPACED = "[\u4e00-\u9fff]{14}"  # longer than a Chinese headline is without a space or a comma
_UNSPACED_CLAUSE = "[\u4e00-\u9fff]{16}"
_FUSED_FACTS = r"\d(?:来源|作者)[:：]|(?:来源|作者)[:：]\w+(?:来源|作者)[:：]"
_SHORTEST_ARTICLE = 40  # bytes
# Words of a page that is shown instead of an article: a bot check, a sign-in, an error.
_GUARD = (
    r"Checking your browser|Just a moment\.\.\.|[Vv]erify(?:ing)? (?:that )?you are (?:a )?human|not a robot"
    r"|[Aa]ccess [Dd]enied|人机验证|访问验证|安全验证|滑动验证|页面不存在"
    r"|(?:Error )?(?:403|404|429|500|502|503)\b(?: [A-Z]\w+){1,3}|[Pp]age [Nn]ot [Ff]ound"
    r"|[Pp]age (?:you|that)\b.{0,40}\b(?:not|no longer)|[Tt]oo [Mm]any [Rr]equests|[Ss]ervice [Uu]navailable"
    r"|(?:Sign|Log) in to"
)
_SHORTEST_GUARDED = 1500  # bytes of text; a page with more is an article, whatever its words
# `SHANGHAI, Jul. 22 (SMM) –`, `SMM November 5:`, `SMM,October 18:`, `SMM9 March 7:` open a body.
_DATELINE = (
    r"[A-Z][A-Z ]{3,20}, ?[A-Z][a-z]{2,8}\.? ?\d\d? ?\(SMM\)|SMM ?\d{0,2},? ?[A-Z][a-z]{2,8}\.? ?\d\d? ?(?:news)?[:：]"
)
# `[SMM …: headline] text` and `【headline】text`: a standfirst, even if nothing follows it.
_IN_BRACKETS = r"(?:\[SMM [\w &/-]{2,40}:|\[[^\]]{4,}\]|【[\x20-\x7e]{4,}】) ?\S"
_SAME_BEGINNING = 40  # letters
_SHORTEST_REPEATED = 15
_LONGEST_STANDFIRST = 3  # lines
_SHORTEST_WITH_BUTTON, _LONGEST_BUTTON = 12, 14  # letters of a title, and of a button behind it
_MOST_TAGS = 10
_HALVES = range(20, 200)  # letters of a caption
# Words joined by underscores; pieces of a table's box.
_UNDERSCORED = r"(?<![\w@./])\w+[;,]?_\w+(?![\w@/])|\+-{5,}|\| *\|"
_FIGURE = r"[+\u2212-]?\d[\d,]*(?:\.\d+)?%?"
_IN_CAPITALS = re.compile(r"(?:[^A-Za-z]*[A-Z]){8}[^a-z]*", re.ASCII)
_FEWEST_FIGURES = 3  # lines of nothing else: the cells of a table, whose rows are lost
_LONGEST_FIGURE = 15  # letters
_FEWEST_SEAMS = 3  # where lines or cells were run together
# Small letters, capitals, figures and ends of sentences, each kind as one byte.
_SHAPES = bytes.maketrans(
    bytes(range(ord("a"), ord("z") + 1)) + bytes(range(ord("A"), ord("Z") + 1)) + b"0123456789?!",
    b"a" * 26 + b"A" * 26 + b"0" * 10 + b"..",
)
_SEAMS = (b"aaaAaa", b"aaa.Aa", b"aaa0", b"00Aaa", b"0+0")
_PARTS_OF_SEAMS = (b"aaaA", b".A", b"aaa0", b"00A", b"+")  # found faster: they end with what is rare, or have no `a`
_FIGURE_IN_A_SENTENCE = r"[-+$€(]?\d.*\.$"
_ENDS_INSIDE = r" (?:a|an|the|of|in|on|at|to|by|for|from|with|and|or|than|that|which|were|was|told)$"
_LONG = 50  # letters of a line that a tool may have cut
_LONG_IN_CHINESE = 30
_SHORTEST_SENTENCE = 30  # letters
_MARK_ALONE = r"\d{1,2}[.)]|\W"  # of a list
_ENDS_WITH_DATE = r"\S [A-Z][a-z]{2} \d\d?, \d{4} \d\d:\d\d$"
_ITEM = re.compile(r"[•●○■▪◦‣*+–-] |\d{1,2}[.)] ")


class Body(NamedTuple):
    """An article's paragraphs and standfirst, with the indices of their lines, and whether a footer followed them."""

    standfirst: str | None
    standfirst_at: tuple[int, ...]
    paragraphs: tuple[str, ...]
    paragraphs_at: tuple[int, ...]
    is_ended: bool


def read_article(source: str, document: Document, region: Region, closing_title: tuple[int, str] | None) -> Sighting:
    """The one article of `region`.

    `closing_title` is the index and text of the title that closes the page, if any. Raises NoArticleError, saying what
    the page is instead.
    """
    titles = [*document.facts.titles, *([closing_title[1]] if closing_title else [])]
    heading = find_heading(document, region, find_date(document, region), titles)
    body = _body_of(document, region, heading)
    if heading.title is None:
        heading = _titled_by_its_text(heading, body)
    if document.is_rejoined and re.search(_UNSPACED, heading.title or ""):
        heading = heading._replace(title=None)
    _refuse_what_is_none(document, region, heading, body)
    if not document.is_html:
        _refuse_dropped_spaces(document, region, body)
        _refuse_split_lines(body)
        if heading.title and _IN_CAPITALS.fullmatch(heading.title):
            raise NoArticleError(
                "not published: the tool that made this text wrote its headline in capitals; save the page as HTML",
                line=region.first_line,
            )
    title_at = heading.title_at
    if title_at is None and closing_title and heading.title == closing_title[1]:
        title_at = closing_title[0]
    address = document.address
    return Sighting(
        source=source,
        kind=Kind.ARTICLE,
        title=heading.title,
        published=(heading.date.moment if heading.date else None) or document.facts.published,
        shown_date=heading.date.shown if heading.date else None,
        summary=body.standfirst,
        paragraphs=body.paragraphs,
        number=address.number if address else None,
        link=address.link if address else None,
        evidence=_evidence(heading, title_at, body),
        is_ended=body.is_ended or document.is_complete or region.end < len(region.lines),
    )


def _evidence(heading: Heading, title_at: int | None, body: Body) -> Evidence:
    return Evidence(
        title=None if title_at is None else title_at + 1,
        published=None if heading.date_at is None else heading.date_at + 1,
        summary=tuple([index + 1 for index in body.standfirst_at]),
        body=tuple([index + 1 for index in body.paragraphs_at]),
    )


def _titled_by_its_text(heading: Heading, body: Body) -> Heading:
    """One Chinese layout is `【title】text`; elsewhere the brackets are the standfirst's or a paragraph's."""
    found = re.match(_CHINESE_TITLE, body.paragraphs[0]) if body.paragraphs else None
    return heading._replace(title=found[1].strip(), title_at=body.paragraphs_at[0]) if found else heading


def _refuse_what_is_none(document: Document, region: Region, heading: Heading, body: Body) -> None:
    """Raise NoArticleError where a page has neither headline nor date nor text enough for an article."""
    line = region.first_line
    text = " ".join((body.standfirst or "", *body.paragraphs)).strip()
    if heading.date is None and len(text.encode()) < _SHORTEST_GUARDED and _is_guard(region):
        raise NoArticleError(
            "no article but a bot check, an error page or a sign-in page; save the page again", line=line
        )
    if heading.date is None and (heading.title is None or document.is_html) and not _is_prose(body):
        raise NoArticleError("no article: neither a date line nor running text", line=line)
    if heading.is_missing and [*filter(None, (body.standfirst, *body.paragraphs))] == [text] and text.endswith("..."):
        raise NoArticleError("no article but an item of a list, cut short by the site", line=line)
    if not text and (heading.title is None or heading.date is None):
        only = "a date line" if heading.date else "a headline"
        raise NoArticleError(f"no article: {only} and nothing else", line=line)


def _refuse_dropped_spaces(document: Document, region: Region, body: Body) -> None:
    """Raise NoArticleError where a tool dropped the spaces next to Chinese letters, and a text may have had some.

    The tool shows by the row of date, source and author, which has none left: `08:10来源：SMM作者：`.
    """
    if not document.is_rejoined or not any(re.search(_UNSPACED_CLAUSE, text) for text in body.paragraphs):
        return
    if any(re.search(_FUSED_FACTS, line) for _, line in region.texts()):
        raise NoArticleError(
            "not published: the tool that broke the lines dropped the spaces of the text; save the page as HTML",
            line=region.first_line,
        )


def _refuse_split_lines(body: Body) -> None:
    """Raise NoArticleError where the text shows that the tool that made it changed its lines or spaces."""
    if damage := _damage_to((*filter(None, [body.standfirst]), *body.paragraphs)):
        raise NoArticleError(
            f"not published: the tool that made this text {damage}; save the page as HTML",
            line=min((*body.standfirst_at, *body.paragraphs_at)) + 1,
        )


def _damage_to(texts: tuple[str, ...]) -> str | None:
    """What a tool did to a text, as the marks of it show: cut sentences or rows into lines, or ran words together."""
    figures = sum(len(text) <= _LONGEST_FIGURE and re.fullmatch(_FIGURE, text) is not None for text in texts)
    if figures >= _FEWEST_FIGURES or any(_is_cut(one, other) for one, other in pairwise(texts)):
        return "split its lines"
    text = "\n".join(texts)
    if ("_" in text or "|" in text or "+" in text) and re.search(_UNDERSCORED, text):
        return "changed its spaces"
    return "ran lines together" if _count_seams(text) >= _FEWEST_SEAMS else None


def _count_seams(text: str) -> int:
    """How often two lines, or two cells of a table, seem to be run together: `of the listSecond point`."""
    shape = text.encode().translate(_SHAPES)
    return sum(map(shape.count, _SEAMS)) if any(map(shape.count, _PARTS_OF_SEAMS)) else 0


def _is_cut(one: str, other: str) -> bool:
    """Whether one sentence goes on from a line to the next."""
    if other[0] in "。，、；：！？）》】”" or (len(one) >= _LONG_IN_CHINESE and _is_cut_in_chinese(one[-1], other[0])):
        return True
    if one.endswith(layouts.ENDS_A_SENTENCE):
        return False
    if re.search(_ENDS_INSIDE, one):
        return True
    is_figure = len(one) >= _LONG and one[-1].islower() and re.match(_FIGURE_IN_A_SENTENCE, other) is not None
    return is_figure or other[0].islower() or other.startswith((",", ".", ";", "%"))


def _is_cut_in_chinese(last: str, first: str) -> bool:
    return (last in "，、" or "\u4e00" <= last <= "\u9fff") and (first in "0123456789" or "\u4e00" <= first <= "\u9fff")


def _is_guard(region: Region) -> bool:
    return any(re.search(_GUARD, line) for _, line in region.texts())


def _is_prose(body: Body) -> bool:
    texts = body.paragraphs or (body.standfirst or "",)
    return any(len(text.encode()) >= _SHORTEST_ARTICLE for text in texts)


def _body_of(document: Document, region: Region, heading: Heading) -> Body:
    below = _after_heading(region, heading, document.standfirsts)
    layout = heading.layout
    if layout.may_be_inverted and (above := _prose_above(region, heading, below)):
        body = _read_body(above, Standfirst.NONE, has_tags=False)
        lines = _read_body(below, Standfirst.NONE, has_tags=False)
        standfirst = " ".join(lines.paragraphs) or None
        return body._replace(standfirst=standfirst, standfirst_at=lines.paragraphs_at, is_ended=True)
    rule = layout.standfirst if heading.date else Standfirst.REPEATED
    if heading.date and (document.is_markdown or document.is_html) and rule is Standfirst.EVIDENT:
        rule = Standfirst.SET_APART
    return _read_body(_without_title(below, heading), rule, has_tags=layout.has_tags, marked=document.standfirsts)


def _without_title(region: Region, heading: Heading) -> Region:
    """The region without lines that say the title again."""
    title = heading.title
    if title is None or title not in "\n".join(region.lines[region.start : region.end]):
        return region
    return region._replace(lines=["" if _says_title(line, title) else line for line in region.lines])


def _says_title(line: str, title: str) -> bool:
    """Whether a line is the title, alone or with a button behind it."""
    if line == title or len(title) < _SHORTEST_WITH_BUTTON or not line.startswith(f"{title} "):
        return line == title
    return len(line) - len(title) <= _LONGEST_BUTTON and line.count(" ", len(title) + 1) <= 1


def _prose_above(region: Region, heading: Heading, below: Region) -> Region | None:
    """The lines above the heading, if they hold more text than the lines below it; else None."""
    if heading.first_at is None:
        return None
    above = _after_menu(region.until(heading.first_at))
    is_body = any(layouts.is_paragraph(line) and not BREADCRUMB.match(line) for _, line in above.texts())
    return above if is_body and _measure(above) > _measure(below) else None


def _measure(region: Region) -> int:
    return sum(len(line) for _, line in region.texts())


def _after_heading(region: Region, heading: Heading, marked: frozenset[int]) -> Region:
    """What follows the heading, less the lines of source, type and buttons that cling to it."""
    if heading.is_missing:
        return _after_menu(region)
    region, start = _from_text_above_date(region, heading, marked)
    for index, line in region.since(start).texts():
        if not _clings_to_heading(heading, line, is_next=index == start):
            break
        start = index + 1
    return region.since(start)


def _from_text_above_date(region: Region, heading: Heading, marked: frozenset[int]) -> tuple[Region, int]:
    """The region, and where the article's text begins in it: below the heading, or between its headline and date.

    There stand a marked standfirst, and paragraphs in a layout without standfirsts; other lines may be a caption's.
    """
    if heading.title_at is None or heading.date_at is None:
        return region, heading.end
    has_body = heading.layout.standfirst is Standfirst.NONE
    between = Region(region.lines, heading.title_at + 1, heading.date_at)
    own = {at: line for at, line in between.texts() if at in marked or (has_body and layouts.is_paragraph(line))}
    if not own:
        return region, heading.end
    lines = [own.get(at, "") for at in range(heading.end)] + region.lines[heading.end :]
    return region._replace(lines=lines), min(own)


def _clings_to_heading(heading: Heading, line: str, *, is_next: bool) -> bool:
    """Whether the line is the heading's; `is_next` is whether it follows at once, and not below blank lines."""
    if line == heading.title or is_between(line) or _repeats_date(heading, line):
        return True
    if heading.layout.has_type_line and layouts.TYPE_LINE.fullmatch(line):
        return True
    return is_next and re.fullmatch(_CLOCK_LINE, line) is not None


def _repeats_date(heading: Heading, line: str) -> bool:
    date = dates.read_date_line(line) if heading.date else None
    return date is not None and heading.date is not None and date.moment == heading.date.moment


def _after_menu(region: Region) -> Region:
    """The region without the menus a saved copy begins with: short lines, at least two of them known entries."""
    known: list[int] = []
    for index, line in region.texts():
        if layouts.is_menu_word(line) or not layouts.without_images(line):
            known.append(index)
        elif not layouts.looks_like_tag(line):
            break
    return region.since(known[-1] + 1) if len(known) > 1 else region


def _read_body(content: Region, rule: Standfirst, *, has_tags: bool, marked: frozenset[int] = frozenset()) -> Body:
    """The body in `content`, up to the first footer.

    `has_tags` tells of a layout that prints the article's tags, a line each, between body and footers. `marked` are
    lines that the page itself marks as the standfirst.
    """
    at, texts, opening, is_ended = _own_lines(content)
    if (end := _end_before_contacts(texts)) < len(texts):
        del texts[end:]
        del at[end:]
        is_ended = True
    if has_tags and (is_ended or content.end < len(content.lines)):
        del texts[len(texts) - _count_tags(texts) :]
        del at[len(texts) :]
    split = sum(1 for _ in takewhile(marked.__contains__, at))
    if not split or split == len(texts):
        split = _standfirst_length(texts, min(opening, len(texts)), rule)
    return Body(" ".join(texts[:split]) or None, tuple(at[:split]), tuple(texts[split:]), tuple(at[split:]), is_ended)


def _own_lines(content: Region) -> tuple[list[int], list[str], int, bool]:
    """The article's lines, by index and text; how many stand right under the heading; whether a footer ends them."""
    at: list[int] = []
    texts: list[str] = []
    opening: int | None = None
    is_ended = False
    for index in range(content.start, content.end):
        line = content.lines[index]
        if not line:
            opening = len(texts) if opening is None else opening
        elif _is_of_site(line) or not (line := _own_text(line)):
            continue
        elif is_ended := layouts.ends_body(line) or layouts.is_signature(line):
            break
        elif is_ended := bool(texts) and _is_date_of_item(line):
            del texts[_end_of_sentences(texts) :]
            del at[len(texts) :]
            break
        else:
            at.append(index)
            texts.append(line if texts else layouts.without_fused_menu(line))
    return at, texts, len(texts) if opening is None else opening, is_ended


def _end_before_contacts(texts: list[str]) -> int:
    """How many lines precede those that tell whom to write to. If running text follows these, they are part of it."""
    end = position = len(texts)
    may_have_contacts = "@" in "\n".join(texts) or not layouts.READ_MORE.isdisjoint(texts)
    while may_have_contacts and position > 1:
        position -= 1
        if layouts.is_contact(texts[position]):
            end = position
        elif texts[position] in layouts.READ_MORE:
            position -= 1  # its text, which is another article's
            end = max(position, 1)
        elif layouts.is_paragraph(texts[position]) and not layouts.is_notice(texts[position]):
            break
    return end


def _is_of_site(line: str) -> bool:
    """Whether a line is the site's own, wherever it is: a button, a promo, when the page was changed."""
    return layouts.is_never_body(line) or dates.is_update_line(line)


def _is_date_of_item(line: str) -> bool:
    """Whether a line is the date of another item, or ends with it, as no line of a text does: `… Aug 2, 2014 18:59`."""
    if line[-1].isdecimal() and re.search(_ENDS_WITH_DATE, line):
        return True
    if len(line) > dates.LONGEST_DATE_LINE:
        return False
    date = dates.read_date_line(line)
    return (date is not None and ":" in date.shown) or dates.read_relative_line(line) is not None


def _end_of_sentences(texts: list[str]) -> int:
    """The number of lines up to the last sentence or row of a table. Headlines of other items follow."""
    last = reversed([*enumerate(texts, start=1)])
    ends = (end for end, text in last if _is_sentence(text) or is_row_of_figures(text))
    return next(ends, len(texts) - 1)


def _is_sentence(text: str) -> bool:
    return len(text) >= _SHORTEST_SENTENCE and text.endswith((".", "!", "?", "。", "！", "？", "”", '"'))


def _own_text(line: str) -> str:
    """The line without images and promos; empty where the line is only a chart's credit."""
    if "!" in line and "![" in line:
        line = layouts.without_images(line)
    half = len(line) // 2
    if half in _HALVES and line[:half] == line[-half:] and line[half:-half] in ("", " "):
        line = line[:half]  # a picture's caption, and its text for who does not see it
    if "》" in line or "详情" in line:
        line = layouts.without_promo(line)
    is_credit = line.startswith(("Source", "来源")) and layouts.SOURCE_LINE.fullmatch(line)
    return "" if is_credit or (not line[3:] and re.fullmatch(_MARK_ALONE, line)) else line


def _count_tags(texts: list[str]) -> int:
    """The number of tag lines at the end. The first line is never a tag, nor are list items below a colon."""
    count = sum(1 for _ in takewhile(layouts.looks_like_tag, reversed(texts[1:])))
    is_list = texts and texts[len(texts) - count - 1].endswith((":", "："))
    return 0 if is_list or count > _MOST_TAGS else count


def _standfirst_length(texts: list[str], opening: int, rule: Standfirst) -> int:
    if rule is Standfirst.NONE or not texts:
        return 0
    if len(texts) == 1:
        return int(opening > 0 and re.match(_IN_BRACKETS, texts[0]) is not None)
    if rule is Standfirst.SET_APART:
        is_set_off = re.match(_DATELINE, texts[1]) is not None or re.match(_IN_BRACKETS, texts[0]) is not None
        return int(_begin_alike(texts[0], texts[1]) or is_set_off)
    if rule is Standfirst.REPEATED:
        return int(opening > 0 and _begin_alike(texts[0], texts[1]))
    if rule is Standfirst.FIRST_LINE:
        return int(opening > 0)
    return _evident_standfirst_length(texts, opening)


def _evident_standfirst_length(texts: list[str], opening: int) -> int:
    for position in range(1, min(opening + 1, len(texts), _LONGEST_STANDFIRST + 1)):
        if opening and _begin_alike(texts[0], texts[position]):
            return position
    for position in range(opening):
        if re.match(_DATELINE, texts[position]):
            return position
    if opening < len(texts) and opening <= _LONGEST_STANDFIRST and not _is_listed(texts[opening]):
        return opening if opening == 1 or not any(map(layouts.is_paragraph, texts[:opening])) else 0
    return int(opening > 0 and texts[0].startswith(("[", "【")))


def _is_listed(text: str) -> bool:
    """Whether a line is an item of a list."""
    return _ITEM.match(text) is not None


def _begin_alike(one: str, other: str) -> bool:
    if len(one) >= _SHORTEST_REPEATED and other.startswith(one):
        return True
    return len(one) >= _SAME_BEGINNING and one[:_SAME_BEGINNING].casefold() == other[:_SAME_BEGINNING].casefold()
