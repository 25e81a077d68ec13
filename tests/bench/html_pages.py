"""Saved pages of 200 KB as HTML, the same ones every time: mostly scripts and styles, or mostly elements."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from tests.bench.pages import METALS, dated, prose, title_of

SIZE = 200_000  # letters
_FIRST = datetime(2019, 1, 1, 8, 0)  # noqa: DTZ001 - a page's clock has no zone
_PRICES = ("Copper Cathode", "A00 Aluminum Ingot", "0# Zinc", "1# Lead", "1# Refined Nickel", "1# Tin")


def generate_html(count: int, filling: Callable[[random.Random], str]) -> Iterator[str]:
    """So many pages of about 200 KB, of which all but the article and its related news is `filling`."""
    for number in range(count):
        yield _page(random.Random(number), number, filling)


def scripts(chance: random.Random) -> str:
    """Scripts and styles as a site's tools pack them: a few long elements."""
    names = [f"{chance.choice(METALS)}{chance.randrange(999)}" for _ in range(400)]
    rules = "".join(f".{name}___x{at}{{margin:0 {at}px;color:#{at:06x}}}" for at, name in enumerate(names))
    code = "".join(f'function {name}(e,t){{return e.push(["{name}",t<{at}&&t]),e}}' for at, name in enumerate(names))
    quotes = [{"name": name, "low": at * 3, "high": at * 7, "unit": "yuan/mt"} for at, name in enumerate(names)]
    data = json.dumps({"props": {"quotes": quotes}})
    return (
        f"<style>{rules}</style><script>{code}</script>"
        f'<script type="application/json">{data}</script><script>self.__next_f.push([1,{json.dumps(data)}])</script>'
    )


def elements(chance: random.Random) -> str:
    """A ticker, a menu in two ranks, a table of prices and a sponsored list: many short elements."""
    day = dated(_FIRST + timedelta(days=chance.randrange(2000)))
    quotes = "".join(
        f'<div class="quote___a1"><span class="name___b2">SMM {name}</span><span>{chance.randrange(10**5):,}</span>'
        f'<span class="up___c3">+{chance.randrange(900)}</span><span>{day[:12]}</span></div>'
        for name in _PRICES
    )
    menu = "".join(
        f'<li class="item___d4" role="menuitem"><a class="link___e5" href="/list/{metal}"><span>{metal.title()}</span></a>'
        f'<ul class="sub___f6">{"".join(_entry(metal, page) for page in ("prices", "news", "data", "reports"))}</ul></li>'
        for metal in METALS
    )
    rows = "".join(
        f'<tr class="row___g7"><td class="cell___h8"><a href="/prices/{name}">{name}</a></td>'
        + "".join(f'<td class="cell___h8">{chance.randrange(10**5):,}</td>' for _ in range(4))
        + "</tr>"
        for name in _PRICES
    )
    deeper = f'<div class="wrap___i9"><div class="inner___j1"><p class="note___k2">{prose(chance, 150)}</p></div></div>'
    return (
        f'<div class="tickers___l3">{quotes}</div><nav><ul class="menu___m4">{menu}</ul></nav>'
        f'<aside><table class="prices___n5"><tbody>{rows}</tbody></table>{deeper * 3}</aside>'
        f'<div class="hot___o6"><h3>Hot</h3><ul>{"".join(_entry(metal, "hot") for metal in METALS)}</ul></div>'
    )


def _entry(metal: str, page: str) -> str:
    return f'<li class="entry___p7"><a href="/{page}/{metal}" target="_blank"><i class="icon"></i>{metal} {page}</a></li>'


def _page(chance: random.Random, number: int, filling: Callable[[random.Random], str]) -> str:
    title, link = title_of(number), f"https://news.metal.com/newscontent/{103_000_000 + number}"
    facts = {"@type": "NewsArticle", "headline": title, "url": link}
    head = (
        f'<meta charset="utf-8"><title>{title} - Shanghai Metals Market (SMM)</title><link rel="canonical" href="{link}">'
        f'<meta property="og:title" content="{title}"><style>.hidden{{display:none}}</style>'
        f'<script type="application/ld+json">{json.dumps(facts)}</script>'
    )
    body = "".join(f"<p>{prose(chance, 350)}</p>" for _ in range(12))
    article = (
        f'<main class="container___q8"><article class="news___r9"><h1 class="title___s1">{title}</h1>'
        f'<div class="meta___t2"><div class="time___u3">Published: {dated(_clock(number))}</div>'
        f'<div class="source___v4">Source: SMM</div><div class="summary___w5">{prose(chance, 200)}</div></div>'
        f'<div class="content___x6">{body}</div><div class="statement___y7"><p>Data Source Statement: Except for publicly'
        f" available information, all other data are processed by SMM.</p></div></article>"
        f'<section class="related___z8"><h2>Related News</h2>{"".join(_card(chance) for _ in range(12))}</section></main>'
    )
    before, after = '<div id="__next"><header><a href="/">SMM</a></header>', "<footer>© SMM</footer></div>"
    fillings: list[str] = []
    left = SIZE - len(head) - len(article)
    while left > 0:
        fillings.append(filling(chance))
        left -= len(fillings[-1])
    half = len(fillings) // 2
    inside = "\n".join([before, *fillings[:half], article, *fillings[half:], after])
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head>\n<body>{inside}</body></html>\n'


def _card(chance: random.Random) -> str:
    """A related item as the site sets it: once for telephones, once for screens."""
    title, date = title_of(chance.randrange(10**6)), dated(_FIRST + timedelta(minutes=chance.randrange(3_000_000)))
    link = f'href="https://news.metal.com/newscontent/{chance.randrange(10**8, 10**9)}/{title.replace(" ", "-")}"'
    return (
        f'<div class="item___a9"><div class="mobileOnly___b8"><a {link}><div class="title___s1">{title}</div></a>'
        f'<div class="date___c7">{date}</div><div class="overlay___d6" style="display:none"><span>{title}</span>'
        f'<a {link}>Read More</a></div></div><div class="desktopOnly___e5"><a {link} title="{title}"><img src="/a.png"'
        f' alt="{title}"></a><a class="title___s1" {link}>{title}</a><p class="description___f4">{prose(chance, 250)}</p>'
        f'<div class="typeAndTime___g3"><span>{date}</span></div></div></div>'
    )


def _clock(number: int) -> datetime:
    return _FIRST + number * timedelta(minutes=97)
