"""A page saved as text → its document. Reads front matter, removes Markdown, joins wrapped lines."""

import re
from datetime import datetime
from html import unescape
from itertools import accumulate
from typing import NamedTuple

from feedgen_smm.errors import NoArticleError
from feedgen_smm.models import Moment
from feedgen_smm.pages.dates import DateLine, read_date_line
from feedgen_smm.pages.document import Address, Document, Facts, find_address, read_address
from feedgen_smm.pages.layouts import is_paragraph, without_images
from feedgen_smm.pages.text import split_lines, tidy_lines
from feedgen_smm.pages.wrapping import unwrap

_KEY = r"([A-Za-z_-]{2,20}) ?: ?(.*)"
_LONGEST_FRONT_MATTER = 60  # lines
_TITLE_KEYS = ("title",)
_ADDRESS_KEYS = ("source", "url", "link", "canonical", "address", "source_url")
_DATE_KEYS = ("published", "date_published", "pubdate")
_RULE = r"(?:[-=*_~─—] ?){3,}|[+|](?:[-=]+[+|])+"
_LINK = (
    r"(?<!!)\[((?:(?!\]\()[^\n]){0,500}?)\]\(<?(?:https?:|/|#)[^)\s]{0,2000}>?(?: \"[^\"]{0,400}\")?\)"
    r"(?:\{[^{}\n]{0,200}\})?"
)
# A link around several lines, a card's: `[Headline` … `Summary](/newscontent/…)`.
_LINK_OF_LINES = r"(?<![!\[])\[([^\[\]\n]{1,400}(?:\n[^\[\]\n]{0,2000}){1,8})\]\(<?(?:https?:|/)[^)\s]{0,2000}\)"
# Some tools break addresses, too.
_BROKEN_TARGET = (
    r"(?:\]\(|<https?:)(?:[^()<>\s]{1,200}\n {0,12}){1,20}[^()<>\s]{0,200}[)>]"
    r"|<\w{1,10} [^<>\n]{0,200}\n[^<>\n]{0,200}>"
)
_LINE_BREAK = r"\n *"
_LONGEST_BUTTON = 30  # letters, with the room before them
_LONGEST_LINKED = 20_000  # letters of a line
_ADDRESS_BEHIND = r"(?<=\S) ?<(?:#|(?:https?:)?//|file:|mailto:)[^>\s]{0,2000}>"
_EMPHASIS = r"(?<![\w*])(\*\*?)(?=[^\s*])([^*]{1,400})(?<=[^\s*])\1(?![\w*])"
_WHOLE_EMPHASIS = r"([*_/])(?=[^\s*_/])([^*_]+ [^*_]+)(?<=\S)\1|([*_])(?=[^\s*_])([^*_]+)(?<=\S)\3"
_UNDERSCORED = r"(?<![\w/])_(?=[^\s_])([^_]{1,400})(?<=[^\s_])_(?![\w/])"
_ESCAPE = r"\\([\\`*_{}\[\]()#+.!|<>~$^@&:'\"-])"
_SIGNS = "<#>*\\_=["  # all Markdown has one of these, or a rule of dashes
_DASHES = "- ?-"
_BOX = "[\u2500-\u257f]"
_SUBHEADING = r"(?m)^#{2,6} \S"
_HEADING = r"(?:[-*+] )?#{1,6} +(.+?)(?: #+)?(?: \{[.#][^{}]{0,200}\})?$"
_QUOTED = r"(?m)^ {0,3}(?:> ?)+"
# What converters leave of elements: tags; pandoc's fences of colons, and its brackets with a class.
_TAG = (
    r"</?(?:div|section|main|header|footer|nav|article|figure|figcaption|span|img|br|time|button|i|b|u|a|em|font|table"
    r"|thead|tbody|tr|colgroup|col|p|strong|small|su[bp]|h[1-6]|[uo]l|li|blockquote)\b[^<>\n]{0,500}>|</?t[dh]\b[^<>\n]{0,500}>"
    "|<!-- -->"
)
_MARKED = r"(?m)^</?div\b[^<>\n]{0,500}>$|<br ?/?>|<(span|td|th)\b[^<>\n]{0,500}>[^<>]{0,9000}</\1>"
_ENTITY = r"&(?:#[1-9]\d{1,4}|#x[0-9a-fA-F]{2,4}|amp|quot|nbsp);"
_ROW_OF_TAGS = r"(?s)<tr\b[^<>\n]{0,500}>(.{0,4000}?)</tr>"
_CELL = r"\s*</t[dh]>\s*<t[dh]\b[^<>\n]{0,500}>\s*"
_FENCE = r"(?m)^ {0,8}:{3,}.{0,200}$"
_CLASSED = r"\[([^\[\]]{0,9000})\]\{(?:[.#]|\w+=)[^{}]{0,200}\}"
_MOST_NESTED = 4
# reStructuredText, AsciiDoc, Org, wikis.
_OTHER_MARKUP = r"(?m)^(?: {0,9}\.\. [\w-]+::| {0,9}:[A-Z_]{3,}:|image::?\S+\[|link:\S+\[|#\+\w+:|\|===|={2,6} \S)"
_MISREAD = "EURoe|EUR<|âEUR|â€|ã€|Ã[©¨¼¶¤±³]"  # UTF-8 taken for Windows-1252
_SIGNS_OF_MISREAD = ("â", "ã", "Ã", "EUR")  # found faster
# One of these is in each of those markups, and none without its sign, which is found faster.
_OTHER_MARKS = (("#", "#+"), ("|", "|==="), ("=", "== "), ("[", "link:"))
_COLONS = re.compile(":(?::|END:)")
_STARRED = r"(?m)^\s{0,40}\*{4,6} \S"  # a headline of Debian's html2text
_BOX_OF_WORDS = r"(?m)^ {0,8}\+[-=]+\+.*\n((?: {0,8}\|.*\| *\n){8,})"
_LINKED_IMAGE = r"\[(!\[(?:[^\[\]\n]|\[[^\[\]\n]*\]){0,500}\]\([^()\s]{0,2000}\))\]\([^()\s]{0,2000}\)"
_EMPTY_LINK = r"(?<!!)\[ ?\]\(<?(?:https?:|/)[^()\s]{0,2000}\)"
_SLASHED = r"(?<![^\s(])/(?=[^\s/])([^/\n]{1,60})(?<=[^\s/])/(?=[A-Z]|[^\w/]|$)"  # by Firefox
_BRACKETED_ADDRESS = r" ?\[(?:https?:/)?/[^\[\]\s]{0,2000}\]"

_BREAK, _ADDED = "\0", "\1"  # stand for a line break that is taken out, and before one that is put in
_FEWEST_GAPS = 3  # of several blank lines, as converters leave them: a single blank line then tells nothing
# `12. https://…` in lynx's list of addresses, and `[12]` before a link.
_REFERENCE = r"(\d{1,4})\. (?:\w+:|/)"
_LINK_NUMBER = r"\[(\d{1,4})\] ?"
_LABELLED_ADDRESS = (
    r"(?i)(?:Source|URL|Link|Address|Original|Canonical|来源|原文|原文链接|链接) ?[:：] ?<?(?:https?:)?//"
)
_NEAR = 8  # lines from the beginning or the end
_INNER_SIGNS = ("](", "*", "<", "_", "[/", "[http", "\\", " /")
_ROOM, _ROOM_OF_A_LINE = 74, 80  # columns
_FEWEST_LINKS = 2  # in a row of links
_MOST_BESIDE = 12  # letters beside them
_AROUND_A_CARD = r"\[|\]\([^()\s]*\)"
_ROW = r"\|[^|]*\|(?:[^|]*\|)+"
_TABLE_RULE = r"\|? ?:?-{3,}:? ?(?:\| ?:?-{3,}:? ?)+\|?"


class _FrontMatter(NamedTuple):
    """What a clipper wrote above the page, and how many lines it took."""

    title: str | None = None
    address: str | None = None
    published: Moment | None = None
    length: int = 0


def read_text(text: str, saved: datetime | None) -> Document:
    """The document of a page that is text. Raises NoArticleError where a tool changed the text beyond repair."""
    text, numbers = _with_whole_lines(text) if "]" in text or "<" in text else (text, None)
    text = _without_elements(text)
    if "&" in text and "](" in text:
        text = re.sub(_ENTITY, lambda entity: unescape(entity[0]), text)
    _refuse_changed(text)
    raw = split_lines(text)
    if unwrapped := unwrap(text, raw):
        raw, begun = unwrapped
        text = "\n".join(raw)
        numbers = [numbers[number - 1] for number in begun] if numbers else begun
    if "]" in text and ("]{" in text or "](" in text):
        text = re.sub(_LINK_OF_LINES, _words_of_lines, _without_classes(text))
        raw = split_lines(text)
    lines = tidy_lines(text, raw)
    _undo_numbered_links(lines)
    front = _front_matter(lines)
    lines[: front.length] = [""] * front.length
    has_signs = _has_signs(text)
    headings = _undo_markdown(lines, is_clipped=front.length > 0) if has_signs else frozenset()
    has_gaps = "\n\n\n" in text and text.count("\n\n\n") >= _FEWEST_GAPS
    is_markdown = bool(headings or front.length) or has_gaps or (has_signs and re.search(_SUBHEADING, text) is not None)
    titles = (front.title,) if front.title else ()
    facts = Facts(_addresses(lines, front), titles, front.published)
    return Document(lines, numbers, headings, facts=facts, is_markdown=is_markdown, saved=saved)


def _words_of_lines(link: re.Match[str]) -> str:
    """The lines of a link; those of a button, which a tool broke, as one."""
    if len(link[1]) > _LONGEST_BUTTON:
        return link[1]
    return " ".join(link[1].split()) + "\n" * link[1].count("\n")


def _with_whole_lines(text: str) -> tuple[str, list[int] | None]:
    """The text with addresses and rows of tables a line each, and the line that each line began on, from 1."""
    text, count = re.subn(_BROKEN_TARGET, lambda target: re.sub(_LINE_BREAK, _BREAK, target[0]), text)
    if "</tr>" in text:
        text, rows = re.subn(_ROW_OF_TAGS, _row_of_words, text)
        count += rows
    if not count:
        return text, None
    sizes = (1 + line.count(_BREAK) - line.count(_ADDED) for line in split_lines(text))
    return text.replace(_BREAK, "").replace(_ADDED, ""), [*accumulate(sizes, initial=1)][:-1]


def _row_of_words(row: re.Match[str]) -> str:
    return re.sub(_CELL, lambda cell: f" {_BREAK * cell[0].count(chr(10))}", row[1].strip("\n")) + f"{_ADDED}\n"


def _without_elements(text: str) -> str:
    """The text without what converters leave of elements, and without the marks of quotations."""
    if ">" in text:
        text = re.sub(_QUOTED, _room, re.sub(_TAG, "", text) if re.search(_MARKED, text) else text)
    if ":::" in text:
        text = re.sub(_FENCE, "", text)
    return text


def _room(marks: re.Match[str]) -> str:
    return " " * len(marks[0])  # lines were broken with it


def _without_classes(text: str) -> str:
    """The text without pandoc's brackets around words with a class."""
    for _ in range(_MOST_NESTED if "]{" in text else 0):
        text = re.sub(_CLASSED, lambda span: span[1] + "\n" * (span[0].count("\n") - span[1].count("\n")), text)
    return text


def _refuse_changed(text: str) -> None:
    """Raise NoArticleError where the text is in another markup than Markdown, or a tool changed words or boxed them."""
    if "\f" in text:
        raise NoArticleError("not published: this text was printed in pages, as a PDF is; save the page as HTML")
    if any(sign in text for sign in _SIGNS_OF_MISREAD) and re.search(_MISREAD, text):
        raise NoArticleError("not published: the tool that made this text misread its letters; save the page as HTML")
    is_marked = _COLONS.search(text) or any(sign in text and mark in text for sign, mark in _OTHER_MARKS)
    if is_marked and re.search(_OTHER_MARKUP, text):
        raise NoArticleError("not published: this kind of markup is not read; save the page as HTML or Markdown")
    if "*" in text and "****" in text and re.search(_STARRED, text):
        raise NoArticleError("not published: the tool that made this text changed its words; save the page as HTML")
    boxes = re.finditer(_BOX_OF_WORDS, text) if "+" in text and ("+-" in text or "+=" in text) else ()
    if any(3 * sum(map(str.isalpha, box[1])) > len("".join(box[1].split())) for box in boxes):
        raise NoArticleError("not published: the tool that made this text set it in boxes; save the page as HTML")


def _has_signs(text: str) -> bool:
    """Whether the text may be Markdown, or has the boxes of a text-mode browser."""
    if any(sign in text for sign in _SIGNS) or (text.count("-") > 1 and re.search(_DASHES, text)):
        return True
    return not text.isascii() and re.search(_BOX, text) is not None


def _undo_numbered_links(lines: list[str]) -> None:
    """Take out the numbers of links and pictures that lynx and elinks print, and the list of addresses at the end."""
    if "References" not in lines:
        return
    end = len(lines) - 1 - lines[::-1].index("References")
    last = max([int(found[1]) for line in lines[end:] if (found := re.match(_REFERENCE, line))], default=0)
    if not last:
        return
    lines[end:] = [""] * (len(lines) - end)
    for index in range(end):
        if "[" in lines[index]:
            lines[index] = re.sub(
                _LINK_NUMBER, lambda link: "" if int(link[1]) <= 2 * last else link[0], lines[index]
            ).strip()


def _front_matter(lines: list[str]) -> _FrontMatter:
    first = next((index for index, line in enumerate(lines) if line), 0)
    if not lines or lines[first] != "---":
        return _FrontMatter()
    last = min(len(lines), first + _LONGEST_FRONT_MATTER)
    end = next((at for at in range(first + 1, last) if lines[at] in ("---", "...")), 0)
    found = [key for line in lines[first + 1 : end] if (key := re.match(_KEY, line))]
    if 2 * len(found) < sum(map(bool, lines[first + 1 : end])) or not found:
        return _FrontMatter()
    keys = {key[1].casefold(): _unquoted(key[2]) for key in found}
    date = read_date_line(_first_of(keys, _DATE_KEYS) or "")
    return _FrontMatter(
        title=_first_of(keys, _TITLE_KEYS),
        address=_first_of(keys, _ADDRESS_KEYS),
        published=date.moment if date and _is_sure(date) else None,
        length=end + 1,
    )


def _unquoted(value: str) -> str:
    """A value of YAML, without the quotes around it."""
    quote = value[:1]
    if len(value) < 2 or quote not in ("'", '"') or value[-1] != quote:  # noqa: PLR2004 - two quotes
        return value
    return value[1:-1].replace(f"\\{quote}", quote)


def _first_of(keys: dict[str, str], names: tuple[str, ...]) -> str | None:
    return next((keys[name] for name in names if keys.get(name)), None)


def _is_sure(date: DateLine) -> bool:
    """Whether a clipper's date is one in China's time: a day, or a time with its offset."""
    return ":" not in date.shown or re.search(r"(?:[+-]\d\d:?\d\d|Z)$", date.shown) is not None


def _addresses(lines: list[str], front: _FrontMatter) -> tuple[Address, ...]:
    """The articles that the page says it is: in its front matter, its first or last line, or on a line of addresses."""
    texts = [*filter(None, lines)]
    near = "\n".join((*texts[:_NEAR], *texts[-_NEAR:]))
    labelled = [line for line in near.split("\n") if re.match(_LABELLED_ADDRESS, line)] if "//" in near else []
    named = [*texts[:1], *texts[-1:], *labelled]
    found = [find_address(front.address) if front.address else None, *map(read_address, named)]
    return tuple(dict.fromkeys(address for address in found if address))


def _undo_markdown(lines: list[str], *, is_clipped: bool) -> frozenset[int]:
    """Take the signs of Markdown out of `lines`; returns the indices of its headlines of the first rank."""
    headings: list[int] = []
    for index, line in enumerate(lines):
        if not line or (line[0].isalnum() and not is_clipped and not any(sign in line for sign in _INNER_SIGNS)):
            continue
        if line.startswith("# "):
            headings.append(index)
            if index + 1 < len(lines) and _is_broken(line, lines[index + 1]):
                lines[index : index + 2] = [f"{line} {lines[index + 1]}", ""]
        elif set(line) == {"="} and index and lines[index - 1] and not is_paragraph(lines[index - 1]):
            headings.append(index - 1)
        lines[index] = _without_signs(lines[index])
    _undo_tables(lines)
    return frozenset(headings)


def _is_broken(heading: str, below: str) -> bool:
    """Whether the tool broke a headline: the first word of the line below has no room behind it."""
    return bool(below) and len(heading) + len(below.split(maxsplit=1)[0]) > _ROOM and len(heading) <= _ROOM_OF_A_LINE


def _without_signs(line: str) -> str:
    """A line without the signs of Markdown and the boxes of tables; empty where nothing else is on it."""
    if "](" in line and ("![" in line or "[](" in line) and len(line) <= _LONGEST_LINKED:
        line = re.sub(_EMPTY_LINK, "", re.sub(_LINKED_IMAGE, r"\1", line))
        words = without_images(line)
        line = words if words.startswith("#") else line
    if re.search(_BOX, line):
        line = " ".join(re.sub(_BOX, " ", line).split())
    if heading := re.match(_HEADING, line):
        line = heading[1]
    elif re.fullmatch(_TABLE_RULE, line):
        return line
    elif re.fullmatch(_RULE, line) or _is_row_of_links(line) or re.fullmatch(_AROUND_A_CARD, line):
        return ""
    elif re.fullmatch(_ROW, line):
        return " ".join(line.replace("|", " ").split())
    line = _without_addresses(line)
    if "*" in line or "_" in line or line.startswith(("+ ", "/")) or " /" in line:
        line = _without_emphasis(line)
    if "\\" in line and "![" not in line:
        line = re.sub(_ESCAPE, r"\1", line)
    return line.strip()


def _without_addresses(line: str) -> str:
    """A line without the addresses of its links."""
    if "](" in line and "![" not in line and len(line) <= _LONGEST_LINKED:
        line = re.sub(_LINK, _text_of_link, line)
    if "<" in line:
        line = re.sub(_ADDRESS_BEHIND, "", line)
    return re.sub(_BRACKETED_ADDRESS, "", line) if "/" in line and "[" in line and "](" not in line else line


def _without_emphasis(line: str) -> str:
    """A line without the stars and underscores around its words, and without the sign of a list's item."""
    line = re.sub(_EMPHASIS, r"\2", line)
    if line.startswith(("* ", "+ ")):
        line = line[2:]
    line = re.sub(_UNDERSCORED, r"\1", line)
    if "/" in line:
        line = re.sub(_SLASHED, r"\1", line)
    whole = re.fullmatch(_WHOLE_EMPHASIS, line)
    return whole[2] or whole[4] if whole else line


def _text_of_link(link: re.Match[str]) -> str:
    """The text of a link, without brackets that belong to the words before it: `[a] [b](…)` matches from `[a]`."""
    before, bracket, text = link[1].rpartition("[")
    return f"[{before}{text}" if bracket and before.count("]") > before.count("[") else link[1]


def _is_row_of_links(line: str) -> bool:
    """Whether a line is nothing but links, several of them: a menu, or buttons to share."""
    if line.count("](") < _FEWEST_LINKS or "![" in line or len(line) > _LONGEST_LINKED:
        return False
    beside = re.sub(_LINK, "", line)
    return len(re.findall(_LINK, line)) >= _FEWEST_LINKS and len(beside) <= _MOST_BESIDE and beside.count(" / ") == 0


def _undo_tables(lines: list[str]) -> None:
    """Make the rows of Markdown's tables lines of words and figures."""
    for index, line in enumerate(lines):
        if "---" not in line or not re.fullmatch(_TABLE_RULE, line):
            continue
        first = index - 1 if index and "|" in lines[index - 1] else index
        lines[index] = ""
        end = next((at for at in range(index + 1, len(lines)) if "|" not in lines[at]), len(lines))
        lines[first:end] = [" ".join(row.replace("|", " ").split()) for row in lines[first:end]]
