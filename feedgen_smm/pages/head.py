"""What the head and the scripts of an HTML page say of its article: addresses, titles, a date for programs."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from lxml.etree import _Element as Element

from feedgen_smm.models import Moment, Precision
from feedgen_smm.pages.dates import FIRST_YEAR, LAST_YEAR
from feedgen_smm.pages.document import Address, find_address, site_of
from feedgen_smm.pages.elements import text_of
from feedgen_smm.pages.layouts import SITE_NAMES, without_title_suffix
from feedgen_smm.pages.text import tidied

_TITLE_KEYS = ("og:title", "twitter:title")
_DATE_KEYS = ("article:published_time", "datepublished", "publishdate", "pubdate")
_ISO_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)")
_COPY = re.compile(r"https?://archive\.(?:today|is|ph|md|li|vn|fo)/")
_JSON_TYPES = ("application/ld+json", "application/json")
_TELLING = ("newsId", "Article", "BlogPosting")  # one of which a script has that tells of an article
_MOST_SCRIPT = 2_000_000  # letters
_DEEPEST = 13
_MOST_VALUES = 20_000

_LATEST = 7_000_000_000  # seconds: the year 2191; a time in milliseconds is none


class Script(NamedTuple):
    """The article that the page's data for scripts describes: the one shown, or the one that a visit began with."""

    number: str
    title: str
    published: Moment | None


class Head(NamedTuple):
    """What the head says, the most trustworthy first; a script counts only if its title is the page's."""

    links: tuple[str, ...]
    titles: tuple[str, ...]
    published: Moment | None
    scripts: tuple[Script, ...]

    @property
    def site(self) -> str | None:
        """The site of the page's addresses; SMM's English one where the page has none."""
        return next(
            filter(None, map(site_of, self.links)), None if any("//" in link for link in self.links) else "metal.com"
        )

    @property
    def is_copy(self) -> bool:
        """Whether archive.today made the page, which writes the time of copying in place of the date."""
        return any(map(_COPY.match, self.links))


def read_head(root: Element, address: str | None) -> Head:
    """The facts of a page that was saved from `address`."""
    links: list[str] = [address or ""]
    titles: list[str] = []
    dates: list[str] = []
    for element in root.iter("link", "meta", "title"):
        key = (
            element.get("rel") or element.get("property") or element.get("name") or element.get("itemprop") or ""
        ).casefold()
        content = element.get("content") or ""
        if element.tag == "title":
            titles.append(text_of(element))
        elif key == "canonical":
            links.append(element.get("href") or "")
        elif key == "og:url":
            links.append(content)
        elif key in _TITLE_KEYS:
            titles.append(content)
        elif key in _DATE_KEYS:
            dates.append(content)
    scripts: list[Script] = []
    for data in _json_of(root):
        for value in _objects(data):
            _read_object(value, links, titles, dates, scripts)
    names = dict.fromkeys(without_title_suffix(tidied(title)) for title in titles)
    published = next(filter(None, map(_moment, dates)), None)
    return Head(
        tuple(filter(None, links)), tuple(name for name in names if name not in SITE_NAMES), published, tuple(scripts)
    )


def _json_of(root: Element) -> Iterator[object]:
    for script in root.iter("script"):
        kind = (script.get("type") or "").casefold()
        text = script.text or "" if kind in _JSON_TYPES else ""
        if len(text) < _MOST_SCRIPT and any(word in text for word in _TELLING):
            try:
                yield json.loads(text)
            except (ValueError, RecursionError):
                continue


def _objects(data: object) -> Iterator[dict[str, object]]:
    """The objects in a JSON value, from the outside in."""
    level: list[dict[str, object] | list[object]] = [[data]]
    seen = 0
    for _ in range(_DEEPEST):
        inner: list[dict[str, object] | list[object]] = []
        for value in level:
            if isinstance(value, dict):
                yield value
            values = value.values() if isinstance(value, dict) else value
            inner += [one for one in values if isinstance(one, (dict, list))]
        seen += len(inner)
        level = inner
        if not level or seen > _MOST_VALUES:
            return


def _read_object(
    value: dict[str, object], links: list[str], titles: list[str], dates: list[str], scripts: list[Script]
) -> None:
    """Take what a JSON object says: an article of schema.org, or one of the site's own."""
    if "newsId" in value:
        script = _read_script(value)
        if script and not scripts:
            scripts.append(script)
    elif "@type" in value and str(value["@type"]).endswith(("Article", "BlogPosting")):
        page = value.get("mainEntityOfPage")
        links += [str(link) for link in (value.get("url"), page.get("@id") if isinstance(page, dict) else page) if link]
        titles.append(str(value.get("headline") or ""))
        dates.append(str(value.get("datePublished") or ""))


def _read_script(value: dict[str, object]) -> Script | None:
    number, title, seconds = str(value["newsId"]), value.get("title"), value.get("pubDate")
    if not isinstance(title, str) or not re.fullmatch("[0-9]{5,12}", number):
        return None
    return Script(number, tidied(title), _of_seconds(seconds))


def _of_seconds(seconds: object) -> Moment | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 0 < seconds < _LATEST:
        return None
    return Moment(datetime.fromtimestamp(seconds // 60 * 60, UTC), Precision.MINUTE)


def _moment(text: str) -> Moment | None:
    """A date for programs, where it is complete and has its offset."""
    if not _ISO_WITH_OFFSET.fullmatch(text.strip()):
        return None
    try:
        instant = datetime.fromisoformat(text.strip()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return (
        Moment(instant.replace(second=0, microsecond=0), Precision.MINUTE)
        if FIRST_YEAR <= instant.year <= LAST_YEAR
        else None
    )


def moment_of_time(elements: list[Element]) -> Moment | None:
    """The date in the `datetime` of the page's own `<time>`, where there is one."""
    found = {moment for element in elements if (moment := _moment(element.get("datetime") or ""))}
    return found.pop() if len(found) == 1 else None


def addresses_of(head: Head, headline: str) -> tuple[Address, ...]:
    """The articles that a page with that headline says it is."""
    found = [find_address(link) for link in head.links]
    if script := script_of(head, headline):
        path = "newscontent" if head.site == "metal.com" else "news"
        found.append(find_address(f"//{head.site}/{path}/{script.number}"))
    return tuple(dict.fromkeys(address for address in found if address))


def script_of(head: Head, headline: str) -> Script | None:
    """The article that scripts know, where its title is the page's own."""
    return next((script for script in head.scripts if script.title and script.title == headline), None)
