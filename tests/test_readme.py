"""The README's commands, options and outputs are the program's."""

import re
import shutil
import textwrap
from importlib import import_module
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from feedgen_smm.cli import main
from feedgen_smm.settings import DEFAULTS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
BLOCKS = [
    textwrap.dedent(block).strip()
    for _, block in re.findall(r"^( *)```console\n(.*?)^\1```", README, re.DOTALL | re.MULTILINE)
]
COMMANDS = {name: import_module(f"feedgen_smm.cli.{name}").command for name in main.list_commands(click.Context(main))}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh copy of the pages and feeds that the README speaks of."""
    for folder in ("seeds", "output"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["build"], catch_exceptions=False)
    return tmp_path


@pytest.mark.usefixtures("project")
@pytest.mark.parametrize("block", [block for block in BLOCKS if block.startswith("$ feedgen-smm")])
def test_commands_print_what_the_readme_shows(block: str) -> None:
    """Each command shown runs, and prints what is shown under it, up to a line of `…`."""
    command, _, shown = block.partition("\n")
    result = CliRunner().invoke(main, command.split()[2:], terminal_width=80, catch_exceptions=False)
    assert result.exit_code == 0
    beginning, ellipsis, _ = f"{shown}\n".partition("\n…\n")
    assert result.output.rstrip() == shown or (ellipsis and result.output.startswith(beginning))


def test_make_prints_what_the_readme_shows() -> None:
    """`make` sets up and builds; what is shown under it is what the first build prints."""
    for folder in ("seeds", "output"):
        shutil.copytree(ROOT / folder, folder)
    (block,) = [block for block in BLOCKS if block.startswith("$ make\n")]
    result = CliRunner().invoke(main, ["build"], catch_exceptions=False)
    assert block == f"$ make\nSetting up .venv\n{result.output.strip()}"


def test_every_option_is_in_the_readme_and_every_option_in_the_readme_is() -> None:
    """Nothing is hidden from the reader, and nothing promised that is not there."""
    options = {
        name
        for command in COMMANDS.values()
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    }
    shown = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", "".join(re.findall(r"`[^`\n]+`", README))))
    assert options <= shown
    assert shown <= options | {"--version", "--help", "-m"}


def test_the_option_table_says_the_defaults() -> None:
    """A default changed in the program is changed for the reader."""
    defaults = {parameter.opts[-1]: parameter.default for parameter in COMMANDS["build"].params}
    assert f"| `-o`, `--output DIRECTORY` | the folder the feeds are written to (`{defaults['--output']}`) |" in README
    assert f"| `--limit N` | entries in each feed at most, the newest ({DEFAULTS.window}) |" in README


def test_every_make_target_in_the_readme_is() -> None:
    """The README's targets are the Makefile's."""
    for target in re.findall(r"`make (\w+)`", README) + re.findall(r"^\$ make (\w+)$", README, re.MULTILINE):
        assert re.search(rf"^{target}:", MAKEFILE, re.MULTILINE)
