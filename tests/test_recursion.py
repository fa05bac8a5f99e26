"""The room for recursion: enough for what is read, for programs that use the library, too, and given back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mapleak import analysis, pipeline, reading
from mapleak.config import Config
from mapleak.processes import spread
from mapleak.progress import Silent
from mapleak.recursion import RECURSION_LIMIT, deep_recursion
from mapleak_rules import ALL_RULES

LEAK = "package shop\n\nvar seen = map[string]int{}\n\nfunc Put(key string) {\n\tseen[key]++\n}\n"
NESTING = 190
LITTLE = 500
BLOCKS = f"package deep\n\nfunc f() {'{' * NESTING}{'}' * NESTING}\n\nvar x = {'(' * NESTING}1{')' * NESTING}\n"


@pytest.fixture(autouse=True)
def little_room() -> Iterator[None]:
    """As in a program that leaves us little: half of Python's own limit."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(LITTLE)
    yield
    assert sys.getrecursionlimit() == LITTLE
    sys.setrecursionlimit(before)


@pytest.fixture
def shop(tmp_path: Path) -> Config:
    """A module with a leak and with a file nested far deeper than Python's own limit allows to follow."""
    (tmp_path / "deep").mkdir()
    (tmp_path / "go.mod").write_text("module example.com/shop\n\ngo 1.22\n")
    (tmp_path / "good.go").write_text(LEAK)
    (tmp_path / "deep" / "x.go").write_text(BLOCKS)
    return Config(paths=(str(tmp_path),))


def test_the_limit_is_given_back_and_never_lowered() -> None:
    """After an error as well, and where somebody has a higher one."""

    @deep_recursion()
    def fail() -> None:
        raise ValueError(sys.getrecursionlimit())

    with pytest.raises(ValueError, match=str(RECURSION_LIMIT)):
        fail()
    assert sys.getrecursionlimit() == LITTLE
    sys.setrecursionlimit(RECURSION_LIMIT + 1)
    with deep_recursion():
        assert sys.getrecursionlimit() == RECURSION_LIMIT + 1
    sys.setrecursionlimit(LITTLE)


def test_a_program_that_uses_the_library(shop: Config) -> None:
    """Needs no knowledge of limits: the whole analysis and its parts bring their own."""
    report = pipeline.analyze(shop, ALL_RULES, Silent())
    assert [finding.location.file for finding in report.findings.reported] == ["good.go"]
    assert report.problems == ()
    understood = analysis.understand(shop, Silent())
    assert [found.name for found in analysis.model_of(understood, Silent()).maps] == ["example.com/shop.seen"]


def test_stages_run_with_room(shop: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of them, whichever of the functions was called."""
    seen: list[int] = []
    for module, name in ((analysis, "resolve"), (analysis, "build_maps"), (reading, "extract")):
        stage = getattr(module, name)

        def noting(*arguments: object, stage=stage) -> object:  # type: ignore[no-untyped-def]
            seen.append(sys.getrecursionlimit())
            return stage(*arguments)

        monkeypatch.setattr(module, name, noting)
    analysis.model_of(analysis.understand(shop, Silent()), Silent())
    assert seen == [RECURSION_LIMIT] * 4


def _limit(_: int) -> int:
    return sys.getrecursionlimit()


def test_further_processes_have_room() -> None:
    """They start with the limit of whoever starts them, or with Python's own."""
    assert set(spread(_limit, range(4), workers=2)) == {RECURSION_LIMIT}
