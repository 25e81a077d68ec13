"""What may be chosen: each setting with its default, and the configuration file (TOML) that sets it.

Each mistake in a file is reported with its line. A new key is a row of `KEYS`, or of `BUILD_KEYS` if the feeds do not
depend on it. Validation shares the checks of addresses, language tags and ids.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from feedgen_smm.errors import ConfigurationError, spelled_out
from feedgen_smm.models import Topic, TopicRule

LARGEST_LIMIT = 1_000_000  # entries; no reader takes more at once
LARGEST_JOBS = 60  # processes; Windows allows one more

# Not compiled here: most builds check no address and read no file, and `re` caches what it compiles.
_PART = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*"  # of an address (RFC 3986, section 2)
_WEB_ADDRESS = (
    r"(?ai)https?://(?:[^/?#\[\]@:\s]*(?::[^/?#\[\]@\s]*)?@)?(?:[A-Za-z0-9._~!$&'()*+,;=%-]+|\[[0-9A-Fa-f:.]+\])(?::\d*)?"
    rf"(?:[/?]{_PART})?(?:#{_PART})?"
)
_LANGUAGE_TAG = (
    r"(?ai)(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|\d[a-z0-9]{3}))*(?:-[a-wyz0-9](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?"
    r"|x(?:-[a-z0-9]{1,8})+|i-[a-z]{2,8}|en-gb-oed|sgn-(?:be-fr|be-nl|ch-de)"
)

_USER = r"(?i)https?://[^/?#]*@"
_NO_FOLDER = r"[?#]|//.*//|/\."
_UUID = r"urn:uuid:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAMES_A_FILE = r"(?i)\.(?:xml|json|opml|html?|rss|atom)/?$"
_NAME = r"(?=.{1,64}$)[a-z0-9]+(?:-[a-z0-9]+)*"
# Not str.isprintable: that also refuses spaces of other widths, and characters that join letters.
_CONTROL = "[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
_LANGUAGE = r"(?i)(?:[a-z]{2,3}|[xi])(?:-|$)"  # no language has a longer name yet
_WORDS = 'a list of words such as ["tin", "solder paste"]'
_LINE_OF_ERROR = r" \(at line (\d+), column \d+\)$"


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
    jobs: int | None = None


class Key(NamedTuple):
    """A key of the file: its meaning, an example of a value, and the function that turns a value into a setting.

    `read` raises ValueError, saying what is needed, for an invalid value.
    """

    meaning: str
    example: str
    read: Callable[[object], object]


def read_configuration(text: str, source: str) -> Configuration:
    """Read the text of a configuration file; `source` is the name to report it by.

    Raises ConfigurationError with a line `source:line: key: message` for each mistake.
    """
    document = read_toml(text, source)
    topics = document.pop("topics", {})
    reader = _Reader(text, source)
    given = reader.table((), document, {**BUILD_KEYS, **KEYS})
    rules = tuple(reader.topics(topics))
    if reader.complaints:
        raise ConfigurationError("\n".join(reader.complaints))
    how = {name: given.pop(name, None) for name in BUILD_KEYS}
    return Configuration(Settings(**given, topics=rules), **how)


def read_toml(text: str, source: str) -> dict[str, Any]:
    """Parse TOML. Raises ConfigurationError with the line where the text is not TOML."""
    from tomllib import loads  # noqa: PLC0415 - slow to import, and many builds have no such file

    try:
        return loads(text)
    except (ValueError, RecursionError) as error:  # also for numbers that are too long, and tables nested too deep
        found = re.search(_LINE_OF_ERROR, str(error))
        line = found[1] if found else str(text.rstrip("\n").count("\n") + 1)
        raise ConfigurationError(f"{source}:{line}: not TOML: {re.sub(_LINE_OF_ERROR, '', str(error))}") from error


class _Reader:
    """Reads tables, and collects the mistakes in them."""

    def __init__(self, text: str, source: str) -> None:
        self.complaints: list[str] = []
        self._source = source
        self._text = text

    def table(self, path: tuple[str, ...], table: Mapping[str, object], keys: Mapping[str, Key]) -> dict[str, Any]:
        """The settings that a table makes, by their keys."""
        settings: dict[str, Any] = {}
        for name, value in table.items():
            if name not in keys:
                self._complain((*path, name), f"there is no such key here (known: {', '.join(keys)})")
                continue
            try:
                settings[name] = keys[name].read(value)
            except ValueError as error:
                self._complain((*path, name), f"{error} is needed")
        return settings

    def topics(self, topics: object) -> Iterator[TopicRule]:
        """The rules of the topics, one for each table."""
        if not isinstance(topics, dict):
            self._complain(("topics",), "tables such as [topics.antimony] are needed")
            return
        for name, table in topics.items():
            path = ("topics", name)
            if not isinstance(table, dict):
                self._complain(path, "a table such as [topics.antimony] is needed")
                continue
            if not re.fullmatch(_NAME, name):
                self._complain(path, "a name of small letters a-z, digits and single hyphens is needed, 64 at most")
                continue
            given = self.table(path, table, TOPIC_KEYS)
            if "include" not in table:
                self._complain(path, f"{_WORDS} is needed as include")
            label = given.get("label", name.replace("-", " ").capitalize())
            yield TopicRule(Topic(name, label), given.get("include", ()), given.get("exclude", ()))

    def _complain(self, path: tuple[str, ...], message: str) -> None:
        key = spelled_out(".".join(path))
        self.complaints.append(f"{self._source}:{self._lines_of_keys[path]}: {key}: {message}")

    @cached_property
    def _lines_of_keys(self) -> dict[tuple[str, ...], int]:
        return lines_of_keys(self._text)


def lines_of_keys(text: str) -> dict[tuple[str, ...], int]:
    """The line on which each table and key of a TOML document begins, counted from 1."""
    from tomllib import TOMLDecodeError, loads  # noqa: PLC0415

    lines: dict[tuple[str, ...], int] = {}
    table: tuple[str, ...] = ()
    begin, statement = 1, ""
    for number, line in enumerate(text.split("\n"), start=1):
        statement += line + "\n"
        try:
            paths = [*_key_paths(loads(statement))]
        except TOMLDecodeError:
            continue  # the statement goes on in the next line
        is_header = statement.lstrip().startswith("[")
        for path in paths:
            lines.setdefault(path if is_header else (*table, *path), begin)
        if is_header:
            table = paths[-1]
        begin, statement = number + 1, ""
    return lines


def _key_paths(value: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The path of each key, at any depth; a table comes before its keys."""
    for table in value if isinstance(value, list) else [value]:
        for name, member in table.items() if isinstance(table, dict) else ():
            yield (*path, name)
            yield from _key_paths(member, (*path, name))


def template() -> str:
    """A configuration file that shows every key. All of them are commented out, so it changes nothing."""
    lines = [
        "# Settings of feedgen-smm. Remove the # of a line to use it. Options on the command line override this file.",
        "",
    ]
    for name, key in {**BUILD_KEYS, **KEYS}.items():
        lines += [f"# {key.meaning[0].upper()}{key.meaning[1:]}.", f"# {name} = {key.example}", ""]
    lines += ["# A topic of your own, or one that replaces a known one; its feeds are in topics/antimony."]
    lines += ["# [topics.antimony]"]
    lines += [f"# {name} = {key.example}  # {key.meaning}" for name, key in TOPIC_KEYS.items()]
    return "\n".join(lines) + "\n"


def is_web_address(text: str) -> bool:
    """Whether this is a whole address of http or https, in ASCII (RFC 3986, section 3)."""
    return re.fullmatch(_WEB_ADDRESS, text) is not None


def is_language_tag(text: str) -> bool:
    """Whether this is a well-formed language tag (RFC 5646, section 2.1)."""
    return re.fullmatch(_LANGUAGE_TAG, text) is not None


def is_uuid(text: str) -> bool:
    """Whether this is a `urn:uuid:` in small letters (RFC 9562, section 4)."""
    return re.fullmatch(_UUID, text) is not None


def checked_base_url(value: object) -> str:
    """The address of a folder, with a slash at its end. Raises ValueError, saying what is needed."""
    address = _address(value, "https://example.org/feeds/")
    if re.search(_NO_FOLDER, address) or re.search(_NAMES_A_FILE, address):
        raise ValueError("the address of a folder, such as https://example.org/feeds/,")
    return address if address.endswith("/") else address + "/"


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("a text of one line, in quotation marks")
    if re.search(_CONTROL, value):
        raise ValueError("a text of one line, without control characters,")
    return value


def _address(value: object, example: str = "https://example.org/") -> str:
    if not isinstance(value, str) or not is_web_address(value) or re.match(_USER, value) or not _has_port(value):
        raise ValueError(f"an address such as {example}")
    return value


def _has_port(address: str) -> bool:
    """Whether the address has a valid port, or none."""
    try:
        return urlsplit(address).port != 0
    except ValueError:
        return False


def _id(value: object) -> str:
    if not isinstance(value, str) or not (is_web_address(value) or is_uuid(value)):
        raise ValueError("a urn:uuid:…, in small letters, or an address such as https://example.org/smm")
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or not is_language_tag(value) or not re.match(_LANGUAGE, value):
        raise ValueError('a language tag such as "en" or "zh-CN" (RFC 5646)')
    return value


def _whole_number(largest: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= largest:
            raise ValueError(f"a whole number from 1 to {largest}")
        return value

    return read


def _content(value: object) -> Content:
    try:
        return Content(value)
    except ValueError as error:
        raise ValueError('"full" or "summary"') from error


def _path(value: object) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError('a path such as "feeds", relative to this file,')
    return value


def _paths(value: object) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise ValueError('a list of paths such as ["pages"], relative to this file,')
    return tuple(map(_path, value))


def _words(value: object) -> tuple[str, ...]:
    words = _words_if_any(value)
    if not words:
        raise ValueError(_WORDS)
    return words


def _words_if_any(value: object) -> tuple[str, ...]:
    if not (isinstance(value, list) and all(isinstance(word, str) and _has_letters(word) for word in value)):
        raise ValueError(_WORDS)
    return tuple(value)


def _has_letters(word: str) -> bool:
    return any(map(str.isalnum, word))


def _quoted(text: str) -> str:
    return f'"{text}"'


BUILD_KEYS = {
    "pages": Key("the saved pages: files, and folders of them", '["seeds"]', _paths),
    "output": Key("the folder that the feeds are written to", '"output"', _path),
    "record": Key("the record of all builds", '".feedgen-smm/record.sqlite3"', _path),
    "corrections": Key("the file of your corrections; it overrides the pages", '"corrections.toml"', _path),
    "jobs": Key(
        "how many processes read pages, if there are many; by default one for each core",
        "2",
        _whole_number(LARGEST_JOBS),
    ),
}
KEYS = {
    "title": Key("what the feed is called", '"Metals news"', _text),
    "description": Key(
        "what it is, in a sentence", '"What SMM writes on metals, for the buyers of Example Ltd"', _text
    ),
    "language": Key("its language; the default is the commonest among its entries", '"en"', _language),
    "site": Key("the site that the articles come from", _quoted(DEFAULTS.site), _address),
    "base_url": Key("the address of the output folder on the web", '"https://example.org/smm/"', checked_base_url),
    "author": Key("who wrote the articles", _quoted(DEFAULTS.author), _text),
    "rights": Key("who owns them", _quoted(DEFAULTS.rights), _text),
    "limit": Key("the largest number of entries in a feed", str(DEFAULTS.limit), _whole_number(LARGEST_LIMIT)),
    "content": Key('how much of an article an entry carries: "full" or "summary"', '"full"', _content),
    "id": Key("the id of the main feed; by default made at the first build", '"https://example.org/smm"', _id),
    "hub": Key("a WebSub hub, which tells readers of changes", '"https://hub.example.org/"', _address),
}
TOPIC_KEYS = {
    "label": Key("what a person reads", '"Antimony"', _text),
    "include": Key(
        "words that are about it; one with a capital is found only as written", '["antimony", "Sb"]', _words
    ),
    "exclude": Key("phrases with such a word that are not about it", '["antimony yellow"]', _words_if_any),
}
