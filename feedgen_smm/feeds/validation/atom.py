"""The rules of Atom 1.0. Sections are those of RFC 4287 unless said otherwise."""

import base64
import binascii
from collections.abc import Iterator

from feedgen_smm.feeds.validation import archives, common, markup
from feedgen_smm.feeds.validation.common import html_rules, links, self_link
from feedgen_smm.feeds.validation.document import ENTITY, XML, Document, Element
from feedgen_smm.feeds.validation.rules import (
    Finding,
    Places,
    Rule,
    all_of,
    at_most_one,
    each,
    each_attribute,
    every,
    exactly_one,
    has_attributes,
    no_text,
    only_known,
    only_known_attributes,
    unique,
    within,
)
from feedgen_smm.settings import values
from feedgen_smm.settings.values import quoted

_FEED, _ENTRY, _SOURCE = "atom:feed", "atom:entry", "atom:source"
_PERSONS = ("atom:author", "atom:contributor")
_TEXTS = every("atom:title", "atom:subtitle", "atom:summary", "atom:rights")
_DATES = every("atom:published", "atom:updated")
_CONTENT = every("atom:content")
_TEXT_TYPES = ("text", "html", "xhtml")
_OF_PARTS = ("multipart/", "message/")
_FEED_WORDS = (
    "atom:author atom:category atom:contributor atom:generator atom:icon atom:id atom:link atom:logo atom:rights "
    "atom:subtitle atom:title atom:updated"
)
_CHILDREN = {
    _FEED: f"{_FEED_WORDS} {_ENTRY}",
    _SOURCE: _FEED_WORDS,
    _ENTRY: "atom:author atom:category atom:content atom:contributor atom:id atom:link atom:published atom:rights "
    "atom:source atom:summary atom:title atom:updated",
    **dict.fromkeys(_PERSONS, "atom:name atom:uri atom:email"),
}
_LEAVES = (
    "atom:id atom:updated atom:published atom:generator atom:icon atom:logo atom:name atom:uri atom:email"
).split()
_ATTRIBUTES = {
    **dict.fromkeys((_FEED, _SOURCE, _ENTRY, *_PERSONS, *_LEAVES), ""),
    **dict.fromkeys(("atom:title", "atom:subtitle", "atom:summary", "atom:rights"), "type"),
    "atom:content": "type src",
    "atom:link": "href rel type hreflang title length",
    "atom:category": "term scheme label",
    "atom:generator": "uri version",
}
# Where Atom has an address: the elements whose text it is, and the attributes that hold it.
_ADDRESSES = ("atom:icon", "atom:logo", "atom:uri")
_ADDRESS_ATTRIBUTES = (
    (common.links_elsewhere, "href"),
    (_CONTENT, "src"),
    (every("atom:generator"), "uri"),
)


def _typed(*types: str) -> Places:
    """The text constructs and contents of these types."""
    return lambda document: (
        element
        for name in ("atom:title", "atom:subtitle", "atom:summary", "atom:rights", "atom:content")
        for element in document.named(name)
        if element.attributes.get("type", "text") in types and "src" not in element.attributes
    )


def _author(document: Document) -> Iterator[Finding]:
    if document.root.named("atom:author"):
        return
    entries = document.root.named(_ENTRY)
    unsigned = [
        entry for entry in entries if not any(place.named("atom:author") for place in (entry, *entry.named(_SOURCE)))
    ]
    if len(unsigned) == len(entries):
        yield Finding(document.root, "atom:author is missing, on the feed and on all its entries")
    else:
        yield from (Finding(entry, "atom:author is missing, on this entry and on the feed") for entry in unsigned)


def _one_alternate(document: Document) -> Iterator[Finding]:
    for place in document.named(_FEED, _ENTRY, _SOURCE):
        seen = set()
        for link in links(place, "alternate"):
            kind = link.attributes.get("type"), link.attributes.get("hreflang")
            if kind in seen:
                yield Finding(link, "there is another alternate link of the same type and hreflang")
            seen.add(kind)


def _content_or_link(document: Document) -> Iterator[Finding]:
    for entry in document.named(_ENTRY):
        if not entry.named("atom:content") and not links(entry, "alternate"):
            yield Finding(entry, "there is neither atom:content nor an alternate link")


def _summary_of_what_cannot_be_read(document: Document) -> Iterator[Finding]:
    for entry in document.named(_ENTRY):
        for content in entry.named("atom:content"):
            if ("src" in content.attributes or _is_base64(content)) and not entry.named("atom:summary"):
                yield Finding(content, "the content is not in the feed as text, and there is no atom:summary")


def _date_order(document: Document) -> Iterator[Finding]:
    for entry in document.named(_ENTRY):
        published, updated = (
            [instant for date in entry.named(name) if (instant := values.rfc3339_instant(date.words))]
            for name in ("atom:published", "atom:updated")
        )
        if published and updated and updated[0] < published[0]:
            yield Finding(entry.named("atom:updated")[0], "atom:updated is before atom:published")


def _exact(document: Document) -> Iterator[Finding]:
    """Readers compare and follow these as they stand, and white space is a part of them."""
    for element in document.named("atom:id", "atom:updated", "atom:published", *_ADDRESSES):
        if element.text != element.words:
            yield Finding(element, f"{element.name} begins or ends in white space")


def _blank(document: Document) -> Iterator[Finding]:
    for element in _TEXTS(document):
        if not element.words and not element.children:
            yield Finding(element, f"{element.name} is empty")


def _content_type(text: str) -> str | None:
    if text in _TEXT_TYPES:
        return None
    if text.startswith(_OF_PARTS):
        return "is of more than one part"
    return values.media_type(text) and "is neither text, html, xhtml nor a media type"


def _undeclared(document: Document) -> Iterator[Finding]:
    """HTML that readers would show letter by letter. Titles and summaries may speak of tags, and are left alone."""
    for content in document.named("atom:content"):
        if content.attributes.get("type", "text") == "text" and markup.is_nothing_else(content.words):
            yield Finding(content, "atom:content is text by its type, and HTML by its looks")


def _out_of_line(document: Document) -> Iterator[Finding]:
    for content in document.named("atom:content"):
        if "src" in content.attributes:
            if content.words or content.children:
                yield Finding(content, "atom:content has a src, and is not empty")
            if content.attributes.get("type") in _TEXT_TYPES:
                yield Finding(content, f"atom:content has a src, and a type of {content.attributes['type']}")


def _is_base64(content: Element) -> bool:
    """Whether a content is neither text nor XML (section 4.1.3.3)."""
    kind = content.attributes.get("type", "text").lower().partition(";")[0].strip()
    is_readable = kind.startswith(("text/", *_OF_PARTS)) or kind.endswith(("+xml", "/xml"))
    return "/" in kind and not is_readable and "src" not in content.attributes


def _base64(document: Document) -> Iterator[Finding]:
    for content in document.named("atom:content"):
        if _is_base64(content):
            try:
                base64.b64decode("".join(content.text.split()).encode("ascii", "replace"), validate=True)
            except binascii.Error:
                yield Finding(content, f"the content, of type {content.attributes['type']}, is not in base64")


def _no_elements(document: Document) -> Iterator[Finding]:
    for element in _typed("text", "html")(document):
        for child in [child for child in element.children if child.name != ENTITY][:1]:
            kind = element.attributes.get("type", "text")
            yield Finding(child, f"{element.name} is of type {kind}, and holds an element {child.name!r}")


def _div(document: Document) -> Iterator[Finding]:
    for element in _typed("xhtml")(document):
        if [child.name for child in element.children] != ["xhtml:div"] or element.words:
            yield Finding(element, f"{element.name} is of type xhtml, and does not hold one xhtml:div alone")


def _relative(document: Document) -> Iterator[Finding]:
    """Addresses that mean nothing in a copy of the feed; the feed's own has a rule of its own."""
    addresses = [(element, element.words) for element in document.named(*_ADDRESSES)]
    addresses += [
        (element, element.attributes[attribute])
        for places, attribute in _ADDRESS_ATTRIBUTES
        for element in places(document)
        if attribute in element.attributes
    ]
    for element, address in addresses:
        if address and not element.has_base and not values.is_whole(address):
            yield Finding(element, f"{element.name} {quoted(address)} is relative, and no xml:base makes it whole")


def _feed_words_first(document: Document) -> Iterator[Finding]:
    entries = False
    for child in document.root.children:
        entries = entries or child.name == _ENTRY
        if entries and child.name.startswith("atom:") and child.name != _ENTRY:
            yield Finding(child, f"{child.name} of the feed stands after an entry")


def _is_atom(name: str) -> bool:
    """Whether a name is Atom's or of no vocabulary: Atom is extended by other vocabularies only."""
    return name.startswith("atom:") or common.is_bare(name)


RULES = (
    *common.RULES,
    *archives.RULES,
    Rule("feed-id", "RFC 4287, section 4.1.1", exactly_one(_FEED, "atom:id")),
    Rule("feed-title", "RFC 4287, section 4.1.1", exactly_one(_FEED, "atom:title")),
    Rule("feed-updated", "RFC 4287, section 4.1.1", exactly_one(_FEED, "atom:updated")),
    Rule("feed-single", "RFC 4287, section 4.1.1",
         at_most_one(_FEED, "atom:generator", "atom:icon", "atom:logo", "atom:rights", "atom:subtitle")),
    Rule("entry-id", "RFC 4287, section 4.1.2", exactly_one(_ENTRY, "atom:id")),
    Rule("entry-title", "RFC 4287, section 4.1.2", exactly_one(_ENTRY, "atom:title")),
    Rule("entry-updated", "RFC 4287, section 4.1.2", exactly_one(_ENTRY, "atom:updated")),
    Rule("entry-single", "RFC 4287, section 4.1.2",
         at_most_one(_ENTRY, "atom:content", "atom:published", "atom:rights", "atom:source", "atom:summary")),
    Rule("author", "RFC 4287, sections 4.1.1 and 4.1.2", _author),
    Rule("alternate-link", "RFC 4287, sections 4.1.1 and 4.1.2", _one_alternate),
    Rule("content-or-link", "RFC 4287, section 4.1.2", _content_or_link),
    Rule("summary", "RFC 4287, section 4.1.2", _summary_of_what_cannot_be_read),
    Rule("person-name", "RFC 4287, section 3.2.1",
         all_of(*(exactly_one(person, "atom:name") for person in _PERSONS), each(every("atom:name"), values.filled))),
    Rule("person-single", "RFC 4287, sections 3.2.2 and 3.2.3",
         all_of(*(at_most_one(person, "atom:uri", "atom:email") for person in _PERSONS))),
    Rule("person-email", "RFC 4287, section 3.2.3", each(every("atom:email"), values.email)),
    Rule("date", "RFC 4287, section 3.3, and RFC 3339, section 5.6", each(_DATES, values.rfc3339)),
    Rule("date-order", "RFC 4287, sections 4.2.9 and 4.2.15", _date_order),
    Rule("id", "RFC 4287, section 4.2.6, and RFC 3987, section 2.2", each(every("atom:id"), values.identifier)),
    Rule("id-unique", "RFC 4287, section 4.1.1, and W3C feed validator, DuplicateEntries",
         unique(within(_ENTRY, "atom:id"))),
    Rule("white-space", "RFC 4287, section 2, and W3C feed validator, UnexpectedWhitespace", _exact),
    Rule("text-type", "RFC 4287, section 3.1.1", each_attribute(_TEXTS, "type", values.one_of(*_TEXT_TYPES))),
    Rule("text-blank", "W3C feed validator, NotBlank", _blank),
    Rule("content-type", "RFC 4287, section 4.1.3.1", each_attribute(_CONTENT, "type", _content_type)),
    Rule("content-undeclared", "W3C feed validator, ContainsUndeclaredHTML", _undeclared),
    Rule("content-src", "RFC 4287, section 4.1.3.2", _out_of_line),
    Rule("content-base64", "RFC 4287, section 4.1.3.3", _base64),
    Rule("text-elements", "RFC 4287, sections 3.1.1.1, 3.1.1.2 and 4.1.3.3", _no_elements),
    Rule("xhtml-div", "RFC 4287, sections 3.1.1.3 and 4.1.3.3", _div),
    Rule("category-term", "RFC 4287, section 4.2.2.1", has_attributes(every("atom:category"), "term")),
    Rule("category-scheme", "RFC 4287, section 4.2.2.2", each_attribute(every("atom:category"), "scheme", values.iri)),
    Rule("address", "RFC 4287, section 2, and RFC 3987, section 2.2",
         all_of(
             each(every(*_ADDRESSES), values.iri_reference),
             *(each_attribute(places, name, values.iri_reference) for places, name in _ADDRESS_ATTRIBUTES),
             each_attribute(common.anywhere, f"{XML}base", values.iri_reference))),
    Rule("relative-address", "RFC 3986, section 5.1", _relative),
    Rule("self-link", "RFC 4287, section 4.2.7.2, and W3C feed validator, RelativeSelf and SelfNotAtom",
         self_link(_FEED, "application/atom+xml")),
    Rule("unknown-element", "RFC 4287, section 6.2", only_known(_CHILDREN, _is_atom)),
    Rule("unknown-attribute", "RFC 4287, section 2", only_known_attributes(_ATTRIBUTES)),
    Rule("stray-text", "W3C feed validator, UnexpectedText", no_text(*_CHILDREN)),
    Rule("feed-words-first", "W3C feed validator, MisplacedMetadata", _feed_words_first),
    *html_rules(_typed("html"), with_base=True, source="RFC 4287, section 8.1"),
)  # fmt: skip
