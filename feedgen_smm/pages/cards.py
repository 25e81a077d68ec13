"""Items about other articles on an HTML page, found by the numbers in their links."""

from typing import NamedTuple

from lxml.etree import _Element as Element

from feedgen_smm.models import Evidence, Sighting
from feedgen_smm.pages.addresses import Address, resolve
from feedgen_smm.pages.boilerplate import SOURCE_LINE, is_button
from feedgen_smm.pages.dates import DateLine
from feedgen_smm.pages.elements import text_of
from feedgen_smm.pages.related import READ_MORE, teaser

_MOST_LINKS = 2000
_LONGEST_CARD = 1500  # letters
_LONGEST_AROUND = 40  # letters beside a link within its block; more, and it is a link in running text
_BLOCKS = frozenset(
    "address article blockquote body dd div dl dt figure form h1 h2 h3 h4 h5 h6 li main p section td tr".split()
)
HEADINGS = frozenset("h2 h3 h4 h5 h6".split())


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
            if len(links) > _MOST_LINKS:
                break
    numbers = _numbers_below(root, links)
    cards: dict[Element, Card] = {}
    beside: dict[Element, int] = {}
    for link, address in links:
        if _is_in_running_text(link, beside):
            continue
        element = _largest(link, address.number, numbers)
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


def _largest(link: Element, number: str, numbers: dict[Element, str]) -> Element:
    element = link
    while (parent := element.getparent()) is not None and numbers.get(parent) == number:
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


def read_card(source: str, card: Card, lines: list[str], dates: dict[str, DateLine]) -> Sighting | None:
    """The item of a card with these lines; None where it has no headline or shows no date."""
    shown = [line for line in lines if line]
    date = next((dates[line] for line in shown if line in dates), None)
    texts = [line for line in shown if line not in dates and line not in READ_MORE and not is_button(line)]
    texts = [line for line in texts if not SOURCE_LINE.fullmatch(line)]
    if not texts or date is None:
        return None
    title = _title(card, texts)
    summary = " ".join(dict.fromkeys(line for line in texts if line.replace(title, "").strip() not in ("", *READ_MORE)))
    return teaser(source, title, Evidence(), date, summary or None, card.address)


def _title(card: Card, texts: list[str]) -> str:
    """The headline: what a heading or a class says is one, else the first line of the link."""
    for element in card.element.iter(*HEADINGS, "div", "span", "a", "p", "strong", "b"):
        named = element.tag in HEADINGS or "title" in (element.get("class") or "").casefold()
        if named and (text := " ".join(text_of(element).split())) in texts:
            return text
    link = " ".join(text_of(card.link).split())
    return next((text for text in texts if link.startswith(text)), texts[0])
