"""What a text must look like to be a date, an address, a language: each function tells what is wrong, or None."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta, timezone

Form = Callable[[str], str | None]

_LONGEST_QUOTE = 60

_RFC_3339 = re.compile(
    r"(\d{4}-\d\d-\d\d)T((?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60))(?:\.\d+)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_W3C_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_RFC_822 = re.compile(
    rf"(?:({'|'.join(_DAYS)}),\s+)?(\d{{1,2}})\s+({'|'.join(_MONTHS)})\s+(\d{{4}})\s+"
    r"(?:[01]\d|2[0-3]):[0-5]\d(?::(?:[0-5]\d|60))?\s+(?:ut|gmt|z|[ecmp][sd]t|[+-](?:[01]\d|2[0-3])[0-5]\d)",
    re.ASCII | re.IGNORECASE,
)

# RFC 3987, section 2.2: the characters of RFC 3986, and beyond ASCII what is neither control, private nor no character.
_BEYOND_ASCII = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 15)
)
_NOT_IN_A_URI = re.compile(r"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]")
_NOT_IN_AN_IRI = rf"[^A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%{_BEYOND_ASCII}-]"  # slow to compile, and seldom met
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HOST_IN_BRACKETS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#\[\]@]*@)?\[[^\[\]]*\]")
_WEB_HOST = re.compile(
    r"https?://(?:[^/?#\[\]@]*@)?(?:[^/?#\[\]@:]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?(?![^/?#])", re.IGNORECASE
)
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TAG = re.compile(r"tag:[^,:/]+,\d{4}(?:-\d\d(?:-\d\d)?)?:.*", re.ASCII)

_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)",
    re.ASCII | re.IGNORECASE,
)
_RESTRICTED_NAME = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*"
_MEDIA_TYPE = re.compile(
    rf"{_RESTRICTED_NAME}/{_RESTRICTED_NAME}(?:\s*;\s*[\w!#$&^.+-]+=(?:[\w!#$&^.+:/-]+|\"[^\"]*\"))*", re.ASCII
)
_EMAIL = re.compile(r"[^\s@<>(),;:\"\[\]]+@[^\s@<>(),;:\"\[\]]+")
_NUMBER = re.compile(r"\d{1,18}", re.ASCII)


def quoted(text: str) -> str:
    """The text as messages show it: short, and with nothing in it that moves a cursor."""
    return repr(text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…")


def rfc3339_instant(text: str) -> datetime | None:
    """The instant that a date of RFC 3339 names; None where it is no such date."""
    match = _RFC_3339.fullmatch(text)
    if not match:
        return None
    day, clock, zone = match.groups()
    try:
        # A leap second, which Python does not know, is the second before it.
        instant = datetime.fromisoformat(f"{day}T{clock.replace(':60', ':59')}")
    except ValueError:
        return None
    offset = timedelta()
    if zone != "Z":
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[4:])) * (-1 if zone[0] == "-" else 1)
    return instant.replace(tzinfo=timezone(offset))


def rfc3339(text: str) -> str | None:
    """A date and time of RFC 3339, section 5.6, as Atom has it: capital T and Z, a zone, a day that exists."""
    if rfc3339_instant(text):
        return None
    if _RFC_3339.fullmatch(text):
        return "is no day of any calendar"
    if _RFC_3339.fullmatch(f"{text}Z"):
        return "has no zone"
    return "is not of the form 2025-03-03T01:30:00Z"


def w3c_date(text: str) -> str | None:
    """A date of Dublin Core: RFC 3339, or a year, a month or a day alone."""
    match = _W3C_DAY.fullmatch(text)
    if not match:
        return rfc3339(text)
    return None if _is_day(*(int(part or 1) for part in match.groups())) else "is no day of any calendar"


def rfc822(text: str) -> str | None:
    """A date and time of RFC 822, section 5, a year of four digits, a zone, English names, the right weekday."""
    match = _RFC_822.fullmatch(text)
    if not match:
        return "is not of the form Mon, 03 Mar 2025 01:30:00 +0000"
    weekday, day, month, year = match.groups()
    date = int(year), _MONTHS.index(month.lower()) + 1, int(day)
    if not _is_day(*date):
        return "is no day of any calendar"
    right = _DAYS[datetime(*date).weekday()]  # noqa: DTZ001 - a day, in no zone
    if weekday and weekday.lower() != right:
        return f"is not a {weekday}, but a {right.title()}"
    return None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        datetime(year, month, day)  # noqa: DTZ001 - a day, in no zone
    except ValueError:
        return False
    return True


def iri_reference(text: str) -> str | None:
    """An address, whole or relative, in any script: RFC 3987, section 2.2."""
    if bad := _NOT_IN_A_URI.search(text) if text.isascii() else re.search(_NOT_IN_AN_IRI, text):
        return f"holds {bad[0]!a}, which no address may"
    if re.search(r"[\[\]]", _HOST_IN_BRACKETS.sub("", text, count=1)):
        return "holds a bracket, which only a host may"
    if _BROKEN_ESCAPE.search(text):
        return "holds a % that begins no escape"
    if text.count("#") > 1:
        return "holds a second #"
    if _is_of_the_web(text) and not _WEB_HOST.match(text):
        return "names no host"
    return None


def iri(text: str) -> str | None:
    """A whole address in any script: RFC 3987, section 2.2."""
    if not text:
        return "is empty"
    return iri_reference(text) or (None if is_whole(text) else "is relative")


def identifier(text: str) -> str | None:
    """A whole IRI that keeps the rules of its own scheme: RFC 9562 for `urn:uuid:`, RFC 4151 for `tag:`."""
    scheme = text.lower()
    if scheme.startswith("urn:uuid:") and not _UUID.fullmatch(text):
        return "is no UUID"
    if scheme.startswith("tag:") and not _TAG.fullmatch(text):
        return "is no tag"
    return iri(text)


def url(text: str) -> str | None:
    """A whole address in ASCII: RFC 3986, section 3."""
    return iri(text) or (None if text.isascii() else "is not in ASCII")


def web_address(text: str) -> str | None:
    """A whole address of `http` or `https`."""
    return url(text) or (None if _is_of_the_web(text) else "is no address of the web")


def is_whole(address: str) -> bool:
    """Whether an address can be followed without knowing where it stood: RFC 3986, section 4.3."""
    return bool(_SCHEME.match(address))


def _is_of_the_web(address: str) -> bool:
    return address.lower().startswith(("http:", "https:"))


def language(text: str) -> str | None:
    """A language tag that is well-formed by RFC 5646, section 2.1."""
    return None if _LANGUAGE.fullmatch(text) else "is no language tag"


def media_type(text: str) -> str | None:
    """A media type: RFC 6838, section 4.2, and parameters."""
    return None if _MEDIA_TYPE.fullmatch(text) else "is no media type"


def email(text: str) -> str | None:
    """An e-mail address alone: RFC 2822, section 3.4.1."""
    return None if _EMAIL.fullmatch(text) else "is no e-mail address"


def email_and_name(text: str) -> str | None:
    """An e-mail address, and in brackets after it the name of whose it is."""
    address, _, name = text.partition(" (")
    return email(address) or (None if not name or name.endswith(")") else "does not close its bracket")


def number(text: str) -> str | None:
    """A number from 0 on."""
    return None if _NUMBER.fullmatch(text) else "is no whole number"


def number_between(least: int, most: int) -> Form:
    """A number within bounds."""

    def form(text: str) -> str | None:
        return number(text) or (None if least <= int(text) <= most else f"is not between {least} and {most}")

    return form


def one_of(*choices: str) -> Form:
    """One of some words, letter by letter."""
    return lambda text: None if text in choices else f"is none of {', '.join(choices)}"


def filled(text: str) -> str | None:
    """Anything but nothing."""
    return None if text else "is empty"
