"""Dates: China's clock, complete or none, and nothing from the machine."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from feedgen_smm.models import Moment, Precision
from feedgen_smm.pages.dates import read_date_line, read_relative_line

MINUTES = {
    "Published: Aug 10, 2020 10:51": "2020-08-10 02:51",
    "Published : Jun 01, 2026 10:53": "2026-06-01 02:53",
    "iconJun 3, 2025 18:10": "2025-06-03 10:10",
    "Sep 7,2020 10:51CST": "2020-09-07 02:51",
    "Feb 6, 2026 23:56": "2026-02-06 15:56",
    "Dec 31, 2025, at 3:34 pm": "2025-12-31 07:34",
    "- Nov 27, 2023, at 4:38 pm": "2023-11-27 08:38",
    "Dec 31, 2025, at 12:30 am": "2025-12-30 16:30",
    "- Mei 24, 2024, at 9:51 pm": "2024-05-24 13:51",
    "- Agu 2, 2024, at 9:51 am": "2024-08-02 01:51",
    "- août 2, 2024, at 9:51 am": "2024-08-02 01:51",
    "- févr. 2, 2024, at 9:51 am": "2024-02-02 01:51",
    "10 de agosto de 2020 10:51": "2020-08-10 02:51",
    "Published: September 1, 2020 09:05": "2020-09-01 01:05",
    "Published: Monday, Aug 10, 2020 10:51": "2020-08-10 02:51",
    "Published: 2020-08-10 10:51": "2020-08-10 02:51",
    "Published: 2020-08-10 10:51:59": "2020-08-10 02:51",
    "Published: 2020-08-10T10:51+02:00": "2020-08-10 08:51",
    "Published: 2020-08-10T10:51Z": "2020-08-10 10:51",
    "发布时间：2023年2月9日 10:51": "2023-02-09 02:51",
    "Published: Mar 1, 2020 07:59": "2020-02-29 23:59",
    "Published: Aug 10, 2020 10:51 GMT+8": "2020-08-10 02:51",
    "Published: Aug 10, 2020 10:51 (UTC+8)": "2020-08-10 02:51",
    "Aug 10, 2020 10:51 UTC+08:00": "2020-08-10 02:51",
    "Aug 10, 2020 10:51 Beijing time": "2020-08-10 02:51",
    "2020年8月10日 10:51 北京时间": "2020-08-10 02:51",
    "Aug 10, 2020 10:51 GMT-3": "2020-08-10 13:51",
    "Aug 10, 2020 10:51 GMT": "2020-08-10 10:51",
    "Posted: Aug 10, 2020 10:51": "2020-08-10 02:51",
    "Published at Aug 10, 2020 10:51": "2020-08-10 02:51",
    "Veröffentlicht: 10. August 2020 10:51": "2020-08-10 02:51",
    "Publié le 10 août 2020 à 10:51": "2020-08-10 02:51",
    "Published: Aug 10, 2020 10:51 | Source: SMM": "2020-08-10 02:51",
    "2020-08-10 10:51来源：SMM作者：": "2020-08-10 02:51",
    "Published: Aug 10, 2020 10:51 Updated: Aug 11, 2020 09:00": "2020-08-10 02:51",
    "By Ann Lee | Aug 10, 2020 10:51": "2020-08-10 02:51",
    "\ue001 Published: \u200eAug 10, 2020\u200f 10:51": "2020-08-10 02:51",
}
DAYS = {
    "Jan 19,2020": "2020-01-18 16:00",
    "Published: Aug 10, 2020": "2020-08-09 16:00",
    "Published: Aug 10, 2020 00:00": "2020-08-09 16:00",
    "Published: Aug 10, 2020 12:00 AM": "2020-08-09 16:00",
    "Published: 13/04/2020": "2020-04-12 16:00",
    "Jan 19 2020": "2020-01-18 16:00",
}
UNREADABLE = [
    "Published: Jan 1, 0001 00:00",  # no clock in UTC shows it
    "Published: Aug 10, 2020 10:5",  # the end of a page that was cut
    "Published: Aug 10, 2020 1",
    "Published: Aug 2020",
    "Published: Aug 10",
    "Published: 10:51",
    "Published: 2020",
    "Published: Monday",
    "Published: today",
    "Published: Aug 10, 20 10:51",  # which century?
    "Published: 03/04/2020",  # March or April?
    "Published: Feb 30, 2020 10:00",
    "Published: Aug 10, 2020 25:00",
    "Published: Aug 10, 2020 10:51 PST",  # a zone nobody has told us of
    "Published: Aug 10, 1020 10:51",
    "Published: Aug 10, 1989 10:51",  # before the site: a misprint
    "Published: Aug 10, 2200 10:51",
    "Published: 9999-12-31 23:59 -1200",
    "Published: 0001-01-01",
    "Published:",
]
NOT_DATE_LINES = [
    "Aug 10, 2020 10:5",
    "Dec 31, 2025, at 3:34",  # of which half of the day?
    "",
    "10:51",
    "08:45AM",
    "2020",
    "2020 was a year of two halves",
    "Aug 10, 2020 was the day the mine reopened",
    "SHANGHAI, Aug 10 (SMM) –",
    "SMM2023年 2月9日讯:",
    "Zinc 2020 10 12",
    "iconic mines of 2020",
    "1.2764 million mt, down 8,000 mt WoW.",
    "Aug 10, 2020 10:51 " * 10,
    "Updated: Aug 10, 2020 10:51",
    "Published research of 2020 speaks of 10 mines",
]


@pytest.fixture(params=["Asia/Shanghai", "America/Chicago"])
def time_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The machine's time zone, which must not matter; both of these call themselves CST."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(os.name == "nt", reason="the time zone cannot be set")
@pytest.mark.usefixtures("time_zone")
@pytest.mark.parametrize(
    ("line", "expected", "precision"),
    [(line, expected, Precision.MINUTE) for line, expected in MINUTES.items()]
    + [(line, expected, Precision.DAY) for line, expected in DAYS.items()],
)
def test_date_lines(line: str, expected: str, precision: Precision) -> None:
    """A complete date is China's clock, in UTC, to the minute or the day, in every zone the machine may be in."""
    date = read_date_line(line)
    assert date is not None
    assert date.moment is not None
    assert date.moment.instant == datetime.fromisoformat(expected).replace(tzinfo=UTC)
    assert date.moment.precision is precision


@pytest.mark.parametrize("line", UNREADABLE)
def test_incomplete_or_impossible_dates_are_none(line: str) -> None:
    """Nothing is filled in where a labelled date is incomplete; its text is kept."""
    date = read_date_line(line)
    assert date is not None
    assert date.moment is None
    assert date.shown in line


@pytest.mark.parametrize("line", NOT_DATE_LINES)
def test_other_lines_are_no_date_lines(line: str) -> None:
    """A line that holds more than a date, or less, is text."""
    assert read_date_line(line) is None


def test_a_bare_date_is_weaker_than_the_sites_own_date_line() -> None:
    """A date alone may stand in a text; the site's labels and forms may not."""
    weak = [read_date_line(line) for line in ("Aug 10, 2020 10:51", "Jan 19,2020", "2020-08-10 10:51")]
    strong = [
        read_date_line(line) for line in ("Published: Aug 10, 2020", "iconJun 3, 2025 18:10", "Sep 7,2020 10:51CST")
    ]
    assert [date.labelled for date in weak if date] == [False, False, False]
    assert [date.labelled for date in strong if date] == [True, True, True]


@pytest.mark.parametrize("line", ["2 hours ago", "25 mins ago", "an hour ago", "1 day ago", "just now", "3 小时前"])
def test_relative_times_are_known_but_not_resolved(line: str) -> None:
    """Without a time of saving, `2 hours ago` is an unknown date."""
    date = read_relative_line(line)
    assert date is not None
    assert date.moment is None
    assert date.shown == line


SAVED = datetime(2026, 11, 26, 1, 40, tzinfo=UTC)  # 09:40 in China


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("2 hours ago", "2026-11-25 16:00"),
        ("25 mins ago", "2026-11-25 16:00"),
        ("11 hours ago", "2026-11-24 16:00"),
        ("Published: an hour ago", "2026-11-25 16:00"),
        ("3 小时前", "2026-11-25 16:00"),
        ("9 hours ago", None),  # before or after midnight, as the site rounds down
        ("10 hours ago", None),  # or up
        ("1 day ago", None),
        ("2 months ago", None),
        ("yesterday", None),
        ("999999999999 hours ago", None),
    ],
)
def test_relative_times_are_a_day_where_the_time_of_saving_makes_it_sure(line: str, day: str | None) -> None:
    """The day in China, if every time that the words may mean is on it."""
    date = read_relative_line(line, SAVED)
    assert date is not None
    moment = day and Moment(datetime.fromisoformat(day).replace(tzinfo=UTC), Precision.DAY)
    assert date.moment == moment


@pytest.mark.parametrize("line", ["long ago", "2 hours ago the mine closed", "Prices fell 2 days ago", ""])
def test_sentences_are_no_relative_times(line: str) -> None:
    """Words about time are text."""
    assert read_relative_line(line) is None
