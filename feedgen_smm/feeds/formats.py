"""All files of the output folder: what they are called, who writes and validates them, and their bytes.

`FORMATS` has a row for each format. A new format is a function that returns its bytes, a row, the file in
`tests/outputs` that the test's entries should make, and a row of the README's table. JSON Feed 1.1
(jsonfeed.org/version/1.1), the OPML 2.0 list (opml.org/spec2) and the page for browsers are written here;
`atom_and_rss` writes the feeds.

    atom.xml  rss.xml  feed.json  feeds.opml  index.html
    topics/<topic>/atom.xml  rss.xml
    archive/atom-<number>.xml  rss-<number>.xml  <topic>/atom-<number>.xml  rss-<number>.xml
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache, partial
from html import escape
from importlib.resources import files
from itertools import groupby
from string import Template
from typing import NamedTuple

from feedgen_smm.feeds.atom_and_rss import write_atom, write_rss
from feedgen_smm.feeds.feed import (
    ATOM_TYPE,
    FEED_ID,
    RSS_TYPE,
    Contents,
    Subscription,
    as_html,
    feed_title,
    make_feed,
    rss_date,
)
from feedgen_smm.feeds.validation import Fault, faults_in_atom, faults_in_rss
from feedgen_smm.models import CHINA, Entry, Feed, Links, Moment, Precision, Topic, rfc_3339
from feedgen_smm.settings import Settings

TOPICS = "topics"
ARCHIVE = "archive"
OPML_FILE = "feeds.opml"

_MONTHS = tuple("January February March April May June July August September October November December".split())

_to_json = json.JSONEncoder(ensure_ascii=False).encode

_COPY_SHOWN = "Copy an address"
_COPY_LINK = "Copy the address of a link (not its name: right-click or long-press it)"


class Format(NamedTuple):
    """A kind of output.

    `write` returns the bytes of a file, `validate` what keeps them from being published. `holds` is what the summary
    counts in a file. `is_feed`: it can be subscribed to. `has_topics`: each topic has a file of it too. `has_archive`:
    entries that the feed has no room for go to archive documents of it (RFC 5005).
    """

    name: str
    file_name: str
    media_type: str
    write: Callable[[Contents], bytes]
    validate: Callable[[bytes, Contents], tuple[Fault, ...]] = lambda _data, _contents: ()
    holds: str = "entry"
    is_feed: bool = False
    has_topics: bool = False
    has_archive: bool = False

    def feed_name(self, topic: Topic | None) -> str:
        """The file of a topic's feed, or of the main one."""
        return self.file_name if topic is None else f"{TOPICS}/{topic.name}/{self.file_name}"

    def document_name(self, topic: Topic | None, number: int) -> str:
        """The file of an archive document of a topic, or of the main feed; numbers count from 1."""
        stem, _, suffix = self.file_name.partition(".")
        folder = ARCHIVE if topic is None else f"{ARCHIVE}/{topic.name}"
        return f"{folder}/{stem}-{number}.{suffix}"


class Section(NamedTuple):
    """The newest entries, of one topic or of all, newest first, and how many archive documents hold older ones.

    `updated`, aware UTC, is the date of a feed whose entries were all withdrawn. `is_same`: nothing in it changed, so
    its files stay as they are, and its entries are not given.
    """

    topic: Topic | None
    entries: tuple[Entry, ...]
    archived: int = 0
    updated: datetime | None = None
    is_same: bool = False


Edition = Sequence[Section]  # first the one of all entries, then one for each topic


class ArchiveDocument(NamedTuple):
    """Entries that a feed has no room for (RFC 5005, section 4).

    `is_fixed`: it is full, links to the next one and never changes. `updated` is when an entry was last withdrawn from
    it, and is needed where none are left.
    """

    topic: Topic | None
    number: int
    is_fixed: bool
    entries: tuple[Entry, ...]
    updated: datetime | None = None


class File(NamedTuple):
    """The bytes of a file, and how many entries or feeds it holds.

    `format` and `contents` are what it was made of; None for a stored one, which was validated when it was made.
    """

    data: bytes
    holds: int
    format: Format | None = None
    contents: Contents | None = None

    def faults(self) -> tuple[Fault, ...]:
        """What keeps the file from being published."""
        if self.format is None or self.contents is None:
            return ()
        return self.format.validate(self.data, self.contents)


def render(edition: Edition, settings: Settings, feed_id: str = FEED_ID) -> dict[str, File]:
    """Every file but the archive documents, by its name in the folder. `feed_id` is the id of the main feed."""
    feeds = [
        (section, make_feed(section.entries, settings, feed_id, section.topic, section.updated))
        for section in edition
        if not section.is_same
    ]
    files = {
        row.feed_name(section.topic): _file(row, Contents(feed, _feed_links(row, section, settings)))
        for section, feed in feeds
        for row in _formats_of(section.topic)
    }
    subscriptions = tuple(
        _subscription(row, section.topic, settings) for section in edition for row in _formats_of(section.topic)
    )
    for row in FORMATS:
        if not row.is_feed:
            contents = Contents(feeds[0][1], subscriptions=subscriptions, base_url=settings.base_url)
            files[row.file_name] = _file(row, contents)
    return files


def _formats_of(topic: Topic | None) -> tuple[Format, ...]:
    return FEEDS if topic is None else TOPIC_FEEDS


def render_document(document: ArchiveDocument, settings: Settings, feed_id: str = FEED_ID) -> dict[str, File]:
    """An archive document in each format that has archives, by its name in the folder."""
    feed = make_feed(document.entries, settings, feed_id, document.topic, document.updated)
    return {
        row.document_name(document.topic, document.number): _file(
            row, Contents(feed, _document_links(row, document, settings))
        )
        for row in ARCHIVE_FEEDS
    }


def _file(row: Format, contents: Contents) -> File:
    holds = len(contents.subscriptions) if row.holds == "feed" else len(contents.feed.entries)
    return File(row.write(contents), holds, row, contents)


def _feed_links(row: Format, section: Section, settings: Settings) -> Links:
    links = Links(own=_address(row.feed_name(section.topic), settings), hub=settings.hub)
    if not section.archived or not row.has_archive:
        return links
    return links._replace(prev_archive=_address(row.document_name(section.topic, section.archived), settings))


def _document_links(row: Format, document: ArchiveDocument, settings: Settings) -> Links:
    def at(number: int) -> str | None:
        return _address(row.document_name(document.topic, number), settings)

    number = document.number
    return Links(
        own=at(number),
        current=_address(row.feed_name(document.topic), settings),
        prev_archive=at(number - 1) if number > 1 else None,
        next_archive=at(number + 1) if document.is_fixed else None,
    )


def _address(name: str, settings: Settings) -> str | None:
    return settings.base_url and settings.base_url + name


def _subscription(row: Format, topic: Topic | None, settings: Settings) -> Subscription:
    name = row.feed_name(topic)
    address = _address(name, settings) or name
    return Subscription(row.name, row.media_type, name, address, feed_title(settings, topic), topic)


def feed_names(topic: Topic | None) -> list[str]:
    """The files of a topic's feed, or of the main one: one for each format."""
    return [row.feed_name(topic) for row in _formats_of(topic)]


def document_names(topic: Topic | None, number: int) -> list[str]:
    """The files of an archive document: one for each format."""
    return [row.document_name(topic, number) for row in ARCHIVE_FEEDS]


def write_json_feed(contents: Contents) -> bytes:
    """The feed as JSON Feed 1.1, UTF-8. Unknown values are left out, because the format has no null."""
    feed, links = contents.feed, contents.links
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.site,
        "feed_url": links.own,
        "description": feed.subtitle,
        "authors": [{"name": feed.author, "url": feed.site}],
        "language": feed.language,
        "hubs": links.hub and [{"type": "WebSub", "url": links.hub}],
        "items": map(partial(_item, feed), feed.entries),  # one at a time, for there may be a million
    }
    return (_indented(_known(document)) + "\n").encode(errors="replace")


def _item(feed: Feed, entry: Entry) -> dict[str, object]:
    item = {
        "id": entry.id,
        "url": entry.link,
        "title": entry.title,
        "content_html": as_html(entry),
        "summary": entry.summary,
        "date_published": rfc_3339(entry.published.instant),
        "date_modified": rfc_3339(entry.updated),
        "authors": [{"name": feed.author}],
        "tags": [topic.name for topic in entry.topics] or None,
        "language": None if entry.language == feed.language else entry.language,
    }
    return _known(item)


def _known(members: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in members.items() if value is not None}


def _indented(value: object, margin: str = "\n") -> str:
    """A value as JSON, indented by two spaces a level: `json` does it in Python, and takes twice as long."""
    inner = margin + "  "
    if isinstance(value, dict):
        start, end, rows = "{", "}", [f'"{name}": {_indented(one, inner)}' for name, one in value.items()]
    elif isinstance(value, list | map):
        start, end, rows = "[", "]", [_indented(one, inner) for one in value]
    else:
        return _to_json(value)
    return f"{start}{inner}{f',{inner}'.join(rows)}{margin}{end}" if rows else start + end


def write_opml(contents: Contents) -> bytes:
    """The list, UTF-8, with a folder for each format: nobody needs a feed in more than one."""
    feed = contents.feed
    folders: dict[str, list[str]] = {}
    for one in contents.subscriptions:
        folders.setdefault(one.format, []).append(_outline(one, feed))
    body = "".join(
        f'    <outline text="{name}" title="{name}">\n{"".join(outlines)}    </outline>\n'
        for name, outlines in ((_quoted(f"{feed.title} ({format_})"), ones) for format_, ones in folders.items())
    )
    return f"""\
<?xml version='1.0' encoding='UTF-8'?>
<opml version="2.0">
  <head>
    <title>{escape(feed.title, quote=False)}</title>
    <dateModified>{rss_date(feed.updated).replace("+0000", "GMT")}</dateModified>
    <docs>http://opml.org/spec2.opml</docs>
  </head>
  <body>
{body}  </body>
</opml>
""".encode()


def _outline(one: Subscription, feed: Feed) -> str:
    title, address, site = _quoted(one.title), _quoted(one.address), _quoted(feed.site)
    # The type is rss for every format: OPML 2.0, section "Subscription lists".
    return f'      <outline type="rss" text="{title}" title="{title}" xmlUrl="{address}" htmlUrl="{site}" />\n'


def _quoted(text: str) -> str:
    """Text as the value of an attribute of XML."""
    return escape(text, quote=False).replace('"', "&quot;")


def write_page(contents: Contents) -> bytes:
    """The page as HTML, UTF-8. Without a base URL, it shows the names of the files beside it instead of addresses."""
    feed, base_url = contents.feed, contents.base_url or ""
    feeds = [one for one in contents.subscriptions if one.topic is None]
    named = [
        *((one.format, one.name) for one in feeds),
        (f"All feeds in one list{', to be imported' * bool(base_url)}", OPML_FILE),
    ]
    values = {
        **{name: _shown(value) for name, value in feed._asdict().items() if isinstance(value, str)},
        "alternates": "".join(map(_alternate, contents.subscriptions)),
        "how": _COPY_SHOWN if base_url else _COPY_LINK,
        "formats": "".join(
            f'<li>{what}: <a href="{name}"><code>{_shown(base_url)}{name}</code></a></li>\n' for what, name in named
        ),
        "topics": _topics(contents.subscriptions),
        "days": "".join(
            f"<h3>{day}</h3>\n{''.join(map(_article, ones))}" for day, ones in groupby(feed.entries, key=_day)
        ),
    }
    return _template().substitute(values).encode(errors="replace")


@cache
def _template() -> Template:
    return Template(files("feedgen_smm.feeds").joinpath("page.html").read_text(encoding="utf-8"))


def _alternate(one: Subscription) -> str:
    title = f"{_shown(one.title)} ({one.format})"
    return f'<link rel="alternate" type="{one.media_type}" title="{title}" href="{_shown(one.name)}">\n'


def _topics(subscriptions: Sequence[Subscription]) -> str:
    rows = [_topic(topic, ones) for topic, ones in groupby(subscriptions, key=lambda one: one.topic) if topic]
    return f'<h3 id="topics">Topics</h3>\n<ul class="topics">\n{"".join(rows)}</ul>\n' if rows else ""


def _topic(topic: Topic, feeds: Iterable[Subscription]) -> str:
    name, label = _shown(topic.name), _shown(topic.label)
    links = (f'<a href="{_shown(one.name)}"><span class="hidden">{label} as </span>{one.format}</a>' for one in feeds)
    return f'<li id="topic-{name}"><span>{label}</span> <span>{" ".join(links)}</span></li>\n'


def _article(entry: Entry) -> str:
    language, title = _shown(entry.language), _shown(entry.title)
    named = f'<span class="hidden" lang="{language}">, {title}</span>'
    parts = [
        f'<article id="{_shown(_anchor(entry.id))}" lang="{language}">\n<h4>{title}</h4>\n',
        f'<div class="quiet" lang="en">{_dates(entry)}{_tags(entry.topics)}</div>\n',
    ]
    if entry.summary:
        parts.append(f"<p>{_shown(entry.summary)}</p>\n")
    if entry.paragraphs and not entry.is_brief:
        text = "".join(f"<p>{_shown(paragraph)}</p>\n" for paragraph in entry.paragraphs)
        parts.append(f'<details>\n<summary lang="en">Full text{named}</summary>\n{text}</details>\n')
    if entry.link:
        parts.append(f'<p lang="en"><a href="{_shown(entry.link)}">At SMM{named}</a></p>\n')
    return "".join((*parts, "</article>\n"))


def _dates(entry: Entry) -> str:
    published = entry.published
    dates = f'<time datetime="{_machine_time(published)}">{_clocks(published)}</time>'
    if entry.updated == published.instant:
        return dates
    return f'{dates}, corrected <time datetime="{_machine_minute(entry.updated)}">{_in_utc(entry.updated)}</time>'


def _tags(topics: Iterable[Topic]) -> str:
    tags = "".join(f'<li><a href="#topic-{_shown(topic.name)}">{_shown(topic.label)}</a></li>' for topic in topics)
    return f'<span class="hidden">, topics:</span><ul class="tags">{tags}</ul>' if tags else ""


def _shown(text: str) -> str:
    """Text as HTML, also within quotation marks."""
    return escape(text, quote=False).replace('"', "&#34;").replace("'", "&#39;")


def _day(entry: Entry) -> str:
    """The day in China on which the article appeared: `6 February 2026`."""
    return _date(entry.published.instant.astimezone(CHINA))


def _date(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _clocks(published: Moment) -> str:
    """The time in China and in UTC, with the day in UTC if it is another."""
    if published.precision is Precision.DAY:
        return "time of day not shown"
    local = published.instant.astimezone(CHINA)
    other_day = "" if local.day == published.instant.day else f" on {_date(published.instant)}"
    return f"{_clock(local)} in China, {_clock(published.instant)} UTC{other_day}"


def _clock(moment: datetime) -> str:
    return moment.time().isoformat("minutes")


def _in_utc(moment: datetime) -> str:
    return f"{_date(moment)}, {_clock(moment)} UTC"


def _machine_time(published: Moment) -> str:
    """The value of the attribute `datetime` of a `time` element: a minute in UTC, or a day in China."""
    if published.precision is Precision.DAY:
        return published.instant.astimezone(CHINA).date().isoformat()
    return _machine_minute(published.instant)


def _machine_minute(moment: datetime) -> str:
    return f"{moment.date()}T{_clock(moment)}Z"


def _anchor(entry_id: str) -> str:
    """An entry's anchor in the page, made of its id, so that links to it go on working."""
    return f"entry-{entry_id.rpartition(':')[2]}"


ATOM = Format(
    name="Atom",
    file_name="atom.xml",
    media_type=ATOM_TYPE,
    write=write_atom,
    validate=faults_in_atom,
    is_feed=True,
    has_topics=True,
    has_archive=True,
)
RSS = Format(
    name="RSS",
    file_name="rss.xml",
    media_type=RSS_TYPE,
    write=write_rss,
    validate=faults_in_rss,
    is_feed=True,
    has_topics=True,
    has_archive=True,
)
JSON_FEED = Format("JSON Feed", "feed.json", "application/feed+json", write_json_feed, is_feed=True)
OPML = Format("OPML", OPML_FILE, "text/x-opml", write_opml, holds="feed")
PAGE = Format("HTML", "index.html", "text/html", write_page)
FORMATS = (ATOM, RSS, JSON_FEED, OPML, PAGE)  # in the order in which a build lists its files
FEEDS = tuple(row for row in FORMATS if row.is_feed)
TOPIC_FEEDS = tuple(row for row in FORMATS if row.has_topics)
ARCHIVE_FEEDS = tuple(row for row in FORMATS if row.has_archive)

NOUNS = {**{row.file_name: row.holds for row in FORMATS}, TOPICS: "feed", ARCHIVE: "document"}
"""What the summary counts in each file and folder of the output, in the order in which it lists them."""
