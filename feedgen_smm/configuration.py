"""The configuration file, in TOML: what may stand in it, and what is told of what may not."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from feedgen_smm.errors import ConfigurationError
from feedgen_smm.gate import values
from feedgen_smm.models import Topic
from feedgen_smm.settings import Content, Settings
from feedgen_smm.topics import Rule

# Host and path in the characters that RFC 3986 allows there; no user's name, no query, no fragment.
_BASE_URL = re.compile(r"https?://[\w.-]+(?::\d+)?(?:/[\w.~!$&'()*+,;=:@%-]*)*", re.ASCII | re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_WORDS = 'a list of words such as ["tin", "solder paste"]'
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY = re.compile(r"\s*([\w.\"'-]+)\s*=")
_LINE_OF_ERROR = re.compile(r" \(at line (\d+), column \d+\)$")


class Key(NamedTuple):
    """A key of the file: what it is for, a value to show it with, and what makes a setting of a value.

    `read` raises ValueError, with what was expected, for a value that the key cannot have.
    """

    meaning: str
    example: str
    read: Callable[[object], object]


def base_url(value: object) -> str:
    """The address of a folder, with a slash at its end. Raises ValueError, with what was expected."""
    if not isinstance(value, str) or not _BASE_URL.fullmatch(value):
        raise ValueError("an address such as https://example.org/feeds/")
    return value if value.endswith("/") else value + "/"


def _text(value: object) -> str:
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise ValueError("a text of one line, in quotation marks")
    return value


def _address(value: object) -> str:
    if not isinstance(value, str) or values.web_address(value):
        raise ValueError("an address such as https://example.org/")
    return value


def _language(value: object) -> str:
    if not isinstance(value, str) or values.language(value):
        raise ValueError('a language tag such as "en" or "zh-CN" (RFC 5646)')
    return value


def _window(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError("a whole number, 1 or more")
    return value


def _content(value: object) -> Content:
    try:
        return Content(value)
    except ValueError as error:
        raise ValueError('"full" or "summary"') from error


def _words(value: object) -> tuple[str, ...]:
    if not (isinstance(value, list) and value and all(isinstance(word, str) and _has_letters(word) for word in value)):
        raise ValueError(_WORDS)
    return tuple(value)


def _has_letters(word: str) -> bool:
    return any(map(str.isalnum, word))


KEYS = {
    "title": Key("what the feed is called", '"Metals news"', _text),
    "description": Key(
        "what it is, in a sentence", '"What SMM writes on metals, for the buyers of Example Ltd"', _text
    ),
    "language": Key("its language; without this the commonest among its entries", '"en"', _language),
    "site": Key("the site that it is of", '"https://news.metal.com/"', _address),
    "base_url": Key("where the folder of the feeds is found on the web", '"https://example.org/smm/"', base_url),
    "author": Key("who wrote the articles", '"Shanghai Metals Market (SMM)"', _text),
    "rights": Key("whose they are", '"© SMM Information & Technology Co., Ltd."', _text),
    "window": Key("how many entries a feed has at most", "100", _window),
    "content": Key('how much of an article an entry carries: "full" or "summary"', '"full"', _content),
    "hub": Key("a WebSub hub, where readers are told of changes", '"https://hub.example.org/"', _address),
}
TOPIC_KEYS = {
    "label": Key("what a person reads", '"Antimony"', _text),
    "have": Key(
        "words that speak of it; one with a capital is found only as it is written", '["antimony", "Sb"]', _words
    ),
    "shun": Key("words that only seem to", '["antimony yellow"]', _words),
}


def read(text: str, source: str) -> Settings:
    """The settings that the text of a configuration file makes; what it leaves out is as if there were none.

    Raises ConfigurationError with a line `source:line: message` for each thing that is wrong with it.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE_OF_ERROR.search(str(error))
        line = found[1] if found else str(text.count("\n") + 1)
        raise ConfigurationError(f"{source}:{line}: no TOML: {_LINE_OF_ERROR.sub('', str(error))}") from error
    topics = document.pop("topics", {})
    reader = _Reader(text, source)
    given = reader.table((), document, KEYS)
    rules = tuple(reader.topics(topics))
    if reader.complaints:
        raise ConfigurationError("\n".join(reader.complaints))
    return Settings(**given, topics=rules)


class _Reader:
    """Reads tables, and gathers what is wrong with them."""

    def __init__(self, text: str, source: str) -> None:
        self.complaints: list[str] = []
        self._source = source
        self._lines = text.splitlines()

    def table(self, path: tuple[str, ...], table: Mapping[str, object], keys: Mapping[str, Key]) -> dict[str, Any]:
        """What the values of a table mean, by their keys."""
        settings: dict[str, Any] = {}
        for name, value in table.items():
            if name not in keys:
                self._complain((*path, name), f"there is no such key: {', '.join(keys)} are known")
                continue
            try:
                settings[name] = keys[name].read(value)
            except ValueError as error:
                self._complain((*path, name), f"{error} is needed")
        return settings

    def topics(self, topics: object) -> Iterator[Rule]:
        """The rules of the topics."""
        if not isinstance(topics, dict):
            self._complain(("topics",), "tables such as [topics.antimony] are needed")
            return
        for name, table in topics.items():
            path = ("topics", name)
            if not isinstance(table, dict) or not _NAME.fullmatch(name):
                self._complain(path, "a table such as [topics.antimony] is needed: its name in small letters")
                continue
            given = self.table(path, table, TOPIC_KEYS)
            if "have" not in table:
                self._complain(path, f"{_WORDS} is needed as have")
            label = given.get("label", name.replace("-", " ").capitalize())
            yield Rule(Topic(name, label), given.get("have", ()), given.get("shun", ()))

    def _complain(self, path: tuple[str, ...], message: str) -> None:
        self.complaints.append(f"{self._source}:{self._line_of(path)}: {'.'.join(path)}: {message}")

    def _line_of(self, path: tuple[str, ...]) -> int:
        """The line of a key or a table, counted from 1; the first where it is written in another way."""
        table: tuple[str, ...] = ()
        for number, line in enumerate(self._lines, start=1):
            if header := _HEADER.match(line):
                table = tuple(_bare(part) for part in header[1].split("."))
                if table == path:
                    return number
            elif (key := _KEY.match(line)) and (*table, *(_bare(part) for part in key[1].split("."))) == path:
                return number
        return 1


def _bare(part: str) -> str:
    return part.strip().strip("\"'")


def template() -> str:
    """A configuration file that shows every key, each commented out, so that it changes nothing."""
    lines = [
        "# Settings of feedgen-smm. What is commented out is as if it were not there; options on the command line win.",
        "",
    ]
    for name, key in KEYS.items():
        lines += [f"# {key.meaning[0].upper()}{key.meaning[1:]}.", f"# {name} = {key.example}", ""]
    lines += ["# A topic of your own, or in the place of one that is known; its feeds stand in topics/antimony."]
    lines += ["# [topics.antimony]"]
    lines += [f"# {name} = {key.example}  # {key.meaning}" for name, key in TOPIC_KEYS.items()]
    return "\n".join(lines) + "\n"
