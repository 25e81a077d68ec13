"""Dates as SMM's pages print them.

Clock times are China Standard Time, UTC+8 without daylight saving; `CST` on a page never means US Central. A date has
year, month and day, or it is not read: nothing is filled in from today, from the text or from a number.

dateutil reads most forms. One that it does not know is a row of `_FORMS`; another language has its words in
`_MONTH_NAMES`. Either has a line in tests/test_dates.py.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache, lru_cache
from typing import NamedTuple

from dateutil import parser as dateutil_parser

from feedgen_smm.models import CHINA, MONTHS, Moment, Precision

FIRST_YEAR, LAST_YEAR = 1990, 2199  # other years are misprints, and RSS needs four digits
_MONTHS = {name: number for number, name in enumerate(MONTHS, start=1)}
_MONTH_BY_NUMBER = {number: name for name, number in _MONTHS.items()}
# `Published: Aug 10, 2020 10:51`, `iconJun 3, 2025 18:10`, `Sep 7,2020 10:51CST`, `Jan 19,2020`, and in related items
# `Feb 6, 2026 23:56`: nearly every date line on the site.
_PLAIN = re.compile(
    r"(?P<label>Published ?: ?|icon ?)?([A-Z][a-z]{2}) (\d\d?), ?(\d{4})(?: (\d\d?):(\d\d))?(?P<zone> ?CST)?"
)

# Labels that only the date of publication has, in the languages of the site and of browsers that translate it.
_LABEL = re.compile(
    r"(?:(?:First )?Published|Posted|Released|Release date|Date published|Publication date"
    r"|发布时间|发布于|发布日期|发表时间|發布時間|公開日|게시일"
    r"|Veröffentlicht|Publié|Publiée|Date de publication|Publicado|Fecha de publicación|Data de publicação|Pubblicato"
    r"|Diterbitkan|Đăng|Ngày đăng|Опубликовано|เผยแพร่)(?: (?:on|at|am|le|el|em|il|pada|lúc|vào))?"
    r"(?P<colon> ?[:：])? ?|icon ?(?=[A-Z\d])",
    re.IGNORECASE,
)
_BEGINNINGS_OF_LABELS = frozenset(  # three letters each, which tell quickly that a line has no label
    "fir pub pos rel dat ver fec dit đăn ngà опу เผย 发布时 发布于 发布日 发表时 發布時 公開日 게시일 ico".split()
)
_UPDATE = (
    r"(?i:(?:Last )?(?:Updated|Update|Modified|Edited|Revised|Corrected)(?: (?:on|at))?\b|更新时间|更新于|修改时间"
    r"|Aktualisiert|Zuletzt aktualisiert|Mis à jour|Mise à jour|Actualizado|Atualizado"
    r"|Aggiornato|Diperbarui|Обновлено|更新日)"
)
_BEGINNINGS_OF_UPDATES = frozenset(
    "las upd mod edi rev cor 更新时 更新于 修改时 akt zul mis act atu agg dip обн 更新日".split()
)
# What a date line may go on with: who wrote it, when it was changed.
_TAIL = (
    r"(?i)(?<=[\d))A-Za-z])(?: ?[|·•,;/–—-])? ?[(（]?"
    r"(?:(?P<source>(?:Source|来源|來源) ?[:：]|作者 ?[:：]|(?<= )(?:Source|Author|Editor|By) |(?<=[|·•] )SMM\b)"
    r"|(?:Author|Editor|Reporter|Analyst|记者|编辑|责任编辑|责编|阅读|浏览|字号|Views?|Reads?) ?[:：]"
    rf"|(?P<update>{_UPDATE})|(?<=[|·•] )[^\d|·•]{{2,40}}(?: [|·•] [^|·•]{{2,40}})*$)"
)
_HEAD = r"(?:(?:Source|来源|作者|Author) ?[:：] ?\S{1,30}|By [^\d|]{2,40}) ?[|·•–—-]? ?(?=[^\W\d_]|\d)|[-|·•] "
_LABELLED_LOOK = r"[\dM] ?CST$|, at \d"
# Cheap, and true of every line that could hold a date: a digit, and not much else.
_COULD_BE_DATE_LINE = r"(?:\S+ ){0,6}\S*\d"
_YEAR = re.compile(r"(?:19|20|21)(?<!\d..)\d\d(?!\d)")  # `re` is quick where a pattern begins with what it looks for
# `2020 1`, `10:5`, `at 3:34` without its half of the day: the end of a page that was cut.
_CUT_TIME = r"(?:\d{4}[ T]+|:)\d$|, at (?:0?\d|1[0-2]):\d\d$"
# Marks that nobody sees and icons of fonts (private characters), which copied date lines hold.
_UNSEEN = "[\u00ad\u061c\u180e\u200b-\u200f\u2060-\u2064\ue000-\uf8ff]+"
LONGEST_DATE_LINE = 120

_RELATIVE = (
    r"(?i)(?P<count>\d+|an?) ?(?P<unit>s|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|weeks?|months?|years?) ago"
    r"|just now|yesterday|today|(?P<number>\d+) ?(?P<measure>秒|分钟|小时|天|周|个月|月|年)前|刚刚|昨天"
)
_RELATIVE_ENDS = ("ago", "now", "ay", "前", "刚刚", "昨天")
_SPANS = {
    "s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1),
    "w": timedelta(weeks=1), "秒": timedelta(seconds=1), "分钟": timedelta(minutes=1), "小时": timedelta(hours=1),
    "天": timedelta(days=1), "周": timedelta(weeks=1),
}  # fmt: skip

_MOST_COUNTED = 1000  # hours or days ago
_LONGEST_LABEL = 24  # letters

# The months in the languages that the site is shown in, January first. No abbreviation here names two months:
# languages in which one would (Polish, Croatian) are left out.
_MONTH_NAMES = (
    "jan january januari januar jänner janv janvier janeiro ene enero gennaio",
    "feb february februari februar févr fév février fev fevereiro febrero febbraio",
    "mar march maret mac mär märz mars março marzo",
    "apr april avr avril abr abril aprile",
    "may mei mai maio mayo maggio",
    "jun june juni juin junho junio giugno",
    "jul july juli julai juil juillet julho julio luglio",
    "aug august agu agt ags agustus ogos août aoû ago agosto",
    "sep sept september septembre set setembro septiembre settembre",
    "oct october okt oktober octobre out outubro octubre ottobre",
    "nov november novembre novembro noviembre",
    "dec december des desember disember dez dezember déc décembre dezembro dic diciembre dicembre",
)

# Two days that share no part: what differs between the two readings was not on the page.
_FILLERS = (datetime(2000, 1, 1, 0, 0), datetime(2004, 2, 2, 11, 11))  # noqa: DTZ001 - a page's clock has no zone
_ZONES = {None: CHINA, "CST": CHINA, "BEIJING": CHINA, "UTC": UTC, "GMT": UTC, "Z": UTC}
_MONTH_WORDS = frozenset(" ".join(_MONTH_NAMES).split())
_WORDS_OF_NUMBERS = frozenset("t z utc gmt cst am pm".split())
_MOST_WORDS = 7  # in a date


class DateLine(NamedTuple):
    """A line that is a date, and who wrote it or when it was changed, but nothing else.

    `moment` is None where a label promises a date that cannot be read. `labelled` tells that only the site's own date
    line looks so; a bare date may stand anywhere in a text.
    """

    moment: Moment | None
    shown: str
    labelled: bool


def read_relative_line(line: str, saved: datetime | None = None) -> DateLine | None:
    """The line where it is a time counted back from the time of saving: `2 hours ago`."""
    if not line.endswith(_RELATIVE_ENDS):
        return None
    label = _LABEL.match(line)
    shown = line[label.end() :] if label else line
    found = re.fullmatch(_RELATIVE, shown)
    if found is None:
        return None
    return DateLine(_counted_back(found, saved) if saved else None, shown, labelled=label is not None)


def _counted_back(found: re.Match[str], saved: datetime) -> Moment | None:
    """The day in China of a relative time, if it is the same whether the site rounds up or down; else None."""
    shown = found["unit"] or found["measure"]
    span = _SPANS.get(shown if shown in _SPANS else shown[0].casefold()) if shown else None
    if span is None or (shown or "").casefold().startswith("mo"):
        return None
    count = found["number"] or found["count"]
    number = int(count) if count.isdecimal() else 1
    if number > _MOST_COUNTED:
        return None
    first = (saved - (number + 1) * span).astimezone(CHINA)
    last = (saved - (number - 0.5) * span).astimezone(CHINA)
    if first.date() != last.date():
        return None
    return Moment(_at_midnight(first).astimezone(UTC), Precision.DAY)


def is_update_line(line: str) -> bool:
    """Whether a line tells when the page was changed: `Updated: Mar 10, 2021 09:05`."""
    if len(line) > LONGEST_DATE_LINE or line[:3].casefold() not in _BEGINNINGS_OF_UPDATES:
        return False
    found = re.match(_UPDATE, line)
    if found is None:
        return False
    rest = line[found.end() :].lstrip(" :：")
    return read_date_line(rest) is not None or read_relative_line(rest) is not None


def is_date_label(line: str) -> bool:
    """Whether a line is the label of the date that stands on the next one."""
    if len(line) > _LONGEST_LABEL or line[:3].casefold() not in _BEGINNINGS_OF_LABELS:
        return False
    found = _LABEL.fullmatch(line)
    return found is not None and not line.casefold().startswith("icon")


def has_label(line: str) -> bool:
    """Whether a line begins as the site's own date line does."""
    if line[:3].casefold() not in _BEGINNINGS_OF_LABELS or (":" not in line and "：" not in line):
        return False
    found = _LABEL.match(line)
    return found is not None and found["colon"] is not None


@lru_cache(maxsize=4096)  # a page's dates stand on it several times, and are asked for by each part of the grammar
def read_date_line(line: str) -> DateLine | None:
    """The date a line consists of, or None where the line is something else."""
    if len(line) > LONGEST_DATE_LINE:
        return None
    if (plain := _PLAIN.fullmatch(line)) and (moment := _read_plain_date(plain)):
        label, zone = plain.group("label", "zone")
        return DateLine(moment, line[len(label) :] if label else line, labelled=bool(label or zone))
    is_labelled = line[:3].casefold() in _BEGINNINGS_OF_LABELS and _LABEL.match(line) is not None
    if not is_labelled and ((line.isascii() and not _YEAR.search(line)) or not re.match(_COULD_BE_DATE_LINE, line)):
        return None
    return _read_unusual_date_line(line)


def _read_plain_date(plain: re.Match[str]) -> Moment | None:
    _, month, day, year, hour, minute, _ = plain.groups()
    try:
        clock = datetime(int(year), _MONTHS[month], int(day), int(hour or 0), int(minute or 0), tzinfo=CHINA)
    except (KeyError, ValueError):
        return None
    return _moment(clock)


def _read_unusual_date_line(line: str) -> DateLine | None:
    if not line.isascii():
        line = re.sub(_UNSEEN, "", line).strip()
    tail = re.search(_TAIL, line)
    text = line[: tail.start()].rstrip() if tail else line
    if head := re.match(_HEAD, text):
        text = text[head.end() :]
    label = _LABEL.match(text)
    shown = text[label.end() :] if label else text
    moment = _read_unusual_date(shown) if _YEAR.search(shown) else None
    if moment is None and (label is None or not label["colon"] or tail is not None):
        return None
    labelled = label is not None or re.search(_LABELLED_LOOK, shown) is not None or bool(tail and tail["source"])
    return DateLine(moment, shown, labelled)


def _moment(clock: datetime) -> Moment | None:
    """The moment that a page's `clock` shows. Midnight is what the site prints where it knows only the day."""
    if not FIRST_YEAR <= clock.year <= LAST_YEAR:
        return None
    return Moment(clock.astimezone(UTC), Precision.MINUTE if clock.hour or clock.minute else Precision.DAY)


class _SiteLanguages(dateutil_parser.parserinfo):
    """What dateutil takes for words of a date: its English, and the site's other languages."""

    JUMP = dateutil_parser.parserinfo.JUMP + "de del à às a las pukul jam um uhr lúc".split()
    MONTHS = [tuple(names.split()) for names in _MONTH_NAMES]  # type: ignore[misc]  # noqa: RUF012 - dateutil's form


def _zone(name: str | None, offset: int | None) -> tzinfo:
    """The zone a page names; asked by dateutil, which would otherwise look at the machine's own."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name in _ZONES:
        return _ZONES[name]
    raise ValueError(f"unknown time zone {name}")


def _read_unusual_date(text: str) -> Moment | None:
    """A date in any form dateutil knows, if it reads the same whatever fills its gaps, and with day or month first."""
    for form, known in _FORMS:
        text = re.sub(form, known, text)
    text = text.strip()
    if re.search(_CUT_TIME, text) or not _has_words_of_dates(text):
        return None
    # After a year comes the month, everywhere; only 03/04/2020 is ambiguous.
    day_may_lead = (False,) if _YEAR.match(text) else (False, True)
    readings = {_parse(_parser(day_leads), text, filler) for day_leads in day_may_lead for filler in _FILLERS}
    if len(readings) > 1 and len({reading and reading.date() for reading in readings}) == 1:
        readings = {_at_midnight(reading) for reading in readings if reading}  # complete but for the time
    reading = readings.pop()
    if readings or reading is None or not _year_is_shown(reading, text):
        return None
    return _moment(reading.replace(second=0, microsecond=0))


def _has_words_of_dates(text: str) -> bool:
    """Whether the words are a date's: a month among a few, or none but those that stand beside figures."""
    words = {word.casefold() for word in re.findall(r"[^\W\d_]+", text)}
    return len(words) <= _MOST_WORDS and (not words.isdisjoint(_MONTH_WORDS) or words <= _WORDS_OF_NUMBERS)


def _offset_in_digits(found: re.Match[str]) -> str:
    sign, hours, minutes = found.groups()
    return f" {'+' if sign == '+' else '-'}{int(hours):02}:{minutes or '00'}"


def _month_in_english(numbered: re.Match[str]) -> str:
    """Vietnamese numbers its months: `Tháng 5`; any other number is no month, and stays."""
    return _MONTH_BY_NUMBER.get(int(numbered[1]), numbered[0])


# Forms that dateutil does not know, or misreads, and what it reads instead; one after the other.
_FORMS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    ("[年月]", "-"),  # 2020年8月10日
    ("日", " "),
    (r"(?i)\b(?:tháng|thg) ?(\d\d?)\b", _month_in_english),  # 10 Tháng 8, 2020
    (r" [•·|–—-] (?=\d\d?:\d\d)", " "),  # Aug 10, 2020 | 10:51
    # GMT+8, UTC+08:00, (UTC+8): dateutil would take the first for eight hours behind
    (r"(?i)[ (（\[]*(?:GMT|UTC) ?([+\-\u2212]) ?(\d\d?)(?::?(\d\d))?[)）\]]?$", _offset_in_digits),
    (r"(?i)[ (（\[]+(?:Beijing|China|Shanghai)(?: Standard)?(?: Time)?[)）\]]?$", " +08:00"),
    (r"(?i)[ (（\[]*(?:BJT|HKT|北京时间)[)）\]]?$", " +08:00"),
)


def _at_midnight(reading: datetime) -> datetime:
    return reading.replace(hour=0, minute=0, second=0, microsecond=0)


def _year_is_shown(reading: datetime, text: str) -> bool:
    """Whether the text shows the whole year: dateutil would read `20` as a year of the current century."""
    return str(reading.year) in _YEAR.findall(text)


@cache
def _parser(day_leads: bool) -> dateutil_parser.parser:  # noqa: FBT001 - dateutil's own switch
    return dateutil_parser.parser(_SiteLanguages(dayfirst=day_leads))


def _parse(parser: dateutil_parser.parser, text: str, filler: datetime) -> datetime | None:
    try:
        reading = parser.parse(text, default=filler, tzinfos=_zone)
    except (ValueError, OverflowError):
        return None
    return reading if reading.tzinfo else reading.replace(tzinfo=CHINA)
