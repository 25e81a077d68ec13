"""SMM's addresses: an article's number is in them, and all else is decoration."""

import re
from typing import NamedTuple

# `…/newscontent/<n>`, `/newscontent/<n>-<slug>`, `/es/newscontent/<n>/<slug>`, and the Chinese site's forms.
_ADDRESS = re.compile(
    r"""(?P<english>metal\.com/(?:[^\s?#]*/)?newscontent/)(?P<n1>\d{5,12})(?!\d)
      | (?P<live>smm\.cn/(?:[^\s?#]*/)?live/detail/)(?P<n2>\d{5,12})(?!\d)
      | (?P<chinese>smm\.cn/(?:[^\s?#]*/)?(?:news|newscontent)/(?:detail/)?)(?P<n3>\d{5,12})(?!\d)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_LOOKS_LIKE_ADDRESS = re.compile(r"(?:\w{1,12}: ?)?<?(?:https?:|//|www\.|(?:\w+\.)+(?:com|cn)/)\S", re.IGNORECASE)


class Address(NamedTuple):
    """An article's number and its canonical link."""

    number: str
    link: str


def is_address(line: str) -> bool:
    """Whether a line is an address, with or without a label before it: never a headline."""
    return _LOOKS_LIKE_ADDRESS.match(line) is not None


def read_address(line: str) -> Address | None:
    """The article that an SMM address names; None for any other line. Locale, slug and junk before it do not matter."""
    found = _ADDRESS.search(line) if is_address(line) else None
    if found is None:
        return None
    if found["english"]:
        return Address(found["n1"], f"https://news.metal.com/newscontent/{found['n1']}")
    if found["live"]:
        return Address(found["n2"], f"https://news.smm.cn/live/detail/{found['n2']}")
    return Address(found["n3"], f"https://news.smm.cn/news/{found['n3']}")
