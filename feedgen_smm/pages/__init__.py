"""What a saved page means. Pure: bytes in, values out; `page.parse` is the way in.

A page is text or HTML; either becomes a document of lines and facts, and one grammar reads both. Structure is found by
evidence: the date line, the breadcrumb, the footers, a title that is said twice.
"""

VERSION = 2
"""Of what is understood of pages: raised whenever that changes, so that what an older parser misread is read again."""
