"""Topics: what people labelled by hand is found, and what only looks like a topic is not.

`first.txt` was labelled before there was a rule, the others by people who have not seen the rules. What was missed in
one became rules; so none of them tells any more how well the rules do on what is new.
"""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedgen_smm.articles.metals import METALS
from feedgen_smm.articles.topics import Sorter
from feedgen_smm.models import Topic, TopicRule
from tests.samples import article, entries_of

LABELLED = sorted((Path(__file__).parent / "topics").glob("*.txt"))
SORTER = Sorter(METALS)
TIN = TopicRule(Topic("tin", "Tin"), include=("tin", "Sn", "tin ore"), exclude=("tin can",))
CANS = TopicRule(Topic("cans", "Cans"), include=("can", "cans"))


def found(title: str, opening: str = "", sorter: Sorter = SORTER) -> list[str]:
    """The names of the topics found in a headline and a text."""
    return [topic.name for topic in sorter.sort(title, opening)]


def rows_of(path: Path) -> list[tuple[set[str], str, str]]:
    """The labels, headline and text of each row."""
    rows = [line.split(" | ") for line in path.read_text(encoding="utf-8").splitlines()]
    return [(set(labels.split()) - {"-"}, title, lead) for labels, title, lead in rows]


@pytest.mark.parametrize("path", LABELLED, ids=lambda path: path.stem)
def test_what_people_labelled_is_found(path: Path) -> None:
    """At most 3 % of the topics found may be wrong, and at most 5 % of the labelled topics may be missed."""
    rows = [(labels, set(found(title, lead))) for labels, title, lead in rows_of(path)]
    right = sum(len(labelled & sorted_) for labelled, sorted_ in rows)
    assert len(rows) >= 150
    assert right / sum(len(sorted_) for _, sorted_ in rows) >= 0.97
    assert right / sum(len(labelled) for labelled, _ in rows) >= 0.95


@pytest.mark.parametrize("rule", METALS, ids=lambda rule: rule.topic.name)
def test_every_topic_was_labelled(rule: TopicRule) -> None:
    """Otherwise nobody would know how well it is found."""
    assert sum(rule.topic.name in labels for path in LABELLED for labels, *_ in rows_of(path)) >= 15


@pytest.mark.parametrize(
    "title",
    [
        "Leading producers meet in Wuxi",
        "A can of tins and tinned fish",
        "Tin can collectors meet",
        "China will lead the market",
        "Coppery skies over the port",
        "Golden Week trips hit a record",
        "A silver lining for exporters",
        "无锡新能源车产业园开工",
        "Premier Li Qiang leads meeting",
        "Silicon Valley banks recover",
        "NEV sales: BYD takes the lead",
        "Chinese brands lead EV sales",
        "汽车供应链大会将于下月走进无锡",
        "Anode prices flat on weak graphite costs",
        "Golden September and Silver October approach",
        "Hongqiao Station sees record passengers",
        "钢琴出口增长",
        "碳化硅衬底价格战",
        "National flat glass output drops",
        "Tech stocks lead market higher",
    ],
)
def test_words_that_only_look_like_a_topic(title: str) -> None:
    """Only whole words count, and longer phrases hide shorter ones."""
    assert found(title) == []


@pytest.mark.parametrize(
    ("title", "topics"),
    [
        ("Lead-acid battery makers restock", ["lead"]),
        ("Cu, Zn and Ni rise", ["copper", "zinc", "nickel"]),
        ("COPPER-CLAD STEEL", ["copper", "steel-iron-ore"]),
        ("沪锡震荡", ["tin"]),
        ("NPI prices slide", ["nickel"]),
        ("SHFE lead to hover around 17,000 yuan", ["lead"]),
        ("Will lead prices fall?", ["lead"]),
        ("Daily comment on China lead market", ["lead"]),
        ("Eramet sells stake in nickel mine to PT Vale", ["nickel"]),
        ("高镍生铁成交", ["nickel"]),
        ("三元材料价格", ["nickel", "lithium", "cobalt"]),
        ("SMM铝晨会纪要", ["aluminium"]),
        ("三元前驱体产量", ["nickel", "cobalt"]),
        ("Dy oxide rises", ["rare-earths"]),
        ("Aluminum cold-rolled coil fees", ["aluminium"]),
        ("China Molybdenum posts profit", ["copper", "cobalt"]),
        ("Nickel pig iron prices slide", ["nickel"]),
        ("İskenderun: Cu up", ["copper"]),
        ("İzmir no cu ni sn", []),
    ],
)
def test_words_are_found_however_they_are_written(title: str, topics: list[str]) -> None:
    """With hyphens, in capitals, as chemical symbols, in Chinese, as short names."""
    assert found(title) == topics


def test_a_headline_weighs_more_than_a_text() -> None:
    """Once is enough in a headline; a text has to name the metal twice."""
    assert found("Tin up", "Zinc was flat. Lead rose.") == ["tin"]
    assert found("Traders wait", "Zinc fell and lead rose; of all metals zinc fell most.") == ["zinc"]
    assert found("Traders wait", "Gold and copper gave up their gains.") == []


def test_beside_a_word_of_the_trade_a_mention_weighs_more() -> None:
    """A text that names `nickel ore` is about the trade in nickel."""
    assert found("Ports reopen", "Nickel ore was unloaded, while gold and copper fell.") == ["nickel"]


def test_with_a_figure_a_mention_weighs_more() -> None:
    """So is a text that gives a price. A figure in the next sentence does not count."""
    assert found("Traders wait", "Copper futures rose 0.7%, and gold slipped.") == ["copper"]
    assert found("Traders wait", "Nobody bought copper. 2025 was worse for tin.") == []


def test_what_is_said_of_the_last_of_a_list_is_said_of_all() -> None:
    """But not across the end of a sentence."""
    assert found("Ports reopen", "Copper, zinc and lead ores came in, and gold fell.") == ["copper", "zinc", "lead"]
    assert found("Ports reopen", "Nobody bought copper. Zinc ores came in, and gold fell.") == ["zinc"]


def test_the_text_does_not_count_where_the_headline_is_about_something_else() -> None:
    """An article about antimony mentions in passing what antimony is found with."""
    assert found("Antimony slides", "Zinc smelters have zinc residues, of zinc ores at 50 mt of zinc.") == []
    assert found("Antimony and tin slide", "Zinc smelters have zinc residues.") == ["tin"]
    assert found("CPI rises", "Copper rose 0.7% and zinc fell 0.2%.") == []
    assert found("Metals mixed as CPI rises", "Copper rose 0.7% and zinc fell 0.2%.") == ["copper", "zinc"]


def test_of_overlapping_phrases_the_longest_counts() -> None:
    """Whatever the order of the words. A phrase that the end of the text cuts off is not found."""
    words = Sorter([TopicRule(Topic("a", "A"), include=("flat glass",), exclude=("flat glass output",))])
    assert found("Flat glass output", sorter=words) == []
    assert found("Flat glass", sorter=words) == ["a"]


def test_only_the_beginning_of_a_text_counts() -> None:
    """Further down, articles mention other things, and advertise."""
    (entry,) = entries_of([article("Markets wait", paragraphs=("Nothing moved. " * 60, "Zinc, zinc, zinc."))])
    assert SORTER.topics_of(entry) == ()


def test_what_one_topic_excludes_may_be_anothers() -> None:
    """`tin can` is no tin, but it is a can."""
    assert found("A tin can", sorter=Sorter([TIN, CANS])) == ["cans"]
    assert found("tin can, tin ore, Sn, sn", sorter=Sorter([TIN, CANS])) == ["tin", "cans"]


@given(st.text(max_size=200), st.text(max_size=700))
def test_topics_are_those_of_the_rules_and_in_their_order(title: str, opening: str) -> None:
    """For every headline and text."""
    names = [rule.topic.name for rule in METALS]
    assert found(title, opening) == [name for name in names if name in found(title, opening)]
