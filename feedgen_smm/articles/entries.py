"""Sightings of articles → entries: what the feed says of each article, and under which id.

The result does not depend on the order in which pages were read.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from feedgen_smm.articles import identity
from feedgen_smm.articles.matching import Article
from feedgen_smm.models import Entry, Extent, Kind, Moment, Precision, Problem, Sighting, shorten

_SUMMARY_LETTERS = 300
HEADLINE_LETTERS = 100  # of the text, in place of a headline where there is none
_LONG_AGO = datetime.min.replace(tzinfo=UTC)  # in place of an unknown time of saving; every known one is later

# Words that nearly every paragraph has, and that are rare in the other languages listed. Of two languages that a text
# has as many words of, the first is chosen.
_COMMON_WORDS = {
    "en": frozenset("the of and to in is for on with was at by from as are that this has will".split()),
    "de": frozenset("der die das und ist nicht mit für von auf wird werden eine auch".split()),
    "es": frozenset("el los las del una por para con que y según más mercado fue".split()),
    "fr": frozenset("le les des et une du dans pour sur est par avec aux selon été".split()),
    "id": frozenset("yang dan di dari untuk dengan pada ini akan tidak oleh harga dalam".split()),
    "pt": frozenset("os as do da dos das uma em para com não pelo pela ao mais e foi".split()),
    "vi": frozenset("và của là các trong được cho với không giá thị trường năm".split()),
}
_ANY_COMMON = frozenset[str]().union(*_COMMON_WORDS.values())
_SCRIPTS = (
    ("ja", "\u3041", "\u30ff"),  # kana
    ("ko", "\uac00", "\ud7a3"),
    ("zh", "\u3400", "\u9fff"),
    ("th", "\u0e01", "\u0e5b"),
    ("ru", "\u0400", "\u04ff"),
)
_FIRST_OTHER_SCRIPT = "\u0400"


_ENOUGH = 400  # letters, to tell a language by; texts can be long


def new_ids(articles: Iterable[Article], taken_ids: Collection[str] = ()) -> dict[Article, str]:
    """Make an id for each article, the oldest first, none of them among `taken_ids`.

    Of articles that would share an id, the first gets it. For the others, the minute, the whole headline and the number
    are added to what the id is made of.
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


def lone_id(sighting: Sighting) -> str | None:
    """The id that an entry made of `sighting` alone would get; None if its date is unknown."""
    if sighting.published is None:
        return None
    return identity.mint(identity.name(sighting.published, identity.title_key(sighting.title or sighting.opening)))


def published_of(article: Article) -> Moment:
    """The best date shown: a minute before a day, then a full article's before a teaser's, then the earliest."""
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
    """Report each date of an article that contradicts `published`, with what a person can do about it."""
    for member in article.members:
        if not identity.times_agree(member.published, published):
            name = f"SMM number {article.number}" if article.number else "the article"
            yield Problem(
                member.sighting.source,
                member.sighting.line,
                f"{name} is dated {member.sighting.shown_date} here and differently elsewhere; "
                f"{published.instant:%Y-%m-%dT%H:%MZ} is published: if that is wrong, say so in corrections.toml",
            )


def write_entry(entry_id: str, published: Moment, sightings: Sequence[Sighting]) -> Entry:
    """Make the entry of the article that `sightings` show."""
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
        language=language_of(" ".join((title, *paragraphs))),
        extent=sources.text.extent if sources.text else Extent.TEASER,
        saved=sources.text and sources.text.saved,
    )


def _paragraphs(source: Sighting | None) -> tuple[str, ...]:
    if source is None:
        return ()
    return source.paragraphs or ((source.summary,) if source.summary else ())


def _summary(source: Sighting | None, paragraphs: tuple[str, ...]) -> str | None:
    """The whole standfirst; else the teaser's text, else the first paragraph, each cut at a word."""
    if source and source.summary:
        return source.summary if source.kind is Kind.ARTICLE else shorten(source.summary, _SUMMARY_LETTERS)
    return shorten(paragraphs[0], _SUMMARY_LETTERS) if paragraphs else None


class Sources(NamedTuple):
    """The sighting from which each value of an entry is taken; None if no sighting has one."""

    title: Sighting | None
    summary: Sighting | None
    text: Sighting | None
    link: Sighting | None


def sources_of(sightings: Sequence[Sighting]) -> Sources:
    """Choose the sighting from which each value of the entry is taken."""
    if len(sightings) == 1:  # true of most articles
        (only,) = sightings
        return Sources(
            title=only if only.title else None,
            summary=only if only.summary else None,
            text=only if only.summary or only.paragraphs else None,
            link=only if only.link else None,
        )
    of = {_first_seen(sighting, sightings): sighting for sighting in sightings}
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


def _first_seen(sighting: Sighting, others: Sequence[Sighting]) -> Sighting:
    """The sighting with the time at which its text was first seen, in place of when it was saved.

    These differ for a copy that may have been cut off: it may show an older state of the article. Its text is as old as
    the earliest text that begins with it.
    """
    saved = sighting.saved
    if sighting.extent is Extent.OPEN:
        text = _text(sighting)
        earlier = [one.saved for one in others if one.saved and identity.continues(_text(one), text)]
        saved = min([*([saved] if saved else []), *earlier], default=None)
    return sighting._replace(saved=saved)


def _title_rank(sighting: Sighting) -> tuple[bool, int, int, str]:
    """Sorts whole headlines before cut ones, then by the latest time of saving, then the longest first."""
    title = sighting.title or ""
    return identity.is_cut(title), _latest_first(sighting), -len(title), title


def _summary_rank(sighting: Sighting) -> tuple[bool, int, int, str]:
    """Sorts standfirsts before the texts of teasers, then by the latest time of saving, then the longest first."""
    summary = sighting.summary or ""
    return sighting.kind is Kind.TEASER, _latest_first(sighting), -len(summary), summary


def _text_source(sightings: Sequence[Sighting]) -> Sighting | None:
    """Choose a full article before a teaser, then the latest saved, then the longest.

    If the chosen copy may have been cut off, and others go on where it stops, the latest of those is chosen instead.
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
    """Whether a sighting has more of the text of `source`, or the same text and certainly its end."""
    if identity.continues(_text(sighting), _text(source)):
        return True
    return sighting.extent is Extent.WHOLE and identity.words_of(_text(sighting)) == identity.words_of(_text(source))


def _text_rank(sighting: Sighting) -> tuple[int, int, str]:
    text = _text(sighting)
    return _latest_first(sighting), -len(text), text


def _text(sighting: Sighting) -> str:
    return " ".join(sighting.paragraphs) or sighting.summary or ""


def _latest_first(sighting: Sighting) -> int:
    """A number that sorts the latest time of saving first, to the microsecond."""
    return -(((sighting.saved or _LONG_AGO) - _LONG_AGO) // timedelta.resolution)


def language_of(text: str) -> str:
    """The BCP 47 tag of the language of `text`; English, the language of most pages, if nothing shows it.

    The text itself has to tell: SMM's addresses and menus do not.
    """
    sample = text[:_ENOUGH]
    if not sample.isascii():
        letters = sum(map(str.isalpha, sample))
        others = [letter for letter in sample if letter >= _FIRST_OTHER_SCRIPT]
        for tag, first, last in _SCRIPTS:
            # Japanese needs only a tenth of kana among Chinese characters; a few Chinese names make no text Chinese.
            share = 0.1 if tag == "ja" else 0.3
            if sum(first <= letter <= last for letter in others) > share * letters:
                return tag
    words = _ANY_COMMON.intersection(sample.casefold().split())
    if words <= _COMMON_WORDS["en"]:  # true of most texts: no other language has more of them
        return "en"
    return max(_COMMON_WORDS, key=lambda tag: len(_COMMON_WORDS[tag] & words))
