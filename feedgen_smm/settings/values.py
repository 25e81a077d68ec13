"""What a text must look like to be an address or a language: each function tells what is wrong, or None."""

import re

_PART = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"  # of an address (RFC 3986, section 2)
_WEB_ADDRESS = re.compile(
    rf"https?://(?:[^/?#\[\]@:\s]*(?::[^/?#\[\]@\s]*)?@)?(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?"
    rf"(?:[/?]{_PART})?(?:#{_PART})?",
    re.ASCII | re.IGNORECASE,
)
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)",
    re.ASCII | re.IGNORECASE,
)


def web_address(text: str) -> str | None:
    """A whole address of http or https, in ASCII: RFC 3986, section 3."""
    return None if _WEB_ADDRESS.fullmatch(text) else "is not an address of http or https"


def language(text: str) -> str | None:
    """A language tag that is well-formed by RFC 5646, section 2.1."""
    return None if _LANGUAGE.fullmatch(text) else "is not a language tag"
