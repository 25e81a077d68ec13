"""What a rule is, and the makers of those that are needed again and again.

A rule is a row of a table: its name, the section that it comes from, and the check that finds where a document breaks
it. A check that differs from another only in names is made, by a function of this module, from the names.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from feedgen_smm.feeds.validation.document import Document, Element
from feedgen_smm.settings.values import Form, quoted


class Fault(NamedTuple):
    """A demand that a feed does not keep: `entry` names the entry by id or title, and is None for the feed's own."""

    line: int
    entry: str | None
    rule: str
    message: str
    source: str


class Finding(NamedTuple):
    """Where a check found its fault, and what it says of it."""

    at: Element
    message: str


Check = Callable[[Document], Iterable[Finding]]
Places = Callable[[Document], Iterable[Element]]


class Rule(NamedTuple):
    """A demand of a format; `source` is the document and section that makes it."""

    name: str
    source: str
    check: Check

    def faults(self, document: Document) -> Iterator[Fault]:
        """Where a document does not keep the rule."""
        for at, message in self.check(document):
            yield Fault(at.line, at.entry, self.name, message, self.source)


def every(*names: str) -> Places:
    """The elements of these names, wherever they stand."""
    return lambda document: document.named(*names)


def within(parent: str, *names: str) -> Places:
    """The elements of these names that are children of `parent`."""
    return lambda document: (child for element in document.named(parent) for child in element.named(*names))


def exactly_one(parent: str, child: str) -> Check:
    """In each `parent` stands one `child`."""

    def check(document: Document) -> Iterator[Finding]:
        for element in document.named(parent):
            found = element.named(child)
            if not found:
                yield Finding(element, f"{child} is missing")
            yield from _surplus(found)

    return check


def at_most_one(parent: str, *children: str) -> Check:
    """In each `parent` stand none or one of each of `children`."""

    def check(document: Document) -> Iterator[Finding]:
        for element in document.named(parent):
            for child in children:
                yield from _surplus(element.named(child))

    return check


def _surplus(found: tuple[Element, ...]) -> Iterator[Finding]:
    for number, element in enumerate(found[1:], start=2):
        yield Finding(element, f"{element.name} stands here for the {_ordinal(number)} time")


def _ordinal(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def each(places: Places, form: Form) -> Check:
    """The text of each place has a form; white space around it does no harm."""

    def check(document: Document) -> Iterator[Finding]:
        for element in places(document):
            if complaint := form(element.words):
                yield Finding(element, f"{element.name} {_of(element.words)}{complaint}")

    return check


def each_attribute(places: Places, attribute: str, form: Form) -> Check:
    """Where a place has an attribute, its value has a form."""

    def check(document: Document) -> Iterator[Finding]:
        for element in places(document):
            value = element.attributes.get(attribute)
            if value is not None and (complaint := form(value)):
                yield Finding(element, f"{element.name}'s {local(attribute)} {_of(value)}{complaint}")

    return check


def has_attributes(places: Places, *attributes: str) -> Check:
    """Each place has all of some attributes."""

    def check(document: Document) -> Iterator[Finding]:
        for element in places(document):
            missing = [name for name in attributes if name not in element.attributes]
            if missing:
                yield Finding(element, f"{element.name} has no {', no '.join(missing)}")

    return check


def no_text(*names: str) -> Check:
    """These elements hold elements, or attributes alone, and no text."""

    def check(document: Document) -> Iterator[Finding]:
        for element in document.named(*names):
            if element.words:
                yield Finding(element, f"{element.name} holds text of its own: {quoted(element.words)}")

    return check


def unique(places: Places) -> Check:
    """No two places have the same text, compared character by character."""

    def check(document: Document) -> Iterator[Finding]:
        seen: Counter[str] = Counter()
        for element in places(document):
            seen[element.text] += 1
            if seen[element.text] > 1:
                times = _ordinal(seen[element.text])
                yield Finding(element, f"{element.name} {quoted(element.text)} stands here for the {times} time")

    return check


def only_known(children: dict[str, str], vocabulary: Callable[[str], bool]) -> Check:
    """The children of these elements that are of the format's own vocabulary are among those it has."""
    known = {name: frozenset(names.split()) for name, names in children.items()}

    def check(document: Document) -> Iterator[Finding]:
        for parent in document.named(*known):
            for child in parent.children:
                if vocabulary(child.name) and child.name not in known[parent.name]:
                    yield Finding(child, f"there is no {child.name} in {parent.name}")

    return check


def only_known_attributes(attributes: dict[str, str]) -> Check:
    """The attributes of these elements that are of no other vocabulary are among those they have."""
    known = {name: frozenset(names.split()) for name, names in attributes.items()}

    def check(document: Document) -> Iterator[Finding]:
        for element in document.named(*known):
            for name in element.attributes:
                if not name.startswith("{") and name not in known[element.name]:
                    yield Finding(element, f"{element.name} has no attribute {name}")

    return check


def all_of(*checks: Check) -> Check:
    """The findings of all: one demand that concerns more than one thing."""
    return lambda document: (finding for check in checks for finding in check(document))


def local(name: str) -> str:
    """A name as the document's author wrote it, without its vocabulary."""
    return name.rpartition("}")[2]


def _of(text: str) -> str:
    return f"{quoted(text)} " if text else ""
