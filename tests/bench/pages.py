"""Saved pages by the thousand, the same ones every time."""

import json
import random
from collections.abc import Iterable, Iterator
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
_RECURRING = 0.05  # of the related items are articles of other pages; each is one entry fewer than a plain script's
_PARAGRAPH = 350  # letters, about


def write_pages(folder: Path, pages: Iterable[str], name: str = "page") -> None:
    """Write `pages` into `folder`, which is made if it does not exist."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(pages):
        (folder / f"{name}-{number:06}.txt").write_text(text, encoding="utf-8")


def generate(count: int) -> Iterator[str]:
    """So many pages of 3 to 6 kilobytes, four layouts; somewhat more than half of them with 3 to 5 related items.

    Each article has its own title and minute, and the first pages are the same whatever `count`.
    """
    chance = random.Random(1)
    for number in range(count):
        yield _page(chance, number)


def generate_digests(count: int, entries: int, *, first: int = 0) -> Iterator[str]:
    """The pages from `first` to before `count`: a short article, and so many others that each is `entries` in all."""
    for number in range(first, count):
        chance = random.Random(number)
        related = "\n".join(_related(chance, 0) for _ in range(entries - 1))
        date = _dated(_clock(number))
        yield f"{_title(number)}\n\nPublished: {date}\n\n{_prose(chance, _PARAGRAPH)}\n\nRelated News\n{related}\n"


def generate_faulty(count: int) -> Iterator[str]:
    """So many pages of an article without a date, which is reported and not published."""
    for number in range(count):
        yield f"{_title(number)}\n\n{_prose(random.Random(number), 3000)}\n\n{_STATEMENT}\n"


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


def generate_html(count: int) -> Iterator[str]:
    """So many pages of some 200 kB, as a browser saves them from a site of today.

    A tenth is text that a person sees: the article, a table, and 40 cards of other articles. The rest is menus, styles,
    icons, scripts and the state of the site's own program, which holds the article's text a second time.
    """
    for number in range(count):
        yield _html(random.Random(number), number)


def _html(chance: random.Random, number: int) -> str:
    title, address, date = _title(number), _address(number), _dated(_clock(number))
    paragraphs = [_prose(chance, _PARAGRAPH) for _ in range(12)]
    body = "".join(f'<p style="text-indent:2em;line-height:1.75">{text}</p>\n' for text in paragraphs)
    rows = "".join(f"<tr><td>{metal}</td>{_cells(chance, 4)}</tr>" for metal in _METALS)
    others = [(_title(other), _address(other), _dated(_clock(other))) for other in range(number + 1, number + 41)]
    cards = "".join(_card(chance, *other) for other in others)
    return f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>{title} - Shanghai Metals Market (SMM)</title>
<link rel="canonical" href="{address}"><meta property="og:title" content="{title}">
{_PRELOADS}<style>{_STYLE}</style>
<script type="application/ld+json">{_linked_data(number, paragraphs)}</script>
</head><body><div id="__next">
<header class="header___2bGh1"><a href="/"><img src="/logo.png" alt="SMM"></a><nav><ul>{_MENU}</ul></nav>
<div class="tickers___1kQzD">{_tickers(chance)}</div></header>
<main class="container___3Jx0a"><article class="news___2hWqe"><h1 class="title___1dEt4">{title}</h1>
<div class="meta___3kQ1s"><div class="time___1ab88">Published: {date}</div></div>
<div class="share___2aaXd">{_ICONS}</div>
<div class="content___1xx9R">{body}<table><tbody>{rows}</tbody></table></div></article>
<section class="related___1Xk20"><h2>Related News</h2>{cards}</section></main>
<footer class="footer___1PvIj"><ul>{_MENU}</ul>{_ICONS}<p>Copyright © SMM</p></footer></div>
<script id="__NEXT_DATA__" type="application/json">{_state(chance, number, paragraphs, others)}</script>
<script>{_SCRIPT}</script></body></html>
"""


def _card(chance: random.Random, title: str, address: str, date: str) -> str:
    """Another article, with its picture, title, summary and date."""
    return (
        f'<div class="newsItem___1wZtK"><a href="{address}" title="{title}"><img loading="lazy" alt="" decoding="async"'
        f' src="/_next/image?url={chance.randbytes(24).hex()}&amp;w=240&amp;q=75" style="color:transparent">'
        f'<div class="title___1baLV">{title}</div><div class="description___1z7kt">{_prose(chance, 200)}</div></a>'
        f'<div class="foot___2oQRN"><div class="date___3dzkE"><span>{date}</span></div>{_ICON}</div></div>\n'
    )


def _linked_data(number: int, paragraphs: list[str]) -> str:
    published = f"{_clock(number).isoformat()}+08:00"
    facts = {"@type": "NewsArticle", "headline": _title(number), "url": _address(number), "datePublished": published}
    return json.dumps({"@context": "https://schema.org", **facts, "articleBody": " ".join(paragraphs)})


def _state(chance: random.Random, number: int, paragraphs: list[str], others: list[tuple[str, str, str]]) -> str:
    """What the site's own program keeps in the page."""
    article = {"newsId": _FIRST_NUMBER + number, "title": _title(number), "content": paragraphs}
    prices = [
        {"id": chance.randrange(10**9), "name": f"{metal} {place}", "low": chance.random(), "unit": "yuan/mt"}
        for metal in _METALS
        for place in _PLACES
    ]
    return json.dumps({"props": {"article": article, "related": others, "prices": prices}, "page": "/newscontent/[id]"})


def _tickers(chance: random.Random) -> str:
    return "".join(
        f'<div class="quote___1rTy2"><span>SMM {metal.capitalize()}, {place}</span>{_cells(chance, 3)}</div>'
        for metal in _METALS
        for place in _PLACES[:4]
    ).replace("td>", "span>")


def _cells(chance: random.Random, count: int) -> str:
    return "".join(f"<td>{chance.randrange(100_000):,}</td>" for _ in range(count))


def _address(number: int) -> str:
    return f"https://news.metal.com/newscontent/{_FIRST_NUMBER + number}"


_FIRST_NUMBER = 103_000_000
_ICON = (
    f'<svg width="16" height="16" viewBox="0 0 16 16"><path fill="currentColor" d="M{"1.25 3.5L8 12.75z" * 12}"/></svg>'
)
_ICONS = "".join(f'<a href="https://share.example/{name}?to=smm" rel="nofollow">{_ICON}</a>' for name in _PLACES)
_MENU = "".join(
    f'<li class="item___2xE4q"><a class="link___3pLm0" href="/list/{metal}/{place}">{metal} in {place}</a></li>\n'
    for metal in _METALS
    for place in _PLACES
)
_PRELOADS = "".join(f'<link rel="preload" as="script" href="/_next/static/chunks/{place}.js">\n' for place in _PLACES)
_STYLE = "".join(
    f".{name}___{number:05x}{{display:flex;margin:0 {number % 24}px;color:#{number * 99_991 % 0xFFFFFF:06x}}}\n"
    for number in range(50)
    for name in _PLACES
)
_SCRIPT = "".join(
    f'(self.c=self.c||[]).push([{number},function(e,t){{if(e<t&&"<b>"!==t.n)return t.l({number * 7919})}}]);\n'
    for number in range(400)
)
