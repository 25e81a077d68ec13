"""The site's layouts: how each is recognised, and where its title, standfirst, body and tags stand.

Which layout a page has depends on how it was saved and not on when it was written, so no row asks for a year. A new
layout is a row here and a page with its expectation among the tests.
"""

import re
from enum import Enum
from typing import NamedTuple


class Standfirst(Enum):
    """Which of the lines right after the heading are the standfirst. A body is never empty for a standfirst's sake."""

    NONE = "the layout has no standfirst"
    EVIDENT = "those that a blank line, a dateline or a repetition sets off"
    FIRST_LINE = "the first: the layout has a standfirst and no blank lines"
    REPEATED = "the first, where the next repeats it: nothing else tells, where no date is shown"
    SET_APART = "the first, where the next repeats it or has a dateline: in Markdown blank lines tell nothing"


class Layout(NamedTuple):
    """One way in which the site's pages are set; the first row that fits a page is its layout.

    `opens` is the whole line that the article opens with, and `dated` how its date line begins or goes on; an empty
    pattern fits every page. `is_titled_below` tells that the title stands right below the opening line, and
    `has_type_line` that the article's type stands below the title (`price review forecast`). `has_tags` is about lines
    between body and footers. `may_be_inverted` is the layout whose body may stand above the title.
    """

    name: str
    opens: str = ""
    dated: str = ""
    standfirst: Standfirst = Standfirst.EVIDENT
    is_titled_below: bool = False
    has_type_line: bool = False
    has_tags: bool = False
    may_be_inverted: bool = False


BREADCRUMB = re.compile(r"(?:Home|NewsFlash|Metals? News|News) / ")

LAYOUTS = (
    Layout(
        "section",
        opens="Metals News",
        standfirst=Standfirst.NONE,
        is_titled_below=True,
        has_type_line=True,
        has_tags=True,
    ),
    Layout("bulleted", dated="- ", standfirst=Standfirst.NONE, may_be_inverted=True),
    Layout("clock", dated=".*, at \\d", standfirst=Standfirst.FIRST_LINE),
    Layout("breadcrumb", opens=BREADCRUMB.pattern + ".*", is_titled_below=True, has_tags=True),
    Layout("chinese", opens="SMM首页 ?> ?.*", standfirst=Standfirst.NONE),
    Layout("plain"),
)


def layout_of(opening: str, date_line: str) -> Layout:
    """The layout of an article that opens with the line `opening` and has the date line `date_line`, empty if none."""
    return next(
        row
        for row in LAYOUTS
        if (not row.opens or re.fullmatch(row.opens, opening)) and (not row.dated or re.match(row.dated, date_line))
    )


def is_opening(line: str) -> bool:
    """Whether the line opens an article in one of the layouts."""
    return _OPENING.fullmatch(line) is not None


_OPENING = re.compile("|".join(f"(?:{row.opens})" for row in LAYOUTS if row.opens))
