"""Feeds of the commands, judged by programs that are not ours: readers see what the pages say, validators find nothing.

What is expected is written by hand, from the pages.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import feedparser
import pytest

from tests.judges.faults import BEYOND_GRAMMAR, FAULTS, GOOD, Fault
from tests.judges.programs import (
    READERS,
    Item,
    jing_complains,
    paragraphs,
    ruby_runs,
    sfeed_prints,
    xmllint_complains,
)

ROOT = Path(__file__).parent.parent
FILES = ("atom.xml", "rss.xml")
GRAMMATICAL = [fault for fault in FAULTS if fault.rule != "xml" and fault.name not in BEYOND_GRAMMAR]

SEED = [
    (
        "urn:uuid:9742870a-d858-571f-b357-4432294fda84",
        '"Premier Li Qiang Leads State Council Meeting on Enhancing Effective Investment, Boosting Economic Growth"',
        datetime(2026, 2, 6, 15, 56, tzinfo=UTC),
    ),
    (
        "urn:uuid:9f600f0a-c099-52aa-8d78-88de37b60741",
        '"Guided by Xi Jinping Thought, Implement 20th CPC Congress Spirit, Apply New Development Philosophy...',
        datetime(2026, 2, 6, 15, 54, tzinfo=UTC),
    ),
    (
        "urn:uuid:37400bb1-3c9a-5718-bd3b-d253eabd4c90",
        "Indirect Iran-US Nuclear Talks in Muscat Show Progress, Omani FM Mediates Tense but Efficient Discussions",
        datetime(2026, 2, 6, 15, 47, tzinfo=UTC),
    ),
    (
        "urn:uuid:4bfc3347-567d-58fe-9ed2-360a5d9c5447",
        'Serbian Zijin Copper Industry creates a New Model of "Green Mine"',
        datetime(2020, 8, 10, 2, 51, tzinfo=UTC),
    ),
]
# How each paragraph of each article begins and ends.
SEED_TEXTS = [
    [("Premier Li Qiang presided over an executive meeting", "implementing the 15th Five-Year Plan")],
    [("Guided by Xi Jinping Thought on Socialism with Chinese", "high-quality development of computing power.")],
    [("After intensive indirect consultations, the new round", 'key objective of "continuing dialogue."')],
    [
        ("SMM News: since the beginning of this year, the Serbian", "Chinese-funded enterprises in Serbia."),
        ("The tailing reservoir of the old Boer Copper Mine has", "by the community and local employees."),
        ("Zijin Mining increased its capital to acquire", "with a reserved capacity of 200000 tons."),
    ],
]
SEED_SUMMARIES = [
    ("Premier Li Qiang presided over", "momentum for development. It is…"),
    ("Guided by Xi Jinping Thought on Socialism", "apply the new development…"),
    ("After intensive indirect consultations", "Omani Foreign Minister Badr…"),
    ("SMM News: since the beginning of this year", 'create a new model of "green…'),
]

# Pages that hold what breaks feeds, newest first.
HOSTILE_PAGES = {
    "untitled.txt": """\
Published: Mar 3, 2025 12:30

Smelters in Yunnan kept to their plans this week, & traders saw no reason to hurry; stocks were flat at 9 mt.

Smelters in Hunan kept to their plans, too.
""",
    "chinese.txt": """\
锌价今日上涨，市场成交清淡

Published: Mar 3, 2025 11:30

上海有色网讯：今日锌价上涨，市场成交清淡，下游企业多持观望态度。

明日锌价或将继续上涨。
""",
    "control.txt": """\
Tin \x00\x01rose\x1b\ufffe \ufdd0\ufeff\x9f5%

Published: Mar 3, 2025 10:30

Tin\x0brose\x07 in\x7f\u0085Shanghai\uffff, and\x08 smelters \U0001fffekept to their plans\x00.

Stocks of refined tin stood at 421 mt.
""",
    "markup.txt": """\
https://news.metal.com/newscontent/100000001/zinc
Zinc <script>alert(1)</script> & "premiums" ]]> &amp; &lt;b&gt; 😀 锌

Published: Mar 3, 2025 09:30

<script>alert("1")</script> & 5 < 6 > 4 &amp; &lt;i&gt; &#60; <!-- ]]> <![CDATA[ 'one' “two” 😀 价格

</p><p onclick="alert(1)">Traders</p> in <a href="javascript:alert(1)">Shanghai</a> saw &nbsp;no reason.
""",
    "bare.txt": """\
Nickel <b>ore</b> arrivals & stocks fall

Published: Mar 2, 2025
""",
}
HOSTILE_DATES = [
    datetime(2025, 3, 3, 4, 30, tzinfo=UTC),
    datetime(2025, 3, 3, 3, 30, tzinfo=UTC),
    datetime(2025, 3, 3, 2, 30, tzinfo=UTC),
    datetime(2025, 3, 3, 1, 30, tzinfo=UTC),
    datetime(2025, 3, 1, 16, 0, tzinfo=UTC),  # the page shows the day alone, which begins then in China
]
HOSTILE_TITLES = {
    "atom.xml": [
        "Smelters in Yunnan kept to their plans this week, & traders saw no reason to hurry; stocks were…",
        "锌价今日上涨，市场成交清淡",
        "Tin rose 5%",
        'Zinc <script>alert(1)</script> & "premiums" ]]> &amp; &lt;b&gt; 😀 锌',
        "Nickel <b>ore</b> arrivals & stocks fall",
    ],
    # Readers disagree on whether a title of RSS is HTML: what would be markup is written in full-width forms.
    "rss.xml": [
        "Smelters in Yunnan kept to their plans this week, & traders saw no reason to hurry; stocks were…",
        "锌价今日上涨，市场成交清淡",
        "Tin rose 5%",
        'Zinc ＜script>alert(1)＜/script> & "premiums" ]]> ＆amp; ＆lt;b＆gt; 😀 锌',
        "Nickel ＜b>ore＜/b> arrivals & stocks fall",
    ],
}
HOSTILE_TEXTS = [
    [
        "Smelters in Yunnan kept to their plans this week, & traders saw no reason to hurry; stocks were flat at 9 mt.",
        "Smelters in Hunan kept to their plans, too.",
    ],
    ["上海有色网讯：今日锌价上涨，市场成交清淡，下游企业多持观望态度。", "明日锌价或将继续上涨。"],
    ["Tin rose in Shanghai, and smelters kept to their plans.", "Stocks of refined tin stood at 421 mt."],
    [
        "<script>alert(\"1\")</script> & 5 < 6 > 4 &amp; &lt;i&gt; &#60; <!-- ]]> <![CDATA[ 'one' “two” 😀 价格",
        '</p><p onclick="alert(1)">Traders</p> in <a href="javascript:alert(1)">Shanghai</a> saw &nbsp;no reason.',
    ],
    ["Nickel <b>ore</b> arrivals & stocks fall"],  # a page without text: its headline stands for it
]


def build(pages: Path, output: Path, *options: str) -> Path:
    """Build feeds from pages, on a machine far from UTC."""
    command = [sys.executable, "-m", "feedgen_smm", "build", "--no-record", str(pages), "-o", str(output), *options]
    result = subprocess.run(
        command, capture_output=True, encoding="utf-8", env={**os.environ, "TZ": "America/New_York"}, check=False
    )
    assert (result.returncode, result.stderr) == (0, "")
    return output


@pytest.fixture(scope="module")
def seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feeds of the project's own pages."""
    return build(ROOT / "seeds", tmp_path_factory.mktemp("seed"))


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The feeds of the hostile pages, with a base address."""
    pages = tmp_path_factory.mktemp("pages")
    for name, text in HOSTILE_PAGES.items():
        (pages / name).write_text(text, encoding="utf-8", newline="\n")
    return build(pages, tmp_path_factory.mktemp("hostile"), "--base-url", "https://example.org/feeds/")


@pytest.fixture(params=["seed", "hostile"])
def folder(request: pytest.FixtureRequest) -> Path:
    """Each folder of feeds."""
    found: Path = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest) -> str:
    """The file of each format."""
    name: str = request.param
    return name


@pytest.fixture(params=[cache(reader) for reader in READERS], ids=[reader.__name__ for reader in READERS])
def reads(request: pytest.FixtureRequest) -> Callable[[Path], list[Item]]:
    """Each feed reader; it reads each file once."""
    reader: Callable[[Path], list[Item]] = request.param
    return reader


def parsed(feed: Path) -> feedparser.FeedParserDict:
    """A feed as feedparser reads it without any options."""
    return feedparser.parse(feed.read_bytes())


def at(moment: time.struct_time) -> datetime:
    """A date from feedparser, which is in UTC."""
    return datetime(*moment[:6], tzinfo=UTC)


# What readers see


def test_readers_see_the_four_articles_of_the_seed(seed: Path, file: str, reads: Callable[[Path], list[Item]]) -> None:
    """Every feed reader shows the same ids, titles and dates, newest first, from either file."""
    assert [(item.id, item.title, item.published) for item in reads(seed / file)] == SEED


def test_readers_see_the_whole_text_of_the_seed(seed: Path, file: str, reads: Callable[[Path], list[Item]]) -> None:
    """The content is all paragraphs of the article, and nothing else of the page."""
    texts = [paragraphs(item.content) for item in reads(seed / file)]
    assert [len(text) for text in texts] == [1, 1, 1, 3]
    for text, expected in zip(texts, SEED_TEXTS, strict=True):
        for paragraph, (beginning, end) in zip(text, expected, strict=True):
            assert paragraph.startswith(beginning)
            assert paragraph.endswith(end)


def test_readers_see_titles_as_text(hostile: Path, file: str, reads: Callable[[Path], list[Item]]) -> None:
    """Markup in a headline is shown as text, control characters are gone, Chinese and emoji stay."""
    assert [item.title for item in reads(hostile / file)] == HOSTILE_TITLES[file]


def test_readers_see_the_pages_dates(hostile: Path, file: str, reads: Callable[[Path], list[Item]]) -> None:
    """In the time of China; a page that shows only the day is dated to its beginning."""
    assert [item.published for item in reads(hostile / file)] == HOSTILE_DATES


def test_readers_see_links_only_of_known_articles(
    hostile: Path, file: str, reads: Callable[[Path], list[Item]]
) -> None:
    """An entry links to its article if the page gives its number, and nowhere else."""
    links = [item.link for item in reads(hostile / file)]
    assert links == ["", "", "", "https://news.metal.com/newscontent/100000001", ""]


def test_text_never_becomes_markup(hostile: Path, file: str, reads: Callable[[Path], list[Item]]) -> None:
    """The only tags in a content are our paragraphs, which have exactly the text of the page."""
    assert [paragraphs(item.content) for item in reads(hostile / file)] == HOSTILE_TEXTS


def test_both_files_hold_the_same_entries(folder: Path, reads: Callable[[Path], list[Item]]) -> None:
    """The ids are equal, so that nobody who changes from one file to the other sees an entry twice."""
    atom, rss = ([item.id for item in reads(folder / name)] for name in FILES)
    assert atom == rss
    assert len(set(atom)) == len(atom)


# What feedparser says


def test_feedparser_finds_no_fault(folder: Path, file: str) -> None:
    """Well-formed, in UTF-8, and of the format that the file's name suggests."""
    feed = parsed(folder / file)
    assert feed.bozo is False
    assert feed.encoding == "utf-8"
    assert feed.version == {"atom.xml": "atom10", "rss.xml": "rss20"}[file]


def test_feedparser_reads_the_values_of_the_feed(seed: Path, file: str) -> None:
    """Title, author, language, and the date of the last change, which is that of the newest entry."""
    words = parsed(seed / file).feed
    assert words.title == "Shanghai Metals Market (SMM) news"
    assert words.subtitle == "News of the metals trade from saved pages of the Shanghai Metals Market (SMM)"
    assert words.link == "https://news.metal.com/"
    assert words.rights == "© SMM Information & Technology Co., Ltd."
    assert words.language == "en"
    assert words.generator == "feedgen-smm"
    assert at(words.updated_parsed) == datetime(2026, 2, 6, 15, 56, tzinfo=UTC)


def test_feedparser_reads_the_summaries(seed: Path, file: str) -> None:
    """A summary is short, cut at a word, and not the content again."""
    summaries = [entry.summary for entry in parsed(seed / file).entries]
    for summary, (beginning, end) in zip(summaries, SEED_SUMMARIES, strict=True):
        assert summary.startswith(beginning)
        assert summary.endswith(end)
        assert len(summary) <= 300


def test_feedparsers_cleaning_leaves_titles_alone(hostile: Path, file: str) -> None:
    """A feed reader that removes markup from titles finds none."""
    assert [entry.title for entry in parsed(hostile / file).entries] == HOSTILE_TITLES[file]


# What sfeed and Ruby say


def test_sfeed_reads_the_dates_to_the_second(seed: Path, file: str) -> None:
    """It prints seconds since 1970, which would show local time that is marked as UTC."""
    fields = sfeed_prints(seed / file)
    assert [line[0] for line in fields] == ["1770393360", "1770393240", "1770392820", "1597027860"]
    assert {line[4] for line in fields} == {"html"}


@pytest.mark.parametrize("format_", GOOD)
def test_ruby_refuses_what_is_not_valid(tmp_path: Path, format_: str) -> None:
    """It accepts the good feed, and not the one whose first title is missing."""
    feed = tmp_path / "feed.xml"
    feed.write_text(GOOD[format_], encoding="utf-8")
    assert ruby_runs(feed).returncode == 0
    feed.write_text(GOOD[format_].replace("<title>Metals</title>", ""), encoding="utf-8")
    result = ruby_runs(feed)
    assert result.returncode == 1
    assert "RSS::MissingTagError" in result.stderr


# What validators say


def test_feeds_are_well_formed(folder: Path, file: str) -> None:
    """No feed reader shows anything of other XML."""
    assert xmllint_complains(folder / file) == ""


def test_xmllint_refuses_what_is_not_well_formed(tmp_path: Path) -> None:
    """It would find a control character, of which the hostile pages have some."""
    feed = tmp_path / "feed.xml"
    feed.write_text(GOOD["atom"].replace("Tin", "Tin\x01"), encoding="utf-8")
    assert "feed.xml:13: parser error" in xmllint_complains(feed)


def test_feeds_follow_the_grammar(folder: Path) -> None:
    """Our grammar is in RELAX NG. jing, which is not the validator that the program uses, accepts every feed."""
    assert jing_complains(sorted(folder.rglob("*.xml"))) == []


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What jing says of each good and each faulty feed, by format and name, all in one run."""
    folder = tmp_path_factory.mktemp("faulty")
    documents = {f"{fault.format} {fault.name}": fault.document for fault in GRAMMATICAL} | GOOD
    files = {name: folder / f"{number}.xml" for number, name in enumerate(documents)}
    for name, path in files.items():
        path.write_text(documents[name], encoding="utf-8")
    found = jing_complains(list(files.values()))
    return {name: [line for line in found if line.startswith(f"{path}:")] for name, path in files.items()}


@pytest.mark.parametrize("format_", GOOD)
def test_the_grammar_accepts_a_good_feed(complaints: dict[str, list[str]], format_: str) -> None:
    """The feeds into which the faults are put are valid, so that each fault is found on its own."""
    assert complaints[format_] == []


@pytest.mark.parametrize("fault", GRAMMATICAL, ids=lambda fault: f"{fault.format}: {fault.name}")
def test_the_grammar_finds_each_fault(complaints: dict[str, list[str]], fault: Fault) -> None:
    """One fault in a good feed is enough."""
    assert complaints[f"{fault.format} {fault.name}"]
