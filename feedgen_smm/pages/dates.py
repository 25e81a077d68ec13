"""Dates as SMM's pages print them.

Clock times are China Standard Time, UTC+8 without daylight saving; `CST` on a page never means US Central. A date is
complete, year, month and day, or it is none: nothing is filled in from today, from the text or from a number.
"""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import NamedTuple

from dateutil import parser as dateutil_parser

from feedgen_smm.models import CHINA, Moment, Precision

_FIRST_YEAR, _LAST_YEAR = 1990, 2199  # outside it is a misprint, and RSS wants four digits
_MONTHS = {
    name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), start=1)
}
_MONTH_BY_NUMBER = {number: name for name, number in _MONTHS.items()}
# `Published: Aug 10, 2020 10:51`, `iconJun 3, 2025 18:10`, `Sep 7,2020 10:51CST`, `Jan 19,2020`, and in related items
# `Feb 6, 2026 23:56`: nearly every date line on the site.
_PLAIN = re.compile(
    r"(?P<label>Published ?: ?|icon ?)?([A-Z][a-z]{2}) (\d\d?), ?(\d{4})(?: (\d\d?):(\d\d))?(?P<zone> ?CST)?"
)

# A label, or a look, that only the site's own date line has.
_LABEL = re.compile(r"(?:Published(?: on)?|发布时间) ?[:：] ?|icon ?(?=[A-Z\d])")
_LABELLED_LOOK = re.compile(r"\d ?CST$|, at \d")
# Cheap, and true of every line that could hold a date: a label, a bullet, a month's name or a digit before digits.
_COULD_BE_DATE_LINE = re.compile(r"(?:Published|发布时间|icon|- )|(?=[^\W\d_]{3,12}\.? \d|\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20|21)\d\d(?!\d)")
# `2020 1`, `10:5`, `at 3:34` without its half of the day: the end of a page that was cut.
_CUT_TIME = re.compile(r"(?:\d{4}[ T]+|:)\d$|, at (?:0?\d|1[0-2]):\d\d$")
LONGEST_DATE_LINE = 64

_RELATIVE = re.compile(
    r"(?:\d+|an?) ?(?:s|secs?|seconds?|mins?|minutes?|hrs?|hours?|days?|weeks?|months?|years?) ago"
    r"|just now|yesterday|today|\d+ ?(?:秒|分钟|小时|天|周|个月|月|年)前|刚刚|昨天",
    re.IGNORECASE,
)
_RELATIVE_ENDS = ("ago", "now", "ay", "前", "刚刚", "昨天")


class DateLine(NamedTuple):
    """A line that is a date and nothing else.

    `moment` is None where a label promises a date that cannot be read. `labelled` tells that only the site's own date
    line looks so; a bare date may stand anywhere in a text.
    """

    moment: Moment | None
    shown: str
    labelled: bool


def read_relative_line(line: str) -> DateLine | None:
    """The line where it is a time counted back from a moment that the page does not show: `2 hours ago`."""
    if line.endswith(_RELATIVE_ENDS) and _RELATIVE.fullmatch(line):
        return DateLine(None, line, labelled=False)
    return None


def read_date_line(line: str) -> DateLine | None:
    """The date a line consists of, or None where the line is something else."""
    if len(line) > LONGEST_DATE_LINE:
        return None
    if (plain := _PLAIN.fullmatch(line)) and (moment := _read_plain_date(plain)):
        label, zone = plain["label"], plain["zone"]
        return DateLine(moment, line[len(label) :] if label else line, labelled=bool(label or zone))
    return _read_unusual_date_line(line) if _COULD_BE_DATE_LINE.match(line) else None


def _read_plain_date(plain: re.Match[str]) -> Moment | None:
    _, month, day, year, hour, minute, _ = plain.groups()
    try:
        clock = datetime(int(year), _MONTHS[month], int(day), int(hour or 0), int(minute or 0), tzinfo=CHINA)
    except (KeyError, ValueError):
        return None
    return _moment(clock)


def _read_unusual_date_line(line: str) -> DateLine | None:
    label = _LABEL.match(line)
    shown = line[label.end() :] if label else line.removeprefix("- ")
    moment = _read_unusual_date(shown) if _YEAR.search(shown) else None
    if moment is None and (label is None or label[0].startswith("icon")):
        return None
    return DateLine(moment, shown, label is not None or _LABELLED_LOOK.search(shown) is not None)


def _moment(clock: datetime) -> Moment | None:
    """The moment that a page's `clock` shows. Midnight is what the site prints where it knows only the day."""
    if not _FIRST_YEAR <= clock.year <= _LAST_YEAR:
        return None
    return Moment(clock.astimezone(UTC), Precision.MINUTE if clock.hour or clock.minute else Precision.DAY)


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


class _SiteLanguages(dateutil_parser.parserinfo):
    """What dateutil takes for words of a date: its English, and the site's other languages."""

    JUMP = dateutil_parser.parserinfo.JUMP + "de del à às a las pukul jam um uhr lúc".split()
    MONTHS = [tuple(names.split()) for names in _MONTH_NAMES]  # type: ignore[misc]  # noqa: RUF012 - dateutil's form


# Two days that share no part: what differs between the two readings was not on the page.
_FILLERS = (datetime(2000, 1, 1, 0, 0), datetime(2004, 2, 2, 11, 11))  # noqa: DTZ001 - a page's clock has no zone
_CHINESE_UNITS = str.maketrans({"年": "-", "月": "-", "日": " "})
_ZONES = {None: CHINA, "CST": CHINA, "BEIJING": CHINA, "UTC": UTC, "GMT": UTC, "Z": UTC}


def _zone(name: str | None, offset: int | None) -> tzinfo:
    """The zone a page names; asked by dateutil, which would otherwise look at the machine's own."""
    if offset is not None:
        return timezone(timedelta(seconds=offset))
    if name in _ZONES:
        return _ZONES[name]
    raise ValueError(f"unknown time zone {name}")


def _read_unusual_date(text: str) -> Moment | None:
    """A date in any form dateutil knows, if it reads the same whatever is filled in and whether day or month leads."""
    text = re.sub(r"(?i)\b(?:tháng|thg) ?(\d\d?)\b", _month_in_english, text.translate(_CHINESE_UNITS)).strip()
    if _CUT_TIME.search(text):
        return None
    # After a year comes the month, everywhere; only in 03/04/2020 can nobody tell.
    day_may_lead = (False,) if _YEAR.match(text) else (False, True)
    readings = {_parse(_parser(day_leads), text, filler) for day_leads in day_may_lead for filler in _FILLERS}
    if len(readings) > 1 and len({reading and reading.date() for reading in readings}) == 1:
        readings = {_at_midnight(reading) for reading in readings if reading}  # complete but for the time
    reading = readings.pop()
    if readings or reading is None or not _year_is_shown(reading, text):
        return None
    return _moment(reading.replace(second=0, microsecond=0))


def _month_in_english(numbered: re.Match[str]) -> str:
    """Vietnamese numbers its months: `Tháng 5`; any other number is no month, and stays."""
    return _MONTH_BY_NUMBER.get(int(numbered[1]), numbered[0])


def _at_midnight(reading: datetime) -> datetime:
    return reading.replace(hour=0, minute=0, second=0, microsecond=0)


def _year_is_shown(reading: datetime, text: str) -> bool:
    """dateutil would read `20` as a year of the century it runs in."""
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
