"""The cross-check where the compiler cannot be asked, fails or hangs: reasons in place of verdicts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from evidence_support import evidence_of, finding, site, tree_of, write
from mapleak.errors import MapleakError
from mapleak.evidence.compile import OUT_OF_TIME
from mapleak.evidence.crosscheck import CompilerMode, CrosscheckOptions, crosscheck
from mapleak.evidence.toolchain import Toolchain, find_toolchain
from mapleak.model import CompilerEvidence, Verdict

needs_go = pytest.mark.skipif(not isinstance(find_toolchain(), Toolchain), reason="no Go toolchain")
CONFIRMED, INCONCLUSIVE = Verdict.CONFIRMED, Verdict.INCONCLUSIVE
VARIABLE = "package-variable"
ENV = '{"GOVERSION": "go1.26.8", "GOROOT": "/go", "GOOS": "linux", "GOARCH": "amd64", "GOFLAGS": ""}'


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A module of one file."""
    root = tmp_path / "small"
    write(
        root,
        {"go.mod": "module example.com/small\n\ngo 1.21\n", "a.go": "package small\n\nvar m = make(map[int]int)\n"},
    )
    return root


def pretend(tmp_path: Path, listing: str) -> str:
    """A program that answers ``go env`` and does ``listing`` when told to compile."""
    go = tmp_path / "go"
    go.write_text(f"#!/bin/sh\nif [ \"$2\" = -json ]; then echo '{ENV}'; elif [ $1 = list ]; then\n{listing}\nfi\n")
    go.chmod(0o755)
    return str(go)


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
@pytest.mark.parametrize(
    ("listing", "reason"),
    [
        ("sleep 60", OUT_OF_TIME),
        ("echo 'go: out of luck' >&2; exit 1", "go: out of luck"),
        ("exit 7", "the go command failed with code 7"),
        ("exit 0", "the go command does not list the package"),
        ("echo '}'; echo '{\"Dir\": 3'; echo '}'", "the go command does not list the package"),
        ("head -c 300000 /dev/urandom; head -c 300000 /dev/urandom >&2; exit 2", ""),
    ],
)
def test_a_toolchain_that_fails(small: Path, tmp_path: Path, listing: str, reason: str) -> None:
    """Every finding is inconclusive, with the reason; a deadline ends what hangs."""
    (evidence,) = evidence_of(
        small, finding(VARIABLE, site(small, "a.go", "make(")), go=pretend(tmp_path, listing), timeout=1.0
    )
    assert evidence.verdict is INCONCLUSIVE
    assert evidence.reason.startswith(reason)
    assert evidence.reason


@pytest.mark.skipif(os.name == "nt", reason="the programs are shell scripts")
def test_what_is_printed_before_the_deadline_counts(small: Path, tmp_path: Path) -> None:
    """Packages compiled before another one hangs keep their verdicts; the note says that it was not all."""
    go = pretend(
        tmp_path, "echo '# example.com/small' >&2; echo './a.go:3:13: make(map[int]int) escapes to heap' >&2; sleep 60"
    )
    claim = finding(VARIABLE, site(small, "a.go", "make("))
    said: list[str] = []
    result = crosscheck([claim], tree_of(small), CrosscheckOptions(go=go, timeout=1.0), said.append)
    assert result.findings[0].compiler is not None
    assert result.findings[0].compiler.verdict is CONFIRMED
    assert result.notes == (f"not checked with the compiler: {OUT_OF_TIME}",)
    assert said == ["compiling 1 package with go1.26.8"]


def test_off_asks_nobody(small: Path) -> None:
    """No toolchain is looked for, and an older answer is not kept."""
    result = crosscheck([finding(VARIABLE)], tree_of(small), CrosscheckOptions(CompilerMode.OFF, go="/no/such/program"))
    assert (result.findings[0].compiler, result.toolchain, result.notes) == (None, "", ())


def test_without_a_toolchain(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``auto`` says so once and in every finding; ``require`` fails."""
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("sys.prefix", str(small))
    monkeypatch.setattr("sysconfig.get_path", lambda name: str(small))
    result = crosscheck([finding(VARIABLE)], tree_of(small), CrosscheckOptions())
    assert result.findings[0].compiler == CompilerEvidence(INCONCLUSIVE, "no Go toolchain was found")
    assert (result.toolchain, result.notes) == ("", ("not checked with the compiler: no Go toolchain was found",))
    with pytest.raises(MapleakError, match=r"^--compiler require: no Go toolchain was found$"):
        crosscheck([], tree_of(small), CrosscheckOptions(CompilerMode.REQUIRE))


@needs_go
@pytest.mark.needs_go
def test_a_place_outside_the_tree(small: Path) -> None:
    """And a file that is gone meanwhile."""
    outside = finding(VARIABLE, site(small, "a.go", "make("))
    tree = tree_of(small)
    (small / "a.go").rename(small / "b.go")
    result = crosscheck([outside], tree, CrosscheckOptions())
    assert result.findings[0].compiler == CompilerEvidence(
        INCONCLUSIVE, "the file cannot be read: No such file or directory"
    )
    result = crosscheck([outside], tree_of(small), CrosscheckOptions())
    assert result.findings[0].compiler == CompilerEvidence(INCONCLUSIVE, "the file is not part of the scanned tree")
