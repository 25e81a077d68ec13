"""Reads article numbers from SMM's addresses. The rest of an address (language, slug) is ignored."""

import re
from typing import NamedTuple

# A host of SMM's, at the beginning of an address: `evilmetal.com` and `metal.com.example.org` are none.
_HOST = r"(?:^|//|[\s<(\[\"'])(?:[a-z0-9-]+\.)*{}(?::[0-9]+)?/(?:[^\s?#]*/)?"
_NUMBER = "([0-9]{5,12})(?![0-9])"
# `…/newscontent/<n>`, `/newscontent/<n>-<slug>`, `/es/newscontent/<n>/<slug>`, and the Chinese site's forms.
_ENGLISH = re.compile(_HOST.format(r"metal\.com") + "newscontent/" + _NUMBER, re.IGNORECASE)
_LIVE = re.compile(_HOST.format(r"smm\.cn") + "live/detail/" + _NUMBER, re.IGNORECASE)
_CHINESE = re.compile(_HOST.format(r"smm\.cn") + "(?:news|newscontent)/(?:detail/)?" + _NUMBER, re.IGNORECASE)
_SITE = re.compile(r"(?:^(?:https?:)?|/https?:)//(?:[a-z0-9-]+\.)*(metal\.com|smm\.cn)(?![\w.-])", re.IGNORECASE)
_LOOKS_LIKE_ADDRESS = re.compile(
    r"(?:\w{1,12}[:：] ?)?[<(\[]?(?:https?:|//|www\.|(?:\w+\.)+(?:com|cn)/)\S|(?:[a-z0-9-]+\.)+(?:com|cn)/?$",
    re.IGNORECASE,
)


class Address(NamedTuple):
    """An article's number and its canonical link."""

    number: str
    link: str


def is_address(line: str) -> bool:
    """Whether a line is an address or a host, with or without a label before it: never a headline."""
    return _LOOKS_LIKE_ADDRESS.match(line) is not None


def read_address(line: str) -> Address | None:
    """The article that an SMM address names; None for any other line. Locale, slug and junk before it do not matter."""
    return find_address(line) if is_address(line) else None


def find_address(text: str) -> Address | None:
    """The article that is named by the first SMM address in `text`."""
    if found := _ENGLISH.search(text):
        return Address(found[1], f"https://news.metal.com/newscontent/{found[1]}")
    if found := _LIVE.search(text):
        return Address(found[1], f"https://news.smm.cn/live/detail/{found[1]}")
    if found := _CHINESE.search(text):
        return Address(found[1], f"https://news.smm.cn/news/{found[1]}")
    return None


def find_in_path(path: str) -> Address | None:
    """The article that a file's path names, below a folder with the name of SMM's host, as wget saves pages."""
    found = _HOST_FOLDER.search(path.replace("\\", "/"))
    return find_address(f"//{found[1]}") if found else None


_HOST_FOLDER = re.compile(r"(?:^|/)((?:[a-z0-9-]+\.)*(?:metal\.com|smm\.cn)/.*)", re.IGNORECASE)


def site_of(address: str) -> str | None:
    """`metal.com` or `smm.cn` where the address, or the one that the Wayback Machine has in its path, is SMM's."""
    found = _SITE.search(address)
    return found[1].casefold() if found else None


def resolve(link: str, site: str | None) -> Address | None:
    """The article that a link on a page of `site` leads to."""
    if link.startswith("/") and not link.startswith("//") and "//" not in link:
        return find_address(f"//{site}{link}") if site else None
    return find_address(link)
