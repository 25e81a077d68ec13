"""Text of an entry → what an element that holds HTML, or may be taken for HTML, says instead."""

import html
import re
from html.entities import name2codepoint

from feedgen_smm.models import Entry


def as_html(entry: Entry) -> str:
    """The full text as paragraphs; the title if no page showed a text, because Atom demands content or a link."""
    return "".join(f"<p>{escaped(text)}</p>" for text in entry.paragraphs or (entry.title,))


def escaped(text: str) -> str:
    """Text as HTML."""
    return html.escape(text, quote=False)


def plain_title(title: str) -> str:
    """A title that says the same to readers that take RSS titles for text and to those that take them for HTML.

    What HTML would take for markup, `<` and the `&` of what could be a character reference, is written full-width.
    """
    title = title.replace("<", "＜")
    return re.sub(r"&[#\w]+;?", _plain_ampersand, title) if "&" in title else title


def _plain_ampersand(match: re.Match[str]) -> str:
    name = match[0].strip("&;")
    if name.isalpha() and name not in name2codepoint and html.unescape(match[0]) == match[0]:
        return match[0]  # S&P, AT&T
    return f"＆{match[0][1:]}"
