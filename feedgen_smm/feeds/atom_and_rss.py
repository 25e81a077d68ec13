"""Writes feeds as Atom 1.0 (RFC 4287) and RSS 2.0, archive documents too (RFC 5005), and reads ids from existing ones.

Only this module uses feedgen. For each value that it is not given, feedgen takes the current time, its own name or an
order of its own, and some values it writes differently in the two formats. It is therefore given every value, and each
format has its own generator. An entry is written once in each format, and used again in every feed that carries it.

Text from a page never becomes markup: where an element holds HTML, the text is escaped as HTML here, and feedgen
escapes everything as XML.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from itertools import islice
from typing import NamedTuple

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension
from feedgen.ext.dc import DcEntryExtension
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement, XMLParser, _Element, fromstring

from feedgen_smm.feeds.feed import (
    ATOM_TYPE,
    RECENT,
    RSS_TYPE,
    TOPIC_SCHEME,
    Contents,
    as_html,
    escaped,
    fit,
    plain_title,
    relations,
    rss_date,
)
from feedgen_smm.models import Entry, Feed, Links, Topic

_ATOM = "{http://www.w3.org/2005/Atom}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_GENERATOR = "feedgen-smm"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_AT_ONCE = 100  # entries in feedgen's hands: more take more memory, and more time each
_HISTORY = "http://purl.org/syndication/history/1.0"


class _InPieces:
    """A writer that writes an entry once, and uses its bytes again in other feeds of the same author.

    The entries of a feed that are new are written as documents, which are cut where entries begin: no text has their
    tag, because `<` is escaped. `end` is what follows the last entry. As many entries are kept as the largest feed has.
    """

    def __init__(self, write: Callable[[Contents], bytes], start: bytes, end: bytes) -> None:
        self._write = write
        self._start = start
        self._end = end
        self._pieces: dict[tuple[Entry, str, bool], bytes] = {}
        self._most = RECENT

    def __call__(self, contents: Contents) -> bytes:
        feed, known = contents.feed, self._pieces
        keys = [(entry, feed.author, entry.language == feed.language) for entry in feed.entries]
        new = [*dict.fromkeys(key for key in keys if key not in known)]
        for some in [new[at : at + _AT_ONCE] for at in range(0, len(new), _AT_ONCE)] or [[]]:
            entries = tuple(fit(entry) for entry, *_ in some)
            document = self._write(contents._replace(feed=feed._replace(entries=entries)))
            head, *pieces = document.removesuffix(self._end).split(self._start)
            known.update(zip(some, pieces, strict=True))
        whole = self._start.join([head, *(known[key] for key in keys)]) + self._end
        self._most = max(self._most, len(keys))
        for key in [*islice(known, max(0, len(known) - self._most))]:
            del known[key]  # the oldest
        return whole


def _write_atom(contents: Contents) -> bytes:
    feed, links = contents.feed, contents.links
    generator = _generator(feed, links)
    if feed.topic is not None:
        generator.category(_category(feed.topic))
    generator.link(_link_attributes(links, ATOM_TYPE))
    generator.link(href=feed.site, rel="alternate", type="text/html")
    for entry in feed.entries:
        item = FeedEntry()
        item.id(entry.id)
        item.title(entry.title or "-")  # feedgen raises if it is empty; validation leaves out the entry
        item.published(entry.published.instant)
        item.updated(entry.updated)
        item.author(name=feed.author)  # some readers do not look for the feed's author
        if entry.link:
            item.link(href=entry.link)  # feedgen drops `rel`: a second link would be a second alternate
        if entry.summary and not entry.is_brief:  # RFC 4287, section 4.2.13
            item.summary(entry.summary)
        item.content(as_html(entry), type="html")
        item.category([_category(topic) for topic in entry.topics])
        if entry.language != feed.language:
            item.register_extension("language", _language_attribute(entry.language), rss=False)
        generator.add_entry(item, order="append")
    return bytes(generator.atom_str(pretty=True))


def _write_rss(contents: Contents) -> bytes:
    feed, links = contents.feed, contents.links
    generator = _generator(feed, links)
    if feed.topic is not None:
        generator.category(_bare_category(feed.topic))
    generator.title(plain_title(feed.title))
    generator.subtitle(escaped(feed.subtitle))
    generator.link(href=feed.site, rel="alternate")
    generator.register_extension("dc", _Namespace, atom=False)
    generator.register_extension("links", _channel_links(_link_attributes(links, RSS_TYPE)), atom=False)
    for entry in feed.entries:
        item = FeedEntry()
        item.guid(entry.id, permalink=False)
        item.title(plain_title(entry.title) or "-")
        if entry.link:
            item.link(href=entry.link)
        if entry.summary:
            item.description(escaped(entry.summary), isSummary=True)
        item.content(as_html(entry))
        item.category([_bare_category(topic) for topic in entry.topics])
        item.register_extension("rest", partial(_RestOfItem, entry, feed), atom=False)
        generator.add_entry(item, order="append")
    return bytes(generator.rss_str(pretty=True))


write_atom = _InPieces(_write_atom, b"  <entry", b"</feed>\n")
"""Writes a feed as Atom 1.0, UTF-8."""
write_rss = _InPieces(_write_rss, b"    <item>", b"  </channel>\n</rss>\n")
"""Writes a feed as RSS 2.0, UTF-8."""


def _generator(feed: Feed, links: Links) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.subtitle)
    generator.author(name=feed.author, uri=feed.site)
    generator.rights(feed.rights)
    generator.language(feed.language)
    generator.updated(feed.updated)  # RSS's lastBuildDate too
    generator.generator(_GENERATOR)
    if links.current is not None:
        generator.register_extension("history", _ArchiveMark)
    return generator


def _link_attributes(links: Links, media_type: str) -> list[dict[str, str]]:
    """The attributes of a document's links in Atom."""
    return [
        {"href": address, "rel": relation, **({} if relation == "hub" else {"type": media_type})}
        for relation, address in relations(links).items()
    ]


def _category(topic: Topic) -> dict[str, str]:
    return {**_bare_category(topic), "label": topic.label}


def _bare_category(topic: Topic) -> dict[str, str]:
    """A category without its label: in RSS, feedgen would write the label instead of the name."""
    return {"term": topic.name, "scheme": TOPIC_SCHEME}


class _Namespace(DcEntryExtension):
    """Declares the namespace of Dublin Core once, at the top of the document, not on every item."""

    def extend_rss(self, rss: _Element) -> _Element:
        return rss


class _RestOfItem(BaseEntryExtension):
    """Writes the end of an RSS item: feedgen would change the process's locale for each date, and drop the author."""

    def __init__(self, entry: Entry, feed: Feed) -> None:
        self._entry = entry
        self._feed = feed

    def extend_rss(self, item: _Element) -> _Element:
        entry, feed = self._entry, self._feed
        SubElement(item, "pubDate").text = rss_date(entry.published.instant)
        SubElement(item, f"{_DC}creator").text = feed.author
        if entry.language != feed.language:
            SubElement(item, f"{_DC}language").text = entry.language
        return item


class _ArchiveMark(BaseEntryExtension):
    """Marks a document as an archive (RFC 5005, section 4)."""

    def extend_ns(self) -> dict[str, str]:
        return {"fh": _HISTORY}

    def extend_atom(self, feed: _Element) -> _Element:
        SubElement(feed, f"{{{_HISTORY}}}archive")
        return feed

    def extend_rss(self, rss: _Element) -> _Element:
        SubElement(rss[0], f"{{{_HISTORY}}}archive")
        return rss


def _channel_links(links: list[dict[str, str]]) -> type[BaseEntryExtension]:
    """An extension that writes all links into RSS; feedgen writes only one of them."""

    class ChannelLinks(BaseEntryExtension):
        def extend_rss(self, rss: _Element) -> _Element:
            for attributes in links:
                SubElement(rss[0], f"{_ATOM}link", attributes)
            return rss

    return ChannelLinks


def _language_attribute(language: str) -> type[BaseEntryExtension]:
    """An extension that marks an Atom entry in another language than the feed's (RFC 4287, section 2)."""

    class LanguageAttribute(BaseEntryExtension):
        def extend_atom(self, entry: _Element) -> _Element:
            entry.set(_XML_LANG, language)
            return entry

    return LanguageAttribute


class Held(NamedTuple):
    """What an existing feed says: its id, and the ids of its entries with the dates of their last change.

    A date is aware, and None where the feed has none; RSS never has. `leads_on` tells that it is an archive document
    with a link to the next one, and therefore full (RFC 5005, section 4).
    """

    feed_id: str | None
    entries: dict[str, datetime | None]
    leads_on: bool


def read_held(data: bytes) -> Held:
    """Read a feed in Atom or RSS; one that is cut off or damaged, as far as it goes; of other bytes nothing."""
    parser = XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=True)
    root = fromstring(data, parser) if data.strip() else None
    if root is None:
        return Held(None, {}, leads_on=False)
    entries: dict[str, datetime | None] = {}
    for entry in root.iter(f"{_ATOM}entry", "item"):
        entry_id = entry.findtext(f"{_ATOM}id") or entry.findtext("guid")
        if entry_id:
            entries[entry_id] = _date(entry.findtext(f"{_ATOM}updated"))
    links = root.iter(f"{_ATOM}link")
    return Held(root.findtext(f"{_ATOM}id"), entries, any(link.get("rel") == "next-archive" for link in links))


def _date(text: str | None) -> datetime | None:
    try:
        date = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return date if date.tzinfo else None
