"""A newer parser mends what an older one misread: ids stay, and readers announce nothing again."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner, Result

import feedgen_smm.build
from feedgen_smm.build import read
from feedgen_smm.cli import main
from feedgen_smm.models import Capture, Page, Sighting
from feedgen_smm.pages.page import parse
from tests.judges.programs import Newsboat, sfeed_prints
from tests.samples import BODY, page, related_item

Feed = dict[str, tuple[str, str, str, str]]

LIST = b"Latest News\nTin up\nTin rose.\n7 hours ago\nZinc down\nZinc fell.\n8 hours ago\n"
NUMBERED = "https://news.metal.com/newscontent/10000000{}"

PAGES = {
    "byline.txt": page("Tin smelters hold output steady"),
    "notice.txt": page("Zinc premiums firm", "Published: Mar 4, 2025 10:10"),
    "late.txt": page("Lead stocks fall", "Published: Mar 5, 2025 11:10"),
    "list.txt": LIST,
    "one.txt": page("Nickel ore prices rise", "Published: Mar 6, 2025 09:00", address=NUMBERED.format(1)),
    "other.txt": page("Nickel matte prices fall", "Published: Mar 6, 2025 09:05", BODY[::-1], NUMBERED.format(2)),
    "copy-a.txt": page("Cobalt deal signed", "Published: Mar 7, 2025 12:00"),
    "copy-b.txt": page("Cobalt deal signed", "Published: Mar 7, 2025 12:00", f"{BODY}\n\nMore follows."),
    "standfirst.txt": page("Copper cathode imports jump", "Published: Mar 8, 2025 08:00\nImports rose by a half."),
    "related.txt": page("Gold holds firm", "Published: Mar 9, 2025 08:30")
    + f"Related News\n{related_item('Silver slips again', 'Mar 2, 2025 07:00', 'It fell by 1%.')}\n".encode(),
    "half.txt": page("Steel mills cut runs", "Published: Mar 10, 2025 08:30", f"{BODY}\n\nMills in Hebei follow."),
    "refused.txt": page("Lithium carbonate at a low", "Published: Mar 11, 2025 08:30"),
}


def misread(capture: Capture) -> Page:
    """What the older parser made of each page."""
    found = parse(capture)
    name = Path(capture.source).name
    if name == "list.txt":
        return found._replace(article=_list_as_an_article(capture.source), problems=())
    if name == "refused.txt":
        return found._replace(article=None)
    if name == "related.txt":
        (item,) = found.related
        return found._replace(related=(_hours_off(item),))
    if found.article is None or name not in MISREADINGS:
        return found
    return found._replace(article=MISREADINGS[name](found.article))


def _list_as_an_article(source: str) -> Sighting:
    other = parse(Capture(source, page("News of the week", "Published: Mar 1, 2025 01:00"))).article
    assert other is not None
    return other


def _hours_off(sighting: Sighting) -> Sighting:
    assert sighting.published is not None
    off = sighting.published.instant + timedelta(hours=16)
    return sighting._replace(published=sighting.published._replace(instant=off))


MISREADINGS: dict[str, Callable[[Sighting], Sighting]] = {
    "byline.txt": lambda one: one._replace(title="By a staff reporter", evidence=one.evidence._replace(title=2)),
    "notice.txt": lambda one: one._replace(paragraphs=("This site stores cookies.", *one.paragraphs)),
    "late.txt": _hours_off,
    "other.txt": lambda one: one._replace(number="100000001", link=NUMBERED.format(1)),
    "copy-b.txt": lambda one: _hours_off(one)._replace(title="Cobalt deal signed by both"),
    "standfirst.txt": lambda one: one._replace(summary=None, paragraphs=(one.summary or "", *one.paragraphs)),
    "half.txt": lambda one: one._replace(paragraphs=one.paragraphs[:1]),
}


def build(*options: str) -> Result:
    """A build of the folder `pages` in this process."""
    return CliRunner().invoke(main, ["build", "pages", *options], catch_exceptions=False)


def entries() -> Feed:
    """What a reader of the feed sees, by the ids: title, date, date of change, text."""
    found = feedparser.parse(Path("output/atom.xml").read_bytes()).entries
    return {one.id: (one.title, one.published, one.updated, one.content[0].value) for one in found}


@contextmanager
def older_parser() -> Iterator[None]:
    """Let builds read pages as the older parser did."""
    with pytest.MonkeyPatch.context() as patches:
        patches.setattr(read, "parse", misread)
        patches.setattr(read, "VERSION", 0)
        patches.setattr(feedgen_smm.build, "VERSION", 0)
        yield


def save_pages() -> None:
    """All pages, in the folder `pages`."""
    Path("pages").mkdir()
    for name, data in PAGES.items():
        (Path("pages") / name).write_bytes(data)


@pytest.fixture
def healed() -> tuple[Feed, Result]:
    """The feed as the older parser made it, and the build in which the newer one read the pages again."""
    save_pages()
    with older_parser():
        assert build().exit_code == 0
    return entries(), build()


def test_ten_misreadings_are_mended(healed: tuple[Feed, Result]) -> None:
    """The feed has what a build from nothing has; published entries keep their id and `updated`."""
    before, result = healed
    assert result.exit_code == 0
    assert "12 pages read again by a better parser: 8 entries mended" in result.stdout, result.stdout
    after = entries()
    shutil.move("output", "healed")
    build("--no-record")
    afresh = entries()
    assert sorted((title, published, text) for title, published, _, text in after.values()) == sorted(
        (title, published, text) for title, published, _, text in afresh.values()
    )
    titles = {entry_id: title for entry_id, (title, *_) in after.items()}
    assert sorted(titles[entry_id] for entry_id in after.keys() - before.keys()) == [
        "Lithium carbonate at a low",  # it was refused
        "Nickel matte prices fall",  # it was merged with another
    ]
    assert sorted(before[entry_id][0] for entry_id in before.keys() - after.keys()) == [
        "Cobalt deal signed by both",  # it is the other copy's article
        "News of the week",  # it is a list
    ]
    for entry_id in before.keys() & after.keys():
        assert after[entry_id][2] == before[entry_id][2], titles[entry_id]


def test_explain_tells_a_mending_from_a_correction(healed: tuple[Feed, Result]) -> None:
    """One revision is our mending, the next the publisher's correction."""
    assert healed[1].exit_code == 0
    Path("pages/notice.txt").write_bytes(PAGES["notice.txt"].replace(b"421", b"412"))
    assert "1 corrected" in build().stdout
    explained = CliRunner().invoke(main, ["explain", "Zinc premiums firm"]).stdout
    assert "2 mended" in " ".join(explained.split())
    assert "a better parser read the same page again" in " ".join(explained.split())
    assert "3 corrected" in " ".join(explained.split())
    assert "the publisher corrected the text" in " ".join(explained.split())


def test_two_misreadings_of_one_article_become_one_entry() -> None:
    """The id published first stays, and the other leads to it."""
    Path("pages").mkdir()
    Path("pages/byline.txt").write_bytes(page())
    Path("pages/late.txt").write_bytes(page() + b"\n")
    with older_parser():
        build()
    before = entries()
    assert len(before) == 2
    build()
    (kept,) = entries()
    (other,) = before.keys() - {kept}
    assert f"later pages showed that it is {kept}" in CliRunner().invoke(main, ["explain", other]).stdout


def test_a_correction_in_the_same_build_moves_updated() -> None:
    """The publisher changed one page since the older parser read it; all others are mended."""
    save_pages()
    with older_parser():
        build()
    before = entries()
    Path("pages/notice.txt").write_bytes(PAGES["notice.txt"].replace(b"421", b"412"))
    result = build()
    assert "11 pages read again by a better parser: 7 entries mended" in result.stdout
    assert "1 corrected" in result.stdout
    moved = {title for one, (title, _, updated, _) in entries().items() if one in before and updated != before[one][2]}
    assert moved == {"Zinc premiums firm"}


def test_nothing_is_read_again_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The build after the mending finds nothing to do, although a page that the older parser read is gone."""
    save_pages()
    with older_parser():
        build()
    Path("pages/half.txt").unlink()
    assert "11 pages read again" in build().stdout
    monkeypatch.setattr("feedgen_smm.build.passes.run_passes", None)
    again = build()
    assert "read again" not in again.stdout
    assert "nothing new" in again.stdout


def test_no_reader_announces_what_was_mended(tmp_path: Path) -> None:
    """To newsboat, sfeed, and readers that remember id and date of change, only what was never published is new."""
    reader = Newsboat(tmp_path)
    with older_parser():
        save_pages()
        build()
    before = entries()
    seen = set(sfeed_ids())
    reader.reads_all()
    build()
    new = entries().keys() - before.keys()
    assert len(new) == 2
    assert reader.announces() == new
    assert set(sfeed_ids()) - seen == new
    remembered = {(entry_id, updated) for entry_id, (_, _, updated, _) in before.items()}
    assert {one for one, (_, _, updated, _) in entries().items() if (one, updated) not in remembered} == new


def sfeed_ids() -> list[str]:
    """The ids of what sfeed makes of the feed."""
    return [line[5] for line in sfeed_prints(Path("output/atom.xml"))]
