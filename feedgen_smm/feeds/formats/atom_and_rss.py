"""A feed → the bytes of Atom 1.0 (RFC 4287) and RSS 2.0, and of archive documents (RFC 5005) in both.

This is the only module that uses feedgen. feedgen fills in what it is not given with the current time, its own name and
its own order, and writes some of what it is given differently in the two formats. Therefore it is given everything, and
each format has a generator of its own.

Text from a page never becomes markup: where an element holds HTML, the text is escaped as HTML here; feedgen escapes
everything as XML.
"""

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension
from feedgen.ext.dc import DcEntryExtension
from feedgen.feed import FeedGenerator
from lxml.etree import SubElement, _Element

from feedgen_smm.feeds.formats import ATOM, RSS, TOPIC_SCHEME, Contents, Format
from feedgen_smm.feeds.markup import as_html, carried, escaped, plain_title
from feedgen_smm.models import Feed, Links, Topic

_GENERATOR = "feedgen-smm"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_HISTORY = "http://purl.org/syndication/history/1.0"


def write_atom(contents: Contents) -> bytes:
    """The feed as Atom 1.0, UTF-8."""
    feed, links = contents.feed, contents.links
    generator = _generator(feed, links, ATOM)
    generator.link(_relations(links, ATOM))
    generator.link(href=feed.site, rel="alternate", type="text/html")
    for entry in feed.entries:
        item = FeedEntry()
        item.id(entry.id)
        item.title(carried(entry.title) or "-")  # feedgen raises for an empty one; validation leaves the entry out
        item.published(entry.published.instant)
        item.updated(entry.updated)
        item.author(name=feed.author)  # some readers do not look for the feed's author
        if entry.link:
            item.link(href=entry.link)  # feedgen drops `rel`: a second link would be a second alternate
        if entry.summary and not entry.is_brief:  # RFC 4287, section 4.2.13
            item.summary(carried(entry.summary))
        item.content(as_html(entry), type="html")
        for topic in entry.topics:
            item.category(_category(topic))
        if entry.language != feed.language:
            item.register_extension("language", _language_attribute(entry.language), rss=False)
        generator.add_entry(item, order="append")
    return bytes(generator.atom_str(pretty=True))


def write_rss(contents: Contents) -> bytes:
    """The feed as RSS 2.0, UTF-8."""
    feed, links = contents.feed, contents.links
    generator = _generator(feed, links, RSS)
    generator.title(plain_title(feed.title))
    generator.subtitle(escaped(feed.subtitle))
    generator.link(href=feed.site, rel="alternate")
    generator.register_extension("dc", _Namespace, atom=False)
    generator.register_extension("links", _channel_links(_relations(links, RSS)), atom=False)
    for entry in feed.entries:
        item = FeedEntry()
        item.guid(entry.id, permalink=False)
        item.title(plain_title(entry.title) or "-")
        item.published(entry.published.instant)
        if entry.link:
            item.link(href=entry.link)
        if entry.summary:
            item.description(escaped(entry.summary), isSummary=True)
        item.content(as_html(entry))
        for topic in entry.topics:
            item.category(_bare_category(topic))
        item.register_extension("dc", DcEntryExtension, atom=False)
        item.dc.dc_creator(feed.author)
        if entry.language != feed.language:
            item.dc.dc_language(entry.language)
        generator.add_entry(item, order="append")
    return bytes(generator.rss_str(pretty=True))


def _generator(feed: Feed, links: Links, row: Format) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.subtitle)
    generator.author(name=feed.author, uri=feed.site)
    generator.rights(feed.rights)
    generator.language(feed.language)
    generator.updated(feed.updated)  # RSS's lastBuildDate too
    generator.generator(_GENERATOR)
    if feed.topic is not None:
        generator.category(_category(feed.topic) if row is ATOM else _bare_category(feed.topic))
    if links.current is not None:
        generator.register_extension("history", _ArchiveMark)
    return generator


def _relations(links: Links, row: Format) -> list[dict[str, str]]:
    """The addresses that are known, as the attributes of Atom's links."""
    addresses = {
        "self": links.own,
        "hub": links.hub,
        "current": links.current,
        "prev-archive": links.prev_archive,
        "next-archive": links.next_archive,
    }
    return [
        {"href": address, "rel": relation, **({} if relation == "hub" else {"type": row.media_type})}
        for relation, address in addresses.items()
        if address is not None
    ]


def _category(topic: Topic) -> dict[str, str]:
    return {**_bare_category(topic), "label": topic.label}


def _bare_category(topic: Topic) -> dict[str, str]:
    """A category without its label, which feedgen would write instead of the name in RSS."""
    return {"term": topic.name, "scheme": TOPIC_SCHEME}


class _Namespace(DcEntryExtension):
    """Declares Dublin Core once, at the top of the document, instead of on every item."""

    def extend_rss(self, rss: _Element) -> _Element:
        return rss


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


def _channel_links(relations: list[dict[str, str]]) -> type[BaseEntryExtension]:
    """An extension that writes all links into RSS; feedgen writes only one of them."""

    class ChannelLinks(BaseEntryExtension):
        def extend_rss(self, rss: _Element) -> _Element:
            for attributes in relations:
                SubElement(rss[0], "{http://www.w3.org/2005/Atom}link", attributes)
            return rss

    return ChannelLinks


def _language_attribute(language: str) -> type[BaseEntryExtension]:
    """An extension that says on an Atom entry that its language is not the feed's (RFC 4287, section 2)."""

    class LanguageAttribute(BaseEntryExtension):
        def extend_atom(self, entry: _Element) -> _Element:
            entry.set(_XML_LANG, language)
            return entry

    return LanguageAttribute
