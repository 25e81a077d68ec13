"""What an Atom and an RSS document should be, byte by byte: validation compares the finished bytes with it.

Values are as they are in the entries. A character that no feed may have is not dropped here, as it is where feeds are
written, and so it is found.
"""

from functools import lru_cache, partial
from html import escape

from feedgen_smm.feeds.feed import (
    ATOM_TYPE,
    RECENT,
    RSS_TYPE,
    TOPIC_SCHEME,
    Contents,
    as_html,
    plain_title,
    relations,
    rss_date,
)
from feedgen_smm.models import Entry, Links, Topic

_text = partial(escape, quote=False)


def atom_as_expected(contents: Contents) -> bytes:
    """The feed as Atom 1.0."""
    feed, links = contents.feed, contents.links
    head = f"""\
<?xml version='1.0' encoding='UTF-8'?>
<feed{_namespace(links)} xmlns="http://www.w3.org/2005/Atom" xml:lang="{escape(feed.language)}">
  <id>{_text(feed.id)}</id>
  <title>{_text(feed.title)}</title>
  <updated>{feed.updated.isoformat()}</updated>
  <author>
    <name>{_text(feed.author)}</name>
    <uri>{_text(feed.site)}</uri>
  </author>
{_links("  <link", links, ATOM_TYPE)}  <link href="{escape(feed.site)}" rel="alternate" type="text/html"/>
{_atom_topics("  ", (feed.topic,)) if feed.topic else ""}  <generator>feedgen-smm</generator>
  <rights>{_text(feed.rights)}</rights>
  <subtitle>{_text(feed.subtitle)}</subtitle>
{_mark("  ", links)}"""
    entries = [_atom_entry(entry, feed.author, feed.language) for entry in feed.entries]
    return b"".join((head.encode(), *entries, b"</feed>\n"))


def rss_as_expected(contents: Contents) -> bytes:
    """The feed as RSS 2.0."""
    feed, links = contents.feed, contents.links
    head = f"""\
<?xml version='1.0' encoding='UTF-8'?>
<rss{_namespace(links)} xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"\
 xmlns:content="http://purl.org/rss/1.0/modules/content/" version="2.0">
  <channel>
    <title>{_text(plain_title(feed.title))}</title>
    <link>{_text(feed.site)}</link>
    <description>{_text(_text(feed.subtitle))}</description>
{_rss_topics("    ", (feed.topic,)) if feed.topic else ""}    <copyright>{_text(feed.rights)}</copyright>
    <docs>http://www.rssboard.org/rss-specification</docs>
    <generator>feedgen-smm</generator>
    <language>{feed.language}</language>
    <lastBuildDate>{rss_date(feed.updated)}</lastBuildDate>
{_mark("    ", links)}{_links("    <atom:link", links, RSS_TYPE)}"""
    entries = [_rss_item(entry, feed.author, feed.language) for entry in feed.entries]
    return b"".join((head.encode(), *entries, b"  </channel>\n</rss>\n"))


@lru_cache(maxsize=RECENT)
def _atom_entry(entry: Entry, author: str, feed_language: str) -> bytes:
    marked = "" if entry.language == feed_language else f' xml:lang="{escape(entry.language)}"'
    link = f'    <link href="{escape(entry.link)}"/>\n' if entry.link else ""
    summary = f"    <summary>{_text(entry.summary)}</summary>\n" if entry.summary and not entry.is_brief else ""
    text = f"""\
  <entry{marked}>
    <id>{_text(entry.id)}</id>
    <title>{_text(entry.title)}</title>
    <updated>{entry.updated.isoformat()}</updated>
    <author>
      <name>{_text(author)}</name>
    </author>
    <content type="html">{_text(as_html(entry))}</content>
{link}{summary}{_atom_topics("    ", entry.topics)}    <published>{entry.published.instant.isoformat()}</published>
  </entry>
"""
    return text.encode(errors="replace")


@lru_cache(maxsize=RECENT)
def _atom_topics(indent: str, topics: tuple[Topic, ...]) -> str:
    return "".join(
        f'{indent}<category term="{topic.name}" scheme="{TOPIC_SCHEME}" label="{escape(topic.label)}"/>\n'
        for topic in topics
    )


@lru_cache(maxsize=RECENT)
def _rss_item(entry: Entry, author: str, feed_language: str) -> bytes:
    content = _text(as_html(entry))
    link = f"      <link>{_text(entry.link)}</link>\n" if entry.link else ""
    whole = f"      <content:encoded>{content}</content:encoded>\n" if entry.summary else ""
    language = f"      <dc:language>{escape(entry.language)}</dc:language>\n"
    marked = "" if entry.language == feed_language else language
    text = f"""\
    <item>
      <title>{_text(plain_title(entry.title))}</title>
{link}      <description>{_text(_text(entry.summary)) if entry.summary else content}</description>
{whole}      <guid isPermaLink="false">{_text(entry.id)}</guid>
{_rss_topics("      ", entry.topics)}      <pubDate>{rss_date(entry.published.instant)}</pubDate>
      <dc:creator>{_text(author)}</dc:creator>
{marked}    </item>
"""
    return text.encode(errors="replace")


@lru_cache(maxsize=RECENT)
def _rss_topics(indent: str, topics: tuple[Topic, ...]) -> str:
    return "".join(f'{indent}<category domain="{TOPIC_SCHEME}">{topic.name}</category>\n' for topic in topics)


def _links(element: str, links: Links, media_type: str) -> str:
    return "".join(
        f'{element} href="{escape(at)}" rel="{rel}"' + ("/>\n" if rel == "hub" else f' type="{media_type}"/>\n')
        for rel, at in relations(links).items()
    )


def _namespace(links: Links) -> str:
    return ' xmlns:fh="http://purl.org/syndication/history/1.0"' if links.current else ""


def _mark(indent: str, links: Links) -> str:
    return f"{indent}<fh:archive/>\n" if links.current else ""
