"""Saved pages by the thousand, the same ones every time."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta

_METALS = "copper aluminium zinc lead nickel tin lithium cobalt antimony tungsten silicon manganese".split()
_PLACES = "Yunnan Guangxi Jiangxi Hunan Henan Inner-Mongolia Shandong Qinghai Sichuan Guizhou Tianjin Ningbo".split()
_DEEDS = [
    "smelters hold output steady", "spot premiums slip", "stocks fall for a third week", "imports climb on arbitrage",
    "buyers wait for the holiday", "treatment charges reach a new low", "refiners extend maintenance",
    "demand from cable makers softens", "ore arrivals recover after the rain", "traders lift offers",
]  # fmt: skip
_CLAUSES = [
    "Social stocks in the main consuming regions fell by {n} mt from a week earlier",
    "operating rates at large plants were put at {p}%, little changed from the previous survey",
    "traders reported offers at premiums of {n} yuan/mt over the front month",
    "downstream plants bought only what they needed for the coming days",
    "two producers said that maintenance had been put off until the next quarter",
    "arrivals at the ports were {n} mt, and most of them had been sold before",
    "the import window stayed closed, and bonded stocks rose by {p}%",
    "sellers were in no hurry, as their order books were full to the end of the month",
    "a shortage of concentrate kept treatment charges low",
]
_STATEMENT = (
    "Data Source Statement: Except for publicly available information, all other data are processed by SMM.\n\n"
    "For any inquiries or to learn more information, please contact: the desk\n\n"
    "For more information on how to access our research reports, please contact: the service"
)
_FIRST = datetime(2019, 1, 1, 8, 0)  # noqa: DTZ001 - a page's clock has no zone
_APART = timedelta(minutes=97)
_RECURRING = 0.05  # of the related items are articles of other pages; each is one entry fewer than a plain script's
_PARAGRAPH = 350  # letters, about


def generate(count: int) -> Iterator[str]:
    """So many pages of 3 to 6 kilobytes, four layouts; somewhat more than half of them with 3 to 5 related items.

    Each article has its own title and minute, and the first pages are the same whatever `count`.
    """
    chance = random.Random(1)
    for number in range(count):
        yield _page(chance, number)


def generate_digests(count: int, entries: int, *, first: int = 0) -> Iterator[str]:
    """The pages from `first` up to and without `count`: a short article and so many others under Related News.

    All of them are seen once, with `entries` a page in all.
    """
    for number in range(first, count):
        chance = random.Random(number)
        date = _dated(_FIRST + timedelta(minutes=chance.randrange(3_000_000)))
        items = [f"{_title(number)} ({place})" for place in range(entries - 1)]
        summary = "Traders saw no reason to hurry, and the week ended as it had begun."
        related = "\n".join(f"{item}\n{date}\n{item}\nRead More\n{item}\n{item}\n{summary}\n{date}" for item in items)
        yield f"{_title(number)}\n\nPublished: {date}\n\n{_prose(chance, _PARAGRAPH)}\n\nRelated News\n{related}\n"


def _page(chance: random.Random, number: int) -> str:
    layout = chance.choices(_LAYOUTS, weights=[55, 20, 15, 10])[0]
    head, foot = layout(chance, number)
    body = [_prose(chance, _PARAGRAPH)]
    size = chance.randrange(3200, 5400)
    while len(head) + sum(map(len, body)) + len(foot) < size:
        body.append(_prose(chance, _PARAGRAPH))
    return "\n\n".join([head, *body, foot])


def _a1(chance: random.Random, number: int) -> tuple[str, str]:
    """What stands before and behind the body where the page has Related News."""
    related = "\n".join(_related(chance, number) for _ in range(chance.randint(3, 5)))
    closing = f"{_title(number)} - Shanghai Metals Market (SMM)\n"
    return (
        f"{_title(number)}\n\nPublished: {_dated(_clock(number))}",
        f"{_STATEMENT}\nRelated News\n{related}\n{closing}",
    )


def _a2(chance: random.Random, number: int) -> tuple[str, str]:
    """The same where it has a source and a standfirst, and no Related News."""
    standfirst = f"Source: SMM\n{_prose(chance, 150)}"
    return f"{_title(number)}\n\nPublished: {_dated(_clock(number))}\n{standfirst}", f"{_STATEMENT}\n"


def _b(_chance: random.Random, number: int) -> tuple[str, str]:
    """The same under a breadcrumb."""
    title = _title(number)
    return (
        f"Home / Metal News / {title}\n\n{title}\n\nicon{_dated(_clock(number))}\nSource:SMM",
        "For queries, please contact the desk\n\nRelated news\n\nSMM Events & Webinars\n\nAll\n",
    )


def _d(_chance: random.Random, number: int) -> tuple[str, str]:
    """The same where the page shows a type of article, and only the day."""
    clock = _clock(number)
    return (
        f"Metals News\n{_title(number)}\nprice review forecast\n{clock:%b} {clock.day},{clock.year}",
        "For queries, please contact the desk at\n\nRelated Price\n\nNo Data\n",
    )


_LAYOUTS = (_a1, _a2, _b, _d)


def _related(chance: random.Random, number: int) -> str:
    """A related item: now and then the article of an earlier page, else one that is seen nowhere else."""
    if number and chance.random() < _RECURRING:
        other = chance.randrange(number)
        title, date = _title(other), _dated(_clock(other))
    else:
        title = f"{_title(chance.randrange(10**6))} ({chance.randrange(10**9)})"
        date = _dated(_FIRST + timedelta(minutes=chance.randrange(3_000_000)))
    return f"{title}\n{date}\n{title}\nRead More\n{title}\n{title}\n{_prose(chance, 250)}\n{date}"


def _clock(number: int) -> datetime:
    """When the page was published."""
    return _FIRST + number * _APART


def _title(number: int) -> str:
    metal, place, deed = (words[number // step % len(words)] for words, step in zip(_WORDS, (1, 12, 144), strict=True))
    return f"{metal.capitalize()} in {place.replace('-', ' ')}: {deed}, SMM survey {number}"


_WORDS = (_METALS, _PLACES, _DEEDS)


def _prose(chance: random.Random, letters: int) -> str:
    sentences: list[str] = []
    while sum(map(len, sentences)) < letters:
        first, second = chance.sample(_CLAUSES, 2)
        sentence = f"{first}, and {second}.".format(n=chance.randrange(10, 9000), p=chance.randrange(30, 99))
        sentences.append(sentence[0].upper() + sentence[1:])
    return " ".join(sentences)


def _dated(clock: datetime) -> str:
    return f"{clock:%b} {clock.day}, {clock.year} {clock:%H:%M}"
