"""The heading of an article: its title and its date; and what shows that a page is a list, or several articles."""

import re
from collections.abc import Iterator
from itertools import islice, pairwise
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import CUT_MARKS
from feedgen_smm.pages import dates, layouts
from feedgen_smm.pages.dates import DateLine
from feedgen_smm.pages.document import Document, Region, agree, is_address, longer
from feedgen_smm.pages.layouts import BREADCRUMB, Layout, is_opening, layout_of
from feedgen_smm.pages.text import is_row_of_figures

_MOST_BARE_DATES = 2
_BARE_DATE_WITHIN = 6  # lines that are not blank; further down a bare date is part of the text
# A time run together with the next item's first word: what copying a list or a search page leaves.
_GLUED_TIME = r"[A-Z][a-z]{2} \d\d?, \d{4} \d\d:\d\d(?=[^\s.,;:)(])"

_SIDE_BLOCK = 5  # lines, blank ones included, in which its dates are
_MOST_REPEATED = 50  # times that a page says its date
LONGEST_TITLE = 400  # letters
FEWEST_PARAGRAPHS = 2  # below a date, and they are an article's; a teaser has one
_MOST_CANDIDATES = 8  # lines above a date that are looked at for its title
_FEWEST_OF_A_MENU = 4  # unknown lines in a row, and they are a menu, not two headlines

# Lines above a date that are no headline: an article's type, a path, an entry of a table of prices.
_IS_A_PATH = " [>\u203a»] "
_ENDS_WITH_DATE = r"[A-Z][a-z]{2} \d\d?, ?\d{4}(?: \d\d:\d\d)?$|\d{4}-\d\d-\d\d$"

_OPENS_A_BREADCRUMB = "Home / "
_LONGEST_MENU = 200  # lines
_BELOW_DATE = 8  # lines
_SHORTEST_CUT = 20  # letters of a headline that the site cut
_NO_LETTERS = r"^[^\w【\[]+|[^\w】\].?!”\")]+$"
_NO_TITLE_ENDS = tuple(".。:：,，;；")
_FEWEST_SPACES = 3  # in a headline
_SHORTEST_CHINESE_HEADLINE = 8  # letters
# A bullet, a key of a clipper's front matter or of Logseq's, or a line above a mail that was forwarded or answered.
_NO_TITLE = (
    r"[•●○■▪◦‣*+o] |(?:title|source|url|author|published|created|description|tags) ?: ?\S|[\w-]+:: |On .{1,99} wrote:$"
    r"|(?:From|To|Cc|Date|Sent|Subject|Von|An|Gesendet|Datum|Betreff|De|Objet|Envoyé|Para|Asunto|Enviado|Fecha|Assunto"
    r"|Oggetto|Data|Kepada|Subjek|Tanggal|发件人|收件人|发送时间|日期|主题|寄件者|收件者|主旨|件名|日時) ?[:：] ?\S"
    r"|Subject (?!to\b)"
)


class _Dates(NamedTuple):
    """The date lines of a region by their kind, each with its index."""

    labelled: list[tuple[int, DateLine]]
    bare: list[tuple[int, DateLine]]
    relative: list[tuple[int, DateLine]]


def find_date(document: Document, region: Region) -> tuple[int, DateLine] | None:
    """The page's own date line.

    Raises NoArticleError where the dates are those of a list, or of several articles.
    """
    labelled, bare, relative = _dates_of(document, region)
    if labelled:
        if not document.is_html:
            _refuse_article_above(document, region, bare, labelled[0][0])
        below = Region(region.lines, region.end, len(region.lines))
        return _single(region, [*labelled, *_published_below(below)])
    _refuse_lists(region, [index for index, _ in relative], has_cards=bool(document.cards))
    bare, relative = ([one for one in found if _may_be_own(document, region, one[0])] for found in (bare, relative))
    last = max((index for index, _ in (*bare, *relative)), default=region.start)
    below_text = _below_text(document, region.until(last))  # a bare date there is not the page's own
    timed = [(index, date) for index, date in bare if ":" in date.shown and index < below_text]
    if timed:
        if any(date.moment != timed[0][1].moment for _, date in timed[1:]):
            lines = f"lines {timed[0][0] + 1} and {timed[1][0] + 1}"
            raise NoArticleError(
                f"no article but a list: several items, each with its time ({lines})", line=timed[0][0] + 1
            )
        return timed[0]
    days = [(index, date) for index, date in bare if ":" not in date.shown]
    if len(days) > _MOST_BARE_DATES:
        raise NoArticleError("no article but a list: several items, each with its date", line=days[0][0] + 1)
    early = [*((index, date) for index, date in days if _stands_early(region, index)), *relative]
    return next(((index, date) for index, date in early if index < below_text), None)


def _dates_of(document: Document, region: Region) -> _Dates:
    """The date lines of `region`, without those of side blocks."""
    found = _Dates([], [], [])
    label_at = side_at = None
    for index, line in region.texts():
        if len(line) > dates.LONGEST_DATE_LINE:
            continue
        if dates.is_date_label(line):
            label_at = index
            continue
        if date := dates.read_date_line(line):
            if _is_in_side_block(region, index, side_at):
                side_at = index
                continue
            (found.labelled if date.labelled or label_at is not None else found.bare).append((index, date))
        elif date := dates.read_relative_line(line, document.saved):
            (found.labelled if date.labelled else found.relative).append((index, date))
        label_at = None
    return found


def _published_below(region: Region) -> Iterator[tuple[int, DateLine]]:
    """The labelled date lines below the related news that have a text below them: those of further articles."""
    labelled = {line for line in set(region.lines[region.start : region.end]) if dates.has_label(line)}
    found: list[tuple[int, DateLine]] = []
    for index, line in region.texts() if labelled else ():
        if line in labelled:
            found += [(index, date)] if (date := dates.read_date_line(line)) else []
        elif layouts.is_text(line):
            yield from found
            found.clear()


def _is_in_side_block(region: Region, index: int, side_at: int | None) -> bool:
    """Whether the date at `index` stands below the heading of a side block, or below that and a headline.

    `side_at` is the last date of such a block: the next item of the block follows it.
    """
    above = [at for at in range(index - 1, max(region.start, index - _SIDE_BLOCK) - 1, -1) if region.lines[at]][:2]
    return any(layouts.is_side_heading(region.lines[at]) for at in above) or side_at in above[1:]


def _may_be_own(document: Document, region: Region, index: int) -> bool:
    """Whether a bare date stands below the marked headline, or first on the page. Others belong to price tables."""
    return not document.headings or index > min(document.headings) or index + 1 == region.first_line


def _single(region: Region, dates_found: list[tuple[int, DateLine]]) -> tuple[int, DateLine]:
    """The first of the page's own date lines, where the others repeat it."""
    first_at, first = dates_found[0]
    for count, (index, date) in enumerate(dates_found[1:]):
        if date.moment != first.moment or (count < _MOST_REPEATED and _begins_article(region, first_at, index)):
            raise _several(first_at, index)
    return first_at, first


def _refuse_article_above(document: Document, region: Region, bare: list[tuple[int, DateLine]], at: int) -> None:
    """Raise NoArticleError where another article stands above the date at `at`: a headline or a date, and a text."""
    begun = [*(index for index, _ in bare[:1]), *document.headings, *(region.start for _ in document.facts.titles)]
    first = min(begun, default=at)
    paragraphs = [line for _, line in Region(region.lines, first, at).texts() if layouts.is_text(line)]
    if len(paragraphs) >= FEWEST_PARAGRAPHS:
        raise _several(first, at)


def _several(one_at: int, other_at: int) -> NoArticleError:
    return NoArticleError(
        f"not published: several articles in one file, each with its date line (lines {one_at + 1} and"
        f" {other_at + 1}); save each in a file of its own",
        line=one_at + 1,
    )


def _begins_article(region: Region, first_at: int, index: int) -> bool:
    """Whether there is a text above the date line at `index`, and one below it, so that it is another article's."""
    end = len(region.lines) if index >= region.end else region.end
    return _has_paragraph(region, first_at, index) and _has_paragraph(region, index, end)


def _has_paragraph(region: Region, start: int, end: int) -> bool:
    return any(layouts.is_text(line) for _, line in Region(region.lines, start, end).texts())


def _below_text(document: Document, region: Region) -> int:
    """The index from which on running text stands above the lines."""
    texts = (
        index
        for index, line in region.texts()
        if layouts.is_paragraph(line) and not BREADCRUMB.match(line) and not layouts.is_notice(line)
        if not line.endswith(("?", "？")) and index not in document.headings  # a headline may be a question
    )
    return next((index + 3 for index in texts), region.end + 1)  # dates stand a line or two below their headline


def _refuse_lists(region: Region, relative: list[int], *, has_cards: bool) -> None:
    if len(relative) > 1:
        raise NoArticleError("no article but a list: items with relative times", line=relative[0] + 1)
    glued = [index for index, line in region.texts() if ":" in line for _ in re.finditer(_GLUED_TIME, line)]
    if len(glued) > 1 and not has_cards:
        raise NoArticleError("no article but a list or search page: times run together with items", line=glued[0] + 1)


def _stands_early(region: Region, index: int) -> bool:
    opening_at, _ = find_opening(region, index)
    start = region.start if opening_at is None else opening_at
    return sum(map(bool, region.lines[start:index])) < _BARE_DATE_WITHIN


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
    titles = [title for title in map(layouts.without_title_suffix, titles) if title]
    if crumb := _last_crumb(opening):
        titles.append(crumb)
    known = _titles_by_evidence(document, region, titles, opening_at if layout.is_titled_below else None, date)
    title = known or _announced(titles, crumb, opening_at)
    if date is None:
        end = region.start if title is None or title.at is None else title.at + 1
        return Heading(title and title.text, title and title.at, None, None, end, layout)
    if known is None:
        above = region if opening_at is None else region.since(opening_at + 1)
        title = known = _agreed(title, _title_beside(above, date[0]))
    end = max(date[0], (known and known.at) or 0) + 1
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
    texts = [*islice(region.until(end).texts(), _LONGEST_MENU + 1), (end, "")]
    for (index, line), (_, below) in islice(pairwise(texts), _LONGEST_MENU):
        if is_opening(line) and not (BREADCRUMB.match(line) is None and _is_menu_entry(below)):
            found = (index, line)
        elif below and ("/" in line or ">" in line):  # a breadcrumb, whatever its language
            is_crumb = line.casefold().endswith((f" / {below}".casefold(), f" > {below}".casefold()))
            found = (index, f"{_OPENS_A_BREADCRUMB}{below}") if is_crumb else found
    return found


def _is_menu_entry(below: str) -> bool:
    """Whether a line that could be a section's heading is one of a menu's entries, as the line `below` it is."""
    return not below or layouts.is_menu_word(below)


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
    lines = {at: layouts.without_title_suffix(region.lines[at]) for at in marked}
    agreeing = [at for at in marked if any(agree(lines[at], title) for title in titles)]
    if agreeing or (len(marked) == 1 and not (document.is_html and titles)):
        at = max(agreeing or marked)
        return _Title(longer(lines[at], titles), at)
    said = _said_again(region.until(end), titles, within=_MOST_CANDIDATES if date is None else _LONGEST_MENU)
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
        is_title = 0 < len(line) <= LONGEST_TITLE and not is_address(line) and not layouts.TYPE_LINE.fullmatch(line)
        return _Title(line, at) if is_title else None
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
        if not is_opening(line) and any(agree(layouts.without_title_suffix(line), title) for title in titles):
            found = _Title(longer(layouts.without_title_suffix(line), titles), index)
    return found


def _announced(titles: list[str], crumb: str, crumb_at: int | None) -> _Title | None:
    """The title given by the breadcrumb, the head or the last line of the page, where no other line repeats it."""
    if crumb:
        return _Title(crumb, crumb_at)
    whole = [title for title in titles if not title.endswith(CUT_MARKS)]
    return _Title((whole or titles)[0], None) if titles else None


def _title_beside(region: Region, date_at: int) -> _Title | None:
    """The title by position alone: above the date, or below it where no line above can be one.

    Raises NoArticleError where two lines can be.
    """
    above = _title_above(region, date_at)
    if above is not None and above.at and above.text[:1].islower() and _can_be_title(region.lines[above.at - 1]):
        raise _one_of_two(above.at - 1, above.at)  # the end of a headline that a tool broke
    if above is not None and (_is_headline(above.text) or not _has_texts(region, above.at or 0)):
        return above
    lines = ((at, line) for at, line in region.since(date_at + 1).texts() if not is_between(line))
    at, line = next(lines, (0, ""))
    if not line or layouts.is_never_body(line) or not _can_be_title(line) or line.endswith(_NO_TITLE_ENDS):
        return above
    if above is None:
        return _Title(line, at)
    raise _one_of_two(above.at or 0, at)


def _one_of_two(at: int, other_at: int) -> NoArticleError:
    return NoArticleError(
        f"not published: line {at + 1} or line {other_at + 1} may be the headline; delete the one that is not",
        line=at + 1,
    )


def _title_above(region: Region, date_at: int) -> _Title | None:
    """The title by position alone: the only line above the date that can be a title.

    Raises NoArticleError where two lines can be.
    """
    candidates: list[tuple[int, str]] = []
    entry: tuple[int, str] | None = None  # of a menu, right above the date
    for index in range(date_at - 1, region.start - 1, -1):
        line = region.lines[index]
        if not line or is_between(line):
            continue
        if not _can_be_title(line):
            break
        if layouts.is_menu_word(line) and (candidates or _has_texts(region, index)):
            if candidates:
                break
            entry = entry or (index, line)
            continue
        if re.search(_IS_A_PATH, line) and (candidates or entry):
            return _choose(candidates or [one for one in (entry,) if one])
        is_row = line.count(" | ") > 1 or re.search(_IS_A_PATH, line) or re.search(_ENDS_WITH_DATE, line)
        if is_row_of_figures(line):
            continue
        if not is_row and not layouts.is_notice(line) and not layouts.TYPE_LINE.fullmatch(line):
            candidates.append((index, line))
        if len(candidates) == _MOST_CANDIDATES:
            break
    # Below a menu, of which one entry may be the headline, only what reads like a headline is one.
    return _choose([one for one in candidates if _is_headline(one[1])] if entry else candidates)


def _has_texts(region: Region, end: int) -> bool:
    return any(True for _ in region.until(end).texts())


def _choose(candidates: list[tuple[int, str]]) -> _Title | None:
    """The headline among candidate lines, which are ordered from the date upwards."""
    headlines = [(at, line) for at, line in candidates if _is_headline(line)]
    if len(headlines) == 1 and (headlines[0] == candidates[0] or not _is_row_of_words(headlines[0][1])):
        at, line = headlines[0]
    elif len(candidates) == 1 or (candidates and len(candidates) >= _FEWEST_OF_A_MENU):
        at, line = (headlines or candidates)[0]
        if layouts.is_paragraph(line) and line.endswith((".", "。")):
            return None  # a sentence of the text
    elif not candidates:
        return None
    else:
        (at, line), (other_at, _) = (headlines if len(headlines) > 1 else candidates)[:2]
        raise _one_of_two(other_at, at)
    return _Title(layouts.without_title_suffix(line), at)


def _is_row_of_words(line: str) -> bool:
    """Whether a line may be a menu in a row: words with capitals, and neither a figure nor a mark among them."""
    words = line.split()
    return all(map(str.isalpha, words)) and 2 * sum(word[0].isupper() for word in words) > len(words)


def _is_headline(line: str) -> bool:
    """Whether a line reads like a headline: some words, and neither a whole sentence nor a label."""
    if layouts.is_paragraph(line) and not line.endswith(("]", ")", '"', "”", "】", "?", "？")):
        return False
    if line.count(" ") >= _FEWEST_SPACES:
        return True
    chinese = sum("\u3000" <= letter <= "\u9fff" or "\uff00" <= letter <= "\uffef" for letter in line)
    return chinese >= _SHORTEST_CHINESE_HEADLINE


def is_between(line: str) -> bool:
    """Whether the line may stand between a headline and its date: a source, a byline, a button, an address."""
    return (
        layouts.SOURCE_LINE.fullmatch(line) is not None
        or layouts.stands_between(line)
        or is_address(line)
        or dates.is_update_line(line)
        or dates.is_date_label(line)
    )


def _can_be_title(line: str) -> bool:
    return not (
        len(line) > LONGEST_TITLE
        or (layouts.is_button(line) and not line.startswith("No Data "))
        or is_address(line)
        or re.sub(_NO_LETTERS, "", line) in layouts.SITE_NAMES
        or re.match(_NO_TITLE, line)
        or dates.read_date_line(line)
    )
