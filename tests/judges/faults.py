"""A small good feed in each format, and the single faults that validation must find in it."""

from typing import NamedTuple

GOOD = {
    "atom": """\
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <id>urn:uuid:00000000-0000-4000-8000-000000000000</id>
  <title>Metals</title>
  <updated>2025-03-03T01:30:00+00:00</updated>
  <author><name>Somebody</name><uri>https://example.org/</uri></author>
  <link href="https://example.org/atom.xml" rel="self" type="application/atom+xml"/>
  <link href="https://example.org/" rel="alternate" type="text/html"/>
  <generator>a program</generator>
  <rights>Somebody's</rights>
  <subtitle>News of metals</subtitle>
  <entry>
    <id>urn:uuid:00000000-0000-4000-8000-000000000001</id>
    <title>Tin</title>
    <updated>2025-03-03T01:30:00+00:00</updated>
    <author><name>Somebody</name></author>
    <content type="html">&lt;p&gt;Tin &amp;lt; zinc.&lt;/p&gt;</content>
    <link href="https://example.org/tin"/>
    <summary>Tin &lt; zinc.</summary>
    <published>2025-03-03T01:30:00+00:00</published>
  </entry>
</feed>
""",
    "rss": """\
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/">
  <channel>
    <title>Metals</title>
    <link>https://example.org/</link>
    <description>News of metals</description>
    <copyright>Somebody's</copyright>
    <docs>https://www.rssboard.org/rss-specification</docs>
    <generator>a program</generator>
    <language>en</language>
    <lastBuildDate>Mon, 03 Mar 2025 01:30:00 +0000</lastBuildDate>
    <atom:link href="https://example.org/rss.xml" rel="self" type="application/rss+xml"/>
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
    """A fault as an edit: the first `old` of the good feed becomes `new`. `rule` is the element that is at fault."""

    format: str
    rule: str
    name: str
    old: str
    new: str

    @property
    def document(self) -> str:
        """The good feed with this fault."""
        good = GOOD[self.format]
        assert self.old in good
        return good.replace(self.old, self.new, 1)


_ID = "<id>urn:uuid:00000000-0000-4000-8000-000000000001</id>"
_UPDATED = "\n    <updated>2025-03-03T01:30:00+00:00</updated>"
_PUBLISHED = "<published>2025-03-03T01:30:00+00:00"
# By the element that is found at fault.
_ATOM_FAULTS = {
    "feed": {
        "no feed id": ("<id>urn:uuid:00000000-0000-4000-8000-000000000000</id>", ""),
        "no feed title": ("<title>Metals</title>", ""),
        "no feed updated": ("<updated>2025-03-03T01:30:00+00:00</updated>", ""),
        "no language": (' xml:lang="en"', ""),
        "a language of another form": ('xml:lang="en"', 'xml:lang="en_GB"'),
        "no author on the feed": ("<author><name>Somebody</name><uri>https://example.org/</uri></author>", ""),
        "no site": ('<link href="https://example.org/" rel="alternate" type="text/html"/>', ""),
        "self link of another type": ('type="application/atom+xml"', 'type="application/rss+xml"'),
        "an archive that does not say where the feed is": (
            "</subtitle>",
            '</subtitle><archive xmlns="http://purl.org/syndication/history/1.0"/>',
        ),
        "the feed's words after its entries": ("</entry>", "</entry><rights>None</rights>"),
    },
    "entry": {
        "no author on an entry": ("\n    <author><name>Somebody</name></author>", ""),
        "no entry id": (_ID, ""),
        "an id in capitals": ("-000000000001</id>", "-00000000000A</id>"),
        "an id that is an address": (">urn:uuid:00000000-0000-4000-8000-000000000001<", ">https://example.org/tin<"),
        "no entry title": ("<title>Tin</title>", ""),
        "no entry updated": (_UPDATED, ""),
        "two entry updated": (_UPDATED, 2 * _UPDATED),
        "no published": (f"{_PUBLISHED}</published>", ""),
        "two summaries": ("<summary>", "<summary>Tin.</summary><summary>"),
        "two contents": ("<content", '<content type="html">&lt;p&gt;Tin.&lt;/p&gt;</content><content'),
        "neither content nor link": (
            """<content type="html">&lt;p&gt;Tin &amp;lt; zinc.&lt;/p&gt;</content>
    <link href="https://example.org/tin"/>""",
            "",
        ),
        "an element of another vocabulary": (
            "<published>",
            '<creator xmlns="http://purl.org/dc/elements/1.1/">S</creator><published>',
        ),
        "text between elements": ("<entry>", "<entry>Tin"),
    },
    "author": {
        "author without a name": ("<name>Somebody</name>", ""),
    },
    "uri": {
        "author's address is no address": ("<uri>https://example.org/</uri>", "<uri>Somebody</uri>"),
    },
    "email": {
        "author's e-mail is no e-mail address": ("</uri></author>", "</uri><email>Somebody</email></author>"),
    },
    "link": {
        "two self links": ("<generator>", '<link rel="self" href="https://example.org/b"/><generator>'),
        "relative self link": ("https://example.org/atom.xml", "atom.xml"),
        "link without an address": (' href="https://example.org/tin"', ""),
        "link with a space in its address": ("https://example.org/tin", "https://example.org/tin ore"),
        "link with words in it": (
            '<link href="https://example.org/tin"/>',
            '<link href="https://example.org/tin">x</link>',
        ),
        "unknown relation": ('rel="alternate"', 'rel="homepage"'),
        "two alternate links": ("<summary>", '<link rel="alternate" href="https://example.org/b"/><summary>'),
    },
    "id": {
        "an id that is a word": (">urn:uuid:00000000-0000-4000-8000-000000000001<", ">tin<"),
        "white space around an id": ("-000000000001</id>", "-000000000001\n</id>"),
        "one id twice": (
            "</entry>",
            f"""</entry><entry>{_ID}<title>Zinc</title>{_UPDATED}<author><name>Somebody</name></author>
            <content type="html">&lt;p&gt;Zinc.&lt;/p&gt;</content>{_PUBLISHED}</published></entry>""",
        ),
    },
    "title": {
        "an empty title": ("<title>Tin</title>", "<title/>"),
        "a control character": ("<title>Tin</title>", "<title>Tin\x9b</title>"),
        "a character that was lost": ("<title>Tin</title>", "<title>T\ufffdn</title>"),
    },
    "b": {
        "markup in a title": ("<title>Tin</title>", "<title><b>Tin</b></title>"),
    },
    "updated": {
        "an entry newer than the feed": (_UPDATED, "\n    <updated>2025-03-03T01:31:00+00:00</updated>"),
    },
    "published": {
        "a date without a zone": (_PUBLISHED, "<published>2025-03-03T01:30:00"),
        "a date in China's time": (_PUBLISHED, "<published>2025-03-03T09:30:00+08:00"),
        "a date without a time": (_PUBLISHED, "<published>2025-03-03"),
        "a date that is none": (_PUBLISHED, "<published>2025-02-30T01:30:00+00:00"),
        "a date in RSS's form": (_PUBLISHED, "<published>Mon, 03 Mar 2025 01:30:00 +0000"),
    },
    "content": {
        "content of no declared type": ('<content type="html">', "<content>"),
        "content typed as CDATA": ('<content type="html">', '<content type="CDATA">'),
        "content with a script": ("&lt;p&gt;Tin", "&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;Tin"),
        "content with an attribute": ("&lt;p&gt;Tin", '&lt;p onclick="alert(1)"&gt;Tin'),
    },
    "p": {
        "content that is not escaped": ("&lt;p&gt;Tin &amp;lt; zinc.&lt;/p&gt;", "<p>Tin &lt; zinc.</p>"),
    },
    "summary": {
        "summary typed as a media type": ("<summary>", '<summary type="text/html">'),
        "an unknown attribute": ("<summary>", '<summary mode="escaped">'),
    },
    "category": {
        "a topic without a label": (
            "<published>",
            '<category term="tin" scheme="urn:uuid:00000000-0000-4000-8000-000000000002"/><published>',
        ),
    },
    "description": {
        "an unknown element": ("<published>", "<description>Tin.</description><published>"),
    },
    "format": {
        "the old namespace": ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"),
    },
    "xml": {
        "an entity of its own": ("<feed", "<!DOCTYPE feed [<!ENTITY tin 'Tin'>]><feed"),
        "another encoding": ("<feed", '<?xml version="1.0" encoding="ISO-8859-1"?><feed'),
        "an end that is missing": ("</feed>", ""),
        "an ampersand alone": ("<title>Tin", "<title>Tin & zinc"),
    },
}

_DATE = "<pubDate>Mon, 03 Mar 2025 01:30:00 +0000"
_RSS_FAULTS = {
    "rss": {
        "no version": (' version="2.0"', ""),
        "an older version": ('version="2.0"', 'version="0.92"'),
    },
    "channel": {
        "no channel title": ("<title>Metals</title>", ""),
        "no channel link": ("<link>https://example.org/</link>", ""),
        "two channel links": ("<description>News", "<link>https://example.org/b</link><description>News"),
        "no channel description": ("<description>News of metals</description>", ""),
        "no language": ("<language>en</language>", ""),
        "no date of building": ("<lastBuildDate>Mon, 03 Mar 2025 01:30:00 +0000</lastBuildDate>", ""),
        "self link of another type": ('type="application/rss+xml"', 'type="application/atom+xml"'),
        "an item before the channel's words": ("</item>", "</item><copyright>Nobody</copyright>"),
    },
    "link": {
        "channel link as an attribute": ("<link>https://example.org/</link>", '<link href="https://example.org/"/>'),
        "a relative link": ("<link>https://example.org/tin</link>", "<link>/tin</link>"),
        "self link of another relation": ('rel="self"', 'rel="alternate"'),
        "self link of no vocabulary": ("<atom:link ", "<link "),
    },
    "language": {
        "a language by its name": ("<language>en</language>", "<language>American English</language>"),
    },
    "item": {
        "an item without a title": ("<title>Tin &amp; zinc</title>", ""),
        "no description": ("<description>Tin &amp;lt; zinc.</description>", ""),
        "two descriptions": ("<content:encoded>", "<description>Tin.</description><content:encoded>"),
        "the full text before the summary": (
            "<description>Tin &amp;lt; zinc.</description>",
            "<content:encoded>&lt;p&gt;Tin.&lt;/p&gt;</content:encoded><description>Tin.</description>",
        ),
        "no guid": ('<guid isPermaLink="false">urn:uuid:00000000-0000-4000-8000-000000000001</guid>', ""),
        "no date": (f"{_DATE}</pubDate>", ""),
        "no author": ("<dc:creator>Somebody</dc:creator>", ""),
    },
    "title": {
        "a title with a tag": ("Tin &amp; zinc", "&lt;b&gt;Tin&lt;/b&gt;"),
        "a title that is white space": ("Tin &amp; zinc", " "),
    },
    "p": {
        "markup that is not escaped": ("&lt;p&gt;Tin &amp;lt; zinc.&lt;/p&gt;", "<p>Tin &lt; zinc.</p>"),
    },
    "encoded": {
        "a script in the text": ("&lt;p&gt;Tin", "&lt;script&gt;alert(1)&lt;/script&gt;&lt;p&gt;Tin"),
    },
    "guid": {
        "a guid to follow": ('isPermaLink="false"', 'isPermaLink="true"'),
        "a guid that does not say": (' isPermaLink="false"', ""),
        "a guid that is a number": ("urn:uuid:00000000-0000-4000-8000-000000000001", "100000001"),
    },
    "pubDate": {
        "a date in Atom's form": (_DATE, "<pubDate>2025-03-03T01:30:00Z"),
        "a date in Chinese": (_DATE, "<pubDate>周一, 03 3月 2025 01:30:00 +0000"),
        "a date in China's time": (_DATE, "<pubDate>Mon, 03 Mar 2025 09:30:00 +0800"),
        "a date without a zone": (_DATE, "<pubDate>Mon, 03 Mar 2025 01:30:00"),
        "an hour that is none": (_DATE, "<pubDate>Mon, 03 Mar 2025 24:30:00 +0000"),
        "a day that is none": (_DATE, "<pubDate>Sun, 30 Feb 2025 01:30:00 +0000"),
        "another day of the week": (_DATE, "<pubDate>Sun, 03 Mar 2025 01:30:00 +0000"),
    },
    "author": {
        "an author that is no e-mail address": ("<dc:creator>Somebody</dc:creator>", "<author>Somebody</author>"),
    },
    "published": {
        "an unknown element": ("<pubDate>", "<published>2025</published><pubDate>"),
    },
}

FAULTS = [
    Fault(format_, rule, name, old, new)
    for format_, rules in (("atom", _ATOM_FAULTS), ("rss", _RSS_FAULTS))
    for rule, faults in rules.items()
    for name, (old, new) in faults.items()
]
BEYOND_GRAMMAR = {  # what only code can find: values that do not agree with each other
    "one id twice",
    "an entry newer than the feed",
    "a day that is none",
    "another day of the week",
}
