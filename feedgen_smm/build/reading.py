"""Files → pages, one that cannot be read as a page with that problem."""

from pathlib import Path

from feedgen_smm.captures.files import printable, read_capture
from feedgen_smm.errors import UnreadableCaptureError
from feedgen_smm.models import Page, Problem
from feedgen_smm.pages import parse


def read_page(path: Path) -> Page:
    """The page at `path`."""
    try:
        return parse(read_capture(path))
    except UnreadableCaptureError as error:
        source = printable(path)
        return Page(source=source, lines=(), article=None, related=(), problems=(Problem(source, 1, str(error)),))
