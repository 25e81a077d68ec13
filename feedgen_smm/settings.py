"""What the person who publishes the feeds may choose, the defaults, and what a value must look like."""

import re
from enum import Enum
from typing import NamedTuple

from feedgen_smm.models import TopicRule

LARGEST_LIMIT = 1_000_000  # entries; no reader takes more at once


class Content(Enum):
    """How much of an article its entry carries."""

    FULL = "full"
    SUMMARY = "summary"


class Settings(NamedTuple):
    """The words and addresses of the feeds, and what is in them.

    `base_url` is the address of the output folder on the web, and ends in a slash. `hub` is the WebSub hub that tells
    readers of changes. `language` is a BCP 47 tag; None stands for the commonest language among the entries. `limit` is
    the largest number of entries in a feed. `topics` are added to the metals; one with the name of a metal replaces it.
    `id` is the `atom:id` of the main feed; None stands for an id that the first build makes.
    """

    title: str = "Shanghai Metals Market (SMM) news"
    description: str = "News of the metals trade from saved pages of the Shanghai Metals Market (SMM)"
    language: str | None = None
    site: str = "https://news.metal.com/"
    base_url: str | None = None
    author: str = "Shanghai Metals Market (SMM)"
    rights: str = "© SMM Information & Technology Co., Ltd."
    limit: int = 100
    content: Content = Content.FULL
    hub: str | None = None
    topics: tuple[TopicRule, ...] = ()
    id: str | None = None


DEFAULTS = Settings()


class Configuration(NamedTuple):
    """What a configuration file says. Paths are as the file writes them, and None where it names none."""

    settings: Settings = DEFAULTS
    pages: tuple[str, ...] | None = None
    output: str | None = None
    record: str | None = None
    corrections: str | None = None


# Text, not compiled: most builds look at no address, and `re` keeps what it compiled.
_PART = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"  # of an address (RFC 3986, section 2)
_WEB_ADDRESS = (
    r"https?://(?:[^/?#\[\]@:\s]*(?::[^/?#\[\]@\s]*)?@)?(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?"
    rf"(?:[/?]{_PART})?(?:#{_PART})?"
)
_LANGUAGE_TAG = (
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)"
)


def is_web_address(text: str) -> bool:
    """Whether this is a whole address of http or https, in ASCII (RFC 3986, section 3)."""
    return re.fullmatch(_WEB_ADDRESS, text, re.ASCII | re.IGNORECASE) is not None


def is_language_tag(text: str) -> bool:
    """Whether this is a well-formed language tag (RFC 5646, section 2.1)."""
    return re.fullmatch(_LANGUAGE_TAG, text, re.ASCII | re.IGNORECASE) is not None
