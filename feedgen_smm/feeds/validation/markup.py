"""HTML within a feed, as far as the gate looks into it: tags and what their attributes point to.

Not a parser: what is read is what looks like a tag, each character once, however broken the HTML.
"""

import html
import re
from collections.abc import Iterator

from feedgen_smm.settings.values import is_whole

_TAG = re.compile(r"<([A-Za-z][A-Za-z0-9]*)((?:[\s/][^<>]*)?)>")
_ATTRIBUTE = re.compile(r"(?<![\w:-])([A-Za-z][\w:-]*)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+))")
_MARKUP = re.compile(r"</?[A-Za-z][^<>]*>|<!--")
_REFERENCE = re.compile(r"&(?:#\d{1,8}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ADDRESSES = ("href", "src", "poster", "cite", "action")
# RFC 4287, section 8.1, names these and images, which no reader can do without.
_DANGEROUS = ("script", "embed", "object", "frame", "frameset", "iframe", "meta", "link", "applet", "base")


def relative_addresses(text: str) -> Iterator[str]:
    """The addresses in HTML that mean nothing away from the page they were written for."""
    for _, attributes in _tags(text):
        for name, value in attributes:
            if name in _ADDRESSES and value and not is_whole(value) and not value.startswith("#"):
                yield value


def dangers(text: str) -> Iterator[str]:
    """The elements, attributes and addresses in HTML that run programs in a reader, or bring in other pages."""
    for tag, attributes in _tags(text):
        if tag in _DANGEROUS:
            yield f"<{tag}>"
        for name, value in attributes:
            if name.startswith("on"):
                yield f"{name}="
            elif name in _ADDRESSES and value.lower().startswith(("javascript:", "vbscript:")):
                yield f"{value.partition(':')[0]}:"


def in_plain_text(text: str) -> str | None:
    """What a reader that takes text for HTML would take for a tag or a character."""
    if tag := _MARKUP.search(text):
        return tag[0]
    return next((match[0] for match in _REFERENCE.finditer(text) if html.unescape(match[0]) != match[0]), None)


def is_nothing_else(text: str) -> bool:
    """Whether a text begins with a tag and ends with one, as no sentence does."""
    return bool(_MARKUP.match(text)) and text.endswith(">")


def _tags(text: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for name, attributes in _TAG.findall(text):
        yield (
            name.lower(),
            [
                (attribute.lower(), html.unescape(double or single or bare).strip())
                for attribute, double, single, bare in _ATTRIBUTE.findall(attributes)
            ],
        )
