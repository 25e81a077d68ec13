"""What the formats that carry HTML say of an entry."""

import html

from feedgen_smm.models import Entry


def as_html(entry: Entry) -> str:
    """The full text as HTML paragraphs; the headline where no sighting showed a text: Atom wants content or a link."""
    return "".join(f"<p>{html.escape(text, quote=False)}</p>" for text in entry.paragraphs or (entry.title,))
