"""Leaks of the kinds that real projects shipped, and how they mended them: small modules of our own in pairs.

Each folder of testdata/leaks is one story: ``leaking`` and ``fixed`` are whole modules. A ``// want`` comment in
``leaking`` says what must be reported; nothing may be reported in ``fixed``.
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from test_rules import findings, wants
from want import differences

LEAKS = Path(__file__).parent.parent / "testdata" / "leaks"
STORIES = sorted(folder for folder in LEAKS.iterdir() if folder.is_dir())
MODULES = sorted(path.parent for path in LEAKS.glob("*/*/go.mod"))


def name_of(folder: Path) -> str:
    """A story, or one side of it, as it is spoken of."""
    return folder.relative_to(LEAKS).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_module(module: Path, tmp_path: Path) -> None:
    """What a default scan reports is exactly what the module wants."""
    copied = tmp_path / module.parent.name  # outside the repository, so that paths are relative to the module
    shutil.copytree(module, copied)
    problems = differences(wants(copied), findings(copied))
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("story", STORIES, ids=name_of)
def test_story_has_two_sides(story: Path) -> None:
    """The leaking side wants something, the fixed side nothing; the first line of a file tells the story."""
    assert sorted(side.name for side in story.iterdir()) == ["fixed", "leaking"]
    assert wants(story / "leaking")
    assert not wants(story / "fixed")
    assert all(file.read_text(encoding="utf-8").startswith("// ") for file in story.rglob("*.go"))
