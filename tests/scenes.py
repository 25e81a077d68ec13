"""Builds that are disturbed: what stood before, and what an undisturbed build comes to."""

import os
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

from feedgen_smm.models import Capture, Page, Sighting
from feedgen_smm.pages.page import parse
from tests.forks import OUTPUT, RECORD, Files, HarmError, Ledger, be_parser, command, files, ledger, restore
from tests.samples import BODY, page, related_item

FIRST = 1_767_225_600  # when the old pages were built: 2026-01-01
DAY = 86_400
ARCHIVING = ("--base-url", "https://example.org/", "--limit", "5")
STATEMENT = "Data Source Statement: Except for publicly available figures, all were gathered by our own people."
Pages = Mapping[str, bytes]


class Scene(NamedTuple):
    """A place that a build is about to bring up to date, and how it looks before and after.

    `place` is where builds happen, `before` a copy of how it was. `prepare` makes of a fork the program that builds.
    """

    name: str
    place: Path
    before: Path
    arguments: tuple[str, ...]
    prepare: Callable[[], None]
    old: Files
    new: Files
    all: Ledger

    def reset(self) -> None:
        """Make the place what it was."""
        restore(self.before, self.place)


class Plan(NamedTuple):
    """A scene to be made: the pages of the builds before and those that are new or other in the one to be disturbed.

    `correct` makes the text of corrections.toml of the ids in the feeds and archive documents that stand.
    """

    old: tuple[Pages, ...]
    new: Pages
    options: tuple[str, ...] = ()
    correct: Callable[[Files], str] | None = None
    prepare_old: Callable[[], None] = lambda: None
    prepare: Callable[[], None] = lambda: None


def article(title: str, published: str, body: str = BODY) -> bytes:
    """A page that goes on after its text, so that another text is a correction."""
    return page(title, f"Published: {published}", f"{body}\n\n{STATEMENT}")


def digest(number: int, entries: int) -> bytes:
    """A page with so many entries, all on copper: an article, and others as related items."""
    title = f"Copper in Yunnan, week {number}"
    dated = [f"Jan {1 + at % 28}, {2000 + number} {at // 60:02}:{at % 60:02}" for at in range(entries)]
    items = [related_item(f"{title}: plant {at}", dated[at], f"Plant {at} ran.") for at in range(1, entries)]
    return article(title, dated[0]) + ("\nRelated News\n" + "\n".join(items) + "\n").encode() * bool(items)


def misread(capture: Capture) -> Page:
    """What the older parser of a scene makes of its pages."""
    found = parse(capture)
    name = Path(capture.source).name
    if name == "list.txt":
        other = parse(Capture(capture.source, article("News of the week", "Mar 1, 2025 01:00"))).article
        return found._replace(article=other, problems=())
    return found._replace(article=_misread_article(name, found.article)) if found.article else found


def _misread_article(name: str, one: Sighting) -> Sighting | None:
    if name == "byline.txt":
        return one._replace(title="By a staff reporter")
    if name == "notice.txt":
        return one._replace(paragraphs=("This site stores cookies.", *one.paragraphs))
    if name == "late.txt" and one.published:
        return one._replace(published=one.published._replace(instant=one.published.instant + timedelta(hours=16)))
    return None if name == "refused.txt" else one


def _withdrawal(standing: Files) -> str:
    """Take back the first entry of the first full document."""
    atom = standing["archive/atom-1.xml"].decode()
    entry_id = atom.split("<entry>", 1)[1].split("<id>", 1)[1].split("</id>", 1)[0]
    return f'["{entry_id}"]\nwithdraw = true\n'


FEW = {
    "a.txt": article("Copper stocks fall", "Mar 3, 2025 09:30"),
    "b.txt": article("Zinc premiums firm", "Mar 4, 2025 10:10", BODY.replace("421", "7,210")),
    "c.txt": article("Tin holds steady", "Mar 5, 2025 11:00")
    + f"\nRelated News\n{related_item('Lead slips', 'Mar 2, 2025 07:00', 'It fell by 1%.')}\n".encode(),
    "odd.txt": b"No page of theirs.\n",
}
_MISREAD = {
    "byline.txt": article("Copper cathode imports jump", "Mar 3, 2025 09:30"),
    "notice.txt": article("Zinc premiums firm", "Mar 4, 2025 10:10"),
    "late.txt": article("Lead stocks fall", "Mar 5, 2025 11:10"),
    "refused.txt": article("Lithium carbonate at a low", "Mar 11, 2025 08:30"),
    "list.txt": b"Latest News\nTin up\nTin rose.\n7 hours ago\nZinc down\nZinc fell.\n8 hours ago\n",
}
PLANS = {
    "a first build": Plan((), FEW),
    "a new page, a changed one, a correction": Plan(
        (FEW,),
        {
            "new.txt": article("Nickel ore prices rise", "Mar 6, 2025 09:00"),
            "a.txt": article("Copper stocks fall again", "Mar 3, 2025 09:30"),
            "b.txt": article("Zinc premiums firm", "Mar 4, 2025 10:10", BODY.replace("421", "9,999")),
        },
    ),
    "documents that fill": Plan(({"old.txt": digest(1, 103)},), {"new.txt": digest(2, 7)}, ARCHIVING),
    "a better parser": Plan((_MISREAD,), {}, prepare_old=be_parser(1, misread), prepare=be_parser(2, parse)),
    "an entry withdrawn from a full document": Plan(
        ({"old.txt": digest(1, 103)}, {"newer.txt": digest(2, 7)}), {}, ARCHIVING, correct=_withdrawal
    ),
}


def make_scene(name: str, plan: Plan, folder: Path) -> Scene:
    """Build what stood before, change the pages, and build undisturbed, to know what that comes to."""
    pages, place, before = folder / "pages", folder / "place", folder / "before"
    pages.mkdir(parents=True)
    place.mkdir()
    corrections = folder / "corrections.toml"
    arguments = ("build", str(pages), "-o", str(place / OUTPUT), "--record", str(place / RECORD), *plan.options)
    arguments += ("--corrections", str(corrections))
    for number, some in enumerate(plan.old):
        write_pages(pages, some, FIRST + number * DAY)
        must_build(arguments, FIRST + number * DAY + 60, plan.prepare_old)
    write_pages(pages, plan.new, FIRST + 9 * DAY)
    if plan.correct:
        corrections.write_text(plan.correct(files(place / OUTPUT)))
    place.rename(before)
    old = files(before / OUTPUT)
    restore(before, place)
    must_build(arguments, FIRST + 10 * DAY, plan.prepare)
    new = files(place / OUTPUT)
    if old == new:
        raise HarmError("there is nothing to do in this scene")
    return Scene(name, place, before, arguments, plan.prepare, old, new, ledger(place / RECORD))


def write_pages(folder: Path, pages: Pages, saved: int) -> None:
    """Save pages at a time."""
    for name, data in pages.items():
        (folder / name).write_bytes(data)
        os.utime(folder / name, (saved, saved))


def must_build(arguments: tuple[str, ...], epoch: int, prepare: Callable[[], None] = lambda: None) -> None:
    """Build, undisturbed. Raises HarmError where it does not end well."""
    ended = command(arguments, epoch, prepare)
    if ended.status:
        raise HarmError(f"an undisturbed build exits with {ended.status}: {ended.said}")
