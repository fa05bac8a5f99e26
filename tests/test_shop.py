"""The example service: what is reported there, and what is not."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

SHOP = Path(__file__).parent.parent / "testdata" / "shop"
PROGRAM = "import sys; from mapleak.cli.main import main; sys.exit(main())"
DIES_WITH_ITS_CALL = "example.com/shop/catalog.distinct.seen"
REMARK = re.compile(r"\s*// leak: ")


def scan(directory: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-c", PROGRAM, "scan", "--format", "json", *options, str(directory)]
    run = subprocess.run(command, check=False, capture_output=True, text=True)
    assert run.returncode == 1, run.stderr
    result: dict[str, Any] = json.loads(run.stdout)
    return result


def lines(report: dict[str, Any]) -> set[str]:
    return {
        f"{f['rule']} {f['location']['file']}:{f['location']['line']} {f['map']['name']}" for f in report["findings"]
    }


def maps(report: dict[str, Any]) -> set[str]:
    return {finding["map"]["name"] for finding in report["findings"]}


def expected() -> set[str]:
    return {line for line in (SHOP / "expected.txt").read_text().splitlines() if not line.startswith("#")}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy outside any repository, so that paths are relative to the service."""
    return Path(shutil.copytree(SHOP, tmp_path / "shop"))


def test_every_leak_that_the_service_speaks_of_is_expected() -> None:
    """The remarks in the source and the list agree."""
    remarked = set()
    for path in SHOP.rglob("*.go"):
        source = path.read_text().splitlines()
        for number, line in enumerate(source):
            if REMARK.match(line):
                code = next(i for i in range(number, len(source)) if not source[i].lstrip().startswith("//"))
                remarked.add(f"{path.relative_to(SHOP).as_posix()}:{code + 1}")
    assert remarked == {line.split()[1] for line in expected()}


@pytest.mark.needs_go
@pytest.mark.skipif(shutil.which("go") is None, reason="needs a Go toolchain")
def test_findings_with_the_compiler(shop: Path) -> None:
    report = scan(shop, "--compiler", "require")
    assert lines(report) == expected()
    assert report["summary"]["suppressed"] == 1
    assert {f["compiler"]["verdict"] for f in report["findings"]} <= {"confirmed", "inconclusive"}


@pytest.mark.needs_go
@pytest.mark.skipif(shutil.which("go") is None, reason="needs a Go toolchain")
def test_the_compiler_refutes_the_map_of_one_call(shop: Path) -> None:
    report = scan(shop, "--compiler", "require", "--min-confidence", "low")
    assert report["summary"]["refuted"] == 1
    assert DIES_WITH_ITS_CALL not in maps(report)


def test_findings_without_the_compiler(shop: Path) -> None:
    assert lines(scan(shop, "--compiler", "off")) == expected()
    assert DIES_WITH_ITS_CALL in maps(scan(shop, "--compiler", "off", "--min-confidence", "low"))


@pytest.mark.needs_go
@pytest.mark.skipif(shutil.which("go") is None, reason="needs a Go toolchain")
def test_the_service_is_sound(shop: Path) -> None:
    subprocess.run(["go", "vet", "./..."], cwd=shop, check=True)
