"""The page that a person sees who opens the folder: the feeds, and the latest entries. One file, without scripts."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from feedgen_smm.feeds.layout import LIST
from feedgen_smm.models import CHINA, Entry, Feed, Moment, Precision, Topic

_MONTHS = tuple("January February March April May June July August September October November December".split())


class Listed(NamedTuple):
    """A feed as the page tells of it: its format and media type, its file, its title, and its topic if it is of one."""

    format: str
    media_type: str
    name: str
    title: str
    topic: Topic | None


def write_page(feed: Feed, listed: Sequence[Listed], base_url: str | None) -> bytes:
    """The page as HTML, UTF-8. Where no `base_url` is known, addresses are those of files beside it."""
    page = _template().render(
        feed=feed,
        feeds=[one for one in listed if one.topic is None],
        topics=[(topic, list(ones)) for topic, ones in groupby(listed, key=lambda one: one.topic) if topic],
        list=LIST,
        base_url=base_url or "",
        days=[(day, list(entries)) for day, entries in groupby(feed.entries, key=_day)],
    )
    return (page + "\n").encode()


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("feedgen_smm.feeds.formats", "."),
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
    """The day of the news, where they were made: `6 February 2026`."""
    return _date(entry.published.instant.astimezone(CHINA))


def _date(day: datetime) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _clocks(published: Moment) -> str:
    """The time of the news in China and in UTC, with the day where there it is another."""
    if published.precision is Precision.DAY:
        return "time of day not shown"
    local = published.instant.astimezone(CHINA)
    other_day = "" if local.day == published.instant.day else f" on {_date(published.instant)}"
    return f"{local:%H:%M} in China, {published.instant:%H:%M} UTC{other_day}"


def _in_utc(moment: datetime) -> str:
    return f"{_date(moment)}, {moment:%H:%M} UTC"


def _machine_time(published: Moment) -> str:
    """A date for the element `time`: to the minute in UTC, or the day in China."""
    if published.precision is Precision.DAY:
        return f"{published.instant.astimezone(CHINA):%Y-%m-%d}"
    return _machine_minute(published.instant)


def _machine_minute(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%MZ}"


def _anchor(entry_id: str) -> str:
    """A name for an entry within the page, which stays as long as its id."""
    return f"entry-{entry_id.rpartition(':')[2]}"
