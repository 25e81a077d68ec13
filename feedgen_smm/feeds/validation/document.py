"""Bytes of a feed → its elements, each with the line it stands in: the one module of the gate that knows lxml.

The parser resolves no entity, fetches nothing, and gives up on what is too deep or too long to be a feed.
"""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

from lxml import etree
from lxml.etree import _Comment, _Element, _Entity, _ProcessingInstruction

from feedgen_smm.errors import MalformedFeedError

XML = "{http://www.w3.org/XML/1998/namespace}"
_PREFIXES = {
    "{http://www.w3.org/2005/Atom": "atom",
    "{http://purl.org/dc/elements/1.1/": "dc",
    "{http://purl.org/rss/1.0/modules/content/": "content",
    "{http://purl.org/syndication/history/1.0": "fh",
    "{http://www.w3.org/1999/xhtml": "xhtml",
}
ENTITY = "&"  # the name of what stands for an entity reference; no element can bear it

_ENTRIES = ("atom:entry", "item")
_NAMES_OF_ENTRIES = ("atom:id", "guid", "atom:title", "title")  # what an entry is called in messages: the first it has
_LONGEST_NAME = 80


class Element(NamedTuple):
    """An element: `atom:title` in a vocabulary known here, `title` in none, `{address}title` in any other.

    `line` is the one in which its start tag ends, counted from 1; `entry` is what the entry it stands in is called.
    `text` is its own, without that of its children; `has_base` tells that `xml:base` makes relative addresses whole.
    """

    name: str
    line: int
    entry: str | None
    text: str
    attributes: Mapping[str, str]
    children: tuple["Element", ...]
    has_base: bool

    def named(self, *names: str) -> tuple["Element", ...]:
        """The children of these names, in the document's order."""
        return tuple(child for child in self.children if child.name in names)

    @property
    def words(self) -> str:
        """The text without the white space around it."""
        return self.text.strip()


class Document(NamedTuple):
    """A feed as it was written; `elements` are all of them by name, but for those in the content of Atom entries."""

    root: Element
    version: str
    encoding: str
    elements: Mapping[str, tuple[Element, ...]]

    def named(self, *names: str) -> Iterator[Element]:
        """The elements of these names, wherever they stand."""
        for name in names:
            yield from self.elements.get(name, ())


def parse(document: bytes) -> Document:
    """The document that bytes are. Raises MalformedFeedError where they are no XML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        node = etree.fromstring(document, parser)
    except etree.XMLSyntaxError as error:
        message = (error.msg or "not XML").partition(", line ")[0]
        raise MalformedFeedError(message, line=error.lineno or 1) from error
    root = _element(node, entry=None, has_base=False)
    facts = node.getroottree().docinfo
    elements: dict[str, list[Element]] = {}
    for element in _walk(root):
        elements.setdefault(element.name, []).append(element)
    by_name = {name: tuple(found) for name, found in elements.items()}
    return Document(root, facts.xml_version or "1.0", facts.encoding or "UTF-8", by_name)


def _element(node: _Element, entry: str | None, *, has_base: bool) -> Element:
    """The element of a node; the parser's limit on depth, 256, is one on this recursion."""
    if isinstance(node, _Entity):
        return Element(ENTITY, _line(node), entry, str(node.text), {}, (), has_base)
    name = _name(node.tag)
    if name in _ENTRIES:
        entry = _called(node)
    attributes = {str(attribute): str(value) for attribute, value in node.items()}
    has_base = has_base or ":" in attributes.get(f"{XML}base", "")
    if len(node) == 0:
        return Element(name, _line(node), entry, node.text or "", attributes, (), has_base)
    text = "".join([node.text or "", *(child.tail or "" for child in node)])
    children = tuple(_element(child, entry, has_base=has_base) for child in _inner(node))
    return Element(name, _line(node), entry, text, attributes, children, has_base)


def _inner(node: _Element) -> list[_Element]:
    return [child for child in node if not isinstance(child, (_Comment, _ProcessingInstruction))]


def _line(node: _Element) -> int:
    return int(str(node.sourceline))  # the stubs do not know what it is


@lru_cache(maxsize=256)  # a feed has few names, and says them often
def _name(tag: str) -> str:
    address, _, local = tag.rpartition("}")
    if not address:
        return local
    prefix = _PREFIXES.get(address)
    return f"{prefix}:{local}" if prefix else tag


def _called(entry: _Element) -> str:
    called = {_name(child.tag): child for child in entry.iterchildren("*")}
    texts = (" ".join((called[name].text or "").split()) for name in _NAMES_OF_ENTRIES if name in called)
    return next(filter(None, texts), "unnamed")[:_LONGEST_NAME]


def _walk(element: Element) -> Iterator[Element]:
    yield element
    if element.name != "atom:content":  # what an entry carries may be a feed itself, and is no part of this one
        for child in element.children:
            yield from _walk(child)
