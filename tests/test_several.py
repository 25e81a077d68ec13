"""Files in which people keep several articles, one after the other."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedgen_smm.cli import main
from feedgen_smm.models import Capture
from feedgen_smm.pages.page import parse, split

ZINC = "Zinc output in the Orlan basin climbs as new roaster starts"
LEAD = "Lead recyclers short of batteries in the north"
TEXT = (
    "Refined zinc output in the Orlan basin reached 41,200 mt in May, a tenth more than a year earlier, the works said."
    "\n\nConcentrate arrivals should pick up once the Karel pass reopens, two traders told SMM on Thursday morning."
)
TEXTS = {ZINC: TEXT, LEAD: TEXT.replace("zinc", "lead").replace("Concentrate", "Battery")}
END = "Data Source Statement: Except for publicly available information, all other data are processed by SMM."
RELATED = (
    "Related News\nTin slips\nMay 1, 2024 09:00\nTin slips\nRead More\nTin slips\nTin slips\nA fall.\nMay 1, 2024 09:00"
)
WAYS = {
    "headline and date": "{title}\n\nPublished: {date}\n\n{text}\n\n{end}\n\n",
    "headline and date without a footer": "{title}\n\nPublished: {date}\n\n{text}\n\n",
    "related news between": "{title}\n\nPublished: {date}\n\n{text}\n\n{end}\n{related}\n\n",
    "closing title": "{title}\n\nPublished: {date}\n\n{text}\n\n{title} - Shanghai Metals Market (SMM)\n",
    "breadcrumb": "Home / Metal News / {title}\n\n{title}\n\nicon{date}\n\nSource: SMM\n\n{text}\n\n{end}\n",
    "section": "Metals News\n\n{title}\n\ndata analysis\n\n{day}\n\n{text}\n\nZinc\n\n{end}\n",
    "front matter": '---\ntitle: "{title}"\nsource: {address}\n---\n\n# {title}\n\n{date}\n\n{text}\n\n',
    "Markdown": "# {title}\n\n{date}\n\n{text}\n\n",
    "address above": "Source: {address}\n{title}\n\nPublished: {date}\n\n{text}\n\n",
    "address below": "{title}\n\nPublished: {date}\n\n{text}\n\nSource: {address}\n\n",
    "rules": "{title}\nPublished: {date}\n\n{text}\n==========\n",
    "pages": "<html><body><h1>{title}</h1><p>Published: {date}</p><p>{text}</p></body></html>\n",
}


def notes(way: str) -> str:
    """Two articles, written down in the same way."""
    address = "https://news.metal.com/newscontent/10000004"
    zinc = {"title": ZINC, "date": "May 3, 2024 10:10", "day": "May 3,2024", "address": f"{address}1-zinc"}
    lead = {"title": LEAD, "date": "May 4, 2024 09:00", "day": "May 4,2024", "address": f"{address}2-lead"}
    return "".join(way.format(**one, text=TEXTS[one["title"]], end=END, related=RELATED) for one in (zinc, lead))


@pytest.mark.parametrize("way", WAYS)
def test_each_article_of_a_file_is_read(way: str, tmp_path: Path) -> None:
    """With its own headline, date, text and number, and on the lines on which it stands."""
    page = tmp_path / "notes.txt"
    page.write_text(notes(WAYS[way]), encoding="utf-8")
    shown = CliRunner().invoke(main, ["show", "--json", str(page)], catch_exceptions=False).stdout
    first, second = (json.loads(line)["article"] for line in shown.splitlines())
    has_number = "{address}" in WAYS[way]
    for article, title, day, number in ((first, ZINC, 3, "100000041"), (second, LEAD, 4, "100000042")):
        assert article["title"] == title
        assert article["published"].startswith(f"2024-05-0{day - (way == 'section')}")
        assert " ".join(article["paragraphs"]) == " ".join(TEXTS[title].split())
        assert article["number"] == (number if has_number else None)
    if way != "pages":
        line = page.read_text(encoding="utf-8").splitlines()[second["lines"]["title"] - 1]
        assert LEAD in line


@pytest.mark.parametrize(
    "text",
    [
        notes("Published: {date}\n\n{text}\n\n{end}\n\n"),
        notes("{title}\n{date}\nSource: SMM\n{text}\n{end}\n"),
        notes(WAYS["headline and date"]) + notes("Published: {date}\n\n{text}\n\n"),
        notes(WAYS["Markdown"]) + "Metals News\n\nTin\n\nMay 5,2024\n\n" + TEXT,
    ],
    ids=["no headlines", "nothing between", "some without headlines", "one of another kind"],
)
def test_articles_that_cannot_be_told_apart_are_refused(text: str) -> None:
    """None is published, so that none is lost without a word, or gets the text of another."""
    (page,) = map(parse, split(Capture("notes.txt", text.encode())))
    assert page.article is None
    assert "several articles in one file" in str(page.problems[0])


TEASER = f"{LEAD}\n\nMay 4, 2024 09:00\n\nBatteries are short."
CLOSING = f"{ZINC} - Shanghai Metals Market (SMM)"
ONE_ARTICLE = {
    "a teaser below a rule": f"{ZINC}\n\nPublished: May 3, 2024 10:10\n\n{TEXT}\n\n{END}\n\n----\n\n{TEASER}",
    "a teaser below a heading": f"# {ZINC}\n\nMay 3, 2024 10:10\n\n{TEXT}\n\n# Read next\n\n# {TEASER}",
    "a teaser apart from its heading": f"News\n\n{ZINC}\n\nPublished: May 3, 2024 10:10\n\n{TEXT}\n\nRelated News\n\n"
    f"{LEAD}\nMay 4, 2024 09:00\n{TEXT[:114]}\n\nCopyright © 2026 Shanghai Metals Market. All rights reserved.",
    "two titles of the page": f"{CLOSING}\n{ZINC}\n\nPublished: May 3, 2024 10:10\n\n{TEXT}\n\n{CLOSING}",
}


@pytest.mark.parametrize("text", ONE_ARTICLE.values(), ids=ONE_ARTICLE)
def test_a_teaser_is_no_second_article(text: str) -> None:
    """The page holds one article, whatever stands below it."""
    (page,) = map(parse, split(Capture("page.txt", text.encode())))
    assert page.article is not None
    assert (page.article.title, page.article.paragraphs) == (ZINC, tuple(TEXT.split("\n\n")))


def test_an_article_that_is_added_to_a_file_changes_none_of_the_others(tmp_path: Path) -> None:
    """The ids stay, and nothing counts as corrected."""
    pages, page = tmp_path / "pages", tmp_path / "pages" / "notes.txt"
    pages.mkdir()
    build = ["build", str(pages), "-o", str(tmp_path / "feeds"), "--record", str(tmp_path / "record.sqlite3")]
    both = notes(WAYS["headline and date"])
    page.write_text(both[: both.index(LEAD)], encoding="utf-8")
    assert "1 entry (1 new)" in CliRunner().invoke(main, build, catch_exceptions=False).stdout
    before = json.loads((tmp_path / "feeds" / "feed.json").read_text(encoding="utf-8"))["items"]
    page.write_text(both, encoding="utf-8")
    assert "2 entries (1 new)" in CliRunner().invoke(main, build, catch_exceptions=False).stdout
    after = json.loads((tmp_path / "feeds" / "feed.json").read_text(encoding="utf-8"))["items"]
    assert [item["title"] for item in after] == [LEAD, ZINC]
    assert after[1] == before[0]
