"""Which topics a text is of: what people follow, found by words to have and words to shun.

A word is a whole word, or several: `leading` is not `lead`. A hyphen is a space, and case is as it comes, but a word
with a capital is found only as it is written (`Cu`). Of Chinese, which sets no spaces, each sign is a word. A longer
phrase hides the shorter one in it, whether it is to be had or to be shunned: in `tin can` there is no `tin`.

The headline says what an article is about. A text says so by coming back to it, or by speaking of nothing else.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from feedgen_smm.models import Entry, Topic

_WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
_OPENING = 600  # letters of a text; further down, articles tell of other things too
_ENOUGH = 2  # mentions in a text whose headline is silent

# Beside a word of the trade a mention counts twice, as that of a subject: `refined lead`, `nickel ore`, `5 mt of zinc`.
_BEFORE = frozenset("electrolytic primary recycled refined secondary spot".split())
_AFTER = frozenset(
    "alloy alloys billet billets carbonate cathode cathodes concentrate concentrates content demand deposit deposits "
    "expansion exports extrusion extrusions frames futures grades group hydroxide imports ingot ingots inventories "
    "inventory maker makers market mill mills mine miner miners mines ore ores output oxide payable payables pit plant "
    "plants premium premiums price prices producer producers production project projects refiner refineries refiners "
    "refinery reserves rod rods salt salts scrap semis sheet smelter smelters smelting stocks sulfate sulphate supply "
    "tubes".split()
)
_UNITS = frozenset("kg mt ounces tonne tonnes tons".split())

_Words = tuple[str, ...]


class Rule(NamedTuple):
    """A topic and the words it is known by: `have` speak of it, `shun` only seem to."""

    topic: Topic
    have: tuple[str, ...]
    shun: tuple[str, ...] = ()


class _Phrase(NamedTuple):
    words: _Words
    topics: frozenset[Topic]


class Sorter:
    """Sorts by the topics of some rules."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._places = {rule.topic: place for place, rule in enumerate(rules)}
        self._phrases = _phrases(rules)

    def topics_of(self, entry: Entry) -> tuple[Topic, ...]:
        """The topics of an entry, in the order of the rules."""
        return self.sort(entry.title, " ".join(entry.paragraphs)[:_OPENING])

    def mark(self, entry: Entry) -> Entry:
        """The entry with its topics."""
        return entry._replace(topics=self.topics_of(entry))

    def sort(self, title: str, opening: str) -> tuple[Topic, ...]:
        """The topics of a headline and the beginning of a text, in the order of the rules."""
        found = set(_mentions(self._phrases, title))
        mentions = _mentions(self._phrases, opening)
        found |= {topic for topic, count in mentions.items() if count >= _ENOUGH}
        if not found and len(mentions) == 1:
            found |= set(mentions)
        return tuple(sorted(found, key=self._places.__getitem__))


def _phrases(rules: Sequence[Rule]) -> Mapping[str, tuple[_Phrase, ...]]:
    """What is looked for, by its first word, the longest first; a phrase is of the topics that those in it are, too."""
    had: dict[_Words, set[Topic]] = {}
    shunned: dict[_Words, set[Topic]] = {}
    for rule in rules:
        for phrases, those in ((had, rule.have), (shunned, rule.shun)):
            for phrase in those:
                phrases.setdefault(_words(phrase), set()).add(rule.topic)
    known: dict[str, tuple[_Phrase, ...]] = {}
    for words in sorted({*had, *shunned}, key=lambda words: (len(words), words)):
        topics = {*_mentions(known, " ".join(words)), *had.get(words, ())} - shunned.get(words, set())
        known[words[0]] = (_Phrase(words, frozenset(topics)), *known.get(words[0], ()))
    return known


def _words(phrase: str) -> _Words:
    return tuple(_WORD.findall(phrase))


def _mentions(phrases: Mapping[str, tuple[_Phrase, ...]], text: str) -> Counter[Topic]:
    """The topics that a text mentions, with how often it does."""
    written = _WORD.findall(text)
    folded = [word.casefold() for word in written]
    mentions: Counter[Topic] = Counter()
    end = 0
    for start, words in enumerate(zip(folded, written, strict=True)):
        if (
            start >= end
            and not phrases.keys().isdisjoint(words)
            and (phrase := _phrase_at(phrases, start, written, folded))
        ):
            end = start + len(phrase.words)
            mentions.update(dict.fromkeys(phrase.topics, 2 if _is_of_the_trade(folded, start, end) else 1))
    return mentions


def _phrase_at(
    phrases: Mapping[str, tuple[_Phrase, ...]], start: int, written: Sequence[str], folded: Sequence[str]
) -> _Phrase | None:
    """The longest phrase that begins there."""
    known = phrases.get(folded[start], ())
    if written[start] != folded[start] and (as_written := phrases.get(written[start])):
        known = tuple(sorted((*known, *as_written), key=lambda phrase: len(phrase.words), reverse=True))
    for phrase in known:
        end = start + len(phrase.words)
        if end <= len(written) and all(map(_is, phrase.words, written[start:end], folded[start:end])):
            return phrase
    return None


def _is(wanted: str, written: str, folded: str) -> bool:
    return wanted in (written, folded)


def _is_of_the_trade(words: Sequence[str], start: int, end: int) -> bool:
    """Whether a mention stands beside a word of the trade."""
    if end < len(words) and words[end] in _AFTER:
        return True
    *_, unit, preposition = ("", "", *words[max(0, start - 2) : start])
    return preposition in _BEFORE or (preposition == "of" and unit in _UNITS)
