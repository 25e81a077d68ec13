"""A feed → `index.html`, for people who open the folder in a browser: addresses to subscribe to, latest entries.

It is one file, without scripts.
"""

from datetime import datetime
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from feedgen_smm.feeds import opml
from feedgen_smm.feeds.feed import Contents
from feedgen_smm.models import CHINA, Entry, Moment, Precision

_MONTHS = tuple("January February March April May June July August September October November December".split())


def write_page(contents: Contents) -> bytes:
    """The page as HTML, UTF-8. Without a base URL, it shows the names of the files beside it instead of addresses."""
    page = _template().render(
        feed=contents.feed,
        feeds=[one for one in contents.subscriptions if one.topic is None],
        topics=[
            (topic, list(ones)) for topic, ones in groupby(contents.subscriptions, key=lambda one: one.topic) if topic
        ],
        list=opml.FILE_NAME,
        base_url=contents.base_url or "",
        days=[(day, list(entries)) for day, entries in groupby(contents.feed.entries, key=_day)],
    )
    return (page + "\n").encode(errors="replace")


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("feedgen_smm.feeds", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "clocks": _clocks,
        "in_utc": _in_utc,
        "machine_time": _machine_time,
        "machine_minute": _machine_minute,
        "anchor": _anchor,
    }
    return environment.get_template("page.html.jinja")


def _day(entry: Entry) -> str:
    """The day in China on which the article appeared: `6 February 2026`."""
    return _date(entry.published.instant.astimezone(CHINA))


def _date(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _clocks(published: Moment) -> str:
    """The time in China and in UTC, with the day in UTC if it is another."""
    if published.precision is Precision.DAY:
        return "time of day not shown"
    local = published.instant.astimezone(CHINA)
    other_day = "" if local.day == published.instant.day else f" on {_date(published.instant)}"
    return f"{local:%H:%M} in China, {published.instant:%H:%M} UTC{other_day}"


def _in_utc(moment: datetime) -> str:
    return f"{_date(moment)}, {moment:%H:%M} UTC"


def _machine_time(published: Moment) -> str:
    """The value of the attribute `datetime` of a `time` element: a minute in UTC, or a day in China."""
    if published.precision is Precision.DAY:
        return f"{published.instant.astimezone(CHINA):%Y-%m-%d}"
    return _machine_minute(published.instant)


def _machine_minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def _anchor(entry_id: str) -> str:
    """An entry's anchor in the page, made of its id, so that links to it go on working."""
    return f"entry-{entry_id.rpartition(':')[2]}"
