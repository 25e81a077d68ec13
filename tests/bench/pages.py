"""Saved pages by the thousand, the same ones every time."""

import random
from datetime import datetime, timedelta
from pathlib import Path

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
_RECURRING = 0.05  # of the related items are articles of other pages


def write_pages(folder: Path, count: int) -> None:
    """Write so many pages of 3 to 6 kilobytes into `folder`: three in four with related items, four layouts."""
    chance = random.Random(1)
    for number in range(count):
        (folder / f"{number:06}.txt").write_text(_page(chance, number), encoding="utf-8")


def _page(chance: random.Random, number: int) -> str:
    published = _FIRST + number * _APART
    title = _title(number)
    body = "\n\n".join(_prose(chance, 500) for _ in range(chance.randint(4, 7)))
    layout = chance.choices(["A1", "A2", "B", "D"], weights=[55, 20, 15, 10])[0]
    if layout == "B":
        breadcrumb = f"Home / Metal News / {title}\n\n{title}\n\nicon{_dated(published)}\n\nSource:SMM\n\n"
        return f"{breadcrumb}{body}\n\nFor queries, please contact the desk\n\nRelated news\n"
    if layout == "D":
        heading = (
            f"Metals News\n\n{title}\n\nprice review forecast\n\n{published:%b} {published.day},{published.year}\n\n"
        )
        return f"{heading}{body}\n\nFor queries, please contact the desk at\n\nRelated Price\n\nNo Data\n"
    source = f"Source: SMM\n{_prose(chance, 200)}\n" if layout == "A2" else ""
    related = "\n".join(_related(chance, number) for _ in range(chance.choice([0, 1, 1, 2, 3])))
    return (
        f"{title}\n\nPublished: {_dated(published)}\n{source}\n{body}\n\n{_STATEMENT}\n\n"
        f"Related News\n{related}\n{title} - Shanghai Metals Market (SMM)\n"
    )


def _related(chance: random.Random, number: int) -> str:
    """A related item: now and then an article of another page, else one that is seen nowhere else."""
    if number and chance.random() < _RECURRING:
        other = chance.randrange(number)
        title, date = _title(other), _dated(_FIRST + other * _APART)
    else:
        title = f"{_title(chance.randrange(10**6))} ({chance.randrange(10**9)})"
        date = _dated(_FIRST + timedelta(minutes=chance.randrange(3_000_000)))
    return f"{title}\n{date}\n{title}\nRead More\n{title}\n{title}\n{_prose(chance, 300)}\n{date}"


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
