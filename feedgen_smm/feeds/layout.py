"""The names of what is put out, in the order in which it is told, and of what each holds.

atom.xml  rss.xml  feed.json  feeds.opml  index.html
topics/<name>/atom.xml  rss.xml
archive/atom-<number>.xml  rss-<number>.xml  <name>/atom-<number>.xml  rss-<number>.xml
"""

ATOM = "atom.xml"
RSS = "rss.xml"
JSON = "feed.json"
LIST = "feeds.opml"
PAGE = "index.html"
TOPICS = "topics"
ARCHIVE = "archive"

HELD = {ATOM: "entry", RSS: "entry", JSON: "entry", LIST: "feed", PAGE: "entry", TOPICS: "feed", ARCHIVE: "document"}


def of_topic(name: str, file_name: str) -> str:
    """The name of a topic's feed."""
    return f"{TOPICS}/{name}/{file_name}"


def of_archive(number: int, file_name: str, topic: str | None = None) -> str:
    """The name of an archive document of the feed in `file_name`, of a topic where one is named."""
    stem, _, suffix = file_name.partition(".")
    folder = ARCHIVE if topic is None else f"{ARCHIVE}/{topic}"
    return f"{folder}/{stem}-{number}.{suffix}"
