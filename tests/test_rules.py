"""Rules against Go source: each case under testdata/rules is a module with ``// want`` comments."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import GoCommand, find_go
from mapleak.config import CompilerMode, Config
from mapleak.model import Confidence
from mapleak.pipeline import analyze
from mapleak.progress import Silent
from mapleak.rule import Rule
from mapleak.triage.model import Report
from mapleak_rules import ALL_RULES
from want import Place, differences, wanted

RULE_CASES = Path(__file__).parent.parent / "testdata" / "rules"
CASES = sorted(path.parent for path in RULE_CASES.glob("*/*/go.mod"))
LOCKS = ("ML601", "ML602")
"""Rules that cases of other rules may break: small programs about leaks have handlers without locks."""

CHECKED = [rule for rule in ALL_RULES if rule.check is not None]


def name_of(case: Path) -> str:
    """The case as it is spoken of: rule folder and case folder."""
    return case.relative_to(RULE_CASES).as_posix()


def findings(module: Path) -> list[tuple[Place, str]]:
    """What a scan with default settings reports about a module, without asking the compiler."""
    report = analyze(Config(paths=(str(module),), compiler=CompilerMode.OFF, jobs=1), ALL_RULES, Silent())
    assert report.problems == ()
    return [(Place(f.location.file, f.location.line), f"{f.rule}: {f.message}") for f in report.findings.reported]


def wants(module: Path) -> dict[Place, list[str]]:
    """The expectations of all Go files of a module."""
    expected: dict[Place, list[str]] = {}
    for file in sorted(module.rglob("*.go")):
        expected |= wanted(file.relative_to(module).as_posix(), file.read_text(encoding="utf-8"))
    return expected


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case(case: Path, tmp_path: Path) -> None:
    """The findings of a case are exactly its wants, line by line."""
    module = tmp_path / case.name  # outside the repository, so that paths are relative to the module
    shutil.copytree(case, module)
    found = findings(module)
    if not case.parent.name.startswith("ml60"):
        found = [(place, text) for place, text in found if not text.startswith(LOCKS)]
    problems = differences(wants(module), found)
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("case", CASES, ids=name_of)
def test_case_follows_the_conventions(case: Path) -> None:
    """A clean case wants nothing, any other something; the first line of a case says why it exists."""
    assert bool(wants(case)) != case.name.startswith("clean")
    first_lines = [file.read_text(encoding="utf-8").partition("\n")[0] for file in case.rglob("*.go")]
    assert any(line.startswith("// ") for line in first_lines)


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.id)
def test_every_rule_has_leaking_and_clean_cases(rule: Rule) -> None:
    """Eight leaks and eight look-alikes at least, and a folder for each."""
    folder = RULE_CASES / f"{rule.id.lower()}_{rule.name.replace('-', '_')}"
    leaks = [pattern for case in folder.iterdir() for patterns in wants(case).values() for pattern in patterns]
    clean = [line for case in folder.glob("clean*") for line in _functions(case)]
    assert len([pattern for pattern in leaks if pattern.startswith(rule.id)]) >= 8
    assert len(clean) >= 8


def _functions(case: Path) -> Iterator[str]:
    for file in case.rglob("*.go"):
        yield from (line for line in file.read_text(encoding="utf-8").splitlines() if line.startswith("func "))


def example(tmp_path: Path, source: str) -> Path:
    """A module of one file."""
    (tmp_path / "go.mod").write_text("module example.com/p\n\ngo 1.23\n", encoding="utf-8")
    (tmp_path / "p.go").write_text(source, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_bad_example_is_reported(rule: Rule, tmp_path: Path) -> None:
    """What a rule's documentation shows as bad is reported by this rule, once, in the file shown."""
    found = [text for _, text in findings(example(tmp_path, rule.bad)) if text.startswith(rule.id)]
    assert len(found) == 1, found


@pytest.mark.parametrize("rule", CHECKED, ids=lambda rule: rule.id)
def test_bad_example_has_one_story(rule: Rule, tmp_path: Path) -> None:
    """What a rule's documentation shows as bad is not reported by any other rule as well."""
    assert {text[:5] for _, text in findings(example(tmp_path, rule.bad))} == {rule.id}


@pytest.mark.parametrize("rule", ALL_RULES, ids=lambda rule: rule.id)
def test_good_example_is_silent(rule: Rule, tmp_path: Path) -> None:
    """What a rule's documentation shows as repaired is reported by no rule."""
    assert findings(example(tmp_path, rule.good)) == []


@pytest.mark.needs_go
def test_every_case_compiles_and_passes_vet(go: GoCommand) -> None:
    """A case that does not compile proves nothing."""
    for case in CASES:
        for command in (("build", "-o", os.devnull, "./..."), ("vet", "./...")):
            result = go(case, command)
            assert result.returncode == 0, f"{name_of(case)}: go {command[0]}:\n{result.stderr}"


@pytest.mark.needs_go
@pytest.mark.parametrize("kind", ["bad", "good"])
def test_every_example_compiles(kind: str, tmp_path: Path, go: GoCommand) -> None:
    """The examples of the documentation are Go files that compile and are formatted."""
    for rule in ALL_RULES:
        package = tmp_path / rule.id.lower()
        package.mkdir()
        (package / "p.go").write_text(getattr(rule, kind), encoding="utf-8")
    (tmp_path / "go.mod").write_text("module example.com/p\n\ngo 1.23\n", encoding="utf-8")
    result = go(tmp_path, ("vet", "./..."))
    assert result.returncode == 0, result.stderr
    formatted = go(tmp_path, ("fmt", "./..."))
    assert (formatted.returncode, formatted.stdout) == (0, ""), formatted.stderr


LOCAL_ADDRESSES = """\
package p

import (
	"runtime"
	"unsafe"
)

func Filled() {
	data := make([]byte, 1<<20)
	held := map[unsafe.Pointer]bool{unsafe.Pointer(&data[0]): true}
	runtime.KeepAlive(len(held))
}

func Inserted() {
	data := make([]byte, 1<<20)
	held := make(map[unsafe.Pointer]bool)
	held[unsafe.Pointer(&data[0])] = true
	runtime.KeepAlive(len(held))
}
"""


@pytest.mark.needs_go
def test_a_map_that_dies_with_its_function_is_refuted(tmp_path: Path, go: GoCommand) -> None:
    """Address keys in a local map pin nothing once the function has returned, and the compiler knows."""
    report = asked(example(tmp_path, LOCAL_ADDRESSES), Confidence.LOW)
    assert report.findings.reported == ()
    assert [(f.rule, f.location.line) for f in report.findings.refuted] == [("ML301", 10), ("ML301", 17)]


@pytest.mark.needs_go
@pytest.mark.parametrize("case", [case for case in CASES if not case.name.startswith("clean")], ids=name_of)
def test_no_leak_is_refuted(case: Path, go: GoCommand) -> None:
    """The compiler contradicts no finding of a leaking case, and has a verdict with a reason for each."""
    report = asked(case, Confidence.MEDIUM)
    assert report.findings.refuted == ()
    assert all(f.compiler is not None and f.compiler.reason for f in report.findings.reported if f.rule < "ML9")


def asked(module: Path, least: Confidence) -> Report:
    """The report on a module after the compiler was asked."""
    config = Config(
        paths=(str(module),), compiler=CompilerMode.REQUIRE, go=find_go() or "", jobs=1, min_confidence=least
    )
    return analyze(config, ALL_RULES, Silent())
