"""One article, one entry, one id for ever."""

from itertools import permutations

import pytest

from feedgen_smm.articles.entries import lone_id
from feedgen_smm.models import Sighting
from tests.samples import Published, article, day, entries_of, minute, teaser

LONG_TEXT = (
    "Refined zinc output in Inner Mongolia rose by 3.2% in April as three smelters came back from maintenance, and two "
    "more are due in May. Buyers took little notice: galvanisers hold stocks for nineteen days, and the premium for "
    "spot metal in Tianjin has not moved since the middle of March."
)
CUT_TITLE = "Guangxi aluminium smelters cut amperage for the third time this year as hydropower runs short and..."
WHOLE_TITLE = f"{CUT_TITLE.removesuffix('...')} spot premiums climb"

ONE_ARTICLE = {
    "an article and its teaser": [article(), teaser()],
    "headlines that differ in case, spacing, width and punctuation": [
        article("Tin smelters hold output steady!"),
        teaser("TIN  SMELTERS – hold output　steady"),
        teaser("\uff34\uff49\uff4e smelters hold “output” steady"),
    ],
    "a cut headline and the whole one": [article(WHOLE_TITLE), teaser(CUT_TITLE)],
    "two headlines cut at different places": [teaser(CUT_TITLE), teaser(CUT_TITLE[:60] + "…")],
    "the minute and the day": [article(), teaser(published=day("2025-03-02 16:00"))],
    "a day late in the evening of UTC": [
        article(published=minute("2025-03-02 23:00")),
        teaser(published=day("2025-03-02 16:00")),
    ],
    "one number, two headlines": [
        article("Tin smelters hold output steady", number="100000001"),
        article("Tin smelters to hold output steady, SMM learns", number="100000001"),
    ],
    "a number on one side": [article(number="100000001"), teaser(), article()],
    "an edited headline over one text": [
        article("Zinc output climbs", paragraphs=(LONG_TEXT,)),
        article("Zinc output up 3.2% in April", paragraphs=(LONG_TEXT, "More follows.")),
    ],
    "an edited headline and a teaser cut short": [
        article("Zinc output climbs", paragraphs=(LONG_TEXT, "More follows.")),
        teaser("Zinc output up 3.2% in April", summary=LONG_TEXT[:260]),
    ],
    "a headline and none": [
        article("Zinc output climbs", paragraphs=(LONG_TEXT,)),
        article(None, paragraphs=(LONG_TEXT,)),
    ],
    "two headlines joined by a third page with both texts": [
        article("Zinc output climbs", paragraphs=("A short note.",)),
        article("Zinc output up 3.2% in April", paragraphs=(LONG_TEXT,)),
        article("Zinc output climbs", paragraphs=(LONG_TEXT,)),
    ],
}
TWO_ARTICLES = {
    "numbers that differ": [article(number="100000001"), article(number="100000002")],
    "the next minute": [article(), teaser(published=minute("2025-03-03 01:31"))],
    "the next day": [article(published=day("2025-03-02 16:00")), teaser(published=day("2025-03-03 16:00"))],
    "a day in UTC that is two in China": [
        article(published=minute("2025-03-03 15:59")),
        teaser(published=day("2025-03-03 16:00")),
    ],
    "headlines that differ": [article(), teaser("Tin smelters hold output steady in Yunnan")],
    "a cut headline too short to tell": [article("Tin prices rise in Jiangxi"), teaser("Tin prices...")],
    "texts alike but short": [
        article("Zinc output climbs", paragraphs=(LONG_TEXT[:150],)),
        article("Zinc output up 3.2% in April", paragraphs=(LONG_TEXT[:150],)),
    ],
    "texts alike at different minutes": [
        article("Zinc output climbs", paragraphs=(LONG_TEXT,)),
        article("Zinc output up 3.2% in April", minute("2025-03-03 02:30"), paragraphs=(LONG_TEXT,)),
    ],
    "texts that part after two hundred letters": [
        article("Zinc output climbs", paragraphs=(LONG_TEXT,)),
        article("Zinc output falls", paragraphs=(LONG_TEXT[:250] + "has risen every week since then.",)),
    ],
    "a cut headline that fits both": [article(WHOLE_TITLE), article(WHOLE_TITLE + " again"), teaser(CUT_TITLE)],
    "a page without a number between two numbers": [article(number="100000001"), article(number="100000002"), teaser()],
    "a day between two minutes": [
        article(),
        article(published=minute("2025-03-03 05:00")),
        teaser(published=day("2025-03-02 16:00")),
    ],
    "headlines of signs alone": [article("???"), article("!!!")],
}


def cases(table: dict[str, list[Sighting]]) -> pytest.MarkDecorator:
    """The table's rows as parameters, under their names."""
    return pytest.mark.parametrize("sightings", table.values(), ids=table.keys())


@cases(ONE_ARTICLE)
def test_sightings_of_one_article_are_one_entry(sightings: list[Sighting]) -> None:
    """With one id, in every order of the pages."""
    outcomes = {entries_of(order) for order in permutations(sightings)}
    assert len(outcomes) == 1
    assert len(outcomes.pop()) == 1


@cases(TWO_ARTICLES)
def test_sightings_of_two_articles_are_two_entries(sightings: list[Sighting]) -> None:
    """What may be two articles is never one entry, and two entries never share an id, in every order of the pages."""
    outcomes = {frozenset(entries_of(order)) for order in permutations(sightings)}
    assert len(outcomes) == 1
    assert len({entry.id for entry in outcomes.pop()}) == 2


def test_ids_never_change() -> None:
    """These are the ids that feed readers know. No change to the program may change them."""
    assert lone_id(article()) == "urn:uuid:b0b049e7-7c6d-52a4-9c96-aff92105d230"
    assert lone_id(article(WHOLE_TITLE)) == "urn:uuid:6a0eb234-4a0c-50c7-8d03-9a3115290100"
    assert lone_id(article("【锌价】今日上涨")) == "urn:uuid:29ab08b6-8882-5a00-9064-03870d257f53"


@pytest.mark.parametrize(
    "name", ["a cut headline and the whole one", "the minute and the day", "an article and its teaser"]
)
def test_an_id_needs_no_memory(name: str) -> None:
    """A teaser, a cut headline and a page that shows only the day each give the id that all of them give together."""
    sightings = ONE_ARTICLE[name]
    (entry,) = entries_of(sightings)
    assert {lone_id(sighting) for sighting in sightings} == {entry.id}


def test_two_articles_never_share_an_id() -> None:
    """Same day, same first 60 letters, two entries: the earlier one keeps the id it would have alone."""
    earlier = article(WHOLE_TITLE + " then", minute("2025-03-03 01:30"))
    later = article(WHOLE_TITLE, minute("2025-03-03 02:30"))
    same_minute = article(WHOLE_TITLE + " again", minute("2025-03-03 02:30"))
    for order in permutations([earlier, later, same_minute]):
        ids = {entry.title + str(entry.published.instant): entry.id for entry in entries_of(order)}
        assert len(set(ids.values())) == 3
        assert ids[WHOLE_TITLE + " then2025-03-03 01:30:00+00:00"] == lone_id(earlier) == lone_id(later)


def test_the_whole_headline_and_the_fullest_text_win() -> None:
    """An entry has the whole headline, the article's text and the link with the number, whichever pages show them."""
    sightings = [
        teaser(CUT_TITLE, summary="Hydropower is short."),
        article(WHOLE_TITLE, paragraphs=("First.", "Second."), summary="A standfirst."),
        article(WHOLE_TITLE, paragraphs=("First.",), number="100000001"),
    ]
    (entry,) = entries_of(sightings)
    assert entry.title == WHOLE_TITLE
    assert entry.paragraphs == ("First.", "Second.")
    assert entry.summary == "A standfirst."
    assert entry.link == "https://news.metal.com/newscontent/100000001"
    assert entry.published == minute("2025-03-03 01:30")
    assert entry.updated == entry.published.instant


def test_the_summary_of_a_teaser_is_its_text_cut_at_a_word() -> None:
    """If it has more than 300 letters; the text of the entry is the whole text of the teaser."""
    text = "Zinc rose again today. " * 20
    (entry,) = entries_of([teaser(summary=text.strip())])
    assert entry.paragraphs == (text.strip(),)
    assert entry.summary is not None
    assert entry.summary.endswith(("Zinc…", "rose…", "again…", "today.…"))
    assert 250 < len(entry.summary) <= 301
    whole = "Zinc rose again today. " * 13 + "!"
    (entry,) = entries_of([teaser(summary=whole)])
    assert (len(whole), entry.summary) == (300, whole)


def test_a_standfirst_is_the_summary_as_a_whole() -> None:
    """The publisher wrote it to be read as it is."""
    standfirst = "Zinc rose again today. " * 20 + "Nobody knows why."
    (entry,) = entries_of([article(summary=standfirst)])
    assert entry.summary == standfirst


def test_text_without_spaces_is_cut_too() -> None:
    """Chinese has no spaces to cut at."""
    (entry,) = entries_of([teaser(summary="锌价上涨" * 200)])
    assert entry.summary == "锌价上涨" * 74 + "锌价上…"


def test_an_article_without_a_headline_is_known_by_its_first_words() -> None:
    """Feeds need titles, so the first words of the text are used."""
    (entry,) = entries_of([article(None, paragraphs=("Zinc stocks fell to the lowest since May.", "More."))])
    assert entry.title == "Zinc stocks fell to the lowest since May."


def test_a_sighting_without_a_date_makes_no_entry() -> None:
    """It has no id and is not published."""
    undated = article("Zinc premiums firm")._replace(published=None)
    (entry,) = entries_of([undated, article()])
    assert entry.title == "Tin smelters hold output steady"
    assert lone_id(undated) is None


def test_dates_that_contradict_each_other_are_reported() -> None:
    """Two pages with one number and different dates are one entry; each date that is not used is reported."""
    early = article(number="100000001", published=minute("2025-03-03 01:30"), source="early.txt")
    late = article(number="100000001", published=minute("2025-03-04 01:30"), source="late.txt")
    for order in permutations([early, late]):
        published = Published()
        (settled,) = published.see(*order)
        assert [entry.published for entry in published.entries()] == [early.published]
        (conflict,) = settled.conflicts
        assert (conflict.source, conflict.line) == ("late.txt", 1)
        assert conflict.message == (
            "SMM number 100000001 is dated Mar 3, 2025 09:30 here and differently elsewhere; 2025-03-03T01:30Z is "
            "published: if that is wrong, say so in corrections.toml"
        )


def test_every_dated_sighting_is_of_one_entry() -> None:
    """None is lost, and none belongs to two entries."""
    sightings = [article(), teaser(), teaser("Another"), article(number="100000009")]
    settled = Published().see(*sightings)
    assert sorted(len(one.sightings) for one in settled) == [1, 3]
    assert {one for entry in settled for one in entry.sightings} == {*sightings}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("The premium for spot metal has not moved since the middle of March.", "en"),
        ("今日锌价上涨，市场成交清淡。", "zh"),
        ("Harga nikel naik karena permintaan dari pabrik dan tidak ada pasokan yang cukup untuk bulan ini", "id"),
        ("Les prix du cuivre sont en hausse dans le marché et les stocks sont faibles", "fr"),
        ("Copper", "en"),
        ("Huayou Cobalt (华友钴业) said the plant in Indonesia will open in May.", "en"),
    ],
)
def test_the_language_is_that_of_the_text(text: str, language: str) -> None:
    """Feed readers that read aloud or translate need the language of each entry."""
    (entry,) = entries_of([article(None, paragraphs=(text,))])
    assert entry.language == language
