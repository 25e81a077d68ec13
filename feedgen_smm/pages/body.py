"""The text under an article's heading: standfirst, paragraphs, and where they stop."""

import re
from enum import Enum
from itertools import takewhile
from typing import NamedTuple

from feedgen_smm.pages import boilerplate
from feedgen_smm.pages.region import Region

# `SHANGHAI, Jul. 22 (SMM) –`, `SMM November 5:`, `SMM,October 18:`, `SMM9 March 7:` open a body.
_DATELINE = re.compile(
    r"[A-Z][A-Z ]{3,20}, ?[A-Z][a-z]{2,8}\.? ?\d\d? ?\(SMM\)|SMM ?\d{0,2},? ?[A-Z][a-z]{2,8}\.? ?\d\d? ?(?:news)?[:：]"
)
_SAME_BEGINNING = 40  # letters
_LONGEST_STANDFIRST = 3  # lines
_MOST_TAGS = 10


class StandfirstRule(Enum):
    """Which of the lines right after the heading are the standfirst. A body is never empty for a standfirst's sake."""

    NONE = "the layout has no standfirst"
    EVIDENT = "those that a blank line, a dateline or a repetition sets off"
    FIRST_LINE = "the first: the layout has a standfirst and no blank lines"
    ALL = "all: the layout prints the body elsewhere"


class Body(NamedTuple):
    """An article's paragraphs and standfirst, with the indices of their lines, and whether a footer followed them."""

    standfirst: str | None
    standfirst_at: tuple[int, ...]
    paragraphs: tuple[str, ...]
    paragraphs_at: tuple[int, ...]
    is_ended: bool


def read_body(content: Region, rule: StandfirstRule, *, has_tags: bool) -> Body:
    """The body in `content`, up to the first footer.

    `has_tags` tells of a layout that prints the article's tags, a line each, between body and footers.
    """
    at: list[int] = []
    texts: list[str] = []
    opening: int | None = None  # how many lines stand right under the heading, nothing between
    footer = False
    for index in range(content.start, content.end):
        line = content.lines[index]
        if not line or boilerplate.is_never_body(line) or not (line := _own_text(line)):
            opening = len(texts) if opening is None else opening
        elif boilerplate.ends_body(line) or boilerplate.is_signature(line):
            footer = True
            break
        else:
            at.append(index)
            texts.append(line if texts else boilerplate.without_fused_menu(line))
    if footer and has_tags:
        del texts[len(texts) - _count_tags(texts) :]
        del at[len(texts) :]
    split = _standfirst_length(texts, len(texts) if opening is None else min(opening, len(texts)), rule)
    return Body(" ".join(texts[:split]) or None, tuple(at[:split]), tuple(texts[split:]), tuple(at[split:]), footer)


def _own_text(line: str) -> str:
    """The line without images and promos, and nothing where a chart's credit is all it says."""
    if "![" in line:
        line = boilerplate.without_images(line)
    if "》" in line or "详情" in line:
        line = boilerplate.without_promo(line)
    return "" if line.startswith(("Source", "来源")) and boilerplate.SOURCE_LINE.fullmatch(line) else line


def _count_tags(texts: list[str]) -> int:
    """How many lines before the footers are tags; the first line never is."""
    count = sum(1 for _ in takewhile(boilerplate.looks_like_tag, reversed(texts[1:])))
    return count if count <= _MOST_TAGS else 0


def _standfirst_length(texts: list[str], opening: int, rule: StandfirstRule) -> int:
    if rule is StandfirstRule.ALL:
        return len(texts)
    if rule is StandfirstRule.NONE or len(texts) < 2 or not opening:  # noqa: PLR2004 - one for each
        return 0
    if rule is StandfirstRule.FIRST_LINE:
        return 1
    return _evident_standfirst_length(texts, opening)


def _evident_standfirst_length(texts: list[str], opening: int) -> int:
    for position in range(1, min(opening + 1, len(texts))):
        if _begin_alike(texts[0], texts[position]):
            return position
    for position in range(opening):
        if _DATELINE.match(texts[position]):
            return position
    if opening < len(texts) and opening <= _LONGEST_STANDFIRST:
        return opening
    return 1 if texts[0].startswith(("[", "【")) else 0


def _begin_alike(one: str, other: str) -> bool:
    return len(one) >= _SAME_BEGINNING and one[:_SAME_BEGINNING].casefold() == other[:_SAME_BEGINNING].casefold()
