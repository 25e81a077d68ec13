"""Saved pages beside what a person says they mean; a misunderstood page becomes a pair here before it is mended."""

import json
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from feedgen_smm.articles.entries import lone_id
from feedgen_smm.cli import main
from feedgen_smm.models import Capture, Moment, Page, Precision
from feedgen_smm.pages.page import parse

FOLDER = Path(__file__).parent / "pages"
PAGES = sorted(path for path in FOLDER.iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_a_page_means_what_a_person_says(page: Path) -> None:
    """`show --json` gives what the expectation says, and no other items and problems."""
    result = CliRunner().invoke(main, ["show", "--json", str(page)], catch_exceptions=False)
    shown = json.loads(result.stdout)
    expected = json.loads(page.with_suffix(".json").read_text(encoding="utf-8"))
    assert only(expected["article"], shown["article"]) == expected["article"]
    assert [only(item, got) for item, got in zip(expected["related"], shown["related"], strict=True)] == expected[
        "related"
    ]
    for problem, got in zip(expected["problems"], shown["problems"], strict=True):
        assert (got["line"], problem["message"] in got["message"]) == (problem["line"], True), got
    assert result.exit_code == bool(expected["problems"])


def only(expected: dict[str, Any] | None, shown: dict[str, Any] | None) -> dict[str, Any] | None:
    """What is shown, in the keys that are expected."""
    return shown and {key: shown[key] for key in expected or shown}


SAVED = datetime(2024, 5, 3, 6, 0, tzinfo=UTC)
TITLE = "Zinc output in the Orlan basin climbs as new roaster starts"
TEXT = (
    "Refined zinc output in the Orlan basin reached 41,200 mt in May, a tenth more than a year earlier, the works said."
)


def html(date: str = "Published: May 3, 2024 10:10", head: str = "") -> bytes:
    """A page of one article, as HTML."""
    return f"<html><head>{head}</head><body><h1>{TITLE}</h1><div>{date}</div><p>{TEXT}</p></body></html>".encode()


LINKED_DATA = '<script type="application/ld+json">{"@type": "NewsArticle", "mainEntityOfPage": %s}</script>'


def messages(page: Page) -> list[str]:
    """What a person is told of a page."""
    return [str(problem) for problem in page.problems]


def test_a_date_ahead_of_the_time_of_saving_is_told_and_not_believed() -> None:
    """One day later is accepted, because clocks differ."""
    ahead = parse(Capture("a.html", html("Published: May 3, 2042 10:10"), saved=SAVED))
    assert ahead.article is not None
    assert ahead.article.published is None
    (message,) = messages(ahead)
    assert message == (
        "a.html:1: not published: the date 'May 3, 2042 10:10' is later than the time of saving, 2024-05-03 06:00 UTC;"
        " mend the date line"
    )
    for date in ("Published: May 4, 2024 10:10", "Published: May 3, 2024 10:10"):
        assert parse(Capture("a.html", html(date), saved=SAVED)).problems == ()
    assert parse(Capture("a.html", html("Published: May 3, 2042 10:10"))).problems == ()


def test_a_fresh_page_is_dated_by_its_time_of_saving() -> None:
    """To the day in China. Without a time of saving, a problem is reported."""
    article = parse(Capture("a.html", html("2 hours ago"), saved=SAVED)).article
    assert article is not None
    assert article.published == Moment(datetime(2024, 5, 2, 16, 0, tzinfo=UTC), Precision.DAY)
    assert "'2 hours ago' cannot be read" in messages(parse(Capture("a.html", html("2 hours ago"))))[0]


@pytest.mark.parametrize(
    ("capture", "number"),
    [
        (Capture("a.html", html(), address="https://news.metal.com/newscontent/100000001-zinc"), "100000001"),
        (Capture("site/news.metal.com/newscontent/100000002.html", html()), "100000002"),
        (Capture("a.zip", html(), member="news.smm.cn/news/100000003.html"), "100000003"),
        (Capture("a.html", html(head='<meta property="og:url" content="https://news.metal.com/">')), None),
        (Capture("a.html", html(head='<link rel=canonical href="https://evilmetal.com/newscontent/100000004">')), None),
        (Capture("a.html", html(head='<link rel=alternate href="https://metal.com/es/newscontent/100000005">')), None),
        (
            Capture("a.html", html(head='<link rel=canonical href="//www.metal.com/es/newscontent/100000006">')),
            "100000006",
        ),
        (Capture("a.html", html(head=LINKED_DATA % '"https://news.metal.com/newscontent/100000007"')), "100000007"),
        (
            Capture("a.html", html(head=LINKED_DATA % '{"@id": "https://news.metal.com/newscontent/100000008"}')),
            "100000008",
        ),
    ],
)
def test_the_number_is_what_the_capture_or_the_head_says(capture: Capture, number: str | None) -> None:
    """The container's address, the path below a folder named like the host, then the page's own head."""
    article = parse(capture).article
    assert article is not None
    assert article.number == number


META = '<meta property="article:published_time" content="2024-05-03T10:10{}">'
TIME = '<time datetime="2024-05-{}T10:10:00+08:00"></time>'


@pytest.mark.parametrize(
    ("date", "head", "published"),
    [
        ("", META.format(":42+08:00"), "2024-05-03 02:10"),
        ("", META.format("Z"), "2024-05-03 10:10"),
        ("", META.format(""), None),  # of which clock?
        (TIME.format("03"), "", "2024-05-03 02:10"),
        (TIME.format("03") + TIME.format("02"), "", None),  # one is another article's
        ("Published: May 2, 2024 09:00", META.format("+08:00"), "2024-05-02 01:00"),
    ],
)
def test_a_page_without_a_date_line_is_dated_by_its_markup(date: str, head: str, published: str | None) -> None:
    """To the minute, if the date has its offset and is the only one."""
    article = parse(Capture("a.html", html(date, head))).article
    assert article is not None
    instant = published and datetime.fromisoformat(published).replace(tzinfo=UTC)
    assert article.published == (instant and Moment(instant, Precision.MINUTE))


MORE = "Stocks in the port rose to 31,500 mt, and buyers in the delta saw no reason to hurry, said the works in May."


@pytest.mark.parametrize(
    ("attributes", "is_shown"),
    [
        ("hidden", False),
        ('style="display: none"', False),
        ('style="visibility:hidden"', False),
        ('style="position: absolute; left: -9999px"', False),
        ('style="clip: rect(0 0 0 0)"', False),
        ('role="dialog"', False),
        ('class="sr-only"', False),
        ('class="folded"', False),
        ('class="screen"', True),
    ],
)
def test_what_a_browser_does_not_show_is_no_text(attributes: str, *, is_shown: bool) -> None:
    """By attribute, by style, or by the page's own style sheet for every screen."""
    head = "<style>.folded{display:none} @media print{.screen{display:none}}</style>"
    data = html(head=head).replace(b"</body>", f"<p {attributes}>{MORE}</p></body>".encode())
    article = parse(Capture("a.html", data)).article
    assert article is not None
    assert article.paragraphs == ((TEXT, MORE) if is_shown else (TEXT,))


@pytest.mark.parametrize(
    ("link", "number"),
    [
        ("/newscontent/100000010", "100000010"),
        ("https://news.metal.com/newscontent/100000010-lead", "100000010"),
        ("/out//evil.example/newscontent/100000010", None),
        ("https://evil.example/newscontent/100000010", None),
    ],
)
def test_items_are_known_by_links_to_the_site(link: str, number: str | None) -> None:
    """A link that leads elsewhere, by whatever detour, makes no item of another article."""
    item = f'<div><h3><a href="{link}">Lead stocks in Orlan fall</a></h3><div>May 2, 2024 09:00</div></div>'
    page = parse(Capture("a.html", html().replace(b"</body>", f"{item}</body>".encode())))
    assert [one.number for one in page.related] == ([number] if number else [])


def test_a_list_of_items_takes_only_its_own_heading_out_of_the_page() -> None:
    """A heading of the article's that stands above it stays, however many items follow."""
    item = '<div><a href="/newscontent/10000001%d">Lead stocks in Orlan fall</a><div>May 2, 2024 09:00</div></div>'
    block = f"<h3>Stocks at 1,250 mt</h3><h2>Related News</h2>{item % 1}{item % 2}{item % 3}</body>"
    page = parse(Capture("a.html", html().replace(b"</body>", block.encode())))
    assert page.article is not None
    assert page.article.paragraphs == (TEXT, "Stocks at 1,250 mt")
    assert [one.number for one in page.related] == ["100000011", "100000012", "100000013"]


ONE_ARTICLE = (
    "html-headline-in-a-div.html", "html-spans-and-breaks.html", "html-reader-view.html", "text-offset.txt",
    "text-quoted.txt", "text-wrapped-and-indented.txt", "text-two-columns.txt", "text-between-byline-and-time.txt",
)  # fmt: skip


def test_one_article_is_the_same_however_it_was_saved() -> None:
    """The same id, the same text: neither a second entry nor a correction."""
    articles = [parse(Capture(name, (FOLDER / name).read_bytes())).article for name in ONE_ARTICLE]
    assert len({article and (lone_id(article), article.summary, article.paragraphs) for article in articles}) == 1


def test_two_numbers_are_told() -> None:
    """The first is used, because the page was saved from there."""
    head = '<link rel="canonical" href="https://news.metal.com/newscontent/100000008">'
    page = parse(Capture("a.html", html(head=head), address="https://news.metal.com/newscontent/100000007"))
    assert page.article is not None
    assert page.article.number == "100000007"
    assert "names two articles as itself, 100000007 and 100000008" in messages(page)[0]


def test_data_for_scripts_are_believed_where_their_title_is_the_pages() -> None:
    """A page that was reached without loading it anew keeps the data of the first one."""
    data = '<link rel="canonical" href="https://news.metal.com/"><script type="application/json">%s</script>'
    script = {"newsId": 100000009, "title": TITLE, "pubDate": 1714702200, "updateTime": 1714900000}
    mine = parse(Capture("a.html", html("", data % json.dumps({"props": {"detail": script}})))).article
    other = parse(
        Capture("a.html", html("", data % json.dumps({"props": [{**script, "title": "Lead falls"}]})))
    ).article
    assert mine is not None
    assert other is not None
    assert (mine.number, mine.published) == (
        "100000009",
        Moment(datetime(2024, 5, 3, 2, 10, tzinfo=UTC), Precision.MINUTE),
    )
    assert (other.number, other.published) == (None, None)


@pytest.mark.parametrize(
    "data",
    [
        html().replace(b"<body>", b"<body " + b" ".join(b"a%d=1" % number for number in range(100_000)) + b">"),
        html().replace(b"<body>", b"<body " + b" ".join(b"a%d='>'" % number for number in range(100_000)) + b">"),
        html(head="<!--" + ("<a" * 250 + '"' + "<a" * 99 + ">" + "<a" * 99 + '"') * 600 + "-->"),
        html() + b"<div>" * 10_000 + b"<p>Deep.</p>",
        html() + b"<div>" * 100 + b"<a href=/newscontent/123456>x</a>" * 10_000,
        html().replace(b"<head>", b"<head><style>" + b"@media x{" * 50_000 + b"</style>"),
        html().replace(b"</h1>", b"&#xD800;&#0;&#1;\xef\xbf\xbd</h1>"),
    ],
    ids=["attributes", "quoted attributes", "unfinished tags", "depth", "links", "style", "characters"],
)
def test_absurd_pages_are_read_in_a_moment(data: bytes) -> None:
    """Hostile or broken HTML takes no longer than a large page, and the rest of the page is read."""
    begun = time.process_time()
    article = parse(Capture("a.html", data)).article
    assert time.process_time() - begun < 5
    assert article is not None
    assert article.title == TITLE


def test_html_that_is_nested_too_deep_is_told() -> None:
    """libxml2 reads at most 2,048 elements in one another."""
    page = parse(Capture("a.html", b"<div>" * 3_000 + html()))
    assert page.article is None
    assert "nested more than 2,000 elements deep" in messages(page)[0]


def test_a_file_of_too_many_lines_is_refused() -> None:
    """No page has as many lines."""
    assert "more than 20000 lines" in messages(parse(Capture("a.txt", b"Zinc fell.\n" * 20_001)))[0]


def test_two_dates_with_nothing_but_a_button_between_them_are_told() -> None:
    """What was copied without its headline is no item, and the article beside it stands."""
    text = f"{TITLE}\n\nPublished: May 3, 2024 10:10\n\n{TEXT}\n\nRelated News\n"
    block = (
        "Tin stays firm (9)\nMay 2, 2024 09:00\nRead More\nMay 1, 2024 08:00\nLead eases in the south of the country\n"
    )
    page = parse(Capture("a.txt", (text + block).encode()))
    assert page.article is not None
    assert page.article.title == TITLE
    assert page.related == ()
    assert "Related News: left out" in messages(page)[0]


def test_every_page_has_its_expectation() -> None:
    """Each page has a JSON file, and each JSON file has a page."""
    expectations = sorted(path.stem for path in FOLDER.glob("*.json") if path.name != "understood.json")
    assert expectations == sorted(page.stem for page in PAGES)
    assert len(PAGES) > 50
