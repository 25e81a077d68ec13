"""Whether a feed keeps its format's demands: bytes → faults, each with the section of the document that demands it.

`document` reads, `values` knows what a date, an address, a language looks like, `markup` looks into HTML, `rules` says
what a rule is, and `common`, `archives`, `atom` and `rss` are the tables of them.
"""

from feedgen_smm.errors import MalformedFeedError
from feedgen_smm.feeds.validation import atom, rss
from feedgen_smm.feeds.validation.document import parse
from feedgen_smm.feeds.validation.rules import Fault, Rule
from feedgen_smm.models import Feed, Links

__all__ = ["FORMATS", "Fault", "check", "faults", "inspect"]

# The rules of each format, by the element that begins its documents.
FORMATS: dict[str, tuple[Rule, ...]] = {"atom:feed": atom.RULES, "rss": rss.RULES}


def faults(data: bytes, feed: Feed, links: Links, media_type: str) -> tuple[Fault, ...]:  # noqa: ARG001 - to come
    """The faults of a file that was made to say `feed` and `links`."""
    return inspect(data)


def check(data: bytes) -> tuple[Fault, ...]:
    """The faults of a feed of ours, Atom or RSS."""
    return inspect(data)


def inspect(document: bytes) -> tuple[Fault, ...]:
    """The faults of a feed, Atom 1.0 or RSS 2.0, in the order of their lines; none in a sound one."""
    try:
        feed = parse(document)
    except MalformedFeedError as error:
        return (Fault(error.line, None, "xml", str(error), "XML 1.0, section 2.1"),)
    rules = FORMATS.get(feed.root.name)
    if rules is None:
        message = f"the document is neither Atom nor RSS, but begins with an element {feed.root.name!r}"
        return (Fault(feed.root.line, None, "format", message, "RFC 4287, section 2, and RSS 2.0, What is RSS?"),)
    return tuple(sorted((fault for rule in rules for fault in rule.faults(feed)), key=lambda fault: fault.line))
