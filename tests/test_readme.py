"""The README shows what the program prints."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from mapleak.registry import load_rules

ROOT = Path(__file__).parent.parent
FROM_THE_TOOLCHAIN = re.compile(r"  = (?:compiler|cost): |      \S")


def sample() -> str:
    """The report that the README begins with."""
    (block,) = re.findall(r"^```text\n(warning\[.*?)```$", (ROOT / "README.md").read_text(), re.DOTALL | re.MULTILINE)
    return str(block)


def printed(folder: Path, compiler: str) -> str:
    """The report on a copy of the example service outside any repository, so that paths are relative to it."""
    shop = shutil.copytree(ROOT / "testdata" / "shop", folder / "shop")
    command = [sys.executable, "-m", "mapleak", "scan", "--exit-zero", "--compiler", compiler, str(shop)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@pytest.mark.needs_go
@pytest.mark.skipif(shutil.which("go") is None, reason="needs a Go toolchain")
def test_the_sample_is_real_output(tmp_path: Path) -> None:
    """Every line of it, in one piece."""
    assert sample() in printed(tmp_path, "require")


def test_the_sample_is_real_output_apart_from_the_compiler(tmp_path: Path) -> None:
    """The same where Go is older or missing: what the compiler says and what entries cost may differ, nothing else."""
    lines = [line for line in sample().splitlines(keepends=True) if not FROM_THE_TOOLCHAIN.match(line)]
    assert 5 < len(lines) < len(sample().splitlines())
    shown = printed(tmp_path, "off").splitlines(keepends=True)
    assert "".join(lines) in "".join(line for line in shown if not FROM_THE_TOOLCHAIN.match(line))


def test_the_measured_numbers_have_their_place() -> None:
    """A section of their own."""
    text = (ROOT / "README.md").read_text()
    assert "\n## Measured\n" in text


def test_every_rule_has_its_row() -> None:
    """In the table of what is found."""
    rows = re.findall(r"^\| (ML\d{3})(?:, (ML\d{3}))? \|", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert {rule for row in rows for rule in row if rule} == {rule.id for rule in load_rules()}
