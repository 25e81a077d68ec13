"""What a build did, in words for a person and in JSON for a monitor."""

import json
from collections.abc import Iterator

import click

from feedgen_smm.build import Result
from feedgen_smm.models import Account, Action, Problem


def say(result: Result) -> None:
    """Problems to standard error, and to standard output each feed, what was done, and where every sighting went."""
    for problem in result.problems:
        click.echo(problem, err=True)
    for feed in result.feeds:
        click.echo(f"{feed.path}: {feed.outcome.value}, {_count(feed.holds, feed.noun)}")
    if changes := ", ".join(_changes(result)):
        click.echo(f"{_count(result.read, 'page')} read: {changes}")
    click.echo(_sum(result.account))


def _changes(result: Result) -> Iterator[str]:
    for action, word in _WORDS.items():
        if count := result.actions[action]:
            yield f"{_count(count, 'entry')} {word}"


_WORDS = {
    Action.INSERT: "new",
    Action.ENRICH: "enriched",
    Action.CORRECT: "corrected",
    Action.RETIRE: "found to be another",
}


def _sum(account: Account) -> str:
    reasons = [
        f"{_count(count, noun)} without a date"
        for count, noun in ((account.undated_articles, "article"), (account.undated_teasers, "related item"))
        if count
    ]
    return (
        f"{_count(account.captures, 'page')}: {_count(account.sightings, 'sighting')} = "
        f"{_count(account.entries, 'entry')} + {account.merged} merged + {account.rejected} rejected"
        + (f" ({', '.join(reasons)})" if reasons else "")
    )


def _count(number: int, noun: str) -> str:
    if number == 1:
        return f"1 {noun}"
    return f"{number} {_plural(noun)}"


def _plural(noun: str) -> str:
    return noun[:-1] + "ies" if noun.endswith("y") else noun + "s"


def to_json(result: Result) -> str:
    """The account as one JSON object, ending in a line feed."""
    account, actions = result.account, result.actions
    report = {
        "captures": {"read": result.read, "skipped": result.skipped},
        "entries": {
            "new": actions[Action.INSERT],
            "enriched": actions[Action.ENRICH],
            "corrected": actions[Action.CORRECT],
            "retired": actions[Action.RETIRE],
        },
        "all": {
            "captures": account.captures,
            "sightings": account.sightings,
            "entries": account.entries,
            "merged": account.merged,
            "rejected": {
                "article without a date": account.undated_articles,
                "related item without a date": account.undated_teasers,
            },
        },
        "problems": [_problem(problem) for problem in result.problems],
        "feeds": [
            {"path": str(feed.path), "outcome": feed.outcome.value, _plural(feed.noun): feed.holds}
            for feed in result.feeds
        ],
    }
    return json.dumps(report, ensure_ascii=False, indent=2) + "\n"


def _problem(problem: Problem) -> dict[str, object]:
    return {"source": problem.source, "line": problem.line, "message": problem.message}
