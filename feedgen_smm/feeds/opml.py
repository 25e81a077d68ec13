"""All feeds → an OPML 2.0 list (opml.org/spec2), which readers import to subscribe to all of them at once."""

from email.utils import format_datetime
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from feedgen_smm.feeds.feed import Contents, Subscription
from feedgen_smm.models import Feed

FILE_NAME = "feeds.opml"


def write_opml(contents: Contents) -> bytes:
    """The list, UTF-8, with a folder for each format: nobody needs a feed in more than one."""
    feed = contents.feed
    opml = Element("opml", version="2.0")
    head = SubElement(opml, "head")
    SubElement(head, "title").text = feed.title
    SubElement(head, "dateModified").text = format_datetime(feed.updated, usegmt=True)
    SubElement(head, "docs").text = "http://opml.org/spec2.opml"
    body = SubElement(opml, "body")
    folders: dict[str, Element] = {}
    for one in contents.subscriptions:
        if one.format not in folders:
            name = f"{feed.title} ({one.format})"
            folders[one.format] = SubElement(body, "outline", text=name, title=name)
        SubElement(folders[one.format], "outline", _attributes(one, feed))
    indent(opml)
    return bytes(tostring(opml, encoding="UTF-8", xml_declaration=True)) + b"\n"


def _attributes(one: Subscription, feed: Feed) -> dict[str, str]:
    return {
        "type": "rss",  # for every format: OPML 2.0, section "Subscription lists"
        "text": one.title,
        "title": one.title,
        "xmlUrl": one.address,
        "htmlUrl": feed.site,
    }
