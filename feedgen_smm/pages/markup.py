"""A page saved as HTML → its document.

Hidden elements, scripts, menus and footers give no lines. Each block is a line, with blank lines where a browser's copy
of the page as text has them. Items about other articles are taken out as cards.
"""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Capture, Sighting
from feedgen_smm.pages.dates import LONGEST_DATE_LINE, DateLine, read_date_line, read_relative_line
from feedgen_smm.pages.document import MOST_LINES, Document, Facts
from feedgen_smm.pages.elements import (
    HEADINGS,
    drop,
    drop_furniture,
    drop_unseen,
    find_cards,
    read_card,
    text_of,
    without_absurd_tags,
)
from feedgen_smm.pages.head import addresses_of, moment_of_time, read_head, script_of
from feedgen_smm.pages.text import tidied

_MOST_TAGS = 300_000
_LONGEST_HEAD = 20_000  # letters before the page's own, where a browser writes the address
_TAIL = 200_000  # letters, in which a whole page ends
_ENDS = ("</html>", "</body>", "</HTML>", "</BODY>")
_BROKEN_AT_HYPHEN = re.compile(  # by Firefox
    r"\n(?<=[A-Za-z0-9]-\n)(?=[A-Za-z0-9])(?!(?:and|or|to|und|oder|y|et|dan) )"
)
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url: )(\S+)", re.IGNORECASE)
_PARAGRAPHS = frozenset({"p"})  # blank lines around them
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer form h1 h2 h3"
    " h4 h5 h6 header hr li main ol p pre section summary table tbody td tfoot th thead tr ul".split()
)
_INLINE = frozenset("a b em font i label small span strong time u".split())
_STANDFIRST_CLASSES = frozenset(
    "summary standfirst abstract excerpt lede dek deck intro introduction subtitle subhead teaser digest".split()
)
_MOST_PIECES = 12  # of a row of facts: date, source, author
_LONGEST_CELL = 400
_WIDEST_TABLE = 60

_BETWEEN_PIECES = " \n\r\t|·•/,-\u00a0"


class Lines(NamedTuple):
    """The lines of an element, the lines of the file that they begin on, and the indices of those that are marked."""

    texts: list[str]
    numbers: list[int]
    headings: list[int]
    standfirsts: list[int]


class _Writer:
    """Gathers the pieces of a line, which are appended to `pieces`, into lines."""

    def __init__(self) -> None:
        self.lines = Lines([], [], [], [])
        self.pieces: list[str] = []
        self.number = 1
        self._marked: list[tuple[Element, list[int]]] = []

    def end_line(self) -> None:
        """End the line, if one was begun."""
        text = tidied("".join(self.pieces)) if self.pieces else ""
        self.pieces.clear()
        if text:
            for _, marks in self._marked:
                marks.append(len(self.lines.texts))
            self.lines.texts.append(text)
            self.lines.numbers.append(self.number)

    def blank(self) -> None:
        """End the line and leave a blank one."""
        self.end_line()
        if self.lines.texts and self.lines.texts[-1]:
            self.lines.texts.append("")
            self.lines.numbers.append(self.number)

    def break_line(self, br: Element) -> None:
        """End the line at a `<br>`; two of them leave a blank line."""
        before = br.getprevious()
        if before is not None and before.tag == "br" and not (before.tail or "").strip():
            self.blank()
        else:
            self.end_line()

    def begin_block(self, block: Element) -> None:
        """End the line before a block, and mark the lines in it where it is a headline or a standfirst."""
        names = block.get("class")
        marks = self.lines.standfirsts if names and _names_a_standfirst(names) else None
        if block.tag == "h1":
            marks = self.lines.headings
        if block.tag in _PARAGRAPHS and marks is None:
            self.blank()
        elif self.pieces:
            self.end_line()
        if marks is not None:
            self._marked.append((block, marks))

    def end_block(self, block: Element) -> None:
        """End the line after a block."""
        is_marked = self._marked and self._marked[-1][0] is block
        if block.tag in _PARAGRAPHS and not is_marked:
            self.blank()
        elif self.pieces:
            self.end_line()
        if is_marked:
            self._marked.pop()


def read_html(text: str, capture: Capture) -> Document:
    """The document of a page that is HTML. Raises NoArticleError where nothing of it can be read."""
    if len(text) > _MOST_TAGS and text.count("<") > _MOST_TAGS:
        raise NoArticleError(f"no article: more than {_MOST_TAGS} tags, as no page has")
    text = without_absurd_tags(_BROKEN_AT_HYPHEN.sub("", text))
    root, is_whole = _parse(text, capture.data)
    saved_from = _SAVED_FROM.search(text, 0, _LONGEST_HEAD)
    head = read_head(root, capture.address or (saved_from[1] if saved_from else None))
    around = drop_unseen(root)
    headline = next((" ".join(text_of(h1).split()) for h1 in root.iter("h1")), "")
    addresses = addresses_of(head, headline)
    cards = _take_cards(root, {address.number for address in addresses}, head.site, capture)
    times = list(root.iter("time"))
    drop_furniture(root, around)
    lines = _read_elements(root)
    script = script_of(head, headline)
    published = head.published or moment_of_time(times) or (script.published if script else None)
    if head.is_copy:
        published = None
    facts = Facts(addresses, head.titles, published)
    if not is_whole and not any(lines.texts):
        raise NoArticleError("no article: HTML nested more than 2,000 elements deep, as no page is; save it again")
    is_complete = is_whole and any(text.rfind(end, -_TAIL) >= 0 for end in _ENDS)
    return _document(lines, facts, tuple(cards), capture)._replace(is_complete=is_complete)


def _document(lines: Lines, facts: Facts, cards: tuple[Sighting, ...], capture: Capture) -> Document:
    return Document(
        lines.texts,
        lines.numbers,
        frozenset(lines.headings),
        frozenset(lines.standfirsts),
        facts,
        cards,
        is_html=True,
        saved=capture.saved,
    )


def _parse(text: str, data: bytes) -> tuple[Element, bool]:
    """The root of the page, and whether all of it was read: libxml2 stops at 2,048 elements in one another.

    `data` is what the page was saved as.
    """
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    if data.decode("utf-8", "replace") != text:  # which takes a tenth of the time of encoding
        data = text.encode("utf-8", "ignore")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise NoArticleError("no article: HTML without an element in it") from error
    if root is None:
        raise NoArticleError("no article: HTML without an element in it")
    return root, not any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log)


def _take_cards(root: Element, own: set[str], site: str | None, capture: Capture) -> list[Sighting]:
    """The items of the page, once each; their elements are taken out of it."""
    items: dict[str, Sighting] = {}
    taken: list[Element] = []
    for card in find_cards(root, own, site):
        lines = dict.fromkeys(filter(None, _read_elements(card.element).texts))  # most stand two to four times
        item = read_card(capture.source, card, {line: _date(line, capture) for line in lines})
        if item is not None:
            items.setdefault(card.address.number, item)
        taken.append(card.element)
    lists = dict.fromkeys(parent for card in taken if (parent := card.getparent()) is not None)
    drop(root, [*taken, *_headings_above(taken)])
    drop(root, _headings_above([_outermost(one) for one in lists if not _has_text(one)]))
    return list(items.values())


def _headings_above(blocks: list[Element]) -> list[Element]:
    """The headings right above blocks."""
    above = [block.getprevious() for block in blocks]
    return [heading for heading in above if heading is not None and heading.tag in HEADINGS]


def _outermost(block: Element) -> Element:
    """The largest element around an empty block that is empty, too."""
    while (parent := block.getparent()) is not None and not _has_text(parent):
        block = parent
    return block


def _has_text(element: Element) -> bool:
    return bool(text_of(element).strip())


def _date(line: str, capture: Capture) -> DateLine | None:
    return read_date_line(line) or read_relative_line(line, capture.saved)


def _read_elements(root: Element) -> Lines:
    """The lines of an element and all below it."""
    writer = _Writer()
    pieces, texts = writer.pieces, writer.lines.texts
    apart: set[Element] = set()
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, element in walk:
        tag = element.tag
        is_block = tag in _BLOCKS or element in apart
        if event == "start":
            if is_block:
                if tag == "table" and (rows := _rows(element)):
                    _write_rows(writer, rows)
                    walk.skip_subtree()
                    continue
                writer.begin_block(element)
                apart.update(_facts_of_a_row(element) if tag in _BLOCKS and len(element) else ())
                if len(texts) > MOST_LINES:
                    break
            elif tag == "br":
                writer.break_line(element)
            text = element.text
        else:
            if is_block:
                writer.end_block(element)
            text = None if element is root else element.tail
        if text and (pieces or not text.isspace()):
            if not pieces:
                writer.number = element.sourceline or 1
            pieces.append(text)
    writer.end_line()
    return writer.lines


@lru_cache(maxsize=4096)
def _names_a_standfirst(names: str) -> bool:
    """Whether one of the classes is a standfirst's; the hash that a site's tool adds is no word."""
    words = (name.split("___")[0].split("__")[-1].split("-")[-1] for name in names.split())
    return any(word.casefold() in _STANDFIRST_CLASSES for word in words)


def _facts_of_a_row(block: Element) -> list[Element]:
    """The pieces of a row of facts (date, source, author), which are lines of their own though they stand in one.

    `block` has an element in it, at least.
    """
    first, last = block[0], block[-1]
    if first.tag not in _INLINE or last.tag not in _INLINE or (block.text and not block.text.isspace()):
        return []
    if len(block) > _MOST_PIECES or (first is last and not (last.tail and last.tail.strip())):
        return []
    pieces = list(block)
    if any(piece.tag not in _INLINE or (piece.tail and piece.tail.strip(_BETWEEN_PIECES)) for piece in pieces):
        return []
    texts = [text for text in map(text_of, pieces) if len(text) <= _LONGEST_CELL]
    return pieces if any(_is_date(" ".join(text.split())) for text in texts) else []


def _is_date(text: str) -> bool:
    if not 0 < len(text) <= LONGEST_DATE_LINE:
        return False
    return read_date_line(text) is not None or read_relative_line(text) is not None


def _rows(table: Element) -> list[str]:
    """The rows of a table of figures, a line each; none where the table only sets the page's parts side by side."""
    if next(table.iterdescendants("table", "h1"), None) is not None:
        return []
    rows = [[" ".join(text_of(cell).split()) for cell in row.iter("td", "th")] for row in table.iter("tr")]
    widths = [len(row) for row in rows]
    if len(rows) < 2 or not 2 <= max(widths, default=0) <= _WIDEST_TABLE:  # noqa: PLR2004 - a table has two of each
        return []
    if any(len(cell) > _LONGEST_CELL for row in rows for cell in row):
        return []
    return [" ".join(filter(None, row)) for row in rows]


def _write_rows(writer: _Writer, rows: list[str]) -> None:
    writer.blank()
    for row in rows:
        writer.pieces.append(row)
        writer.end_line()
    writer.blank()
