"""A list of feeds → the bytes of OPML 2.0 (opml.org/spec2), with which readers subscribe to many at once."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement, indent, tostring


class Outline(NamedTuple):
    """A feed in the list: what it is called, where it is, and the site that it is of."""

    text: str
    address: str
    site: str


def write_opml(title: str, folders: Mapping[str, Sequence[Outline]], modified: datetime) -> bytes:
    """The feeds in their folders, UTF-8. `modified`, aware UTC, is the last time that one of them changed."""
    opml = Element("opml", version="2.0")
    head = SubElement(opml, "head")
    SubElement(head, "title").text = title
    SubElement(head, "dateModified").text = format_datetime(modified, usegmt=True)
    SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = SubElement(opml, "body")
    for name, outlines in folders.items():
        folder = SubElement(body, "outline", text=name, title=name)
        for outline in outlines:
            SubElement(folder, "outline", _attributes(outline))
    indent(opml)
    return bytes(tostring(opml, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _attributes(outline: Outline) -> dict[str, str]:
    return {
        "type": "rss",  # whatever the format: OPML 2.0, Subscription lists
        "text": outline.text,
        "title": outline.text,
        "xmlUrl": outline.address,
        "htmlUrl": outline.site,
    }
