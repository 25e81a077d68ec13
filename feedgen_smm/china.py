"""The clock that SMM's pages show."""

from datetime import timedelta, timezone

AHEAD_OF_UTC = timedelta(hours=8)
CHINA = timezone(AHEAD_OF_UTC, "CST")
"""China Standard Time: all year, everywhere in China."""
