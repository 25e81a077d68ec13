"""The rules of RSS 2.0: the specification, by its headings, and the RSS Advisory Board's Best Practices Profile."""

from collections.abc import Iterator

from feedgen_smm.feeds.validation import archives, common, markup
from feedgen_smm.feeds.validation.common import html_rules, is_bare, links, self_link
from feedgen_smm.feeds.validation.document import ENTITY, Document
from feedgen_smm.feeds.validation.rules import (
    Finding,
    Rule,
    all_of,
    at_most_one,
    each,
    each_attribute,
    every,
    exactly_one,
    has_attributes,
    no_text,
    only_known,
    only_known_attributes,
    unique,
    within,
)
from feedgen_smm.settings import values
from feedgen_smm.settings.values import quoted

_REQUIRED = "RSS 2.0, Required channel elements"
_OPTIONAL = "RSS 2.0, Optional channel elements"
_ITEM = "RSS 2.0, Elements of <item>"
_PROFILE = "RSS Best Practices Profile"

_CHANNEL_WORDS = (
    "language copyright managingEditor webMaster pubDate lastBuildDate generator docs cloud ttl image rating "
    "textInput skipHours skipDays"
)
_ITEM_WORDS = "title link description author comments guid pubDate source"
_CHILDREN = {
    "rss": "channel",
    "channel": f"title link description category item {_CHANNEL_WORDS}",
    "item": f"category enclosure {_ITEM_WORDS}",
    "image": "url title link width height description",
    "textInput": "title description name link",
    "skipHours": "hour",
    "skipDays": "day",
}
_LEAVES = sorted({name for names in _CHILDREN.values() for name in names.split()} - {*_CHILDREN})
_ATTRIBUTES = {
    **dict.fromkeys((*_CHILDREN, *_LEAVES), ""),
    "rss": "version",
    "category": "domain",
    "cloud": "domain port path registerProcedure protocol",
    "enclosure": "url length type",
    "guid": "isPermaLink",
    "source": "url",
}
_HTML = ("description", "content:encoded")
_WEEK = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WIDEST, _HIGHEST = 144, 400  # pixels of an image


def _version(document: Document) -> Iterator[Finding]:
    version = document.root.attributes.get("version")
    if version != "2.0":
        yield Finding(
            document.root, f"rss is of version {quoted(version)}, not 2.0" if version else "rss has no version"
        )


def _title_or_description(document: Document) -> Iterator[Finding]:
    for item in document.named("item"):
        if not item.named("title", "description"):
            yield Finding(item, "item has neither title nor description")


def _guid(document: Document) -> Iterator[Finding]:
    for item in document.named("item"):
        if not item.named("guid"):
            yield Finding(item, "item has no guid, and a reader must guess whether it is new")


def _permalink(document: Document) -> Iterator[Finding]:
    """A guid that does not say otherwise is an address that can be followed."""
    for guid in document.named("guid"):
        says_so = guid.attributes.get("isPermaLink", "true") == "true"
        if says_so and guid.words and (complaint := values.web_address(guid.words)):
            yield Finding(guid, f'guid {quoted(guid.words)} {complaint}, and does not say isPermaLink="false"')


def _site_link(document: Document) -> Iterator[Finding]:
    """A channel's link is the site; a reader that opens it wants no feed."""
    for channel in document.named("channel"):
        own = {link.attributes.get("href") for link in links(channel, "self")}
        for link in channel.named("link"):
            if link.words in own:
                yield Finding(link, "the channel's link leads to the feed itself, not to the site")


def _blank(document: Document) -> Iterator[Finding]:
    names = ("title", "description", "guid", "category", "content:encoded", "dc:creator")
    for element in document.named(*names):
        if not element.words and not element.children:
            yield Finding(element, f"{element.name} is empty")


def _plain(document: Document) -> Iterator[Finding]:
    for title in document.named("title"):
        if found := markup.in_plain_text(title.text):
            yield Finding(title, f"title is plain text, and holds {quoted(found)}")


def _escaped(document: Document) -> Iterator[Finding]:
    for leaf in document.named(*_LEAVES, "content:encoded"):
        for child in [child for child in leaf.children if child.name != ENTITY][:1]:
            yield Finding(child, f"{leaf.name} holds an element {child.name!r}, which would have to be escaped")


def _description_first(document: Document) -> Iterator[Finding]:
    for item in document.named("item"):
        names = [child.name for child in item.named(*_HTML)]
        if "description" in names and names.index("description") > 0:
            yield Finding(item.named("description")[0], "description stands after content:encoded")


def _items_last(document: Document) -> Iterator[Finding]:
    for channel in document.named("channel"):
        items = False
        for child in channel.children:
            items = items or child.name == "item"
            if items and child.name in _CHILDREN["channel"].split() and child.name != "item":
                yield Finding(child, f"{child.name} of the channel stands after an item")


def _said_twice(document: Document) -> Iterator[Finding]:
    """Where RSS and Dublin Core both say a thing, readers differ in which they take."""
    for item in document.named("item"):
        for ours, other in (("pubDate", "dc:date"), ("author", "dc:creator")):
            if item.named(ours) and item.named(other):
                yield Finding(item.named(other)[0], f"item has both {ours} and {other}")


def _image_matches(document: Document) -> Iterator[Finding]:
    for channel in document.named("channel"):
        for image in channel.named("image"):
            for name in ("title", "link"):
                for mine, its in zip(image.named(name), channel.named(name), strict=False):
                    if mine.words != its.words:
                        yield Finding(mine, f"the image's {name} is not the channel's")


RULES = (
    *common.RULES,
    *archives.RULES,
    Rule("version", "RSS 2.0, What is RSS?", _version),
    Rule("channel", "RSS 2.0, What is RSS?", exactly_one("rss", "channel")),
    Rule("channel-title", _REQUIRED, exactly_one("channel", "title")),
    Rule("channel-link", _REQUIRED, exactly_one("channel", "link")),
    Rule("channel-description", _REQUIRED, exactly_one("channel", "description")),
    Rule("channel-single", _OPTIONAL, at_most_one("channel", *_CHANNEL_WORDS.split())),
    Rule("item-single", f"{_ITEM}, and W3C feed validator, DuplicateElement",
         at_most_one("item", *_ITEM_WORDS.split(), "content:encoded")),
    Rule("item-text", _ITEM, _title_or_description),
    Rule("item-guid", f"{_PROFILE}, guid, and W3C feed validator, MissingGuid", _guid),
    Rule("guid-unique", "RSS 2.0, <guid> sub-element of <item>", unique(within("item", "guid"))),
    Rule("guid-flag", "RSS 2.0, <guid> sub-element of <item>",
         each_attribute(every("guid"), "isPermaLink", values.one_of("true", "false"))),
    Rule("guid-permalink", "RSS 2.0, <guid> sub-element of <item>", _permalink),
    Rule("date", "RSS 2.0, Optional channel elements and Elements of <item>, and RFC 822, section 5",
         each(every("pubDate", "lastBuildDate"), values.rfc822)),
    Rule("email", f"{_PROFILE}, E-mail addresses",
         each(every("author", "managingEditor", "webMaster"), values.email_and_name)),
    Rule("address", "RSS 2.0, Comments, and RFC 3986, section 3",
         all_of(
             each(every("link", "comments", "docs", "url"), values.url),
             each_attribute(every("source"), "url", values.url),
             each_attribute(common.links_elsewhere, "href", values.iri))),
    Rule("site-link", _REQUIRED, _site_link),
    Rule("self-link", f"{_PROFILE}, atom:link", self_link("channel", "application/rss+xml")),
    Rule("text-blank", "W3C feed validator, NotBlank", _blank),
    Rule("plain-title", f"{_PROFILE}, title, and W3C feed validator, ContainsHTML", _plain),
    Rule("escaped", "RSS 2.0, Elements of <item>, and RSS Content Module, content:encoded", _escaped),
    Rule("description-first", f"{_PROFILE}, content:encoded", _description_first),
    Rule("items-last", f"{_PROFILE}, channel, and W3C feed validator, MisplacedItem", _items_last),
    Rule("said-twice", "W3C feed validator, DuplicateItemSemantics", _said_twice),
    Rule("enclosure", "RSS 2.0, <enclosure> sub-element of <item>",
         has_attributes(every("enclosure"), "url", "length", "type")),
    Rule("enclosure-form", "RSS 2.0, <enclosure> sub-element of <item>",
         all_of(
             each_attribute(every("enclosure"), "url", values.web_address),
             each_attribute(every("enclosure"), "length", values.number),
             each_attribute(every("enclosure"), "type", values.media_type))),
    Rule("enclosure-single", f"{_PROFILE}, enclosure", at_most_one("item", "enclosure")),
    Rule("source", "RSS 2.0, <source> sub-element of <item>", has_attributes(every("source"), "url")),
    Rule("image", "RSS 2.0, <image> sub-element of <channel>",
         all_of(*(exactly_one("image", name) for name in ("url", "title", "link")))),
    Rule("image-size", "RSS 2.0, <image> sub-element of <channel>",
         all_of(
             each(within("image", "width"), values.number_between(1, _WIDEST)),
             each(within("image", "height"), values.number_between(1, _HIGHEST)))),
    Rule("image-matches", f"{_PROFILE}, image", _image_matches),
    Rule("text-input", "RSS 2.0, <textInput> sub-element of <channel>",
         all_of(*(exactly_one("textInput", name) for name in ("title", "description", "name", "link")))),
    Rule("cloud", "RSS 2.0, <cloud> sub-element of <channel>",
         has_attributes(every("cloud"), "domain", "port", "path", "registerProcedure", "protocol")),
    Rule("ttl", "RSS 2.0, <ttl> sub-element of <channel>", each(every("ttl"), values.number)),
    Rule("skip-hours", f"{_OPTIONAL}, skipHours",
         all_of(each(every("hour"), values.number_between(0, 23)), unique(every("hour")))),
    Rule("skip-days", f"{_OPTIONAL}, skipDays",
         all_of(each(every("day"), values.one_of(*_WEEK)), unique(every("day")))),
    Rule("channel-language", f"{_OPTIONAL}, language", each(every("language"), values.language)),
    Rule("unknown-element", "RSS 2.0, Extending RSS", only_known(_CHILDREN, is_bare)),
    Rule("unknown-attribute", "RSS 2.0, Extending RSS", only_known_attributes(_ATTRIBUTES)),
    Rule("stray-text", "W3C feed validator, UnexpectedText", no_text(*_CHILDREN)),
    *html_rules(every(*_HTML), with_base=False, source="W3C feed validator, SecurityRisk"),
)  # fmt: skip
