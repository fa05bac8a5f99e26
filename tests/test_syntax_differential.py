"""Our reading of Go against go/parser's, on the standard library and on every construct the tests know."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from conftest import GoCommand
from mapleak.syntax.extract import extract
from syntax_dump import dump
from test_syntax_expressions import CASES as EXPRESSIONS
from test_syntax_statements import CASES as STATEMENTS
from test_syntax_types import CASES as TYPES

pytestmark = pytest.mark.needs_go

ASTDUMP = Path(__file__).parent / "go" / "astdump"
EVERY = 40
"""Of the standard library's files, the share that is compared; all of them take half a minute."""

Case = tuple[str, list[str], list[str]]


@pytest.fixture(scope="module")
def astdump(go: GoCommand, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled program."""
    program = tmp_path_factory.mktemp("astdump") / ("astdump.exe" if os.name == "nt" else "astdump")
    built = go(ASTDUMP, ["build", "-o", str(program), "."])
    assert built.returncode == 0, built.stderr
    return program


def readings(program: Path, files: Sequence[Path]) -> Iterator[Case]:
    """For each file that go/parser accepts: its name, go/parser's lines, ours."""
    listed = "".join(f"{file}\n" for file in files).encode()
    output = subprocess.run([program], input=listed, capture_output=True, check=True).stdout.decode("utf-8", "replace")
    theirs: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in output.splitlines():
        verb, _, name = line.partition(" ")
        if verb == "file":
            lines = theirs[name] = []
        elif verb != "error":
            lines.append(line)
    for name, expected in theirs.items():
        yield name, expected, dump(extract(Path(name).read_bytes()))


def differences(cases: Iterator[Case]) -> tuple[int, list[str]]:
    """How many declarations were compared, and those that differ; long ones are not compared."""
    compared = 0
    found: list[str] = []
    for name, theirs, ours in cases:
        if len(theirs) != len(ours):
            found.append(f"{name}: {len(theirs)} declarations, not {len(ours)}")
        for expected, actual in zip(theirs, ours, strict=False):
            if "long" not in (expected, actual):
                compared += 1
                if expected != actual:
                    found.append(f"{name}:\n  {expected}\n  {actual}")
    return compared, found


def test_standard_library(astdump: Path, go: GoCommand) -> None:
    """A sample of the standard library is read as go/parser reads it: every declaration, offset by offset."""
    root = Path(go(ASTDUMP, ["env", "GOROOT"]).stdout.strip()) / "src"
    files = sorted(file for file in root.rglob("*.go") if "testdata" not in file.parts)
    compared, found = differences(readings(astdump, files[::EVERY]))
    assert found == []
    assert compared > 1000


@pytest.mark.parametrize(
    ("template", "cases"),
    [
        ("var _ = {}\n", EXPRESSIONS),
        ("var _ {}\n", TYPES),
        ("func _() {{\n{}\n}}\n", STATEMENTS),
    ],
    ids=["expressions", "types", "statements"],
)
def test_constructs(astdump: Path, tmp_path: Path, template: str, cases: Sequence[tuple[str, str]]) -> None:
    """Every construct that other tests name is read as go/parser reads it."""
    files = []
    for number, (code, _) in enumerate(cases):
        file = tmp_path / f"{number}.go"
        file.write_bytes(f"package p\n{template.format(code)}".encode())
        files.append(file)
    compared, found = differences(readings(astdump, files))
    assert found == []
    assert compared >= 2 * len(cases) - UNKNOWN_TO_GO_PARSER


UNKNOWN_TO_GO_PARSER = 4
"""Constructs that some versions of go/parser do not accept."""
