"""What is taken out of an HTML page before its lines are read, because it is not the article.

Hidden elements, menus, footers, boxes around the text; and items about other articles, found by the numbers in their
links (cards).
"""

import re
from collections.abc import Container, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Element as Element

from feedgen_smm.models import Evidence, Sighting
from feedgen_smm.pages.dates import DateLine
from feedgen_smm.pages.document import Address, resolve
from feedgen_smm.pages.layouts import READ_MORE, SOURCE_LINE, is_button
from feedgen_smm.pages.related import teaser

_UNSEEN = frozenset(
    "script style noscript template svg select option button input textarea iframe object embed audio video canvas map"
    " nav dialog datalist head math".split()
)
_UNSEEN_ROLES = frozenset("navigation dialog alertdialog search menu menubar alert tooltip toolbar".split())
_FURNITURE = frozenset("aside footer header".split())
_FURNITURE_ROLES = frozenset("banner contentinfo complementary".split())
_HIDDEN_STYLE = re.compile(
    r"display ?: ?none|visibility ?: ?hidden|(?:left|top|text-indent) ?: ?-\d{3,}|clip ?: ?rect\(", re.IGNORECASE
)
_AT_RULES = re.compile(r"@[^{};]+\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/")
_CLASS_SELECTOR = re.compile(r"\s*\.([\w-]+)\s*")
_MOST_STYLE = 500_000  # letters
_WORDS = re.compile("[a-z]+")
_HIDDEN_CLASSES = frozenset("sr-only visually-hidden visuallyhidden screen-reader-text screen-reader-only".split())
# Words of the classes of boxes around an article.
_BOXES = frozenset(
    "comment comments disqus cookie cookies consent gdpr newsletter subscribe subscription modal popup"
    " popover advert advertisement ads adsense banner sidebar tags tag keywords share sharing social breadcrumb"
    " breadcrumbs crumb crumbs menu navbar navigation pagination pager toolbar paywall promo"
    " sponsor login signin signup footer".split()
)
_LISTS = frozenset("div dl li menu ol p section span table tbody td tr ul".split())
_SHORTEST_INSIDE = 500  # letters of an article
_LINKED = 0.8  # of the letters, in a block that is a list of links
_FEWEST_LINKS = 2
_MOST_LINKS = 5_000  # looked at
_MOST_BOXES = 500

# A tag, with any `>` that stands in quotes; of a script or a style sheet with all that it holds; or a comment.
_TAG = re.compile(
    r"""(<(?:(script|style)\b|[a-z])(?:"[^"]*+"|'[^']*+'|[^>"']++|["'])*+>?)(?(2)(?:[^<]++|<(?!/(?:script|style)))*+)"""
    "|<!--(?:[^-]++|-(?!->))*+",
    re.IGNORECASE,
)
_BEGINNING_OF_TAG = re.compile("<[A-Za-z]")
_LONG_TAG = 4_000  # letters
_LARGE = 400_000  # letters; in a smaller page, a tag that hides its length behind a `>` in quotes is harmless
_MOST_ATTRIBUTES = 500

_NAMES = frozenset({"class", "id"})
_TELLING = frozenset({*_NAMES, "hidden", "role", "style"})  # attributes that tell what an element is, or hide it
_DROPPED = "_dropped"  # the tag of elements that are to be taken out; none that a page could have
_ASCII = bytes(range(128))
_NO_LETTERS = bytes(code for code in _ASCII if not chr(code).isalnum())
_MOST_LINKS_OF_A_CARD = 2000
_LONGEST_CARD = 1500  # letters
_LONGEST_AROUND = 40  # letters beside a link within its block; more, and it is a link in running text
_BLOCKS = frozenset(
    "address article blockquote body dd div dl dt figure form h1 h2 h3 h4 h5 h6 li main p section td tr".split()
)
HEADINGS = frozenset("h2 h3 h4 h5 h6".split())
_TITLED = frozenset("div span a p strong b".split())  # a headline, if their class says so


def text_of(element: Element) -> str:
    """All the text in an element, and none of what follows it."""
    if len(element) == 0:
        return element.text or ""
    return etree.tostring(element, method="text", encoding="unicode", with_tail=False)


def drop(root: Element, elements: list[Element]) -> None:
    """Take elements out of their page; what follows them stays."""
    for element in elements:
        element.tag = _DROPPED
    if elements:
        etree.strip_elements(root, _DROPPED, with_tail=False)


def without_absurd_tags(text: str) -> str:
    """The page without the attributes of tags that have hundreds: libxml2 takes quadratic time to parse those."""
    if not (len(text) > _LARGE or _has_long_tag(text)):
        return text
    is_absurd = any(_is_absurd(tag) for tag, _ in _TAG.findall(text))
    return _TAG.sub(_bare, text) if is_absurd else text


def _has_long_tag(text: str) -> bool:
    """Whether a tag begins, and does not end within thousands of letters."""
    at = 0
    while at + _LONG_TAG < len(text):
        end = text.rfind(">", at, at + _LONG_TAG)
        if end < 0:
            end = text.find(">", at) % (len(text) + 1)  # no `>`: the end of the text
            if _BEGINNING_OF_TAG.search(text, at, end - _LONG_TAG):
                return True
        at = end + 1
    return False


def _is_absurd(tag: str) -> bool:
    if len(tag) < _LONG_TAG:
        return False
    parts = tag.split()
    count = sum(part.count("=") + (part.count("/") if "=" not in part else 0) + 1 for part in parts)
    return count > _MOST_ATTRIBUTES


def _bare(found: re.Match[str]) -> str:
    tag = found[1] or ""
    return found[0].replace(tag, f"<{re.match('[A-Za-z0-9]+', tag[1:])[0]}>", 1) if _is_absurd(tag) else found[0]  # type: ignore[index]


class Surroundings(NamedTuple):
    """The elements that may stand around an article: headers, footers and asides; and boxes by their classes."""

    furniture: list[Element]
    boxes: list[Element]


def drop_unseen(root: Element) -> Surroundings:
    """Take out what a browser does not show, and menus; returns what may stand around the article."""
    hidden = _HIDDEN_CLASSES | _hidden_classes(root)
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    unseen: list[Element] = []
    around = Surroundings([*root.iter(*_FURNITURE)], [])
    plain: set[str] = set()  # classes that tell nothing
    for element in root.iter():
        attributes: Sequence[tuple[str, str]] = element.items()  # type: ignore[assignment]  # lxml's stubs: or bytes
        for name, value in attributes:
            if name not in _TELLING or (name == "class" and value in plain):
                continue
            if _hides(name, value, hidden):
                unseen.append(element)
            elif name == "role" and value in _FURNITURE_ROLES:
                around.furniture.append(element)
            elif name in _NAMES and _names_a_box(value):
                around.boxes.append(element)
            elif name == "class":
                plain.add(value)
    drop(root, unseen)
    return around


def _hides(name: str, value: str, hidden: frozenset[str]) -> bool:
    """Whether an attribute hides its element; `hidden` are the classes that do."""
    if name == "class":
        return not hidden.isdisjoint(value.split())
    if name == "style":
        return _HIDDEN_STYLE.search(value) is not None
    return name == "hidden" or (name == "role" and value in _UNSEEN_ROLES)


def _hidden_classes(root: Element) -> frozenset[str]:
    """The classes that the page's style sheets hide on every screen."""
    found: set[str] = set()
    left = _MOST_STYLE
    for style in root.iter("style"):
        text = (style.text or "")[:left]
        left -= len(text)
        if "none" not in text and "hidden" not in text:
            continue
        for rule in _AT_RULES.sub("", text).split("}"):
            selectors, _, declarations = rule.partition("{")
            if _HIDDEN_STYLE.search(declarations):
                matches = map(_CLASS_SELECTOR.fullmatch, selectors.split(","))
                found |= {match[1] for match in matches if match}
    return frozenset(found)


def drop_furniture(root: Element, around: Surroundings) -> None:
    """Take out what stands around the article: headers, footers, asides, boxes, lists of links."""
    kept = _around_headline(root)
    whole = len(text_of(root)) or 1
    drop(root, [element for element in around.furniture if element not in kept and not _is_heading(element)])
    drop(root, _outside(root))
    boxes = [box for box in islice(around.boxes, _MOST_BOXES) if box not in kept and len(text_of(box)) < whole / 2]
    drop(root, boxes)
    drop(root, [element for element in _lists_of_links(root) if element not in kept])


def _outside(root: Element) -> list[Element]:
    """What stands outside the element that the page itself says is the article, where most of its text is in it."""
    holders = [one for one in root.iter("article", "main") if next(one.iter("h1"), None) is not None]
    inside = len(text_of(holders[-1])) if holders else 0
    if inside < _SHORTEST_INSIDE or 2 * inside <= len(text_of(root)):
        return []
    around = [holders[-1], *holders[-1].iterancestors()]
    return [other for one, parent in pairwise(around) for other in parent if other is not one]


def _is_heading(element: Element) -> bool:
    """Whether it is an article's header, which is its heading."""
    return element.tag == "header" and any(parent.tag in ("article", "main") for parent in element.iterancestors())


def _lists_of_links(root: Element) -> list[Element]:
    """The blocks that are nothing but links, several of them."""
    linked: dict[Element, list[int]] = {}  # the letters of each link in a block
    for link in islice(root.iter("a"), _MOST_LINKS):
        letters = len("".join(text_of(link).split()))
        for parent in link.iterancestors():
            if parent.tag in _LISTS:
                linked.setdefault(parent, []).append(letters)
    return [
        block
        for block, letters in linked.items()
        if len(letters) >= _FEWEST_LINKS and sum(letters) >= _LINKED * _count_letters(text_of(block))
    ]


def _count_letters(text: str) -> int:
    """How many letters and digits a text has; those of ASCII, which are nearly all, are counted as bytes."""
    data = text.encode("utf-8", "ignore")
    rest = data.translate(None, _ASCII).decode()
    return len(data.translate(None, _NO_LETTERS)) - len(rest.encode()) + sum(map(str.isalnum, rest))


def _around_headline(root: Element) -> set[Element]:
    """The elements that hold the headline, which are no furniture."""
    kept = {root}
    for element in root.iter("h1", "body", "main", "article"):
        kept |= {element, *element.iterancestors()}
    return kept


@lru_cache(maxsize=4096)
def _names_a_box(names: str) -> bool:
    """Whether classes name a box; the hash that a site's tool adds is no word: `shareBar___x1` is share and bar."""
    plain = " ".join(name.split("___")[0].split("__")[0] for name in names.split())
    return not _BOXES.isdisjoint(_WORDS.findall(re.sub("(?<=[a-z])(?=[A-Z])", " ", plain).casefold()))


class Card(NamedTuple):
    """An element that is an item about another article, and where its links lead."""

    element: Element
    address: Address
    link: Element


def find_cards(root: Element, own: set[str], site: str | None) -> list[Card]:
    """The items of a page: the largest elements whose links bear one number that is not the page's own."""
    links: list[tuple[Element, Address]] = []
    for link in root.iter("a"):
        href = link.get("href")
        if href and (address := resolve(href.strip(), site)) and address.number not in own:
            links.append((link, address))
            if len(links) > _MOST_LINKS_OF_A_CARD:
                break
    numbers = _numbers_below(root, links)
    cards: dict[Element, Card] = {}
    beside: dict[Element, int] = {}
    for link, address in links:
        if _is_in_running_text(link, beside):
            continue
        element = _largest(link, address.number, numbers, cards)
        cards.setdefault(element, Card(element, address, link))
    return list(cards.values())


def _numbers_below(root: Element, links: list[tuple[Element, Address]]) -> dict[Element, str]:
    """The one number that the links below an element bear; empty where they bear several, or the headline is there."""
    numbers: dict[Element, str] = {root: ""}
    for headline in root.iter("h1", "body"):
        numbers.update(dict.fromkeys([headline, *headline.iterancestors()], ""))
    for link, address in links:
        element: Element | None = link
        while element is not None:
            known = numbers.get(element)
            if known == "":
                break
            numbers[element] = address.number if known in (None, address.number) else ""
            element = element.getparent()
    return numbers


def _largest(link: Element, number: str, numbers: dict[Element, str], known: Container[Element]) -> Element:
    """The largest element around a link that bears its number alone; one of those `known`, if the link is in one."""
    element = link
    while (parent := element.getparent()) is not None and numbers.get(parent) == number:
        if parent in known:
            return parent
        if len(text_of(parent)) > _LONGEST_CARD:
            break
        element = parent
    return element


def _is_in_running_text(link: Element, beside: dict[Element, int]) -> bool:
    """Whether words stand beside the link in its own block, so that it is a part of a sentence."""
    block = link
    while block.tag not in _BLOCKS and (parent := block.getparent()) is not None:
        block = parent
    if block is link:
        return False
    if block not in beside:
        beside[block] = _letters_beside_links(block)
    inside = 0 if link.getparent() is block else len(text_of(link))
    return beside[block] - inside > _LONGEST_AROUND


def _letters_beside_links(block: Element) -> int:
    """How many letters stand in a block itself, outside its links and the blocks in it."""
    around = [block.text, *(child.tail for child in block)]
    around += [text_of(child) for child in block if child.tag not in _BLOCKS and child.tag != "a"]
    return sum(len((text or "").strip()) for text in around)


def read_card(source: str, card: Card, lines: dict[str, DateLine | None]) -> Sighting | None:
    """The item of a card with these lines, each with the date that it is; None if it has no headline or is undated."""
    date = next(filter(None, lines.values()), None)
    texts = [
        line
        for line, dated in lines.items()
        if not (dated or line in READ_MORE or is_button(line) or SOURCE_LINE.fullmatch(line))
    ]
    if not texts or date is None:
        return None
    title = _title(card, texts)
    if not title:
        return None
    summary = " ".join(dict.fromkeys(line for line in texts if line.replace(title, "").strip() not in ("", *READ_MORE)))
    return teaser(source, title, Evidence(), date, summary or None, card.address)


def _title(card: Card, texts: list[str]) -> str:
    """The headline: what a heading or a class says is one, else the first line of the link; empty if there is none."""
    for element in card.element.iter():
        named = element.tag in HEADINGS or (element.tag in _TITLED and "title" in element.get("class", "").casefold())
        if named and (text := " ".join(text_of(element).split())) in texts:
            return text
    link = " ".join(text_of(card.link).split())
    return next((text for text in texts if link.startswith(text)), "" if texts[0].endswith((".", "。")) else texts[0])
