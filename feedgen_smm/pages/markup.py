"""A page saved as HTML → its document.

What is hidden, a script, a menu or a footer is no line. Blocks are lines, with blank ones where the same page, copied
as text, has them. Items about other articles are taken out as cards.
"""

import re
from itertools import islice

from lxml import etree
from lxml.etree import _Element as Element

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Capture, Sighting
from feedgen_smm.pages.cards import HEADINGS, find_cards, read_card
from feedgen_smm.pages.dates import DateLine, read_date_line, read_relative_line
from feedgen_smm.pages.document import Document, Facts
from feedgen_smm.pages.elements import drop, drop_furniture, drop_unseen, text_of, without_absurd_tags
from feedgen_smm.pages.head import addresses_of, moment_of_time, read_head, script_of
from feedgen_smm.pages.lines import Lines, read_elements

_TAGS = (
    "a|article|aside|b|base|blockquote|body|br|center|div|em|figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|li|link"
    "|main|meta|nav|ol|p|pre|script|section|small|span|strong|style|table|tbody|td|th|title|tr|u|ul"
)
_BEGINS = re.compile(
    rf"\s*(?:<!--(?:[^-]|-(?!->))*-->\s*|<\?[^>]*>\s*)*(?:<!doctype\s+html|</?(?:{_TAGS})(?=[\s>/]))", re.IGNORECASE
)
_BLOCK_ENDS = re.compile(r"</(?:p|div|h[1-6]|body|html|li|td)\s*>", re.IGNORECASE)
_FEWEST_BLOCKS = 5
_LOOKED_AT = 200_000  # letters, for tags in a page that does not begin with one
_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_SAVED_FROM = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Page saved with SingleFile\s+url: )(\S+)", re.IGNORECASE)


def is_html(text: str) -> bool:
    """Whether a page is HTML, told by what it holds; a text may speak of a tag or two."""
    if _BEGINS.match(text):
        return True
    if "</" not in text:
        return False
    return sum(1 for _ in islice(_BLOCK_ENDS.finditer(text, 0, _LOOKED_AT), _FEWEST_BLOCKS)) == _FEWEST_BLOCKS


def read_html(text: str, capture: Capture) -> Document:
    """The document of a page that is HTML. Raises NoArticleError where nothing of it can be read."""
    root, is_whole = _parse(without_absurd_tags(text))
    saved_from = _SAVED_FROM.search(text, 0, _LOOKED_AT)
    head = read_head(root, capture.address or (saved_from[1] if saved_from else None))
    drop_unseen(root)
    headline = next((" ".join(text_of(h1).split()) for h1 in root.iter("h1")), "")
    addresses = addresses_of(head, headline)
    cards = _take_cards(root, {address.number for address in addresses}, head.site, capture)
    times = list(root.iter("time"))
    drop_furniture(root)
    lines = read_elements(root)
    script = script_of(head, headline)
    published = head.published or moment_of_time(times) or (script.published if script else None)
    facts = Facts(addresses, head.titles, published)
    if not is_whole and not any(lines.texts):
        raise NoArticleError("no article: HTML nested more than 2,000 elements deep, as no page is; save it again")
    is_complete = is_whole and _END.search(text, max(0, len(text) - _LOOKED_AT)) is not None
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


def _parse(text: str) -> tuple[Element, bool]:
    """The root of the page, and whether all of it was read: libxml2 stops at 2,048 elements in one another."""
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "ignore"), parser)
    except etree.XMLSyntaxError as error:
        raise NoArticleError("no article: HTML without an element in it") from error
    if root is None:
        raise NoArticleError("no article: HTML without an element in it")
    return root, not any(error.type == etree.ErrorTypes.ERR_RESOURCE_LIMIT for error in parser.error_log)


def _take_cards(root: Element, own: set[str], site: str | None, capture: Capture) -> list[Sighting]:
    """The items of the page, once each; their elements are taken out of it."""
    items: dict[str, Sighting] = {}
    for card in find_cards(root, own, site):
        lines = [line for line in read_elements(card.element).texts if line]
        dates = {line: date for line in lines if (date := _date(line, capture))}
        item = read_card(capture.source, card, lines, dates)
        if item is not None:
            items.setdefault(card.address.number, item)
        heading = card.element.getprevious()
        for element in (card.element, heading if heading is not None and heading.tag in HEADINGS else None):
            if element is not None:
                drop(element)
    return list(items.values())


def _date(line: str, capture: Capture) -> DateLine | None:
    return read_date_line(line) or read_relative_line(line, capture.saved)
