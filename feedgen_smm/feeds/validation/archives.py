"""The rules of RFC 5005, for feeds of more than one document: archives are a chain that no one may have to guess."""

from collections.abc import Iterator

from feedgen_smm.feeds.validation.document import Document, Element
from feedgen_smm.feeds.validation.rules import Finding, Rule

_RELATIONS = ("self", "prev-archive", "next-archive", "current", "first", "last", "previous", "next")


def _links(document: Document) -> Iterator[tuple[str, Element]]:
    """The links that lead from one document of a feed to another, with their relations."""
    for link in document.named("atom:link"):
        relation = link.attributes.get("rel")
        if relation in _RELATIONS and link.entry is None:
            yield relation, link


def _mark(document: Document) -> Iterator[Finding]:
    marks = [*document.named("fh:archive", "fh:complete")]
    for mark in marks:
        if mark.entry is not None:
            yield Finding(mark, f"{mark.name} is of a feed, and stands in an entry")
        elif mark.words or mark.children:
            yield Finding(mark, f"{mark.name} is not empty")
    for mark in marks[1:]:
        yield Finding(mark, f"the document is marked twice, as {marks[0].name} and as {mark.name}")


def _one_of_each(document: Document) -> Iterator[Finding]:
    seen: set[str] = set()
    for relation, link in _links(document):
        if relation in seen and relation != "self":  # which has a rule of its own
            yield Finding(link, f"there is a second {relation} link")
        seen.add(relation)


def _chain(document: Document) -> Iterator[Finding]:
    """No document is before or after itself, and none is both before and after another."""
    by_address: dict[str, str] = {}
    for relation, link in _links(document):
        address = link.attributes.get("href")
        if address is not None and relation in {"self", "prev-archive", "next-archive"}:
            first = by_address.setdefault(address, relation)
            if first != relation:
                yield Finding(link, f"the {relation} link leads to the same document as the {first} link")


def _current(document: Document) -> Iterator[Finding]:
    """An archive tells where the feed itself is, which is not here."""
    marks = [mark for mark in document.named("fh:archive") if mark.entry is None]
    current = [link for relation, link in _links(document) if relation == "current"]
    own = {link.attributes.get("href") for relation, link in _links(document) if relation == "self"}
    if marks and not current:
        yield Finding(marks[0], "an archive has no link to the current feed")
    for link in current:
        if marks and link.attributes.get("href") in own:
            yield Finding(link, "an archive calls itself the current feed")


def _complete(document: Document) -> Iterator[Finding]:
    """A feed that says it is complete has nothing before it or after it."""
    if not any(document.named("fh:complete")):
        return
    for relation, link in _links(document):
        if relation not in {"self", "current"}:
            yield Finding(link, f"a feed that is complete has a {relation} link")


RULES = (
    Rule("archive-mark", "RFC 5005, sections 2 and 4", _mark),
    Rule("archive-link", "RFC 5005, sections 3 and 4", _one_of_each),
    Rule("archive-order", "RFC 5005, section 4", _chain),
    Rule("archive-current", "RFC 5005, section 4, and W3C feed validator, MissingCurrentInArchive", _current),
    Rule("archive-complete", "RFC 5005, section 2, and W3C feed validator, FeedRelInCompleteFeed", _complete),
)
