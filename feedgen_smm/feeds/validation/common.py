"""What both formats demand: XML that every reader takes, languages, links, HTML that does no harm."""

import re
from collections.abc import Iterable, Iterator

from feedgen_smm.feeds.validation import markup
from feedgen_smm.feeds.validation.document import ENTITY, XML, Document, Element
from feedgen_smm.feeds.validation.rules import (
    Check,
    Finding,
    Places,
    Rule,
    each,
    each_attribute,
    every,
    has_attributes,
    local,
    no_text,
)
from feedgen_smm.settings import values
from feedgen_smm.settings.values import quoted

_LINKS = every("atom:link")
_RELATION = re.compile(r"[a-z][a-z0-9.-]*|[A-Za-z][A-Za-z0-9+.-]*:\S+")

# XML 1.0, section 2.2, discourages C1 controls but U+0085, and what is no character. U+FFFD is what decoding has lost.
_DISCOURAGED = re.compile(
    "[\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffd"
    + "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)


def anywhere(document: Document) -> Iterator[Element]:
    """Every element, those of one name together."""
    return (element for found in document.elements.values() for element in found)


def links(element: Element, relation: str) -> tuple[Element, ...]:
    """The links of a feed or an entry that have a relation; without one a link is alternate."""
    return tuple(link for link in element.named("atom:link") if link.attributes.get("rel", "alternate") == relation)


def links_elsewhere(document: Document) -> Iterator[Element]:
    """All links but the feed's to itself, for which there is a rule."""
    for link in document.named("atom:link"):
        if link.entry is not None or link.attributes.get("rel") != "self":
            yield link


def is_bare(name: str) -> bool:
    """Whether a name is of no vocabulary."""
    return name != ENTITY and ":" not in name and not name.startswith("{")


def _version(document: Document) -> Iterator[Finding]:
    if document.version != "1.0":
        yield Finding(document.root, f"XML {document.version}, which hardly any reader takes")


def _encoding(document: Document) -> Iterator[Finding]:
    if document.encoding.upper() not in {"UTF-8", "UTF-16", "UTF-16LE", "UTF-16BE", "US-ASCII", "ASCII"}:
        yield Finding(document.root, f"encoded as {document.encoding}: a reader need know only UTF-8 and UTF-16")


def _entities(document: Document) -> Iterator[Finding]:
    for reference in document.named(ENTITY):
        yield Finding(reference, f"{reference.text} is not one of XML's own five entities, and stays unread")


def _characters(document: Document) -> Iterator[Finding]:
    for element in anywhere(document):
        for text in (element.text, *element.attributes.values()):
            if not _is_plain(text) and (bad := _DISCOURAGED.search(text)):
                yield Finding(element, f"{local(element.name)} holds {bad[0]!a}")
                break


def _is_plain(text: str) -> bool:
    """Whether nothing in the text can be discouraged; most texts are ASCII, and this is seen at once."""
    return text.isascii() and "\x7f" not in text


def _language_of_text(tag: str) -> str | None:
    return values.language(tag) if tag else None  # empty: the language is not known (XML 1.0, section 2.12)


def self_link(feed: str, media_type: str) -> Check:
    """The feed's own address, where it is told: once, whole, and of the feed's media type."""

    def check(document: Document) -> Iterator[Finding]:
        own = [link for element in document.named(feed) for link in links(element, "self")]
        for link in own[1:]:
            yield Finding(link, "the feed says its own address twice")
        for link in own[:1]:
            address, kind = link.attributes.get("href"), link.attributes.get("type", media_type)
            if address is not None and (complaint := values.iri(address)):
                yield Finding(link, f"the feed's own address {quoted(address)} {complaint}")
            elif kind.partition(";")[0].strip().lower() != media_type:
                yield Finding(link, f"the feed's own address is said to be of type {quoted(kind)}, not {media_type}")

    return check


def html_rules(html: Places, *, with_base: bool, source: str) -> tuple[Rule, ...]:
    """The rules for the HTML that a format's elements hold; `with_base` tells whether the format knows `xml:base`."""

    def relative(document: Document) -> Iterator[Finding]:
        for element in html(document):
            if not (with_base and element.has_base):
                yield from _about(element, "points to", markup.relative_addresses(element.text), "which is relative")

    def dangerous(document: Document) -> Iterator[Finding]:
        for element in html(document):
            yield from _about(element, "holds", markup.dangers(element.text), "which is not safe in a reader")

    return (
        Rule("html-address", "W3C feed validator, ContainsRelRef", relative),
        Rule("html-safety", source, dangerous),
    )


def _about(element: Element, verb: str, found: Iterable[str], complaint: str) -> Iterator[Finding]:
    """One finding an element: a page that is pasted in whole would else fill the screen."""
    for text in found:
        yield Finding(element, f"{element.name} {verb} {quoted(text)}, {complaint}")
        return


RULES = (
    Rule("xml-version", "W3C feed validator, BadXmlVersion", _version),
    Rule("encoding", "XML 1.0, section 4.3.3", _encoding),
    Rule("entity", "XML 1.0, sections 4.6 and 5.1", _entities),
    Rule("characters", "XML 1.0, section 2.2, and W3C feed validator, BadCharacters", _characters),
    Rule("language", "XML 1.0, section 2.12, and RFC 5646, section 2.1",
         each_attribute(anywhere, f"{XML}lang", _language_of_text)),
    Rule("dc-date", "Dublin Core, date (W3C-DTF)", each(every("dc:date"), values.w3c_date)),
    Rule("dc-language", "Dublin Core, language (RFC 5646, section 2.1)", each(every("dc:language"), values.language)),
    Rule("link-href", "RFC 4287, section 4.2.7.1", has_attributes(_LINKS, "href")),
    Rule("link-rel", "RFC 4287, section 4.2.7.2",
         each_attribute(_LINKS, "rel", lambda text: None if _RELATION.fullmatch(text) else "is no relation")),
    Rule("link-type", "RFC 4287, section 4.2.7.3", each_attribute(_LINKS, "type", values.media_type)),
    Rule("link-text", "W3C feed validator, AtomLinkNotEmpty", no_text("atom:link")),
    Rule("link-hreflang", "RFC 4287, section 4.2.7.4", each_attribute(_LINKS, "hreflang", values.language)),
)  # fmt: skip
