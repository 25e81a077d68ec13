"""Finds the topics of an article by words to include and words to exclude.

Only whole words and phrases are found: `leading` is not `lead`. A hyphen counts as a space. Case is ignored, except for
words with a capital (`Cu`). Each Chinese character is a word. A longer phrase hides a shorter one within it, whether it
is included or excluded: where `tin can` is excluded, its `tin` is not found.

An article has every topic that its headline names. It has a topic that only its text names if the text names it twice,
or once in the language of the trade (beside a figure or a word like `ore`), or names no other topic. But the text does
not count where the headline is about another subject.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import takewhile
from typing import NamedTuple, Self

from feedgen_smm.articles.metals import ECONOMY, OTHER_GOODS
from feedgen_smm.models import Entry, Topic, TopicRule

_WORD = r"[^\W_]+|[.!?](?=\s)|[。！？]"
_TO_SPACES = bytes(code if chr(code).isalnum() or not code else ord(" ") for code in range(256))  # for ASCII and NUL
_OPENING = 400  # letters of a text; further down, articles mention other things too
_ENOUGH = 2  # mentions in the text, if the headline does not name the topic

# A mention beside one of these words or a figure counts twice: `refined lead`, `5 mt of zinc`.
_BEFORE = frozenset("electrolytic primary recycled refined secondary spot".split())
_AFTER = frozenset(
    "alloy alloys billet billets carbonate cathode cathodes concentrate concentrates conductors contained content "
    "demand deposit deposits expansion exports extrusion extrusions foil frames futures grades group hydroxide "
    "imports ingot ingots inventories inventory maker makers market mill mills mine miner miners mines ore ores "
    "output oxide payable payables pit plant plants premium premiums price prices producer producers production "
    "project projects refiner refineries refiners refinery reserves rod rods salt salts scrap semis sheet smelter "
    "smelters smelting stocks sulfate sulphate supply tubes".split()
)
_UNITS = frozenset("kg kt lb mt ounces oz pounds tonne tonnes tons".split())
_NEAR = 3  # words before a figure: `zinc futures rose 1.2%`
_BETWEEN = frozenset(("and", "or"))  # what is said of the last holds for all: `zinc and lead ores`
_ENDS = frozenset(".!?。！？")  # of sentences; they count as words, so that no phrase is found across them

_GOODS, _ECONOMY, _METALS = Topic("", "goods"), Topic("", "economy"), Topic("", "metals")  # subjects without a feed
_SUBJECTS = {_GOODS: OTHER_GOODS, _ECONOMY: ECONOMY, _METALS: ("metals",)}

_Words = tuple[str, ...]


class Sorter:
    """Finds the topics of entries by a set of rules."""

    def __init__(self, rules: Sequence[TopicRule]) -> None:
        self._places = {rule.topic: place for place, rule in enumerate(rules)}
        self._known = _known(rules)

    def topics_of(self, entry: Entry) -> tuple[Topic, ...]:
        """The topics of an entry, in the order of the rules."""
        return self.sort(entry.title, " ".join(entry.paragraphs)[:_OPENING])

    def sort(self, title: str, opening: str) -> tuple[Topic, ...]:
        """The topics of a headline and the beginning of a text, in the order of the rules."""
        known = self._known
        found = {topic for phrase in _phrases(known, _Text.of(title)).values() for topic in known.topics(phrase)}
        if _GOODS not in found and (_ECONOMY not in found or _METALS in found):
            mentions = _mentions(known, opening)
            found |= {topic for topic, count in mentions.items() if count >= _ENOUGH}
            if not found and len(mentions) == 1:
                found |= set(mentions)
        return tuple(sorted(found - _SUBJECTS.keys(), key=self._places.__getitem__))


class _Text(NamedTuple):
    """A text, and its words in lower case."""

    text: str
    folded: Sequence[str]

    @classmethod
    def of(cls, text: str) -> Self:
        """Split a text. Only ASCII letters are sure to be as many words in lower case."""
        return cls(text, _split(text.casefold()) if text.isascii() else [*map(str.casefold, _split(text))])

    def shows(self, phrase: _Words, start: int) -> bool:
        """Whether a phrase, found in lower case, has its capitals where it starts."""
        written = zip(phrase, _split(self.text)[start:], self.folded[start:], strict=False)
        return all(wanted in (word, folded) for wanted, word, folded in written)


class _Known:
    """All phrases, stored so that each is looked for only where its anchor is in a text: a word that few texts have.

    It is a word that is a phrase by itself, else the longest. `phrases` finds phrases by their words in lower case.
    `shapes` gives, for each anchor, its place in the phrases that have it, and their length; the longest first.
    """

    def __init__(self, included: Mapping[_Words, set[Topic]], excluded: Mapping[_Words, set[Topic]]) -> None:
        self._included, self._excluded = included, excluded
        self._topics: dict[_Words, frozenset[Topic]] = {}  # of the phrases that were found
        self.phrases: dict[_Words, tuple[_Words, ...]] = {}
        self.shapes: dict[str, tuple[tuple[int, int], ...]] = {}
        alone = {words[0].casefold() for words in included if len(words) == 1}
        for words in sorted({**included, **excluded}, key=len):
            folded = tuple(map(str.casefold, words))
            others = self.phrases.get(folded, ())
            self.phrases[folded] = (words, *others) if words == folded else (*others, words)
            anchor = max(alone.intersection(folded) or folded, key=len)
            shape, shapes = (folded.index(anchor), len(folded)), self.shapes.get(anchor, ())
            if shape not in shapes:
                self.shapes[anchor] = (shape, *shapes)

    def topics(self, phrase: _Words) -> frozenset[Topic]:
        """The topics of a phrase: its own, and those of the shorter phrases in it, without what excludes it."""
        topics = self._topics.get(phrase)
        if topics is None:
            text = _Text(" ".join(phrase), [*map(str.casefold, phrase)])
            shorter = _phrases(self, text, len(phrase) - 1).values()
            own = self._included.get(phrase, set()).union(*map(self.topics, shorter))
            topics = self._topics[phrase] = frozenset(own - self._excluded.get(phrase, set()))
        return topics


def _known(rules: Sequence[TopicRule]) -> _Known:
    """The phrases of the rules."""
    included = {_words(phrase): {subject} for subject, phrases in _SUBJECTS.items() for phrase in phrases}
    excluded: dict[_Words, set[Topic]] = {}
    for rule in rules:
        for phrases, those in ((included, rule.include), (excluded, rule.exclude)):
            for phrase in those:
                phrases.setdefault(_words(phrase), set()).add(rule.topic)
    return _Known(included, excluded)


def _words(phrase: str) -> _Words:
    return tuple(_split(phrase))


def _split(text: str) -> list[str]:
    if not text.isascii():
        words: list[str] = re.findall(_WORD, text)
        return words if "".join(words).isascii() else [part for word in words for part in _apart(word)]
    for end in (". ", "! ", "? "):  # the same as the expression, in a third of the time
        text = text.replace(end, "\0 ")
    return text.encode().translate(_TO_SPACES).decode().replace("\0", " . ").split()


def _apart(word: str) -> list[str]:
    """A word, with each Chinese character in it apart."""
    return "".join(f" {letter} " if "\u3400" <= letter <= "\u9fff" else letter for letter in word).split()


def _mentions(known: _Known, text: str) -> dict[Topic, int]:
    """The topics that a text mentions, and how often."""
    words = _Text.of(text)
    folded = words.folded
    mentions: dict[Topic, int] = {}
    weight, following = 1, len(folded)
    for start, phrase in reversed(_phrases(known, words).items()):
        end = start + len(phrase)
        if _is_of_the_trade(folded, start, end):
            weight = 2
        elif following - end > 1 or not _BETWEEN.issuperset(folded[end:following]):
            weight = 1
        following = start
        for topic in known.topics(phrase):
            mentions[topic] = mentions.get(topic, 0) + weight
    return mentions


def _phrases(known: _Known, text: _Text, longest: int | None = None) -> dict[int, _Words]:
    """The phrases in a text by their places, in order. Of phrases that overlap, the longest is kept, then the first.

    `longest` is the largest number of words of a phrase to look for.
    """
    places = [place for place, word in enumerate(text.folded) if word in known.shapes]
    all_found = [found for place in places for found in _phrases_at(known, text, place)]
    if longest is not None:
        all_found = [found for found in all_found if len(found[1]) <= longest]
    all_found.sort(key=lambda found: -len(found[1]))
    taken: set[int] = set()
    kept = []
    for start, phrase in all_found:
        its_places = range(start, start + len(phrase))
        if taken.isdisjoint(its_places):
            taken.update(its_places)
            kept.append((start, phrase))
    return dict(sorted(kept))


def _phrases_at(known: _Known, text: _Text, place: int) -> Iterator[tuple[int, _Words]]:
    """The phrases that have their anchor at `place`, and where each begins."""
    folded = text.folded
    for anchor, length in known.shapes[folded[place]]:
        start, end = place - anchor, place - anchor + length
        if start < 0 or end > len(folded):
            continue
        words = tuple(folded[start:end])
        for phrase in known.phrases.get(words, ()):
            if phrase == words or text.shows(phrase, start):
                yield start, phrase
                break


def _is_of_the_trade(words: Sequence[str], start: int, end: int) -> bool:
    """Whether there is a word of the trade, or a figure, beside a mention."""
    after = [*takewhile(lambda word: word not in _ENDS, words[end : end + _NEAR])]
    if _AFTER.intersection(after[:1]) or any(word[0].isdecimal() for word in after):
        return True
    *_, last_but_one, last = ("", "", *words[max(0, start - 2) : start])
    return last in _BEFORE or (last == "of" and last_but_one in _UNITS)
