"""What users install, and what the project says of itself."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import mapleak
from mapleak.cli.main import cli

PROJECT = Path(__file__).parents[1]
METADATA = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_version_is_the_same_everywhere() -> None:
    """In the package, in its metadata."""
    assert METADATA["version"] == mapleak.__version__


def test_nothing_more_than_needed_is_installed() -> None:
    """Every hook environment pays for each dependency."""
    names = {re.split(r"[<>=]", requirement)[0] for requirement in METADATA["dependencies"]}
    assert names == {
        "click",
        "msgspec",
        "networkx",
        "pathspec",
        "platformdirs",
        "rich",
        "tree-sitter",
        "tree-sitter-go",
    }


def test_the_wheel(tmp_path: Path) -> None:
    """Both packages with their type markers, the licence, the command and the rules; no tests, no data."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(tmp_path), str(PROJECT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        (entry_points,) = (archive.read(name).decode() for name in names if name.endswith("entry_points.txt"))
    assert {"mapleak/py.typed", "mapleak_rules/py.typed", "mapleak/cli/main.py"} <= set(names)
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert {name.split("/")[0].split("-")[0] for name in names} == {"mapleak", "mapleak_rules"}
    assert "mapleak = mapleak.cli.main:main" in entry_points
    assert "mapleak = mapleak_rules:ALL_RULES" in entry_points


def test_the_readme_names_every_option_it_uses() -> None:
    """A command in the README is one that exists."""
    known = {"--help", "--version"}
    for command in cli.commands.values():
        known |= {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
    readme = (PROJECT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"(?<!repo path/to/)mapleak [a-z]+[^`\n]*", readme)
    used = {option for command in commands for option in re.findall(r"--[a-z][a-z-]+", command)}
    assert used
    assert used <= known
