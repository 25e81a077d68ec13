"""Costs of parts of the program, measured inside the process, which prints them on its last line.

usage: python -m tests.bench.inside reading COUNT
       python -m tests.bench.inside validation [ARGUMENT OF feedgen-smm]...
"""

import sys
from collections.abc import Callable
from time import process_time

from lxml import etree

from feedgen_smm.feeds import validation
from feedgen_smm.feeds.feed import Contents
from feedgen_smm.models import Capture
from feedgen_smm.pages.page import parse
from tests.bench.pages import generate_html

_ROUNDS = 3
_Judge = Callable[[bytes, Contents], tuple[validation.Fault, ...]]


def reading(count: int) -> tuple[float, float]:
    """Seconds to read HTML pages, and to have lxml parse them: page by page in turn, the least of three rounds."""
    pages = [page.encode() for page in generate_html(count)]
    costs = []
    for _ in range(_ROUNDS):
        ours = theirs = 0.0
        for data in pages:
            start = process_time()
            page = parse(Capture("page.html", data))
            middle = process_time()
            etree.fromstring(data, etree.HTMLParser(encoding="utf-8"))
            theirs += process_time() - middle
            ours += middle - start
            if page.article is None or len(page.related) < 40:
                raise ValueError("a generated page is not understood")
        costs.append((ours, theirs))
    return min(ours for ours, _ in costs), min(theirs for _, theirs in costs)


def validating(arguments: list[str]) -> tuple[float]:
    """Seconds that a run of feedgen-smm spends on validation."""
    spent: list[float] = []

    def timed(judge: _Judge) -> _Judge:
        def judge_and_time(data: bytes, contents: Contents) -> tuple[validation.Fault, ...]:
            start = process_time()
            faults = judge(data, contents)
            spent.append(process_time() - start)
            return faults

        return judge_and_time

    # Before another module takes the functions from there.
    for name in ("faults_in_atom", "faults_in_rss"):
        setattr(validation, name, timed(getattr(validation, name)))
    from feedgen_smm.cli import main  # noqa: PLC0415

    main(arguments, standalone_mode=False)
    return (sum(spent),)


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    print(*(reading(int(given[0])) if what == "reading" else validating(given)))  # noqa: T201
