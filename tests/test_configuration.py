"""The configuration file: what it changes in the feeds, and the messages about mistakes in it."""

import re
import tomllib
from pathlib import Path

import feedparser
import pytest
from click.testing import CliRunner, Result

from feedgen_smm.articles.metals import METALS, with_metals
from feedgen_smm.cli import main
from feedgen_smm.errors import ConfigurationError
from feedgen_smm.settings import BUILD_KEYS, DEFAULTS, KEYS, TOPIC_KEYS, Configuration, read_configuration, template
from tests.samples import page

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
TIN_ID = "urn:uuid:b0b049e7-7c6d-52a4-9c96-aff92105d230"


def build(*options: str) -> Result:
    """A build in the current folder."""
    return CliRunner().invoke(main, ["build", "pages", *options], catch_exceptions=False)


@pytest.fixture(autouse=True)
def _pages() -> None:
    Path("pages").mkdir()
    Path("pages/a.txt").write_bytes(page())
    Path("pages/b.txt").write_bytes(page("Antimony exports fall", "Published: Mar 4, 2025 09:30", "Two tonnes left."))


def configure(text: str) -> None:
    """Write a configuration file."""
    Path("feedgen-smm.toml").write_text(text, encoding="utf-8")


def test_the_words_of_the_feed_are_the_configured_ones() -> None:
    """Title, description, language, site, author and rights, in every format."""
    configure(
        'title = "Metals"\ndescription = "For buyers"\nlanguage = "en-GB"\nsite = "https://example.org/news"\n'
        'author = "The desk"\nrights = "Ours"\n'
    )
    assert build().exit_code == 0
    for name in ("atom.xml", "rss.xml"):
        words = feedparser.parse(Path("output", name).read_bytes()).feed
        assert (words.title, words.subtitle, words.language) == ("Metals", "For buyers", "en-GB")
        assert (words.link, words.rights) == ("https://example.org/news", "Ours")
    assert '"name": "The desk"' in Path("output/feed.json").read_text(encoding="utf-8")


def test_markup_in_words_stays_words() -> None:
    """No reader takes the words of a feed for markup, and they make no feed invalid."""
    configure(
        'title = "A < B & <b>C</b>"\ndescription = "<script>x</script> & y"\nauthor = "Q <q>"\nrights = "R & <r>"\n'
    )
    assert build().exit_code == 0
    atom, rss = (
        feedparser.parse(Path("output", name).read_bytes(), sanitize_html=False) for name in ("atom.xml", "rss.xml")
    )
    assert (atom.feed.title, rss.feed.title) == ("A < B & <b>C</b>", "A ＜ B & ＜b>C＜/b>")
    assert (atom.feed.subtitle, rss.feed.subtitle) == (
        "<script>x</script> & y",
        "&lt;script&gt;x&lt;/script&gt; &amp; y",
    )
    assert "<script" not in Path("output/index.html").read_text(encoding="utf-8")


def test_addresses_are_the_configured_ones() -> None:
    """With a base URL each feed gives its own address, and with a hub the address of that."""
    configure('base_url = "https://example.org/smm"\nhub = "https://hub.example.org/"\n')
    build()
    for name in ("atom.xml", "rss.xml", "topics/tin/atom.xml", "topics/tin/rss.xml"):
        links = {link.rel: link.href for link in feedparser.parse(Path("output", name).read_bytes()).feed.links}
        assert links["self"] == f"https://example.org/smm/{name}"
        assert links["hub"] == "https://hub.example.org/"
    feed = Path("output/feed.json").read_text(encoding="utf-8")
    assert '"feed_url": "https://example.org/smm/feed.json"' in feed
    assert '"url": "https://hub.example.org/"' in feed


def test_a_limit_and_summaries() -> None:
    """How many entries a feed has, and how much of each."""
    configure('limit = 1\ncontent = "summary"\n')
    Path("pages/b.txt").write_bytes(page("Zinc", "Published: Mar 4, 2025 09:30", "First of all. " * 30))
    build()
    (entry,) = feedparser.parse(Path("output/rss.xml").read_bytes()).entries
    assert entry.content[0].value == f"<p>{'First of all. ' * 21}First…</p>"


def test_a_new_topic_and_one_that_replaces_a_known_one() -> None:
    """Both have their feeds; the other known topics stay."""
    configure('[topics.antimony]\ninclude = ["antimony"]\n[topics.tin]\nlabel = "Solder"\ninclude = ["solder"]\n')
    build()
    assert sorted(path.name for path in Path("output/topics").iterdir()) == ["antimony"]
    (entry,) = feedparser.parse(Path("output/topics/antimony/atom.xml").read_bytes()).entries
    assert entry.title == "Antimony exports fall"
    assert (entry.tags[0].term, entry.tags[0].label) == ("antimony", "Antimony")
    topics = read_configuration(Path("feedgen-smm.toml").read_text(), "x").settings.topics
    assert [rule.topic.label for rule in with_metals(topics)][5] == "Solder"


def test_changed_topics_sort_what_was_published_before() -> None:
    """A topic that is added later has the entries published before; corrections of them stay."""
    build()
    entry_id = CliRunner().invoke(main, ["list", "antimony"]).stdout.split("  ")[1]
    Path("corrections.toml").write_text(f'["{entry_id}"]\ntitle = "Antimony exports halve"\n', encoding="utf-8")
    build()
    configure('[topics.antimony]\ninclude = ["antimony"]\n')
    assert build().stdout.endswith("nothing new: 2 entries (1 of other topics)\n")
    assert len(feedparser.parse(Path("output/topics/antimony/rss.xml").read_bytes()).entries) == 1


def test_feeds_of_a_removed_topic_are_told() -> None:
    """The files stay, because people may still read them, and each build names them."""
    configure('[topics.antimony]\ninclude = ["antimony"]\n')
    assert "no longer updated" not in build().stdout
    configure('[topics.tin]\ninclude = ["no such word"]\n')
    for options in ([], [], ["--check"], ["--no-record"]):
        result = build(*options)
        assert result.exit_code == 0
        assert (
            "output/topics/antimony: no longer updated, 2 feeds\noutput/topics/tin: no longer updated, 2 feeds\n"
            in result.stdout
        )


def test_options_override_the_file() -> None:
    """Options on the command line count for this run."""
    configure('base_url = "https://example.org/a/"\nlimit = 2\n')
    build("--base-url", "https://example.org/b", "--limit", "1")
    feed = feedparser.parse(Path("output/atom.xml").read_bytes())
    assert len(feed.entries) == 1
    assert [link.href for link in feed.feed.links if link.rel == "self"] == ["https://example.org/b/atom.xml"]


@pytest.mark.parametrize("started_in", [".", "elsewhere", "pages"])
def test_paths_are_relative_to_the_file_that_names_them(started_in: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A build does the same whatever the current folder is: cron starts it in the home folder."""
    project = Path.cwd()
    configure(
        'pages = ["pages", "more.txt"]\noutput = "feeds"\nrecord = "kept/smm.sqlite3"\ncorrections = "words.toml"\n'
    )
    Path("more.txt").write_bytes(page("Zinc premiums firm", "Published: Mar 5, 2025 09:30"))
    Path("words.toml").write_text(f'["{TIN_ID}"]\ntitle = "Said"\n', "utf-8")
    Path("elsewhere").mkdir()
    monkeypatch.chdir(started_in)
    for _ in range(2):
        result = CliRunner().invoke(main, ["build", "--config", str(project / "feedgen-smm.toml")])
        assert (result.exit_code, result.stderr) == (0, "")
    assert "nothing new: 3 entries" in result.stdout
    monkeypatch.chdir(project)
    assert [entry.title for entry in feedparser.parse(Path("feeds/atom.xml").read_bytes()).entries] == [
        "Zinc premiums firm",
        "Antimony exports fall",
        "Said",
    ]
    assert Path("kept/smm.sqlite3").is_file()
    assert sorted(path.name for path in project.iterdir()) == [
        "elsewhere",
        "feedgen-smm.toml",
        "feeds",
        "kept",
        "more.txt",
        "pages",
        "words.toml",
    ]


def test_the_default_paths_are_beside_the_file() -> None:
    """Pages in seeds, feeds in output, the record in a hidden folder."""
    Path("project").mkdir()
    Path("pages").rename("project/seeds")
    Path("project/feedgen-smm.toml").write_text("limit = 5\n", encoding="utf-8")
    result = CliRunner().invoke(main, ["build", "--config", "project/feedgen-smm.toml"])
    assert (result.exit_code, result.stderr) == (0, "")
    assert "project/output/atom.xml: written, 2 entries" in result.stdout
    assert Path("project/.feedgen-smm/record.sqlite3").is_file()
    assert [path.name for path in Path().iterdir()] == ["project"]
    for command in (["list"], ["verify"], ["explain", "Antimony"]):
        assert CliRunner().invoke(main, [*command, "--config", "project/feedgen-smm.toml"]).exit_code == 0


def test_pages_that_are_not_there_are_a_usage_error() -> None:
    """Even if they are configured and others exist: nothing is built."""
    configure('pages = ["pages", "gone"]\n')
    result = CliRunner().invoke(main, ["build"])
    assert result.exit_code == 2
    assert "gone does not exist: name the saved pages, or a folder of them" in result.stderr
    assert not Path("output").exists()


def feed_ids(output: str = "output") -> list[str]:
    """The ids of the main feed and of the one of antimony."""
    names = ("atom.xml", "topics/antimony/atom.xml")
    return [feedparser.parse(Path(output, name).read_bytes()).feed.id for name in names]


ANTIMONY = '[topics.antimony]\ninclude = ["antimony"]\n'


def test_a_feed_has_the_configured_id() -> None:
    """The feed of a topic has another id, made from it."""
    configure(f'id = "https://example.org/smm"\n{ANTIMONY}')
    build()
    main_id, topic_id = feed_ids()
    assert main_id == "https://example.org/smm"
    assert topic_id == "urn:uuid:7c43a487-24cf-5374-801e-5ca5885f87cb"


def test_each_feed_has_an_id_of_its_own() -> None:
    """Feed readers take two feeds with one id for one, so feeds with another address or title have other ids."""
    found: list[str] = []
    for number, words in enumerate(
        [
            'title = "Tin"\n',
            'title = "Zinc"\n',
            'base_url = "https://example.org/a/"\n',
            'base_url = "https://example.org/b/"\n',
        ]
    ):
        configure(words + ANTIMONY)
        build("-o", f"output-{number}", "--record", f"{number}.sqlite3")
        found += feed_ids(f"output-{number}")
    assert len(set(found)) == 8


def test_a_feed_keeps_its_id() -> None:
    """It is made at the first build and kept in the record, also under another title, address or folder."""
    configure(f'title = "Tin"\n{ANTIMONY}')
    build()
    before = feed_ids()
    configure(f'title = "All metals"\nbase_url = "https://example.org/a/"\n{ANTIMONY}')
    build()
    assert feed_ids() == before
    Path("output").rename("feeds")
    build("-o", "feeds")
    assert feed_ids("feeds") == before
    configure(f'id = "urn:uuid:00000000-0000-4000-8000-000000000000"\n{ANTIMONY}')
    build("-o", "feeds")
    assert feed_ids("feeds")[0] == "urn:uuid:00000000-0000-4000-8000-000000000000"
    configure(ANTIMONY)  # an id that was once told is kept
    build("-o", "feeds")
    assert feed_ids("feeds")[0] == "urn:uuid:00000000-0000-4000-8000-000000000000"


def test_config_names_another_file() -> None:
    """`--config` replaces the one in the current folder."""
    configure("nonsense")
    Path("other.toml").write_text('title = "Other"\n', encoding="utf-8")
    assert build("--config", "other.toml").exit_code == 0
    assert feedparser.parse(Path("output/atom.xml").read_bytes()).feed.title == "Other"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (
            "limit = 10\nlimits = 5\n",
            "2: limits: there is no such key here (known: pages, output, record, corrections, jobs, title",
        ),
        ("title = 5\n", "1: title: a text of one line, in quotation marks is needed"),
        ('title = "  "\n', "1: title: a text of one line"),
        ('title = "a\\u0001b"\n', "1: title: a text of one line"),
        ('language = "english language"\n', '1: language: a language tag such as "en" or "zh-CN" (RFC 5646) is needed'),
        ('site = "news.metal.com"\n', "1: site: an address such as https://example.org/ is needed"),
        (
            'base_url = "https://example.org/?a=b"\n',
            "1: base_url: the address of a folder, such as https://example.org/feeds/",
        ),
        ('base_url = "https://example.org/atom.xml"\n', "1: base_url: the address of a folder"),
        ("pages = []\n", '1: pages: a list of paths such as ["pages"], relative to this file, is needed'),
        ('pages = "seeds"\n', "1: pages: a list of paths"),
        ("output = 5\n", '1: output: a path such as "feeds", relative to this file, is needed'),
        ('record = ""\n', "1: record: a path such as"),
        ('record = "a\\u0000b"\n', "1: record: a path such as"),
        (
            'id = "smm"\n',
            "1: id: a urn:uuid:…, in small letters, or an address such as https://example.org/smm is needed",
        ),
        ('id = "urn:uuid:5"\n', "1: id: a urn:uuid"),
        ("limit = 0\n", "1: limit: a whole number from 1 to 1000000 is needed"),
        ("limit = true\n", "1: limit: a whole number"),
        ('limit = "10"\n', "1: limit: a whole number"),
        ('content = "none"\n', '1: content: "full" or "summary" is needed'),
        ('\n\nhub = ""\n', "3: hub: an address such as"),
        ("topics = 5\n", "1: topics: tables such as [topics.antimony] are needed"),
        ("topics.a = 5\n", "1: topics.a: a table such as [topics.antimony] is needed"),
        ('[topics.Big]\ninclude = ["a"]\n', "1: topics.Big: a name of small letters a-z, digits and single hyphens"),
        ('[topics.rare_earth]\ninclude = ["a"]\n', "1: topics.rare_earth: a name of small letters"),
        (f"[topics.{'a' * 65}]\ninclude = ['a']\n", f"1: topics.{'a' * 65}: a name of small letters"),
        ("[topics.a]\ninclude = []\n", "2: topics.a.include: a list of words such as"),
        ('[topics.a]\ninclude = ["!"]\n', "2: topics.a.include: a list of words such as"),
        ('[topics.a]\nlabel = "A"\n', "1: topics.a: a list of words such as"),
        (
            '[topics.a]\ninclude = ["a"]\nword = "b"\n',
            "3: topics.a.word: there is no such key here (known: label, include, exclude)",
        ),
        ('base_url = "https://example.org/%zz/"\n', "1: base_url: an address such as"),
        ('base_url = "https://example.org:99999/"\n', "1: base_url: an address such as"),
        ('base_url = "https://example.org:0/"\n', "1: base_url: an address such as"),
        ('base_url = "https://example.org/a/../b/"\n', "1: base_url: the address of a folder"),
        ('hub = "https://me:secret@hub.example.org/"\n', "1: hub: an address such as"),
        ('language = "English"\n', "1: language: a language tag such as"),
        ("limit = 9223372036854775808\n", "1: limit: a whole number from 1"),
        (f"limit = {'1' * 5000}\n", "1: not TOML: "),
        (f"title = {'[' * 5000}\n", "1: not TOML: "),
        ('"a\\u001b\\nb" = 1\n', "1: a\\x1b\\nb: there is no such key"),
        ("title = \n", "1: not TOML: "),
        ('title = "a"\ntitle = "b"\n', "2: not TOML: "),
    ],
)
def test_a_mistake_is_told_with_file_line_key_and_what_is_needed(text: str, complaint: str) -> None:
    """And nothing is built."""
    configure(text)
    result = build()
    assert result.exit_code == 2
    assert result.stderr.startswith(f"feedgen-smm.toml:{complaint}")
    assert not Path("output").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('title = "a"\n\n[[topics]]\n', 3),
        ('title = "a"\ntopics = {x = {include = []}}\n', 2),
        ("[topics]\n# one\nx = {include = []}\n", 3),
        ('title = "a"\n[topics."a.b"]\ninclude = ["a"]\n', 2),
        ('[topics.a]\ninclude = [\n  "tin",\n  ["tin"],\n]\nexclude = 5\n', 2),
        ('rights = "ours"\nauthor = """\nlimit = 1\n"""\n', 2),
        ("[topics]\na.include = 5\n", 2),
        ("[topics.a]\ninclude = ['a', \n'b']\n[ topics . 'b' ]\ninclude = [ ]\n", 5),
        ('title = "a"\nlimit = [\n', 2),
    ],
)
def test_a_mistake_is_told_with_the_line_of_its_key(text: str, line: int) -> None:
    """In every way in which TOML writes keys and tables."""
    configure(text)
    assert build().stderr.startswith(f"feedgen-smm.toml:{line}: ")


@pytest.mark.parametrize("title", ["SMM\u00a0News", "金属\u3000新闻", "Metals\u200b 👩\u200d🏭"])
def test_words_of_any_script_are_words(title: str) -> None:
    """Including spaces of other widths, and characters that join letters."""
    assert read_configuration(f'title = "{title}"\n', "x").settings.title == title


def test_a_broken_link_to_a_configuration_is_an_error() -> None:
    """Without its file, the feeds would silently be those of no configuration."""
    Path("feedgen-smm.toml").symlink_to("nowhere")
    result = build()
    assert result.exit_code == 2
    assert result.stderr == "feedgen-smm.toml: cannot be read: No such file or directory\n"


def test_every_mistake_is_told() -> None:
    """Nobody wants to correct a file one line at a time."""
    with pytest.raises(ConfigurationError) as raised:
        read_configuration('title = 5\nlimit = "a"\n[topics.a]\ninclude = 1\n', "x.toml")
    assert [line.split(":")[:3] for line in str(raised.value).splitlines()] == [
        ["x.toml", "1", " title"],
        ["x.toml", "2", " limit"],
        ["x.toml", "4", " topics.a.include"],
    ]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    """Some editors on Windows begin every file with one; in corrections too."""
    Path("feedgen-smm.toml").write_text('\ufefftitle = "Tin"\n', encoding="utf-8")
    Path("corrections.toml").write_text(f'\ufeff["{TIN_ID}"]\ntitle = "Said"\n', encoding="utf-8")
    assert build().exit_code == 0
    feed = feedparser.parse(Path("output/atom.xml").read_bytes())
    assert (feed.feed.title, [entry.title for entry in feed.entries]) == ("Tin", ["Antimony exports fall", "Said"])


def test_a_file_that_cannot_be_read() -> None:
    """A file that is not UTF-8, or does not exist, gives a message and no traceback."""
    Path("feedgen-smm.toml").write_bytes(b'title = "a"\nrights = "\xa9"\n')
    assert build().stderr == "feedgen-smm.toml:2: not UTF-8, in which TOML is written\n"
    assert build("--config", "none.toml").exit_code == 2


def test_init_writes_a_file_that_changes_nothing() -> None:
    """It changes nothing until it is edited; an existing file is left unchanged."""
    runner = CliRunner()
    assert runner.invoke(main, ["init"]).output == "feedgen-smm.toml: written; feedgen-smm build reads it\n"
    assert read_configuration(Path("feedgen-smm.toml").read_text(encoding="utf-8"), "x") == Configuration()
    assert build().exit_code == 0
    assert "--config nickel.toml reads it" in runner.invoke(main, ["init", "nickel.toml"]).output
    again = runner.invoke(main, ["init"])
    assert (again.exit_code, again.stderr) == (1, "Error: feedgen-smm.toml: exists already, and was left unchanged\n")


def test_every_key_of_the_template_is_a_key() -> None:
    """Without its comment signs, what `init` writes is a valid configuration."""
    text = re.sub(r"^# (?=\w+ = |\[)", "", template(), flags=re.MULTILINE)
    document = tomllib.loads(text)
    assert document.keys() == {*BUILD_KEYS, *KEYS, "topics"}
    assert document["topics"]["antimony"].keys() == TOPIC_KEYS.keys()
    assert read_configuration(text, "x").settings.base_url == "https://example.org/smm/"


def test_the_readme_names_the_known_topics() -> None:
    """So that a reader knows which names replace them."""
    (names,) = re.findall(r"known one \((.*?)\)", README, re.DOTALL)
    assert re.findall(r"`(.*?)`", names) == [rule.topic.name for rule in METALS]


def test_the_readme_shows_these_messages() -> None:
    """Line by line."""
    (block,) = re.findall(r"^```\n(feedgen-smm\.toml:.*?)^```", README, re.DOTALL | re.MULTILINE)
    configure('title = "Metals"\n\nlimits = 5\n\n\n\nlimit = "many"\n')
    assert build().stderr == block


def test_the_readme_shows_every_key() -> None:
    """And what it shows is a valid configuration."""
    text, _corrections = re.findall(r"^```toml\n(.*?)^```", README, re.DOTALL | re.MULTILINE)
    document = tomllib.loads(text)
    assert document.keys() == {*BUILD_KEYS, *KEYS, "topics"}
    assert document["topics"]["antimony"].keys() == TOPIC_KEYS.keys()
    assert read_configuration(text, "x").settings.limit == DEFAULTS.limit
