"""The work for generated code grows in line with its size, from reading to sorting findings.

Calls of functions are counted, not seconds: the same code always takes the same number of them. Twice the code must
take twice the calls, what every scan costs apart; where something is quadratic, the difference grows fourfold.
"""

from __future__ import annotations

import cProfile
from pathlib import Path

import pytest

from generated_code import KINDS, generated
from mapleak import pipeline
from mapleak.config import CompilerMode, Config
from mapleak.model import Confidence
from mapleak.progress import Silent
from mapleak.registry import load_rules
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


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_go(tmp_path: Path, kind: str) -> None:
    """Otherwise the test above counts the reading of errors."""
    report = scan(write_module(tmp_path, {"p.go": generated(kind, 5)}))
    assert report.problems == ()
    assert report.totals.maps > 0
