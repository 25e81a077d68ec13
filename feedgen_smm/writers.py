"""A feed → the bytes of Atom 1.0 (RFC 4287) and RSS 2.0. The one module that knows feedgen.

feedgen fills what it is not told with the wall clock, its own name and its own order, and writes much of what it is
told differently in the two formats; so everything is told, and each format has a generator of its own. In both, text
from a page is escaped once as HTML, where the element holds HTML, and once more as XML by feedgen: it never becomes
markup.
"""

import html
import re
from collections.abc import Callable
from html.entities import name2codepoint
from typing import NamedTuple

from feedgen.entry import FeedEntry
from feedgen.ext.base import BaseEntryExtension
from feedgen.ext.dc import DcEntryExtension
from feedgen.feed import FeedGenerator
from lxml.etree import _Element

from feedgen_smm.models import Entry, Feed

_GENERATOR = "feedgen-smm"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class Writer(NamedTuple):
    """A format: the name of its file, its media type, and what renders a feed in it."""

    file_name: str
    media_type: str
    render: Callable[[Feed, str | None], bytes]


def write_atom(feed: Feed, self_address: str | None = None) -> bytes:
    """The feed as Atom 1.0, UTF-8. `self_address` is where it will be found, if that is known."""
    generator = _generator(feed, self_address, ATOM.media_type)
    for entry in feed.entries:
        item = FeedEntry()
        item.id(entry.id)
        item.title(entry.title)
        item.published(entry.published.instant)
        item.updated(entry.updated)
        item.author(name=feed.author)  # the feed's would do, but some readers do not look there
        if entry.link:
            item.link(href=entry.link)  # the only link: feedgen would write any other as a second alternate
        if entry.summary and entry.paragraphs != (entry.summary,):  # not to be told twice: RFC 4287, section 4.2.13
            item.summary(entry.summary)  # text, as titles are
        item.content(_as_html(entry), type="html")
        if entry.language != feed.language:
            item.register_extension("language", _language_attribute(entry.language), rss=False)
        generator.add_entry(item, order="append")
    return bytes(generator.atom_str(pretty=True))


def write_rss(feed: Feed, self_address: str | None = None) -> bytes:
    """The feed as RSS 2.0, UTF-8. `self_address` is where it will be found, if that is known."""
    generator = _generator(feed, self_address, RSS.media_type)
    for entry in feed.entries:
        item = FeedEntry()
        item.guid(entry.id, permalink=False)
        item.title(plain_title(entry.title))
        item.published(entry.published.instant)
        if entry.link:
            item.link(href=entry.link)
        if entry.summary:
            item.description(html.escape(entry.summary, quote=False), isSummary=True)
        item.content(_as_html(entry))
        item.register_extension("dc", DcEntryExtension, atom=False)
        item.dc.dc_creator(feed.author)
        if entry.language != feed.language:
            item.dc.dc_language(entry.language)
        generator.add_entry(item, order="append")
    return bytes(generator.rss_str(pretty=True))


ATOM = Writer("atom.xml", "application/atom+xml", write_atom)
RSS = Writer("rss.xml", "application/rss+xml", write_rss)
WRITERS = (ATOM, RSS)


def plain_title(title: str) -> str:
    """A title that says the same to readers that take RSS titles for text and to those that take them for HTML.

    What HTML would take for markup, `<` and the `&` of what could be a character reference, is written full-width.
    """
    title = title.replace("<", "＜")
    return re.sub(r"&[#\w]+;?", _plain_ampersand, title) if "&" in title else title


def _plain_ampersand(match: re.Match[str]) -> str:
    name = match[0].strip("&;")
    if name.isalpha() and name not in name2codepoint and html.unescape(match[0]) == match[0]:
        return match[0]  # S&P, AT&T
    return f"＆{match[0][1:]}"


def _generator(feed: Feed, self_address: str | None, media_type: str) -> FeedGenerator:
    generator = FeedGenerator()
    generator.id(feed.id)
    generator.title(feed.title)
    generator.subtitle(feed.subtitle)
    generator.author(name=feed.author, uri=feed.site)
    generator.rights(feed.rights)
    generator.language(feed.language)
    generator.updated(feed.updated)  # RSS's lastBuildDate too
    generator.generator(_GENERATOR)
    if self_address:
        generator.link(href=self_address, rel="self", type=media_type)
    generator.link(href=feed.site, rel="alternate", type="text/html")  # last: RSS's link is the last of any kind
    if media_type == RSS.media_type:
        generator.register_extension("dc", _Namespace, atom=False)
    return generator


def _as_html(entry: Entry) -> str:
    """The full text as HTML paragraphs; the headline where no sighting showed a text: Atom wants content or a link."""
    return "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in entry.paragraphs or (entry.title,))


class _Namespace(DcEntryExtension):
    """Declares Dublin Core once, at the top of the document, and not on every item."""

    def extend_rss(self, rss: _Element) -> _Element:
        return rss


def _language_attribute(language: str) -> type[BaseEntryExtension]:
    """An extension that marks an Atom entry as being in another language than the feed (RFC 4287, section 2)."""

    class LanguageAttribute(BaseEntryExtension):
        def extend_atom(self, entry: _Element) -> _Element:
            entry.set(_XML_LANG, language)
            return entry

    return LanguageAttribute
