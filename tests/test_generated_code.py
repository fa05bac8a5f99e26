"""The work for generated code grows in line with its size, from reading to sorting findings.

Calls of functions are counted, not seconds: the same code always takes the same number of them. Twice the code must
take twice the calls, what every scan costs apart; where something is quadratic, the difference grows fourfold.
"""

from __future__ import annotations

import cProfile
import re
from pathlib import Path

import pytest

from generated_code import KINDS, generated
from mapleak import pipeline
from mapleak.config import CompilerMode, Config
from mapleak.model import Confidence
from mapleak.progress import Silent
from mapleak.registry import load_rules
from mapleak.syntax import literals
from mapleak.syntax.declarations import LARGEST_BODY
from mapleak.syntax.extract import extract
from mapleak.triage.model import Report
from programs import write_module

SIZE = 40
SIZES = {"else ifs": 250}
"""Where another size is needed: up to the greatest depth that is read, every arm of an else-if adds to the depth."""

SLOWER = 2.3
"""How many times as much the second half of the growth may take as the first: 2 is in line, 4 is quadratic."""

RULES = load_rules()


def scan(folder: Path) -> Report:
    config = Config(paths=(str(folder),), jobs=1, compiler=CompilerMode.OFF, min_confidence=Confidence.LOW)
    return pipeline.analyze(config, RULES, Silent())


def work(folder: Path, kind: str, size: int) -> int:
    """How many functions a scan of generated code calls."""
    write_module(folder, {"p.go": generated(kind, size)})
    profile = cProfile.Profile()
    profile.runcall(scan, folder)
    return sum(entry.callcount for entry in profile.getstats())


@pytest.fixture(scope="module", autouse=True)
def warmed_up(tmp_path_factory: pytest.TempPathFactory) -> None:
    """What is made once per process is made before anything is counted."""
    work(tmp_path_factory.mktemp("first"), "switch", 3)


@pytest.mark.parametrize("kind", KINDS)
def test_work_grows_in_line(tmp_path: Path, kind: str) -> None:
    size = SIZES.get(kind, SIZE)
    small, middle, large = (work(tmp_path, kind, times * size) for times in (1, 2, 4))
    assert large - middle < SLOWER * (middle - small)


def test_a_function_that_is_too_large_is_left_out_and_named(tmp_path: Path) -> None:
    """The rest of the file is read, and what the function does to the map is not known."""
    many = LARGEST_BODY // len(generated("switch", 10)) * 10 * 3
    other = "\nvar others = map[string]int{}\n\nfunc Other(key string) { others[key] = 1 }\n"
    code = generated("switch", many) + other
    report = scan(write_module(tmp_path, {"p.go": code}))
    (problem,) = report.problems
    assert re.fullmatch(r"function too large: \d\.\d MB, the limit is 0\.5 MB", problem.message)
    assert code.splitlines()[problem.line - 1].startswith("func Put")
    assert [finding.map.name for finding in report.findings.reported] == ["example.com/m.others"]


def test_a_function_of_a_size_that_people_do_not_write_is_read() -> None:
    """A thousand cases."""
    facts = extract(generated("switch", 1_000).encode())
    assert facts.issues == ()
    assert facts.code.functions[0].body is not None


def test_a_table_that_is_too_large_is_cut_short_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Although it names a function."""
    monkeypatch.setattr(literals, "LARGEST_TABLE", 10_000)
    (issue,) = extract(generated("table", 1_000).encode()).issues
    assert issue.message.startswith("table too large: 0.0 MB")
    assert extract(generated("table", 300).encode()).issues == ()


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_go(tmp_path: Path, kind: str) -> None:
    """Otherwise the test above counts the reading of errors."""
    report = scan(write_module(tmp_path, {"p.go": generated(kind, 5)}))
    assert report.problems == ()
    assert report.totals.maps > 0
