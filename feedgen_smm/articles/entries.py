"""Sightings → entries: what the feed says of each article, and under which id.

The outcome is that of the set of sightings and not of the order in which pages were read.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from feedgen_smm.articles import identity, language, wording
from feedgen_smm.articles.matching import Article
from feedgen_smm.models import Entry, Extent, Kind, Moment, Precision, Problem, Sighting

_SUMMARY_LETTERS = 300
HEADLINE_LETTERS = 100  # of the text, where an article has no headline
_LONG_AGO = datetime.min.replace(tzinfo=UTC)  # stands for an unknown time of saving: any known one is later


def lone_id(sighting: Sighting) -> str | None:
    """The id of the entry that `sighting` alone makes; None where its date is unknown."""
    if sighting.published is None:
        return None
    return identity.mint(identity.name(sighting.published, identity.title_key(sighting.title or sighting.opening)))


def new_ids(articles: Iterable[Article], taken_ids: Collection[str] = ()) -> dict[Article, str]:
    """An id for each article, oldest first; of those that would share one, the first has it, the others add to it.

    No id is among `taken_ids`.
    """
    named = [(published_of(article), article.headline_key(), article) for article in articles]
    named.sort(key=lambda item: (item[0].instant, item[1], item[2].number or ""))
    taken = set(taken_ids)
    ids: dict[Article, str] = {}
    for published, key, article in named:
        entry_id = identity.mint(identity.name(published, key))
        again: list[str] = []
        while entry_id in taken:
            minute = f"{published.instant:%Y-%m-%dT%H:%MZ}"
            entry_id = identity.mint(identity.name(published, key, minute, key, article.number or "", *again))
            again.append("again")
        taken.add(entry_id)
        ids[article] = entry_id
    return ids


def published_of(article: Article) -> Moment:
    """A minute before a day, an article's own date before a teaser's, then the earliest."""
    if len(article.members) == 1:
        return article.members[0].published
    best = min(
        article.members,
        key=lambda member: (
            member.published.precision is Precision.DAY,
            member.sighting.kind is Kind.TEASER,
            member.published.instant,
        ),
    )
    return best.published


def conflicts(article: Article, published: Moment) -> Iterator[Problem]:
    """Dates of an article that contradict the one `published`, each with what a person can do about it."""
    for member in article.members:
        if not identity.times_agree(member.published, published):
            name = f"SMM number {article.number}" if article.number else "the article"
            yield Problem(
                member.sighting.source,
                member.sighting.line,
                f"{name} is dated {member.sighting.shown_date} here and differently elsewhere; "
                f"{published.instant:%Y-%m-%dT%H:%MZ} is published: if that is wrong, say so in corrections.toml",
            )


class Sources(NamedTuple):
    """The sighting that each value of an entry is from; None where no sighting has such a value."""

    title: Sighting | None
    summary: Sighting | None
    text: Sighting | None
    link: Sighting | None


def sources_of(sightings: Sequence[Sighting]) -> Sources:
    """Which of an article's sightings the entry speaks from."""
    if len(sightings) == 1:  # most articles are seen once
        (only,) = sightings
        return Sources(
            title=only if only.title else None,
            summary=only if only.summary else None,
            text=only if only.summary or only.paragraphs else None,
            link=only if only.link else None,
        )
    of = {_when_it_said_so(sighting, sightings): sighting for sighting in sightings}
    return Sources(
        title=_first(of, _title_rank, [sighting for sighting in of if sighting.title]),
        summary=_first(of, _summary_rank, [sighting for sighting in of if sighting.summary]),
        text=of.get(source) if (source := _text_source([*of])) else None,
        link=_first(of, lambda sighting: sighting.link or "", [sighting for sighting in of if sighting.link]),
    )


def _first(
    of: Mapping[Sighting, Sighting], rank: Callable[[Sighting], Any], sightings: Sequence[Sighting]
) -> Sighting | None:
    return of[min(sightings, key=rank)] if sightings else None


def _when_it_said_so(sighting: Sighting, others: Sequence[Sighting]) -> Sighting:
    """The sighting, saved when the article first said what it says.

    A copy that was cut off says what the earliest text said that goes on where it stops: it may be of an older state.
    """
    saved = sighting.saved
    if sighting.extent is Extent.OPEN:
        text = _text(sighting)
        earlier = [one.saved for one in others if one.saved and wording.continues(_text(one), text)]
        saved = min([*([saved] if saved else []), *earlier], default=None)
    return sighting._replace(saved=saved)


def _title_rank(sighting: Sighting) -> tuple[bool, int, int, str]:
    """Sorts a whole headline before a cut one, then the latest saving's, then the longest."""
    title = sighting.title or ""
    return identity.is_cut(title), _latest_first(sighting), -len(title), title


def _summary_rank(sighting: Sighting) -> tuple[bool, int, int, str]:
    """Sorts a standfirst before a teaser's text, then the latest saving's, then the longest."""
    summary = sighting.summary or ""
    return sighting.kind is Kind.TEASER, _latest_first(sighting), -len(summary), summary


def _text_source(sightings: Sequence[Sighting]) -> Sighting | None:
    """An article's text before a teaser's, then the latest saving's, then the longest.

    A copy that may have been cut off gives way to the latest that goes on where it stops.
    """
    articles = [sighting for sighting in sightings if sighting.extent is not Extent.TEASER]
    texts = articles or [sighting for sighting in sightings if sighting.summary]
    source = min(texts, key=_text_rank, default=None)
    while source is not None and source.extent is not Extent.WHOLE and len(texts) > 1:
        going_on = [sighting for sighting in texts if _goes_on(sighting, source)]
        if not going_on:
            break
        source = min(going_on, key=_text_rank)
    return source


def _goes_on(sighting: Sighting, source: Sighting) -> bool:
    """Whether a sighting has more of a text, or the same and its end."""
    if wording.continues(_text(sighting), _text(source)):
        return True
    return sighting.extent is Extent.WHOLE and wording.key(_text(sighting)) == wording.key(_text(source))


def _text_rank(sighting: Sighting) -> tuple[int, int, str]:
    text = _text(sighting)
    return _latest_first(sighting), -len(text), text


def _text(sighting: Sighting) -> str:
    return " ".join(sighting.paragraphs) or sighting.summary or ""


def _latest_first(sighting: Sighting) -> int:
    """Sorts by the time of saving, to the microsecond."""
    return -(((sighting.saved or _LONG_AGO) - _LONG_AGO) // timedelta.resolution)


def write_entry(entry_id: str, published: Moment, sightings: Sequence[Sighting]) -> Entry:
    """What the feed says of the article that `sightings` are of."""
    sources = sources_of(sightings)
    paragraphs = _paragraphs(sources.text)
    opening = sources.text.opening if sources.text else ""
    title = sources.title.title if sources.title and sources.title.title else shorten(opening, HEADLINE_LETTERS)
    return Entry(
        id=entry_id,
        title=title,
        published=published,
        updated=published.instant,
        summary=_summary(sources.summary, paragraphs),
        paragraphs=paragraphs,
        link=sources.link and sources.link.link,
        language=language.identify(" ".join((title, *paragraphs))),
        extent=sources.text.extent if sources.text else Extent.TEASER,
        saved=sources.text and sources.text.saved,
    )


def _paragraphs(source: Sighting | None) -> tuple[str, ...]:
    if source is None:
        return ()
    return source.paragraphs or ((source.summary,) if source.summary else ())


def _summary(source: Sighting | None, paragraphs: tuple[str, ...]) -> str | None:
    """The standfirst, whole; else the teaser's text, else the first paragraph, cut at a word."""
    if source and source.summary:
        return source.summary if source.kind is Kind.ARTICLE else shorten(source.summary, _SUMMARY_LETTERS)
    return shorten(paragraphs[0], _SUMMARY_LETTERS) if paragraphs else None


def shorten(text: str, letters: int) -> str:
    """`text` where it has at most so many letters, else its beginning, cut at a word, and `…`."""
    if len(text) <= letters:
        return text
    at = text.rfind(" ", letters // 2, letters)
    return text[: at if at > 0 else letters - 1].rstrip(" ,;:-–—") + "…"
