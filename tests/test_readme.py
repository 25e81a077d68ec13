"""The README's commands, options and outputs are the program's."""

import re
import shutil
import textwrap
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from feedgen_smm.cli import main
from feedgen_smm.cli.options import CONFIGURATION, DEFAULT_CORRECTIONS, DEFAULT_OUTPUT, DEFAULT_RECORD
from feedgen_smm.feeds.formats import FORMATS
from feedgen_smm.settings import DEFAULTS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
BLOCKS = [
    textwrap.dedent(block).strip()
    for _, block in re.findall(r"^( *)```console\n(.*?)^\1```", README, re.DOTALL | re.MULTILINE)
]

CONTEXT = click.Context(main)
COMMANDS = [command for name in main.list_commands(CONTEXT) if (command := main.get_command(CONTEXT, name))]


@pytest.fixture(autouse=True)
def _project() -> None:
    """A fresh copy of the pages and feeds that the README speaks of."""
    for folder in ("seeds", "output"):
        shutil.copytree(ROOT / folder, folder)


def test_commands_print_what_the_readme_shows() -> None:
    """One after the other, each command shown runs, and prints what is shown under it, up to a line of `…`."""
    blocks = [block for block in BLOCKS if block.startswith("$ feedgen-smm")]
    for block in blocks:
        command, _, shown = block.partition("\n")
        result = CliRunner().invoke(main, command.split()[2:], terminal_width=80, catch_exceptions=False)
        beginning, ellipsis, _ = f"{shown}\n".partition("\n…\n")
        assert result.exit_code == 0, command
        assert result.output.rstrip() == shown or (ellipsis and result.output.startswith(beginning)), command
    assert len(blocks) >= 4


def test_make_prints_what_the_readme_shows() -> None:
    """`make` sets up and builds without a record; what is shown under it is what that prints."""
    (build,) = re.findall(r"^feeds: .*\n\t@\$\(BIN\)/feedgen-smm (.*)$", MAKEFILE, re.MULTILINE)
    (block,) = [block for block in BLOCKS if block.startswith("$ make\n")]
    result = CliRunner().invoke(main, build.split(), catch_exceptions=False)
    assert block == f"$ make\nSetting up .venv\n{result.output.strip()}"
    assert sorted(path.name for path in Path().iterdir()) == ["output", "seeds"]


def test_every_output_is_in_the_readme() -> None:
    """Whoever subscribes learns what each file is for."""
    (table,) = re.findall(r"^\| file \| use \|\n(.*?)\n\n", README, re.DOTALL | re.MULTILINE)
    assert [row.file_name for row in FORMATS if f"`{row.file_name}`" not in table] == []


def test_every_option_is_in_the_readme_and_every_option_in_the_readme_is() -> None:
    """No option is missing in the README, and it names none that does not exist."""
    options = {
        name
        for command in COMMANDS
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    }
    ours = [code for code in re.findall(r"`[^`\n]+`", README) if not code.startswith("`wget ")]
    shown = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", "".join(ours)))
    assert options <= shown
    assert shown <= options | {"--version", "--help", "-m"}


def test_the_option_table_says_the_defaults() -> None:
    """A default changed in the program is changed for the reader."""
    assert f"| `-o`, `--output DIRECTORY` | the folder to write the feeds to (`{DEFAULT_OUTPUT}`) |" in README
    assert f"| `--limit N` | the largest number of entries in a feed ({DEFAULTS.limit}) |" in README
    assert f"| `--record PATH` | the record of all builds (`{DEFAULT_RECORD}`) |" in README
    assert f"it overrides the pages (`{DEFAULT_CORRECTIONS}`, if it exists) |" in README
    assert f"| `--config FILE` | the configuration (`{CONFIGURATION}`, if it exists); options override it |" in README


def test_every_make_target_in_the_readme_is() -> None:
    """The README's targets are the Makefile's."""
    for target in re.findall(r"`make (\w+)`", README) + re.findall(r"^\$ make (\w+)$", README, re.MULTILINE):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
