"""The old name of `feeds.formats`, until `build` uses the new one."""

from feedgen_smm.feeds.formats import ARCHIVE, HELD, TOPICS

__all__ = ["ARCHIVE", "ATOM", "HELD", "RSS", "TOPICS", "of_topic"]
ATOM = "atom.xml"
RSS = "rss.xml"


def of_topic(name: str, file_name: str) -> str:
    """The name of a topic's feed."""
    return f"{TOPICS}/{name}/{file_name}"
