"""What the person who publishes the feeds may choose, and what holds where they choose nothing."""

from enum import Enum
from typing import NamedTuple

from feedgen_smm.models import TopicRule

LARGEST_LIMIT = 1_000_000  # entries; no reader takes more at once


class Content(Enum):
    """How much of an article its entries carry."""

    FULL = "full"
    SUMMARY = "summary"


class Settings(NamedTuple):
    """The words and addresses of the feeds, and what is in them.

    `base_url` is where their folder is found on the web, and ends in a slash; `hub` is where readers are told of
    changes (WebSub). `language` is a BCP 47 tag; without one it is the commonest among the entries. `limit` is how
    many entries a feed has at most. `topics` are those beside the metals, or in the place of one of the same name. `id`
    is the `atom:id` of the main feed; without one it is made at the first build.
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
