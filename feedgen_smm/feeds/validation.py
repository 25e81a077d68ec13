"""Finds faults in our feeds: before they are published, and in files that `feedgen-smm check` is given.

Before publishing, the finished bytes are compared with what `expected` makes of the same entries, and the values of
these entries are validated. Only bytes that differ are parsed, to say which elements are at fault. `check` has only a
file, and uses the grammar in `validation.rng`.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from lxml import etree
from lxml.etree import RelaxNG, _Element

from feedgen_smm.feeds.expected import atom_as_expected, rss_as_expected
from feedgen_smm.feeds.feed import RECENT, Contents, fit, rss_date
from feedgen_smm.models import Entry
from feedgen_smm.settings import is_language_tag, is_uuid, is_web_address

_ATOM = "{http://www.w3.org/2005/Atom}"
_RNG = "{http://relaxng.org/ns/structure/1.0}"
_NEEDS, _SOURCE = "{urn:feedgen-smm:grammar}needs", "{urn:feedgen-smm:grammar}source"
_ENTRIES = (f"{_ATOM}entry", "item")
_PARSER = etree.XMLParser(
    resolve_entities=False, no_network=True, remove_blank_text=True, remove_comments=True, remove_pis=True
)
_STRAY = etree.XPath("//*[*]/text()", smart_strings=False)
_LONGEST_QUOTE = 120

_Pair = tuple[str | bytes, str | bytes]


class Fault(NamedTuple):
    """What is wrong with a feed.

    `entry` is the id of the entry, None for the feed itself. `rule` names the element at fault, `source` the
    specification and section that it breaks.
    """

    line: int
    entry: str | None
    rule: str
    message: str
    source: str

    def __str__(self) -> str:
        entry = "" if self.entry is None else f"{self.entry}: "
        return f"{entry}{self.rule}: {self.message} [{self.source}]"


def faults_in_atom(data: bytes, contents: Contents) -> tuple[Fault, ...]:
    """The faults of an Atom document made of `contents`."""
    return _faults(data, contents, atom_as_expected)


def faults_in_rss(data: bytes, contents: Contents) -> tuple[Fault, ...]:
    """The faults of an RSS document made of `contents`."""
    return _faults(data, contents, rss_as_expected)


def _faults(data: bytes, contents: Contents, expected: Callable[[Contents], bytes]) -> tuple[Fault, ...]:
    """Compare the bytes; only where they are not as expected, compare the elements, to say which are at fault."""
    entries = contents.feed.entries
    is_one_each = len(entries) == len({entry.id for entry in entries})
    if is_one_each and data == expected(contents) and not any(map(_bad_values, entries)):
        return ()
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        return (_malformed(error),)
    feed = contents.feed._replace(entries=tuple(map(fit, entries)))
    wanted = etree.fromstring(expected(contents._replace(feed=feed)), _PARSER)
    nodes, others = list(root.iter(*_ENTRIES)), wanted.iter(*_ENTRIES)
    faults = [_fault(root, None, *one) for one in _differences(_outside(root), _outside(wanted))]
    if len(nodes) != len(entries) or not is_one_each or _STRAY(root):
        message = f"are {len(nodes)}, of {len(entries)} with an id each and no text between elements"
        faults.append(_fault(root, None, "entries", message, "RFC 4287, section 4.1.1"))
    for node, other, entry in zip(nodes, others, entries, strict=False):
        faults += [_fault(node, entry.id, *one) for one in _differences(node.iter(), other.iter())]
        faults += [_fault(node, entry.id, *one) for one in (*_bad_values(entry), *_unfit_texts(entry))]
    return tuple(faults)


def _outside(node: _Element) -> Iterator[_Element]:
    """All elements outside entries."""
    yield node
    for child in node:
        if child.tag not in _ENTRIES:
            yield from _outside(child)


def _differences(found: Iterable[_Element], wanted: Iterable[_Element]) -> Iterator[tuple[str, str, str]]:
    """Say which elements are missing and which are too many, ignoring the order of elements and attributes."""
    theirs, ours = (
        Counter((one.tag, one.text, tuple(sorted(one.items()))) for one in ones) for ones in (found, wanted)
    )
    for several, outcome in ((ours - theirs, "was to be written"), (theirs - ours, "was not to be written")):
        for tag, text, pairs in several:
            yield etree.QName(tag).localname, f"{_quoted(text, pairs)} {outcome}", "what the feed was made of"


def _texts(entry: Entry) -> tuple[str, ...]:
    return (entry.title, entry.summary or "", *entry.paragraphs)


def _unfit_texts(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """Find texts of an entry with characters that no feed may have: they are not written, so its bytes differ."""
    for text, other in zip(_texts(entry), _texts(fit(entry)), strict=True):
        if text != other:
            yield "text", f"{_quoted(text)} has control characters", "XML 1.0, section 2.2"


@lru_cache(maxsize=RECENT)
def _bad_values(entry: Entry) -> list[tuple[str, str, str]]:
    """Find values of an entry that are invalid in every format, although they are written as they are."""
    loose = next((text for text in _texts(entry) if text != text.strip()), None)
    link, published, updated = entry.link or "http://none", entry.published.instant, entry.updated
    is_no_language = not is_language_tag(entry.language)
    is_local = published.utcoffset() or updated.utcoffset()
    rows = (
        ("id", entry.id, not is_uuid(entry.id), "is not a UUID", "RFC 4287, section 4.2.6"),
        ("title", entry.title, not entry.title, "is empty", "RFC 4287, section 4.2.14"),
        ("text", loose, loose is not None, "has white space around it", "RFC 4287, section 4.2.14"),
        ("link", link, not is_web_address(link), "is not a web address", "RFC 4287, section 4.2.7"),
        ("language", entry.language, is_no_language, "is not a language tag", "RFC 5646, section 2.1"),
        ("updated", updated, is_local, "or published is not in UTC", "RFC 4287, section 3.3"),
    )
    return [
        (rule, f"{_quoted(str(value))} {message}", source) for rule, value, is_bad, message, source in rows if is_bad
    ]


def check(data: bytes) -> tuple[Fault, ...]:
    """The faults of a file that should be a feed of ours, ordered by line."""
    try:
        root = etree.fromstring(data, _PARSER)
    except etree.XMLSyntaxError as error:
        return (_malformed(error),)
    about = root.getroottree().docinfo
    if about.internalDTD is not None or about.encoding != "UTF-8" or about.xml_version != "1.0":
        return (_fault(root, None, "xml", "is not XML 1.0 in UTF-8 without a document type", "RFC 3470, section 4"),)
    if root.tag not in (f"{_ATOM}feed", "rss"):
        message = f"this is neither Atom nor RSS: it begins with an element {etree.QName(root).localname}"
        return (_fault(root, None, "format", message, "RFC 4287, section 2, and RSS 2.0, What is RSS?"),)
    whole, parts, _ = _grammar()
    faults = _beyond_grammar(root) if whole.validate(root) else map(_explain_broken, _at_fault(root, parts))
    return tuple(sorted(faults, key=lambda fault: fault.line))


@cache
def _grammar() -> tuple[RelaxNG, RelaxNG, dict[str, tuple[str, str]]]:
    """The grammar of a document, the grammar of a single element, and what each element needs, with the source."""
    text = files("feedgen_smm.feeds").joinpath("validation.rng").read_text(encoding="utf-8")
    document = etree.fromstring(text.encode())
    whole, start = RelaxNG(deepcopy(document)), document[0][0]
    defines = {str(define.get("name")): define for define in document.iter(f"{_RNG}define")}
    needs: dict[str, tuple[str, str]] = {}
    for name, define in defines.items():
        for element in define.findall(f"{_RNG}element"):
            etree.SubElement(start, f"{_RNG}ref", name=name)
            namespaces = (one.get("ns") for one in (element, *element.iterancestors()))
            tag = str(etree.QName(next(filter(None, namespaces), None), element.get("name")))
            inner = (defines[str(one.get("name"))] for one in element.findall(f"{_RNG}ref"))
            demand = next(filter(None, (one.get(_NEEDS) for one in (element, *inner))), "")
            needs.setdefault(tag, (demand, element.get(_SOURCE, "")))
    return whole, RelaxNG(document), needs


def _at_fault(node: _Element, parts: RelaxNG) -> list[_Element]:
    """The innermost elements that break the grammar; `node` itself if every element in it is valid."""
    return [one for child in node if not parts.validate(child) for one in _at_fault(child, parts)] or [node]


def _explain_broken(node: _Element) -> Fault:
    """Say what an invalid element needs, and what it has."""
    name, needs = etree.QName(node).localname, _grammar()[2]
    if node.tag not in needs:
        return _fault(node, _id(node), name, "is an element that our feeds do not have", needs[f"{_ATOM}feed"][1])
    demand, source = needs[str(node.tag)]
    children = Counter(etree.QName(child).localname for child in node)
    inside = [f"{child} ({times} times)" if times > 1 else child for child, times in children.items()]
    shown = _quoted(", ".join(inside) + (node.text or ""), node.attrib.items())
    return _fault(node, _id(node), name, f"needs {' '.join(demand.split())}; it has {shown}", source)


def _beyond_grammar(root: _Element) -> Iterator[Fault]:
    """Find what a grammar cannot: two entries with one id, days that do not exist, dates that contradict each other."""
    changed = root.findtext(f"{_ATOM}updated") or ""
    seen: set[str | None] = set()
    for node in root.iter(*_ENTRIES):
        entry = _id(node)
        if entry in seen:
            yield _fault(node, entry, "id", "is the id of two entries", "RFC 4287, section 4.1.1")
        seen.add(entry)
        updated = node.findtext(f"{_ATOM}updated") or ""
        if changed < updated:
            yield _fault(node, entry, "updated", "is later than the feed's", "RFC 4287, section 4.2.15")
    for node in root.iter("pubDate", "lastBuildDate"):
        if not _is_real(node.text or ""):
            yield _fault(node, _id(node), str(node.tag), f"{node.text} is not in the calendar", "RFC 822, section 5")


def _is_real(date: str) -> bool:
    """Whether the date, as RSS writes it, exists and has the right day of the week."""
    from email.utils import parsedate_to_datetime  # noqa: PLC0415 - slow to import, and a build checks none

    try:
        return rss_date(parsedate_to_datetime(date)) == date
    except ValueError:
        return False


def _id(node: _Element) -> str | None:
    """The id of the entry that an element is or is in, `unnamed` if it has none; None outside entries."""
    entry = next((one for one in (node, *node.iterancestors()) if one.tag in _ENTRIES), None)
    if entry is None:
        return None
    return (entry.findtext(f"{_ATOM}id") or entry.findtext("guid") or "").strip()[:_LONGEST_QUOTE] or "unnamed"


def _fault(node: _Element, entry: str | None, rule: str, message: str, source: str) -> Fault:
    return Fault(int(str(node.sourceline)), entry, rule, message, source)


def _malformed(error: etree.XMLSyntaxError) -> Fault:
    message = (error.msg or "no XML").partition(", line ")[0]
    return Fault(error.lineno or 1, None, "xml", f"is not well-formed: {message}", "XML 1.0, section 2.1")


def _quoted(text: str | None, attributes: Iterable[_Pair] = ()) -> str:
    """An element's attributes and text, shortened, and escaped so that no terminal obeys it."""
    shown = " ".join([*sorted(f'{etree.QName(name).localname}="{value!s}"' for name, value in attributes), text or ""])
    return repr(shown if len(shown) <= _LONGEST_QUOTE else f"{shown[:_LONGEST_QUOTE]}…")
