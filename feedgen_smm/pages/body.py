"""The text under an article's heading: standfirst, paragraphs, and where they stop."""

import re
from itertools import takewhile
from typing import NamedTuple

from feedgen_smm.pages import boilerplate
from feedgen_smm.pages.dates import LONGEST_DATE_LINE, is_update_line, read_date_line, read_relative_line
from feedgen_smm.pages.document import Region
from feedgen_smm.pages.layouts import Standfirst

# `SHANGHAI, Jul. 22 (SMM) –`, `SMM November 5:`, `SMM,October 18:`, `SMM9 March 7:` open a body.
_DATELINE = re.compile(
    r"[A-Z][A-Z ]{3,20}, ?[A-Z][a-z]{2,8}\.? ?\d\d? ?\(SMM\)|SMM ?\d{0,2},? ?[A-Z][a-z]{2,8}\.? ?\d\d? ?(?:news)?[:：]"
)
# `[SMM …: headline] text` and `【headline】text`: a standfirst, also where it is all there is.
_IN_BRACKETS = re.compile(r"(?:\[SMM [\w &/-]{2,40}:|\[[^\]]{4,}\]|【[\x20-\x7e]{4,}】) ?\S")
_SAME_BEGINNING = 40  # letters
_LONGEST_STANDFIRST = 3  # lines
_MOST_TAGS = 10


class Body(NamedTuple):
    """An article's paragraphs and standfirst, with the indices of their lines, and whether a footer followed them."""

    standfirst: str | None
    standfirst_at: tuple[int, ...]
    paragraphs: tuple[str, ...]
    paragraphs_at: tuple[int, ...]
    is_ended: bool


def read_body(content: Region, rule: Standfirst, *, has_tags: bool, marked: frozenset[int] = frozenset()) -> Body:
    """The body in `content`, up to the first footer.

    `has_tags` tells of a layout that prints the article's tags, a line each, between body and footers. `marked` are
    lines that the page itself marks as the standfirst.
    """
    at, texts, opening, is_ended = _own_lines(content)
    if is_ended and has_tags:
        del texts[len(texts) - _count_tags(texts) :]
        del at[len(texts) :]
    split = sum(1 for _ in takewhile(marked.__contains__, at))
    if not split or split == len(texts):
        split = _standfirst_length(texts, min(opening, len(texts)), rule)
    return Body(" ".join(texts[:split]) or None, tuple(at[:split]), tuple(texts[split:]), tuple(at[split:]), is_ended)


def _own_lines(content: Region) -> tuple[list[int], list[str], int, bool]:
    """The article's lines, by index and text; how many stand right under the heading; whether a footer ends them."""
    at: list[int] = []
    texts: list[str] = []
    opening: int | None = None
    is_ended = False
    for index in range(content.start, content.end):
        line = content.lines[index]
        if not line or _is_of_site(line) or not (line := _own_text(line)):
            opening = len(texts) if opening is None else opening
        elif is_ended := boilerplate.ends_body(line) or boilerplate.is_signature(line):
            break
        elif is_ended := bool(texts) and _is_date_of_item(line):
            del texts[_end_of_sentences(texts) :]
            del at[len(texts) :]
            break
        else:
            at.append(index)
            texts.append(line if texts else boilerplate.without_fused_menu(line))
    return at, texts, len(texts) if opening is None else opening, is_ended


def _is_of_site(line: str) -> bool:
    """Whether a line is the site's wherever it stands: a button, a promo, when the page was changed."""
    return boilerplate.is_never_body(line) or is_update_line(line)


def _is_date_of_item(line: str) -> bool:
    """Whether a line is the date of another item, for no text has a line of a date with its time."""
    if len(line) > LONGEST_DATE_LINE:
        return False
    date = read_date_line(line)
    return (date is not None and ":" in date.shown) or read_relative_line(line) is not None


def _end_of_sentences(texts: list[str]) -> int:
    """How many lines there are up to the last that is a sentence: what follows it are headlines of other items."""
    ends = (at + 1 for at in range(len(texts) - 1, -1, -1) if _is_sentence(texts[at]))
    return next(ends, len(texts) - 1)


def _is_sentence(text: str) -> bool:
    return len(text) >= _SHORTEST_SENTENCE and text.endswith((".", "!", "?", "。", "！", "？", "”", '"'))


_SHORTEST_SENTENCE = 30


def _own_text(line: str) -> str:
    """The line without images and promos, and nothing where a chart's credit is all it says."""
    if "![" in line:
        line = boilerplate.without_images(line)
    if "》" in line or "详情" in line:
        line = boilerplate.without_promo(line)
    return "" if line.startswith(("Source", "来源")) and boilerplate.SOURCE_LINE.fullmatch(line) else line


def _count_tags(texts: list[str]) -> int:
    """How many lines before the footers are tags; the first line never is, nor are the items that a colon announces."""
    count = sum(1 for _ in takewhile(boilerplate.looks_like_tag, reversed(texts[1:])))
    is_list = texts and texts[len(texts) - count - 1].endswith((":", "："))
    return 0 if is_list or count > _MOST_TAGS else count


def _standfirst_length(texts: list[str], opening: int, rule: Standfirst) -> int:
    if rule is Standfirst.NONE or not texts:
        return 0
    if len(texts) == 1:
        return int(opening > 0 and _IN_BRACKETS.match(texts[0]) is not None)
    if rule is Standfirst.SET_APART:
        is_set_off = _DATELINE.match(texts[1]) is not None or _IN_BRACKETS.match(texts[0]) is not None
        return int(_begin_alike(texts[0], texts[1]) or is_set_off)
    if rule is Standfirst.REPEATED:
        return int(opening > 0 and _begin_alike(texts[0], texts[1]))
    if rule is Standfirst.FIRST_LINE:
        return int(opening > 0)
    return _evident_standfirst_length(texts, opening)


def _evident_standfirst_length(texts: list[str], opening: int) -> int:
    for position in range(1, min(opening + 1, len(texts))):
        if opening and _begin_alike(texts[0], texts[position]):
            return position
    for position in range(opening):
        if _DATELINE.match(texts[position]):
            return position
    if opening < len(texts) and opening <= _LONGEST_STANDFIRST:
        return opening
    return int(opening > 0 and texts[0].startswith(("[", "【")))


def _begin_alike(one: str, other: str) -> bool:
    return len(one) >= _SAME_BEGINNING and one[:_SAME_BEGINNING].casefold() == other[:_SAME_BEGINNING].casefold()
