"""SARIF of a real scan, judged by Microsoft's multitool with the checks that code scanning needs."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest

from mapleak.cli.main import run

SCHEMAS = Path(__file__).parent / "schemas"
SHOP = Path(__file__).parents[1] / "testdata" / "shop"
PACKAGE = "@microsoft/sarif-multitool-linux"
VERSION = "5.7.0"

pytestmark = pytest.mark.needs_npm

KNOWN_BAD = {
    "$schema": "https://json.schemastore.org/sarif-2.1.0-rtm.1.json",
    "version": "2.1.0",
    "runs": [
        {
            "tool": {"driver": {"name": "x"}},
            "results": [
                {
                    "ruleId": "A",
                    "message": {"id": "x"},
                    "locations": [{"physicalLocation": {"artifactLocation": {"uri": "file:///a b.go"}}}],
                }
            ],
        }
    ],
}


@pytest.fixture(scope="module")
def multitool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The validator's executable; the tests are skipped where npm cannot install it."""
    npm = shutil.which("npm")
    if npm is None or (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        pytest.skip("no npm, or no multitool for this machine")
    folder = tmp_path_factory.mktemp("multitool")
    command = [npm, "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(folder), f"{PACKAGE}@{VERSION}"]
    done = subprocess.run(command, capture_output=True, check=False, text=True, timeout=300)
    if done.returncode != 0:
        pytest.skip(f"npm could not install {PACKAGE}: {done.stderr[:200]}")
    return folder / "node_modules" / PACKAGE / "Sarif.Multitool"


def verdicts(multitool: Path, log: Path) -> Counter[tuple[str, str]]:
    """How often each rule of the validator speaks, by level; its exit code says nothing."""
    output = log.with_suffix(".out.sarif")
    command = [str(multitool), "validate", str(log), "--rule-kind", "Sarif;Ghas"]
    command += ["--config", str(SCHEMAS / "code-scanning.xml"), "--level", "Error;Warning;Note"]
    command += ["--output", str(output), "--log", "ForceOverwrite"]
    subprocess.run(command, capture_output=True, check=True, timeout=300)
    (judged,) = json.loads(output.read_text(encoding="utf-8-sig"))["runs"]
    return Counter((result.get("level", "warning"), result["ruleId"]) for result in judged.get("results", []))


def test_the_validator_finds_errors(multitool: Path, tmp_path: Path) -> None:
    """Its silence about a file means something."""
    bad = tmp_path / "bad.sarif"
    bad.write_text(json.dumps(KNOWN_BAD))
    found = {rule for level, rule in verdicts(multitool, bad) if level == "error"}
    assert {"GH1003", "GH1006", "GH1007", "GH1011", "GH1018", "GH2012"} <= found


@pytest.mark.parametrize("more", [[], ["--sarif-no-abs", "--sarif-category", "shop"], ["--show-suppressed"]])
def test_a_scan_has_no_errors_and_no_warnings(multitool: Path, tmp_path: Path, more: list[str]) -> None:
    """Notes are about addresses that cannot be reached from here, and about templates for messages."""
    log = tmp_path / "shop.sarif"
    assert run(["scan", str(SHOP), "-q", "--format", "sarif", "-o", str(log), *more]) == 1
    found = verdicts(multitool, log)
    assert {rule for _, rule in found} <= {"SARIF2002", "SARIF2003", "SARIF2006"}
    assert {level for level, _ in found} == {"note"}
