"""Understands saved pages. Pure: bytes in, values out. The entry point is `page.parse`.

A page is text or HTML; either becomes a document of lines and facts, and one grammar reads both. Structure is found by
evidence: the date line, the breadcrumb, the footers, a title that is said twice.

Patterns that few pages need are strings: `re` compiles and keeps each when one is met, and not in every build.
"""

VERSION = 2
"""The parser's version. Raise it when the parser understands pages differently: builds then read them again."""
