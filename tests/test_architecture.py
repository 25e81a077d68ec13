"""The shape of the code: imports run downward, a foreign library has one owner, what decides touches nothing."""

import ast
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "feedgen_smm"

# A module may import those of the layers below its own, and its own package's.
LAYERS = [
    ["cli"],
    ["build"],
    ["captures", "feeds", "record"],
    ["articles"],
    ["pages"],
    ["settings"],
    ["models"],
    ["errors"],
]
DEPTH = {name: depth for depth, layer in enumerate(LAYERS) for name in layer}
MODULES = sorted(PACKAGE.rglob("*.py"))

OWNERS = {
    "feedgen": {"feeds"},
    "lxml": {"feeds", "pages"},
    "dateutil": {"pages"},
    "tomllib": {"settings"},
    "sqlite3": {"record"},
    "click": {"cli"},
    "uuid": {"articles"},
    "distributed": {"build"},
}
# What reads a clock, draws lots, or asks the machine.
IMPURE = {"time", "random", "locale", "secrets", "socket", "subprocess", "threading", "tempfile", "logging"}
TOUCH_THE_WORLD = {"captures", "record", "build", "cli"}


def imports(path: Path) -> set[str]:
    """The modules that a file imports."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            whole = node.module == "feedgen_smm" or node.module.endswith(".cli")
            names |= {f"{node.module}.{alias.name}" for alias in node.names} if whole else {node.module}
    return names


def part(path: Path) -> str:
    """The part of the program that a file is of: a module or a package."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def named(path: Path) -> str:
    """A file's name in test reports."""
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_run_downward(path: Path) -> None:
    """A stranger can read the program from the bottom up; a part knows nothing of those above it."""
    if part(path) in ("__init__", "__main__"):
        return
    for name in imports(path):
        if name.startswith("feedgen_smm.") and name != "feedgen_smm.__version__":
            imported = name.split(".")[1]
            assert imported == part(path) or DEPTH[imported] > DEPTH[part(path)], f"{path} imports {name}"


def test_imports_run_in_no_circle() -> None:
    """Each module can be understood without those that use it, also within a part."""
    paths = {".".join(("feedgen_smm", *path.relative_to(PACKAGE).with_suffix("").parts)): path for path in MODULES}
    order = TopologicalSorter({name: imports(path) & paths.keys() for name, path in paths.items()})
    assert {*order.static_order()} == paths.keys()


# Imports inside functions: what most builds need not wait for, and what need not be installed.
LATE_IMPORTS = {
    ("build/__init__.py", "run"),
    ("build/mapping.py", "in_processes"),
    ("build/mapping.py", "_run"),
    ("build/mapping.py", "on_dask"),
    ("cli/printing.py", "row"),
    ("cli/printing.py", "to_json"),
    ("captures/containers.py", "_parsed_whole"),
    ("captures/containers.py", "_warc"),
    ("pages/page.py", "_read_document"),
    ("settings.py", "read_toml"),
    ("settings.py", "lines_of_keys"),
}
LONGEST_FUNCTION = 40  # lines, without decorators
LONGEST_MODULE = 450
MOST_PARAMETERS = 6
MOST_MODULES = 65


def functions(path: Path) -> list[ast.FunctionDef]:
    """All functions of a file, also those of classes."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_functions_and_modules_are_short(path: Path) -> None:
    """A function fits a screen, and a module is read in one sitting."""
    lengths = {node.name: (node.end_lineno or 0) - node.lineno + 1 for node in functions(path)}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_FUNCTION} == {}
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_MODULE


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_functions_have_few_parameters(path: Path) -> None:
    """What belongs together is one value: a constructor or a function has at most six beside `self`."""
    for node in functions(path):
        names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
        assert len([name for name in names if name != "self"]) <= MOST_PARAMETERS, node.name


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_imports_stand_at_the_top(path: Path) -> None:
    """What a module needs is seen at its top; the exceptions spare most builds a slow import, or a library."""
    for node in functions(path):
        if any(isinstance(inner, ast.Import | ast.ImportFrom) for inner in ast.walk(node)):
            assert (path.relative_to(PACKAGE).as_posix(), node.name) in LATE_IMPORTS


def test_there_are_few_modules() -> None:
    """Fewer rooms with plain names beat many small ones."""
    assert len(MODULES) <= MOST_MODULES


# Rooms that know less of the others than their layer would let them.
KNOWS_ONLY = {
    "record": {"models", "errors"},
    "captures": {"models", "errors"},
    "pages": {"models", "errors"},
}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_what_stores_decides_nothing(path: Path) -> None:
    """The record is handed decisions; pages, captures and record know nothing of each other, and of values only."""
    if part(path) not in KNOWS_ONLY:
        return
    own = {name.split(".")[1] for name in imports(path) if name.startswith("feedgen_smm.")}
    assert own <= {part(path), *KNOWS_ONLY[part(path)]}


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_foreign_libraries_have_one_owner(path: Path) -> None:
    """A library can be replaced by changing one part."""
    for name in imports(path):
        owners = OWNERS.get(name.split(".")[0], {part(path)})
        assert part(path) in owners, f"{path} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_what_decides_touches_nothing(path: Path) -> None:
    """No clock, chance, locale, file or process where the program decides."""
    if part(path) in TOUCH_THE_WORLD or path.name == "replacing.py":
        return
    source = path.read_text(encoding="utf-8")
    assert not imports(path) & (IMPURE | {"os", "pathlib", "sys", "io"})
    assert "now(" not in source
    assert "today(" not in source
    assert "open(" not in source


# Imports every module named, and lets none of the program's own import what touches the world.
GUARDED = """
import builtins, importlib, sys
unguarded, blocked = builtins.__import__, {"os", "sqlite3", "pathlib", "time"}
def guarded(name, scope=None, *arguments, **options):
    if (scope or {}).get("__name__", "").startswith("feedgen_smm") and name.split(".")[0] in blocked:
        raise AssertionError(f"{scope['__name__']} imports {name}")
    return unguarded(name, scope, *arguments, **options)
builtins.__import__ = guarded
for name in sys.argv[1:]:
    importlib.import_module(name)
print(len(sys.argv) - 1)
"""


def test_what_decides_imports_nothing_that_touches_the_world() -> None:
    """The pure rooms import where neither files, nor the clock, nor a database can be had: with all they lean on."""
    pure = [path for path in MODULES if part(path) not in {*TOUCH_THE_WORLD, "__main__"} and path.stem != "replacing"]
    names = [".".join(("feedgen_smm", *path.relative_to(PACKAGE).with_suffix("").parts)) for path in pure]
    names = [name.removesuffix(".__init__") for name in names]
    command = [sys.executable, "-c", GUARDED, *names]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    assert told.stderr == ""
    assert int(told.stdout) == len(names) > 20


def test_every_part_has_its_layer() -> None:
    """A new module is placed before it is used."""
    assert {part(path) for path in MODULES} == {*DEPTH, "__init__", "__main__"}
