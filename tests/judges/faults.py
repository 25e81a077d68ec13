"""A small sound feed in each format, and the single faults that the grammars must find in it."""

from typing import NamedTuple

SOUND = {
    "atom.rnc": """\
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>urn:uuid:00000000-0000-4000-8000-000000000000</id>
  <title>Metals</title>
  <updated>2025-03-03T01:30:00Z</updated>
  <author><name>Somebody</name><uri>https://example.org/</uri></author>
  <link rel="self" href="https://example.org/atom.xml" type="application/atom+xml"/>
  <link rel="alternate" href="https://example.org/" type="text/html"/>
  <generator>a program</generator>
  <entry>
    <id>urn:uuid:00000000-0000-4000-8000-000000000001</id>
    <title>Tin</title>
    <updated>2025-03-03T01:30:00+00:00</updated>
    <published>2025-03-03T01:30:00+00:00</published>
    <link href="https://example.org/tin"/>
    <summary>Tin &lt; zinc.</summary>
    <content type="html">&lt;p&gt;Tin &amp;lt; zinc.&lt;/p&gt;</content>
  </entry>
</feed>
""",
    "rss.rnc": """\
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/">
  <channel>
    <title>Metals</title>
    <link>https://example.org/</link>
    <description>News of metals</description>
    <language>en</language>
    <lastBuildDate>Mon, 03 Mar 2025 01:30:00 +0000</lastBuildDate>
    <atom:link rel="self" href="https://example.org/rss.xml" type="application/rss+xml"/>
    <item>
      <title>Tin &amp; zinc</title>
      <link>https://example.org/tin</link>
      <description>Tin &amp;lt; zinc.</description>
      <content:encoded>&lt;p&gt;Tin &amp;lt; zinc.&lt;/p&gt;</content:encoded>
      <guid isPermaLink="false">urn:uuid:00000000-0000-4000-8000-000000000001</guid>
      <pubDate>Mon, 03 Mar 2025 01:30:00 +0000</pubDate>
      <dc:creator>Somebody</dc:creator>
    </item>
  </channel>
</rss>
""",
}


class Fault(NamedTuple):
    """A fault as an edit: the first `old` of the sound feed becomes `new`."""

    grammar: str
    name: str
    old: str
    new: str

    @property
    def document(self) -> str:
        """The sound feed with this fault."""
        sound = SOUND[self.grammar]
        assert self.old in sound
        return sound.replace(self.old, self.new, 1)


_ATOM_FAULTS = {
    "no feed id": ("<id>urn:uuid:00000000-0000-4000-8000-000000000000</id>", ""),
    "no feed title": ("<title>Metals</title>", ""),
    "no feed updated": ("<updated>2025-03-03T01:30:00Z</updated>", ""),
    "no language": (' xml:lang="en"', ""),
    "no author anywhere": ("<author><name>Somebody</name><uri>https://example.org/</uri></author>", ""),
    "author without a name": ("<name>Somebody</name>", ""),
    "author's address is no address": ("<uri>https://example.org/</uri>", "<uri>Somebody</uri>"),
    "two self links": ("<generator>", '<link rel="self" href="https://example.org/b"/><generator>'),
    "self link of another type": ('type="application/atom+xml"', 'type="application/rss+xml"'),
    "relative self link": ("https://example.org/atom.xml", "atom.xml"),
    "link without an address": (' href="https://example.org/tin"', ""),
    "link with words in it": (
        '<link href="https://example.org/tin"/>',
        '<link href="https://example.org/tin">x</link>',
    ),
    "unknown relation": ('rel="alternate"', 'rel="homepage"'),
    "no entry id": ("<id>urn:uuid:00000000-0000-4000-8000-000000000001</id>", ""),
    "an id in capitals": ("-000000000001</id>", "-00000000000A</id>"),
    "an id that is an address": (">urn:uuid:00000000-0000-4000-8000-000000000001<", ">https://example.org/tin<"),
    "white space around an id": ("-000000000001</id>", "-000000000001\n</id>"),
    "no entry title": ("<title>Tin</title>", ""),
    "an empty title": ("<title>Tin</title>", "<title/>"),
    "markup in a title": ("<title>Tin</title>", "<title><b>Tin</b></title>"),
    "no entry updated": ("<updated>2025-03-03T01:30:00+00:00</updated>", ""),
    "two entry updated": ("<published>", "<updated>2025-03-03T01:30:00Z</updated><published>"),
    "no published": ("<published>2025-03-03T01:30:00+00:00</published>", ""),
    "a date without a zone": ("<published>2025-03-03T01:30:00+00:00", "<published>2025-03-03T01:30:00"),
    "a date in China's time": ("<published>2025-03-03T01:30:00+00:00", "<published>2025-03-03T09:30:00+08:00"),
    "a date without a time": ("<published>2025-03-03T01:30:00+00:00", "<published>2025-03-03"),
    "a date that is none": ("<published>2025-03-03", "<published>2025-02-30"),
    "a date in RSS's form": ("<published>2025-03-03T01:30:00+00:00", "<published>Mon, 03 Mar 2025 01:30:00 +0000"),
    "two alternate links": ("<summary>", '<link rel="alternate" href="https://example.org/b"/><summary>'),
    "two summaries": ("<summary>", "<summary>Tin.</summary><summary>"),
    "two contents": ("<content", '<content type="html">Tin.</content><content'),
    "content of no declared type": ('<content type="html">', "<content>"),
    "content typed as CDATA": ('<content type="html">', '<content type="CDATA">'),
    "summary typed as a media type": ("<summary>", '<summary type="text/html">'),
    "neither content nor link": (
        """<link href="https://example.org/tin"/>
    <summary>Tin &lt; zinc.</summary>
    <content type="html">&lt;p&gt;Tin &amp;lt; zinc.&lt;/p&gt;</content>""",
        "<summary>Tin.</summary>",
    ),
    "an unknown element": ("<summary>", "<description>Tin.</description><summary>"),
    "an element of another vocabulary": (
        "<summary>",
        '<creator xmlns="http://purl.org/dc/elements/1.1/">S</creator><summary>',
    ),
    "an unknown attribute": ("<summary>", '<summary mode="escaped">'),
    "text between elements": ("<entry>", "<entry>Tin"),
    "the feed's words after its entries": ("</entry>", "</entry><rights>None</rights>"),
    "the old namespace": ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"),
}

_RSS_FAULTS = {
    "no version": (' version="2.0"', ""),
    "an older version": ('version="2.0"', 'version="0.92"'),
    "no channel title": ("<title>Metals</title>", ""),
    "no channel link": ("<link>https://example.org/</link>", ""),
    "two channel links": ("<description>News", "<link>https://example.org/b</link><description>News"),
    "channel link as an attribute": ("<link>https://example.org/</link>", '<link href="https://example.org/"/>'),
    "a relative link": ("<link>https://example.org/tin</link>", "<link>/tin</link>"),
    "no channel description": ("<description>News of metals</description>", ""),
    "no language": ("<language>en</language>", ""),
    "no date of building": ("<lastBuildDate>Mon, 03 Mar 2025 01:30:00 +0000</lastBuildDate>", ""),
    "self link of another type": ('type="application/rss+xml"', 'type="application/atom+xml"'),
    "self link of another relation": ('rel="self"', 'rel="alternate"'),
    "self link of no vocabulary": ("<atom:link ", "<link "),
    "an item without a title": ("<title>Tin &amp; zinc</title>", ""),
    "a title with a tag": ("Tin &amp; zinc", "&lt;b&gt;Tin&lt;/b&gt;"),
    "a title that is white space": ("Tin &amp; zinc", " "),
    "no description": ("<description>Tin &amp;lt; zinc.</description>", ""),
    "two descriptions": ("<content:encoded>", "<description>Tin.</description><content:encoded>"),
    "the full text before the summary": (
        "<description>Tin &amp;lt; zinc.</description>",
        "<content:encoded>Tin.</content:encoded><description>Tin.</description>",
    ),
    "markup that is not escaped": ("&lt;p&gt;Tin &amp;lt; zinc.&lt;/p&gt;", "<p>Tin &lt; zinc.</p>"),
    "no guid": ('<guid isPermaLink="false">urn:uuid:00000000-0000-4000-8000-000000000001</guid>', ""),
    "a guid to follow": ('isPermaLink="false"', 'isPermaLink="true"'),
    "a guid that does not say": (' isPermaLink="false"', ""),
    "a guid that is a number": ("urn:uuid:00000000-0000-4000-8000-000000000001", "100000001"),
    "no date": ("<pubDate>Mon, 03 Mar 2025 01:30:00 +0000</pubDate>", ""),
    "a date in Atom's form": ("<pubDate>Mon, 03 Mar 2025 01:30:00 +0000", "<pubDate>2025-03-03T01:30:00Z"),
    "a date in Chinese": ("<pubDate>Mon, 03 Mar", "<pubDate>周一, 03 3月"),
    "a date in China's time": ("<pubDate>Mon, 03 Mar 2025 01:30:00 +0000", "<pubDate>Mon, 03 Mar 2025 09:30:00 +0800"),
    "a date without a zone": ("<pubDate>Mon, 03 Mar 2025 01:30:00 +0000", "<pubDate>Mon, 03 Mar 2025 01:30:00"),
    "an hour that is none": ("<pubDate>Mon, 03 Mar 2025 01", "<pubDate>Mon, 03 Mar 2025 24"),
    "no author": ("<dc:creator>Somebody</dc:creator>", ""),
    "an author that is no e-mail address": ("<dc:creator>Somebody</dc:creator>", "<author>Somebody</author>"),
    "an unknown element": ("<pubDate>", "<published>2025</published><pubDate>"),
    "an item before the channel's words": ("</item>", "</item><copyright>Nobody</copyright>"),
}

FAULTS = [
    Fault(grammar, name, old, new)
    for grammar, faults in (("atom.rnc", _ATOM_FAULTS), ("rss.rnc", _RSS_FAULTS))
    for name, (old, new) in faults.items()
]
