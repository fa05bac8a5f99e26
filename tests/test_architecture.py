"""The shape of the program: direction of imports, one door per library, sizes, documents that are up to date."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from mapleak.registry import load_rules
from mapleak.report.explain import rules_page

PROJECT = Path(__file__).parents[1]
SOURCES = sorted([*(PROJECT / "analyzer").rglob("*.py"), *(PROJECT / "rules").rglob("*.py")])
TESTS = sorted((PROJECT / "tests").rglob("*.py"))
LONGEST_FILE = 400
LONGEST_TEST_FILE = 500
TABLES = {PROJECT / "analyzer/mapleak/syntax/ast.py": "one declaration for each kind of node of the language"}
LONGEST_FUNCTION = 60

DOORS = {
    "tree_sitter": "mapleak/syntax/",
    "tree_sitter_go": "mapleak/syntax/",
    "networkx": "mapleak/callgraph/ mapleak/report/graphs.py",
    "click": "mapleak/cli/",
    "rich": "mapleak/report/ mapleak/cli/",
    "subprocess": "mapleak/evidence/ mapleak/git.py mapleak/source/",
    "pathspec": "mapleak/source/",
}
"""The parts of the program that may import a library; everywhere else its values do not exist."""


def name_of(path: Path) -> str:
    return path.relative_to(PROJECT).as_posix()


def test_imports_point_one_way() -> None:
    """The contracts in pyproject.toml hold."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, check=False, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=name_of)
def test_a_file_is_one_idea(path: Path) -> None:
    """No file outgrows what one sitting can read, and each says what it is."""
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= (LONGEST_FILE if path in SOURCES and path not in TABLES else LONGEST_TEST_FILE)
    assert not text or ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_functions_fit_a_screen(path: Path) -> None:
    """The long tail is where programs go bad."""
    long = [
        f"{node.name}: {lines}"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and (lines := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    ]
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_values_are_structs(path: Path) -> None:
    """Frozen dataclasses take ten times as long to make, and each is half a millisecond of every start."""
    decorators = [
        ast.unparse(decorator)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef)
        for decorator in node.decorator_list
    ]
    assert not [text for text in decorators if text.startswith("dataclass") and "frozen=True" in text]


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_one_door_per_library(path: Path) -> None:
    """A library's values stay behind the part of the program that owns it."""
    inside = path.relative_to(PROJECT).as_posix().partition("/")[2]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        for name in names:
            doors = DOORS.get(name.partition(".")[0])
            assert doors is None or inside.startswith(tuple(doors.split())), f"{inside} imports {name}"


def test_the_rules_page_is_current() -> None:
    """``make docs`` has been run since the rules were changed."""
    assert (PROJECT / "docs" / "rules.md").read_text(encoding="utf-8") == rules_page(load_rules())
