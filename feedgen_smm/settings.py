"""What the person who publishes the feeds may choose, and what holds where they choose nothing."""

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from feedgen_smm.topics import Rule


LARGEST_WINDOW = 1_000_000  # entries; no reader takes more at once


class Content(Enum):
    """How much of an article its entries carry."""

    FULL = "full"
    SUMMARY = "summary"


class Settings(NamedTuple):
    """The words and addresses of the feeds, and what is in them.

    `base_url` is where their folder is found on the web, and ends in a slash; `hub` is where readers are told of
    changes (WebSub). `language` is a BCP 47 tag; without one it is the commonest among the entries. `window` is how
    many entries a feed has at most. `topics` are those beside the metals, or in the place of one of the same name.
    """

    title: str = "Shanghai Metals Market (SMM) news"
    description: str = "News of the metals trade from saved pages of the Shanghai Metals Market (SMM)"
    language: str | None = None
    site: str = "https://news.metal.com/"
    base_url: str | None = None
    author: str = "Shanghai Metals Market (SMM)"
    rights: str = "© SMM Information & Technology Co., Ltd."
    window: int = 100
    content: Content = Content.FULL
    hub: str | None = None
    topics: "tuple[Rule, ...]" = ()

    @property
    def rules(self) -> "tuple[Rule, ...]":
        """The rules of all topics, the metals' first."""
        from feedgen_smm.topics.metals import METALS  # noqa: PLC0415 - most builds find nothing new to sort

        own = {rule.topic.name: rule for rule in self.topics}
        metals = [own.pop(rule.topic.name, rule) for rule in METALS]
        return (*metals, *own.values())


DEFAULTS = Settings()
