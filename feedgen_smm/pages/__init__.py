"""What a saved page means. Pure: bytes in, values out; `page.parse` is the way in.

Structure is found by evidence: the date line, the breadcrumb, the footers, a title that is said twice. Which layout a
page has depends on how it was saved and not on when it was written, so no rule asks for a year.
"""

VERSION = 1
"""Of what is understood of pages: raised whenever that changes, so that what an older parser misread is read again."""
