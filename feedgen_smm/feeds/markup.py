"""Text of an entry → text that a feed can carry, as HTML where an element holds HTML or may be taken for it."""

import html
import re
from functools import lru_cache
from html.entities import name2codepoint

from feedgen_smm.models import Entry

# What XML 1.0 cannot carry or discourages (section 2.2), and U+FFFD, which stands for what could not be decoded. Texts
# have none of these; one that does is written without them, and validation then leaves out its entry.
_UNFIT = "[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff{}]".format(
    "".join(f"{chr(plane | 0xFFFE)}{chr(plane | 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
)


def carried(text: str) -> str:
    """The text without the characters that do not belong in a feed."""
    if text.isprintable() and "\ufffd" not in text:  # true of nearly all, and quickly found
        return text
    return re.sub(_UNFIT, "", text)


@lru_cache(maxsize=1024)  # each format writes it, and validation asks what it was
def as_html(entry: Entry) -> str:
    """The full text as paragraphs; the title if no page showed a text, because Atom demands content or a link."""
    return "".join(f"<p>{escaped(text)}</p>" for text in entry.paragraphs or (entry.title,))


def escaped(text: str) -> str:
    """Text as HTML that says it letter by letter."""
    return html.escape(carried(text), quote=False)


def plain_title(title: str) -> str:
    """A title that says the same to readers that take RSS titles for text and to those that take them for HTML.

    What HTML would take for markup, `<` and the `&` of what could be a character reference, is written full-width.
    """
    title = carried(title).replace("<", "＜")
    return re.sub(r"&[#\w]+;?", _plain_ampersand, title) if "&" in title else title


def _plain_ampersand(match: re.Match[str]) -> str:
    name = match[0].strip("&;")
    if name.isalpha() and name not in name2codepoint and html.unescape(match[0]) == match[0]:
        return match[0]  # S&P, AT&T
    return f"＆{match[0][1:]}"
